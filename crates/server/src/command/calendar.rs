//! `mainstay calendar check FILE.jsonl`: working-time cases against our arithmetic.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::Outcome;

/// What can be done with calendars from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check cases of one JSON object a line; exit code 1 when any fails.
    Check {
        /// The file of cases.
        file: PathBuf,
    },
}

/// Runs the command.
///
/// # Errors
/// When the file cannot be read.
pub fn run(command: &Command) -> Outcome {
    let Command::Check { file } = command;
    let input = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let report = worktime::vectors::check_lines(BufReader::new(input))?;
    for failure in report.failed.iter().take(20) {
        let id = failure.id.as_deref().unwrap_or("none");
        println!("line {} (id {id}): {}", failure.line, failure.what);
    }
    println!("{} agreed, {} failed", report.agreed, report.failed.len());
    println!("{:.0} additions per second", report.additions_per_second);
    Ok(if report.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
