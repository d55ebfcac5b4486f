//! Every SQL statement about jobs and schedules.

use serde_json::Value;

use super::{Job, JobId, Listed, State};
use crate::db::{Backend, Row, Tx, params};
use crate::error::Result;
use crate::time::Timestamp;

pub struct Record<'a> {
    pub id: JobId,
    pub kind: &'a str,
    pub data: &'a Value,
    pub run_at: Timestamp,
    pub key: Option<&'a str>,
    pub max_attempts: i64,
    pub now: Timestamp,
    pub actor: &'a str,
    pub request: &'a str,
}

/// On a taken key the waiting row is updated rather than left alone: that locks it, so that no worker can claim it
/// before this transaction is committed and what the job is to see is there.
pub fn insert(tx: &mut Tx<'_>, record: &Record<'_>) -> Result<JobId> {
    tx.query_one(
        "INSERT INTO kernel_job (id, kind, data, state, run_at, attempts, max_attempts, dedupe_key, created_at, actor, request)
         VALUES ($1, $2, $3, 'queued', $4, 0, $5, $6, $7, $8, $9)
         ON CONFLICT (kind, dedupe_key) WHERE state = 'queued' AND dedupe_key IS NOT NULL
         DO UPDATE SET run_at = CASE WHEN excluded.run_at < kernel_job.run_at THEN excluded.run_at ELSE kernel_job.run_at END
         RETURNING id",
        params![
            record.id,
            record.kind,
            record.data,
            record.run_at,
            record.max_attempts,
            record.key,
            record.now,
            record.actor,
            record.request
        ],
        |row| row.get("id"),
    )
}

const COLUMNS: &str = "id, kind, data, attempts, max_attempts, actor, request, created_at";

fn job(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        id: row.get("id")?,
        kind: row.get("kind")?,
        data: row.get("data")?,
        attempt: row.get("attempts")?,
        max_attempts: row.get("max_attempts")?,
        actor: row.get("actor")?,
        request: row.get("request")?,
        created_at: row.get("created_at")?,
    })
}

/// What a node needs to claim jobs.
pub struct Claim<'a> {
    pub node: &'a str,
    pub now: Timestamp,
    pub locked_until: Timestamp,
    pub limit: i64,
}

/// Takes due jobs, and jobs whose node has fallen silent. On SQLite the one writer keeps two from taking the same; on
/// PostgreSQL each takes rows that nobody else is just taking.
pub fn claim(tx: &mut Tx<'_>, claim: &Claim<'_>) -> Result<Vec<Job>> {
    tx.execute(
        "UPDATE kernel_job SET state = 'dead', locked_by = NULL, last_error = 'the node that did it fell silent'
         WHERE state = 'running' AND locked_until <= $1 AND attempts >= max_attempts",
        params![claim.now],
    )?;
    let mut jobs = take(
        tx,
        claim,
        "state = 'running' AND locked_until <= $3",
        "locked_until, id",
    )?;
    let left = claim.limit - i64::try_from(jobs.len()).unwrap_or(i64::MAX);
    if left > 0 {
        let rest = Claim {
            limit: left,
            ..*claim
        };
        jobs.extend(take(
            tx,
            &rest,
            "state = 'queued' AND run_at <= $3",
            "run_at, id",
        )?);
    }
    Ok(jobs)
}

fn take(tx: &mut Tx<'_>, claim: &Claim<'_>, due: &str, order: &str) -> Result<Vec<Job>> {
    let lock = match tx.backend() {
        Backend::Sqlite => "",
        Backend::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    tx.query(
        &format!(
            "WITH due AS MATERIALIZED (
                 SELECT id AS due_id FROM kernel_job WHERE {due} ORDER BY {order} LIMIT $4 {lock})
             UPDATE kernel_job SET state = 'running', attempts = attempts + 1, locked_by = $1, locked_until = $2
             FROM due WHERE kernel_job.id = due.due_id RETURNING {COLUMNS}"
        ),
        params![claim.node, claim.locked_until, claim.now, claim.limit],
        job,
    )
}

/// When the next job is due or the next lease runs out.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    tx.query_one(
        "SELECT MIN(at) AS at FROM (
             SELECT MIN(run_at) AS at FROM kernel_job WHERE state = 'queued'
             UNION ALL SELECT MIN(locked_until) AS at FROM kernel_job WHERE state = 'running') AS coming",
        params![],
        |row| row.get("at"),
    )
}

pub fn renew(tx: &mut Tx<'_>, id: JobId, node: &str, locked_until: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE kernel_job SET locked_until = $1 WHERE id = $2 AND state = 'running' AND locked_by = $3",
        params![locked_until, id, node],
    )?;
    Ok(changed == 1)
}

/// A job is ended only by the node and the attempt that hold it.
pub struct Held<'a> {
    pub id: JobId,
    pub node: &'a str,
    pub attempt: i64,
}

pub fn finish(tx: &mut Tx<'_>, held: &Held<'_>) -> Result<bool> {
    let changed = tx.execute(
        "DELETE FROM kernel_job WHERE id = $1 AND state = 'running' AND locked_by = $2 AND attempts = $3",
        params![held.id, held.node, held.attempt],
    )?;
    Ok(changed == 1)
}

/// Gives up every job of a node that ends: their leases have run out at once, and the attempt does not count.
pub fn let_go(tx: &mut Tx<'_>, node: &str) -> Result<()> {
    tx.execute(
        "UPDATE kernel_job SET locked_until = 0, attempts = attempts - 1 WHERE state = 'running' AND locked_by = $1",
        params![node],
    )?;
    Ok(())
}

/// Lets it wait for its next attempt. When meanwhile another with its key waits, it goes on without the key.
pub fn retry(tx: &mut Tx<'_>, held: &Held<'_>, run_at: Timestamp, error: &str) -> Result<bool> {
    let key: Option<Option<String>> = tx.query_opt(
        "SELECT dedupe_key FROM kernel_job WHERE id = $1",
        params![held.id],
        |row| row.get("dedupe_key"),
    )?;
    if let Some(Some(key)) = key {
        // Two failing jobs with one key must not both find the key free.
        tx.lock("kernel.job.key", key)?;
    }
    let changed = tx.execute(
        "UPDATE kernel_job SET state = 'queued', run_at = $1, last_error = $2, locked_by = NULL, locked_until = 0,
             dedupe_key = CASE WHEN EXISTS (
                 SELECT 1 FROM kernel_job other WHERE other.state = 'queued' AND other.kind = kernel_job.kind
                     AND other.dedupe_key = kernel_job.dedupe_key) THEN NULL ELSE dedupe_key END
         WHERE id = $3 AND state = 'running' AND locked_by = $4 AND attempts = $5",
        params![run_at, error, held.id, held.node, held.attempt],
    )?;
    Ok(changed == 1)
}

/// As [`retry`], for the moment in which another took the key after it was found free.
pub fn retry_without_key(tx: &mut Tx<'_>, held: &Held<'_>, run_at: Timestamp, error: &str) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE kernel_job SET state = 'queued', run_at = $1, last_error = $2, locked_by = NULL, locked_until = 0,
             dedupe_key = NULL
         WHERE id = $3 AND state = 'running' AND locked_by = $4 AND attempts = $5",
        params![run_at, error, held.id, held.node, held.attempt],
    )?;
    Ok(changed == 1)
}

pub fn bury(tx: &mut Tx<'_>, held: &Held<'_>, error: &str) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE kernel_job SET state = 'dead', last_error = $1, locked_by = NULL, locked_until = 0
         WHERE id = $2 AND state = 'running' AND locked_by = $3 AND attempts = $4",
        params![error, held.id, held.node, held.attempt],
    )?;
    Ok(changed == 1)
}

/// A dead job comes back without its key: somebody asked for just this one.
pub fn revive(tx: &mut Tx<'_>, id: JobId, now: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE kernel_job SET state = 'queued', attempts = 0, run_at = $1, dedupe_key = NULL
         WHERE id = $2 AND state = 'dead'",
        params![now, id],
    )?;
    Ok(changed == 1)
}

pub fn delete_dead(tx: &mut Tx<'_>, id: JobId) -> Result<bool> {
    Ok(tx.execute(
        "DELETE FROM kernel_job WHERE id = $1 AND state = 'dead'",
        params![id],
    )? == 1)
}

pub fn list(tx: &mut Tx<'_>, state: State, after: Option<JobId>, limit: i64) -> Result<Vec<Listed>> {
    // The state stands in the text, not among the parameters, so that the partial indexes apply.
    let state = state.as_str();
    tx.query(
        &format!(
            "SELECT {COLUMNS}, run_at, last_error FROM kernel_job
             WHERE state = '{state}' AND id > $1 ORDER BY id LIMIT $2"
        ),
        params![after.map_or_else(String::new, |id| id.to_string()), limit],
        |row| {
            Ok(Listed {
                job: job(row)?,
                run_at: row.get("run_at")?,
                last_error: row.get("last_error")?,
            })
        },
    )
}

pub fn count(tx: &mut Tx<'_>, state: State) -> Result<i64> {
    let state = state.as_str();
    tx.query_one(
        &format!(
            "SELECT COUNT(*) AS count FROM (SELECT 1 FROM kernel_job WHERE state = '{state}' LIMIT 10000) AS found"
        ),
        params![],
        |row| row.get("count"),
    )
}

/// The schedules that are due, with the instant they are due at.
pub fn due_schedules(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<(String, Timestamp)>> {
    tx.query(
        "SELECT name, next_at FROM kernel_schedule WHERE next_at <= $1 ORDER BY next_at LIMIT 1000",
        params![now],
        |row| Ok((row.get("name")?, row.get("next_at")?)),
    )
}

pub fn insert_schedule(tx: &mut Tx<'_>, name: &str, next: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO kernel_schedule (name, next_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        params![name, next],
    )?;
    Ok(())
}

/// Brings a schedule forward when it now comes more often than it used to.
pub fn bring_forward(tx: &mut Tx<'_>, name: &str, to: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE kernel_schedule SET next_at = $1 WHERE name = $2 AND next_at > $1",
        params![to, name],
    )?;
    Ok(())
}

/// Moves a schedule on by compare-and-swap; false when another node has fired it already.
pub fn fire_schedule(
    tx: &mut Tx<'_>,
    name: &str,
    due: Timestamp,
    next: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE kernel_schedule SET next_at = $1, last_at = $2 WHERE name = $3 AND next_at = $4",
        params![next, now, name, due],
    )?;
    Ok(changed == 1)
}
