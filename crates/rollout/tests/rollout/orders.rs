//! What people may order, and when.

use rollout::{Event, Order, Person, Refusal, Resume, State, What, step};

use crate::house::{Told, ten};

fn reason() -> String {
    "because".to_owned()
}

#[test]
fn an_order_that_comes_twice_is_followed_once() {
    let mut told = Told::in_canary(ten());
    let round = told.state.head().round;
    let by = Person("amy".to_owned());
    let what = What::Halt { reason: reason() };
    let halt = Event::Order(Order { round, by, what });
    told.hear(&halt).unwrap();
    told.well_until(rollout::State::is_at_rest);
    told.resume(Resume::GoOn);
    let before = told.state.clone();
    assert_eq!(told.hear(&halt), Err(Refusal::Stale));
    assert_eq!(told.state, before);
}

#[test]
fn orders_come_in_their_order() {
    let mut told = Told::draft(ten());
    let how = Resume::GoOn;
    assert_eq!(told.order("amy", What::Resume { how }), Err(Refusal::NotHalted));
    assert_eq!(told.order(" ", What::Start), Err(Refusal::Nobody));
    assert_eq!(
        told.order("amy", What::Halt { reason: reason() }),
        Err(Refusal::NotUnderWay)
    );
    told.order("amy", What::Start).unwrap();
    assert_eq!(told.order("amy", What::Start), Err(Refusal::Begun));
    let nothing = " ".to_owned();
    assert_eq!(
        told.order("amy", What::Halt { reason: nothing }),
        Err(Refusal::NoReason)
    );
    told.halt();
    assert_eq!(
        told.order("amy", What::Halt { reason: reason() }),
        Err(Refusal::NotUnderWay)
    );
}

#[test]
fn in_the_rings_no_exception_is_needed_any_more() {
    let mut told = Told::in_canary(ten());
    let gate = rollout::Gate::WayBack;
    let what = What::Except {
        gate,
        reason: reason(),
    };
    assert_eq!(told.order("amy", what), Err(Refusal::NothingToExcept));
}

#[test]
fn a_state_of_another_plan_is_refused() {
    let mut other = ten();
    other.targets = 11;
    let mut state = State::new(&ten()).unwrap();
    assert_eq!(step(&other, &mut state, 0, &Event::Tick), Err(Refusal::OtherPlan));
    let (head, targets) = (state.head().clone(), state.targets().to_vec());
    assert!(State::of_parts(&other, head.clone(), targets.clone()).is_err());
    assert_eq!(State::of_parts(&ten(), head, targets).unwrap(), state);
}
