//! The gate before the first apply: a dry run that passed, a way back that was tried, and a second person where there are many.
//!
//! The rehearsal of the way back is itself an apply on one target. It needs the dry run and the second person.

use crate::event::{Gate, Person};
use crate::plan::{ALONE_MOST, Plan};
use crate::state::State;

/// What is missing before anything is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The dry run has not passed on the sample, and nobody excepted it.
    DryRun,
    /// There are more than 25 targets, and no second person has agreed.
    Approval,
    /// The way back has not been tried, and nobody excepted it.
    WayBack,
}

/// Whether a plan needs a second person.
#[must_use]
pub const fn needs_second_person(plan: &Plan) -> bool {
    plan.targets > ALONE_MOST
}

/// What is missing, in the order in which it is got.
#[must_use]
pub fn missing(plan: &Plan, state: &State) -> Vec<Missing> {
    let dry_run = state.head.dry_run_passed.is_none() && !is_excepted(state, Gate::DryRun);
    let approval = needs_second_person(plan) && state.head.approved.is_none();
    let way_back = state.head.way_back_proved.is_none() && !is_excepted(state, Gate::WayBack);
    [
        (dry_run, Missing::DryRun),
        (approval, Missing::Approval),
        (way_back, Missing::WayBack),
    ]
    .into_iter()
    .filter_map(|(is_missing, what)| is_missing.then_some(what))
    .collect()
}

pub(crate) fn is_excepted(state: &State, gate: Gate) -> bool {
    state.head.exceptions.iter().any(|one| one.gate == gate)
}

/// Whether somebody has had a hand in it already, so that they cannot be its second person.
pub(crate) fn has_a_hand_in_it(state: &State, person: &Person) -> bool {
    let began = state
        .head
        .started
        .as_ref()
        .is_some_and(|started| started.by == *person);
    began || state.head.exceptions.iter().any(|one| one.by == *person)
}
