//! `mainstay bench`: the budgets, measured on this machine. Prints a page of Markdown; progress goes to standard error.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Outcome, Place};
use crate::bench::{self, Only, Plan};

/// What to measure.
#[derive(Debug, Args)]
pub struct Arguments {
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

/// The smallest installation that has every sort of ticket.
const FEWEST: usize = 200;

/// Runs the command. `--data` names the folder for the scratch data, `--database` an empty PostgreSQL database to use.
///
/// # Errors
/// When an installation cannot be made or does not answer.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let Arguments {
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
    let folder = place.data.map_or_else(std::env::temp_dir, PathBuf::from);
    std::fs::create_dir_all(&folder)?;
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
