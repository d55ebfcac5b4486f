//! Loading a whole database, all in one transaction: the tables, their rows, indexes and references, the numbers that keys
//! have counted to, and at the end a look at what is there now.
//!
//! A load that breaks off leaves the database as empty as it was.

use crossbeam_channel::Receiver;

use crate::db::{ColumnKind, Tx, dismantle, insert_many, lay_out, tables};
use crate::error::{Error, Kind, Result};

use super::canonical::{Decoder, TableSum};
use super::{Outline, Piece, Program, Rows, TableOutline, gone, reading, store};

/// A database is empty when nobody has made a table in it.
pub(super) fn require_empty(tx: &mut Tx<'_>) -> Result<()> {
    let found = tables(tx)?;
    found.first().map_or(Ok(()), |table| {
        Err(Error::conflict("kernel.backup.target_not_empty").arg("table", table.name.as_str()))
    })
}

/// Takes the pieces in. What it answers counts when the transaction is committed.
pub(super) fn load(tx: &mut Tx<'_>, program: &Program, pieces: &Receiver<Piece>) -> Result<Vec<TableSum>> {
    let Piece::Outline(outline) = pieces.recv().map_err(|_| gone())? else {
        return Err(Error::internal("rows came before the tables they belong to"));
    };
    require_empty(tx)?;
    lay_out(tx, &program.migrations, &outline.migrations)?;
    let back = dismantle(tx)?;
    let made = tables(tx)?;
    store::clear(tx, &made)?;
    let tables: Vec<Loading> = outline.tables.iter().map(Loading::new).collect();
    let sums = loop {
        match pieces.recv().map_err(|_| gone())? {
            Piece::Rows(rows) => insert(tx, &tables, &rows)?,
            Piece::Sums(sums) => break sums,
            Piece::Outline(_) | Piece::Commit => {
                return Err(Error::internal("pieces came in another order than they are read"));
            }
        }
    };
    for statement in back {
        tx.batch(&statement)?;
    }
    if let Some(table) = tx.broken_reference()? {
        return Err(Error::invalid("kernel.backup.broken_reference").arg("table", table));
    }
    go_on_counting(tx, &outline)?;
    compare(tx, &outline, &sums)?;
    match pieces.recv().map_err(|_| gone())? {
        Piece::Commit => Ok(sums),
        _ => Err(Error::internal("pieces came after the last")),
    }
}

struct Loading {
    insert: String,
    kinds: Vec<ColumnKind>,
}

impl Loading {
    fn new(table: &TableOutline) -> Self {
        Self {
            insert: store::insert(table),
            kinds: table.columns.iter().map(|column| column.kind).collect(),
        }
    }
}

fn insert(tx: &mut Tx<'_>, tables: &[Loading], rows: &Rows) -> Result<()> {
    let Some(table) = tables.get(rows.table) else {
        return Err(Error::internal("rows of a table that was not announced"));
    };
    let count = usize::try_from(rows.count).unwrap_or(usize::MAX);
    let mut values = Vec::with_capacity(table.kinds.len().saturating_mul(count.min(4096)));
    let mut decoder = Decoder::new(&rows.bytes);
    for _ in 0..rows.count {
        decoder.row(&table.kinds, &mut values).map_err(Error::internal)?;
    }
    insert_many(tx, &table.insert, table.kinds.len(), &values)
}

fn go_on_counting(tx: &mut Tx<'_>, outline: &Outline) -> Result<()> {
    for table in &outline.tables {
        if let Some(numbered) = &table.numbered {
            store::count_from(tx, &table.name, &numbered.column, numbered.last)?;
        }
    }
    Ok(())
}

/// Reads everything again, from the database this time.
fn compare(tx: &mut Tx<'_>, outline: &Outline, sums: &[TableSum]) -> Result<()> {
    for table in &outline.tables {
        let here = reading::sum_of(tx, table)?;
        let wanted = sums.iter().find(|sum| sum.name == table.name);
        let counted = match &table.numbered {
            Some(numbered) => store::last_number(tx, &table.name, &numbered.column)? == numbered.last,
            None => true,
        };
        if wanted != Some(&here) || !counted {
            return Err(Error::new(Kind::Internal, "kernel.backup.differs")
                .arg("table", table.name.as_str())
                .caused_by(format!("{here:?} is here after loading, {wanted:?} was read")));
        }
    }
    Ok(())
}
