//! After a halt: what runs is finished, what failed is rolled back, nothing begins; and then a person decides.

use rollout::plan::{Undo, WayBack};
use rollout::{Course, Found, Phase, Reason, Refusal, Resume, Status, Step, What};

use crate::house::{Told, failed, found, ten};

#[test]
fn after_a_halt_what_runs_is_finished_and_nothing_begins() {
    let mut told = Told::in_ring(ten(), 2);
    told.well(5);
    told.well(5);
    told.well(6);
    told.halt();
    let running: Vec<_> = (5..10).map(|at| told.running(at)).collect();
    assert_eq!(
        running,
        [
            Some(Step::Verify),
            Some(Step::Apply),
            Some(Step::Check),
            None,
            None
        ]
    );
    told.well(7);
    assert_eq!(told.status(7), "pending", "it was only looked at");
    told.well(5);
    told.well(6);
    told.well(6);
    let statuses: Vec<_> = (5..10).map(|at| told.status(at)).collect();
    assert_eq!(
        statuses,
        ["succeeded", "succeeded", "pending", "pending", "pending"]
    );
    assert!(told.state.is_at_rest());
}

#[test]
fn after_a_halt_what_failed_is_rolled_back_and_the_rest_of_the_ring_stays() {
    let mut told = Told::in_canary(ten());
    told.well_until(|state| state.progress().succeeded == 1);
    told.fails(1);
    assert_eq!(told.reason(), Some(Reason::RingBudget { ring: 0 }));
    assert_eq!(
        (told.status(0), told.running(1)),
        ("succeeded", Some(Step::RollBack))
    );
    told.well(1);
    assert_eq!(told.status(1), "running", "until a check confirms it");
    told.well(1);
    assert_eq!(
        (told.status(1), told.target(1).is_touched()),
        ("rolled_back", false)
    );
}

#[test]
fn where_the_plan_says_so_all_of_the_ring_is_rolled_back() {
    let mut plan = ten();
    plan.undo = Undo::Ring;
    let mut told = Told::in_ring(plan, 1);
    told.well_until(|state| state.progress().succeeded == 4);
    told.fails(4);
    assert_eq!(told.reason(), None);
    told.halt();
    told.well_until(rollout::State::is_at_rest);
    let statuses: Vec<_> = (0..5).map(|at| told.status(at)).collect();
    assert_eq!(
        statuses,
        [
            "succeeded",
            "succeeded",
            "rolled_back",
            "rolled_back",
            "rolled_back"
        ]
    );
    told.resume(Resume::GoOn);
    let statuses: Vec<_> = (2..5).map(|at| told.status(at)).collect();
    assert_eq!(
        statuses,
        ["running", "running", "rolled_back"],
        "only what failed stays as it is"
    );
}

#[test]
fn without_a_way_back_what_failed_stays_failed() {
    let mut plan = ten();
    plan.way_back = WayBack::Missing;
    let mut told = Told::draft(plan);
    told.except("amy", rollout::Gate::WayBack);
    told.order("amy", What::Start).unwrap();
    told.well_until(|state| matches!(state.head().phase, Phase::Ring { .. }));
    told.fails(0);
    told.well_until(rollout::State::is_at_rest);
    assert_eq!((told.status(0), told.target(0).is_touched()), ("failed", true));
}

#[test]
fn a_roll_back_that_does_not_work_is_said_to_have_failed() {
    let mut told = Told::in_canary(ten());
    told.fails(0);
    told.answer(0, failed());
    assert_eq!(told.running(0), Some(Step::RollBack));
    told.well(0);
    told.answer(0, found(Found::Compliant));
    assert_eq!(told.status(0), "roll_back_failed");
    let failure = told.target(0).failure.as_ref().unwrap();
    assert_eq!(failure.step, Step::Verify, "why it had to be rolled back");
}

#[test]
fn going_on_takes_the_failures_as_they_are() {
    let mut told = Told::in_canary(ten());
    told.fails(0);
    let how = Resume::GoOn;
    assert_eq!(
        told.order("amy", What::Resume { how }),
        Err(Refusal::StillRunning)
    );
    told.well_until(rollout::State::is_at_rest);
    told.resume(how);
    assert_eq!((told.reason(), told.status(0)), (None, "rolled_back"));
    assert_eq!(told.state.progress().harm, 0);
    told.well_until(rollout::State::is_over);
    assert_eq!(told.phase(), Phase::Done);
    let progress = told.state.progress();
    assert_eq!((progress.succeeded, progress.rolled_back), (9, 1));
}

#[test]
fn resuming_only_the_failed_touches_only_them_and_halts_again() {
    let mut told = Told::in_ring(ten(), 1);
    told.fails(2);
    told.fails(3);
    told.well_until(rollout::State::is_at_rest);
    let pending: Vec<u32> = (0..10).filter(|at| told.status(*at) == "pending").collect();
    told.resume(Resume::OnlyFailed);
    assert_eq!(told.state.head().course, Course::Retrying);
    let touched: Vec<u32> = told
        .commands()
        .iter()
        .map(|command| command.id.target.0)
        .collect();
    assert_eq!(touched, [2, 3]);
    told.well_until(rollout::State::is_at_rest);
    assert_eq!(told.reason(), Some(Reason::Retried));
    assert_eq!((told.status(2), told.status(3)), ("succeeded", "succeeded"));
    assert!(pending.iter().all(|at| told.status(*at) == "pending"));
    told.resume(Resume::GoOn);
    told.well_until(rollout::State::is_over);
    assert!(told.all_are(Status::Succeeded));
}

#[test]
fn what_fails_again_halts_again() {
    let mut told = Told::in_canary(ten());
    told.fails(0);
    told.well_until(rollout::State::is_at_rest);
    told.resume(Resume::OnlyFailed);
    told.fails(0);
    assert_eq!(told.reason(), Some(Reason::RingBudget { ring: 0 }));
}

#[test]
fn where_nothing_failed_there_is_nothing_to_try_again() {
    let mut told = Told::in_canary(ten());
    told.halt();
    told.well_until(rollout::State::is_at_rest);
    let how = Resume::OnlyFailed;
    assert_eq!(
        told.order("amy", What::Resume { how }),
        Err(Refusal::NothingFailed)
    );
}

#[test]
fn a_cancelled_rollout_finishes_what_runs_and_says_so_of_the_rest() {
    let mut told = Told::in_ring(ten(), 1);
    told.well(2);
    told.cancel();
    assert_eq!(
        (told.phase(), told.status(9)),
        (Phase::Ring { ring: 1 }, "cancelled")
    );
    told.well_until(rollout::State::is_over);
    assert_eq!(told.phase(), Phase::Cancelled);
    let statuses: Vec<_> = (0..6).map(|at| told.status(at)).collect();
    assert_eq!(
        statuses,
        [
            "succeeded",
            "succeeded",
            "succeeded",
            "cancelled",
            "cancelled",
            "cancelled"
        ]
    );
    let how = Resume::GoOn;
    assert_eq!(told.order("amy", What::Resume { how }), Err(Refusal::NotHalted));
}

#[test]
fn a_draft_is_cancelled_at_once() {
    let mut told = Told::draft(ten());
    told.cancel();
    assert_eq!(
        (told.phase(), told.all_are(Status::Cancelled)),
        (Phase::Cancelled, true)
    );
}
