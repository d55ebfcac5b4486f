//! Nothing is applied before it was tried dry, a way back was tried, and a second person agreed where there are many.

use rollout::plan::WayBack;
use rollout::{
    Answer, Found, Gate, Missing, Phase, Position, Reason, Refusal, Resume, Status, Step, What, missing,
};

use crate::house::{Told, failed, found, ten};

fn thirty() -> rollout::Plan {
    rollout::Plan { targets: 30, ..ten() }
}

#[test]
fn the_start_is_a_dry_run_on_the_sample_and_nothing_else() {
    let mut told = Told::draft(ten());
    assert!(told.commands().is_empty());
    told.order("amy", What::Start).unwrap();
    let steps: Vec<Step> = told.commands().iter().map(|command| command.id.step).collect();
    assert_eq!(steps, [Step::DryRun, Step::DryRun]);
    assert_eq!(
        missing(&told.plan, &told.state),
        [Missing::DryRun, Missing::WayBack]
    );
}

#[test]
fn the_way_back_is_tried_on_one_canary_before_anything_else_is_touched() {
    let mut told = Told::draft(ten());
    told.order("amy", What::Start).unwrap();
    told.well(0);
    told.well(1);
    assert_eq!(told.phase(), Phase::Rehearsal);
    let mut steps = Vec::new();
    while told.phase() == Phase::Rehearsal {
        assert_eq!(told.commands().len(), 1);
        steps.push(told.running(0).unwrap());
        told.well(0);
    }
    assert_eq!(
        steps,
        [
            Step::Check,
            Step::Apply,
            Step::Verify,
            Step::RollBack,
            Step::Check
        ]
    );
    assert_eq!(told.state.head().way_back_proved.unwrap().target, Position(0));
    assert_eq!(
        (told.phase(), told.target(0).is_touched()),
        (Phase::Ring { ring: 0 }, false)
    );
    assert_eq!(missing(&told.plan, &told.state), []);
}

#[test]
fn a_failed_dry_run_halts() {
    let mut told = Told::draft(ten());
    told.order("amy", What::Start).unwrap();
    told.well(0);
    told.answer(1, failed());
    assert_eq!(told.reason(), Some(Reason::DryRun { target: Position(1) }));
    assert!(told.commands().is_empty());
    told.resume(Resume::GoOn);
    assert_eq!(told.running(1), Some(Step::DryRun));
    told.well(1);
    assert_eq!(told.phase(), Phase::Rehearsal);
}

#[test]
fn a_roll_back_that_leaves_something_is_no_way_back() {
    let mut told = Told::draft(ten());
    told.order("amy", What::Start).unwrap();
    told.well_until(|state| state.target(Position(0)).unwrap().trace == rollout::Trace::Undone);
    told.answer(0, found(Found::Between));
    assert_eq!(told.running(0), Some(Step::RollBack));
    told.answer(0, Answer::Done);
    told.answer(0, found(Found::Compliant));
    assert_eq!(told.reason(), Some(Reason::Rehearsal { target: Position(0) }));
    assert_eq!(told.status(0), "roll_back_failed");
    assert_eq!(missing(&told.plan, &told.state), [Missing::WayBack]);
}

#[test]
fn a_person_can_go_without_a_proof_and_their_name_stays() {
    let mut told = Told::draft(ten());
    let reason = "  ".to_owned();
    let gate = Gate::WayBack;
    assert_eq!(
        told.order("amy", What::Except { gate, reason }),
        Err(Refusal::NoReason)
    );
    told.except("amy", Gate::WayBack);
    told.except("amy", Gate::DryRun);
    told.order("amy", What::Start).unwrap();
    assert_eq!(told.phase(), Phase::Ring { ring: 0 });
    let names: Vec<&str> = told
        .state
        .head()
        .exceptions
        .iter()
        .map(|one| one.by.0.as_str())
        .collect();
    assert_eq!(names, ["amy", "amy"]);
}

#[test]
fn a_change_without_a_way_back_waits_for_somebody_to_answer_for_it() {
    let mut plan = ten();
    plan.way_back = WayBack::Missing;
    let mut told = Told::draft(plan);
    told.order("amy", What::Start).unwrap();
    told.well(0);
    told.well(1);
    told.wait(1_000);
    assert_eq!((told.phase(), told.commands()), (Phase::Rehearsal, vec![]));
    assert_eq!(missing(&told.plan, &told.state), [Missing::WayBack]);
    told.except("amy", Gate::WayBack);
    assert_eq!(told.phase(), Phase::Ring { ring: 0 });
}

#[test]
fn when_the_canary_needs_nothing_there_is_nothing_to_rehearse_on() {
    let mut told = Told::draft(ten());
    told.order("amy", What::Start).unwrap();
    told.well(0);
    told.well(1);
    told.answer(0, found(Found::Compliant));
    assert_eq!(
        (told.status(0), told.running(1)),
        ("compliant", Some(Step::Check))
    );
    told.answer(1, found(Found::Compliant));
    assert_eq!(told.reason(), Some(Reason::NothingToRehearse));
    told.except("amy", Gate::WayBack);
    told.resume(Resume::GoOn);
    assert_eq!(told.phase(), Phase::Ring { ring: 0 });
}

#[test]
fn above_25_targets_nothing_is_applied_until_a_second_person_agrees() {
    let mut told = Told::draft(thirty());
    assert_eq!(told.order("shen", What::Approve), Err(Refusal::NotUnderWay));
    told.order("amy", What::Start).unwrap();
    told.well(0);
    told.well(1);
    assert_eq!((told.phase(), told.commands()), (Phase::Rehearsal, vec![]));
    assert_eq!(told.order("amy", What::Approve), Err(Refusal::SamePerson));
    told.order("shen", What::Approve).unwrap();
    assert_eq!(told.running(0), Some(Step::Check));
    let mut alone = Told::in_canary(ten());
    assert_eq!(alone.order("shen", What::Approve), Err(Refusal::NothingToApprove));
}

#[test]
fn who_agreed_did_not_agree_to_a_later_exception() {
    let mut told = Told::draft(thirty());
    told.order("amy", What::Start).unwrap();
    told.order("shen", What::Approve).unwrap();
    told.well_until(|state| rollout::commands(state)[0].id.step == Step::Check);
    told.except("bruno", Gate::WayBack);
    assert!(told.state.head().approved.is_none());
    told.well(0);
    assert_eq!(
        (told.status(0), told.commands()),
        ("pending", vec![]),
        "not even the rehearsal goes on"
    );
    assert_eq!(told.order("bruno", What::Approve), Err(Refusal::SamePerson));
    told.order("shen", What::Approve).unwrap();
    told.well_until(|state| state.head().phase == Phase::Ring { ring: 0 });
}

#[test]
fn when_all_goes_well_every_target_succeeds() {
    let mut told = Told::in_canary(thirty());
    told.well_until(rollout::State::is_over);
    assert_eq!(told.phase(), Phase::Done);
    assert!(told.all_are(Status::Succeeded));
    assert_eq!(told.state.progress().succeeded, 30);
}
