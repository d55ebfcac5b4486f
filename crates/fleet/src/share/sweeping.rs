//! Shares that end by themselves: nobody keeps them, they last too long, or what they rest on has changed.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use kernel::id::UserId;
use kernel::job::{Every, Job, JobHandler, Schedule};
use people::events::USER_DEACTIVATED;

use super::{ENDED, ending, room, store};

const SWEEP: &str = "fleet.shares";
/// Whoever went away may come back for so long; whoever keeps one says so much more often.
const COMES_BACK_MILLIS: i64 = 60_000;
/// Nobody shares longer at a stretch.
const LONGEST_MILLIS: i64 = 8 * 3_600_000;

/// Ends what nobody keeps.
pub(crate) const HANDLER: JobHandler = JobHandler {
    kind: SWEEP,
    run: sweep,
};
/// When.
pub(crate) const SCHEDULE: Schedule = Schedule {
    name: SWEEP,
    every: Every::Seconds(30),
    job: SWEEP,
};

fn sweep(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(SWEEP);
        kernel.db.write(move |tx| end_stale(tx, &cx)).await
    })
}

/// What is stale is said in the statement itself: a browser that comes back at the same moment wins or loses whole.
fn end_stale(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let now = cx.now();
    let mut over = store::end_unseen(tx, now.add_millis(-COMES_BACK_MILLIS), now)?;
    over.extend(store::end_long(tx, now.add_millis(-LONGEST_MILLIS), now)?);
    for share in &over {
        ending::tell(tx, cx, share)?;
    }
    Ok(())
}

/// One looks whether shares may go on after something about their ticket or person changed; the other, on every node, tells those who
/// keep a share or look on that it is over.
pub(crate) fn subscribers() -> [Subscriber; 2] {
    [
        Subscriber::cluster(SWEEP, judge).from_now(),
        Subscriber::node("fleet.share_rooms", close),
    ]
}

fn judge<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let (mut tickets, mut persons): (Vec<i64>, Vec<UserId>) = (Vec::new(), Vec::new());
        for event in events {
            // What a share itself says of its ticket changes nothing about it.
            if let Some(number) = event.subject.strip_prefix("ticket:")
                && !event.kind.starts_with("fleet.")
            {
                tickets.extend(number.parse::<i64>());
            }
            if event.kind == USER_DEACTIVATED {
                let id = event.subject.rsplit(':').next().unwrap_or_default();
                persons.extend(id.parse::<UserId>());
            }
        }
        if tickets.is_empty() && persons.is_empty() {
            return Ok(());
        }
        tickets.sort_unstable();
        tickets.dedup();
        let find = move |tx: &mut Tx<'_>| {
            let mut open = Vec::new();
            // Mostly there are none at all, which one statement says.
            if !store::is_any_open(tx)? {
                return Ok(open);
            }
            for number in &tickets {
                open.extend(store::open_of_ticket(tx, *number)?);
            }
            for person in &persons {
                open.extend(store::open_of_person(tx, *person)?);
            }
            Ok(open)
        };
        let open = kernel.db.read(find).await?;
        if open.is_empty() {
            return Ok(());
        }
        let cx = kernel.cx_system(SWEEP);
        kernel.db.write(move |tx| ending::judge(tx, &cx, &open)).await
    })
}

fn close<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for event in events.iter().filter(|event| event.kind == ENDED) {
            let id = event.data.get("share").and_then(|id| id.as_str());
            let reason = event.data.get("reason").and_then(|reason| reason.as_str());
            if let Some(id) = id.and_then(|id| id.parse().ok()) {
                room::over(kernel, id, reason.unwrap_or_default());
            }
        }
        Ok(())
    })
}
