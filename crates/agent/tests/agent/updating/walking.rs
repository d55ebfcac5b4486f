//! What goes well: there and back.

use super::device::{Device, NEW, OLD};
use protocol::verb::UpdateStep::{Apply, Check, DryRun, RollBack, Verify};

#[tokio::test]
async fn an_update_settles_and_goes_back() {
    let mut device = Device::new().await;
    let program = device.good(NEW);
    device.release(NEW, &program);
    device.good_step(Check, NEW, 80).await;
    let tried = device.good_step(DryRun, NEW, 0).await;
    assert_eq!(
        (&tried["current"], &tried["on_trial"]),
        (&OLD.into(), &serde_json::Value::Null)
    );
    assert!(device.notes().is_null(), "a dry run changes nothing");
    device.apply(NEW).await;
    let verified = device.good_step(Verify, NEW, 0).await;
    assert_eq!(
        (&verified["current"], &verified["before"]),
        (&NEW.into(), &OLD.into())
    );
    device.good_step(Check, NEW, 0).await;
    device.good_step(RollBack, NEW, 0).await;
    device.again().await;
    assert_eq!(device.failed_step(Verify, NEW).await.0, "not_current");
    device.good_step(Check, NEW, 80).await;
    assert_eq!(device.notes()["current"], "installed");
    // Once more changes nothing, and the same rollout can be applied again.
    device.good_step(RollBack, NEW, 0).await;
    device.apply(NEW).await;
    device.good_step(Verify, NEW, 0).await;
}

#[tokio::test]
async fn the_second_update_takes_the_other_slot_and_goes_back_to_the_first() {
    let mut device = Device::with(&["run"], 300, 60_000).await;
    for (version, slot) in [("7.0.0", "a"), ("7.1.0", "b")] {
        let program = device.good(version);
        device.release(version, &program);
        device
            .step_of(version.split('.').nth(1).unwrap(), Apply, version)
            .await;
        device.again().await;
        device.good_step(Verify, version, 0).await;
        assert_eq!(device.notes()["current"], slot);
    }
    device.step_of("1", RollBack, "7.1.0").await;
    device.again().await;
    device.failed_step(Verify, "7.1.0").await;
    device.good_step(Check, "7.0.0", 0).await;
    assert_eq!(device.notes()["current"], "a");
    // What another rollout brought is none of this one's business.
    match device.step_of("1", RollBack, "7.1.0").await {
        protocol::message::Outcome::Done { .. } => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(device.notes()["current"], "a");
}

#[tokio::test]
async fn a_root_that_was_exchanged_by_its_own_keys_is_kept() {
    let mut device = Device::new().await;
    device.releaser.rotate();
    let program = device.good(NEW);
    device.release(NEW, &program);
    device.good_step(DryRun, NEW, 0).await;
    let kept = std::fs::read_to_string(device.house.path("var/lib/mainstay-agent/update/root.json")).unwrap();
    assert_eq!(kept, device.releaser.newest_root());
}
