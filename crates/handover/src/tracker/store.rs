//! Every SQL statement about trackers, messages to them, and messages from them.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

use super::{Definition, Heard, Kind, Message, MessageId, MessageState, Outcome, Tracker, TrackerId};
use crate::package::PackageId;

const SELECT: &str = "SELECT id, name, kind, url, enabled, secret_out, secret_in, version, updated_at, failing_since, rests_until, busy_until FROM handover_tracker";

fn tracker(row: &Row<'_>) -> Result<Tracker> {
    let kind: String = row.get("kind")?;
    Ok(Tracker {
        id: row.get("id")?,
        definition: Definition {
            name: row.get("name")?,
            kind: Kind::known(&kind)
                .ok_or_else(|| Error::internal(format!("unknown kind of tracker {kind:?}")))?,
            url: row.get("url")?,
            enabled: row.get("enabled")?,
        },
        secret_out: row.get("secret_out")?,
        secret_in: row.get("secret_in")?,
        version: row.get("version")?,
        updated_at: row.get("updated_at")?,
        failing_since: row.get("failing_since")?,
        rests_until: row.get("rests_until")?,
        busy_until: row.get("busy_until")?,
    })
}

/// All of them, by name; there are never more than [`super::keeping::MOST`].
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Tracker>> {
    tx.query(
        &format!("{SELECT} WHERE removed_at IS NULL ORDER BY name, id LIMIT $1"),
        params![super::keeping::MOST],
        tracker,
    )
}

/// One, unless it was removed.
pub fn find(tx: &mut Tx<'_>, id: TrackerId) -> Result<Option<Tracker>> {
    tx.query_opt(
        &format!("{SELECT} WHERE removed_at IS NULL AND id = $1"),
        params![id],
        tracker,
    )
}

/// One, also when it was removed: packages that went there name it for good.
pub fn find_any(tx: &mut Tx<'_>, id: TrackerId) -> Result<Option<Tracker>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], tracker)
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, tracker: &Tracker) -> Result<()> {
    let definition = &tracker.definition;
    tx.execute(
        "INSERT INTO handover_tracker (id, name, kind, url, enabled, secret_out, secret_in, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            tracker.id,
            &definition.name,
            definition.kind.as_str(),
            &definition.url,
            definition.enabled,
            &tracker.secret_out,
            &tracker.secret_in,
            tracker.version,
            tracker.updated_at
        ],
    )?;
    Ok(())
}

/// Writes one that was changed.
pub fn update(tx: &mut Tx<'_>, tracker: &Tracker) -> Result<()> {
    let definition = &tracker.definition;
    tx.execute(
        "UPDATE handover_tracker SET name = $2, kind = $3, url = $4, enabled = $5, secret_out = $6, secret_in = $7, version = $8,
             updated_at = $9 WHERE id = $1",
        params![
            tracker.id,
            &definition.name,
            definition.kind.as_str(),
            &definition.url,
            definition.enabled,
            &tracker.secret_out,
            &tracker.secret_in,
            tracker.version,
            tracker.updated_at
        ],
    )?;
    Ok(())
}

/// Writes since when a tracker does not answer, and until when it is left alone.
pub fn rest(
    tx: &mut Tx<'_>,
    id: TrackerId,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<()> {
    tx.execute(
        "UPDATE handover_tracker SET failing_since = $2, rests_until = $3 WHERE id = $1",
        params![id, since, until],
    )?;
    Ok(())
}

/// Writes until when a job is sending to a tracker.
pub fn set_busy(tx: &mut Tx<'_>, id: TrackerId, until: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE handover_tracker SET busy_until = $2 WHERE id = $1",
        params![id, until],
    )?;
    Ok(())
}

/// Takes one out of all lists; its secrets go with it.
pub fn remove(tx: &mut Tx<'_>, id: TrackerId, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE handover_tracker SET removed_at = $2, enabled = $3, url = '', secret_out = '', secret_in = '' WHERE id = $1",
        params![id, at, false],
    )?;
    Ok(())
}

const SELECT_MESSAGE: &str = "SELECT id, tracker, package, kind, body, state, attempts, tries, asked_at, due_at, status, answer, created_at, last_at FROM handover_message";

fn message(row: &Row<'_>) -> Result<Message> {
    let state: String = row.get("state")?;
    Ok(Message {
        id: row.get("id")?,
        tracker: row.get("tracker")?,
        package: row.get("package")?,
        kind: row.get("kind")?,
        body: row.get("body")?,
        state: MessageState::known(&state)
            .ok_or_else(|| Error::internal(format!("unknown state {state:?}")))?,
        attempts: row.get("attempts")?,
        tries: row.get("tries")?,
        asked_at: row.get("asked_at")?,
        due_at: row.get("due_at")?,
        status: row.get("status")?,
        answer: row.get("answer")?,
        created_at: row.get("created_at")?,
        last_at: row.get("last_at")?,
    })
}

/// Writes a message down.
pub fn insert_message(tx: &mut Tx<'_>, message: &Message) -> Result<()> {
    tx.execute(
        "INSERT INTO handover_message (id, tracker, package, kind, body, state, attempts, tries, asked_at, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            message.id,
            message.tracker,
            message.package,
            &message.kind,
            &message.body,
            message.state.as_str(),
            message.attempts,
            message.tries,
            message.asked_at,
            message.due_at,
            message.created_at
        ],
    )?;
    Ok(())
}

/// Writes how it stands with a message.
pub fn update_message(tx: &mut Tx<'_>, message: &Message) -> Result<()> {
    tx.execute(
        "UPDATE handover_message SET state = $2, attempts = $3, status = $4, answer = $5, last_at = $6, tries = $7, asked_at = $8,
             due_at = $9 WHERE id = $1",
        params![
            message.id,
            message.state.as_str(),
            message.attempts,
            message.status,
            message.answer.as_deref(),
            message.last_at,
            message.tries,
            message.asked_at,
            message.due_at
        ],
    )?;
    Ok(())
}

/// A message.
pub fn find_message(tx: &mut Tx<'_>, id: MessageId) -> Result<Option<Message>> {
    tx.query_opt(&format!("{SELECT_MESSAGE} WHERE id = $1"), params![id], message)
}

/// The message to a tracker that is due first.
pub fn next_waiting(tx: &mut Tx<'_>, tracker: TrackerId) -> Result<Option<Message>> {
    tx.query_opt(
        &format!("{SELECT_MESSAGE} WHERE tracker = $1 AND state = 'waiting' ORDER BY due_at, id LIMIT 1"),
        params![tracker],
        message,
    )
}

/// Messages to a tracker that wait and were asked for by an instant.
pub fn waiting(tx: &mut Tx<'_>, tracker: TrackerId, before: Timestamp, limit: i64) -> Result<Vec<Message>> {
    tx.query(
        &format!(
            "{SELECT_MESSAGE} WHERE tracker = $1 AND state = 'waiting' AND asked_at <= $2 ORDER BY due_at, id LIMIT $3"
        ),
        params![tracker, before, limit],
        message,
    )
}

/// Trackers for which something waits, also those that were removed; a piece of them.
pub fn waited_for(tx: &mut Tx<'_>) -> Result<Vec<TrackerId>> {
    tx.query(
        "SELECT DISTINCT tracker FROM handover_message WHERE state = 'waiting' ORDER BY tracker LIMIT 200",
        params![],
        |row| row.get("tracker"),
    )
}

/// The latest message that carried a package.
pub fn message_of(tx: &mut Tx<'_>, package: PackageId) -> Result<Option<Message>> {
    tx.query_opt(
        &format!("{SELECT_MESSAGE} WHERE package = $1 ORDER BY id DESC LIMIT 1"),
        params![package],
        message,
    )
}

/// Messages to a tracker, newest first.
pub fn messages(tx: &mut Tx<'_>, tracker: TrackerId, limit: i64) -> Result<Vec<Message>> {
    tx.query(
        &format!("{SELECT_MESSAGE} WHERE tracker = $1 ORDER BY id DESC LIMIT $2"),
        params![tracker, limit],
        message,
    )
}

/// Refused or ignored messages of a tracker that are kept.
pub const REFUSED_MOST: i64 = 200;

/// Writes down what came in. What was not taken has room for the latest only, so that nobody fills the disk with it.
pub fn insert_heard(tx: &mut Tx<'_>, tracker: TrackerId, heard: &Heard) -> Result<()> {
    tx.execute(
        "INSERT INTO handover_hook (tracker, delivery, fingerprint, event, outcome, package, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            tracker,
            &heard.delivery,
            &heard.fingerprint,
            &heard.event,
            heard.outcome.as_str(),
            heard.package,
            heard.at
        ],
    )?;
    if heard.outcome != Outcome::Taken {
        tx.execute(
            "DELETE FROM handover_hook WHERE tracker = $1 AND outcome <> 'taken' AND id <= (
                 SELECT id FROM handover_hook WHERE tracker = $1 AND outcome <> 'taken' ORDER BY id DESC LIMIT 1 OFFSET $2)",
            params![tracker, REFUSED_MOST],
        )?;
    }
    Ok(())
}

/// What was heard of a tracker, newest first.
pub fn heard(tx: &mut Tx<'_>, tracker: TrackerId, limit: i64) -> Result<Vec<Heard>> {
    tx.query(
        "SELECT delivery, fingerprint, event, outcome, package, at FROM handover_hook WHERE tracker = $1 ORDER BY id DESC LIMIT $2",
        params![tracker, limit],
        |row| {
            let outcome: String = row.get("outcome")?;
            Ok(Heard {
                delivery: row.get("delivery")?,
                fingerprint: row.get("fingerprint")?,
                event: row.get("event")?,
                outcome: Outcome::known(&outcome)
                    .ok_or_else(|| Error::internal(format!("unknown outcome {outcome:?}")))?,
                package: row.get("package")?,
                at: row.get("at")?,
            })
        },
    )
}

/// Whether a message of this name or body was taken before, and for which package.
pub fn taken(
    tx: &mut Tx<'_>,
    tracker: TrackerId,
    delivery: &str,
    fingerprint: &str,
) -> Result<Option<Option<PackageId>>> {
    tx.query_opt(
        "SELECT package FROM handover_hook WHERE tracker = $1 AND delivery = $2 AND outcome = 'taken'
         UNION SELECT package FROM handover_hook WHERE tracker = $1 AND fingerprint = $3 AND outcome = 'taken' LIMIT 1",
        params![tracker, delivery, fingerprint],
        |row| row.get("package"),
    )
}

/// Forgets messages of before two instants, a piece of each; gives back how many.
pub fn forget(tx: &mut Tx<'_>, sent: Timestamp, heard: Timestamp, piece: i64) -> Result<u64> {
    let messages = tx.execute(
        "DELETE FROM handover_message WHERE id IN (
             SELECT id FROM handover_message WHERE created_at < $1 AND state <> 'waiting' ORDER BY created_at LIMIT $2)",
        params![sent, piece],
    )?;
    let hooks = tx.execute(
        "DELETE FROM handover_hook WHERE id IN (SELECT id FROM handover_hook WHERE at < $1 ORDER BY at LIMIT $2)",
        params![heard, piece],
    )?;
    Ok(messages.max(hooks))
}
