//! What a device installs and what it does not, with metadata that was signed by hand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod releaser;

use releaser::{BEFORE, Releaser};
use std::path::PathBuf;
use update::bundle::open;
use update::platform::Platform;
use update::release::{Version, target};
use update::verifying::{Fault, Verified, verify};

const PROGRAM: &[u8] = b"a program";

/// A device that trusts a root.
struct Device {
    folder: tempfile::TempDir,
    root: Vec<u8>,
}

impl Device {
    fn new(releaser: &Releaser) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            root: releaser.root().into(),
        }
    }

    fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    async fn sees(&self, version: &str) -> Result<Verified, Fault> {
        let bundle = open(&self.bundle()).unwrap();
        let seen = self.folder.path().join("seen");
        verify(
            &self.root,
            &bundle,
            &seen,
            &Version::parse(version).unwrap(),
            linux(),
        )
        .await
    }

    async fn refuses(&self, version: &str) -> &'static str {
        self.sees(version).await.unwrap_err().code()
    }
}

fn linux() -> Platform {
    Platform::parse("linux-x86_64").unwrap()
}

fn name(version: &str) -> String {
    target(&Version::parse(version).unwrap(), linux())
}

fn releaser() -> Releaser {
    let mut releaser = Releaser::new();
    releaser.list(&name("1.2.3"), PROGRAM);
    releaser
}

#[tokio::test]
async fn a_bundle_that_was_signed_counts_and_gives_its_program() {
    let releaser = releaser();
    let device = Device::new(&releaser);
    releaser.bundle(&device.bundle(), &name("1.2.3"), PROGRAM);
    for _ in 0..2 {
        let verified = device.sees("1.2.3").await.unwrap();
        assert_eq!(
            (verified.length, verified.root.as_slice()),
            (9, device.root.as_slice())
        );
        let mut program = Vec::new();
        verified
            .copy(&open(&device.bundle()).unwrap(), &mut program)
            .unwrap();
        assert_eq!(program, PROGRAM);
    }
}

#[tokio::test]
async fn a_flipped_byte_of_the_program_or_another_length_is_tampered() {
    let releaser = releaser();
    let device = Device::new(&releaser);
    for program in [&b"a progrAm"[..], b"a program!", b"a progra", b"x"] {
        releaser.bundle(&device.bundle(), &name("1.2.3"), program);
        assert_eq!(device.refuses("1.2.3").await, "tampered");
    }
}

#[tokio::test]
async fn no_file_of_metadata_can_be_changed() {
    let releaser = releaser();
    let device = Device::new(&releaser);
    let good = releaser.metadata();
    for (file, text) in good.iter().filter(|(file, _)| file.as_str() != "1.root.json") {
        let mut bad = good.clone();
        bad.insert(file.clone(), text.replace("2100-", "2101-"));
        releaser::write(&device.bundle(), &bad, &name("1.2.3"), PROGRAM);
        let code = device.refuses("1.2.3").await;
        assert!(matches!(code, "untrusted" | "tampered"), "{file}: {code}");
        bad.remove(file);
        releaser::write(&device.bundle(), &bad, &name("1.2.3"), PROGRAM);
        assert_eq!(device.refuses("1.2.3").await, "unreadable", "{file}");
    }
}

#[tokio::test]
async fn foreign_keys_count_for_nothing() {
    let device = Device::new(&releaser());
    releaser().bundle(&device.bundle(), &name("1.2.3"), PROGRAM);
    assert_eq!(device.refuses("1.2.3").await, "untrusted");
}

#[tokio::test]
async fn what_ran_out_counts_no_more() {
    for role in ["timestamp", "snapshot", "targets"] {
        let mut releaser = releaser();
        let device = Device::new(&releaser);
        releaser.expires.insert(role, BEFORE);
        releaser.bundle(&device.bundle(), &name("1.2.3"), PROGRAM);
        assert_eq!(device.refuses("1.2.3").await, "expired", "{role}");
    }
}

#[tokio::test]
async fn nothing_older_than_what_was_seen_counts() {
    let mut releaser = releaser();
    let device = Device::new(&releaser);
    releaser.version = 7;
    releaser.bundle(&device.bundle(), &name("1.2.3"), PROGRAM);
    device.sees("1.2.3").await.unwrap();
    releaser.version = 6;
    releaser.bundle(&device.bundle(), &name("1.2.3"), PROGRAM);
    assert_eq!(device.refuses("1.2.3").await, "rolled_back");
    releaser.version = 8;
    releaser.bundle(&device.bundle(), &name("1.2.3"), PROGRAM);
    device.sees("1.2.3").await.unwrap();
}

#[tokio::test]
async fn only_the_version_and_platform_that_was_asked_for_counts() {
    let mut releaser = releaser();
    let arm = target(
        &Version::parse("1.2.3").unwrap(),
        Platform::parse("linux-aarch64").unwrap(),
    );
    releaser.list(&arm, b"another program");
    let device = Device::new(&releaser);
    releaser.bundle(&device.bundle(), &arm, b"another program");
    assert_eq!(device.refuses("1.2.3").await, "other_program");
    // Called by the name that was asked for, it is still another one.
    releaser.bundle(&device.bundle(), &name("1.2.3"), b"another program");
    assert_eq!(device.refuses("1.2.3").await, "tampered");
    releaser.bundle(&device.bundle(), &name("1.2.4"), PROGRAM);
    assert_eq!(device.refuses("1.2.4").await, "no_program");
}

#[tokio::test]
async fn a_chain_of_roots_is_followed_and_a_break_in_it_is_not() {
    let mut releaser = releaser();
    let mut device = Device::new(&releaser);
    releaser.rotate();
    releaser.rotate();
    releaser.bundle(&device.bundle(), &name("1.2.3"), PROGRAM);
    let verified = device.sees("1.2.3").await.unwrap();
    assert_eq!(verified.root, releaser.newest_root().as_bytes());
    device.root = verified.root;
    device.sees("1.2.3").await.unwrap();
    releaser.usurp();
    releaser.bundle(&device.bundle(), &name("1.2.3"), PROGRAM);
    assert_eq!(device.refuses("1.2.3").await, "untrusted");
}

#[tokio::test]
async fn a_refused_bundle_leaves_what_was_seen_as_it_was() {
    let mut releaser = releaser();
    let device = Device::new(&releaser);
    releaser.version = 9;
    releaser.bundle(&device.bundle(), &name("1.2.3"), b"tampered!");
    assert_eq!(device.refuses("1.2.3").await, "tampered");
    releaser.version = 8;
    releaser.bundle(&device.bundle(), &name("1.2.3"), PROGRAM);
    device.sees("1.2.3").await.unwrap();
}

#[test]
fn a_root_of_trust_says_whose_keys_count() {
    let trust = update::trust::read(Releaser::new().root().as_bytes()).unwrap();
    assert_eq!((trust.version, trust.threshold), (1, 1));
    assert_eq!((trust.root_keys.len(), trust.targets_keys.len()), (1, 1));
    let tampered = Releaser::new().root().replace("2100-", "2101-");
    assert_eq!(
        update::trust::read(tampered.as_bytes()).unwrap_err().code(),
        "untrusted"
    );
    assert_eq!(update::trust::read(b"{}").unwrap_err().code(), "unreadable");
}
