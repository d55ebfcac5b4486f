//! The command line.

mod doctor;
pub(crate) mod enrol;
pub(crate) mod run;
mod self_test;
mod status;
mod trust;
mod uninstall;

use crate::assist;
use crate::executing::Surroundings;
use crate::updating::Origin;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// The agent of Mainstay on this device.
#[derive(Debug, Parser)]
#[command(name = "mainstay-agent", version)]
struct Arguments {
    /// Keeps settings and state below this folder.
    #[arg(long, default_value = "/", global = true)]
    root: PathBuf,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Takes an enrolment document and makes the device's key.
    Enrol {
        /// The file that the server's administrator gave out.
        document: PathBuf,
    },
    /// Runs until it is stopped.
    Run {
        /// Link and executor as one process, and nothing runs as another user.
        #[arg(long)]
        one_process: bool,
        /// Started by the guard, which is this program. Each version must know this word.
        #[arg(long, hide = true)]
        guard: Option<PathBuf>,
        /// Why the guard started another program than it should. Each version must know this word.
        #[arg(long, hide = true)]
        fell_back: Option<String>,
    },
    /// Takes the root of trust for updates of this agent: whose signatures count from now on.
    Trust {
        /// The file, `root.json` of the one who releases.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Shows this screen once to whoever helps, as a guest, and leaves nothing behind.
    Assist {
        /// The enrolment document of a guest.
        document: PathBuf,
    },
    /// Tells what this agent is, what it may do, and what it did.
    Status,
    /// Checks everything that it needs, and tells what to mend.
    Doctor,
    /// Removes key, log, spool, and enrolment. The package itself is the package manager's.
    Uninstall {
        /// Does it.
        #[arg(long)]
        yes: bool,
    },
    /// Started by the agent itself, before a program takes its place. Each version must know this word.
    #[command(hide = true)]
    SelfTest,
    /// Started by the agent itself.
    #[command(hide = true)]
    Network,
    /// Started by the agent itself.
    #[command(hide = true)]
    Session,
    /// Started by the agent itself.
    #[command(hide = true)]
    Look,
    /// Started by the agent itself.
    #[command(hide = true)]
    Apart {
        /// Where it says which process it is.
        #[arg(long)]
        note: Option<PathBuf>,
        /// The program and its words.
        #[arg(last = true, required = true)]
        words: Vec<String>,
    },
}

/// Runs what was asked for.
pub fn main() -> ExitCode {
    // A program with a document behind it is a guest's and does nothing else, whatever it is told.
    if let Some(document) = assist::carried() {
        return assist::main(&document);
    }
    let arguments = Arguments::parse();
    let mut here = Surroundings::new(arguments.root);
    let outcome = match arguments.task {
        Task::Enrol { document } => enrol::run(&document, &here),
        Task::Run {
            one_process,
            guard,
            fell_back,
        } => {
            here.origin = Origin { guard, fell_back };
            return ended(run::run(here, one_process));
        }
        Task::Trust { file } => trust::run(&file, &here),
        Task::SelfTest => self_test::run(&here),
        Task::Assist { document } => match std::fs::read(&document) {
            Ok(document) => return assist::main(&document),
            Err(error) => Err(format!("cannot read {}: {error}", document.display())),
        },
        Task::Status => status::run(&here),
        Task::Doctor => doctor::run(&here),
        Task::Uninstall { yes } => uninstall::run(&here, yes),
        Task::Network => run::network(),
        Task::Session => run::session(),
        Task::Look => crate::processes::run_look().map_err(words),
        #[cfg(unix)]
        Task::Apart { note, words } => Err(crate::processes::apart::run(note.as_deref(), &words)),
        #[cfg(not(unix))]
        Task::Apart { .. } => Err("nothing runs apart on this system yet".to_owned()),
    };
    ended(outcome.map(|()| ExitCode::SUCCESS))
}

fn ended(outcome: Result<ExitCode, String>) -> ExitCode {
    match outcome {
        Ok(code) => code,
        Err(text) => {
            eprintln!("mainstay-agent: {text}");
            ExitCode::FAILURE
        }
    }
}

/// An error as words for whoever typed the command.
fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
