//! A device whose agent trusts a releaser, and programs that are releases.
//!
//! A release is a script here that becomes the real program, or does what a bad program would do.

use super::releaser::{self, Releaser};
use crate::house::{House, Line};
use protocol::frame::Frame;
use protocol::message::{FromAgent, FromServer, Outcome};
use protocol::verb::{Bundle, UpdateStep, Verb};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use update::platform::Platform;
use update::release::{Version, target};

pub const OLD: &str = env!("CARGO_PKG_VERSION");
pub const NEW: &str = "7.0.0";

pub struct Device {
    pub house: House,
    pub line: Line,
    pub releaser: Releaser,
    acts: usize,
    /// How the agent is started.
    words: Vec<&'static str>,
    settings: Vec<(&'static str, String)>,
}

impl Device {
    /// A device that trusts the releaser, in one process; trials are short.
    pub async fn new() -> Self {
        Self::with(&["run", "--one-process"], 300, 60_000).await
    }

    /// As `new`, with these words, so long a settling, and so long a trial.
    pub async fn with(words: &[&'static str], settle: u64, trial: u64) -> Self {
        let mut house = House::new().await;
        let releaser = Releaser::new();
        let root = house.path("root.json");
        fs::write(&root, releaser.root()).unwrap();
        let trusts = house.command(&["trust", root.to_str().unwrap()]).status();
        assert!(trusts.unwrap().success());
        let settings = vec![
            ("MAINSTAY_AGENT_SETTLE_MILLIS", settle.to_string()),
            ("MAINSTAY_AGENT_TRIAL_MILLIS", trial.to_string()),
        ];
        house.start_with(words, &settings);
        let line = house.welcome().await;
        Self {
            house,
            line,
            releaser,
            acts: 0,
            words: words.to_vec(),
            settings,
        }
    }

    /// The agent, started again.
    pub fn start(&mut self) {
        self.house.start_with(&self.words, &self.settings);
    }

    /// The agent's next link.
    pub async fn again(&mut self) {
        self.line = self.house.welcome().await;
    }

    /// A program that works, and says that it is this version.
    pub fn good(&self, version: &str) -> Vec<u8> {
        self.script(version, "exec \"$PROGRAM\" \"$@\"")
    }

    /// A program that tests itself well and then does this instead of running.
    pub fn script(&self, version: &str, run: &str) -> Vec<u8> {
        // A copy that others cannot reach, as a slot's program.
        let folder = self.house.path("elsewhere");
        let program = folder.join("mainstay-agent");
        if !program.exists() {
            fs::create_dir(&folder).unwrap();
            fs::copy(env!("CARGO_BIN_EXE_mainstay-agent"), &program).unwrap();
        }
        let text = format!(
            "#!/bin/sh\nPROGRAM='{}'\ncase \" $* \" in\n*' self-test '*) \"$PROGRAM\" \"$@\" | sed 's/{OLD}/{version}/'; exit;;\nesac\n{run}\n",
            program.display()
        );
        text.into_bytes()
    }

    /// Lists a program and writes its bundle.
    pub fn release(&mut self, version: &str, program: &[u8]) -> PathBuf {
        self.releaser.version += 1;
        self.releaser.list(&name(version), program);
        let path = self.bundle();
        self.releaser.bundle(&path, &name(version), program);
        path
    }

    /// Where the bundle lies before it is sent.
    pub fn bundle(&self) -> PathBuf {
        self.house.path("bundle")
    }

    /// One step of the rollout `r`.
    pub async fn step(&mut self, step: UpdateStep, version: &str) -> Outcome {
        self.step_of("r", step, version).await
    }

    /// One step, with the bundle that lies ready where one comes along.
    pub async fn step_of(&mut self, rollout: &str, step: UpdateStep, version: &str) -> Outcome {
        self.acts += 1;
        let act = format!("act-{}", self.acts);
        self.order(&act, rollout, step, version).await;
        self.line.outcome(&act).await.0
    }

    /// Orders one step, and sends what it takes.
    pub async fn order(&mut self, act: &str, rollout: &str, step: UpdateStep, version: &str) {
        let bytes = fs::read(self.bundle()).unwrap_or_default();
        let verb = Verb::AgentUpdate {
            step,
            rollout: rollout.to_owned(),
            version: version.to_owned(),
            bundle: step.has_bundle().then(|| Bundle {
                size: bytes.len() as u64,
                sha256: releaser::hash(&bytes),
            }),
            timeout_seconds: 60,
        };
        let mut order = self.house.order(act, &verb);
        if step.has_bundle() {
            let channel = u32::try_from(1000 + self.acts).unwrap();
            order.channel = Some(channel);
            self.line.act(order).await;
            for piece in bytes.chunks(16 * 1024) {
                let bytes = piece.to_vec();
                self.line.send(Frame::Data { channel, bytes }).await;
            }
        } else {
            self.line.act(order).await;
        }
    }

    /// A step that must come to its end with this code.
    pub async fn good_step(&mut self, step: UpdateStep, version: &str, code: i32) -> Value {
        match self.step(step, version).await {
            Outcome::Done {
                code: Some(found),
                summary,
                ..
            } if found == code => summary,
            other => panic!("{step:?}: {other:?}\n{}", self.house.log()),
        }
    }

    /// Why a step failed.
    pub async fn failed_step(&mut self, step: UpdateStep, version: &str) -> (String, String) {
        match self.step(step, version).await {
            Outcome::Failed { code, text } => (code, text),
            other => panic!("{step:?}: {other:?}"),
        }
    }

    /// Applies and waits for the next link.
    pub async fn apply(&mut self, version: &str) {
        self.good_step(UpdateStep::Apply, version, 0).await;
        self.again().await;
    }

    /// What the device notes.
    pub fn notes(&self) -> Value {
        let path = self.house.path("var/lib/mainstay-agent/slots/state.json");
        let text = fs::read_to_string(path).unwrap_or_else(|_| "null".to_owned());
        serde_json::from_str(&text).unwrap()
    }

    /// Whether an act began, as the agent's log says.
    pub fn has_begun(&self, act: &str) -> bool {
        let path = self.house.path("var/lib/mainstay-agent/acts");
        fs::read_to_string(path).unwrap().contains(&format!("\"{act}\""))
    }

    /// Waits until an act says that it ended, and takes it.
    pub async fn done(&mut self, act: &str) -> Outcome {
        self.line.outcome(act).await.0
    }

    /// Hears nothing of this act until another one ends.
    pub async fn hears_of(&mut self, act: &str) -> Outcome {
        let act = act.to_owned();
        let outcome = self
            .line
            .wait(|said| match said {
                FromAgent::Done { act: of, outcome } => Some((of, outcome)),
                _ => None,
            })
            .await;
        assert_eq!(outcome.0, act, "only this one ends");
        self.line.say(&FromServer::TookDone { act }).await;
        outcome.1
    }
}

/// The name of a version's target for this machine.
pub fn name(version: &str) -> String {
    target(&Version::parse(version).unwrap(), Platform::here().unwrap())
}
