//! `mainstay sla replay`: every clock recomputed from its ticket's history and compared with what is stored.

use std::process::ExitCode;

use clap::Subcommand;
use kernel::config::Overrides;

use super::{Outcome, Place};
use crate::house::House;

/// What can be done with service levels from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Recompute and compare; exit code 1 when a stored clock differs.
    Replay,
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(place: Place, command: Command) -> Outcome {
    let Command::Replay = command;
    let house = House::open(place.config(Overrides::default())?).await?;
    let report = desk::service_level::replay_all(&house.kernel.db).await?;
    for difference in &report.differences {
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        let (stored, computed) = (text(&difference.stored), text(&difference.computed));
        println!(
            "#{} {}: stored {stored}, history says {computed}",
            difference.ticket, difference.clock
        );
    }
    println!(
        "{} tickets, {} clocks replayed, {} differ",
        report.tickets, report.clocks, report.differing
    );
    Ok(if report.differing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
