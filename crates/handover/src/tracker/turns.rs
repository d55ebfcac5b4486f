//! Which message is sent when: one job per tracker sends its messages one after the other.
//!
//! An answer that is no yes puts off the message it was given to; no answer at all puts off the tracker with everything that waits
//! for it. So a tracker that does not answer costs one attempt and then rests, and however many do not, only a few jobs wait for
//! them ([`kernel::outgoing::Outgoing::place`]). A job asks for its next turn itself and never fails because of a tracker, so that
//! no message is lost with it.
//!
//! While a job sends, its tracker is busy, so that no second one, on whichever node, sends the same. That ends by itself when the
//! node died.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{self, Job, JobHandler};
use kernel::time::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::delivering::{self, Parcel};
use super::sealing::{self, Direction};
use super::{Tracker, TrackerId, store};

const KIND: &str = "handover.deliver";
/// Messages of one turn; then the others come.
const MOST: usize = 50;
/// After so long a turn begins no further message.
const LONGEST_SECONDS: i64 = 30;
/// Longer than a turn and the last message of it can take.
const BUSY_SECONDS: i64 = 60;
/// Until a job looks again that found no place, or its tracker busy.
const MOMENT_SECONDS: i64 = 5;
/// A tracker that does not answer rests as long as it has not, within these.
const REST_LEAST_MILLIS: i64 = 10_000;
const REST_MOST_MILLIS: i64 = 3_600_000;

/// Sends what is due to a tracker.
pub const HANDLER: JobHandler = JobHandler {
    kind: KIND,
    run: handle,
};

#[derive(Deserialize)]
struct Order {
    tracker: TrackerId,
}

/// Has a tracker sent what waits for it, when its rest is over.
///
/// # Errors
/// The database's.
pub fn ask(tx: &mut Tx<'_>, cx: &Cx, tracker: &Tracker) -> Result<()> {
    ask_at(
        tx,
        cx,
        tracker.id,
        tracker.rests_until.unwrap_or_else(|| cx.now()),
    )
}

/// The same at an instant.
///
/// # Errors
/// The database's.
pub fn ask_at(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId, at: Timestamp) -> Result<()> {
    let new = job::New::now(KIND, json!({ "tracker": id }))
        .at(at.max(cx.now()))
        .key(format!("tracker:{id}"))
        // It ends when nothing waits any more.
        .max_attempts(i64::MAX);
    job::enqueue(tx, cx, new).map(drop)
}

/// Ends the rest of a tracker: somebody wants to know now.
///
/// # Errors
/// The database's.
pub(super) fn wake(tx: &mut Tx<'_>, cx: &Cx, tracker: &mut Tracker) -> Result<()> {
    tx.lock("handover.turn", tracker.id)?;
    (tracker.failing_since, tracker.rests_until) = (None, None);
    store::rest(tx, tracker.id, None, None)?;
    ask_at(tx, cx, tracker.id, cx.now())
}

fn handle(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let order: Order = job.data_as()?;
        match kernel.outgoing.place() {
            Some(_place) => turn(&kernel, order.tracker).await,
            None => {
                let cx = kernel.cx_system(KIND);
                let later =
                    move |tx: &mut Tx<'_>| ask_at(tx, &cx, order.tracker, cx.now().add_secs(MOMENT_SECONDS));
                kernel.db.write(later).await
            }
        }
    })
}

/// Sends one message after the other, as long as some are due and the turn lasts.
async fn turn(kernel: &Kernel, id: TrackerId) -> Result<()> {
    let ends = kernel.clock.now().add_secs(LONGEST_SECONDS);
    let cx = kernel.cx_system(KIND);
    let mut next = kernel.db.write(move |tx| begin(tx, &cx, id)).await?;
    let mut sent = 0;
    while let Some(parcel) = next {
        let attempt = delivering::send(kernel, &parcel).await?;
        sent += 1;
        let goes_on = sent < MOST && kernel.clock.now() < ends && !kernel.stop.is_stopped();
        let cx = kernel.cx_system(KIND);
        let settle = move |tx: &mut Tx<'_>| {
            tx.lock("handover.turn", id)?;
            delivering::settle(tx, &cx, parcel.message.id, &attempt)?;
            let Some(mut tracker) = usable(tx, id)? else {
                store::set_busy(tx, id, None)?;
                return left_behind(tx, &cx, id, None);
            };
            rest(tx, &cx, &mut tracker, attempt.is_silent())?;
            step(tx, &cx, &tracker, goes_on)
        };
        next = kernel.db.write(settle).await?;
    }
    Ok(())
}

fn usable(tx: &mut Tx<'_>, id: TrackerId) -> Result<Option<Tracker>> {
    let found = store::find(tx, id)?;
    Ok(found.filter(|one| one.definition.enabled && !one.definition.url.is_empty()))
}

/// The first message of a turn; none when it is not this job's turn, and then a job comes back.
fn begin(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId) -> Result<Option<Parcel>> {
    tx.lock("handover.turn", id)?;
    let Some(tracker) = usable(tx, id)? else {
        return left_behind(tx, cx, id, None);
    };
    if tracker.busy_until.is_some_and(|until| until > cx.now()) {
        ask_at(tx, cx, id, cx.now().add_secs(MOMENT_SECONDS))?;
        return Ok(None);
    }
    step(tx, cx, &tracker, true)
}

/// What waits is given up without an attempt: the tracker was removed or is off, or has no secret to sign with.
fn left_behind(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId, why: Option<&str>) -> Result<Option<Parcel>> {
    if delivering::give_up(tx, cx, id, None, why)? {
        ask_at(tx, cx, id, cx.now())?;
    }
    Ok(None)
}

/// What an attempt says of its tracker.
fn rest(tx: &mut Tx<'_>, cx: &Cx, tracker: &mut Tracker, is_silent: bool) -> Result<()> {
    let now = cx.now();
    let (since, until) = if is_silent {
        let since = tracker.failing_since.unwrap_or(now);
        let pause = now.since(since).clamp(REST_LEAST_MILLIS, REST_MOST_MILLIS);
        // Whoever waits behind it for too long waits no longer, tried or not.
        delivering::give_up(
            tx,
            cx,
            tracker.id,
            Some(delivering::patience_before(now)),
            Some("handover-message-silent"),
        )?;
        (Some(since), Some(now.add_millis(pause)))
    } else {
        (None, None)
    };
    (tracker.failing_since, tracker.rests_until) = (since, until);
    store::rest(tx, tracker.id, since, until)
}

/// The next message, or the end of the turn and when the next one begins.
fn step(tx: &mut Tx<'_>, cx: &Cx, tracker: &Tracker, goes_on: bool) -> Result<Option<Parcel>> {
    let Some(message) = store::next_waiting(tx, tracker.id)? else {
        store::set_busy(tx, tracker.id, None)?;
        return Ok(None);
    };
    let due = tracker
        .rests_until
        .map_or(message.due_at, |rest| rest.max(message.due_at));
    if !goes_on || due > cx.now() {
        store::set_busy(tx, tracker.id, None)?;
        ask_at(tx, cx, tracker.id, due)?;
        return Ok(None);
    }
    let Some(secret) = sealing::opened(tx, cx, tracker.id, Direction::Out, &tracker.secret_out) else {
        store::set_busy(tx, tracker.id, None)?;
        return left_behind(tx, cx, tracker.id, Some("handover-message-no-secret"));
    };
    store::set_busy(tx, tracker.id, Some(cx.now().add_secs(BUSY_SECONDS)))?;
    Ok(Some(Parcel {
        url: tracker.definition.url.clone(),
        secret,
        message,
    }))
}
