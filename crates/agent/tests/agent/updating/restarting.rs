//! The restart: what runs is waited for, and no order is lost.

use super::device::{Device, NEW};
use crate::house::command;
use protocol::message::Outcome;
use protocol::verb::UpdateStep::{Apply, Verify};
use std::process::Command;

#[tokio::test]
async fn an_order_that_comes_during_the_restart_waits_for_the_next_link() {
    let mut device = Device::new().await;
    let program = device.good(NEW);
    device.release(NEW, &program);
    let gate = device.house.path("gate");
    assert!(Command::new("mkfifo").arg(&gate).status().unwrap().success());
    let long = command(&format!("cat '{}'", gate.display()));
    device.line.act(device.house.order("long", &long)).await;
    device.good_step(Apply, NEW, 0).await;
    let late = command("echo late");
    device.line.act(device.house.order("late", &late)).await;
    // The first one ends only now; the late one has come before that.
    std::fs::write(&gate, "through").unwrap();
    assert!(matches!(
        device.hears_of("long").await,
        Outcome::Done { code: Some(0), .. }
    ));
    device.again().await;
    let (running, known) = device.line.acts().await;
    assert!(
        running.is_empty() && known.iter().all(|(act, _)| act != "late"),
        "{running:?} {known:?}"
    );
    assert!(!device.has_begun("late"));
    device.line.act(device.house.order("late", &late)).await;
    assert!(matches!(
        device.done("late").await,
        Outcome::Done { code: Some(0), .. }
    ));
    device.good_step(Verify, NEW, 0).await;
}
