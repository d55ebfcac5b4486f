//! Which message is sent when: one job per channel sends its messages one after the other, in the order in which they were written.
//!
//! A message that the service refuses is put off and holds up no other. A service that does not answer at all, or gives no access
//! token, puts off the channel with everything that waits for it, in its order. So it costs one attempt and then rests, and
//! however many do not answer, only a few jobs wait for them ([`kernel::outgoing::Outgoing::place`]); the rest of the workers are the
//! house's. A job asks for its next turn itself and never fails because of a service.
//!
//! While a job sends, its channel is busy, so that no second one, on whichever node, sends the same or asks for an access token
//! of its own. That ends by itself when the node died.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{self, Job, JobHandler};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Delivery, delivering, store};
use crate::channel::store::{self as channels, Stored};
use crate::channel::{Channel, ChannelId, keeping};

const KIND: &str = "im.deliver";
/// Messages of one turn; then the others come.
const MOST: usize = 50;
/// After so long a turn begins no further message.
const LONGEST_SECONDS: i64 = 30;
/// Longer than a turn and the last message of it can take, with two access tokens.
const BUSY_SECONDS: i64 = 90;
/// Until a job looks again that found no place, or its channel busy.
pub(crate) const MOMENT_SECONDS: i64 = 5;
/// The shortest and the longest rest: who writes to a robot waits for an answer.
const RESTS_SECONDS: (i64, i64) = (10, 600);
/// Messages given up at once.
const PIECE: i64 = 1_000;

/// Sends what is due by a channel.
pub const HANDLER: JobHandler = JobHandler {
    kind: KIND,
    run: handle,
};

#[derive(Serialize, Deserialize)]
struct Order {
    channel: ChannelId,
}

/// Has a channel send what waits for it, when its rest is over.
pub(crate) fn ask(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId) -> Result<()> {
    let rests_until = channels::find(tx, id)?.and_then(|stored| stored.way.rests_until);
    ask_at(tx, cx, id, rests_until.unwrap_or_else(|| cx.now()))
}

fn ask_at(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId, at: Timestamp) -> Result<()> {
    let new = job::New::now(KIND, serde_json::to_value(Order { channel: id })?)
        .at(at.max(cx.now()))
        .key(format!("channel:{id}"))
        // It ends when nothing waits any more.
        .max_attempts(i64::MAX);
    job::enqueue(tx, cx, new).map(drop)
}

/// Leaves a service alone that did not answer: as long as it has not been answering, within bounds. Gives back until when.
pub(crate) fn rest(tx: &mut Tx<'_>, cx: &Cx, stored: &Stored) -> Result<Timestamp> {
    let (shortest, longest) = RESTS_SECONDS;
    let now = cx.now();
    let since = stored.way.failing_since.unwrap_or(now);
    let until = now.add_millis(now.since(since).clamp(shortest * 1_000, longest * 1_000));
    channels::set_failing(tx, stored.id, Some(since), Some(until))?;
    Ok(until)
}

fn handle(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Order { channel } = job.data_as()?;
        match kernel.outgoing.place() {
            Some(_place) => turn(&kernel, channel).await,
            None => {
                let cx = kernel.cx_system("im.delivering");
                let later =
                    move |tx: &mut Tx<'_>| ask_at(tx, &cx, channel, cx.now().add_secs(MOMENT_SECONDS));
                kernel.db.write(later).await
            }
        }
    })
}

/// Sends one message after the other, as long as some are due and the turn lasts.
async fn turn(kernel: &Kernel, id: ChannelId) -> Result<()> {
    let ends = kernel.clock.now().add_secs(LONGEST_SECONDS);
    let cx = kernel.cx_system("im.delivering");
    let mut next = kernel.db.write(move |tx| begin(tx, &cx, id)).await?;
    let mut sent = 0;
    while let Some((channel, delivery)) = next {
        let cx = kernel.cx_system("im.delivering");
        let attempt = delivering::send(kernel, &cx, &channel, &delivery).await?;
        sent += 1;
        let goes_on = sent < MOST && kernel.clock.now() < ends && !kernel.stop.is_stopped();
        let cx = kernel.cx_system("im.delivering");
        let settle = move |tx: &mut Tx<'_>| {
            delivering::settle(tx, &cx, &delivery, &attempt)?;
            match channels::find(tx, id)?.filter(|stored| stored.enabled) {
                Some(stored) => step(tx, &cx, stored, goes_on),
                None => {
                    channels::set_busy(tx, id, None)?;
                    give_up(tx, &cx, id)
                }
            }
        };
        next = kernel.db.write(settle).await?;
    }
    Ok(())
}

/// The first message of a turn; none when it is not this job's turn, and then a job comes back.
fn begin(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId) -> Result<Option<(Channel, Delivery)>> {
    tx.lock("im.turn", id)?;
    let Some(stored) = channels::find(tx, id)?.filter(|stored| stored.enabled) else {
        return give_up(tx, cx, id);
    };
    if stored.way.busy_until.is_some_and(|until| until > cx.now()) {
        ask_at(tx, cx, id, cx.now().add_secs(MOMENT_SECONDS))?;
        return Ok(None);
    }
    step(tx, cx, stored, true)
}

/// Removed or off: what waits is given up without an attempt.
fn give_up(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId) -> Result<Option<(Channel, Delivery)>> {
    let given_up = store::give_up(tx, id, PIECE)?;
    if i64::try_from(given_up).unwrap_or(PIECE) >= PIECE {
        ask_at(tx, cx, id, cx.now())?;
    }
    Ok(None)
}

/// The next message, or the end of the turn and when the next one begins.
fn step(tx: &mut Tx<'_>, cx: &Cx, stored: Stored, goes_on: bool) -> Result<Option<(Channel, Delivery)>> {
    let id = stored.id;
    let Some(first) = store::next_waiting(tx, id)? else {
        channels::set_busy(tx, id, None)?;
        return Ok(None);
    };
    let rest = stored.way.rests_until;
    let due = rest.map_or(first.due_at, |rest| rest.max(first.due_at));
    if goes_on && due <= cx.now() {
        channels::set_busy(tx, id, Some(cx.now().add_secs(BUSY_SECONDS)))?;
        return Ok(Some((keeping::opened(tx, cx, stored)?, first)));
    }
    channels::set_busy(tx, id, None)?;
    ask_at(tx, cx, id, due)?;
    Ok(None)
}
