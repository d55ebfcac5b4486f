//! A device with real apt and dpkg, a repository of small packages, and the real agent under orders of the test.

use crate::house::{House, Line};
use protocol::message::{FromAgent, FromServer, Outcome};
use protocol::verb::{PackageStep, PackageWanted, Verb};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

pub const PROBE: &str = "mainstay-probe";

/// A package to build: its name, its version, more lines about it, and its scripts.
#[derive(Clone, Copy, Default)]
pub struct Deb<'a> {
    pub name: &'a str,
    pub version: &'a str,
    pub more: &'a str,
    pub scripts: &'a [(&'a str, &'a str)],
}

/// The probe in a version, with nothing wrong.
pub fn probe(version: &str) -> Deb<'_> {
    Deb {
        name: PROBE,
        version,
        ..Deb::default()
    }
}

/// The probe in a version, with a script.
pub fn scripted<'a>(version: &'a str, scripts: &'a [(&'a str, &'a str)]) -> Deb<'a> {
    Deb {
        scripts,
        ..probe(version)
    }
}

/// What is ordered.
#[derive(Clone)]
pub struct Wish {
    pub rollout: String,
    pub packages: Vec<(String, String)>,
    pub install: bool,
    pub downgrade: bool,
    pub seconds: u32,
}

/// The probe at this version, and nothing special.
pub fn wish(version: &str) -> Wish {
    Wish {
        rollout: "patches".to_owned(),
        packages: vec![(PROBE.to_owned(), version.to_owned())],
        install: false,
        downgrade: false,
        seconds: 60,
    }
}

impl Wish {
    pub fn verb(&self, step: PackageStep) -> Verb {
        let packages = self.packages.iter().map(|(name, version)| PackageWanted {
            name: name.clone(),
            version: version.clone(),
        });
        Verb::Package {
            step,
            rollout: self.rollout.clone(),
            packages: packages.collect(),
            install: self.install,
            downgrade: self.downgrade,
            timeout_seconds: self.seconds,
        }
    }
}

pub struct Device {
    pub house: House,
    pub line: Line,
    acts: usize,
    store: PathBuf,
}

impl Device {
    /// A device on which the agent runs; the repository has these packages.
    pub async fn new(debs: &[Deb<'_>]) -> Self {
        let mut house = House::in_a_world().await;
        let store = house.path("store");
        for deb in debs {
            build(&store, deb);
        }
        house.inside(&[
            "sh",
            "-c",
            "rm -rf /etc/apt/sources.list.d/* /etc/apt/preferences.d/* /etc/apt/apt.conf.d/docker-clean /var/cache/apt/archives/*.deb",
        ]);
        let sources = format!(
            "deb [trusted=yes] file:{} ./\n",
            house.path("repository").display()
        );
        fs::write(house.path("sources"), sources).unwrap();
        house.inside(&[
            "cp",
            house.path("sources").to_str().unwrap(),
            "/etc/apt/sources.list",
        ]);
        house.start(&["run"]);
        let line = house.welcome().await;
        let device = Self {
            house,
            line,
            acts: 0,
            store,
        };
        let all: Vec<(&str, &str)> = debs.iter().map(|deb| (deb.name, deb.version)).collect();
        device.publish(&all);
        device
    }

    /// The repository has these and no others.
    pub fn publish(&self, packages: &[(&str, &str)]) {
        let folder = self.house.path("repository");
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(&folder).unwrap();
        for (name, version) in packages {
            let file = format!("{name}_{version}_all.deb");
            fs::copy(self.store.join(&file), folder.join(&file)).unwrap();
        }
        let listed = Command::new("apt-ftparchive")
            .args(["packages", "."])
            .current_dir(&folder)
            .output();
        let listed =
            listed.unwrap_or_else(|error| panic!("apt-ftparchive (package apt-utils) is installed: {error}"));
        assert!(listed.status.success());
        fs::write(folder.join("Packages"), listed.stdout).unwrap();
    }

    /// As an administrator would, by hand.
    pub fn install(&self, words: &[&str]) {
        self.apt(&["update"]);
        let all: Vec<&str> = ["install", "--allow-downgrades"]
            .iter()
            .chain(words)
            .copied()
            .collect();
        self.apt(&all);
    }

    pub fn apt(&self, words: &[&str]) -> String {
        let before = [
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-qq",
            "-y",
            "-o",
            "Dpkg::Use-Pty=0",
        ];
        let all: Vec<&str> = before.iter().chain(words).copied().collect();
        self.house.inside(&all)
    }

    /// Version and state by dpkg's own words; empty when it was never there.
    pub fn stands(&self, name: &str) -> String {
        let format = "--showformat=${Package} ${Version} ${db:Status-Status}\\n";
        let all = self.house.inside(&["dpkg-query", "--show", format]);
        let line = all
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_default().to_owned()
    }

    /// What the probe's own file says.
    pub fn says(&self) -> String {
        let file = format!("/usr/share/{PROBE}/version");
        self.house.inside(&["cat", &file])
    }

    /// Orders a step and answers with the act.
    pub async fn begin(&mut self, step: PackageStep, wish: &Wish) -> String {
        self.acts += 1;
        let act = format!("act-{}", self.acts);
        let order = self.house.order(&act, &wish.verb(step));
        self.line.act(order).await;
        act
    }

    /// Orders a step and waits for its end.
    pub async fn step(&mut self, step: PackageStep, wish: &Wish) -> Outcome {
        self.step_and_output(step, wish).await.0
    }

    pub async fn step_and_output(&mut self, step: PackageStep, wish: &Wish) -> (Outcome, String) {
        let act = self.begin(step, wish).await;
        self.line.outcome(&act).await
    }

    /// What a check finds.
    pub async fn check(&mut self, wish: &Wish) -> i32 {
        let (code, _) = done(self.step(PackageStep::Check, wish).await);
        code
    }

    /// A step that must do what it should.
    pub async fn good(&mut self, step: PackageStep, wish: &Wish) -> Value {
        let (code, summary) = done(self.step(step, wish).await);
        assert_eq!(code, 0, "{summary}");
        summary
    }

    /// A step that must fail.
    pub async fn bad(&mut self, step: PackageStep, wish: &Wish) -> (String, String) {
        match self.step(step, wish).await {
            Outcome::Failed { code, text } => (code, text),
            other => panic!("it did not fail: {other:?}"),
        }
    }

    /// Returns when the agent says that it waits for others.
    pub async fn waits(&mut self) {
        self.line
            .wait(|said| match said {
                FromAgent::Output { text_b64, .. } => {
                    let bytes = data_encoding::BASE64.decode(text_b64.as_bytes()).unwrap();
                    String::from_utf8_lossy(&bytes)
                        .starts_with("waiting: ")
                        .then_some(())
                }
                FromAgent::Done { outcome, .. } => panic!("it did not wait: {outcome:?}"),
                _ => None,
            })
            .await;
    }

    /// Returns when a script of a package has left its mark.
    pub async fn reaches(&self, mark: &str) {
        for _ in 0..600 {
            if self.house.path(mark).exists() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no script came to {mark}: {}", self.house.log());
    }

    /// Kills the agent, and whoever else of these, as a crash would; starts it again.
    pub async fn crash(&mut self, programs: &[&str]) {
        self.house.kill();
        for program in programs {
            self.house.inside(&["pkill", "-KILL", "-x", program]);
        }
        self.house.start(&["run"]);
        self.line = self.house.welcome().await;
    }

    pub async fn cancel(&mut self, act: &str) {
        let act = act.to_owned();
        self.line.say(&FromServer::Cancel { act }).await;
    }
}

/// The code and the summary of an act that came to its end.
pub fn done(outcome: Outcome) -> (i32, Value) {
    match outcome {
        Outcome::Done {
            code: Some(code),
            summary,
            ..
        } => (code, summary),
        other => panic!("it did not come to its end: {other:?}"),
    }
}

fn build(store: &PathBuf, deb: &Deb<'_>) {
    let folder = store.join(format!("{}-{}", deb.name, deb.version));
    let share = folder.join("usr/share").join(deb.name);
    let about = folder.join("DEBIAN");
    fs::create_dir_all(&share).unwrap();
    fs::create_dir_all(&about).unwrap();
    fs::write(share.join("version"), deb.version).unwrap();
    let control = format!(
        "Package: {}\nVersion: {}\nArchitecture: all\nMaintainer: Probe <probe@example.com>\nDescription: a probe\n{}",
        deb.name, deb.version, deb.more
    );
    fs::write(about.join("control"), control).unwrap();
    for (name, body) in deb.scripts {
        let script = about.join(name);
        let body = body.replace("@SHARED@", store.parent().unwrap().to_str().unwrap());
        fs::write(&script, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    }
    for path in [&folder, &about] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let built = Command::new("dpkg-deb")
        .args(["--root-owner-group", "--build"])
        .arg(&folder)
        .arg(store)
        .output();
    let built = built.unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
}
