//! `mainstay bench`: the budgets, measured on this machine; `mainstay bench agents`: how many devices one server carries. Prints a
//! page of Markdown; progress goes to standard error.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::{Outcome, Place};
use crate::bench::{self, Only, Plan};

/// What to measure.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// How many tickets, several sizes separated by commas.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000], value_name = "N")]
    tickets: Vec<usize>,
    /// First impressions in two minutes: 1,000 and 5,000 tickets unless told otherwise.
    #[arg(long)]
    quick: bool,
    /// Measure one of the two databases alone.
    #[arg(long, value_name = "DATABASE")]
    only: Option<Only>,
    /// Print JSON instead of a page.
    #[arg(long)]
    json: bool,
    /// Write to this file instead of standard output; what people wrote at its end stays.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Measurements of their own.
#[derive(Debug, Subcommand)]
enum Command {
    /// Measure how many devices one server carries, with made-up agents that speak the true protocol over loopback.
    Agents(Crowd),
}

/// How many agents, for how long.
#[derive(Debug, Args)]
struct Crowd {
    /// How many agents.
    #[arg(long, default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    count: u32,
    /// How long the steady stretch lasts.
    #[arg(long, default_value_t = 120, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// How many acts are asked of devices after it.
    #[arg(long, default_value_t = 300, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    acts: u32,
    /// A server on this machine that runs already; the devices stay on its list. Default: one of our own for each database.
    #[arg(long, value_name = "ADDRESS:PORT", requires = "token")]
    server: Option<SocketAddr>,
    /// A file with the API token of an engineer of that server.
    #[arg(long, value_name = "FILE", requires = "server")]
    token: Option<PathBuf>,
    /// Measure with one of the two databases alone.
    #[arg(long, value_name = "DATABASE")]
    only: Option<Only>,
    /// Print JSON instead of a page.
    #[arg(long)]
    json: bool,
}

/// The smallest installation that has every sort of ticket.
const FEWEST: usize = 200;

/// Runs the command. `--data` names the folder for the scratch data, `--database` an empty PostgreSQL database to use.
///
/// # Errors
/// When an installation cannot be made or does not answer.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let folder = place.data.clone().map_or_else(std::env::temp_dir, PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    if let Some(Command::Agents(crowd)) = arguments.command {
        return agents(crowd, folder).await;
    }
    let Arguments {
        command: _,
        mut tickets,
        quick,
        only,
        json,
        out,
    } = arguments;
    if quick && tickets == [10_000, 100_000, 1_000_000] {
        tickets = vec![1_000, 5_000];
    }
    for size in &mut tickets {
        *size = (*size).max(FEWEST);
    }
    tickets.sort_unstable();
    tickets.dedup();
    let report = bench::run(Plan {
        tickets,
        database: place.database,
        only,
        folder,
        is_quick: quick,
    })
    .await?;
    let text = if json {
        serde_json::to_string_pretty(&report).map_err(kernel::Error::internal)?
    } else {
        report.markdown()
    };
    match out {
        Some(file) => {
            let before = std::fs::read_to_string(&file).unwrap_or_default();
            std::fs::write(file, text + written_by_people(&before))?;
        }
        None => println!("{text}"),
    }
    let (all, kept) = report.kept();
    eprintln!("{kept} of {all} budgets are met");
    Ok(ExitCode::SUCCESS)
}

async fn agents(crowd: Crowd, folder: PathBuf) -> Outcome {
    let server = match (crowd.server, crowd.token) {
        (Some(address), _) if !address.ip().is_loopback() => {
            return Err(
                "a server is measured on its own machine: name an address of loopback"
                    .to_owned()
                    .into(),
            );
        }
        (Some(address), Some(file)) => Some((address, std::fs::read_to_string(file)?.trim().to_owned())),
        _ => None,
    };
    let report = bench::agents::run(bench::agents::Plan {
        count: crowd.count as usize,
        steady: Duration::from_secs(crowd.seconds),
        acts: crowd.acts as usize,
        server,
        only: crowd.only,
        folder,
    })
    .await?;
    if crowd.json {
        let text = serde_json::to_string_pretty(&report).map_err(kernel::Error::internal)?;
        println!("{text}");
    } else {
        println!("{}", report.markdown());
    }
    Ok(ExitCode::SUCCESS)
}

/// The part of a page that no measurement can write.
fn written_by_people(page: &str) -> &str {
    page.find("\n## What is missed, and why")
        .map_or("", |place| &page[place..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_measurement_keeps_what_people_wrote_below_the_last() {
        let page = "# Performance\n\n| a | b |\n\n## What is missed, and why\n\nThe disk.\n";
        assert_eq!(
            written_by_people(page),
            "\n## What is missed, and why\n\nThe disk.\n"
        );
        assert_eq!(written_by_people("# Performance\n"), "");
    }
}
