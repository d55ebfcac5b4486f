//! What goes well: there and back, and what is left alone.

use super::device::{Deb, Device, PROBE, done, probe, wish};
use protocol::verb::PackageStep::{Apply, Check, DryRun, RollBack, Verify};
use serde_json::json;
use std::fs;
use std::process::Command;

#[tokio::test]
async fn a_package_goes_to_its_version_and_back() {
    let mut device = Device::new(&[probe("1"), probe("2")]).await;
    device.install(&["mainstay-probe=1"]);
    let wish = wish("2");
    let tried = device.good(DryRun, &wish).await;
    assert_eq!(
        tried,
        json!({
            "step": "dry_run",
            "packages": [{ "name": PROBE, "wanted": "2", "installed": "1", "state": "installed", "before": null }],
            "remembered": false,
            "changes": [{ "name": PROBE, "from": "1", "to": "2" }],
        })
    );
    assert_eq!(device.check(&wish).await, 80);
    assert_eq!(device.says(), "1");
    let (outcome, output) = device.step_and_output(Apply, &wish).await;
    assert_eq!(
        done(outcome).1,
        json!({
            "step": "apply",
            "packages": [{ "name": PROBE, "wanted": "2", "installed": "2", "state": "installed", "before": "1" }],
            "remembered": true,
        })
    );
    assert!(output.contains("Setting up mainstay-probe (2)"), "{output}");
    assert_eq!(device.check(&wish).await, 0);
    device.good(Verify, &wish).await;
    assert_eq!(device.says(), "2");
    let back = device.good(RollBack, &wish).await;
    assert_eq!(
        (&back["stayed"], &back["packages"][0]["installed"]),
        (&json!([]), &json!("1"))
    );
    assert_eq!(device.check(&wish).await, 80);
    assert_eq!(
        (device.says(), device.stands(PROBE)),
        ("1".to_owned(), "1 installed".to_owned())
    );
    // Once more changes nothing, and the same rollout can be applied again.
    device.good(RollBack, &wish).await;
    device.good(Apply, &wish).await;
    assert_eq!(device.check(&wish).await, 0);
}

#[tokio::test]
async fn the_way_back_is_kept_when_the_repository_forgets_the_old_version() {
    let mut device = Device::new(&[probe("1"), probe("2")]).await;
    device.install(&["mainstay-probe=1"]);
    device.good(Apply, &wish("2")).await;
    device.publish(&[(PROBE, "2")]);
    device.apt(&["update"]);
    device.good(RollBack, &wish("2")).await;
    assert_eq!(
        (device.says(), device.check(&wish("2")).await),
        ("1".to_owned(), 80)
    );
}

#[tokio::test]
async fn what_was_absent_is_removed_again_and_what_came_with_it_is_named() {
    let needy = Deb {
        more: "Depends: mainstay-friend\n",
        ..probe("1")
    };
    let friend = Deb {
        name: "mainstay-friend",
        ..probe("1")
    };
    let mut device = Device::new(&[needy, friend]).await;
    let mut wish = wish("1");
    // Absent and not to be installed is as it should be, and nothing is done about it.
    assert_eq!(device.check(&wish).await, 0);
    device.good(Apply, &wish).await;
    assert_eq!(device.stands(PROBE), "");
    wish.rollout = "installing".to_owned();
    wish.install = true;
    assert_eq!(device.check(&wish).await, 80);
    device.good(DryRun, &wish).await;
    device.good(Apply, &wish).await;
    assert_eq!((device.says(), device.check(&wish).await), ("1".to_owned(), 0));
    let back = device.good(RollBack, &wish).await;
    assert_eq!(
        back["stayed"],
        json!([{ "name": "mainstay-friend", "installed": "1" }])
    );
    assert_eq!(
        (device.stands(PROBE), device.check(&wish).await),
        (String::new(), 80)
    );
    assert_eq!(device.stands("mainstay-friend"), "1 installed");
}

#[tokio::test]
async fn a_newer_version_counts_as_done_unless_it_is_to_be_replaced() {
    let mut device = Device::new(&[probe("1"), probe("2")]).await;
    device.install(&["mainstay-probe=2"]);
    let mut wish = wish("1");
    assert_eq!(device.check(&wish).await, 0);
    device.good(Apply, &wish).await;
    device.good(Verify, &wish).await;
    assert_eq!(device.says(), "2");
    wish.rollout = "down".to_owned();
    wish.downgrade = true;
    assert_eq!(device.check(&wish).await, 80);
    device.good(DryRun, &wish).await;
    device.good(Apply, &wish).await;
    assert_eq!((device.says(), device.check(&wish).await), ("1".to_owned(), 0));
    device.good(RollBack, &wish).await;
    assert_eq!((device.says(), device.check(&wish).await), ("2".to_owned(), 80));
}

#[tokio::test]
async fn what_had_to_change_with_a_package_goes_back_with_it() {
    let tied = |version, more| Deb {
        more,
        ..probe(version)
    };
    let friend = |version| Deb {
        name: "mainstay-friend",
        ..probe(version)
    };
    let debs = [
        tied("1", "Depends: mainstay-friend (= 1)\n"),
        tied("2", "Depends: mainstay-friend (= 2)\n"),
        friend("1"),
        friend("2"),
    ];
    let mut device = Device::new(&debs).await;
    device.install(&["mainstay-probe=1", "mainstay-friend=1"]);
    let tried = device.good(DryRun, &wish("2")).await;
    assert_eq!(tried["changes"].as_array().unwrap().len(), 2);
    device.good(Apply, &wish("2")).await;
    assert_eq!(device.stands("mainstay-friend"), "2 installed");
    device.publish(&[(PROBE, "2"), ("mainstay-friend", "2")]);
    device.apt(&["update"]);
    device.good(RollBack, &wish("2")).await;
    assert_eq!(device.stands("mainstay-friend"), "1 installed");
    assert_eq!(
        (device.says(), device.check(&wish("2")).await),
        ("1".to_owned(), 80)
    );
}

#[tokio::test]
async fn of_two_applies_of_one_rollout_the_first_state_is_remembered_and_for_thirty_days() {
    let mut device = Device::new(&[probe("1"), probe("2"), probe("3")]).await;
    device.install(&["mainstay-probe=1"]);
    device.good(Apply, &wish("2")).await;
    let again = device.good(Apply, &wish("3")).await;
    assert_eq!(again["packages"][0]["before"], "1");
    // One of the two applied things is there: neither as it was, nor as it should be.
    assert_eq!(device.check(&wish("4")).await, 81);
    device.good(RollBack, &wish("3")).await;
    assert_eq!(device.says(), "1");
    let mut other = wish("2");
    other.rollout = "another".to_owned();
    let memory = device
        .house
        .path("var/lib/mainstay-agent/packages/patches/memory.json");
    for (age, is_kept) in [("29 days ago", true), ("31 days ago", false)] {
        assert!(
            Command::new("touch")
                .args(["-d", age])
                .arg(&memory)
                .status()
                .unwrap()
                .success()
        );
        device.good(Apply, &other).await;
        assert_eq!(memory.exists(), is_kept, "{age}");
    }
    // Nothing is remembered, so nothing was changed; what there is, a check tells.
    device.good(RollBack, &wish("2")).await;
    let folder = fs::metadata(device.house.path("var/lib/mainstay-agent/packages")).unwrap();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&folder.permissions()) & 0o777,
        0o700
    );
    let summary = done(device.step(Check, &other).await).1;
    assert_eq!(summary["packages"][0]["before"], "1");
}
