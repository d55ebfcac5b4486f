//! Every SQL statement about merged tickets.

use kernel::db::{Tx, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::Before;

pub(super) fn insert(
    tx: &mut Tx,
    ticket: i64,
    target: i64,
    before: &Before,
    (by, at): (Option<UserId>, Timestamp),
) -> Result<()> {
    let before = serde_json::to_string(before).map_err(Error::internal)?;
    tx.execute(
        "INSERT INTO desk_merge (ticket, target, before, by_person, at) VALUES ($1, $2, $3, $4, $5)",
        params![ticket, target, before, by, at],
    )?;
    Ok(())
}

/// What a ticket was before it became part of this one.
pub(super) fn load(tx: &mut Tx, ticket: i64, target: i64) -> Result<Option<Before>> {
    let before: Option<String> = tx.query_opt(
        "SELECT before FROM desk_merge WHERE ticket = $1 AND target = $2",
        params![ticket, target],
        |row| row.get("before"),
    )?;
    before
        .map(|before| serde_json::from_str(&before).map_err(Error::internal))
        .transpose()
}

pub(super) fn delete(tx: &mut Tx, ticket: i64) -> Result<()> {
    tx.execute("DELETE FROM desk_merge WHERE ticket = $1", params![ticket])?;
    Ok(())
}

/// What the ticket became part of.
pub fn target(tx: &mut Tx, ticket: i64) -> Result<Option<i64>> {
    tx.query_opt(
        "SELECT target FROM desk_merge WHERE ticket = $1",
        params![ticket],
        |row| row.get("target"),
    )
}

/// The tickets that became part of this one, and of those; the nearest first.
pub fn merged_into(tx: &mut Tx, target: i64) -> Result<Vec<i64>> {
    tx.query(
        "WITH RECURSIVE part (ticket, depth) AS (
             SELECT ticket, 1 FROM desk_merge WHERE target = $1
             UNION ALL
             SELECT m.ticket, p.depth + 1 FROM desk_merge m JOIN part p ON m.target = p.ticket WHERE p.depth < 20
         )
         SELECT ticket FROM part ORDER BY depth, ticket LIMIT 100",
        params![target],
        |row| row.get("ticket"),
    )
}
