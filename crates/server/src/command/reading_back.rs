//! `mainstay read-back FOLDER`: everything from an export into an empty place, compared, and its record and clocks checked.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use exchange::{Checked, Target};
use kernel::config::{Config, DatabaseUrl, Overrides};
use kernel::db::Hold;
use kernel::file::Files;
use kernel::i18n::format_size;
use kernel::{Clock, Error, Locale};

use super::exporting::print_missing;
use super::restore::{forget_index, print_tables, prove};
use super::{Outcome, Place, Trouble, disk, quiet, terminal_locale};
use crate::house::{self, House, Purpose};

/// From where.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The export.
    folder: PathBuf,
    /// Read it through and say whether it is whole; touch nothing.
    #[arg(long)]
    check: bool,
    /// Switch off whatever writes to others (mailboxes, webhooks, chat channels, trackers): for a copy that is only looked at.
    #[arg(long)]
    quiet: bool,
}

/// Rows in a database with its indexes take about twice the room they take as text, and their transaction as much again. They are
/// put together once beside the installation and once in it.
const ROOM_OF_COPY: u64 = 4;
const ROOM_OF_ROWS: u64 = 4;

/// Runs the command.
///
/// # Errors
/// When the export is not whole or not ours, or the place is not empty; then nothing was touched.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let locale = terminal_locale();
    let config = place.config(Overrides::default())?;
    let program = house::program();
    let checked = exchange::check(&arguments.folder, &program).await?;
    print_checked(locale, &checked);
    print_missing(locale, &checked.manifest.missing, checked.manifest.missing_count);
    if arguments.check {
        return Ok(ExitCode::SUCCESS);
    }
    require_room(locale, &config, &checked)?;
    let read = {
        let db = house::open_database(&config.database, Hold::Alone, Purpose::Loading).await?;
        let target = Target {
            db,
            files: Files::local(config.files_folder())?,
        };
        forget_index(&config.search_folder())?;
        let work = config.data.join("read-back.partial");
        exchange::read_back(&checked, &target, &program, Clock::System.now(), &work).await?
    };
    print_tables(locale, &read.tables);
    let files = [
        ("count", read.files.count.into()),
        ("size", format_size(read.files.bytes, locale).into()),
    ];
    println!("{}", locale.t_with("exchange-read-files", &files));
    let house = House::open(config).await?;
    if arguments.quiet {
        quiet::silence(&house).await?;
        println!("{}", locale.t("keeping-restore-quiet"));
    }
    let is_sound = prove(locale, &house).await?;
    if !checked.manifest.with_secrets {
        println!("{}", locale.t("exchange-new-passwords"));
    }
    println!("{}", locale.t("keeping-restore-next"));
    Ok(if is_sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print_checked(locale: Locale, checked: &Checked) {
    let manifest = &checked.manifest;
    println!(
        "{}",
        locale.t_with(
            "exchange-checked",
            &[
                ("at", manifest.made_at.to_string().into()),
                ("program", manifest.program.as_str().into()),
                ("database", manifest.database.as_str().into()),
                ("rows", manifest.rows().into()),
                ("files", manifest.files.count.into()),
            ]
        )
    );
}

fn require_room(locale: Locale, config: &Config, checked: &Checked) -> Result<(), Trouble> {
    let rows = match &config.database {
        DatabaseUrl::Sqlite(_) => ROOM_OF_COPY + ROOM_OF_ROWS,
        DatabaseUrl::Postgres(_) => ROOM_OF_COPY,
    };
    let needed = checked
        .row_bytes
        .saturating_mul(rows)
        .saturating_add(checked.manifest.files.bytes);
    match disk::free(&config.data) {
        Some(free) if free < needed => Err(Error::unavailable("exchange.no_room")
            .arg("needed", format_size(needed, locale))
            .arg("free", format_size(free, locale))
            .arg("folder", config.data.display().to_string())
            .into()),
        _ => Ok(()),
    }
}
