//! Restoring a backup into an empty place.
//!
//! The whole file is held against its digest, its own sums, and this program before anything is touched. Then rows go into
//! one transaction and files into the store, and the transaction is committed last: a restore that broke off left files
//! that nobody names and an empty database, and can be begun again.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use crossbeam_channel::{Sender, bounded};
use futures::stream;
use sha2::{Digest as _, Sha256};

use crate::db::{ColumnKind, Db};
use crate::error::{Error, Result};
use crate::file::Files;

use super::archive::{Closing, Digest, FileHead, Reader, Record};
use super::canonical::{Decoder, Tally};
use super::{
    FileSum, Outline, PIECES_WAITING, Piece, Program, ROWS_AT_MOST, TableSum, either, fitting, gone, loading,
};

/// A backup that was read through and is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What is in it.
    pub outline: Outline,
    /// What each table comes to.
    pub tables: Vec<TableSum>,
    /// The files in it.
    pub files: FileSum,
    /// Files that were missing already when it was made; the first thousand.
    pub missing: Vec<String>,
    /// How many in all.
    pub missing_count: u64,
    /// The bytes of its rows.
    pub row_bytes: u64,
    path: PathBuf,
}

/// Where a backup goes.
#[derive(Clone, Debug)]
pub struct Target {
    /// An empty database, opened alone.
    pub db: Db,
    /// The store of files.
    pub files: Files,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What each table came to, read again from the database.
    pub tables: Vec<TableSum>,
    /// The files that were put in their places.
    pub files: FileSum,
}

/// Reads a backup through: digest, order, every row and every file, and whether this program knows its tables.
///
/// # Errors
/// `kernel.backup.not_one`, `kernel.backup.damaged`, `kernel.backup.newer`, and kin.
pub async fn check(path: &Path, program: &Program) -> Result<Checked> {
    let (path, program) = (path.to_owned(), program.clone());
    let checked = tokio::task::spawn_blocking(move || check_now(&path, &program));
    checked.await.map_err(Error::internal)?
}

fn check_now(path: &Path, program: &Program) -> Result<Checked> {
    let mut reader = Reader::open(path, Digest::Checked)?;
    let Some(Record::Outline(outline)) = reader.read()? else {
        return Err(reader.damaged("it does not begin with its outline"));
    };
    fitting::check(program, &outline)?;
    let mut check = Check::new(&outline);
    while let Some(record) = reader.read()? {
        check.take(record).map_err(|why| reader.damaged(why))?;
    }
    let closing = check.end().map_err(|why| reader.damaged(why))?;
    Ok(Checked {
        tables: closing.tables,
        files: closing.files,
        missing: closing.missing,
        missing_count: closing.missing_count,
        row_bytes: check.row_bytes,
        outline: *outline,
        path: path.to_owned(),
    })
}

/// What was seen so far.
struct Check {
    tables: Vec<(String, Vec<ColumnKind>, Tally)>,
    row_bytes: u64,
    files: FileSum,
    under_way: Option<(FileHead, Sha256, u64)>,
    closing: Option<Closing>,
}

impl Check {
    fn new(outline: &Outline) -> Self {
        let tables = outline.tables.iter().map(|table| {
            let kinds = table.columns.iter().map(|column| column.kind).collect();
            (table.name.clone(), kinds, Tally::default())
        });
        Self {
            tables: tables.collect(),
            row_bytes: 0,
            files: FileSum::default(),
            under_way: None,
            closing: None,
        }
    }

    fn take(&mut self, record: Record) -> Result<(), String> {
        if self.closing.is_some() {
            return Err("a record stands behind the last".to_owned());
        }
        match (record, self.under_way.is_some()) {
            (Record::Rows(rows), false) => {
                let Some((_, kinds, tally)) = self.tables.get_mut(rows.table) else {
                    return Err("rows of a table that was not announced".to_owned());
                };
                // Loading holds the values of one record at a time; a crafted one must not be many.
                if rows.count > ROWS_AT_MOST {
                    return Err("more rows in one record than are ever written".to_owned());
                }
                let (mut decoder, mut values) = (Decoder::new(&rows.bytes), Vec::new());
                for _ in 0..rows.count {
                    values.clear();
                    tally.add(decoder.row(kinds, &mut values)?);
                }
                self.row_bytes += rows.bytes.len() as u64;
                if !decoder.is_at_end() {
                    return Err("more bytes than rows".to_owned());
                }
            }
            (Record::File(head), false) => self.under_way = Some((head, Sha256::new(), 0)),
            (Record::Content(content), true) => {
                if let Some((_, hasher, bytes)) = self.under_way.as_mut() {
                    hasher.update(&content);
                    *bytes += content.len() as u64;
                }
            }
            (Record::FileEnd { whole }, true) => self.file_ended(whole)?,
            (Record::Closing(closing), false) => self.closing = Some(closing),
            _ => return Err("a record out of its order".to_owned()),
        }
        Ok(())
    }

    fn file_ended(&mut self, whole: bool) -> Result<(), String> {
        let Some((head, hasher, bytes)) = self.under_way.take() else {
            return Ok(());
        };
        if !whole {
            return Ok(());
        }
        if bytes != head.size || data_encoding::HEXLOWER.encode(&hasher.finalize()) != head.hash {
            return Err(format!("the file {} is not what its name says", head.hash));
        }
        self.files.count += 1;
        self.files.bytes += bytes;
        Ok(())
    }

    fn end(&mut self) -> Result<Closing, String> {
        let Some(closing) = self.closing.take() else {
            return Err("it does not end with what it comes to".to_owned());
        };
        let sums: Vec<TableSum> = self
            .tables
            .iter()
            .map(|(name, _, tally)| tally.of(name))
            .collect();
        if let Some((here, _)) = sums
            .iter()
            .zip(&closing.tables)
            .find(|(here, there)| here != there)
        {
            return Err(format!("the table {} does not come to what it says", here.name));
        }
        if sums.len() != closing.tables.len() || self.files != closing.files {
            return Err("tables or files are missing".to_owned());
        }
        Ok(closing)
    }
}

/// Loads a checked backup. When this answers `Ok`, everything is durable and was compared.
///
/// # Errors
/// `kernel.backup.target_not_empty`; else the database's, and then it is empty again.
pub async fn restore(checked: &Checked, target: &Target, program: &Program) -> Result<Restored> {
    target.db.read(loading::require_empty).await?;
    let (sender, receiver) = bounded(PIECES_WAITING);
    let (known, files) = (checked.clone(), target.files.clone());
    let runtime = tokio::runtime::Handle::current();
    let reading = tokio::task::spawn_blocking(move || feed(&runtime, &known, &files, &sender));
    let program = program.clone();
    let loaded = target
        .db
        .write(move |tx| loading::load(tx, &program, &receiver))
        .await;
    let read = reading.await.map_err(Error::internal)?;
    let (files, tables) = either(read, loaded)?;
    Ok(Restored { tables, files })
}

/// What a file says that was exchanged since it was checked.
const OTHER: &str = "it is not the file that was checked";

/// Reads it a second time, minutes later perhaps: what was judged the first time must be what comes now.
fn feed(
    runtime: &tokio::runtime::Handle,
    checked: &Checked,
    files: &Files,
    out: &Sender<Piece>,
) -> Result<FileSum> {
    let mut reader = Reader::open(&checked.path, Digest::Known)?;
    let mut sum = FileSum::default();
    let send = |piece: Piece| out.send(piece).map_err(|_| gone());
    let mut closing = None;
    while let Some(record) = reader.read()? {
        match record {
            // Its names become part of statements.
            Record::Outline(outline) if *outline != checked.outline => return Err(reader.damaged(OTHER)),
            Record::Outline(outline) => send(Piece::Outline(outline))?,
            Record::Rows(rows) => send(Piece::Rows(rows))?,
            Record::File(head) => {
                if runtime.block_on(place(&mut reader, files, &head))? {
                    sum.count += 1;
                    sum.bytes += head.size;
                }
            }
            Record::Closing(found) => closing = Some(found),
            Record::Content(_) | Record::FileEnd { .. } => {
                return Err(reader.damaged("content without a file"));
            }
        }
    }
    let Some(closing) = closing else {
        return Err(reader.damaged("it does not end with what it comes to"));
    };
    if closing.tables != checked.tables || sum != checked.files {
        return Err(reader.damaged(OTHER));
    }
    send(Piece::Sums(closing.tables))?;
    send(Piece::Commit)?;
    Ok(sum)
}

/// Puts a file in its place, under the name that its content gives it; `false` for one that was not whole.
async fn place(reader: &mut Reader, files: &Files, head: &FileHead) -> Result<bool> {
    let (mut whole, mut is_read) = (false, false);
    let content = stream::iter(std::iter::from_fn(|| match reader.read() {
        Ok(Some(Record::Content(content))) => Some(Ok(Bytes::from(content))),
        Ok(Some(Record::FileEnd { whole: ended })) => {
            (whole, is_read) = (ended, true);
            // What was not whole must not be stored under whatever name it would have.
            (!ended).then(|| Err(Error::invalid("kernel.backup.damaged")))
        }
        Ok(_) => Some(Err(Error::invalid("kernel.backup.damaged"))),
        Err(error) => Some(Err(error)),
    }));
    let stored = files.put_stream(content, u64::MAX).await;
    if is_read && !whole {
        return Ok(false);
    }
    let stored = stored?;
    if stored.hash == head.hash {
        Ok(true)
    } else {
        Err(reader.damaged(format!("the file {} is not what its name says", head.hash)))
    }
}
