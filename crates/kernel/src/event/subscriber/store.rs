//! Every SQL statement about the places of readers and the leases on them.

use crate::db::{Tx, params};
use crate::error::Result;
use crate::event::Cursor;
use crate::event::seal::{CANDIDATE, SEALED};
use crate::event::store::comes_after;
use crate::time::Timestamp;

/// The place of a reader, with the lease of the node that reads for the cluster.
pub struct Place {
    pub cursor: Cursor,
    pub lease_owner: Option<String>,
    pub lease_until: Timestamp,
}

pub fn place(tx: &mut Tx<'_>, name: &str) -> Result<Option<Place>> {
    tx.query_opt(
        "SELECT txid, seq, lease_owner, lease_until FROM kernel_cursor WHERE name = $1",
        params![name],
        |row| {
            Ok(Place {
                cursor: Cursor {
                    txid: row.get("txid")?,
                    seq: row.get("seq")?,
                },
                lease_owner: row.get("lease_owner")?,
                lease_until: row.get("lease_until")?,
            })
        },
    )
}

pub fn insert_cursor(tx: &mut Tx<'_>, name: &str, cursor: Cursor, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO kernel_cursor (name, txid, seq, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO NOTHING",
        params![name, cursor.txid, cursor.seq, now],
    )?;
    Ok(())
}

/// Takes or renews the lease; false when another node holds it or the cursor has moved meanwhile.
pub fn take_lease(
    tx: &mut Tx<'_>,
    name: &str,
    cursor: Cursor,
    node: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE kernel_cursor SET lease_owner = $1, lease_until = $2
         WHERE name = $3 AND txid = $4 AND seq = $5 AND (lease_owner = $1 OR lease_until <= $6)",
        params![node, until, name, cursor.txid, cursor.seq, now],
    )?;
    Ok(changed == 1)
}

/// A step of a reader that holds the lease: from where it stood to where it has come.
pub struct Step<'a> {
    pub name: &'a str,
    pub node: &'a str,
    pub from: Cursor,
    pub to: Cursor,
    pub now: Timestamp,
    pub lease_until: Timestamp,
}

/// Moves the cursor; false when the lease was lost, so that two nodes can never both move it.
pub fn advance(tx: &mut Tx<'_>, step: &Step<'_>) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE kernel_cursor
         SET txid = $1, seq = $2, lease_until = $3, failures = 0, last_error = NULL, updated_at = $4
         WHERE name = $5 AND lease_owner = $6 AND txid = $7 AND seq = $8",
        params![
            step.to.txid,
            step.to.seq,
            step.lease_until,
            step.now,
            step.name,
            step.node,
            step.from.txid,
            step.from.seq
        ],
    )?;
    Ok(changed == 1)
}

pub fn record_failure(tx: &mut Tx<'_>, name: &str, node: &str, error: &str, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE kernel_cursor SET failures = failures + 1, last_error = $1, updated_at = $2
         WHERE name = $3 AND lease_owner = $4",
        params![error, now, name, node],
    )?;
    Ok(())
}

pub fn release_lease(tx: &mut Tx<'_>, name: &str, node: &str) -> Result<()> {
    tx.execute(
        "UPDATE kernel_cursor SET lease_owner = NULL, lease_until = 0 WHERE name = $1 AND lease_owner = $2",
        params![name, node],
    )?;
    Ok(())
}

/// How a reader of the log is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The subscriber.
    pub name: String,
    /// How many events it has yet to read, counted up to 10,000.
    pub behind: i64,
    /// How often in a row it failed.
    pub failures: i64,
    /// What it said when it failed last.
    pub last_error: Option<String>,
    /// When its cursor moved or failed last.
    pub updated_at: Timestamp,
}

/// How every subscriber of the cluster is doing; for the health page and the metrics.
pub fn progress(tx: &mut Tx<'_>) -> Result<Vec<Progress>> {
    let unread = comes_after(tx.backend(), "e", "c.txid", "c.seq");
    tx.query(
        &format!(
            "SELECT c.name, c.failures, c.last_error, c.updated_at,
                 (SELECT COUNT(*) FROM (SELECT 1 FROM kernel_event e WHERE {unread} LIMIT 10000) unread) AS behind
             FROM kernel_cursor c WHERE c.name NOT IN ($1, $2) ORDER BY c.name LIMIT 1000"
        ),
        params![CANDIDATE, SEALED],
        |row| {
            Ok(Progress {
                name: row.get("name")?,
                behind: row.get("behind")?,
                failures: row.get("failures")?,
                last_error: row.get("last_error")?,
                updated_at: row.get("updated_at")?,
            })
        },
    )
}
