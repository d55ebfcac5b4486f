//! Reading an export into an empty installation.
//!
//! [`check`] looks at everything first and touches nothing: manifest, names, sums, every line and every file, and whether this
//! program knows the tables. [`read_back`] then puts the rows together in a copy beside the installation, where the database itself
//! judges them (keys, references), and moves that copy into its place as a move does: one transaction, compared afterwards. So
//! what is refused is refused before anything is written, and a run that breaks off leaves an empty database.

mod checking;
mod fitting;
mod layout;
mod lines;
mod loading;

use std::path::{Path, PathBuf};

use kernel::Timestamp;
use kernel::db::{Db, tables};
use kernel::error::{Error, Kind, Result};
use kernel::keeping::{self, FileSum, Program, TableSum};

use crate::exporting::{folder, open_copy, place};
use crate::format::Manifest;

pub use keeping::Target;

/// An export that was read through and is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The bytes of its rows.
    pub row_bytes: u64,
    /// Where it lies.
    folder: PathBuf,
}

/// What was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadBack {
    /// What each table came to, read again from the database.
    pub tables: Vec<TableSum>,
    /// The files that were put in their places.
    pub files: FileSum,
}

/// Reads an export through; touches nothing.
///
/// # Errors
/// `exchange.not_one`, `exchange.newer`, `exchange.sum_differs`, `exchange.line.…`, and kin: with file, line, and field.
pub async fn check(folder: &Path, program: &Program) -> Result<Checked> {
    let (folder, program) = (folder.to_owned(), program.clone());
    let checked = tokio::task::spawn_blocking(move || checking::check(&folder, &program));
    checked.await.map_err(Error::internal)?
}

/// Loads a checked export. When this answers `Ok`, everything is durable and was compared. `work` is a folder that is made for as
/// long as it lasts; rows take as much room there as in the export.
///
/// # Errors
/// `kernel.backup.target_not_empty`, `exchange.rows_refused`, `exchange.reference_broken`; else the database's. Then it is empty.
pub async fn read_back(
    checked: &Checked,
    target: &Target,
    program: &Program,
    now: Timestamp,
    work: &Path,
) -> Result<ReadBack> {
    target.db.read(require_empty).await?;
    let work = Work::make(work)?;
    let copy = open_copy(&work.0.join("copy.db")).await?;
    let (folder, manifest, known) = (checked.folder.clone(), checked.manifest.clone(), program.clone());
    copy.write(move |tx| loading::load(tx, &folder, &manifest, &known))
        .await?;
    let files = loading::put_files(&checked.folder, &target.files).await?;
    let tables = move_in(&copy, &target.db, program, now).await?;
    drop(copy);
    compare(&checked.manifest, &tables)?;
    Ok(ReadBack { tables, files })
}

async fn move_in(copy: &Db, to: &Db, program: &Program, now: Timestamp) -> Result<Vec<TableSum>> {
    Ok(keeping::move_to(copy, to, program, now).await?.tables)
}

/// A database is empty when nobody has made a table in it.
fn require_empty(tx: &mut kernel::db::Tx<'_>) -> Result<()> {
    tables(tx)?.first().map_or(Ok(()), |table| {
        Err(Error::conflict("kernel.backup.target_not_empty").arg("table", table.name.as_str()))
    })
}

/// Against the sums that the tables had where the export was made.
fn compare(manifest: &Manifest, here: &[TableSum]) -> Result<()> {
    for table in &manifest.tables {
        let found = here.iter().find(|sum| sum.name == table.name);
        let is_same = found.is_some_and(|found| {
            found.rows == table.part.rows
                && table
                    .checksum
                    .as_ref()
                    .is_none_or(|wanted| *wanted == found.checksum)
        });
        if !is_same {
            return Err(Error::new(Kind::Internal, "exchange.differs").arg("table", table.name.as_str()));
        }
    }
    Ok(())
}

/// The folder of the copy; it goes with this value.
struct Work(PathBuf);

impl Work {
    fn make(path: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::unavailable("exchange.unwritable")
                .arg("folder", path.display().to_string())
                .caused_by(error)
        };
        // What a killed run left there is half of something.
        folder::remove_folder(path).map_err(failed)?;
        place::make_folder(path).map_err(failed)?;
        Ok(Self(path.to_owned()))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // What does not go is removed by the next run, and nobody reads it.
        folder::remove_folder(&self.0).ok();
    }
}
