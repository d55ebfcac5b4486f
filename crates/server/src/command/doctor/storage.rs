//! The database as such, the files, the search index, and the last backup.

use std::collections::BTreeSet;

use futures::TryStreamExt as _;
use kernel::db::{Backend, tables};
use kernel::event;
use kernel::file::Files;
use kernel::i18n::format_size;
use kernel::{Result, keeping, search};

use super::finding::Finding;
use super::{Patient, store};
use crate::house;

/// Rows of each column that are looked at without `--files`.
const SAMPLE: i64 = 200;
/// An index further behind is not just catching up.
const BEHIND: usize = 1000;
const DAY: i64 = 86_400;

pub async fn look(patient: &Patient) -> Vec<Finding> {
    vec![
        version(patient).await,
        migrations(patient).await,
        integrity(patient).await,
        files(patient).await,
        index(patient).await,
        backup(patient).await,
    ]
}

async fn version(patient: &Patient) -> Finding {
    let name = match patient.db.backend() {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    };
    let judge = |version: String| {
        Finding::ok("database", "doctor-database-ok").with("version", format!("{name} {version}"))
    };
    patient.ask("database", store::version, judge).await
}

async fn migrations(patient: &Patient) -> Finding {
    let known: Vec<String> = house::program()
        .migrations
        .iter()
        .flat_map(|(slice, migrations)| migrations.iter().map(move |one| format!("{slice}/{}", one.name)))
        .collect();
    let judge = |applied: Vec<String>| {
        let unknown = applied.iter().find(|name| !known.contains(*name));
        let waiting = known.iter().filter(|name| !applied.contains(*name)).count();
        match (unknown, waiting) {
            (Some(name), _) => {
                Finding::failed("migrations", "doctor-migrations-newer").with("name", name.as_str())
            }
            (None, 0) => Finding::ok("migrations", "doctor-migrations-ok").with("count", applied.len()),
            (None, waiting) => {
                Finding::warning("migrations", "doctor-migrations-waiting").with("count", waiting)
            }
        }
    };
    patient.ask("migrations", kernel::db::applied, judge).await
}

async fn integrity(patient: &Patient) -> Finding {
    let judge = |fault: Option<String>| match fault {
        None => Finding::ok("integrity", "doctor-integrity-ok"),
        Some(fault) => Finding::failed("integrity", "doctor-integrity-broken").with("why", fault),
    };
    patient.ask("integrity", store::fault, judge).await
}

async fn files(patient: &Patient) -> Finding {
    match missing_files(patient).await {
        Err(error) => patient.unanswered("files", &error),
        Ok(seen) if seen.missing.is_empty() && seen.damaged == 0 => {
            Finding::ok("files", "doctor-files-ok").with("count", seen.named)
        }
        Ok(seen) => Finding::failed("files", "doctor-files-missing")
            .with("missing", seen.missing.len())
            .with("damaged", seen.damaged)
            .with("name", seen.missing.first().cloned().unwrap_or_default()),
    }
}

struct Seen {
    named: usize,
    missing: BTreeSet<String>,
    damaged: usize,
}

async fn missing_files(patient: &Patient) -> Result<Seen> {
    let limit = (!patient.reads_files).then_some(SAMPLE);
    let named: BTreeSet<String> = patient
        .db
        .read(move |tx| {
            let mut named = BTreeSet::new();
            for table in tables(tx)? {
                for column in &table.columns {
                    if keeping::is_file_column(&table.name, &column.name) {
                        keeping::named_files(tx, &table.name, &column.name, limit, |name| {
                            named.insert(name);
                            Ok(())
                        })?;
                    }
                }
            }
            Ok(named)
        })
        .await?;
    let mut seen = Seen {
        named: named.len(),
        missing: BTreeSet::new(),
        damaged: 0,
    };
    let folder = patient.config.files_folder();
    if !folder.exists() {
        seen.missing = named;
        return Ok(seen);
    }
    let files = Files::local(folder)?;
    for name in named {
        if !files.exists(&name).await? {
            seen.missing.insert(name);
        }
    }
    if patient.reads_files {
        let mut stored = files.list();
        while let Some(file) = stored.try_next().await? {
            seen.damaged += usize::from(files.get(&file.hash).await.is_err());
        }
    }
    Ok(seen)
}

async fn index(patient: &Patient) -> Finding {
    let position = match search::position_in(&patient.config.search_folder()) {
        Ok(position) => position,
        Err(error) => return patient.unanswered("search", &error),
    };
    let Some(position) = position else {
        return Finding::warning("search", "doctor-search-none");
    };
    let limit = i64::try_from(BEHIND + 1).unwrap_or(i64::MAX);
    let judge = |behind: usize| {
        if behind > BEHIND {
            Finding::warning("search", "doctor-search-behind").with("count", BEHIND)
        } else {
            Finding::ok("search", "doctor-search-ok").with("count", behind)
        }
    };
    let unread = patient.ask(
        "search",
        move |tx| Ok(event::read_after(tx, position, limit)?.len()),
        judge,
    );
    unread.await
}

async fn backup(patient: &Patient) -> Finding {
    let (now, locale) = (patient.now, patient.locale);
    let judge = |last: Option<keeping::LastBackup>| {
        let Some(last) = last else {
            return Finding::warning("backup", "doctor-backup-never");
        };
        let days = now.since(last.at) / 1000 / DAY;
        let finding = if days > 7 {
            Finding::warning("backup", "doctor-backup-old")
        } else {
            Finding::ok("backup", "doctor-backup-ok")
        };
        finding
            .with("days", days)
            .with("size", format_size(last.bytes, locale))
    };
    patient.ask("backup", keeping::last_backup, judge).await
}
