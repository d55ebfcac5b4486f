//! Asks for reports: at half of the time, at the deadline, and on each day after, once each. The steps are in `clock`; this
//! walks over what is due, writes the mails, and writes down that it did.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};
use serde_json::json;

use super::{Package, acting, clock, store, telling};
use crate::events;

const KIND: &str = "handover.chase";
/// Packages of one transaction.
const PIECE: i64 = 50;
const ROUNDS: usize = 40;

/// Does it.
pub const HANDLER: JobHandler = JobHandler { kind: KIND, run };

/// Every five minutes.
pub const SCHEDULE: Schedule = Schedule {
    name: KIND,
    every: Every::Seconds(300),
    job: KIND,
};

fn run(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        for _ in 0..ROUNDS {
            let (cx, base) = (kernel.cx_system(KIND), kernel.config.base_url.clone());
            let chased = kernel.db.write(move |tx| chase(tx, &cx, &base)).await?;
            if chased < PIECE {
                break;
            }
        }
        Ok(())
    })
}

/// Takes the steps that are due, a piece of them; gives back how many packages were looked at.
///
/// # Errors
/// The database's.
pub fn chase(tx: &mut Tx<'_>, cx: &Cx, base: &str) -> Result<i64> {
    let due = store::to_chase(tx, cx.now(), PIECE)?;
    let looked = i64::try_from(due.len()).unwrap_or(PIECE);
    for package in due {
        ask(tx, cx, package, base)?;
    }
    Ok(looked)
}

fn ask(tx: &mut Tx<'_>, cx: &Cx, found: Package, base: &str) -> Result<()> {
    tx.lock("handover.package", found.id)?;
    let Some(mut package) = store::find(tx, found.id)? else {
        return Ok(());
    };
    let now = cx.now();
    let step = clock::due_step(package.chase_step, package.started_at, package.due_at, now);
    let Some(step) = step.filter(|_| package.state.is_running()) else {
        // Nothing is asked any more, or not yet: the mark was of another time.
        let last = package.chase_step;
        package.chase_at = package
            .state
            .is_running()
            .then(|| clock::instant_of(last + 1, package.started_at, package.due_at));
        return store::update(tx, &package);
    };
    package.chase_step = step;
    package.chase_at = Some(clock::instant_of(step + 1, package.started_at, package.due_at));
    let mails = telling::chased(tx, cx, &package, step, base)?;
    if !store::insert_chase(tx, &package, step, now, mails)? {
        return store::update(tx, &package);
    }
    let data = json!({ "round": package.round, "step": step, "mails": mails });
    acting::finish(tx, cx, &mut package, events::PACKAGE_CHASED, data)
}
