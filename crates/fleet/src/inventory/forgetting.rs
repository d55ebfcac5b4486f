//! What is cleared away each night: changes of more than two years ago, and contents that no device has any more.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};

use super::store;

const FORGET: &str = "fleet.forget";
const DAY: i64 = 86_400;
const CHANGES_DAYS: i64 = 730;

/// What runs.
pub const HANDLER: JobHandler = JobHandler { kind: FORGET, run };
/// When.
pub const SCHEDULE: Schedule = Schedule {
    name: FORGET,
    every: Every::DailyAt(2, 40, "UTC"),
    job: FORGET,
};

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let now = kernel.clock.now();
        let (changes, contents) = kernel
            .db
            .write(move |tx| {
                Ok((
                    store::forget_changes(tx, now.add_secs(-CHANGES_DAYS * DAY))?,
                    store::forget_contents(tx, now.add_secs(-DAY))?,
                ))
            })
            .await?;
        tracing::debug!(changes, contents, "forgot what no device has any more");
        Ok(())
    })
}
