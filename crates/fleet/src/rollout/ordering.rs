//! Ordering: what people want of a rollout, and who may.
//!
//! Whoever starts it needs the right of its most dangerous step over every device of it; so does whoever lets it go on, unless they may
//! approve. Agreeing, going without a proof, and going on after harm are for those who may approve. To stop is cheap: whoever may change something on devices may halt
//! or cancel.

use ::rollout::event::Verdict;
use ::rollout::{Course, Event, Gate, Order, Person, Phase, Reason, Resume, What};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use protocol::verb::{Danger, Verb};

use super::stepping::{self, Wake};
use super::{Rollout, RolloutId, seeing, store, telling};
use crate::act::{right_for, seeing as act_seeing, stopping};
use crate::device::{self, DeviceId};
use crate::patch::planning;
use crate::{APPROVE, CHANGE};

/// The words of a reason.
const REASON_MOST: usize = 500;

/// Begins a draft.
///
/// # Errors
/// 404 for what one may not see, 403 without the rights, 409 with the code of the refusal.
pub fn start(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, round: u32) -> Result<()> {
    let rollout = seeing::load(tx, cx, id)?;
    must_reach(tx, cx, &rollout)?;
    if stopping::is_stopped(tx)? {
        return Err(Error::conflict("fleet.stopped"));
    }
    hold_approved(tx, id)?;
    order(tx, cx, id, round, What::Start)
}

/// What it was planned from must be approved still: patches are, for as long as they have not gone out.
fn hold_approved(tx: &mut Tx<'_>, id: RolloutId) -> Result<()> {
    let patches = store::patches_of(tx, id)?;
    planning::hold_approved(tx, &patches)
}

/// The second person agrees.
///
/// # Errors
/// As [`start`].
pub fn approve(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, round: u32) -> Result<()> {
    cx.require(APPROVE)?;
    let rollout = seeing::load(tx, cx, id)?;
    // Who planned it is not its second person, whoever pressed the key that began it.
    if cx.user_id() == Some(rollout.person) {
        return Err(Error::conflict(::rollout::Refusal::SamePerson.code()));
    }
    must_see_all(tx, cx, &rollout)?;
    hold_approved(tx, id)?;
    order(tx, cx, id, round, What::Approve)?;
    telling::approved(tx, cx, &rollout)
}

/// Goes without a proof.
///
/// # Errors
/// As [`start`]; 422 without a reason.
pub fn except(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, round: u32, gate: Gate, reason: &str) -> Result<()> {
    cx.require(APPROVE)?;
    let rollout = seeing::load(tx, cx, id)?;
    let reason = words(reason)?;
    let what = What::Except {
        gate,
        reason: reason.clone(),
    };
    order(tx, cx, id, round, what)?;
    telling::excepted(tx, cx, &rollout, gate, &reason)
}

/// Begins nothing more. It holds whatever happened since somebody looked.
///
/// # Errors
/// As [`except`].
pub fn halt(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, reason: &str) -> Result<()> {
    cx.require(CHANGE)?;
    let rollout = seeing::load(tx, cx, id)?;
    let reason = words(reason)?;
    take_over(tx, cx, &rollout)?;
    order(tx, cx, id, rollout.head.round, What::Halt { reason })
}

/// Goes on after a halt.
///
/// # Errors
/// As [`start`].
pub fn resume(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, round: u32, how: Resume) -> Result<()> {
    let rollout = seeing::load(tx, cx, id)?;
    if is_after_harm(&rollout) || cx.may(APPROVE).is_some() {
        cx.require(APPROVE)?;
        must_see_all(tx, cx, &rollout)?;
    } else {
        must_reach(tx, cx, &rollout)?;
    }
    if stopping::is_stopped(tx)? {
        return Err(Error::conflict("fleet.stopped"));
    }
    take_over(tx, cx, &rollout)?;
    order(tx, cx, id, round, What::Resume { how })
}

/// Ends it for good.
///
/// # Errors
/// As [`except`].
pub fn cancel(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, reason: &str) -> Result<()> {
    cx.require(CHANGE)?;
    let rollout = seeing::load(tx, cx, id)?;
    let reason = words(reason)?;
    take_over(tx, cx, &rollout)?;
    order(tx, cx, id, rollout.head.round, What::Cancel { reason })
}

/// Says whether all is well with the ring that is under way, as whoever looked at it says it.
///
/// # Errors
/// As [`except`]; 409 when no ring is under way.
pub fn probe(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, round: u32, bad: Option<&str>) -> Result<()> {
    cx.require(CHANGE)?;
    let rollout = seeing::load(tx, cx, id)?;
    let Phase::Ring { ring } = rollout.head.phase else {
        return Err(Error::conflict(::rollout::Refusal::NotUnderWay.code()));
    };
    // Harm holds whatever happened since somebody looked; that all is well, only for what they looked at.
    if bad.is_none() && round != rollout.head.round {
        return Err(Error::conflict(::rollout::Refusal::Stale.code()));
    }
    let verdict = match bad {
        Some(text) => Verdict::Bad { text: words(text)? },
        None => Verdict::Good,
    };
    let event = Event::Probe {
        round,
        ring,
        at: cx.now().millis(),
        verdict,
    };
    stepping::step(tx, cx, id, &Wake::Told(&event))
}

/// Whether somebody who may approve must let it go on: something was harmed, whatever it was halted for.
#[must_use]
pub fn is_after_harm(rollout: &Rollout) -> bool {
    if rollout.head.counts.iter().any(|ring| ring.harm > 0) {
        return true;
    }
    let Course::Halted(halt) = &rollout.head.course else {
        return false;
    };
    matches!(
        halt.reason,
        Reason::RingBudget { .. } | Reason::Budget | Reason::Probe { .. } | Reason::Rehearsal { .. }
    )
}

fn order(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, round: u32, what: What) -> Result<()> {
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let order = Order {
        round,
        by: Person(person.to_string()),
        what,
    };
    stepping::step(tx, cx, id, &Wake::Told(&Event::Order(order)))
}

/// Whether whoever planned it is there still, with the right of its most dangerous step.
///
/// # Errors
/// The database's.
pub(super) fn may_still_act(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout) -> Result<bool> {
    let right = right_of(tx, rollout.id)?;
    let theirs = act_seeing::as_person(tx, cx, rollout.person)?;
    Ok(theirs.is_some_and(|theirs| theirs.may(right).is_some()))
}

/// When whoever planned it may not act any more, it goes on in the name of whoever orders something now, if they may: a way back is
/// not lost with a person. Who agreed to it cannot be both.
fn take_over(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout) -> Result<()> {
    let Some(identity) = cx.identity() else {
        return Ok(());
    };
    let agreed = rollout.head.approved.as_ref();
    let is_second = agreed.is_some_and(|agreed| agreed.by.0 == identity.user.to_string());
    if is_second || may_still_act(tx, cx, rollout)? || must_reach(tx, cx, rollout).is_err() {
        return Ok(());
    }
    tx.lock("fleet.rollout", rollout.id)?;
    store::hand_over(tx, rollout.id, identity.user, &identity.name)
}

fn words(reason: &str) -> Result<String> {
    let words: String = reason
        .trim()
        .chars()
        .filter(|letter| !letter.is_control())
        .take(REASON_MOST)
        .collect();
    if words.is_empty() {
        return Err(Error::invalid(::rollout::Refusal::NoReason.code()).field("reason"));
    }
    Ok(words)
}

/// The right that a rollout's most dangerous step asks for.
///
/// # Errors
/// The database's.
pub fn right_of(tx: &mut Tx<'_>, id: RolloutId) -> Result<&'static str> {
    let mut danger = Danger::View;
    for step in ::rollout::Step::ALL {
        if let Some(body) = store::step(tx, id, step)? {
            let verb = Verb::read(&body).map_err(|unfit| Error::internal(unfit.to_string()))?;
            danger = danger.max(verb.danger());
        }
    }
    Ok(right_for(danger))
}

fn must_reach(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout) -> Result<()> {
    let right = right_of(tx, rollout.id)?;
    must_have(tx, cx, rollout, right)
}

/// Nobody agrees to what they may not even see.
fn must_see_all(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout) -> Result<()> {
    must_have(tx, cx, rollout, crate::READ)
}

fn must_have(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout, right: &str) -> Result<()> {
    // A right over everything needs no look at each device.
    if cx.require(right)? == kernel::cx::Scope::All {
        return Ok(());
    }
    let ids: Vec<DeviceId> = store::targets(tx, rollout.id)?
        .into_iter()
        .map(|target| target.device)
        .collect();
    let devices = device::store::find_many(tx, &ids)?;
    if devices.len() == ids.len() && devices.iter().all(|one| device::may(cx, right, one)) {
        Ok(())
    } else {
        Err(Error::forbidden().arg("permission", right.to_owned()))
    }
}
