//! Every SQL statement about links.

use super::Link;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::time::Timestamp;

pub fn insert(tx: &mut Tx<'_>, from: &str, to: &str, kind: &str, at: Timestamp, actor: &str) -> Result<bool> {
    let changed = tx.execute(
        "INSERT INTO kernel_link (source, target, kind, at, actor) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (source, target, kind) DO NOTHING",
        params![from, to, kind, at, actor],
    )?;
    Ok(changed == 1)
}

pub fn delete(tx: &mut Tx<'_>, from: &str, to: &str, kind: &str) -> Result<bool> {
    let changed = tx.execute(
        "DELETE FROM kernel_link WHERE source = $1 AND target = $2 AND kind = $3",
        params![from, to, kind],
    )?;
    Ok(changed == 1)
}

pub fn of(tx: &mut Tx<'_>, thing: &str, limit: i64) -> Result<Vec<Link>> {
    tx.query(
        "SELECT source, target, kind, at, actor FROM kernel_link WHERE source = $1
         UNION SELECT source, target, kind, at, actor FROM kernel_link WHERE target = $1
         ORDER BY at, source, target, kind LIMIT $2",
        params![thing, limit],
        |row| {
            Ok(Link {
                from: row.get("source")?,
                to: row.get("target")?,
                kind: row.get("kind")?,
                at: row.get("at")?,
                actor: row.get("actor")?,
            })
        },
    )
}
