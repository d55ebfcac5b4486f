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

/// Values named in one statement, from the smallest number on up.
const NAMED: [usize; 4] = [1, 8, 50, 500];

/// Runs a statement over values that stand in a list: `WHERE ticket IN ({list})`. The list handed over is filled up to
/// one of a few lengths by its last number, so that few statements are prepared; `run` is called once for each list.
///
/// # Errors
/// Those of `run`.
pub fn each_listed<T>(named: &[T], mut run: impl FnMut(&str, &[Value]) -> Result<()>) -> Result<()>
where
    for<'a> Value: From<&'a T>,
{
    let largest = NAMED[NAMED.len() - 1];
    for part in named.chunks(largest) {
        let length = NAMED
            .into_iter()
            .find(|length| *length >= part.len())
            .unwrap_or(largest);
        let mut list = String::with_capacity(length * 6);
        for place in 1..=length {
            // Writing to a String cannot fail.
            let _ = write!(list, "{}${place}", if place == 1 { "" } else { ", " });
        }
        let last = part.last().map_or(Value::Null, Value::from);
        let mut values: Vec<Value> = part.iter().map(Value::from).collect();
        values.resize(length, last);
        run(&list, &values)?;
    }
    Ok(())
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
    fn every_number_stands_in_exactly_one_list_of_few_lengths() {
        for count in [0_i64, 1, 2, 8, 9, 50, 51, 500, 1203] {
            let numbers: Vec<i64> = (1..=count).collect();
            let mut seen = std::collections::BTreeMap::<i64, usize>::new();
            each_listed(&numbers, |list, values| {
                assert!(NAMED.contains(&values.len()));
                assert_eq!(list.split(", ").count(), values.len());
                let named: std::collections::BTreeSet<i64> = values
                    .iter()
                    .map(|value| match value {
                        Value::Int(number) => *number,
                        other => panic!("{other:?} is no number"),
                    })
                    .collect();
                for number in named {
                    *seen.entry(number).or_default() += 1;
                }
                Ok(())
            })
            .unwrap();
            assert_eq!(seen.keys().copied().collect::<Vec<_>>(), numbers);
            assert!(seen.values().all(|times| *times == 1));
        }
    }

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
