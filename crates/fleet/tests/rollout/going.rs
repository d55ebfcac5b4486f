//! A rollout from its draft to its end.

use ::rollout::{Course, Phase, Reason, Resume};

use crate::house::{Department, QUICK};

#[tokio::test]
async fn a_broken_change_stops_at_the_canary_and_is_taken_back() {
    let department = Department::open(12).await;
    let id = department.begun(department.wish("broken")).await;
    let halted = department.until_halted(id).await;
    // The way back is rehearsed on one device of the canary, and that is where it stops.
    let Course::Halted(halt) = &halted.head.course else {
        panic!("{:?}", halted.head.course);
    };
    assert!(matches!(halt.reason, Reason::Rehearsal { .. }), "{halt:?}");
    assert_eq!(halted.head.phase, Phase::Rehearsal);
    let touched = department
        .devices
        .iter()
        .filter(|device| device.count("apply") > 0);
    assert_eq!(touched.count(), 1);
    for device in &department.devices {
        assert_eq!(device.version(), "1", "device {}", device.number);
        assert!(!device.disk.lock().unwrap().is_half, "device {}", device.number);
    }
    assert_eq!(department.statuses(id).await["rolled_back"], 1);
    department.nothing_ran_twice();
}

#[tokio::test]
async fn what_is_only_seen_by_the_verification_stops_too() {
    let department = Department::open(6).await;
    let id = department.begun(department.wish("sick")).await;
    department.until_halted(id).await;
    for device in &department.devices {
        assert_eq!(device.version(), "1", "device {}", device.number);
    }
    department.nothing_ran_twice();
}

#[tokio::test]
async fn a_good_change_goes_through_all_rings_and_two_that_are_away_follow() {
    let mut department = Department::within(20, QUICK).await;
    department.leave(&[4, 17]).await;
    let id = department.begun(department.wish("2")).await;
    let last = |now: &fleet::rollout::Rollout| {
        let waits: u32 = now.head.counts.iter().map(|ring| ring.offline).sum();
        let good: u32 = now.head.counts.iter().map(::rollout::Counts::good).sum();
        waits == 2 && good == 18
    };
    let now = department
        .until(id, "18 are well, two are waited for", last)
        .await;
    assert_eq!(now.head.phase, Phase::Ring { ring: 2 });
    assert!(now.head.way_back_proved.is_some());
    let address = department.address();
    for at in [4, 17] {
        department.devices[at].back(address).await;
    }
    let done = department.until_done(id).await;
    assert!(done.ended_at.is_some());
    for device in &department.devices {
        assert_eq!(device.version(), "2", "device {}", device.number);
    }
    // One of the canary rehearsed the way back and was applied to again.
    let applies: usize = department
        .devices
        .iter()
        .map(|device| device.count("apply"))
        .sum();
    assert_eq!(applies, 21);
    department.nothing_ran_twice();
}

#[tokio::test]
async fn those_that_have_it_already_are_left_alone() {
    let department = Department::open(5).await;
    department.devices[3].disk.lock().unwrap().version = "2".to_owned();
    let id = department.begun(department.wish("2")).await;
    department.until_done(id).await;
    assert_eq!(department.devices[3].count("apply"), 0);
    assert_eq!(department.statuses(id).await["compliant"], 1);
    assert_eq!(department.statuses(id).await["succeeded"], 4);
}

#[tokio::test]
async fn after_a_halt_only_those_that_failed_are_tried_again() {
    let mut department = Department::open(10).await;
    let id = department.draft(department.wish("2")).await;
    // A device of the second ring is ill: each apply there ends in the middle.
    let ill = department.targets(id).await[4].device;
    let ill = department
        .devices
        .iter()
        .position(|device| device.id == ill)
        .unwrap();
    department.devices[ill].disk.lock().unwrap().dies_at_apply = true;
    department.start(id).await;
    department
        .until(id, "one is silent", |now| {
            now.head.counts[1].succeeded == 2 && now.head.counts[1].running == 1
        })
        .await;
    let address = department.address();
    department.devices[ill].back(address).await;
    let halted = department.until_halted(id).await;
    assert!(matches!(
        &halted.head.course,
        Course::Halted(halt) if matches!(halt.reason, Reason::RingBudget { ring: 1 })
    ));
    department.resume(id, Resume::OnlyFailed).await;
    let again = department.until_halted(id).await;
    assert!(matches!(
        &again.head.course,
        Course::Halted(halt) if halt.reason == Reason::Retried
    ));
    assert_eq!(department.devices[ill].version(), "2");
    department.resume(id, Resume::GoOn).await;
    department.until_done(id).await;
    for device in &department.devices {
        assert_eq!(device.version(), "2", "device {}", device.number);
    }
    department.nothing_ran_twice();
}

#[tokio::test]
async fn a_device_that_never_comes_back_is_given_up() {
    let mut department = Department::open(8).await;
    department.leave(&[2]).await;
    let id = department.begun(department.wish("2")).await;
    department
        .until(id, "seven are well", |now| {
            now.head.counts.iter().map(::rollout::Counts::good).sum::<u32>() == 7
        })
        .await;
    department.app().clock.advance_millis(24 * 7 * 3_600_000);
    department.minutes(1).await;
    department.until_done(id).await;
    assert_eq!(department.statuses(id).await["expired"], 1);
}

#[tokio::test]
async fn a_device_that_is_silent_in_the_middle_of_a_change_is_harm() {
    let department = Department::open(10).await;
    let id = department.draft(department.wish("2")).await;
    let dead = department.targets(id).await[1].device;
    let dead = department
        .devices
        .iter()
        .find(|device| device.id == dead)
        .unwrap();
    dead.disk.lock().unwrap().dies_at_apply = true;
    department.start(id).await;
    department
        .until(id, "the canary waits for one", |now| {
            now.head.counts[0].succeeded == 2 && now.head.counts[0].running == 1
        })
        .await;
    // It may be restarting.
    department.minutes(10).await;
    assert_eq!(department.now(id).await.head.course, Course::Going);
    department.minutes(8).await;
    let now = department.now(id).await;
    assert!(
        matches!(&now.head.course, Course::Halted(halt) if matches!(halt.reason, Reason::RingBudget { ring: 0 })),
        "{:?}",
        now.head
    );
    assert_eq!(now.head.phase, Phase::Ring { ring: 0 });
}

/// What a department asks of a rollout: a broken package on 53 devices stops at the canary, a good one goes through all rings, and two that
/// are away follow when they return.
#[tokio::test]
async fn fifty_devices_lose_one_to_a_broken_change_and_all_get_the_good_one() {
    let mut department = Department::within(53, QUICK).await;
    let broken = department.begun(department.wish("broken")).await;
    department
        .until(broken, "the dry run passed", |now| {
            now.head.phase == Phase::Rehearsal
        })
        .await;
    department.approve(broken).await;
    department.until_halted(broken).await;
    let touched = department
        .devices
        .iter()
        .filter(|device| device.count("apply") > 0);
    assert_eq!(touched.count(), 1);
    assert!(department.devices.iter().all(|device| device.version() == "1"));
    department.leave(&[9, 40]).await;
    let good = department.begun(department.wish("2")).await;
    department
        .until(good, "the dry run passed", |now| {
            now.head.phase == Phase::Rehearsal
        })
        .await;
    department.approve(good).await;
    department
        .until(good, "51 are well", |now| {
            now.head.counts.iter().map(::rollout::Counts::good).sum::<u32>() == 51
        })
        .await;
    let address = department.address();
    for at in [9, 40] {
        department.devices[at].back(address).await;
    }
    department.until_done(good).await;
    assert!(department.devices.iter().all(|device| device.version() == "2"));
    department.nothing_ran_twice();
}
