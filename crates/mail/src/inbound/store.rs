//! Every SQL statement about the journal.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use serde_json::Value;

use super::{Raw, State};
use crate::mailbox::MailboxId;

/// One mail of the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    /// Its number.
    pub id: i64,
    /// The mailbox it came to.
    pub mailbox: MailboxId,
    /// The mailbox's name.
    pub mailbox_name: String,
    /// When it was journaled.
    pub received_at: Timestamp,
    /// Its raw bytes in the file store.
    pub raw_hash: String,
    /// Its size in bytes, as its server told it.
    pub size: i64,
    /// Only the header was fetched.
    pub header_only: bool,
    /// Its Message-ID without brackets.
    pub message_id: Option<String>,
    /// Who wrote it, as it says itself.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Why it was ignored or quarantined.
    pub reason: Option<String>,
    /// How often its owner tried.
    pub attempts: i64,
    /// When it was settled.
    pub handled_at: Option<Timestamp>,
    /// What became of it.
    pub result: Option<Value>,
}

impl Inbound {
    /// The thing it became.
    pub fn became(&self) -> Option<&str> {
        self.result.as_ref()?.get("data")?.get("subject")?.as_str()
    }
}

/// Which mails a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only those that stand here.
    pub state: Option<State>,
}

const COLUMNS: &str =
    "i.id, i.mailbox, m.name AS mailbox_name, i.received_at, i.raw_hash, i.size, i.header_only,
    i.message_id, i.sender, i.subject, i.state, i.reason, i.attempts, i.handled_at, i.result
    FROM mail_inbound i JOIN mail_mailbox m ON m.id = i.mailbox";

fn read(row: &Row<'_>) -> Result<Inbound> {
    let state: String = row.get("state")?;
    Ok(Inbound {
        id: row.get("id")?,
        mailbox: row.get("mailbox")?,
        mailbox_name: row.get("mailbox_name")?,
        received_at: row.get("received_at")?,
        raw_hash: row.get("raw_hash")?,
        size: row.get("size")?,
        header_only: row.get("header_only")?,
        message_id: row.get("message_id")?,
        sender: row.get("sender")?,
        subject: row.get("subject")?,
        state: State::parse(&state).ok_or_else(|| Error::internal(format!("unknown state {state}")))?,
        reason: row.get("reason")?,
        attempts: row.get("attempts")?,
        handled_at: row.get("handled_at")?,
        result: row.get("result")?,
    })
}

pub(super) fn insert(tx: &mut Tx<'_>, mailbox: MailboxId, raw: &Raw, now: Timestamp) -> Result<Option<i64>> {
    tx.query_opt(
        "INSERT INTO mail_inbound (mailbox, received_at, raw_hash, size, header_only, message_id, sender, subject,
         state, attempts, dedupe_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'journaled', 0, $9)
         ON CONFLICT (dedupe_key) DO NOTHING RETURNING id",
        params![
            mailbox,
            now,
            &raw.hash,
            raw.size,
            raw.header_only,
            &raw.message_id,
            &raw.sender,
            &raw.subject,
            &raw.dedupe_key
        ],
        |row| row.get("id"),
    )
}

pub(super) fn id_of(tx: &mut Tx<'_>, dedupe_key: &str) -> Result<Option<i64>> {
    tx.query_opt(
        "SELECT id FROM mail_inbound WHERE dedupe_key = $1",
        params![dedupe_key],
        |row| row.get("id"),
    )
}

pub(super) fn raw_of(tx: &mut Tx<'_>, message_id: &str) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT raw_hash FROM mail_inbound WHERE message_id = $1 ORDER BY id DESC LIMIT 1",
        params![message_id],
        |row| row.get("raw_hash"),
    )
}

pub(super) fn get(tx: &mut Tx<'_>, id: i64) -> Result<Option<Inbound>> {
    tx.query_opt(&format!("SELECT {COLUMNS} WHERE i.id = $1"), params![id], read)
}

pub(super) fn list(tx: &mut Tx<'_>, filter: &Filter, before: i64, limit: i64) -> Result<Vec<Inbound>> {
    match filter.state {
        None => {
            let sql = format!("SELECT {COLUMNS} WHERE i.id < $1 ORDER BY i.id DESC LIMIT $2");
            tx.query(&sql, params![before, limit], read)
        }
        Some(state) => {
            let sql =
                format!("SELECT {COLUMNS} WHERE i.state = $1 AND i.id < $2 ORDER BY i.id DESC LIMIT $3");
            tx.query(&sql, params![state.as_str(), before, limit], read)
        }
    }
}

pub(super) fn count(tx: &mut Tx<'_>, state: State) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS count FROM (SELECT 1 FROM mail_inbound WHERE state = $1 LIMIT 1000) AS waiting",
        params![state.as_str()],
        |row| row.get("count"),
    )
}

pub(super) fn settle(
    tx: &mut Tx<'_>,
    id: i64,
    state: State,
    reason: Option<String>,
    result: &Value,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE mail_inbound SET state = $2, reason = $3, result = $4, handled_at = $5
         WHERE id = $1 AND state = 'journaled'",
        params![id, state.as_str(), reason, result, now],
    )?;
    Ok(changed == 1)
}

pub(super) fn reopen(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE mail_inbound SET state = 'journaled', reason = NULL, result = NULL, handled_at = NULL, attempts = 0
         WHERE id = $1 AND state IN ('quarantined', 'ignored')",
        params![id],
    )?;
    Ok(changed == 1)
}

pub(super) fn dismiss(tx: &mut Tx<'_>, id: i64, result: &Value, now: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE mail_inbound SET state = 'ignored', reason = 'by_person', result = $2, handled_at = $3
         WHERE id = $1 AND state = 'quarantined'",
        params![id, result, now],
    )?;
    Ok(changed == 1)
}

/// Counts another attempt; the number of attempts so far, `None` when the mail does not wait any more.
pub(super) fn begin_attempt(tx: &mut Tx<'_>, id: i64) -> Result<Option<i64>> {
    tx.query_opt(
        "UPDATE mail_inbound SET attempts = attempts + 1 WHERE id = $1 AND state = 'journaled' RETURNING attempts",
        params![id],
        |row| row.get("attempts"),
    )
}

pub(super) fn forgotten(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT id FROM mail_inbound WHERE state = 'journaled' AND received_at < $1 ORDER BY id LIMIT $2",
        params![before, limit],
        |row| row.get("id"),
    )
}
