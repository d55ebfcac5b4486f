//! What is not installed, each with its own reason, and nothing changed.

use super::device::{Device, NEW, OLD, name};
use super::releaser::{self, BEFORE, Releaser};
use protocol::verb::UpdateStep::{Apply, Check, DryRun};
use std::fs;
use std::process::Stdio;
use update::platform::Platform;
use update::release::{Version, target};

impl Device {
    /// The bundle that lies ready is refused by dry run and apply alike.
    async fn refuses(&mut self, version: &str, code: &str) {
        for step in [DryRun, Apply] {
            let (found, text) = self.failed_step(step, version).await;
            assert_eq!(found, code, "{step:?}: {text}");
        }
        assert!(self.notes().is_null(), "{code}: {}", self.notes());
        let slots = self.house.path("var/lib/mainstay-agent/slots");
        for left in ["a/mainstay-agent", "b/mainstay-agent", "staged/program"] {
            assert!(!slots.join(left).exists(), "{code}: {left}");
        }
    }
}

#[tokio::test]
async fn what_was_tampered_with_is_refused() {
    let mut device = Device::new().await;
    let program = device.good(NEW);
    device.release(NEW, &program);
    let mut flipped = program.clone();
    flipped[20] ^= 1;
    device.releaser.bundle(&device.bundle(), &name(NEW), &flipped);
    device.refuses(NEW, "tampered").await;
    let mut metadata = device.releaser.metadata();
    let timestamp = metadata["timestamp.json"].replace("2100-", "2101-");
    metadata.insert("timestamp.json".to_owned(), timestamp);
    releaser::write(&device.bundle(), &metadata, &name(NEW), &program);
    device.refuses(NEW, "untrusted").await;
    let mut stranger = Releaser::new();
    stranger.list(&name(NEW), &program);
    stranger.bundle(&device.bundle(), &name(NEW), &program);
    device.refuses(NEW, "untrusted").await;
    device.releaser.usurp();
    device.releaser.bundle(&device.bundle(), &name(NEW), &program);
    device.refuses(NEW, "untrusted").await;
    fs::write(device.bundle(), b"no bundle").unwrap();
    device.refuses(NEW, "unreadable").await;
    device.good_step(Check, NEW, 80).await;
}

#[tokio::test]
async fn what_is_old_or_for_others_is_refused() {
    let mut device = Device::new().await;
    let program = device.good(NEW);
    device.releaser.expires.insert("timestamp", BEFORE);
    device.release(NEW, &program);
    device.refuses(NEW, "expired").await;
    device.releaser.expires.clear();
    device.release("0.0.1", &program);
    device.refuses("0.0.1", "older").await;
    let other = Platform::all()
        .find(|one| Some(*one) != Platform::here())
        .unwrap();
    let other = target(&Version::parse(NEW).unwrap(), other);
    device.releaser.list(&other, &program);
    device.releaser.bundle(&device.bundle(), &other, &program);
    device.refuses(NEW, "other_program").await;
    device.release(NEW, &program);
    device.good_step(DryRun, NEW, 0).await;
    device.releaser.version -= 1;
    device.releaser.bundle(&device.bundle(), &name(NEW), &program);
    device.refuses(NEW, "rolled_back").await;
}

#[tokio::test]
async fn a_program_that_does_not_work_here_is_refused() {
    let mut device = Device::new().await;
    for program in [
        &b"no program at all"[..],
        b"#!/bin/sh\nexit 3\n",
        b"#!/bin/sh\necho '{\"version\":\"6.6.6\"}'\n",
        b"#!/bin/sh\necho nothing\n",
    ] {
        device.release(NEW, program);
        device.refuses(NEW, "self_test").await;
    }
}

#[tokio::test]
async fn without_a_root_of_trust_or_against_the_floor_nothing_is_installed() {
    let mut device = Device::new().await;
    let program = device.good(NEW);
    device.release(NEW, &program);
    let settings = device.house.path("etc/mainstay-agent/floor.toml");
    fs::write(&settings, "agent_updates = false\n").unwrap();
    assert_eq!(device.failed_step(DryRun, NEW).await.0, "floor");
    assert!(matches!(
        device.step(Apply, NEW).await,
        protocol::message::Outcome::Refused { code } if code == "floor"
    ));
    fs::remove_file(&settings).unwrap();
    fs::remove_file(device.house.path("var/lib/mainstay-agent/update/root.json")).unwrap();
    let (code, text) = device.failed_step(Apply, NEW).await;
    assert_eq!(code, "no_root");
    assert!(text.contains("mainstay-agent trust FILE"), "{text}");
    device.good_step(Check, OLD, 0).await;
}

#[tokio::test]
async fn status_tells_the_slot_and_whose_updates_are_trusted() {
    let mut device = Device::new().await;
    let program = device.good(NEW);
    device.release(NEW, &program);
    device.apply(NEW).await;
    device.good_step(protocol::verb::UpdateStep::Verify, NEW, 0).await;
    let said = device
        .house
        .command(&["status"])
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("program   7.0.0 (a)"), "{said}");
    assert!(said.contains("trusts    root 1 until 2100"), "{said}");
}
