//! Ring after ring: how many at once, how long each bakes, and what it has to teach.

use rollout::event::Verdict;
use rollout::plan::Probing;
use rollout::{Event, Found, Phase, Reason, Resume, Step, wake_at};

use crate::house::{MINUTE, Told, failed, found, ten};

fn good(told: &Told, ring: usize, at: i64) -> Event {
    let round = told.state.head().round;
    Event::Probe {
        round,
        ring,
        at,
        verdict: Verdict::Good,
    }
}

#[test]
fn no_more_are_in_flight_than_allowed_and_the_next_follows_at_once() {
    let mut told = Told::in_ring(ten(), 2);
    assert_eq!(told.commands().len(), 3);
    told.well_until(|state| state.progress().succeeded == 6);
    assert_eq!(told.commands().len(), 3);
}

#[test]
fn what_is_as_it_should_be_is_left_alone() {
    let mut told = Told::in_canary(ten());
    told.answer(1, found(Found::Compliant));
    assert_eq!(
        (told.status(1), told.target(1).is_touched()),
        ("compliant", false)
    );
    assert_eq!(told.target(1).attempts.of(Step::Apply), 0);
}

#[test]
fn the_next_ring_begins_when_the_last_has_baked() {
    let mut told = Told::in_canary(ten());
    told.well_until(|state| state.head().bakes_since.is_some());
    assert_eq!((told.phase(), told.commands()), (Phase::Ring { ring: 0 }, vec![]));
    assert_eq!(
        wake_at(&told.plan, &told.state, told.now),
        Some(told.now + 10 * MINUTE)
    );
    told.wait(9);
    assert_eq!(told.phase(), Phase::Ring { ring: 0 });
    told.wait(1);
    assert_eq!(
        (told.phase(), told.commands().len()),
        (Phase::Ring { ring: 1 }, 3)
    );
    assert_eq!(wake_at(&told.plan, &told.state, told.now), None);
}

#[test]
fn a_bad_probe_halts_and_the_bake_time_begins_anew() {
    let mut told = Told::in_canary(ten());
    told.well_until(|state| state.head().bakes_since.is_some());
    let text = "the queue grows".to_owned();
    let (round, at) = (told.state.head().round, told.now);
    let verdict = Verdict::Bad { text: text.clone() };
    let bad = Event::Probe {
        round,
        ring: 0,
        at,
        verdict,
    };
    told.hear(&bad).unwrap();
    assert_eq!(told.reason(), Some(Reason::Probe { text }));
    told.wait(60);
    told.resume(Resume::GoOn);
    told.hear(&bad).unwrap();
    assert_eq!(told.reason(), None, "an old probe halts nothing anew");
    told.wait(9);
    assert_eq!(told.phase(), Phase::Ring { ring: 0 });
    told.wait(1);
    assert_eq!(told.phase(), Phase::Ring { ring: 1 });
}

#[test]
fn where_a_probe_is_needed_silence_is_no_good_news() {
    let mut plan = ten();
    plan.rings[0].probe = Probing::Needed;
    let mut told = Told::in_canary(plan);
    let early = good(&told, 0, told.now);
    told.well_until(|state| state.progress().succeeded == 1);
    told.now += MINUTE;
    told.well_until(|state| state.head().bakes_since.is_some());
    told.wait(600);
    told.hear(&early).unwrap();
    assert_eq!(
        told.phase(),
        Phase::Ring { ring: 0 },
        "it was seen before the ring baked"
    );
    let of_another = good(&told, 1, told.now);
    told.hear(&of_another).unwrap();
    assert_eq!(told.phase(), Phase::Ring { ring: 0 });
    let now = good(&told, 0, told.now);
    told.hear(&now).unwrap();
    assert_eq!(told.phase(), Phase::Ring { ring: 1 });
}

#[test]
fn one_failure_more_than_the_budget_halts() {
    let mut told = Told::in_ring(ten(), 1);
    told.fails(2);
    assert_eq!(told.reason(), None);
    told.fails(3);
    assert_eq!(told.reason(), Some(Reason::RingBudget { ring: 1 }));
}

#[test]
fn failures_of_all_rings_together_have_a_budget_too() {
    let mut plan = ten();
    plan.budget.count = 1;
    let mut told = Told::in_ring(plan, 1);
    told.fails(2);
    told.well_until(|state| state.head().phase == Phase::Ring { ring: 2 });
    told.fails(5);
    assert_eq!(told.reason(), Some(Reason::Budget));
}

#[test]
fn what_fails_is_tried_again_within_its_tries_and_after_a_check() {
    let mut plan = ten();
    plan.rings[0].budget.count = 1;
    let mut told = Told::in_canary(plan);
    told.well(0);
    told.answer(0, failed());
    assert_eq!(told.running(0), Some(Step::Check));
    told.answer(0, found(Found::Between));
    assert_eq!(
        told.command(0).unwrap().id.to_string(),
        "0/apply/3",
        "the first was the rehearsal's"
    );
    told.answer(0, failed());
    assert_eq!(told.status(0), "failed");
}

#[test]
fn a_ring_in_which_nothing_went_well_teaches_nothing() {
    let mut plan = ten();
    plan.rings[0].budget.count = 2;
    let mut told = Told::in_canary(plan);
    told.fails(0);
    told.fails(1);
    assert_eq!(told.reason(), Some(Reason::NothingLearned { ring: 0 }));
    told.well_until(rollout::State::is_at_rest);
    told.resume(Resume::GoOn);
    told.wait(0);
    assert_eq!(told.reason(), None, "a person let it pass");
    told.wait(10);
    assert_eq!(told.phase(), Phase::Ring { ring: 1 });
}

#[test]
fn a_thousand_targets_come_to_their_end() {
    let mut plan = ten();
    (plan.targets, plan.in_flight_most) = (1_000, 50);
    let mut told = Told::in_canary(plan);
    told.well_until_within(rollout::State::is_over, 20_000);
    assert_eq!(told.state.progress().succeeded, 1_000);
}
