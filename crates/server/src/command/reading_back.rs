//! `mainstay read-back FOLDER`: everything from an export into an empty place, compared, and its record and clocks checked.

use std::path::{Path, PathBuf};
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
    require_elsewhere(&config.data, &arguments.folder)?;
    require_room(locale, &config, &checked)?;
    let read = {
        let db = house::open_database(&config.database, Hold::Alone, Purpose::Loading).await?;
        let target = Target {
            db,
            files: Files::local(config.files_folder())?,
        };
        let work = config.data.join("read-back.partial");
        let read = exchange::read_back(&checked, &target, &program, Clock::System.now(), &work).await?;
        // Not before: where the place is not empty, this is the index of what is there.
        forget_index(&config.search_folder())?;
        read
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
                (
                    "secrets",
                    if manifest.with_secrets { "with" } else { "without" }.into(),
                ),
                ("rows", manifest.rows().into()),
                ("files", manifest.files.count.into()),
            ]
        )
    );
}

/// An export into which an installation was put is none any more.
fn require_elsewhere(data: &Path, export: &Path) -> Result<(), Trouble> {
    // A folder that is not there yet lies in the nearest one that is.
    let real = |path: &Path| path.ancestors().find_map(|above| above.canonicalize().ok());
    match (real(&std::path::absolute(data)?), export.canonicalize()) {
        (Some(data), Ok(export)) if data.starts_with(&export) => Err(Error::invalid("exchange.into_itself")
            .arg("folder", data.display().to_string())
            .into()),
        _ => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use exchange::Secrets;

    use super::*;

    /// An installation with nobody in it, and an export of it.
    async fn exported(folder: &Path) -> (Place, PathBuf) {
        house::register_texts();
        let (data, export) = (folder.join("data"), folder.join("export"));
        let config = Config::in_folder(data.clone());
        drop(House::open(config.clone()).await.unwrap());
        let db = house::open_database(&config.database, Hold::Shared, Purpose::Using)
            .await
            .unwrap();
        let (files, program) = (Files::local(config.files_folder()).unwrap(), house::program());
        let now = Clock::System.now();
        let made = exchange::export(&db, &files, &program, now, &export, Secrets::LeftOut);
        made.await.unwrap();
        (place(&data), export)
    }

    fn place(data: &Path) -> Place {
        Place {
            data: Some(data.display().to_string()),
            database: None,
            config: None,
        }
    }

    async fn refused(place: Place, export: &Path) -> String {
        let arguments = Arguments {
            folder: export.to_owned(),
            check: false,
            quiet: false,
        };
        run(place, arguments).await.unwrap_err().0
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_place_that_is_not_empty_keeps_its_search_index() {
        let folder = tempfile::tempdir().unwrap();
        let (place, export) = exported(folder.path()).await;
        let index = folder.path().join("data/search");
        std::fs::create_dir_all(&index).unwrap();
        std::fs::write(index.join("meta.json"), "{}").unwrap();
        let words = refused(place, &export).await;
        assert!(words.contains("kernel.backup.target_not_empty"), "{words}");
        assert!(index.join("meta.json").exists(), "nothing was touched");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_export_is_not_read_back_into_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (_, export) = exported(folder.path()).await;
        for inside in [export.clone(), export.join("new"), export.join("files/../new")] {
            let words = refused(place(&inside), &export).await;
            assert!(words.contains("exchange.into_itself"), "{words}");
        }
        exchange::check(&export, &house::program()).await.unwrap();
    }
}
