//! The agent's own update, in five steps; `crate::updating` tells what lies where and who watches.
//!
//! | step | does |
//! |---|---|
//! | dry run | takes the bundle in, verifies it, and has the program test itself; only the bundle stays |
//! | check | waits until a trial is over; 0: the version counts, 80: nothing of it is there, 81: the trial outlasts the act |
//! | apply | puts the program into the free slot and restarts with it, on trial |
//! | verify | waits until the trial is over: the version counts, or why it went back |
//! | roll back | restarts with the program that was there before this rollout, on trial too |
//!
//! The program that runs is never written to, and what a rollout goes back to is only what its own apply noted.

mod applying;
mod going_back;
mod looking;
mod receiving;
mod trying;

use super::failure::{Answer, Failure};
use crate::executing::{Channel, Surroundings, Teller};
use crate::updating::notes::{Held, Notes, Slots};
use crate::updating::{program, trust};
use protocol::message::Outcome;
use protocol::verb::{Bundle, UpdateStep, Verb};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};
use update::platform::Platform;
use update::release::Version;
use update::verifying::Fault;

/// One step at a time, but for those that only look.
static TURN: Mutex<()> = Mutex::const_new(());

/// What is wanted.
#[derive(Debug)]
struct Wish {
    rollout: String,
    version: Version,
    bundle: Option<Bundle>,
}

/// What the parts of a step share.
#[derive(Debug)]
struct Work<'a> {
    teller: &'a Teller,
    here: &'a Surroundings,
    slots: Slots,
    installed: PathBuf,
    until: Instant,
}

/// Does one step.
pub async fn perform(verb: Verb, transfer: Option<Channel>, teller: &Teller, here: &Surroundings) -> Answer {
    let Verb::AgentUpdate {
        step,
        rollout,
        version,
        bundle,
        timeout_seconds,
    } = verb
    else {
        return Err(Failure::new("unknown_verb", "this is not a step of an update"));
    };
    if !cfg!(unix) {
        let text = "the agent does not yet update itself on this system";
        return Err(Failure::new("unsupported", text));
    }
    let version = Version::parse(&version)
        .ok_or_else(|| Failure::new("version", "the version cannot be understood"))?;
    let work = Work {
        teller,
        here,
        slots: Slots::new(&here.state()),
        installed: here
            .origin
            .installed()
            .map_err(|error| Failure::io("the installed program", &error))?,
        until: Instant::now() + Duration::from_secs(u64::from(timeout_seconds)),
    };
    let wish = Wish {
        rollout,
        version,
        bundle,
    };
    match step {
        UpdateStep::Check => return looking::check(&work, &wish).await,
        UpdateStep::Verify => return looking::verify(&work, &wish).await,
        _ => {}
    }
    let _turn = tokio::select! {
        turn = TURN.lock() => turn,
        () = teller.cancelled() => return Ok(Outcome::Cancelled),
        () = sleep_until(work.until) => {
            return Err(Failure::new("update_busy", "another step of an update is at work; try again later"));
        }
    };
    // Who came to the turn may have made way for another program already.
    if here.restart.is_asked() {
        return Err(Failure::new(
            "restarting",
            "the agent is about to restart; try again later",
        ));
    }
    match step {
        UpdateStep::DryRun => trying::dry_run(&work, &wish, transfer).await,
        UpdateStep::Apply => applying::apply(&work, &wish, transfer).await,
        _ => going_back::roll_back(&work, &wish).await,
    }
}

impl Work<'_> {
    fn notes(&self) -> Result<Notes, Failure> {
        self.slots
            .read()
            .map_err(|error| Failure::new("notes_unreadable", error.to_string()))
    }

    /// The program that counts.
    fn current(&self, notes: &Notes) -> Result<Held, Failure> {
        program::current(notes, &self.installed).map_err(|error| Failure::io("the installed program", &error))
    }

    /// The version that counts, without reading the program.
    fn version(&self, notes: &Notes) -> String {
        let held = notes.slots.get(&notes.current);
        held.map_or_else(
            || env!("CARGO_PKG_VERSION").to_owned(),
            |held| held.version.clone(),
        )
    }

    /// The root of trust.
    fn root(&self) -> Result<Vec<u8>, Failure> {
        match trust::load(&self.here.state()) {
            Ok((root, _)) => Ok(root),
            Err(error @ trust::NoRoot::Absent) => Err(Failure::new("no_root", error.to_string())),
            Err(error) => Err(Failure::new("root_spoiled", error.to_string())),
        }
    }
}

fn platform() -> Result<Platform, Failure> {
    Platform::here().ok_or_else(|| Failure::new("no_program", "there are no releases for this system"))
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::new(fault.code(), fault.to_string())
    }
}

/// What a step says of the programs.
fn summary(work: &Work<'_>, step: &str, wish: &Wish, notes: &Notes) -> Value {
    let applied = notes.of(&wish.rollout);
    json!({
        "step": step,
        "wanted": wish.version.to_string(),
        "current": work.version(notes),
        "slot": notes.current.as_str(),
        "before": applied.map(|one| &one.from.program.version),
        "on_trial": notes.trial.as_ref().map(|trial| &trial.to.program.version),
    })
}

/// A step that came to its end.
fn ended(code: i32, summary: Value) -> Answer {
    Ok(Outcome::Done {
        code: Some(code),
        summary,
        hash: None,
    })
}
