//! Sessions that nobody serves any more: their act is over, or their node died. Their recording becomes a file all the same.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};

use super::{keeping, room, store};
use crate::act;

const SWEEP: &str = "fleet.terminals";
/// Whoever serves a session has so long to end it in order.
const GRACE_MILLIS: i64 = 60_000;
const SESSIONS_MOST: i64 = 500;

/// What runs.
pub(crate) const HANDLER: JobHandler = JobHandler { kind: SWEEP, run };
/// When.
pub(crate) const SCHEDULE: Schedule = Schedule {
    name: SWEEP,
    every: Every::Seconds(60),
    job: SWEEP,
};

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let now = kernel.clock.now();
        let read = move |tx: &mut Tx<'_>| {
            let mut over = Vec::new();
            for session in store::open(tx, SESSIONS_MOST)? {
                let ended =
                    act::store::find(tx, session.act)?.and_then(|act| act.ended_at.zip(Some(act.state)));
                if let Some((at, state)) = ended
                    && now.since(at) > GRACE_MILLIS
                {
                    over.push((session.act, state));
                }
            }
            Ok(over)
        };
        for (id, state) in kernel.db.read(read).await? {
            if !room::is_served(&kernel, id) {
                keeping::finish(&kernel, id, state.as_str()).await?;
            }
        }
        Ok(())
    })
}
