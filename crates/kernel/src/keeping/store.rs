//! Every SQL statement about tables as such: reading all rows, the numbers that keys have counted to, and how full it is.

use crate::db::{Backend, ColumnKind, Table, Tx, params};
use crate::error::Result;
use crate::event;

use super::TableOutline;

/// Reads all rows, with the columns in the order of the outline.
pub fn select(backend: Backend, table: &TableOutline) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let name = &column.name;
            match event::elsewhere(backend, &table.name, name) {
                Some(expression) => format!("{expression} AS \"{name}\""),
                None => format!("\"{name}\""),
            }
        })
        .collect();
    let mut sql = format!("SELECT {} FROM \"{}\"", columns.join(", "), table.name);
    if let Some(condition) = event::stays_behind(&table.name) {
        sql.push_str(" WHERE ");
        sql.push_str(&condition);
    }
    sql
}

/// The beginning of a statement that writes rows; the rows come behind it.
pub fn insert(table: &TableOutline) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    format!("INSERT INTO \"{}\" ({}) VALUES", table.name, columns.join(", "))
}

/// Rows that migrations wrote give way to those that are loaded.
pub fn clear(tx: &mut Tx<'_>, tables: &[Table]) -> Result<()> {
    for table in tables {
        tx.execute(&format!("DELETE FROM \"{}\"", table.name), &[])?;
    }
    Ok(())
}

/// The last number that a key gave away.
pub fn last_number(tx: &mut Tx<'_>, table: &str, column: &str) -> Result<i64> {
    let largest: Option<i64> = tx.query_one(
        &format!("SELECT MAX(\"{column}\") AS last FROM \"{table}\""),
        &[],
        |row| row.get("last"),
    )?;
    let counted: Option<i64> = match tx.backend() {
        Backend::Sqlite => tx.query_opt(
            "SELECT seq AS last FROM sqlite_sequence WHERE name = $1",
            params![table],
            |row| row.get("last"),
        )?,
        Backend::Postgres => tx.query_one(
            "SELECT pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass) AS last",
            params![table, column],
            |row| row.get("last"),
        )?,
    };
    Ok(largest.unwrap_or(0).max(counted.unwrap_or(0)))
}

/// Lets a key go on behind a number.
pub fn count_from(tx: &mut Tx<'_>, table: &str, column: &str, last: i64) -> Result<()> {
    if last <= 0 {
        return Ok(());
    }
    match tx.backend() {
        Backend::Sqlite => {
            tx.execute("DELETE FROM sqlite_sequence WHERE name = $1", params![table])?;
            tx.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)",
                params![table, last],
            )?;
        }
        Backend::Postgres => {
            tx.query(
                "SELECT setval(pg_get_serial_sequence($1, $2)::regclass, $3, TRUE) AS last",
                params![table, column, last],
                |_| Ok(()),
            )?;
        }
    }
    Ok(())
}

/// Every value of a column that names files; `limit` is for those who only sample.
pub fn named_files(
    tx: &mut Tx<'_>,
    table: &str,
    column: &str,
    limit: Option<i64>,
    mut take: impl FnMut(String) -> Result<()>,
) -> Result<()> {
    let mut sql = format!("SELECT \"{column}\" AS named FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
    if let Some(limit) = limit {
        sql.push_str(&format!(" LIMIT {limit}"));
    }
    tx.each(&sql, &[], |row| match row.value(0, ColumnKind::Text)? {
        crate::db::Value::Text(name) => take(name),
        _ => Ok(()),
    })
}
