//! Which state follows which, and the right it takes. Pure.

use super::State;
use crate::{PUBLISH, WRITE};

/// The right that moves an article from one state to another; none when the step does not exist. Publishing what is published
/// puts its working copies before the readers.
#[must_use]
pub const fn right_for(from: State, to: State) -> Option<&'static str> {
    use State::{Draft, Outdated, Published, Review, Withdrawn};
    match (from, to) {
        (Draft, Review | Withdrawn) | (Review, Draft | Withdrawn) => Some(WRITE),
        (_, Published)
        | (Published | Outdated, Draft | Withdrawn)
        | (Published, Outdated)
        | (Withdrawn, Draft) => Some(PUBLISH),
        _ => None,
    }
}

/// The states that an article can be moved to, with the right each takes.
#[must_use]
pub fn next(from: State) -> Vec<(State, &'static str)> {
    let all = State::ALL.iter();
    all.filter_map(|to| Some((*to, right_for(from, *to)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_get_nothing_without_the_right_to_publish() {
        for from in State::ALL {
            for to in State::ALL {
                if to.is_read() {
                    assert_ne!(right_for(*from, *to), Some(WRITE), "{from:?} to {to:?}");
                }
                if from.is_read() {
                    assert_ne!(right_for(*from, *to), Some(WRITE), "{from:?} to {to:?}");
                }
            }
        }
    }

    #[test]
    fn every_state_can_be_left_for_being_read() {
        for from in State::ALL {
            assert!(next(*from).iter().any(|(to, _)| *to == State::Published));
        }
    }
}
