//! Every SQL statement about the outbox.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::State;
use crate::letter::{Letter, Sender};
use crate::trouble::Trouble;

/// A recipient to whom the letter cannot come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The address.
    pub email: String,
    /// What the server said.
    pub detail: String,
}

/// A letter in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// Its number.
    pub id: i64,
    /// Its words.
    pub letter: Letter,
    /// Its Message-ID without brackets.
    pub message_id: String,
    /// The thing it is about; may be empty.
    pub about: String,
    /// Where it stands.
    pub state: State,
    /// Recipients that have not been served yet.
    pub pending: Vec<String>,
    /// Recipients that cannot be served.
    pub refused: Vec<Refused>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; while it is being sent, until when the sender holds it.
    pub next_at: Timestamp,
    /// When it is given up.
    pub give_up_at: Timestamp,
    /// Code of what went wrong last.
    pub error: Option<String>,
    /// What the server said.
    pub detail: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the last recipient was served.
    pub sent_at: Option<Timestamp>,
}

pub(super) struct New<'a> {
    pub(super) letter: &'a Letter,
    pub(super) message_id: &'a str,
    pub(super) recipients: &'a [String],
    pub(super) now: Timestamp,
}

const COLUMNS: &str =
    "id, message_id, about, letter, state, pending, refused, attempts, next_at, give_up_at, error,
    detail, created_at, sent_at";

fn read(row: &Row<'_>) -> Result<Outbound> {
    let state: String = row.get("state")?;
    Ok(Outbound {
        id: row.get("id")?,
        letter: serde_json::from_str(&row.get::<String>("letter")?)?,
        message_id: row.get("message_id")?,
        about: row.get("about")?,
        state: State::parse(&state).ok_or_else(|| Error::internal(format!("unknown state {state}")))?,
        pending: serde_json::from_str(&row.get::<String>("pending")?)?,
        refused: serde_json::from_str(&row.get::<String>("refused")?)?,
        attempts: row.get("attempts")?,
        next_at: row.get("next_at")?,
        give_up_at: row.get("give_up_at")?,
        error: row.get("error")?,
        detail: row.get("detail")?,
        created_at: row.get("created_at")?,
        sent_at: row.get("sent_at")?,
    })
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &New<'_>, give_up_at: Timestamp) -> Result<Option<i64>> {
    let letter = new.letter;
    let (mailbox, purpose) = match &letter.from {
        Sender::Mailbox(id) => (Some(*id), ""),
        Sender::Purpose(purpose) => (None, purpose.as_str()),
    };
    let recipients = serde_json::to_string(new.recipients)?;
    tx.query_opt(
        "INSERT INTO mail_outbound (key, mailbox, purpose, message_id, about, subject, recipients, letter, state,
         pending, refused, attempts, next_at, give_up_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, '[]', 0, $10, $11, $10)
         ON CONFLICT (key) DO NOTHING RETURNING id",
        params![
            &letter.key,
            mailbox,
            purpose,
            new.message_id,
            &letter.about,
            &letter.subject,
            &recipients,
            serde_json::to_string(letter)?,
            &recipients,
            new.now,
            give_up_at
        ],
        |row| row.get("id"),
    )
}

pub(super) fn id_of(tx: &mut Tx<'_>, key: &str) -> Result<Option<i64>> {
    tx.query_opt(
        "SELECT id FROM mail_outbound WHERE key = $1",
        params![key],
        |row| row.get("id"),
    )
}

pub(super) fn get(tx: &mut Tx<'_>, id: i64) -> Result<Option<Outbound>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM mail_outbound WHERE id = $1"),
        params![id],
        read,
    )
}

pub(super) fn by_message_id(tx: &mut Tx<'_>, message_id: &str) -> Result<Option<Outbound>> {
    let sql = format!("SELECT {COLUMNS} FROM mail_outbound WHERE message_id = $1 ORDER BY id LIMIT 1");
    tx.query_opt(&sql, params![message_id], read)
}

pub(super) fn list(tx: &mut Tx<'_>, state: Option<State>, before: i64, limit: i64) -> Result<Vec<Outbound>> {
    match state {
        None => {
            let sql = format!("SELECT {COLUMNS} FROM mail_outbound WHERE id < $1 ORDER BY id DESC LIMIT $2");
            tx.query(&sql, params![before, limit], read)
        }
        Some(state) => {
            let sql = format!(
                "SELECT {COLUMNS} FROM mail_outbound WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
            );
            tx.query(&sql, params![state.as_str(), before, limit], read)
        }
    }
}

pub(super) fn count(tx: &mut Tx<'_>, state: State) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS count FROM (SELECT 1 FROM mail_outbound WHERE state = $1 LIMIT 1000) AS waiting",
        params![state.as_str()],
        |row| row.get("count"),
    )
}

/// Takes a letter in hand until `held_until`; `None` when another has it or it is done.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    id: i64,
    now: Timestamp,
    held_until: Timestamp,
) -> Result<Option<Outbound>> {
    let sql = format!(
        "UPDATE mail_outbound SET state = 'sending', attempts = attempts + 1, next_at = $2
         WHERE id = $1 AND (state = 'queued' OR (state = 'sending' AND next_at < $3)) RETURNING {COLUMNS}"
    );
    tx.query_opt(&sql, params![id, held_until, now], read)
}

/// How an attempt ended.
pub(super) struct Ended<'a> {
    pub(super) state: State,
    pub(super) pending: &'a [String],
    pub(super) refused: &'a [Refused],
    pub(super) trouble: Option<&'a Trouble>,
    pub(super) next_at: Timestamp,
    pub(super) sent_at: Option<Timestamp>,
}

pub(super) fn end_attempt(tx: &mut Tx<'_>, id: i64, attempt: i64, ended: &Ended<'_>) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE mail_outbound SET state = $3, pending = $4, refused = $5, error = $6, detail = $7, next_at = $8,
         sent_at = $9 WHERE id = $1 AND state = 'sending' AND attempts = $2",
        params![
            id,
            attempt,
            ended.state.as_str(),
            serde_json::to_string(ended.pending)?,
            serde_json::to_string(ended.refused)?,
            ended.trouble.map(|trouble| trouble.code),
            ended.trouble.map(|trouble| trouble.detail.clone()),
            ended.next_at,
            ended.sent_at
        ],
    )?;
    Ok(changed == 1)
}

pub(super) fn mark_bounced(tx: &mut Tx<'_>, id: i64, detail: &str) -> Result<()> {
    tx.execute(
        "UPDATE mail_outbound SET state = 'bounced', error = 'bounced', detail = $2 WHERE id = $1",
        params![id, detail],
    )?;
    Ok(())
}

pub(super) fn reopen(
    tx: &mut Tx<'_>,
    id: i64,
    recipients: &[String],
    now: Timestamp,
    give_up_at: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE mail_outbound SET state = 'queued', pending = $2, refused = '[]', error = NULL, detail = NULL,
         next_at = $3, give_up_at = $4 WHERE id = $1 AND state IN ('failed', 'bounced')",
        params![id, serde_json::to_string(recipients)?, now, give_up_at],
    )?;
    Ok(changed == 1)
}

pub(super) fn waiting(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT id FROM mail_outbound WHERE state = 'queued' AND attempts > 0 ORDER BY id LIMIT $1",
        params![limit],
        |row| row.get("id"),
    )
}

/// Letters whose turn was long ago: their job was lost, or their sender died with them in hand.
pub(super) fn forgotten(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT id FROM mail_outbound WHERE state IN ('queued', 'sending') AND next_at < $1 ORDER BY next_at LIMIT $2",
        params![before, limit],
        |row| row.get("id"),
    )
}
