//! Packages at wanted versions, in five steps, by apt and dpkg of the device.
//!
//! | step | does |
//! |---|---|
//! | dry run | fetches the lists, tries the change out, and sees that each version that goes can be had back |
//! | check | changes nothing; 0: as wanted, 80: nothing of it is there, 81: in between |
//! | apply | remembers how it was, with the old packages themselves, and makes the change |
//! | verify | as wanted, configured, and nothing that dpkg's audit complains of |
//! | roll back | back to what is remembered |
//!
//! What is remembered lies in the agent's own state, `packages/ROLLOUT/`: `memory.json` names each package with its version
//! and the file beside it that holds this version (`memory`). It is on the disk before the first change, holds the first state
//! however often the same rollout applies, and is forgotten after 30 days, when another rollout applies. `packages/running` names the
//! process that changes packages, from its start on.
//!
//! **What changes packages is never broken off.** It runs apart from the agent (`crate::processes::apart`; where systemd runs, in a
//! scope of its own), and what it prints goes into a nameless file, not into a pipe that could break. So it comes to its end when
//! the agent is killed, stopped, or replaced by that very change. Each step first waits until neither such a process nor anybody
//! else holds the locks of dpkg and apt (`waiting`). To call an act off counts until the change begins, and not from then on: between
//! two packages a system is in no better state than at the end. An act that was called off during the change is told as it ended, or
//! as lost when that takes too long. When the time is up during the change, the scripts of packages that dpkg is running are ended, not
//! dpkg: it then puts the package down as failed, as it does with each script that fails.
//!
//! It deliberately decides nothing about versions itself: dpkg compares them, and apt finds what else must change. What it cannot tell
//! for certain is a failure, never a finding.

mod applying;
mod checking;
mod keeping;
mod memory;
mod rolling_back;
mod running;
mod standing;
mod trying;
mod waiting;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use protocol::message::Outcome;
use protocol::verb::{PackageStep, PackageWanted, Verb};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use super::failure::{Answer, Failure};
use crate::executing::{Surroundings, Teller};

/// One step at a time: two would take each other's locks and speak of each other's states.
static TURN: Mutex<()> = Mutex::const_new(());

/// What is wanted.
#[derive(Debug)]
struct Wish {
    rollout: String,
    packages: Vec<PackageWanted>,
    install: bool,
    downgrade: bool,
}

/// Why a step ends before its end.
#[derive(Debug)]
enum Stop {
    /// Somebody called it off, and nothing was changed.
    CalledOff,
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// What the parts of a step share.
#[derive(Debug)]
struct Work<'a> {
    teller: &'a Teller,
    /// When its time is up.
    until: Instant,
    /// Where memories lie.
    folder: PathBuf,
    /// Where apt and dpkg keep theirs.
    paths: waiting::Paths,
    /// Bytes that were told so far.
    told: AtomicUsize,
    /// Whether packages were changed, be it by a program that failed.
    has_begun: AtomicBool,
}

impl Work<'_> {
    /// Whether it is to end before anything was changed. Once something was, it goes on to its end.
    fn is_called_off(&self) -> bool {
        self.teller.is_cancelled() && !self.has_begun.load(Ordering::Relaxed)
    }
}

/// Does one step.
pub async fn perform(verb: Verb, teller: &Teller, here: &Surroundings) -> Answer {
    match step(verb, teller, here).await {
        Ok(outcome) => Ok(outcome),
        Err(Stop::CalledOff) => Ok(Outcome::Cancelled),
        Err(Stop::Failed(failure)) => Err(failure),
    }
}

/// One step, from its turn to its outcome.
async fn step(verb: Verb, teller: &Teller, here: &Surroundings) -> Result<Outcome, Stop> {
    let Verb::Package {
        step,
        rollout,
        packages,
        install,
        downgrade,
        timeout_seconds,
    } = verb
    else {
        return Err(Failure::new("unknown_verb", "this is not a step of packages").into());
    };
    if !here.is_real() || !running::is_there() {
        let text = "packages are changed by apt and dpkg only, which are not on this device";
        return Err(Failure::new("unsupported", text).into());
    }
    if !here.is_root {
        let text = "packages are changed only by an agent that runs as root";
        return Err(Failure::new("not_root", text).into());
    }
    let until = Instant::now() + Duration::from_secs(u64::from(timeout_seconds));
    let _turn = tokio::select! {
        turn = TURN.lock() => turn,
        () = teller.cancelled() => return Err(Stop::CalledOff),
        () = sleep_until(until) => return Err(waiting::busy("another step of packages").into()),
    };
    let folder = here.state().join("packages");
    memory::private_folder(&folder)?;
    let mut work = Work {
        teller,
        until,
        folder,
        paths: waiting::Paths::default(),
        told: AtomicUsize::new(0),
        has_begun: AtomicBool::new(false),
    };
    work.paths = work.find_paths().await?;
    let wish = Wish {
        rollout,
        packages,
        install,
        downgrade,
    };
    work.wait_for_dpkg().await?;
    match step {
        PackageStep::Check => checking::check(&work, &wish).await,
        PackageStep::Verify => checking::verify(&work, &wish).await,
        PackageStep::DryRun => trying::dry_run(&work, &wish).await,
        PackageStep::Apply => applying::apply(&work, &wish).await,
        PackageStep::RollBack => rolling_back::roll_back(&work, &wish).await,
    }
}

/// A step that came to its end.
fn ended(code: i32, summary: Value) -> Outcome {
    Outcome::Done {
        code: Some(code),
        summary,
        hash: None,
    }
}
