//! `mainstay figures`: what the record shows, counted ticket by ticket; as words or as JSON.

use std::process::ExitCode;

use clap::Args;
use desk::figures::record::{self, Asked, Record};
use kernel::config::Overrides;

use super::{Outcome, Place};
use crate::house::House;

/// What to count.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Answer one JSON object.
    #[arg(long)]
    json: bool,
    /// Only tickets that were imported from this source.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Only tickets opened on this day or later (YYYY-MM-DD).
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Only tickets opened on this day or earlier.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Work all figures out anew from the record first.
    #[arg(long)]
    rebuild: bool,
}

fn day(text: Option<String>) -> Result<Option<i64>, String> {
    let Some(text) = text else { return Ok(None) };
    let day: jiff::civil::Date = text
        .parse()
        .map_err(|_| format!("\"{text}\" is not a day; write it as 2026-03-02"))?;
    Ok(Some(
        i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day()),
    ))
}

/// Runs the command.
///
/// # Errors
/// When a day cannot be read, or the database.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let asked = Asked {
        source: arguments.source,
        from: day(arguments.from)?,
        to: day(arguments.to)?,
    };
    let house = House::open(place.config(Overrides::default())?).await?;
    if arguments.rebuild {
        let tickets = desk::figures::rebuild(&house.kernel.db).await?;
        eprintln!("worked out anew from {tickets} tickets");
    }
    let cx = house.kernel.cx_system("desk.figures");
    let record = record::of(&house.kernel.db, &cx, &asked).await?;
    if arguments.json {
        println!(
            "{}",
            serde_json::to_string_pretty(&record).map_err(kernel::Error::internal)?
        );
    } else {
        print(&record);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(record: &Record) {
    println!("tickets {}", record.tickets);
    for (state, n) in &record.by_state {
        println!("  state {state} {n}");
    }
    for (priority, n) in &record.by_priority {
        println!("  priority {priority} {n}");
    }
    let mut teams: Vec<_> = record.by_team.iter().collect();
    teams.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), *name));
    for (name, n) in teams {
        println!("  team {} {n}", if name.is_empty() { "(none)" } else { name });
    }
    let moved = &record.reassignments;
    println!(
        "reassignments: stated {} on {} tickets; seen: team {}, owner {}, tier {}, on {} tickets",
        moved.stated,
        moved.tickets_stated,
        moved.team_changes,
        moved.assignee_changes,
        moved.tier_changes,
        moved.tickets_moved
    );
    let back = &record.reopenings;
    println!(
        "reopenings: stated {} on {} tickets; seen {} on {} tickets",
        back.stated, back.tickets_stated, back.seen, back.tickets_seen
    );
    let targets = &record.targets;
    println!(
        "targets: met {}, missed {}, unknown {}",
        targets.met, targets.missed, targets.unknown
    );
    let hours = &record.hours_to_solve;
    println!(
        "hours to solve, {} tickets: mean {:.2}, p50 {:.2}, p75 {:.2}, p90 {:.2}, p95 {:.2}, p99 {:.2}, longest {:.2}",
        hours.tickets, hours.mean, hours.p50, hours.p75, hours.p90, hours.p95, hours.p99, hours.longest
    );
    for (month, n) in &record.by_month {
        println!(
            "  {month} opened {}, met {}, missed {}",
            n.opened, n.met, n.missed
        );
    }
}
