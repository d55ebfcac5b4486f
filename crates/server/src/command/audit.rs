//! `mainstay audit verify`: nothing in the event log was altered.

use std::process::ExitCode;

use clap::Subcommand;
use kernel::config::Overrides;
use kernel::event::seal;

use super::{Outcome, Place};
use crate::house::House;

/// What can be done with the audit trail from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Recompute every seal; exit code 1 when the log was altered.
    Verify,
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(place: Place, command: Command) -> Outcome {
    let Command::Verify = command;
    let house = House::open(place.config(Overrides::default())?).await?;
    let report = seal::verify(&house.kernel.db).await?;
    println!(
        "{} blocks, {} events sealed, {} not yet sealed",
        report.blocks, report.events, report.unsealed
    );
    for problem in &report.problems {
        println!("{problem}");
    }
    println!(
        "{}",
        if report.is_sound() {
            "the event log is untouched"
        } else {
            "THE EVENT LOG WAS ALTERED"
        }
    );
    Ok(if report.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
