//! `mainstay import FILE --mapping MAP.toml`: history of another desk, with a bar, a report of what was refused, and an exit code.
//!
//! 0: all of it is here. 3: something was refused, the rest is here. 1: the import could not run.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use desk::import::refusal::{Progress, Refusal, Summary, Witness};
use desk::import::{self, Order};
use kernel::Locale;
use kernel::config::Overrides;

use super::{Outcome, Place, Trouble, terminal_locale};
use crate::house::House;

/// What to take from where.
#[derive(Debug, Args)]
pub struct Arguments {
    /// CSV or JSON lines, also compressed (.gz).
    file: PathBuf,
    /// How the file is to be read (TOML); docs/import.md tells how it is written.
    #[arg(long, value_name = "MAP.toml")]
    mapping: PathBuf,
    /// Write nothing; print the same report.
    #[arg(long)]
    dry_run: bool,
    /// Write every refusal into this file (CSV); without it the first hundred are printed.
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
}

/// Something was refused, the rest is here.
const REFUSED: u8 = 3;
const PRINTED: u64 = 100;
const BAR: u64 = 30;

/// Runs the command.
///
/// # Errors
/// When file or mapping cannot be read, or the database.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let locale = terminal_locale();
    let mapping = import::mapping(&arguments.mapping)?;
    let house = House::open(place.config(Overrides::default())?).await?;
    let order = Order {
        file: arguments.file,
        mapping: Arc::new(mapping),
        dry: arguments.dry_run,
        folder: house.kernel.config.data.clone(),
    };
    let mut report = Report::new(locale, arguments.refused)?;
    let cx = house.kernel.cx_system("desk.import");
    let summary = import::run(&house.kernel.db, &cx, &order, &mut report).await?;
    report.finish()?;
    print(&summary, arguments.dry_run);
    Ok(if summary.refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

fn print(summary: &Summary, dry: bool) {
    let taken = if dry { "would be taken" } else { "taken" };
    println!(
        "{} rows: {} {taken}, {} here before, {} refused; {} people and {} teams new",
        summary.rows,
        summary.taken,
        summary.known,
        summary.refused,
        summary.people_added,
        summary.teams_added
    );
}

/// The report while it is made.
struct Report {
    locale: Locale,
    file: Option<std::fs::File>,
    printed: u64,
    bar: Bar,
    trouble: Option<std::io::Error>,
}

impl Report {
    fn new(locale: Locale, path: Option<PathBuf>) -> Result<Report, Trouble> {
        let mut file = path.map(std::fs::File::create).transpose()?;
        if let Some(file) = &mut file {
            writeln!(file, "line,id,field,value,reason")?;
        }
        Ok(Report {
            locale,
            file,
            printed: 0,
            bar: Bar::new(),
            trouble: None,
        })
    }

    fn finish(self) -> Result<(), Trouble> {
        self.bar.end();
        if self.printed > PRINTED && self.file.is_none() {
            eprintln!(
                "… and {} more; --refused FILE writes them all",
                self.printed - PRINTED
            );
        }
        self.trouble.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// A field as CSV takes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl Witness for Report {
    fn progress(&mut self, progress: Progress) {
        self.bar.show(progress);
    }

    fn refused(&mut self, refusal: Refusal) {
        let reason = refusal.reason(self.locale);
        self.printed += 1;
        if let Some(file) = &mut self.file {
            let written = writeln!(
                file,
                "{},{},{},{},{}",
                refusal.line,
                quoted(&refusal.subject),
                quoted(&refusal.field),
                quoted(&refusal.value),
                quoted(&reason)
            );
            self.trouble = self.trouble.take().or(written.err());
        } else if self.printed <= PRINTED {
            self.bar.clear();
            let value: String = refusal.value.chars().take(60).collect();
            eprintln!(
                "line {}: {} {} \"{value}\": {reason}",
                refusal.line, refusal.subject, refusal.field
            );
        }
    }
}

/// A bar on a terminal; elsewhere a line for each tenth.
struct Bar {
    is_terminal: bool,
    shown: Option<(&'static str, u64)>,
}

impl Bar {
    fn new() -> Bar {
        Bar {
            is_terminal: std::io::stderr().is_terminal(),
            shown: None,
        }
    }

    fn show(&mut self, progress: Progress) {
        let (what, done, of) = match progress {
            Progress::Reading { done, of } => ("reading", done, of),
            Progress::Writing { done, of } => ("writing", done, of),
        };
        let percent = done.saturating_mul(100) / of.max(1);
        let step = if self.is_terminal { percent } else { percent / 10 };
        if self.shown == Some((what, step)) {
            return;
        }
        self.shown = Some((what, step));
        if self.is_terminal {
            let full = usize::try_from(percent * BAR / 100).unwrap_or(0);
            let width = usize::try_from(BAR).unwrap_or(0);
            eprint!("\r{what} {:·<width$} {percent:3} %\x1b[K", "█".repeat(full));
            // A terminal that has gone away is no reason to stop.
            let _ = std::io::stderr().flush();
        } else {
            eprintln!("{what}: {percent} %");
        }
    }

    fn clear(&self) {
        if self.is_terminal && self.shown.is_some() {
            eprint!("\r\x1b[K");
        }
    }

    fn end(&self) {
        self.clear();
    }
}
