//! The way of a ticket from new to closed: which step leads from which state to which. Pure.
//!
//! Who may take a step is in `access.rs`; what else happens with it is in the operation that takes it. Closed has two
//! doors only, the requester's yes and the requester's silence: nobody at the desk can close a ticket alone. (A ticket that
//! becomes part of another is closed too, but not as solved: it goes on there, and can be taken out again. So is a request
//! that was not approved, of which nothing was begun.)

use kernel::error::{Error, Result};

use super::value::{State, WaitingFor};

/// One step on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Somebody begins to work on it.
    Start,
    /// The desk waits for somebody outside of it.
    Wait(WaitingFor),
    /// What was waited for has come.
    Resume,
    /// The desk holds it solved; the requester is asked.
    Resolve,
    /// The requester's yes.
    Accept,
    /// The requester's no: the fix failed.
    Refuse,
    /// The stated time passed without an answer.
    Silence,
    /// The desk takes back a resolution, or a closed ticket comes back.
    Reopen,
    /// It goes on as part of another ticket.
    Merge,
    /// Everybody who had to approve it did: it comes to the desk.
    Approve,
    /// It was not approved.
    Decline,
}

/// Where a step leads, or a conflict that names both.
pub fn next(state: State, step: Step) -> Result<State> {
    use State::{
        Closed, InProgress, New, Resolved, WaitingApproval, WaitingDevelopment, WaitingRequester,
        WaitingSupplier,
    };
    let to = match (state, step) {
        (New, Step::Start) => InProgress,
        (WaitingRequester | WaitingSupplier | WaitingDevelopment, Step::Resume) => InProgress,
        (New | InProgress, Step::Wait(whom)) => whom.state(),
        (WaitingRequester | WaitingSupplier | WaitingDevelopment, Step::Wait(whom))
            if whom.state() != state =>
        {
            whom.state()
        }
        (New | InProgress | WaitingRequester | WaitingSupplier | WaitingDevelopment, Step::Resolve) => {
            Resolved
        }
        (Resolved, Step::Accept | Step::Silence) => Closed,
        (New | InProgress | WaitingRequester | WaitingSupplier | WaitingDevelopment, Step::Merge) => Closed,
        (Resolved, Step::Refuse | Step::Reopen) | (Closed, Step::Reopen) => InProgress,
        (WaitingApproval, Step::Approve) => New,
        (WaitingApproval, Step::Decline) => Closed,
        _ => return Err(refused(state, step)),
    };
    Ok(to)
}

/// The steps that lead on from a state, for buttons and their order.
#[must_use]
pub fn steps_from(state: State) -> Vec<Step> {
    let mut steps = vec![Step::Start, Step::Resume, Step::Resolve];
    steps.extend(WaitingFor::ALL.iter().map(|whom| Step::Wait(*whom)));
    steps.extend([Step::Accept, Step::Refuse, Step::Reopen]);
    steps.retain(|step| next(state, *step).is_ok());
    steps
}

fn refused(state: State, step: Step) -> Error {
    let code = match (state, step) {
        (State::Closed, _) => "desk.ticket.closed",
        (State::WaitingApproval, _) => "desk.ticket.awaits_approval",
        (_, Step::Approve | Step::Decline) => "desk.approval.settled",
        (_, Step::Accept | Step::Refuse | Step::Silence) => "desk.ticket.not_resolved",
        (State::Resolved, _) => "desk.ticket.already_resolved",
        (_, Step::Wait(_)) => "desk.ticket.already_waiting",
        (_, Step::Resume) => "desk.ticket.not_waiting",
        (_, Step::Start) => "desk.ticket.already_started",
        (_, Step::Reopen | Step::Resolve | Step::Merge) => "desk.ticket.still_open",
    };
    Error::conflict(code).arg("state", state.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STEPS: [Step; 10] = [
        Step::Start,
        Step::Wait(WaitingFor::Requester),
        Step::Wait(WaitingFor::Supplier),
        Step::Wait(WaitingFor::Development),
        Step::Resume,
        Step::Resolve,
        Step::Accept,
        Step::Refuse,
        Step::Silence,
        Step::Reopen,
    ];

    #[test]
    fn a_ticket_closes_only_by_yes_or_silence_after_a_resolution() {
        for state in State::ALL {
            for step in STEPS {
                if next(*state, step).is_ok_and(|to| to == State::Closed) {
                    assert_eq!(*state, State::Resolved);
                    assert!(matches!(step, Step::Accept | Step::Silence));
                }
            }
        }
    }

    #[test]
    fn what_waits_for_approval_takes_nothing_but_yes_and_no() {
        for step in STEPS {
            let error = next(State::WaitingApproval, step).unwrap_err();
            assert_eq!(error.code(), "desk.ticket.awaits_approval");
        }
        assert_eq!(next(State::WaitingApproval, Step::Approve).unwrap(), State::New);
        assert_eq!(
            next(State::WaitingApproval, Step::Decline).unwrap(),
            State::Closed
        );
        for state in State::ALL
            .iter()
            .filter(|state| **state != State::WaitingApproval)
        {
            assert!(next(*state, Step::Approve).is_err() && next(*state, Step::Decline).is_err());
        }
    }

    #[test]
    fn a_no_leads_back_to_work() {
        assert_eq!(next(State::Resolved, Step::Refuse).unwrap(), State::InProgress);
    }

    #[test]
    fn a_closed_ticket_takes_nothing_but_reopening() {
        let open: Vec<_> = STEPS
            .into_iter()
            .filter(|step| next(State::Closed, *step).is_ok())
            .collect();
        assert_eq!(open, [Step::Reopen]);
    }

    #[test]
    fn waiting_for_the_same_side_twice_is_a_conflict() {
        let error = next(State::WaitingSupplier, Step::Wait(WaitingFor::Supplier)).unwrap_err();
        assert_eq!(error.code(), "desk.ticket.already_waiting");
        assert_eq!(
            next(State::WaitingSupplier, Step::Wait(WaitingFor::Requester)).unwrap(),
            State::WaitingRequester
        );
    }

    proptest! {
        #[test]
        fn whatever_is_done_a_way_to_closed_remains(choices in prop::collection::vec(0_usize..STEPS.len(), 0..60)) {
            let mut state = State::New;
            for choice in choices {
                let before = state;
                if let Ok(to) = next(state, STEPS[choice]) {
                    prop_assert_ne!(to, before, "a step that changes nothing is refused");
                    prop_assert_ne!(to, State::New, "nothing becomes new again");
                    state = to;
                }
            }
            if state != State::Resolved && state != State::Closed {
                state = next(state, Step::Resolve).unwrap();
            }
            if state == State::Resolved {
                state = next(state, Step::Accept).unwrap();
            }
            prop_assert_eq!(state, State::Closed);
        }

        #[test]
        fn the_offered_steps_are_exactly_the_possible_ones(index in 0_usize..8) {
            let state = State::ALL[index];
            let offered = steps_from(state);
            for step in STEPS {
                if step != Step::Silence {
                    prop_assert_eq!(offered.contains(&step), next(state, step).is_ok());
                }
            }
        }
    }
}
