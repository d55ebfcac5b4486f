//! What is heard twice, late, or of nobody changes nothing; what is to be done is read off the state, by whoever lives.

use rollout::{Answer, CommandId, Event, Found, Position, Refusal, State, Step, commands};

use crate::house::{Told, found, ten};

#[test]
fn an_answer_that_comes_twice_counts_once() {
    let mut told = Told::in_canary(ten());
    let command = told.command(0).unwrap().id;
    let answer = found(Found::Needed);
    let event = Event::Ended { command, answer };
    let stepped = told.hear(&event).unwrap();
    assert_eq!(stepped.changed.into_iter().collect::<Vec<_>>(), [Position(0)]);
    let before = told.state.clone();
    assert_eq!(told.hear(&event).unwrap(), rollout::Stepped::default());
    assert_eq!(told.state, before);
}

#[test]
fn a_late_word_about_a_lost_apply_changes_nothing() {
    let mut told = Told::in_canary(ten());
    told.well(0);
    let command = told.command(0).unwrap().id;
    told.answer(0, Answer::Lost);
    let before = told.state.clone();
    let answer = Answer::Done;
    told.hear(&Event::Ended { command, answer }).unwrap();
    assert_eq!(told.state, before, "the check will say what is true");
}

#[test]
fn an_answer_to_nothing_is_refused() {
    let mut told = Told::in_canary(ten());
    let of = |target, step, attempt| CommandId {
        target: Position(target),
        step,
        attempt,
    };
    let mut hear = |command, answer| told.hear(&Event::Ended { command, answer });
    assert_eq!(
        hear(of(99, Step::Check, 1), Answer::Lost),
        Err(Refusal::UnknownTarget)
    );
    assert_eq!(
        hear(of(9, Step::Check, 1), Answer::Lost),
        Err(Refusal::UnknownCommand)
    );
    assert_eq!(
        hear(of(0, Step::Check, 0), Answer::Lost),
        Err(Refusal::UnknownCommand)
    );
    assert_eq!(
        hear(of(0, Step::Check, 1), Answer::Done),
        Err(Refusal::WrongAnswer)
    );
    let needed = found(Found::Needed);
    assert_eq!(hear(of(0, Step::Apply, 1), needed), Err(Refusal::WrongAnswer));
}

#[test]
fn whoever_dies_between_deciding_and_doing_reads_the_same_commands_again() {
    let told = Told::in_ring(ten(), 1);
    let text = serde_json::to_string(&told.state).unwrap();
    let again: State = serde_json::from_str(&text).unwrap();
    assert_eq!(again, told.state);
    assert_eq!(commands(&again), told.commands());
}

#[test]
fn a_state_is_small() {
    let told = Told::in_ring(ten(), 2);
    let of_one = serde_json::to_string(told.target(0)).unwrap();
    assert!(of_one.len() < 140, "{of_one}");
    let head = serde_json::to_string(told.state.head()).unwrap();
    assert!(head.len() < 1_200, "{head}");
}
