//! A repository from its keys to the device: made, added to, signed anew, its keys exchanged; each time a device takes what is in it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

use std::fs;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use update::bundle;
use update::platform::Platform;
use update::release::Version;
use update::repository::{self, Expired, Loaded, Metadata};
use update::signing::{self, Lifetime, RoleType, Trouble, Wanted};
use update::verifying::{Fault, Verified, verify};

/// A release machine and a device.
struct World {
    folder: TempDir,
    /// What the device trusts.
    root: Vec<u8>,
}

fn now() -> Lifetime {
    Lifetime::from(Timestamp::now())
}

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

fn linux() -> Platform {
    Platform::parse("linux-x86_64").unwrap()
}

impl World {
    async fn made() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut world = Self {
            folder,
            root: Vec::new(),
        };
        signing::init(&world.repository(), &world.keys(), now())
            .await
            .unwrap();
        world.root = fs::read(world.repository().join("metadata/1.root.json")).unwrap();
        world
    }

    fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn device(&self) -> PathBuf {
        self.folder.path().join("device")
    }

    async fn add(&self, release: &str, program: &[u8]) -> Result<(), Trouble> {
        let file = self.folder.path().join("program");
        fs::write(&file, program).unwrap();
        let wanted = [Wanted {
            platform: linux(),
            file,
        }];
        signing::add(
            &self.repository(),
            &self.keys(),
            &version(release),
            &wanted,
            now(),
        )
        .await
    }

    async fn loaded(&self) -> Result<Loaded, Fault> {
        let root = String::from_utf8(self.root.clone()).unwrap();
        repository::load(&root, &self.repository(), &Metadata::new(), Expired::Refused).await
    }

    /// Brings a release to the device as it lies in the repository now; the device remembers what it saw.
    async fn bring(&mut self, release: &str) -> Result<Verified, Fault> {
        let loaded = self.loaded().await?;
        let found = loaded
            .programs
            .iter()
            .find(|one| one.version == version(release))
            .unwrap();
        let path = self.folder.path().join("bundle");
        let mut program = fs::File::open(found.path(&self.repository())).unwrap();
        let mut out = fs::File::create(&path).unwrap();
        bundle::write(
            &mut out,
            &loaded.metadata,
            &found.target(),
            &mut program,
            found.length,
        )
        .unwrap();
        let opened = bundle::open(&path).unwrap();
        let verified = verify(&self.root, &opened, &self.device(), &version(release), linux()).await?;
        self.root.clone_from(&verified.root);
        Ok(verified)
    }
}

#[tokio::test]
async fn a_device_takes_what_was_added_and_renewed_and_follows_new_keys() {
    let mut world = World::made().await;
    world.add("1.0.0", b"one").await.unwrap();
    assert_eq!(world.bring("1.0.0").await.unwrap().length, 3);
    world.add("1.1.0", b"eleven").await.unwrap();
    signing::renew(&world.repository(), &world.keys(), now())
        .await
        .unwrap();
    world.bring("1.1.0").await.unwrap();
    signing::rotate(&world.repository(), &world.keys(), &signing::ROLES, now())
        .await
        .unwrap();
    let before = world.root.clone();
    world.bring("1.1.0").await.unwrap();
    assert_ne!(world.root, before, "it follows the new root");
    // The new keys sign from now on, and the older release is still there.
    world.add("1.2.0", b"twelve").await.unwrap();
    assert_eq!(world.bring("1.2.0").await.unwrap().length, 6);
    let versions: Vec<String> = world
        .loaded()
        .await
        .unwrap()
        .programs
        .iter()
        .map(|one| one.version.to_string())
        .collect();
    assert_eq!(versions, ["1.2.0", "1.1.0", "1.0.0"]);
}

#[tokio::test]
async fn only_some_keys_or_none_can_be_made_anew() {
    let mut world = World::made().await;
    world.add("1.0.0", b"one").await.unwrap();
    for roles in [
        &[RoleType::Timestamp][..],
        &[RoleType::Targets, RoleType::Snapshot],
        &[RoleType::Root],
        &[],
    ] {
        signing::rotate(&world.repository(), &world.keys(), roles, now())
            .await
            .unwrap();
        world.bring("1.0.0").await.unwrap();
    }
    assert_eq!(world.loaded().await.unwrap().root_version, 5);
}

#[tokio::test]
async fn a_version_keeps_its_content() {
    let world = World::made().await;
    world.add("1.0.0", b"one").await.unwrap();
    world.add("1.0.0", b"one").await.unwrap();
    let other = world.add("1.0.0", b"two").await.unwrap_err();
    assert!(matches!(other, Trouble::Other(_)), "{other}");
    assert!(matches!(
        world.add("1.0.1", b"").await.unwrap_err(),
        Trouble::Size(..)
    ));
}

#[tokio::test]
async fn what_ran_out_is_refused_and_can_be_renewed() {
    let mut world = World::made().await;
    world.add("1.0.0", b"one").await.unwrap();
    let long_ago = Lifetime {
        now: Timestamp::now() - SignedDuration::from_hours(24 * 100),
        days: 90,
        root_days: 365,
    };
    signing::renew(&world.repository(), &world.keys(), long_ago)
        .await
        .unwrap();
    assert_eq!(world.loaded().await.unwrap_err().code(), "expired");
    assert_eq!(
        signing::list(&world.repository()).await.unwrap().programs.len(),
        1
    );
    signing::renew(&world.repository(), &world.keys(), now())
        .await
        .unwrap();
    world.bring("1.0.0").await.unwrap();
}

#[tokio::test]
async fn another_repository_an_older_one_and_a_changed_program_are_refused() {
    let mut world = World::made().await;
    world.add("1.0.0", b"one").await.unwrap();
    let older = world.loaded().await.unwrap().metadata;
    signing::renew(&world.repository(), &world.keys(), now())
        .await
        .unwrap();
    let newer = world.loaded().await.unwrap().metadata;
    world.bring("1.0.0").await.unwrap();
    // Somebody puts the older files back.
    let metadata = repository::metadata_folder(&world.repository());
    for (name, text) in &older {
        fs::write(metadata.join(name), text).unwrap();
    }
    let root = String::from_utf8(world.root.clone()).unwrap();
    let refused = repository::load(&root, &world.repository(), &newer, Expired::Refused).await;
    assert_eq!(refused.unwrap_err().code(), "rolled_back");
    assert_eq!(world.bring("1.0.0").await.unwrap_err().code(), "rolled_back");
    let other = World::made().await;
    other.add("1.0.0", b"one").await.unwrap();
    let refused = repository::load(&root, &other.repository(), &Metadata::new(), Expired::Refused).await;
    assert_eq!(refused.unwrap_err().code(), "untrusted");
}

#[cfg(unix)]
#[tokio::test]
async fn keys_are_their_owners_alone_and_others_keys_sign_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::made().await;
    for name in ["root/root.key", "targets.key", "snapshot.key", "timestamp.key"] {
        let mode = fs::metadata(world.keys().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    // The root's key need not be there to add or to renew.
    fs::rename(world.keys().join("root"), world.folder.path().join("safe")).unwrap();
    world.add("1.0.0", b"one").await.unwrap();
    assert!(
        signing::rotate(&world.repository(), &world.keys(), &signing::ROLES, now())
            .await
            .is_err()
    );
    let key = world.keys().join("targets.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    let open = world.add("1.1.0", b"two").await.unwrap_err().to_string();
    assert!(open.contains("can be read by others"), "{open}");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let other = World::made().await;
    let foreign = signing::renew(&world.repository(), &other.keys(), now()).await;
    assert!(foreign.is_err());
    assert_eq!(
        world.loaded().await.unwrap().programs.len(),
        1,
        "nothing was broken by it"
    );
    let again = signing::init(&world.repository(), &world.keys(), now())
        .await
        .unwrap_err();
    assert!(matches!(again, Trouble::Exists(_)), "{again}");
}
