//! The table of answers to keyed API calls.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

/// What is known of a key.
pub(super) struct Kept {
    pub(super) fingerprint: String,
    pub(super) claimed_at: Timestamp,
    pub(super) answer: Option<Answer>,
}

/// A finished answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

/// One attempt to carry out a keyed call.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) owner: String,
    pub(crate) key: String,
    pub(crate) fingerprint: String,
    pub(crate) claim: String,
}

pub(super) fn find(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<Option<Kept>> {
    tx.query_opt(
        "SELECT fingerprint, claimed_at, status, location, body FROM web_idempotency WHERE owner = $1 AND key = $2",
        params![&attempt.owner, &attempt.key],
        kept,
    )
}

fn kept(row: &Row<'_>) -> Result<Kept> {
    let status: Option<i64> = row.get("status")?;
    let answer = match status {
        Some(status) => Some(Answer {
            status: u16::try_from(status).unwrap_or(200),
            location: row.get("location")?,
            body: row.get::<Option<String>>("body")?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(Kept {
        fingerprint: row.get("fingerprint")?,
        claimed_at: row.get("claimed_at")?,
        answer,
    })
}

/// Takes the key for this attempt, over whatever stood there.
pub(super) fn claim(tx: &mut Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO web_idempotency (owner, key, fingerprint, claim, claimed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (owner, key) DO UPDATE SET fingerprint = excluded.fingerprint, claim = excluded.claim,
             claimed_at = excluded.claimed_at, status = NULL, location = NULL, body = NULL",
        params![
            &attempt.owner,
            &attempt.key,
            &attempt.fingerprint,
            &attempt.claim,
            now
        ],
    )?;
    Ok(())
}

/// Stores the answer; `false` when the key is no longer this attempt's.
pub(super) fn finish(tx: &mut Tx<'_>, attempt: &Attempt, answer: &Answer) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE web_idempotency SET status = $1, location = $2, body = $3
         WHERE owner = $4 AND key = $5 AND claim = $6 AND status IS NULL",
        params![
            i64::from(answer.status),
            answer.location.clone(),
            &answer.body,
            &attempt.owner,
            &attempt.key,
            &attempt.claim
        ],
    )?;
    Ok(changed == 1)
}

/// Gives the key back after a failure, so that the call may be made again.
pub(super) fn release(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<()> {
    tx.execute(
        "DELETE FROM web_idempotency WHERE owner = $1 AND key = $2 AND claim = $3 AND status IS NULL",
        params![&attempt.owner, &attempt.key, &attempt.claim],
    )?;
    Ok(())
}

/// Forgets what is older than an instant.
pub(super) fn purge(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM web_idempotency WHERE claimed_at < $1",
        params![before],
    )
}
