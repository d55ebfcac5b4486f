//! Every SQL statement about what became of tickets.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

/// Articles of one ticket that are looked at.
const MOST: i64 = 200;

/// Keeps that it was used; whether that is new.
pub fn insert(tx: &mut Tx, article: i64, ticket: i64, at: Timestamp) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO knowledge_outcome (article, ticket, solved, at) VALUES ($1, $2, NULL, $3)
         ON CONFLICT (article, ticket) DO NOTHING",
        params![article, ticket, at],
    )?;
    Ok(rows > 0)
}

/// The articles used in a ticket, with what became of it.
pub fn of_ticket(tx: &mut Tx, ticket: i64) -> Result<Vec<(i64, Option<bool>)>> {
    tx.query(
        "SELECT article, solved FROM knowledge_outcome WHERE ticket = $1 ORDER BY article LIMIT $2",
        params![ticket, MOST],
        |row| Ok((row.get("article")?, row.get("solved")?)),
    )
}

/// The tickets in which an article was used, the latest first, with what became of them.
pub fn of_article(tx: &mut Tx, article: i64, limit: i64) -> Result<Vec<(i64, Option<bool>, Timestamp)>> {
    tx.query(
        "SELECT ticket, solved, at FROM knowledge_outcome WHERE article = $1 ORDER BY ticket DESC LIMIT $2",
        params![article, limit],
        |row| Ok((row.get("ticket")?, row.get("solved")?, row.get("at")?)),
    )
}

pub(super) fn settle(tx: &mut Tx, article: i64, ticket: i64, solved: bool, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_outcome SET solved = $3, at = $4 WHERE article = $1 AND ticket = $2",
        params![article, ticket, solved, at],
    )?;
    Ok(())
}
