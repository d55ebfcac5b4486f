//! Keeping the worth of articles: after each vote, and once a night for all, so that what was said fades.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event;
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;
use serde_json::json;

use super::store::{self, Standing};
use super::worth;
use crate::events;

const NAME: &str = "knowledge.worth";
/// Articles of one transaction.
const PIECE: i64 = 200;
/// The index hears of it when it crosses one of so many steps: smaller changes would only be work for it.
const STEPS: f64 = 50.0;
const DAY_MILLIS: f64 = 86_400_000.0;

/// Does it.
pub const HANDLER: JobHandler = JobHandler { kind: NAME, run };

/// Once a day.
pub const SCHEDULE: Schedule = Schedule {
    name: NAME,
    every: Every::Seconds(86_400),
    job: NAME,
};

fn run(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let mut after = 0;
        loop {
            let cx = kernel.cx_system(NAME);
            let last = kernel.db.write(move |tx| piece(tx, &cx, after)).await?;
            let Some(last) = last else { return Ok(()) };
            after = last;
        }
    })
}

/// Reckons some articles anew; the number of the last of them, none at the end.
pub fn piece(tx: &mut Tx, cx: &Cx, after: i64) -> Result<Option<i64>> {
    let some = store::said_of(tx, after, PIECE)?;
    let numbers: Vec<i64> = some.iter().map(|one| one.number).collect();
    let said = store::said_at(tx, &numbers)?;
    for one in &some {
        let moment = said.iter().find(|(number, _)| *number == one.number);
        keep(tx, cx, one, moment.map(|(_, moment)| *moment))?;
    }
    Ok(numbers.last().copied())
}

/// Reckons one article anew after something was said of it.
pub(crate) fn after_word(tx: &mut Tx, cx: &Cx, number: i64) -> Result<()> {
    let Some(one) = store::find(tx, number)? else {
        return Ok(());
    };
    let said = store::said_at(tx, &[number])?;
    keep(tx, cx, &one, said.first().map(|(_, moment)| *moment))
}

fn keep(tx: &mut Tx, cx: &Cx, one: &Standing, moment: Option<f64>) -> Result<()> {
    let now = of(one, moment, cx.now());
    if (now - one.worth).abs() < f64::EPSILON {
        return Ok(());
    }
    store::put(tx, one.number, now)?;
    let step = |worth: f64| (worth * STEPS).floor();
    if (step(now) - step(one.worth)).abs() < 0.5 {
        return Ok(());
    }
    let new = event::New {
        kind: events::WORTH_CHANGED,
        subject: crate::article::subject(one.number),
        data: json!({ "worth": (now * 1_000.0).round() / 1_000.0 }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

fn of(one: &Standing, moment: Option<f64>, now: Timestamp) -> f64 {
    let age = moment.map_or(0.0, |moment| (millis(now) - moment) / DAY_MILLIS);
    worth(
        one.solved,
        one.unsolved,
        one.tickets_solved,
        one.tickets_unsolved,
        age,
    )
}

/// Seconds since 1970 fit into 32 bits until 2106; what is lost below a second does not matter to an age in days.
fn millis(at: Timestamp) -> f64 {
    u32::try_from(at.secs()).map_or(f64::from(u32::MAX), f64::from) * 1_000.0
}
