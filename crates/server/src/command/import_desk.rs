//! `mainstay import-desk --from zammad FOLDER`: the export of another desk, with a report of what was taken and refused.
//!
//! 0: all of it is here. 3: something was refused, the rest is here. 1: the import could not run.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use kernel::Locale;
use kernel::config::Overrides;
use migrate::refusal::Refusal;
use migrate::{Desk, Order, Witness, report};

use super::{Outcome, Place, terminal_locale};
use crate::house::House;

/// What to take from where.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The desk that is left: zammad, glpi, osticket, rt, or jira.
    #[arg(long, value_parser = desk)]
    from: Desk,
    /// Its export, unpacked; docs/leave-another-desk.md tells how it is made.
    folder: PathBuf,
    /// What its words mean here (TOML).
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Write nothing; print the same report.
    #[arg(long)]
    dry_run: bool,
}

/// Something was refused, the rest is here.
const REFUSED: u8 = 3;

fn desk(word: &str) -> Result<Desk, String> {
    Desk::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Desk::ALL.iter().map(|desk| desk.as_str()).collect();
        format!("one of {}", known.join(", "))
    })
}

/// Runs the command.
///
/// # Errors
/// When the folder or the mapping cannot be read, or the database.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let locale = terminal_locale();
    let house = House::open(place.config(Overrides::default())?).await?;
    let order = Order {
        desk: arguments.from,
        folder: arguments.folder,
        map: arguments.map,
        dry: arguments.dry_run,
    };
    let cx = house.kernel.cx_system("migrate.import");
    let summary = migrate::run(&house.kernel, &cx, &order, &mut Printed(locale)).await?;
    print!("{}", report::text(&order, &summary, locale));
    Ok(if summary.refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

struct Printed(Locale);

impl Witness for Printed {
    fn refused(&mut self, refusal: &Refusal) {
        eprintln!("{}", report::line(refusal, self.0));
    }

    fn progress(&mut self, tickets: u64) {
        eprintln!("{tickets} …");
    }
}
