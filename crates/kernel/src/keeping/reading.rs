//! Reading a whole database as one snapshot, table after table and row after row: nothing but a few megabytes is held.

use crossbeam_channel::Sender;

use crate::db::{Backend, ColumnKind, Tx, Value, applied_with_digests, tables};
use crate::error::{Error, Kind, Result};
use crate::event::seal;
use crate::time::Timestamp;

use super::canonical::{TableSum, Tally, encode};
use super::{
    Numbered, Outline, Piece, Program, ROWS_AT_MOST, Rows, SealHead, TableOutline, fitting, gone, store,
};

/// A piece is handed on when it has so many bytes, or as many rows as one may have.
const BYTES: usize = 1 << 20;

/// Whether a column holds the names of stored files. It is a rule of naming, kept by a test over everything the demo
/// stores: such a column is called `hash` or `raw_hash`, and the kernel's own tables name no files.
pub fn is_file_column(table: &str, column: &str) -> bool {
    matches!(column, "hash" | "raw_hash") && !table.starts_with("kernel_")
}

/// Reads everything. The transaction must see one snapshot.
pub(super) fn stream(
    tx: &mut Tx<'_>,
    program: &Program,
    made_at: Timestamp,
    out: &Sender<Piece>,
) -> Result<()> {
    let outline = outline(tx, program, made_at)?;
    let send = |piece: Piece| out.send(piece).map_err(|_| gone());
    send(Piece::Outline(Box::new(outline.clone())))?;
    let mut sums = Vec::with_capacity(outline.tables.len());
    for (place, table) in outline.tables.iter().enumerate() {
        sums.push(each_batch(tx, table, |count, bytes, files| {
            send(Piece::Rows(Rows {
                table: place,
                count,
                bytes,
                files,
            }))
        })?);
    }
    send(Piece::Sums(sums))
}

/// What a table comes to.
pub(super) fn sum_of(tx: &mut Tx<'_>, table: &TableOutline) -> Result<TableSum> {
    each_batch(tx, table, |_, _, _| Ok(()))
}

fn outline(tx: &mut Tx<'_>, program: &Program, made_at: Timestamp) -> Result<Outline> {
    let found = tables(tx)?;
    if !found.iter().any(|table| table.name == "kernel_migration") {
        return Err(Error::new(Kind::NotFound, "kernel.backup.nothing_there"));
    }
    let migrations = applied_with_digests(tx)?;
    fitting::knows(program, &migrations, None)?;
    let mut outlines = Vec::new();
    // Other tables in the same database are somebody else's.
    for table in fitting::expected(program, &migrations)? {
        if !found.contains(&table) {
            return Err(Error::invalid("kernel.backup.table_differs").arg("table", table.name));
        }
        let numbered = match table.numbered {
            Some(column) => Some(Numbered {
                last: store::last_number(tx, &table.name, &column)?,
                column,
            }),
            None => None,
        };
        outlines.push(TableOutline {
            name: table.name,
            columns: table.columns,
            numbered,
        });
    }
    let has_seals = outlines.iter().any(|table| table.name == "kernel_seal");
    let seal = if has_seals { seal::head(tx)? } else { None };
    Ok(Outline {
        program: program.version.to_owned(),
        made_at,
        database: match tx.backend() {
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgres",
        }
        .to_owned(),
        migrations,
        tables: outlines,
        seal: seal.map(|seal| SealHead {
            block: seal.block,
            hash: seal.hash,
        }),
    })
}

fn each_batch(
    tx: &mut Tx<'_>,
    table: &TableOutline,
    mut hand_on: impl FnMut(u32, Vec<u8>, Vec<String>) -> Result<()>,
) -> Result<TableSum> {
    let kinds: Vec<(ColumnKind, bool)> = table
        .columns
        .iter()
        .map(|column| (column.kind, is_file_column(&table.name, &column.name)))
        .collect();
    let mut tally = Tally::default();
    let (mut count, mut bytes, mut files) = (0_u32, Vec::new(), Vec::new());
    let sql = store::select(tx.backend(), table);
    tx.each(&sql, &[], |row| {
        let start = bytes.len();
        for (place, (kind, names_files)) in kinds.iter().enumerate() {
            let value = row.value(place, *kind)?;
            encode(&value, &mut bytes).map_err(Error::internal)?;
            if let (true, Value::Text(name)) = (*names_files, value) {
                files.push(name);
            }
        }
        tally.add(&bytes[start..]);
        count += 1;
        if count >= ROWS_AT_MOST || bytes.len() >= BYTES {
            hand_on(count, std::mem::take(&mut bytes), std::mem::take(&mut files))?;
            count = 0;
        }
        Ok(())
    })?;
    if count > 0 {
        hand_on(count, bytes, files)?;
    }
    Ok(tally.of(&table.name))
}
