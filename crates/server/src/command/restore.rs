//! `mainstay restore FILE`: everything from a backup into an empty place, compared, and its record and clocks checked.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use kernel::config::{Config, DatabaseUrl, Overrides};
use kernel::db::Hold;
use kernel::event::seal;
use kernel::file::Files;
use kernel::i18n::format_size;
use kernel::keeping::{self, Checked, TableSum, Target};
use kernel::{Error, Locale};

use super::backup::print_missing;
use super::{Outcome, Place, Trouble, disk, quiet, terminal_locale};
use crate::house::{self, House, Purpose};

/// From where.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The backup.
    file: PathBuf,
    /// Read it through and say whether it is whole; touch nothing.
    #[arg(long)]
    check: bool,
    /// Switch off whatever writes to others (mailboxes, webhooks, chat channels, trackers): for a copy that is to be looked at, and from which nothing may go out.
    #[arg(long, visible_alias = "mailboxes-off")]
    quiet: bool,
}

/// Rows in a database with its indexes take about so many times the room they take in a backup, and a transaction of
/// SQLite needs as much again while it lasts.
const ROOM_OF_ROWS: u64 = 5;

/// Runs the command.
///
/// # Errors
/// When the backup is not whole or not ours, or the place is not empty; then nothing was touched.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let locale = terminal_locale();
    let config = place.config(Overrides::default())?;
    let program = house::program();
    let checked = keeping::check(&arguments.file, &program).await?;
    print_checked(locale, &checked);
    if arguments.check {
        print_missing(locale, &checked.missing, checked.missing_count);
        return Ok(ExitCode::SUCCESS);
    }
    require_room(locale, &config, &checked)?;
    let restored = {
        let db = house::open_database(&config.database, Hold::Alone, Purpose::Loading).await?;
        let target = Target {
            db,
            files: Files::local(config.files_folder())?,
        };
        let restored = keeping::restore(&checked, &target, &program).await?;
        // Not before: where the place is not empty, this is the index of what is there.
        forget_index(&config.search_folder())?;
        restored
    };
    print_tables(locale, &restored.tables);
    let files = [
        ("count", restored.files.count.into()),
        ("size", format_size(restored.files.bytes, locale).into()),
    ];
    println!("{}", locale.t_with("keeping-restore-files", &files));
    print_missing(locale, &checked.missing, checked.missing_count);
    let house = House::open(config).await?;
    // First of all: whatever fails afterwards, a copy that shall be quiet is.
    if arguments.quiet {
        quiet::silence(&house).await?;
        println!("{}", locale.t("keeping-restore-quiet"));
    }
    let is_sound = prove(locale, &house).await?;
    println!("{}", locale.t("keeping-restore-next"));
    Ok(if is_sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print_checked(locale: Locale, checked: &Checked) {
    let outline = &checked.outline;
    println!(
        "{}",
        locale.t_with(
            "keeping-restore-checked",
            &[
                ("at", outline.made_at.to_string().into()),
                ("program", outline.program.as_str().into()),
                ("database", outline.database.as_str().into()),
            ]
        )
    );
}

fn require_room(locale: Locale, config: &Config, checked: &Checked) -> Result<(), Trouble> {
    let rows = match &config.database {
        DatabaseUrl::Sqlite(_) => checked.row_bytes.saturating_mul(ROOM_OF_ROWS),
        DatabaseUrl::Postgres(_) => 0,
    };
    let needed = rows.saturating_add(checked.files.bytes);
    match disk::free(&config.data) {
        Some(free) if free < needed => Err(Error::unavailable("kernel.backup.no_room")
            .arg("needed", format_size(needed, locale))
            .arg("free", format_size(free, locale))
            .arg("folder", config.data.display().to_string())
            .into()),
        _ => Ok(()),
    }
}

/// An index of what was here before stands at a place in another log; the server makes a new one at its start.
pub(super) fn forget_index(folder: &Path) -> Result<(), Trouble> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The tables with their rows and the beginnings of their sums.
pub(super) fn print_tables(locale: Locale, tables: &[TableSum]) {
    for table in tables {
        println!(
            "  {:<34} {:>12}  {}",
            table.name,
            table.rows,
            &table.checksum[..16]
        );
    }
    let rows: u64 = tables.iter().map(|table| table.rows).sum();
    println!(
        "{}",
        locale.t_with(
            "keeping-compared",
            &[("tables", tables.len().into()), ("rows", rows.into())]
        )
    );
}

/// Holds the record against its seals and every clock against its history, as `audit verify` and `sla replay` do.
pub(super) async fn prove(locale: Locale, house: &House) -> Result<bool, Trouble> {
    let record = seal::verify(&house.kernel.db).await?;
    for problem in record.problems.iter().take(20) {
        println!("  {problem}");
    }
    let (text, arguments) = if record.is_sound() {
        ("keeping-seal-sound", record.blocks)
    } else {
        (
            "keeping-seal-broken",
            i64::try_from(record.problems.len()).unwrap_or(i64::MAX),
        )
    };
    println!("{}", locale.t_with(text, &[("count", arguments.into())]));
    let clocks = desk::service_level::replay_all(&house.kernel.db).await?;
    let replayed = [
        ("tickets", clocks.tickets.into()),
        ("clocks", clocks.clocks.into()),
        ("differing", clocks.differing.into()),
    ];
    println!("{}", locale.t_with("keeping-clocks", &replayed));
    Ok(record.is_sound() && clocks.differing == 0)
}
