//! What is not done at all: no version, no way back, no right, no sound memory.

use super::device::{Deb, Device, PROBE, probe, wish};
use agent::executing::{Surroundings, Teller, perform};
use protocol::message::Outcome;
use protocol::verb::PackageStep::{Apply, Check, DryRun, RollBack, Verify};
use std::fs;

#[tokio::test]
async fn a_dry_run_says_why_it_could_not_be_done_or_not_be_taken_back() {
    let greedy = Deb {
        more: "Conflicts: mainstay-friend\n",
        ..probe("3")
    };
    let friend = Deb {
        name: "mainstay-friend",
        ..probe("1")
    };
    let mut device = Device::new(&[probe("1"), probe("2"), greedy, friend]).await;
    device.install(&["mainstay-probe=1", "mainstay-friend"]);
    assert_eq!(device.bad(DryRun, &wish("9")).await.0, "no_such_version");
    assert_eq!(device.bad(DryRun, &wish("3")).await.0, "would_remove");
    assert_eq!(device.bad(Apply, &wish("3")).await.0, "would_remove");
    device.house.inside(&["apt-mark", "hold", PROBE]);
    assert_eq!(device.bad(DryRun, &wish("2")).await.0, "held");
    assert_eq!(device.bad(Apply, &wish("2")).await.0, "held");
    device.house.inside(&["apt-mark", "unhold", PROBE]);
    device.publish(&[(PROBE, "2")]);
    assert_eq!(device.bad(DryRun, &wish("2")).await.0, "no_way_back");
    assert_eq!(device.bad(Apply, &wish("2")).await.0, "no_way_back");
    assert_eq!(
        (device.says(), device.check(&wish("2")).await),
        ("1".to_owned(), 80)
    );
    // It is to be had again where apt has it in its store.
    let old = device.house.path("store").join("mainstay-probe_1_all.deb");
    device
        .house
        .inside(&["cp", old.to_str().unwrap(), "/var/cache/apt/archives/"]);
    device.good(DryRun, &wish("2")).await;
    fs::remove_dir_all(device.house.path("repository")).unwrap();
    assert_eq!(device.bad(DryRun, &wish("2")).await.0, "refresh_failed");
    assert_eq!(device.bad(Apply, &wish("2")).await.0, "refresh_failed");
    assert_eq!(device.says(), "1");
}

#[tokio::test]
async fn a_memory_that_is_damaged_or_of_other_packages_is_no_way_back() {
    let mut device = Device::new(&[probe("1"), probe("2")]).await;
    device.install(&["mainstay-probe=1"]);
    // Nothing is remembered, so nothing was changed; what there is, a check tells.
    device.good(RollBack, &wish("2")).await;
    device.good(Apply, &wish("2")).await;
    let mut other = wish("2");
    other
        .packages
        .push(("mainstay-second".to_owned(), "1".to_owned()));
    for step in [Check, Apply, RollBack] {
        if step != Apply {
            assert_eq!(device.bad(step, &other).await.0, "memory_differs");
        }
    }
    let folder = device.house.path("var/lib/mainstay-agent/packages/patches");
    let words = fs::read_to_string(folder.join("memory.json")).unwrap();
    fs::write(folder.join("memory.json"), &words[..words.len() - 10]).unwrap();
    for step in [Check, Verify, RollBack] {
        assert_eq!(device.bad(step, &wish("2")).await.0, "memory_malformed");
    }
    // An old package that is not what was kept, and that nobody else has.
    fs::write(folder.join("memory.json"), &words).unwrap();
    fs::write(folder.join("mainstay-probe_1_all.deb"), "another").unwrap();
    device.publish(&[(PROBE, "2")]);
    device.apt(&["update"]);
    assert_eq!(device.bad(RollBack, &wish("2")).await.0, "no_way_back");
    assert_eq!(device.says(), "2");
}

#[tokio::test]
async fn the_floor_can_forbid_to_change_packages_and_leaves_looking() {
    let mut device = Device::new(&[probe("1"), probe("2")]).await;
    device.install(&["mainstay-probe=1"]);
    fs::write(
        device.house.path("etc/mainstay-agent/floor.toml"),
        "packages = false\n",
    )
    .unwrap();
    for step in [Apply, RollBack] {
        let outcome = device.step(step, &wish("2")).await;
        assert_eq!(
            outcome,
            Outcome::Refused {
                code: "floor".to_owned()
            }
        );
    }
    device.good(DryRun, &wish("2")).await;
    assert_eq!(
        (device.says(), device.check(&wish("2")).await),
        ("1".to_owned(), 80)
    );
}

#[tokio::test]
async fn an_agent_without_rights_changes_no_packages() {
    let folder = tempfile::tempdir().unwrap();
    let mut here = Surroundings::new(folder.path());
    here.is_root = false;
    for step in [DryRun, Check, Apply, Verify, RollBack] {
        let (teller, _said) = Teller::aside("act-1");
        let outcome = perform(wish("2").verb(step), &teller, None, &here).await;
        assert!(matches!(outcome, Outcome::Failed { code, .. } if code == "not_root"));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
