//! What keeps patches up to date: inventories and what becomes of devices, and once an hour the rules that wait some days.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use kernel::job::{self, Every, Job, JobHandler, Schedule};
use serde_json::json;

use super::{PatchId, noticing, ruling, store};
use crate::device::{self, DeviceId};
use crate::events;

const NAME: &str = "fleet.patches";
const TICK: &str = "fleet.patch_tick";
const DAY: i64 = 86_400;
/// What no device reports for so long, and no person has spoken of, is forgotten.
const FORGET_DAYS: i64 = 7;
/// Patches that are looked at, or forgotten, in one transaction.
const PAGE: i64 = 500;

/// After which events another look at a device is due.
const HEARD: &[&str] = &[
    events::INVENTORY_TAKEN,
    events::DEVICE_ADMITTED,
    events::DEVICE_RETIRED,
    events::DEVICE_RESTORED,
    events::DEVICE_MERGED,
];

/// Once for all nodes, from the first event on: it only says at which devices to look, and what they said long ago counts as well.
#[must_use]
pub(crate) fn subscriber() -> Subscriber {
    Subscriber::cluster(NAME, hear)
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(NAME);
        let devices: BTreeSet<DeviceId> = events
            .iter()
            .filter(|event| HEARD.contains(&event.kind.as_str()))
            .filter_map(|event| device::of_subject(&event.subject))
            .collect();
        for id in devices {
            let cx = cx.clone();
            kernel.db.write(move |tx| noticing::sync(tx, &cx, id)).await?;
        }
        Ok(())
    })
}

/// Lets rules decide, and forgets what is of no interest any more.
pub(crate) const HANDLER: JobHandler = JobHandler {
    kind: TICK,
    run: tick,
};
/// When.
pub(crate) const SCHEDULE: Schedule = Schedule {
    name: TICK,
    every: Every::Seconds(3_600),
    job: TICK,
};

/// Lets rules decide soon: there is a new one.
///
/// # Errors
/// The database's.
pub(super) fn wake(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    job::enqueue(tx, cx, job::New::now(TICK, json!({})).key("now")).map(drop)
}

fn tick(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let mut after: Option<PatchId> = None;
        loop {
            let cx = kernel.cx_system(NAME);
            let write = move |tx: &mut Tx<'_>| page(tx, &cx, after);
            match kernel.db.write(write).await? {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        let border = kernel.clock.now().add_secs(-FORGET_DAYS * DAY);
        loop {
            let forgotten = kernel.db.write(move |tx| store::forget(tx, border, PAGE)).await?;
            tracing::debug!(forgotten, "forgot patches that no device reports");
            if i64::try_from(forgotten).is_ok_and(|count| count < PAGE) {
                return Ok(());
            }
        }
    })
}

/// Lets rules decide on some patches; answers the last of them when there are more.
fn page(tx: &mut Tx<'_>, cx: &Cx, after: Option<PatchId>) -> Result<Option<PatchId>> {
    let ids = store::undecided(tx, after, PAGE)?;
    ruling::decide(tx, cx, &ids)?;
    let is_full = i64::try_from(ids.len()).is_ok_and(|count| count >= PAGE);
    Ok(ids.last().copied().filter(|_| is_full))
}
