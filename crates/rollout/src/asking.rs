//! Asking: what is to be done now, and when to come back. Both are read off the state and change nothing.

use crate::command::{Command, CommandId, Position};
use crate::plan::{Plan, Probing, SILENT_MOST};
use crate::state::{Course, Phase, State};
use crate::target::Status;
use crate::{Millis, expiring, presence};

/// What is to be done now, in the order of the targets. Whatever has been begun under its id is not begun again.
#[must_use]
pub fn commands(state: &State) -> Vec<Command> {
    let running = |(at, target): (u32, &crate::Target)| match target.status {
        Status::Running { step, attempt } => Some(Command {
            id: CommandId {
                target: Position(at),
                step,
                attempt,
            },
            errand: target.errand,
        }),
        _ => None,
    };
    (0..).zip(&state.targets).filter_map(running).collect()
}

/// When time alone may change something next: the end of a bake time, or a target that is given up. None while only events can.
#[must_use]
pub fn wake_at(plan: &Plan, state: &State, now: Millis) -> Option<Millis> {
    if state.is_over() {
        return None;
    }
    let expiries = state
        .targets
        .iter()
        .filter_map(|target| expiring::expires_at(target, plan.offline_most));
    let silences = state
        .targets
        .iter()
        .filter_map(|target| presence::silent_since(target).map(|since| since.saturating_add(SILENT_MOST)));
    expiries
        .chain(silences)
        .chain(bake_ends(plan, state))
        .filter(|at| *at > now)
        .min()
}

fn bake_ends(plan: &Plan, state: &State) -> Option<Millis> {
    let Phase::Ring { ring } = state.head.phase else {
        return None;
    };
    let ring = plan.rings.get(ring)?;
    if state.head.course != Course::Going || ring.probe == Probing::Needed && !state.head.is_healthy {
        return None;
    }
    Some(state.head.bakes_since?.saturating_add(ring.bake))
}
