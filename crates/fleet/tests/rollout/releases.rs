//! Publishing releases of the agent: what is taken, what is refused, and who sees it. The repository is a real one, signed by real keys.

use std::path::PathBuf;

use fleet::release::publishing::Published;
use fleet::release::{listing, publish, store};
use kernel::error::Result;
use kernel::{Clock, Locale};
use tempfile::TempDir;
use testkit::TestApp;
use update::platform::Platform;
use update::release::Version;
use update::repository::metadata_folder;
use update::signing::{self, Lifetime, Wanted};

/// A release machine.
pub struct Machine {
    folder: TempDir,
}

impl Machine {
    pub async fn made() -> Self {
        let machine = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        signing::init(&machine.repository(), &machine.keys(), now())
            .await
            .unwrap();
        machine
    }

    pub fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub fn root(&self) -> String {
        std::fs::read_to_string(metadata_folder(&self.repository()).join("1.root.json")).unwrap()
    }

    /// Adds a version with a program for each of some platforms.
    pub async fn add(&self, version: &str, platforms: &[&str]) {
        let mut wanted = Vec::new();
        for name in platforms {
            let file = self.folder.path().join(name);
            std::fs::write(&file, format!("the program {version} for {name}")).unwrap();
            wanted.push(Wanted {
                platform: Platform::parse(name).unwrap(),
                file,
            });
        }
        let version = Version::parse(version).unwrap();
        signing::add(&self.repository(), &self.keys(), &version, &wanted, now())
            .await
            .unwrap();
    }

    pub async fn renew(&self) {
        signing::renew(&self.repository(), &self.keys(), now())
            .await
            .unwrap();
    }

    async fn rotate(&self) {
        signing::rotate(&self.repository(), &self.keys(), &signing::ROLES, now())
            .await
            .unwrap();
    }

    /// Publishes as the command does; the root is given where nothing was published.
    pub async fn publish(&self, app: &TestApp) -> Result<Published> {
        let kernel = &app.house.kernel;
        let is_first = app.read(store::trust).await.unwrap().is_none();
        let first = is_first.then(|| self.root());
        publish(kernel, &kernel.cx_command(), &self.repository(), first, "shen").await
    }
}

fn now() -> Lifetime {
    Lifetime::from(Clock::System.now().jiff())
}

/// The code of a refusal and, of a repository that is not taken, why: the word in brackets.
fn refusal(published: Result<Published>) -> (String, String) {
    let error = published.unwrap_err();
    let words = error.message(Locale::En);
    let why = words.split(['(', ')']).nth(1).unwrap_or_default();
    (error.code().to_owned(), why.to_owned())
}

#[tokio::test]
async fn a_repository_is_published_from_the_root_that_was_given_first() {
    let app = TestApp::open().await;
    let machine = Machine::made().await;
    machine.add("1.0.1", &["linux-x86_64", "windows-x86_64"]).await;
    let kernel = &app.house.kernel;
    let without = publish(kernel, &kernel.cx_command(), &machine.repository(), None, "shen").await;
    assert_eq!(refusal(without).0, "fleet.release_root_missing");
    let published = machine.publish(&app).await.unwrap();
    assert_eq!(
        (published.added.as_slice(), published.trust.root_version),
        (&["1.0.1".to_owned()][..], 1)
    );
    let programs = app.read(|tx| store::programs(tx, "1.0.1")).await.unwrap();
    assert_eq!(programs.len(), 2);
    for one in &programs {
        assert!(
            kernel.files.exists(&one.hash).await.unwrap()
                && kernel.files.exists(&one.raw_hash).await.unwrap()
        );
    }
    // New keys, another version, and one that is there no more on the release machine's list would be withdrawn.
    machine.add("1.10.0", &["linux-x86_64"]).await;
    machine.rotate().await;
    let published = machine.publish(&app).await.unwrap();
    assert_eq!(published.trust.root_version, 2);
    assert_eq!(published.added, ["1.10.0"]);
    assert_eq!(app.read(listing::versions).await.unwrap(), ["1.10.0", "1.0.1"]);
    assert_eq!(app.read(listing::root).await.unwrap(), published.trust.root);
    // Whoever trusts the first root is led to the second: both travel.
    let metadata = app.read(store::metadata).await.unwrap();
    assert!(metadata.contains_key("1.root.json") && metadata.contains_key("2.root.json"));
}

#[tokio::test]
async fn a_repository_that_a_device_would_not_take_is_not_published() {
    let app = TestApp::open().await;
    let machine = Machine::made().await;
    machine.add("1.0.1", &["linux-x86_64"]).await;
    machine.publish(&app).await.unwrap();
    let before = app.read(store::trust).await.unwrap();
    let program = app
        .read(|tx| store::programs(tx, "1.0.1"))
        .await
        .unwrap()
        .remove(0);
    let path = machine
        .repository()
        .join("targets/mainstay-agent/1.0.1")
        .join(format!("{}.linux-x86_64", program.raw_hash));
    let good = std::fs::read(&path).unwrap();
    let mut bad = good.clone();
    bad[0] ^= 1;
    std::fs::write(&path, bad).unwrap();
    assert_eq!(
        refusal(machine.publish(&app).await),
        ("fleet.release_refused".to_owned(), "tampered".to_owned())
    );
    std::fs::write(&path, good).unwrap();
    let foreign = Machine::made().await;
    foreign.add("1.0.2", &["linux-x86_64"]).await;
    assert_eq!(refusal(foreign.publish(&app).await).1, "untrusted");
    let kernel = &app.house.kernel;
    let other = publish(
        kernel,
        &kernel.cx_command(),
        &foreign.repository(),
        Some(foreign.root()),
        "x",
    )
    .await;
    assert_eq!(refusal(other).0, "fleet.release_root_other");
    // An older state of the same repository.
    let metadata = metadata_folder(&machine.repository());
    let older = std::fs::read(metadata.join("timestamp.json")).unwrap();
    machine.renew().await;
    machine.publish(&app).await.unwrap();
    std::fs::write(metadata.join("timestamp.json"), older).unwrap();
    assert_eq!(refusal(machine.publish(&app).await).1, "rolled_back");
    let after = app.read(store::trust).await.unwrap();
    assert_eq!(after.map(|trust| trust.root), before.map(|trust| trust.root));
    assert_eq!(app.read(listing::versions).await.unwrap(), ["1.0.1"]);
}

#[tokio::test]
async fn who_sees_devices_sees_releases_and_who_may_change_them_rolls_out() {
    let app = TestApp::open().await;
    let machine = Machine::made().await;
    machine.add("1.0.1", &["linux-x86_64"]).await;
    machine.publish(&app).await.unwrap();
    let auditor = app.act(app.cast.by_role("auditor"), |_, cx| Ok(cx.clone())).await;
    let by_auditor = publish(&app.house.kernel, &auditor, &machine.repository(), None, "x").await;
    assert_eq!(refusal(by_auditor).0, "kernel.forbidden");
    let mut engineer = app.engineer().await;
    let page = engineer.get("/agent-releases").await;
    assert!(
        page.text.contains("linux-x86_64") && page.text.contains("/rollouts/new?agent=1.0.1"),
        "{}",
        page.text
    );
    let form = engineer.get("/rollouts/new?agent=1.0.1").await;
    assert!(
        form.text.contains("agent:&lt;1.0.1") || form.text.contains("agent:&#60;1.0.1"),
        "{}",
        form.text
    );
    let mut auditor = app.auditor().await;
    let page = auditor.get("/agent-releases").await;
    assert!(
        page.text.contains("1.0.1") && !page.text.contains("/rollouts/new"),
        "{}",
        page.text
    );
    let mut requester = app.requester().await;
    assert!(matches!(
        requester.get("/agent-releases").await.status.as_u16(),
        403 | 404
    ));
    let list = app.token(&["*"]).await.get("/api/v1/agent-releases").await;
    assert_eq!(list.json()["items"][0]["programs"][0]["platform"], "linux-x86_64");
    assert_eq!(list.json()["standing"], "good");
    assert_eq!(
        app.anonymous()
            .get("/api/v1/agent-releases")
            .await
            .status
            .as_u16(),
        401
    );
}
