//! What goes wrong in a package, and the way back from there.

use super::device::{Device, PROBE, probe, scripted, wish};
use protocol::verb::PackageStep::{Apply, DryRun, RollBack, Verify};

#[tokio::test]
async fn a_version_whose_installation_fails_is_taken_back() {
    let mut device = Device::new(&[
        probe("2"),
        scripted("3", &[("postinst", "echo so it ends; exit 1")]),
    ])
    .await;
    device.install(&["mainstay-probe=2"]);
    let wish = wish("3");
    device.good(DryRun, &wish).await;
    let (code, text) = device.bad(Apply, &wish).await;
    assert_eq!(code, "package_failed");
    assert!(
        text.contains("post-installation script subprocess returned error"),
        "{text}"
    );
    assert_eq!(device.stands(PROBE), "3 half-configured");
    assert_eq!(device.check(&wish).await, 81);
    let (code, text) = device.bad(Verify, &wish).await;
    assert_eq!(code, "package_unhealthy");
    assert!(text.contains("half configured"), "{text}");
    device.good(RollBack, &wish).await;
    assert_eq!(device.check(&wish).await, 80);
    assert_eq!(
        (device.says(), device.stands(PROBE)),
        ("2".to_owned(), "2 installed".to_owned())
    );
    assert_eq!(device.house.inside(&["dpkg", "--audit"]), "");
}

#[tokio::test]
async fn a_version_that_forbids_to_leave_it_is_left_all_the_same() {
    let clinging = [("prerm", "exit 1"), ("postrm", "exit 1")];
    let mut device = Device::new(&[probe("2"), scripted("4", &clinging)]).await;
    device.install(&["mainstay-probe=2"]);
    device.good(Apply, &wish("4")).await;
    device.good(Verify, &wish("4")).await;
    device.good(RollBack, &wish("4")).await;
    assert_eq!(
        (device.says(), device.check(&wish("4")).await),
        ("2".to_owned(), 80)
    );
    // The same where it was absent before.
    device.apt(&["purge", PROBE]);
    let mut fresh = wish("4");
    fresh.rollout = "fresh".to_owned();
    fresh.install = true;
    device.good(Apply, &fresh).await;
    device.good(RollBack, &fresh).await;
    assert_eq!(device.check(&fresh).await, 80);
    assert_eq!(device.house.inside(&["dpkg", "--audit"]), "");
}

#[tokio::test]
async fn a_version_that_cannot_be_unpacked_leaves_nothing_behind() {
    let mut device = Device::new(&[probe("1"), scripted("5", &[("preinst", "exit 1")])]).await;
    device.install(&["mainstay-probe=1"]);
    assert_eq!(device.bad(Apply, &wish("5")).await.0, "package_failed");
    assert_eq!(
        (device.says(), device.check(&wish("5")).await),
        ("1".to_owned(), 80)
    );
    device.good(RollBack, &wish("5")).await;
    assert_eq!(device.stands(PROBE), "1 installed");
}

#[tokio::test]
async fn a_script_that_hangs_is_ended_when_the_time_is_up_and_dpkg_is_not() {
    let hanging = [("postinst", "echo hanging; sleep 500 & wait")];
    let mut device = Device::new(&[probe("1"), scripted("6", &hanging)]).await;
    device.install(&["mainstay-probe=1"]);
    let mut wish = wish("6");
    wish.seconds = 12;
    assert_eq!(device.bad(Apply, &wish).await.0, "timeout");
    wish.seconds = 60;
    // dpkg came to its own end and wrote down what had happened.
    assert_eq!(device.stands(PROBE), "6 half-configured");
    assert_eq!(device.check(&wish).await, 81);
    device.good(RollBack, &wish).await;
    assert_eq!((device.says(), device.check(&wish).await), ("1".to_owned(), 80));
}

#[tokio::test]
async fn nothing_is_remembered_of_a_package_that_was_broken_before() {
    let mut device = Device::new(&[probe("1"), probe("2"), scripted("3", &[("postinst", "exit 1")])]).await;
    device.install(&["mainstay-probe=1"]);
    device
        .house
        .inside(&["sh", "-c", "apt-get -qq -y install mainstay-probe=3 || true"]);
    assert_eq!(device.check(&wish("2")).await, 81);
    assert_eq!(device.bad(Apply, &wish("2")).await.0, "package_unhealthy");
    assert_eq!(device.stands(PROBE), "3 half-configured");
    // Nothing is remembered, so nothing was changed; what there is, a check tells.
    device.good(RollBack, &wish("2")).await;
}
