//! Making an export while the server works.
//!
//! The database is copied first, as a move does it: one snapshot of either database, in a form that is the same for both. All the
//! rest is read from that copy, so the server is held up no longer than by a backup, and what is secret can be taken out of the copy
//! before a single line is written. Stored files are listed after the snapshot, so every file that a row of it names is among them.
//!
//! It knows nothing of who may do this: whoever can run the commands has the data folder anyway.

mod content;
pub(crate) mod folder;
mod nested;
pub(crate) mod place;
mod tables;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use data_encoding::HEXLOWER;
use kernel::db::{
    Applied, Backend, ColumnKind, Db, Hold, Options, Table, Tx, applied_with_digests, table_columns,
};
use kernel::error::{Error, Result};
use kernel::event::{self, seal};
use kernel::file::Files;
use kernel::keeping::{self, FileSum, Program, SealHead, TableSum};
use kernel::{Cx, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::events;
use crate::format::{FORMAT, LeftOut, MANIFEST, Manifest, Part, READMES, TablePart, VERSION};
use crate::{secrets, store};
use content::Stock;
use folder::Folder;

/// Whether an export has what opens doors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// It has everything; who has it, has everything.
    Included,
    /// It has none; the manifest names what is not there.
    LeftOut,
}

/// What an export came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What it says of itself.
    pub manifest: Manifest,
    /// SHA-256 of the manifest, which has those of all others.
    pub digest: String,
}

/// Writes an export into a folder that is empty or not there; it appears when it is whole.
///
/// # Errors
/// `exchange.place_taken` and kin, `exchange.running`, `exchange.disk_full`, `exchange.unwritable`, and the database's. Then there
/// is nothing under this name.
pub async fn export(
    db: &Db,
    files: &Files,
    program: &Program,
    now: Timestamp,
    place: &Path,
    secrets: Secrets,
) -> Result<Made> {
    let folder = Arc::new(Folder::begin(place)?);
    let written = write(db, files, program, now, &folder, secrets).await;
    let done = written.and_then(|made| folder.finish().map(|()| made));
    done.map_err(|error| {
        folder.discard();
        folder.explained(error)
    })
}

async fn write(
    db: &Db,
    files: &Files,
    program: &Program,
    now: Timestamp,
    folder: &Arc<Folder>,
    secrets: Secrets,
) -> Result<Made> {
    let copy = open_copy(&folder.work()?.join("copy.db")).await?;
    let moved = keeping::move_to(db, &copy, program, now).await?;
    let head = Arc::new(copy.write(move |tx| prepare(tx, secrets)).await?);
    let stock = Arc::new(Mutex::new(Stock::list(files).await?));
    let lines = {
        let (head, stock, folder) = (Arc::clone(&head), Arc::clone(&stock), Arc::clone(folder));
        copy.read(move |tx| write_lines(tx, &folder, &head, &moved.tables, &stock))
            .await?
    };
    drop(copy);
    folder.remove_work()?;
    let stock = std::mem::take(&mut *of(&stock)?);
    let copied = stock.copy(files, folder).await?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        format_version: VERSION,
        program: program.version.to_owned(),
        made_at: now,
        database: database(db.backend()).to_owned(),
        with_secrets: secrets == Secrets::Included,
        left_out: head.left_out.clone(),
        migrations: head.migrations.clone(),
        seal: head.seal.clone(),
        tables: lines.0,
        nested: lines.1,
        files: copied.files,
        missing: copied.missing,
        missing_count: copied.missing_count,
    };
    for (name, text) in READMES {
        folder.write(name, text.as_bytes())?;
    }
    let content = serde_json::to_vec_pretty(&manifest)?;
    folder.write(MANIFEST, &content)?;
    Ok(Made {
        digest: HEXLOWER.encode(&Sha256::digest(&content)),
        manifest,
    })
}

fn of(stock: &Mutex<Stock>) -> Result<MutexGuard<'_, Stock>> {
    stock
        .lock()
        .map_err(|_| Error::internal("the list of files is broken"))
}

const fn database(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
    }
}

/// Opens a copy that is ours alone; references are looked at when all of it is there.
pub(crate) async fn open_copy(path: &Path) -> Result<Db> {
    let mut options = Options::new(path.display().to_string());
    options.hold = Hold::Alone;
    options.readers = 1;
    options.checks_references = false;
    tokio::task::spawn_blocking(move || Db::open(&options))
        .await
        .map_err(Error::internal)?
}

/// What is known before the first line.
struct Head {
    tables: Vec<Table>,
    migrations: Vec<Applied>,
    seal: Option<SealHead>,
    left_out: Vec<LeftOut>,
}

/// Takes out of the copy what does not belong into the export, and makes it quick to ask by ticket.
fn prepare(tx: &mut Tx<'_>, secrets: Secrets) -> Result<Head> {
    let tables = kernel::db::tables(tx)?;
    let left_out = match secrets {
        Secrets::Included => Vec::new(),
        Secrets::LeftOut => {
            let plan = secrets::plan(&tables, &table_columns(tx)?);
            let settings = store::take_out(tx, &plan, &tables)?;
            plan.left_out(settings)
        }
    };
    if let Some(table) = tx.broken_reference()? {
        return Err(Error::internal(format!(
            "rows of {table} refer to secrets that were left out"
        )));
    }
    for table in &tables {
        if store::has_column(table, "ticket", ColumnKind::Int) {
            store::index(tx, &table.name, "ticket")?;
        }
    }
    let seal = seal::head(tx)?;
    Ok(Head {
        migrations: applied_with_digests(tx)?,
        seal: seal.map(|seal| SealHead {
            block: seal.block,
            hash: seal.hash,
        }),
        left_out,
        tables,
    })
}

fn write_lines(
    tx: &mut Tx<'_>,
    folder: &Folder,
    head: &Head,
    sums: &[TableSum],
    stock: &Mutex<Stock>,
) -> Result<(Vec<TablePart>, Vec<Part>)> {
    let mut stock = of(stock)?;
    let is_whole = |name: &str| !head.left_out.iter().any(|left| left.table == name);
    folder.folder(crate::format::TABLES)?;
    let mut parts = Vec::with_capacity(head.tables.len());
    for table in &head.tables {
        let sum = sums.iter().find(|sum| sum.name == table.name);
        parts.push(TablePart {
            name: table.name.clone(),
            part: tables::write(tx, folder, table, &mut stock)?,
            checksum: sum
                .filter(|_| is_whole(&table.name))
                .map(|sum| sum.checksum.clone()),
            columns: table.columns.clone(),
            numbered: store::numbered(tx, table)?,
        });
    }
    Ok((parts, nested::write(tx, folder, &head.tables)?))
}

/// Writes down that somebody took everything out.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx<'_>, cx: &Cx, made: &Made) -> Result<()> {
    let FileSum { count, bytes } = made.manifest.files;
    let data = json!({
        "made_at": made.manifest.made_at.millis(), "rows": made.manifest.rows(), "files": count, "bytes": bytes,
        "with_secrets": made.manifest.with_secrets, "digest": made.digest,
    });
    let new = event::New {
        kind: events::EXPORTED,
        subject: events::SUBJECT.to_owned(),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
