//! Asking: from a command of a rollout to an act, for whoever made the rollout and under their rights.

use ::rollout::state::Head;
use ::rollout::{Answer, Step, needs_second_person};
use desk::ticket::{self, Stage};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use protocol::message::Outcome;
use protocol::verb::{Danger, Verb};

use super::{Rollout, store};
use crate::act::{self, ActId, asking, ending, right_for, seeing, stopping};
use crate::device::{self, DeviceId};
use crate::release::bundling;
use crate::script;

/// What came of asking.
#[derive(Debug)]
pub(super) enum Asked {
    /// This act, over the target's link of this number.
    Act(ActId, u64),
    /// Not now: it is asked for again.
    Later,
    /// It cannot be, and this is its answer.
    Answered(Answer),
}

fn refused(code: &str) -> Asked {
    Asked::Answered(Answer::Refused {
        code: code.to_owned(),
    })
}

/// Asks for the act of one step on a device, over the link of a number. What a person can put right (the stop, a closed ticket, a
/// planner who is not there any more) is waited for: it is no failure of the device. `running` halts the rollout meanwhile.
pub(super) fn ask(
    tx: &mut Tx<'_>,
    cx: &Cx,
    rollout: &Rollout,
    head: &Head,
    device: DeviceId,
    (step, epoch): (Step, u64),
) -> Result<Asked> {
    if stopping::is_stopped(tx)? {
        return Ok(Asked::Later);
    }
    let ticket = ticket::store::load(tx, rollout.ticket)?;
    if ticket.is_none_or(|ticket| ticket.state.stage() != Stage::Open) {
        return Ok(Asked::Later);
    }
    let Some(body) = store::step(tx, rollout.id, step)? else {
        return Ok(refused("no_step"));
    };
    let verb = Verb::read(&body).map_err(|unfit| Error::internal(unfit.to_string()))?;
    if !script::was_reviewed(tx, &verb)? {
        return Ok(refused("script_not_reviewed"));
    }
    let found = device::store::find(tx, device)?;
    let Some(found) = found.filter(|found| found.state == device::State::Admitted) else {
        return Ok(refused("device"));
    };
    if found.agent_key.is_none() {
        return Ok(refused("no_agent"));
    }
    let theirs = seeing::as_person(tx, cx, rollout.person)?;
    if !theirs.is_some_and(|theirs| device::may(&theirs, right_for(verb.danger()), &found)) {
        return Ok(Asked::Later);
    }
    if act::store::count_open_of_device(tx, device, None)? >= asking::OPEN_MOST {
        return Ok(Asked::Later);
    }
    let (verb, body) = match bundling::of_device(tx, &verb, &found)? {
        Ok(None) => (verb, body),
        Ok(Some(own)) => {
            let body = own.write().map_err(|unfit| asking::malformed(&unfit))?;
            (own, body)
        }
        Err(lack) => {
            // An act all the same, which is over at once: it is the place where everybody sees why.
            let id = act_of(tx, cx, rollout, head, device, (step, &verb, body))?;
            let code = lack.code().to_owned();
            if let Some(mut act) = act::store::find(tx, id)? {
                ending::settle(tx, cx, &mut act, Outcome::Refused { code })?;
            }
            return Ok(Asked::Act(id, epoch));
        }
    };
    let act = act_of(tx, cx, rollout, head, device, (step, &verb, body))?;
    Ok(Asked::Act(act, epoch))
}

fn act_of(
    tx: &mut Tx<'_>,
    cx: &Cx,
    rollout: &Rollout,
    head: &Head,
    device: DeviceId,
    (step, verb, body): (Step, &Verb, String),
) -> Result<ActId> {
    let approved_by = head
        .approved
        .as_ref()
        .and_then(|approved| approved.by.0.parse::<UserId>().ok());
    // Several rollouts of a few devices each are many devices too.
    tx.lock("fleet.asking", rollout.person)?;
    let is_alone = approved_by.is_none() && verb.danger() != Danger::View;
    let is_held = is_alone && asking::touches_too_many(tx, cx, rollout.person, device)?;
    // Until somebody agreed, no more devices are touched than the sample has; the signer is told the same.
    let reach = if approved_by.is_some() || !needs_second_person(&rollout.plan) {
        rollout.plan.targets
    } else {
        rollout.plan.sample.min(rollout.plan.targets)
    };
    let made = asking::Making {
        ticket: rollout.ticket,
        person: rollout.person,
        person_name: rollout.person_name.clone(),
        // A second person who is asked for decides about one step at a time.
        batch: format!("{}-{}", rollout.id, step.as_str()),
        fan_out: i64::from(reach),
        approved_by,
        rollout: Some(rollout.id),
        is_held,
    };
    let act = made.act(cx, device, verb, body);
    act::store::insert(tx, &act)?;
    asking::tell(tx, cx, &act)?;
    Ok(act.id)
}
