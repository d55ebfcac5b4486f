//! Waiting a moment before the requester is told where a ticket stands, so that several changes in a row are one letter.
//!
//! Who has it, that it moved, that others are waited for, that it was taken up again: of these only the last counts. The
//! first of them makes a job; what follows before it runs joins it (the job's key is the ticket). What people said, asked,
//! and solved is never held back.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{self, Job, JobHandler};
use serde::{Deserialize, Serialize};

use super::{Notice, is_hopeless, subscriber};

/// Tells where a ticket stands.
pub const TELL_GATHERED: &str = "desk.tell_gathered";
/// For how long changes are gathered, in seconds: as long as a dispatcher needs to set a ticket right.
pub const GATHERS: i64 = 120;

/// The handler of the job.
pub const HANDLER: JobHandler = JobHandler {
    kind: TELL_GATHERED,
    run,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Gathered {
    ticket: i64,
    /// The first event that is told of.
    since: i64,
}

/// Whether a notice says where a ticket stands, so that a later one replaces it.
pub(super) const fn waits(notice: Notice) -> bool {
    matches!(
        notice,
        Notice::Assigned | Notice::Moved | Notice::WaitingElsewhere | Notice::Reopened
    )
}

/// Has it told when the moment is over, with what happens until then.
pub(super) fn later(tx: &mut Tx, cx: &Cx, ticket: i64, since: i64) -> Result<()> {
    let job = job::New::now(TELL_GATHERED, serde_json::to_value(Gathered { ticket, since })?)
        .at(cx.now().add_secs(GATHERS))
        .key(format!("ticket:{ticket}"));
    job::enqueue(tx, cx, job).map(drop)
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let gathered: Gathered = job.data_as()?;
        let number = gathered.ticket;
        let cx = kernel.cx_system("desk.notices");
        let base_url = kernel.config.base_url.clone();
        let telling = kernel
            .db
            .write(move |tx| subscriber::tell_latest(tx, &cx, gathered.ticket, gathered.since, &base_url));
        match telling.await {
            Err(error) if is_hopeless(&error) => {
                tracing::error!(ticket = number, %error, "where a ticket stands was not told");
                Ok(())
            }
            done => done,
        }
    })
}
