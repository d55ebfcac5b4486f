//! A target that was lost in the middle is asked what it is like before anything else, and nothing is claimed that was not seen.

use rollout::{Answer, Found, Resume, Status, Step, Trace, Why};

use crate::house::{Told, failed, found, ten};

/// A rollout whose first target has just been told to apply.
fn applying() -> Told {
    let mut told = Told::in_canary(ten());
    told.well(0);
    assert_eq!(told.running(0), Some(Step::Apply));
    told
}

#[test]
fn a_lost_apply_is_asked_about_and_not_made_again() {
    let mut told = applying();
    told.answer(0, Answer::Lost);
    assert_eq!(
        (told.running(0), told.target(0).trace),
        (Some(Step::Check), Trace::Unsure)
    );
    told.answer(0, found(Found::Compliant));
    assert_eq!(told.running(0), Some(Step::Verify), "it had arrived");
    told.well(0);
    assert_eq!(told.status(0), "succeeded");
}

#[test]
fn a_lost_apply_that_left_nothing_is_made_again() {
    let mut told = applying();
    told.answer(0, Answer::Lost);
    told.answer(0, found(Found::Needed));
    assert_eq!(
        (told.running(0), told.target(0).trace),
        (Some(Step::Apply), Trace::None)
    );
}

#[test]
fn an_apply_that_is_lost_each_time_comes_to_an_end() {
    let mut told = applying();
    for _ in 0..2 {
        told.answer(0, Answer::Lost);
        told.answer(0, found(Found::Between));
    }
    assert_eq!(
        told.status(0),
        "running",
        "rolled back, for the canary has no budget"
    );
    assert_eq!(told.target(0).failure.as_ref().unwrap().why, Why::Lost);
    assert_eq!(told.running(0), Some(Step::RollBack));
}

#[test]
fn a_target_that_is_lost_and_away_is_unknown_and_counts_as_harm() {
    let mut told = applying();
    told.answer(0, Answer::Lost);
    told.not_taken_up(0);
    assert_eq!((told.status(0), told.state.progress().harm), ("unknown", 1));
    assert!(told.reason().is_some(), "the canary has no budget");
    told.well_until(rollout::State::is_at_rest);
    told.back(0);
    assert_eq!(
        told.running(0),
        Some(Step::Check),
        "the truth is sought after a halt too"
    );
    told.answer(0, found(Found::Compliant));
    told.well(0);
    assert_eq!((told.status(0), told.state.progress().harm), ("succeeded", 0));
}

#[test]
fn after_a_halt_a_lost_apply_that_left_nothing_is_not_made_again() {
    let mut told = applying();
    told.halt();
    told.answer(0, Answer::Lost);
    told.answer(0, found(Found::Needed));
    assert_eq!((told.status(0), told.target(0).is_touched()), ("pending", false));
}

#[test]
fn a_check_that_cannot_tell_ends_as_failed_and_unsure() {
    let mut told = applying();
    told.answer(0, Answer::Lost);
    told.answer(0, failed());
    told.answer(0, failed());
    // The halt asks once more, because a roll back too wants to know first.
    assert_eq!(
        (told.running(0), told.target(0).trace),
        (Some(Step::Check), Trace::Unsure)
    );
    told.answer(0, failed());
    told.answer(0, failed());
    assert_eq!(
        (told.status(0), told.target(0).trace),
        ("roll_back_failed", Trace::Unsure)
    );
}

#[test]
fn a_lost_roll_back_is_asked_about_too() {
    let mut told = Told::in_canary(ten());
    told.fails(0);
    told.answer(0, Answer::Lost);
    assert_eq!(told.running(0), Some(Step::Check));
    told.answer(0, found(Found::Compliant));
    assert_eq!(told.running(0), Some(Step::RollBack));
    told.answer(0, Answer::Lost);
    told.answer(0, found(Found::Needed));
    assert_eq!(
        (told.status(0), told.target(0).is_touched()),
        ("rolled_back", false)
    );
}

#[test]
fn a_roll_back_of_the_rehearsal_that_is_lost_leads_to_no_further_apply() {
    let mut told = Told::draft(ten());
    told.order("amy", rollout::What::Start).unwrap();
    told.well_until(|state| {
        rollout::commands(state)
            .iter()
            .any(|command| command.id.step == Step::RollBack)
    });
    told.answer(0, Answer::Lost);
    told.answer(0, found(Found::Between));
    assert_eq!(told.running(0), Some(Step::RollBack));
    told.well(0);
    told.well(0);
    assert!(told.state.head().way_back_proved.is_some());
}

#[test]
fn what_was_refused_is_not_tried_again_and_nothing_was_touched() {
    let mut told = applying();
    let code = "floor".to_owned();
    told.answer(0, Answer::Refused { code });
    assert_eq!((told.status(0), told.target(0).is_touched()), ("failed", false));
    assert_eq!(
        told.target(0).attempts.of(Step::Apply),
        2,
        "the rehearsal's and this"
    );
}

#[test]
fn what_a_person_stopped_is_not_begun_again_but_asked_about() {
    let mut told = applying();
    told.answer(0, Answer::Stopped);
    assert_eq!(told.target(0).failure.as_ref().unwrap().why, Why::Stopped);
    assert_eq!(
        told.running(0),
        Some(Step::Check),
        "to roll it back, one must know what it is like"
    );
    told.answer(0, found(Found::Needed));
    assert_eq!(told.target(0).status, Status::RolledBack);
}

#[test]
fn what_failed_is_looked_at_before_it_is_tried_again() {
    let mut told = Told::in_canary(ten());
    told.fails(0);
    told.answer(0, failed());
    told.answer(0, failed());
    assert_eq!(told.status(0), "roll_back_failed");
    told.well_until(rollout::State::is_at_rest);
    told.resume(Resume::OnlyFailed);
    assert_eq!(told.running(0), Some(Step::Check));
    told.answer(0, found(Found::Compliant));
    assert_eq!(
        told.running(0),
        Some(Step::Verify),
        "what is there already is not applied again"
    );
}
