//! Removes what has expired: sessions, one-time links, tokens past their end, counts of failed attempts.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::{Kernel, Result};

use crate::{sign_in, token};

const PURGE: &str = "people.purge";

pub(crate) const HANDLER: JobHandler = JobHandler { kind: PURGE, run };
pub(crate) const SCHEDULE: Schedule = Schedule {
    name: PURGE,
    every: Every::Seconds(3600),
    job: PURGE,
};

fn run(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    async move {
        let now = kernel.clock.now();
        let removed = kernel
            .db
            .write(move |tx| Ok(sign_in::store::purge(tx, now)? + token::store::purge(tx, now)?))
            .await?;
        tracing::debug!(removed, "expired sessions and tokens were removed");
        Ok(())
    }
    .boxed()
}
