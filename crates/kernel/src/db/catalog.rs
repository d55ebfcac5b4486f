//! What tables a database has, as it says itself, in words that are the same for both.
//!
//! For whoever carries all rows elsewhere: a table that a migration adds tomorrow is found here without an edit. It knows
//! the portable subset and nothing else; a column outside of it is an error.

use std::sync::atomic::AtomicU64;

use super::kept::{Kept, Seen};
use super::tx::{Connection, Tx};
use super::value::{FromValue as _, Value, ValueRef};
use super::{Applied, Backend, Migration, lay_out, sqlite};
use crate::error::{Error, Result};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// BIGINT; also instants.
    Int,
    /// DOUBLE PRECISION.
    Real,
    /// BOOLEAN.
    Bool,
    /// TEXT.
    Text,
    /// BYTEA.
    Bytes,
}

impl ColumnKind {
    fn parse(declared: &str) -> Option<Self> {
        match declared.to_ascii_lowercase().as_str() {
            "bigint" | "integer" | "smallint" | "int" => Some(Self::Int),
            "double precision" | "real" => Some(Self::Real),
            "boolean" => Some(Self::Bool),
            "text" | "character varying" => Some(Self::Text),
            "bytea" | "blob" => Some(Self::Bytes),
            _ => None,
        }
    }

    /// A value as both databases can hold it: SQLite keeps truth as a number and knows no negative zero; PostgreSQL's text
    /// holds no U+0000, which never means anything in ours.
    pub(super) fn take(self, value: ValueRef<'_>) -> Result<Value, String> {
        if matches!(value, ValueRef::Null) {
            return Ok(Value::Null);
        }
        Ok(match self {
            Self::Int => Value::Int(i64::from_value(value)?),
            Self::Real => {
                let number = f64::from_value(value)?;
                Value::Real(if number == 0.0 { 0.0 } else { number })
            }
            Self::Bool => Value::Bool(bool::from_value(value)?),
            Self::Text => {
                let text = String::from_value(value)?;
                Value::Text(if text.contains('\0') {
                    text.replace('\0', "")
                } else {
                    text
                })
            }
            Self::Bytes => Value::Bytes(Vec::from_value(value)?),
        })
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, by name.
    pub columns: Vec<TableColumn>,
    /// The key that counts up by itself.
    pub numbered: Option<String>,
}

const SQLITE_COLUMNS: &str =
    "SELECT m.name AS t, c.name AS n, c.type AS declared, (m.sql LIKE '%AUTOINCREMENT%' AND c.pk = 1) AS numbered
     FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";

const POSTGRES_COLUMNS: &str =
    "SELECT c.table_name::text AS t, c.column_name::text AS n, c.data_type::text AS declared,
         (c.is_identity = 'YES') AS numbered
     FROM information_schema.columns c JOIN information_schema.tables b
         ON b.table_schema = c.table_schema AND b.table_name = c.table_name
     WHERE c.table_schema = current_schema() AND b.table_type = 'BASE TABLE'";

/// Every table, by name.
///
/// # Errors
/// What the database says; internal when a column is outside of the portable subset.
pub fn tables(tx: &mut Tx<'_>) -> Result<Vec<Table>> {
    let sql = match tx.backend() {
        Backend::Sqlite => SQLITE_COLUMNS,
        Backend::Postgres => POSTGRES_COLUMNS,
    };
    let mut rows: Vec<(String, String, String, bool)> = tx.query(sql, &[], |row| {
        Ok((
            row.get("t")?,
            row.get("n")?,
            row.get("declared")?,
            row.get("numbered")?,
        ))
    })?;
    rows.sort();
    let mut tables: Vec<Table> = Vec::new();
    for (table, name, declared, numbered) in rows {
        let Some(kind) = ColumnKind::parse(&declared) else {
            let what = format!("{table}.{name} is {declared}, outside of the portable subset");
            return Err(Error::internal(what));
        };
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(Table {
                name: table,
                columns: Vec::new(),
                numbered: None,
            });
        }
        if let Some(last) = tables.last_mut() {
            if numbered {
                last.numbered = Some(name.clone());
            }
            last.columns.push(TableColumn { name, kind });
        }
    }
    Ok(tables)
}

/// The tables that some migrations make, found without touching any database of the installation.
///
/// # Errors
/// What SQLite says of the migrations.
pub fn blueprint(slices: &[(&'static str, &'static [Migration])], wanted: &[Applied]) -> Result<Vec<Table>> {
    let connection = rusqlite::Connection::open_in_memory().map_err(|e| sqlite::error(e, "memory"))?;
    let (queries, kept) = (AtomicU64::new(0), Kept::default());
    let mut tx = Tx {
        connection: Connection::Sqlite(&connection),
        queries: &queries,
        kept: &kept,
        seen: Seen::default(),
        only_reads: false,
        sight: None,
        wakes: Vec::new(),
    };
    lay_out(&mut tx, slices, wanted)?;
    tables(&mut tx)
}

const SQLITE_INDEXES: &str = "SELECT name AS n, sql AS definition FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";

/// Those that belong to a key go with the key and stay.
const POSTGRES_INDEXES: &str = "SELECT i.indexname::text AS n, i.indexdef AS definition FROM pg_indexes i
     WHERE i.schemaname = current_schema() AND NOT EXISTS (
         SELECT 1 FROM pg_constraint k WHERE k.conname = i.indexname AND k.connamespace = current_schema()::regnamespace)
     ORDER BY 1";

const POSTGRES_REFERENCES: &str = "SELECT k.conrelid::regclass::text AS t, k.conname::text AS n,
         pg_get_constraintdef(k.oid) AS definition
     FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace ORDER BY 1, 2";

/// Takes indexes and (on PostgreSQL) references off, so that rows go in fast and in any order. Gives the statements that
/// put them back, which check everything they stand for. SQLite's references are looked at by [`Tx::broken_reference`].
///
/// # Errors
/// What the database says.
pub fn dismantle(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let mut back = Vec::new();
    let indexes = match tx.backend() {
        Backend::Sqlite => SQLITE_INDEXES,
        Backend::Postgres => POSTGRES_INDEXES,
    };
    let found: Vec<(String, String)> =
        tx.query(indexes, &[], |row| Ok((row.get("n")?, row.get("definition")?)))?;
    for (name, definition) in found {
        tx.batch(&format!("DROP INDEX \"{name}\""))?;
        back.push(definition);
    }
    if tx.backend() == Backend::Postgres {
        let found: Vec<(String, String, String)> = tx.query(POSTGRES_REFERENCES, &[], |row| {
            Ok((row.get("t")?, row.get("n")?, row.get("definition")?))
        })?;
        for (table, name, definition) in found {
            tx.batch(&format!("ALTER TABLE {table} DROP CONSTRAINT \"{name}\""))?;
            back.push(format!(
                "ALTER TABLE {table} ADD CONSTRAINT \"{name}\" {definition}"
            ));
        }
    }
    Ok(back)
}

impl Tx<'_> {
    /// A table with a row that refers to nothing. PostgreSQL cannot have one.
    ///
    /// # Errors
    /// What the database says.
    pub fn broken_reference(&mut self) -> Result<Option<String>> {
        match self.backend() {
            Backend::Sqlite => self.query_opt(
                "SELECT \"table\" AS t FROM pragma_foreign_key_check LIMIT 1",
                &[],
                |row| row.get("t"),
            ),
            Backend::Postgres => Ok(None),
        }
    }
}
