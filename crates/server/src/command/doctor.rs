//! `mainstay doctor`: reads, changes nothing, and says of each thing whether it is well and what to do when it is not.
//!
//! It runs beside the server and without it. 0: nothing failed. 1: something did.

mod around;
mod finding;
mod inside;
mod releases;
mod signer;
mod storage;
mod store;

use std::process::ExitCode;

use clap::Args;
use kernel::config::{Config, DatabaseUrl, Overrides};
use kernel::db::{Db, Hold};
use kernel::{Clock, Error, Locale, Result, Timestamp};
use serde_json::json;

use self::finding::{Finding, State};
use super::{Outcome, Place, terminal_locale};
use crate::house::{self, Purpose};

/// How to look and how to answer.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Answer one JSON object.
    #[arg(long)]
    json: bool,
    /// Read every stored file and hold it against its name; else a sample is looked for.
    #[arg(long)]
    files: bool,
}

/// What is looked at.
struct Patient {
    config: Config,
    db: Db,
    now: Timestamp,
    locale: Locale,
    reads_files: bool,
}

/// Runs the command.
///
/// # Errors
/// When the settings are wrong.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let locale = terminal_locale();
    let config = place.config(Overrides::default())?;
    let findings = look(config, locale, arguments.files).await;
    let failed = findings.iter().filter(|one| one.state == State::Failed).count();
    let warnings = findings.iter().filter(|one| one.state == State::Warning).count();
    if arguments.json {
        let checks: Vec<_> = findings.iter().map(|one| one.as_json(locale)).collect();
        println!(
            "{}",
            json!({ "checks": checks, "failed": failed, "warnings": warnings })
        );
    } else {
        for finding in &findings {
            finding.print(locale);
        }
        let counts = [("failed", failed.into()), ("warnings", warnings.into())];
        println!("{}", locale.t_with("doctor-sum", &counts));
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn look(config: Config, locale: Locale, reads_files: bool) -> Vec<Finding> {
    let mut findings = around::look(&config, locale);
    let db = match open(&config.database).await {
        Ok(db) => db,
        Err(error) => {
            let why = error.message(locale);
            findings.insert(
                0,
                Finding::failed("database", "doctor-database-away").with("why", why),
            );
            return findings;
        }
    };
    let patient = Patient {
        config,
        db,
        now: Clock::System.now(),
        locale,
        reads_files,
    };
    let mut found = storage::look(&patient).await;
    found.extend(inside::look(&patient).await);
    found.extend(signer::look(&patient).await);
    found.extend(releases::look(&patient).await);
    found.extend(findings);
    found
}

async fn open(url: &DatabaseUrl) -> Result<Db> {
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        return Err(Error::new(
            kernel::error::Kind::NotFound,
            "kernel.backup.nothing_there",
        ));
    }
    house::open_database(url, Hold::Shared, Purpose::Using).await
}

impl Patient {
    /// Asks the database; that it cannot be asked is a finding too.
    async fn ask<T: Send + 'static>(
        &self,
        check: &'static str,
        question: impl FnMut(&mut kernel::db::Tx<'_>) -> Result<T> + Send + 'static,
        judge: impl FnOnce(T) -> Finding,
    ) -> Finding {
        match self.db.read(question).await {
            Ok(answer) => judge(answer),
            Err(error) => self.unanswered(check, &error),
        }
    }

    fn unanswered(&self, check: &'static str, error: &Error) -> Finding {
        let why = format!("{} ({error})", error.message(self.locale));
        Finding::failed(check, "doctor-unanswered").with("why", why)
    }
}
