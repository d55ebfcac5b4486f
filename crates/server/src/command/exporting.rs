//! `mainstay export FOLDER`: everything as JSON lines with files, while the server works.
//!
//! 0: everything is in it. 3: files that rows name were missing or damaged before; the rest is in it. 1: there is no export.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use exchange::{Made, Secrets};
use kernel::config::Overrides;
use kernel::db::{Db, Hold};
use kernel::file::Files;
use kernel::i18n::format_size;
use kernel::{Clock, Cx, Locale, Via};

use super::backup::{INCOMPLETE, open_existing};
use super::{Outcome, Place, terminal_locale};
use crate::house;

/// Where to, and whether with what opens doors.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A folder that is empty or not there; it appears when the export is whole.
    folder: PathBuf,
    /// Also passwords' hashes, second factors, tokens, keys, and the outbox, so that nothing differs when it is read back.
    #[arg(long)]
    with_secrets: bool,
}

const PRINTED: usize = 20;

/// Runs the command.
///
/// # Errors
/// When nothing can be read or written; then there is nothing under the name.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let locale = terminal_locale();
    let config = place.config(Overrides::default())?;
    let db = open_existing(&config.database, Hold::Shared).await?;
    let files = Files::local(config.files_folder())?;
    let secrets = if arguments.with_secrets {
        Secrets::Included
    } else {
        Secrets::LeftOut
    };
    let now = Clock::System.now();
    let made = exchange::export(&db, &files, &house::program(), now, &arguments.folder, secrets).await?;
    print(locale, &arguments.folder.display().to_string(), &made);
    note(locale, &db, &made).await;
    Ok(if made.manifest.missing_count == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(INCOMPLETE)
    })
}

fn print(locale: Locale, folder: &str, made: &Made) {
    let manifest = &made.manifest;
    let tickets = manifest.nested.iter().find(|part| part.file == "tickets.jsonl");
    println!(
        "{}",
        locale.t_with(
            "exchange-done",
            &[
                ("folder", folder.into()),
                ("tables", manifest.tables.len().into()),
                ("rows", manifest.rows().into()),
                ("tickets", tickets.map_or(0, |part| part.rows).into()),
                ("files", manifest.files.count.into()),
                ("content", format_size(manifest.files.bytes, locale).into()),
            ]
        )
    );
    let digest = [("digest", made.digest.as_str().into())];
    println!("{}", locale.t_with("exchange-digest", &digest));
    if let Some(seal) = &manifest.seal {
        let (block, hash) = (seal.block.into(), seal.hash.as_str().into());
        println!(
            "{}",
            locale.t_with("exchange-seal", &[("block", block), ("hash", hash)])
        );
    }
    print_missing(locale, &manifest.missing, manifest.missing_count);
    if manifest.with_secrets {
        println!("{}", locale.t("exchange-with-secrets"));
    } else {
        let tables = [("tables", manifest.left_out.len().into())];
        println!("{}", locale.t_with("exchange-without-secrets", &tables));
    }
}

/// Names files that are not in an export.
pub(super) fn print_missing(locale: Locale, missing: &[String], count: u64) {
    if count == 0 {
        return;
    }
    eprintln!(
        "{}",
        locale.t_with("exchange-missing", &[("count", count.into())])
    );
    for hash in missing.iter().take(PRINTED) {
        eprintln!("  {hash}");
    }
}

/// The export is there whether or not this can be written down.
async fn note(locale: Locale, db: &Db, made: &Made) {
    let cx = Cx {
        via: Via::Command,
        ..Cx::system(Clock::System, "command")
    };
    let noted = made.clone();
    if let Err(error) = db.write(move |tx| exchange::note(tx, &cx, &noted)).await {
        let why = error.message(locale);
        eprintln!("{}", locale.t_with("exchange-not-noted", &[("why", why.into())]));
    }
}
