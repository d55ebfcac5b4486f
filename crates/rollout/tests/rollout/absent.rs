//! Targets that are away: carried, awaited for a while, and never claimed to be what nobody saw.

use rollout::{Event, Phase, Position, Reason, Step, wake_at};

use crate::house::{MINUTE, Told, ten};

#[test]
fn who_is_away_is_carried_and_follows_later_under_its_own_budget() {
    let mut plan = ten();
    plan.rings[1].budget.count = 0;
    let mut told = Told::draft(plan);
    told.away(4);
    told.order("amy", rollout::What::Start).unwrap();
    told.well_until(|state| state.head().phase == Phase::Ring { ring: 2 });
    assert_eq!(told.status(4), "offline");
    told.well(5);
    told.well(5);
    told.well(5);
    told.back(4);
    told.well_until(|state| state.target(Position(4)).unwrap().status.is_running());
    told.fails(4);
    assert_eq!(told.reason(), Some(Reason::RingBudget { ring: 1 }));
}

#[test]
fn a_ring_waits_when_too_many_of_it_are_away() {
    let mut told = Told::in_canary(ten());
    told.away(2);
    told.away(3);
    told.well_until(|state| state.progress().succeeded == 3);
    told.wait(60);
    assert_eq!(
        told.phase(),
        Phase::Ring { ring: 1 },
        "two of three are away, and half may be"
    );
    told.back(3);
    told.well_until(|state| state.head().phase == Phase::Ring { ring: 2 });
    assert_eq!(told.status(2), "offline");
}

#[test]
fn the_end_waits_for_all_and_who_stays_away_expires() {
    let mut told = Told::in_canary(ten());
    told.away(9);
    told.well_until(|state| state.progress().succeeded == 9);
    told.wait(60);
    assert_eq!(
        (told.phase(), told.status(9)),
        (Phase::Ring { ring: 2 }, "offline")
    );
    let expiry = wake_at(&told.plan, &told.state, told.now).unwrap();
    assert!(expiry <= told.now + 120 * MINUTE);
    told.now = expiry;
    told.wait(0);
    assert_eq!((told.phase(), told.status(9)), (Phase::Done, "expired"));
    assert_eq!(
        (told.target(9).failure.as_ref(), told.state.progress().harm),
        (None, 0)
    );
}

#[test]
fn who_expires_in_the_middle_of_a_change_counts_as_failed() {
    let mut told = Told::in_ring(ten(), 1);
    told.well(2);
    told.well(2);
    assert_eq!(told.running(2), Some(Step::Verify));
    told.not_taken_up(2);
    assert_eq!((told.status(2), told.state.progress().harm), ("offline", 1));
    told.wait(120);
    assert_eq!((told.status(2), told.state.progress().harm), ("expired", 1));
    assert!(told.target(2).is_touched());
}

#[test]
fn what_was_never_taken_up_is_no_try() {
    let mut told = Told::in_canary(ten());
    for _ in 0..5 {
        told.not_taken_up(0);
        assert_eq!(told.status(0), "offline");
        told.back(0);
        assert_eq!(told.running(0), Some(Step::Check));
    }
}

#[test]
fn an_apply_that_was_never_taken_up_begins_again_with_a_check() {
    let mut told = Told::in_canary(ten());
    told.well(0);
    told.not_taken_up(0);
    assert_eq!((told.status(0), told.target(0).is_touched()), ("offline", false));
    told.back(0);
    assert_eq!(told.running(0), Some(Step::Check));
}

#[test]
fn an_old_link_says_nothing_about_a_newer_one() {
    let mut told = Told::in_canary(ten());
    let target = Position(5);
    told.hear(&Event::Back { target, epoch: 7 }).unwrap();
    told.hear(&Event::Away { target, epoch: 6 }).unwrap();
    assert!(!told.target(5).is_away);
    told.hear(&Event::Away { target, epoch: 7 }).unwrap();
    told.hear(&Event::Back { target, epoch: 7 }).unwrap();
    assert!(told.target(5).is_away, "this link ended");
}

#[test]
fn a_command_that_an_older_link_missed_is_given_again_at_once() {
    let mut told = Told::in_canary(ten());
    told.back(0);
    let command = told.command(0).unwrap().id;
    let answer = rollout::Answer::Away { epoch: 0 };
    told.hear(&Event::Ended { command, answer }).unwrap();
    let next = told.command(0).unwrap().id;
    assert_eq!((next.step, next.attempt), (command.step, command.attempt + 1));
}

#[test]
fn the_sample_is_taken_from_those_that_are_here() {
    let mut told = Told::draft(ten());
    told.away(0);
    told.order("amy", rollout::What::Start).unwrap();
    let sample: Vec<u32> = told
        .commands()
        .iter()
        .map(|command| command.id.target.0)
        .collect();
    assert_eq!(sample, [1, 2]);
}

#[test]
fn a_missed_command_does_not_bring_a_target_back() {
    let mut told = Told::in_canary(ten());
    let command = told.command(0).unwrap().id;
    told.hear(&Event::Away {
        target: Position(0),
        epoch: 2,
    })
    .unwrap();
    let answer = rollout::Answer::Away { epoch: 1 };
    told.hear(&Event::Ended { command, answer }).unwrap();
    assert_eq!((told.status(0), told.target(0).is_away), ("offline", true));
}
