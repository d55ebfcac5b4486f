//! Every SQL statement about seals, and the question up to where the log is settled.

use crate::db::{Backend, Row, Tx, params};
use crate::error::Result;
use crate::event::{Cursor, store};
use crate::time::Timestamp;

use super::{CANDIDATE, SEALED, Seal};

/// Up to which number nothing can appear any more. `seen` must have been read in an earlier transaction.
///
/// On PostgreSQL numbers are drawn before the commit, so a lower one can appear after a higher one. But a write
/// transaction has its id before it draws a number: whoever drew one up to `seen` has a lower id than this
/// transaction, which began later. When no lower id runs any more in this database, `seen` is settled. On a busy
/// system some lower id nearly always runs; then the pair is remembered and judged by a later run.
pub fn settled(tx: &mut Tx<'_>, seen: i64, now: Timestamp) -> Result<i64> {
    match tx.backend() {
        Backend::Sqlite => store::last_seq(tx),
        Backend::Postgres => settled_on_postgres(tx, seen, now),
    }
}

fn settled_on_postgres(tx: &mut Tx<'_>, seen: i64, now: Timestamp) -> Result<i64> {
    let (own, oldest): (i64, i64) = tx.query_one(
        "SELECT pg_current_xact_id()::text::bigint AS own,
             pg_current_xact_id()::text::bigint - COALESCE(MAX(age(backend_xid)), 0) AS oldest
         FROM pg_stat_activity WHERE datname = current_database()",
        params![],
        |row| Ok((row.get("own")?, row.get("oldest")?)),
    )?;
    if oldest >= own {
        return Ok(seen);
    }
    let candidate = tx.query_opt(
        "SELECT txid, seq FROM kernel_cursor WHERE name = $1",
        params![CANDIDATE],
        |row| {
            Ok(Cursor {
                txid: row.get("txid")?,
                seq: row.get("seq")?,
            })
        },
    )?;
    let ripe = candidate.filter(|candidate| oldest >= candidate.txid);
    if ripe.is_some() || candidate.is_none() {
        tx.execute(
            "INSERT INTO kernel_cursor (name, txid, seq, updated_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (name) DO UPDATE SET txid = excluded.txid, seq = excluded.seq, updated_at = excluded.updated_at",
            params![CANDIDATE, own, seen, now],
        )?;
    }
    Ok(ripe.map_or(0, |candidate| candidate.seq))
}

/// What of an event goes into a seal, and the personal part to hold against its hash.
pub struct Sealable {
    pub seq: i64,
    pub at: i64,
    pub actor: String,
    pub via: String,
    pub request: String,
    pub subject: String,
    pub kind: String,
    pub data: String,
    pub personal_hash: Option<String>,
    /// Salt and text, unless erased.
    pub personal: Option<(String, String)>,
}

/// The limit stands inside and as a number, so that PostgreSQL knows how few rows are joined: else it merges from the
/// beginning of the personal parts, and each block costs more than the one before.
pub fn sealable(tx: &mut Tx<'_>, from_seq: i64, to_seq: i64, limit: i64) -> Result<Vec<Sealable>> {
    let sql = format!(
        "SELECT e.seq, e.at, e.actor, e.via, e.request, e.subject, e.kind, e.data, e.personal_hash,
             p.salt AS personal_salt, p.data AS personal_data
         FROM (SELECT * FROM kernel_event WHERE seq >= $1 AND seq <= $2 ORDER BY seq LIMIT {limit}) e
         LEFT JOIN kernel_event_personal p ON p.seq = e.seq ORDER BY e.seq"
    );
    tx.query(&sql, params![from_seq, to_seq], |row| {
        let salt: Option<String> = row.get("personal_salt")?;
        let text: Option<String> = row.get("personal_data")?;
        Ok(Sealable {
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            via: row.get("via")?,
            request: row.get("request")?,
            subject: row.get("subject")?,
            kind: row.get("kind")?,
            data: row.get("data")?,
            personal_hash: row.get("personal_hash")?,
            personal: salt.zip(text),
        })
    })
}

const SELECT_SEAL: &str = "SELECT block, from_seq, to_seq, count, previous, hash, at FROM kernel_seal";

fn seal(row: &Row<'_>) -> Result<Seal> {
    Ok(Seal {
        block: row.get("block")?,
        from_seq: row.get("from_seq")?,
        to_seq: row.get("to_seq")?,
        count: row.get("count")?,
        previous: row.get("previous")?,
        hash: row.get("hash")?,
        at: row.get("at")?,
    })
}

pub fn last_seal(tx: &mut Tx<'_>) -> Result<Option<Seal>> {
    tx.query_opt(
        &format!("{SELECT_SEAL} ORDER BY block DESC LIMIT 1"),
        params![],
        seal,
    )
}

pub fn seal_after(tx: &mut Tx<'_>, block: i64) -> Result<Option<Seal>> {
    tx.query_opt(
        &format!("{SELECT_SEAL} WHERE block > $1 ORDER BY block LIMIT 1"),
        params![block],
        seal,
    )
}

/// Up to which event the log had been sealed, as noted apart from the seals.
pub fn sealed_to(tx: &mut Tx<'_>) -> Result<i64> {
    let seq = tx.query_opt(
        "SELECT seq FROM kernel_cursor WHERE name = $1",
        params![SEALED],
        |row| row.get("seq"),
    )?;
    Ok(seq.unwrap_or(0))
}

pub fn insert_seal(tx: &mut Tx<'_>, seal: &Seal) -> Result<()> {
    tx.execute(
        "INSERT INTO kernel_seal (block, from_seq, to_seq, count, previous, hash, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            seal.block,
            seal.from_seq,
            seal.to_seq,
            seal.count,
            &seal.previous,
            &seal.hash,
            seal.at
        ],
    )?;
    tx.execute(
        "INSERT INTO kernel_cursor (name, txid, seq, updated_at) VALUES ($1, 0, $2, $3)
         ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, updated_at = excluded.updated_at",
        params![SEALED, seal.to_seq, seal.at],
    )?;
    Ok(())
}

/// The furthest place any reader has been: an event that has been read must still be there.
pub fn furthest_read(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(
        "SELECT COALESCE(MAX(seq), 0) AS seq FROM kernel_cursor WHERE seq < $1",
        params![i64::MAX],
        |row| row.get("seq"),
    )
}

pub fn count_after(tx: &mut Tx<'_>, seq: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS count FROM kernel_event WHERE seq > $1",
        params![seq],
        |row| row.get("count"),
    )
}
