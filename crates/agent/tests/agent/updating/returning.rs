//! What does not come up: the agent goes back by itself, whenever it is killed.

use super::device::{Device, NEW, OLD};
use protocol::verb::UpdateStep::{Apply, Check, RollBack, Verify};
use std::fs;

#[tokio::test]
async fn a_program_that_ends_at_its_start_is_left_at_once() {
    let mut device = Device::new().await;
    let program = device.script(NEW, "exit 9");
    device.release(NEW, &program);
    device.apply(NEW).await;
    let (code, text) = device.failed_step(Verify, NEW).await;
    assert_eq!(code, "returned_ended", "{text}");
    assert!(text.starts_with(OLD) && text.contains('9'), "{text}");
    device.good_step(Check, NEW, 80).await;
    device.good_step(RollBack, NEW, 0).await;
    // A better one of the same rollout is tried anew.
    let program = device.good(NEW);
    device.release(NEW, &program);
    device.apply(NEW).await;
    device.good_step(Verify, NEW, 0).await;
}

#[tokio::test]
async fn a_program_that_never_links_is_left_when_its_time_is_over() {
    let mut device = Device::with(&["run", "--one-process"], 300, 1_000).await;
    let program = device.script(NEW, "exec sleep 600");
    device.release(NEW, &program);
    device.apply(NEW).await;
    assert_eq!(device.failed_step(Verify, NEW).await.0, "returned_time");
    device.good_step(Check, NEW, 80).await;
}

#[tokio::test]
async fn a_guard_that_is_killed_again_and_again_goes_back_in_the_end() {
    let mut device = Device::with(&["run", "--one-process"], 600_000, 600_000).await;
    let program = device.good(NEW);
    device.release(NEW, &program);
    device.apply(NEW).await;
    for tries in 1..=3 {
        assert_eq!(device.notes()["trial"]["tries"], tries);
        device.house.kill();
        device.start();
        device.again().await;
    }
    assert_eq!(device.failed_step(Verify, NEW).await.0, "returned_starts");
    assert_eq!(device.notes()["current"], "installed");
}

#[tokio::test]
async fn a_slot_that_was_changed_by_others_is_not_started() {
    let mut device = Device::new().await;
    let program = device.good(NEW);
    device.release(NEW, &program);
    device.apply(NEW).await;
    device.good_step(Verify, NEW, 0).await;
    device.house.kill();
    let slot = device.house.path("var/lib/mainstay-agent/slots/a/mainstay-agent");
    let mut bytes = fs::read(&slot).unwrap();
    bytes.push(b'\n');
    fs::write(&slot, bytes).unwrap();
    device.start();
    device.again().await;
    device.good_step(Check, NEW, 80).await;
    assert_eq!(device.failed_step(RollBack, NEW).await.0, "not_current");
    assert!(
        device.notes()["fault"]
            .as_str()
            .unwrap()
            .contains("not what was put there")
    );
}

#[tokio::test]
async fn damaged_notes_end_in_the_installed_program_and_that_is_said() {
    let mut device = Device::with(&["run", "--one-process"], 600_000, 600_000).await;
    let program = device.good(NEW);
    device.release(NEW, &program);
    device.apply(NEW).await;
    device.house.kill();
    let notes = device.house.path("var/lib/mainstay-agent/slots/state.json");
    fs::write(&notes, "{ torn").unwrap();
    device.start();
    device.again().await;
    let (code, text) = device.failed_step(Verify, NEW).await;
    assert_eq!(code, "not_current");
    assert!(text.contains("damaged"), "{text}");
    // And the way is free for the next attempt.
    device.good_step(Apply, NEW, 0).await;
    device.again().await;
}
