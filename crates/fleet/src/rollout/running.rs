//! What wakes rollouts: the ends of their acts, a device that is back, the minute, the global stop, and a ticket that is no longer open.

use std::collections::BTreeSet;

use ::rollout::{Course, Event as Happening, Order, Person, Phase, Refusal, What};
use desk::ticket::{self, Stage};
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind, Result};
use kernel::event::{Event, Subscriber};
use kernel::job::{self, Every, Job, JobHandler, Schedule};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::stepping::{self, Wake};
use super::{Rollout, RolloutId, ordering, store};
use crate::act::events;

const NAME: &str = "fleet.rollouts";
const TICK: &str = "fleet.rollout_tick";
/// The reason of a halt that the house itself orders: words of ours, which pages put into the reader's language.
pub(super) const BY_TICKET: &str = "ticket_closed";
pub(super) const BY_STOP: &str = "stopped";
pub(super) const BY_PLANNER: &str = "planner_gone";

/// Once for all nodes: what came of acts, and the global stop.
#[must_use]
pub(crate) fn subscriber() -> Subscriber {
    Subscriber::cluster(NAME, hear).from_now()
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(NAME);
        let ended: BTreeSet<RolloutId> = events
            .iter()
            .filter(|event| event.kind == events::DONE)
            .filter_map(|event| event.data["rollout"].as_str()?.parse().ok())
            .collect();
        for id in ended {
            let cx = cx.clone();
            let stepped = kernel
                .db
                .write(move |tx| stepping::step(tx, &cx, id, &Wake::Answers))
                .await;
            passable(id, stepped)?;
        }
        for event in events.iter().filter(|event| event.kind == events::STOPPED) {
            halt_all(kernel, &cx, &event.actor).await?;
        }
        Ok(())
    })
}

/// The global stop halts every rollout: lifting it starts nothing again by itself.
async fn halt_all(kernel: &Kernel, cx: &Cx, actor: &str) -> Result<()> {
    let by = Person(actor.strip_prefix("user:").unwrap_or(actor).to_owned());
    for id in kernel.db.read(store::under_way).await? {
        let (cx, by) = (cx.clone(), by.clone());
        let write = move |tx: &mut Tx<'_>| halt(tx, &cx, id, &by, BY_STOP);
        passable(id, kernel.db.write(write).await)?;
    }
    Ok(())
}

/// What is wrong with one rollout holds no other up, and the minute tries it again. Only what everybody would meet is passed on.
fn passable(id: RolloutId, stepped: Result<()>) -> Result<()> {
    match stepped {
        Err(error) if error.kind() == Kind::Unavailable => Err(error),
        Err(error) => {
            tracing::error!(%error, rollout = %id, "a rollout could not be stepped");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Halts one that goes.
fn halt(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, by: &Person, reason: &str) -> Result<()> {
    tx.lock("fleet.rollout", id)?;
    let Some(rollout) = store::find(tx, id)?.filter(is_going) else {
        return Ok(());
    };
    let event = Happening::Order(Order {
        round: rollout.head.round,
        by: by.clone(),
        what: What::Halt {
            reason: reason.to_owned(),
        },
    });
    match stepping::step(tx, cx, id, &Wake::Told(&event)) {
        // It has just halted by itself.
        Err(error) if error.code() == Refusal::NotUnderWay.code() => stepping::step(tx, cx, id, &Wake::Time),
        stepped => stepped,
    }
}

fn is_going(rollout: &Rollout) -> bool {
    !rollout.is_over()
        && rollout.head.phase != Phase::Draft
        && matches!(rollout.head.course, Course::Going | Course::Retrying)
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Which {
    rollout: Option<RolloutId>,
}

/// Wakes one rollout, or all that are under way.
pub(crate) const HANDLER: JobHandler = JobHandler {
    kind: TICK,
    run: tick,
};
/// When.
pub(crate) const SCHEDULE: Schedule = Schedule {
    name: TICK,
    every: Every::Seconds(60),
    job: TICK,
};

/// Wakes a rollout soon: a device of it is back.
///
/// # Errors
/// The database's.
pub(crate) fn wake(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId) -> Result<()> {
    let which = Which { rollout: Some(id) };
    let new = job::New::now(TICK, json!(which)).key(id.to_string());
    job::enqueue(tx, cx, new).map(drop)
}

fn tick(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let which: Which = job.data_as().unwrap_or_default();
        let ids = match which.rollout {
            Some(id) => vec![id],
            None => kernel.db.read(store::under_way).await?,
        };
        for id in ids {
            let cx = kernel.cx_system(NAME);
            passable(id, kernel.db.write(move |tx| tick_one(tx, &cx, id)).await)?;
        }
        Ok(())
    })
}

fn tick_one(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId) -> Result<()> {
    tx.lock("fleet.rollout", id)?;
    let Some(rollout) = store::find(tx, id)?.filter(|one| one.head.phase != Phase::Draft) else {
        return Ok(());
    };
    let ticket = ticket::store::load(tx, rollout.ticket)?;
    if ticket.is_none_or(|ticket| ticket.state.stage() != Stage::Open) {
        halt(tx, cx, id, &Person("house".to_owned()), BY_TICKET)?;
    } else if !ordering::may_still_act(tx, cx, &rollout)? {
        halt(tx, cx, id, &Person("house".to_owned()), BY_PLANNER)?;
    }
    stepping::step(tx, cx, id, &Wake::Time)
}
