//! Who may see a rollout: whoever may see devices and work on its ticket. Devices out of their reach are counted, not named.

use std::collections::BTreeMap;

use ::rollout::{Missing, Phase, Position, State, Step, Target};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use protocol::verb::Verb;

use super::store::{self, Kept, Placed};
use super::{Rollout, RolloutId};
use crate::READ;
use crate::act::{self, Act, seeing};
use crate::device::{self, Device, DeviceId};

/// A rollout that the reader may see.
///
/// # Errors
/// 404 for what they may not; 403 without the right to see devices.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId) -> Result<Rollout> {
    cx.require(READ)?;
    let rollout = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    if seeing::may_see_ticket(tx, cx, rollout.ticket)? {
        Ok(rollout)
    } else {
        Err(Error::not_found())
    }
}

/// Those of some rollouts that the reader may see.
///
/// # Errors
/// The database's.
pub fn seen(tx: &mut Tx<'_>, cx: &Cx, mut rollouts: Vec<Rollout>) -> Result<Vec<Rollout>> {
    let mut numbers: Vec<i64> = rollouts.iter().map(|one| one.ticket).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let tickets = desk::ticket::store::load_many(tx, &numbers)?;
    let may = |number: i64| {
        tickets
            .iter()
            .any(|ticket| ticket.number == number && seeing::sees(cx, ticket))
    };
    rollouts.retain(|one| may(one.ticket));
    Ok(rollouts)
}

/// A target as a page shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// How far it is.
    pub placed: Placed,
    /// Its device; none when it is out of the reader's reach.
    pub device: Option<Device>,
}

/// Some targets by position, after one of them; of one status only when it is named.
///
/// # Errors
/// The database's.
pub fn targets(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: RolloutId,
    status: Option<&str>,
    after: Option<u32>,
    limit: i64,
) -> Result<Vec<Shown>> {
    let after = after.map_or(-1, i64::from);
    let targets = store::page_of_targets(tx, id, status, after, limit)?;
    named(tx, cx, targets)
}

/// The devices of some targets.
///
/// # Errors
/// The database's.
pub fn named(tx: &mut Tx<'_>, cx: &Cx, targets: Vec<Placed>) -> Result<Vec<Shown>> {
    let ids: Vec<DeviceId> = targets.iter().map(|one| one.device).collect();
    let mut devices: BTreeMap<DeviceId, Device> = device::store::find_many(tx, &ids)?
        .into_iter()
        .filter(|device| device::may(cx, READ, device))
        .map(|device| (device.id, device))
        .collect();
    let shown = targets.into_iter().map(|placed| Shown {
        device: devices.remove(&placed.device),
        placed,
    });
    Ok(shown.collect())
}

/// What was asked of a target, in its order.
///
/// # Errors
/// The database's.
pub fn acts(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, position: Position) -> Result<Vec<(Kept, Act)>> {
    let commands = store::of_target(tx, id, position)?;
    let ids: Vec<act::ActId> = commands.iter().map(|kept| kept.act).collect();
    let acts = act::store::find_many(tx, &ids)?;
    let acts = seeing::seen(tx, cx, acts)?;
    let of = |kept: Kept| {
        let act = acts.iter().find(|act| act.id == kept.act)?;
        Some((kept, act.clone()))
    };
    Ok(commands.into_iter().filter_map(of).collect())
}

/// One target.
///
/// # Errors
/// 404 when there is none.
pub fn target(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, position: Position) -> Result<Shown> {
    let placed = store::target(tx, id, position)?.ok_or_else(Error::not_found)?;
    let shown = named(tx, cx, vec![placed])?;
    shown.into_iter().next().ok_or_else(Error::not_found)
}

/// The steps that there are, as they will be signed for.
///
/// # Errors
/// The database's.
pub fn steps(tx: &mut Tx<'_>, id: RolloutId) -> Result<Vec<(Step, Verb)>> {
    let mut steps = Vec::new();
    for step in Step::ALL {
        if let Some(body) = store::step(tx, id, step)? {
            let verb = Verb::read(&body).map_err(|unfit| Error::internal(unfit.to_string()))?;
            steps.push((step, verb));
        }
    }
    Ok(steps)
}

/// What is missing before the rings; nothing once they have begun.
#[must_use]
pub fn missing(rollout: &Rollout) -> Vec<Missing> {
    if !matches!(
        rollout.head.phase,
        Phase::Draft | Phase::DryRun | Phase::Rehearsal
    ) {
        return Vec::new();
    }
    // What is missing follows from the head alone; the targets are only there to be counted.
    let targets = vec![Target::default(); rollout.plan.targets as usize];
    State::of_parts(&rollout.plan, rollout.head.clone(), targets)
        .map(|state| ::rollout::missing(&rollout.plan, &state))
        .unwrap_or_default()
}
