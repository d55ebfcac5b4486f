//! `mainstay backup FILE`: everything in one file, while the server works.
//!
//! 0: everything is in it. 3: files that rows name were missing or damaged before; the rest is in it. 1: there is no backup.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use kernel::config::{Config, DatabaseUrl, Overrides};
use kernel::db::{Db, Hold};
use kernel::file::Files;
use kernel::i18n::format_size;
use kernel::keeping::{self, Made};
use kernel::{Clock, Cx, Error, Locale, Via};

use super::{Outcome, Place, Trouble, terminal_locale};
use crate::house::{self, Purpose};

/// Where to.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The backup; an older one of this name is replaced when the new one is whole.
    file: PathBuf,
}

/// Files were missing or damaged before; the rest is in the backup.
pub(super) const INCOMPLETE: u8 = 3;
const PRINTED: usize = 20;

/// Runs the command.
///
/// # Errors
/// When nothing can be read or written; then there is nothing new under the name.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let locale = terminal_locale();
    let config = place.config(Overrides::default())?;
    let db = open_existing(&config.database, Hold::Shared).await?;
    let files = Files::local(config.files_folder())?;
    let now = Clock::System.now();
    let made = keeping::backup(&db, &files, &house::program(), now, &arguments.file).await?;
    print(locale, &arguments.file.display().to_string(), &made);
    note(locale, &db, &made).await;
    Ok(if made.missing_count == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(INCOMPLETE)
    })
}

/// Opens the database of an installation that must be there; a misspelt folder is told of and not made.
pub(super) async fn open_existing(url: &DatabaseUrl, hold: Hold) -> Result<Db, Trouble> {
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        let missing = Error::new(kernel::error::Kind::NotFound, "kernel.backup.nothing_there");
        return Err(missing.caused_by(path.display().to_string()).into());
    }
    Ok(house::open_database(url, hold, Purpose::Using).await?)
}

fn print(locale: Locale, file: &str, made: &Made) {
    let size = |bytes: u64| format_size(bytes, locale);
    println!(
        "{}",
        locale.t_with(
            "keeping-backup-done",
            &[
                ("file", file.into()),
                ("size", size(made.bytes).into()),
                ("tables", made.tables.len().into()),
                ("rows", made.rows().into()),
                ("files", made.files.count.into()),
                ("content", size(made.files.bytes).into()),
            ]
        )
    );
    println!("SHA-256 {}", made.digest);
    if let Some(seal) = &made.outline.seal {
        let (block, hash) = (seal.block.into(), seal.hash.as_str().into());
        println!(
            "{}",
            locale.t_with("keeping-backup-seal", &[("block", block), ("hash", hash)])
        );
    }
    print_missing(locale, &made.missing, made.missing_count);
    println!("{}", locale.t("keeping-backup-secret"));
}

/// Names files that are not in a backup.
pub(super) fn print_missing(locale: Locale, missing: &[String], count: u64) {
    if count == 0 {
        return;
    }
    eprintln!(
        "{}",
        locale.t_with("keeping-backup-missing", &[("count", count.into())])
    );
    for hash in missing.iter().take(PRINTED) {
        eprintln!("  {hash}");
    }
}

/// The backup is there whether or not this can be written down.
async fn note(locale: Locale, db: &Db, made: &Made) {
    let cx = Cx {
        via: Via::Command,
        ..Cx::system(Clock::System, "command")
    };
    let noted = made.clone();
    if let Err(error) = db.write(move |tx| keeping::note_backup(tx, &cx, &noted)).await {
        let why = error.message(locale);
        eprintln!(
            "{}",
            locale.t_with("keeping-backup-not-noted", &[("why", why.into())])
        );
    }
}

/// The settings of an installation on another database.
pub(super) fn on(config: &Config, database: DatabaseUrl) -> Config {
    Config {
        database,
        ..config.clone()
    }
}
