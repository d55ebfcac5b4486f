//! Every SQL statement about changes of many tickets, and about stars.

use kernel::db::{Tx, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::trace::Trace;
use super::{Batch, BatchId};

/// Marks a place in the transaction to which [`back_to_mark`] returns: one ticket that is refused must not be half changed.
pub fn mark(tx: &mut Tx) -> Result<()> {
    tx.batch("SAVEPOINT one_of_many")
}

/// Forgets what was done since the mark.
pub fn back_to_mark(tx: &mut Tx) -> Result<()> {
    tx.batch("ROLLBACK TO SAVEPOINT one_of_many")?;
    drop_mark(tx)
}

/// Keeps what was done since the mark.
pub fn drop_mark(tx: &mut Tx) -> Result<()> {
    tx.batch("RELEASE SAVEPOINT one_of_many")
}

pub fn insert(
    tx: &mut Tx,
    batch: &Batch,
    (request, begun_at): (&str, Timestamp),
    traces: &[(i64, Trace)],
) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_batch (id, person, request, begun_at, done_at, undone_at, refused, kept)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            batch.id,
            batch.person,
            request,
            begun_at,
            batch.done_at,
            batch.undone_at,
            serde_json::to_string(&batch.refused)?,
            serde_json::to_string(&batch.kept)?
        ],
    )?;
    for (number, trace) in traces {
        tx.execute(
            "INSERT INTO desk_batch_ticket (batch, ticket, trace) VALUES ($1, $2, $3)",
            params![batch.id, *number, serde_json::to_string(trace)?],
        )?;
    }
    Ok(())
}

pub fn load(tx: &mut Tx, id: BatchId) -> Result<Option<Batch>> {
    let found = tx.query_opt(
        "SELECT person, done_at, undone_at, refused, kept FROM desk_batch WHERE id = $1",
        params![id],
        |row| {
            Ok(Batch {
                id,
                person: row.get("person")?,
                done_at: row.get("done_at")?,
                undone_at: row.get("undone_at")?,
                numbers: Vec::new(),
                refused: serde_json::from_str(&row.get::<String>("refused")?)?,
                kept: serde_json::from_str(&row.get::<String>("kept")?)?,
            })
        },
    )?;
    let Some(mut batch) = found else { return Ok(None) };
    batch.numbers = tx.query(
        "SELECT ticket FROM desk_batch_ticket WHERE batch = $1 ORDER BY ticket",
        params![id],
        |row| row.get("ticket"),
    )?;
    Ok(Some(batch))
}

/// The request that the batch was, and when it began: its events carry the same request, and are no older.
pub fn request(tx: &mut Tx, id: BatchId) -> Result<(String, Timestamp)> {
    tx.query_one(
        "SELECT request, begun_at FROM desk_batch WHERE id = $1",
        params![id],
        |row| Ok((row.get("request")?, row.get("begun_at")?)),
    )
}

pub fn traces(tx: &mut Tx, id: BatchId) -> Result<Vec<(i64, Trace)>> {
    tx.query(
        "SELECT ticket, trace FROM desk_batch_ticket WHERE batch = $1 ORDER BY ticket",
        params![id],
        |row| {
            Ok((
                row.get("ticket")?,
                serde_json::from_str(&row.get::<String>("trace")?)?,
            ))
        },
    )
}

pub fn set_undone(tx: &mut Tx, batch: &Batch) -> Result<()> {
    let changed = tx.execute(
        "UPDATE desk_batch SET undone_at = $2, kept = $3 WHERE id = $1",
        params![batch.id, batch.undone_at, serde_json::to_string(&batch.kept)?],
    )?;
    if changed == 0 {
        return Err(Error::not_found());
    }
    Ok(())
}

/// When the batch of this request was done, if the request was one.
pub fn done_at(tx: &mut Tx, request: &str) -> Result<Option<Timestamp>> {
    tx.query_opt(
        "SELECT done_at FROM desk_batch WHERE request = $1 ORDER BY done_at DESC LIMIT 1",
        params![request],
        |row| row.get("done_at"),
    )
}

/// Whether what the request did was taken back.
pub fn is_undone(tx: &mut Tx, request: &str) -> Result<bool> {
    let undone = tx.query_opt(
        "SELECT id FROM desk_batch WHERE request = $1 AND undone_at IS NOT NULL LIMIT 1",
        params![request],
        |row| row.get::<BatchId>("id"),
    )?;
    Ok(undone.is_some())
}

/// Forgets batches that can no longer be taken back, and what they were.
pub fn delete_before(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM desk_batch_ticket WHERE batch IN (SELECT id FROM desk_batch WHERE done_at < $1)",
        params![before],
    )?;
    tx.execute("DELETE FROM desk_batch WHERE done_at < $1", params![before])?;
    Ok(())
}

/// Takes back the question that a resolution asked, and the resolution: it was never said to anybody.
pub fn withdraw_question(tx: &mut Tx, number: i64) -> Result<()> {
    let resolution: Option<i64> = tx.query_opt(
        "SELECT resolution FROM desk_verification WHERE ticket = $1 AND answered_at IS NULL ORDER BY asked_at DESC LIMIT 1",
        params![number],
        |row| row.get("resolution"),
    )?;
    let Some(resolution) = resolution else {
        return Ok(());
    };
    tx.execute(
        "DELETE FROM desk_verification WHERE resolution = $1",
        params![resolution],
    )?;
    tx.execute("DELETE FROM desk_resolution WHERE id = $1", params![resolution])?;
    Ok(())
}

pub fn star(tx: &mut Tx, person: UserId, number: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_star (person, ticket) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        params![person, number],
    )?;
    Ok(())
}

pub fn unstar(tx: &mut Tx, person: UserId, number: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM desk_star WHERE person = $1 AND ticket = $2",
        params![person, number],
    )?;
    Ok(())
}

/// Which of these tickets the person has starred.
pub fn starred(tx: &mut Tx, person: UserId, numbers: &[i64]) -> Result<Vec<i64>> {
    let all: Vec<i64> = tx.query(
        "SELECT ticket FROM desk_star WHERE person = $1 ORDER BY ticket DESC LIMIT 2000",
        params![person],
        |row| row.get("ticket"),
    )?;
    Ok(all
        .into_iter()
        .filter(|number| numbers.contains(number))
        .collect())
}
