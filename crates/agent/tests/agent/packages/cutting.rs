//! An agent that is killed, or called off, in the middle of a change.

use super::device::{Deb, Device, PROBE, done, probe, scripted, wish};
use protocol::message::Outcome;
use protocol::verb::PackageStep::{Apply, Check, RollBack};

/// Leaves a mark, and goes on when it finds another.
const PATIENT: &[(&str, &str)] = &[(
    "postinst",
    "touch @SHARED@/begun; while [ ! -e @SHARED@/go ]; do sleep 0.1; done",
)];

async fn in_the_middle() -> (Device, String) {
    let mut device = Device::new(&[probe("1"), scripted("2", PATIENT)]).await;
    device.install(&["mainstay-probe=1"]);
    let act = device.begin(Apply, &wish("2")).await;
    device.reaches("begun").await;
    (device, act)
}

fn go(device: &Device) {
    std::fs::write(device.house.path("go"), "").unwrap();
}

#[tokio::test]
async fn a_change_goes_on_when_the_agent_is_killed_and_a_check_waits_for_it() {
    let (mut device, act) = in_the_middle().await;
    device.crash(&[]).await;
    let lost = device.line.outcome(&act).await.0;
    assert!(matches!(lost, Outcome::Lost { .. }), "{lost:?}");
    let mut hasty = wish("2");
    hasty.seconds = 1;
    assert_eq!(device.bad(Check, &hasty).await.0, "package_busy");
    let check = device.begin(Check, &wish("2")).await;
    device.waits().await;
    go(&device);
    assert_eq!(done(device.line.outcome(&check).await.0).0, 0);
    assert_eq!(device.stands(PROBE), "2 installed");
    device.good(RollBack, &wish("2")).await;
    assert_eq!(
        (device.says(), device.check(&wish("2")).await),
        ("1".to_owned(), 80)
    );
}

#[tokio::test]
async fn a_dpkg_whose_apt_was_killed_is_waited_for_as_well() {
    let (mut device, act) = in_the_middle().await;
    device.crash(&["apt-get"]).await;
    device.line.outcome(&act).await;
    let check = device.begin(Check, &wish("2")).await;
    device.waits().await;
    go(&device);
    // dpkg had nobody left to tell, and ended after the script.
    assert_eq!(done(device.line.outcome(&check).await.0).0, 81);
    device.good(RollBack, &wish("2")).await;
    assert_eq!(device.check(&wish("2")).await, 80);
}

#[tokio::test]
async fn a_change_that_was_cut_off_is_in_between_and_can_be_taken_back() {
    let (mut device, act) = in_the_middle().await;
    device.crash(&["apt-get", "dpkg"]).await;
    go(&device);
    device.line.outcome(&act).await;
    assert_eq!(device.check(&wish("2")).await, 81);
    device.good(RollBack, &wish("2")).await;
    assert_eq!(
        (device.says(), device.check(&wish("2")).await),
        ("1".to_owned(), 80)
    );
    assert_eq!(device.house.inside(&["dpkg", "--audit"]), "");
}

#[tokio::test]
async fn calling_off_counts_until_the_change_begins() {
    let (mut device, act) = in_the_middle().await;
    let waiting = {
        let mut other = wish("2");
        other.rollout = "another".to_owned();
        device.begin(Apply, &other).await
    };
    device.cancel(&waiting).await;
    assert_eq!(device.line.outcome(&waiting).await.0, Outcome::Cancelled);
    device.cancel(&act).await;
    go(&device);
    assert_eq!(done(device.line.outcome(&act).await.0).0, 0);
    assert_eq!(
        (device.says(), device.check(&wish("2")).await),
        ("2".to_owned(), 0)
    );
}

#[tokio::test]
async fn some_changed_and_some_not_is_in_between_once_something_is_remembered() {
    let other = |version, scripts| Deb {
        name: "mainstay-second",
        ..scripted(version, scripts)
    };
    let debs = [
        probe("1"),
        probe("2"),
        other("1", &[]),
        other("2", &[("preinst", "exit 1")]),
    ];
    let mut device = Device::new(&debs).await;
    device.install(&["mainstay-probe=1", "mainstay-second=1"]);
    let mut wish = wish("2");
    wish.packages.push(("mainstay-second".to_owned(), "2".to_owned()));
    assert_eq!(device.check(&wish).await, 80);
    device.bad(Apply, &wish).await;
    // However far apt came: one of the two by hand, and the other as it was.
    device.house.inside(&[
        "sh",
        "-c",
        "apt-get -qq -y -f install; apt-get -qq -y install mainstay-probe=2",
    ]);
    assert_eq!(
        (device.stands(PROBE), device.stands("mainstay-second")),
        ("2 installed".to_owned(), "1 installed".to_owned())
    );
    assert_eq!(device.check(&wish).await, 81);
    device.good(RollBack, &wish).await;
    assert_eq!((device.says(), device.check(&wish).await), ("1".to_owned(), 80));
}
