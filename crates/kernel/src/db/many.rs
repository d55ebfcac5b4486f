//! Writing many rows with few statements: for taking over what was kept elsewhere, where a statement for each row would
//! take most of the time.
//!
//! The caller's text stops at `VALUES`; the rows are written behind it. They go in by a few fixed numbers, so that only as
//! many statements are prepared. Uniqueness and foreign keys are checked as ever.

use std::fmt::Write as _;

use super::{Tx, Value};
use crate::error::Result;

/// Rows in one statement, from the largest on down; the rest goes by the next smaller.
const SHAPES: [usize; 4] = [128, 32, 8, 1];
/// SQLite binds 32,766 values at most (<https://sqlite.org/limits.html>), PostgreSQL twice as many.
const VALUES_AT_MOST: usize = 32_000;

/// Inserts rows of `width` values each: `INSERT INTO desk_tag (ticket, tag) VALUES`.
///
/// # Errors
/// As [`Tx::execute`].
pub fn insert_many(tx: &mut Tx<'_>, insert: &str, width: usize, values: &[Value]) -> Result<()> {
    each_statement(width, values, |rows, part| {
        tx.execute(&statement(insert, width, rows, ""), part).map(drop)
    })
}

/// [`insert_many`] into a table whose key counts up by itself; answers the keys in the order of the rows.
///
/// # Errors
/// As [`Tx::query`].
pub fn insert_many_numbered(
    tx: &mut Tx<'_>,
    insert: &str,
    key: &str,
    width: usize,
    values: &[Value],
) -> Result<Vec<i64>> {
    let mut keys = Vec::with_capacity(values.len() / width.max(1));
    let returning = format!(" RETURNING {key}");
    each_statement(width, values, |rows, part| {
        let mut some: Vec<i64> = tx.query(&statement(insert, width, rows, &returning), part, |row| {
            row.get(key)
        })?;
        // Both databases number rows in the order of VALUES; neither promises to answer in it.
        some.sort_unstable();
        keys.extend(some);
        Ok(())
    })?;
    Ok(keys)
}

fn each_statement(
    width: usize,
    values: &[Value],
    mut run: impl FnMut(usize, &[Value]) -> Result<()>,
) -> Result<()> {
    let width = width.max(1);
    let mut left = values;
    while left.len() >= width {
        let fits = |rows: &usize| rows * width <= left.len() && rows * width <= VALUES_AT_MOST;
        let rows = SHAPES.into_iter().find(fits).unwrap_or(1);
        let (part, rest) = left.split_at(rows * width);
        run(rows, part)?;
        left = rest;
    }
    Ok(())
}

fn statement(insert: &str, width: usize, rows: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(insert.len() + rows * width * 6 + tail.len());
    sql.push_str(insert);
    for row in 0..rows {
        sql.push_str(if row == 0 { " (" } else { ", (" });
        for column in 0..width {
            // Writing to a String cannot fail.
            let _ = write!(
                sql,
                "{}${}",
                if column == 0 { "" } else { ", " },
                row * width + column + 1
            );
        }
        sql.push(')');
    }
    sql.push_str(tail);
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_in_exactly_one_statement() {
        for rows in [0, 1, 7, 8, 9, 127, 128, 300] {
            let values: Vec<Value> = (0..rows * 3).map(Value::from).collect();
            let mut seen = Vec::new();
            each_statement(3, &values, |count, part| {
                assert_eq!(part.len(), count * 3);
                seen.extend_from_slice(part);
                Ok(())
            })
            .unwrap();
            assert_eq!(seen, values);
        }
    }

    #[test]
    fn places_are_numbered_through() {
        assert_eq!(
            statement("INSERT INTO a (b, c) VALUES", 2, 2, " RETURNING b"),
            "INSERT INTO a (b, c) VALUES ($1, $2), ($3, $4) RETURNING b"
        );
    }
}
