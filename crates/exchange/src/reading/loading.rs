//! Putting the rows of an export together in a copy of ours, where the database judges them: keys that come twice, values that must
//! be there, references that lead nowhere. And its files into the store.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use futures::stream;
use kernel::db::{Table, Tx, Value, applied_with_digests, dismantle, lay_out, tables};
use kernel::error::{Error, Result};
use kernel::file::Files;
use kernel::keeping::{FileSum, Program};

use super::{layout, lines};
use crate::format::{Manifest, TablePart};
use crate::{row, store};

/// Rows are written when there are so many, or so many bytes of them.
const ROWS: usize = 512;
const BYTES: usize = 4 << 20;

/// See the module's text.
pub fn load(tx: &mut Tx<'_>, folder: &Path, manifest: &Manifest, program: &Program) -> Result<()> {
    lay_out(tx, &program.migrations, &manifest.migrations)?;
    let back = dismantle(tx)?;
    for table in tables(tx)? {
        store::clear(tx, &table.name)?;
        let part = manifest.tables.iter().find(|part| part.name == table.name);
        let part = part.ok_or_else(|| Error::internal("a table that was checked is gone"))?;
        rows(tx, folder, &table, part)?;
    }
    for statement in back {
        // An index that must be unique says which rows are not.
        tx.batch(&statement)
            .map_err(|error| Error::invalid("exchange.not_unique").caused_by(error))?;
    }
    if let Some(table) = tx.broken_reference()? {
        return Err(Error::invalid("exchange.reference_broken").arg("table", table));
    }
    if applied_with_digests(tx)? != manifest.migrations {
        return Err(Error::invalid("exchange.migrations_differ"));
    }
    Ok(())
}

fn rows(tx: &mut Tx<'_>, folder: &Path, table: &Table, part: &TablePart) -> Result<()> {
    let file = part.part.file.as_str();
    let mut batch = Batch::default();
    lines::each_line(folder, &part.part, |number, line| {
        let values =
            row::read(&table.columns, line).map_err(|broken| lines::refused(file, number, broken))?;
        batch.values.extend(values);
        batch.rows += 1;
        batch.bytes += line.len();
        if batch.rows >= ROWS || batch.bytes >= BYTES {
            batch.write(tx, table, file, number)?;
        }
        Ok(())
    })?;
    batch.write(tx, table, file, part.part.rows)?;
    if let Some(numbered) = &part.numbered {
        // A number that was given away once never comes again; one above the last would come twice.
        if store::largest(tx, &table.name, &numbered.column)? > numbered.last {
            return Err(Error::invalid("exchange.counted_wrong")
                .arg("table", table.name.as_str())
                .arg("field", numbered.column.as_str()));
        }
        store::count_from(tx, &table.name, numbered.last)?;
    }
    Ok(())
}

/// Rows that wait to be written.
#[derive(Default)]
struct Batch {
    values: Vec<Value>,
    rows: usize,
    bytes: usize,
}

impl Batch {
    fn write(&mut self, tx: &mut Tx<'_>, table: &Table, file: &str, last: u64) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let written = store::insert(tx, &table.name, &table.columns, &self.values);
        let refused = |error: Error| {
            Error::invalid("exchange.rows_refused")
                .arg("file", file)
                .arg("first", last + 1 - self.rows as u64)
                .arg("last", last)
                .arg("why", error.to_string())
        };
        // A full disk is no fault of the rows.
        written.map_err(|error| match error.kind() {
            kernel::error::Kind::Unavailable => error,
            _ => refused(error),
        })?;
        *self = Self::default();
        Ok(())
    }
}

/// Puts the files in their places, each under the name that its content gives it.
pub async fn put_files(folder: &Path, files: &Files) -> Result<FileSum> {
    let mut found = Vec::new();
    let mut sum = FileSum::default();
    layout::each_file(folder, |file| {
        found.push(file);
        Ok(())
    })?;
    for file in found {
        let mut input = File::open(&file.path).map_err(|error| layout::unreadable(&file.hash, error))?;
        let content = stream::iter(std::iter::from_fn(move || next_piece(&mut input).transpose()));
        let stored = files.put_stream(content, u64::MAX).await?;
        if stored.hash != file.hash {
            return Err(Error::invalid("exchange.file_differs").arg("file", file.hash));
        }
        sum.count += 1;
        sum.bytes += file.size;
    }
    Ok(sum)
}

fn next_piece(input: &mut File) -> std::io::Result<Option<Bytes>> {
    let mut piece = vec![0_u8; 1 << 18];
    let read = input.read(&mut piece)?;
    piece.truncate(read);
    Ok((read > 0).then(|| Bytes::from(piece)))
}
