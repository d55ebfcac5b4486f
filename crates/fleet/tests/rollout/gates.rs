//! What must be there before anything is applied, who may let it pass, and what stops it.

use ::rollout::{Course, Gate, Phase, Reason};
use fleet::act::stopping;
use fleet::rollout::{Content, drafting, ordering};

use crate::house::{Department, QUICK};

#[tokio::test]
async fn nothing_is_applied_without_a_dry_run_that_passed() {
    let department = Department::open(5).await;
    let id = department.begun(department.wish("missing")).await;
    let halted = department.until_halted(id).await;
    assert!(matches!(
        &halted.head.course,
        Course::Halted(halt) if matches!(halt.reason, Reason::DryRun { .. })
    ));
    let applied = |department: &Department| {
        department
            .devices
            .iter()
            .map(|device| device.count("apply"))
            .sum::<usize>()
    };
    assert_eq!(applied(&department), 0);
    // Going on is no way round it: the dry run comes again.
    department.resume(id, ::rollout::Resume::GoOn).await;
    department.until_halted(id).await;
    assert_eq!(applied(&department), 0);
    // Only a named person's exception is, and it says why.
    let round = department.now(id).await.head.round;
    let by_engineer = department
        .app()
        .act(department.cheng_li(), move |tx, cx| {
            Ok(ordering::except(tx, cx, id, round, Gate::DryRun, "It must."))
        })
        .await;
    assert_eq!(by_engineer.unwrap_err().code(), "kernel.forbidden");
    let without_reason = department
        .app()
        .act(department.shen(), move |tx, cx| {
            Ok(ordering::except(tx, cx, id, round, Gate::DryRun, "  "))
        })
        .await;
    assert_eq!(without_reason.unwrap_err().code(), "rollout.no_reason");
    department
        .app()
        .act(department.shen(), move |tx, cx| {
            ordering::except(tx, cx, id, round, Gate::DryRun, "The mirror is slow today.")
        })
        .await;
    let now = department.now(id).await;
    let exception = &now.head.exceptions[0];
    assert_eq!(exception.by.0, department.shen().id.to_string());
    assert_eq!(exception.reason, "The mirror is slow today.");
}

#[tokio::test]
async fn without_a_way_back_somebody_takes_it_upon_themselves() {
    let department = Department::open(4).await;
    let mut wish = department.wish("2");
    let Content::Script(scripts) = &mut wish.content else {
        unreachable!("it is a script's");
    };
    scripts.roll_back = None;
    let id = department.begun(wish).await;
    department
        .until(id, "it waits for the exception", |now| {
            now.head.phase == Phase::Rehearsal
        })
        .await;
    department.minutes(3).await;
    assert!(department.devices.iter().all(|device| device.count("apply") == 0));
    let round = department.now(id).await.head.round;
    department
        .app()
        .act(department.shen(), move |tx, cx| {
            ordering::except(
                tx,
                cx,
                id,
                round,
                Gate::WayBack,
                "It adds a file and nothing else.",
            )
        })
        .await;
    department.until_done(id).await;
    assert!(department.devices.iter().all(|device| device.version() == "2"));
}

#[tokio::test]
async fn on_26_devices_a_second_person_agrees_before_anything_changes() {
    let department = Department::within(26, QUICK).await;
    let id = department.begun(department.wish("2")).await;
    department
        .until(id, "the dry run passed", |now| now.head.phase == Phase::Rehearsal)
        .await;
    department.minutes(3).await;
    assert!(department.devices.iter().all(|device| device.count("apply") == 0));
    let round = department.now(id).await.head.round;
    // Who planned it may not, and neither may the first line.
    for (person, code) in [
        (department.cheng_li().clone(), "kernel.forbidden"),
        (department.app().cast.amy.clone(), "kernel.forbidden"),
    ] {
        let refused = department
            .app()
            .act(&person, move |tx, cx| Ok(ordering::approve(tx, cx, id, round)))
            .await;
        assert_eq!(refused.unwrap_err().code(), code);
    }
    department.approve(id).await;
    department.until_done(id).await;
    assert!(department.devices.iter().all(|device| device.version() == "2"));
    department.nothing_ran_twice();
}

#[tokio::test]
async fn who_planned_it_is_not_its_second_person() {
    let department = Department::within(26, QUICK).await;
    let wish = department.wish("2");
    let admin = department.app().cast.by_role("admin").clone();
    let id = department
        .app()
        .act(&admin, move |tx, cx| drafting::draft(tx, cx, &wish))
        .await;
    department.start(id).await;
    department
        .until(id, "the dry run passed", |now| now.head.phase == Phase::Rehearsal)
        .await;
    let round = department.now(id).await.head.round;
    let own = department
        .app()
        .act(&admin, move |tx, cx| Ok(ordering::approve(tx, cx, id, round)))
        .await;
    assert_eq!(own.unwrap_err().code(), "rollout.same_person");
}

#[tokio::test]
async fn an_order_that_comes_twice_is_followed_once() {
    let department = Department::open(3).await;
    let id = department.begun(department.wish("broken")).await;
    let halted = department.until_halted(id).await;
    let round = halted.head.round;
    let order = || {
        department.app().act(department.shen(), move |tx, cx| {
            Ok(ordering::resume(tx, cx, id, round, ::rollout::Resume::GoOn))
        })
    };
    order().await.unwrap();
    assert_eq!(order().await.unwrap_err().code(), "rollout.stale");
}

#[tokio::test]
async fn the_global_stop_halts_and_nothing_starts_again_by_itself() {
    let department = Department::open(8).await;
    let id = department.draft(department.wish("2")).await;
    department.start(id).await;
    department
        .app()
        .act(department.shen(), |tx, cx| {
            stopping::stop(tx, cx, "Something burns.")
        })
        .await;
    department.until_halted(id).await;
    let at_stop: usize = department.devices.iter().map(|one| one.count("apply")).sum();
    department.app().act(department.shen(), stopping::release).await;
    department.minutes(3).await;
    let later: usize = department.devices.iter().map(|one| one.count("apply")).sum();
    assert_eq!(at_stop, later);
    assert!(matches!(department.now(id).await.head.course, Course::Halted(_)));
}

#[tokio::test]
async fn a_ticket_that_is_closed_halts_what_goes_on_for_it() {
    let department = Department::open(4).await;
    let mut wish = department.wish("2");
    wish.manner.rings[0].bake = 3_600_000;
    let id = department.begun(wish).await;
    department
        .until(id, "the canary bakes", |now| now.head.bakes_since.is_some())
        .await;
    department.solve().await;
    department.minutes(2).await;
    let now = department.now(id).await;
    assert!(matches!(
        &now.head.course,
        Course::Halted(halt) if matches!(&halt.reason, Reason::Person { text, .. } if text == "ticket_closed")
    ));
}

#[tokio::test]
async fn a_slow_signer_is_waited_for_and_no_device_has_failed() {
    let department = Department::within(8, "per_minute = 4\n").await;
    let id = department.begun(department.wish("2")).await;
    for _ in 0..40 {
        department.app().settle().await;
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        department.minutes(1).await;
        if department.now(id).await.head.phase == Phase::Done {
            break;
        }
    }
    department.until_done(id).await;
    assert_eq!(department.statuses(id).await["succeeded"], 8);
    department.nothing_ran_twice();
}

#[tokio::test]
async fn what_was_harmed_needs_an_approver_whatever_it_was_halted_for() {
    let department = Department::open(6).await;
    let mut wish = department.wish("sick");
    // One failure is let pass, so that nothing but a person halts it.
    for ring in &mut wish.manner.rings {
        ring.budget.count = 6;
    }
    wish.manner.budget.count = 6;
    let id = department.begun(wish).await;
    department.until_halted(id).await;
    let round = department.now(id).await.head.round;
    assert!(department.now(id).await.head.counts[0].harm > 0);
    let by_planner = department
        .app()
        .act(department.cheng_li(), move |tx, cx| {
            Ok(ordering::resume(tx, cx, id, round, ::rollout::Resume::GoOn))
        })
        .await;
    assert_eq!(by_planner.unwrap_err().code(), "kernel.forbidden");
}

#[tokio::test]
async fn under_the_global_stop_nothing_goes_on() {
    let department = Department::open(6).await;
    let id = department.begun(department.wish("2")).await;
    department
        .app()
        .act(department.shen(), |tx, cx| {
            stopping::stop(tx, cx, "Something burns.")
        })
        .await;
    let halted = department.until_halted(id).await;
    assert_eq!(
        halted.head.counts.iter().map(|ring| ring.failed).sum::<u32>(),
        0,
        "a stop is no failure of a device"
    );
    let round = halted.head.round;
    let under_stop = department
        .app()
        .act(department.shen(), move |tx, cx| {
            Ok(ordering::resume(tx, cx, id, round, ::rollout::Resume::GoOn))
        })
        .await;
    assert_eq!(under_stop.unwrap_err().code(), "fleet.stopped");
    department.app().act(department.shen(), stopping::release).await;
    department.resume(id, ::rollout::Resume::GoOn).await;
    department.until_done(id).await;
    assert!(department.devices.iter().all(|device| device.version() == "2"));
    department.nothing_ran_twice();
}

#[tokio::test]
async fn what_has_not_left_when_it_halts_does_not_leave_any_more() {
    // The signer signs nothing, so every order waits on this side.
    let department = Department::within(5, "stopped = true\n").await;
    let id = department.begun(department.wish("2")).await;
    department.app().settle().await;
    department
        .app()
        .act(department.cheng_li(), move |tx, cx| {
            ordering::halt(tx, cx, id, "Wait.")
        })
        .await;
    department.minutes(2).await;
    let now = department.now(id).await;
    assert_eq!(now.head.counts.iter().map(|ring| ring.running).sum::<u32>(), 0);
    assert!(
        department
            .devices
            .iter()
            .all(|device| device.count("dry_run") == 0)
    );
}

#[tokio::test]
async fn when_the_planner_is_gone_it_halts_and_somebody_takes_it_over() {
    let department = Department::open(5).await;
    let mut wish = department.wish("2");
    wish.manner.rings[0].bake = 3_600_000;
    let id = department.begun(wish).await;
    department
        .until(id, "the canary bakes", |now| now.head.bakes_since.is_some())
        .await;
    let (gone, cx) = (department.cheng_li().id, department.app().cx());
    department
        .app()
        .write(move |tx| people::user::changing::deactivate(tx, &cx, gone).map(drop))
        .await
        .unwrap();
    department.minutes(2).await;
    let halted = department.now(id).await;
    assert!(matches!(
        &halted.head.course,
        Course::Halted(halt) if matches!(&halt.reason, Reason::Person { text, .. } if text == "planner_gone")
    ));
    let admin = department.app().cast.by_role("admin").clone();
    let round = halted.head.round;
    department
        .app()
        .act(&admin, move |tx, cx| {
            ordering::resume(tx, cx, id, round, ::rollout::Resume::GoOn)
        })
        .await;
    assert_eq!(department.now(id).await.person, admin.id);
    department.minutes(62).await;
    department.until_done(id).await;
    assert!(department.devices.iter().all(|device| device.version() == "2"));
}
