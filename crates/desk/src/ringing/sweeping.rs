//! Forgetting who called: a minute after a telephone began to ring its row goes, and with it the notice on the pages.
//!
//! Each announcement brings a job for the end of its minute, so that a desk whose telephones are silent sweeps nothing.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{Job, JobHandler};

use super::{store, tell};
use crate::events;

/// Name of the job.
pub const SWEEP: &str = "desk.ringing_sweep";

/// The handler of the job.
pub const HANDLER: JobHandler = JobHandler { kind: SWEEP, run };

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(SWEEP);
        kernel.db.write(move |tx| sweep(tx, &cx)).await
    })
}

/// Throws away what is past its minute and wakes the pages that may show it.
pub fn sweep(tx: &mut Tx, cx: &Cx) -> Result<()> {
    let now = cx.now();
    let people = store::expired(tx, now)?;
    if people.is_empty() {
        return Ok(());
    }
    store::forget_before(tx, now)?;
    for person in people {
        tell(tx, cx, person, events::CALL_OVER)?;
    }
    Ok(())
}
