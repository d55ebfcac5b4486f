//! Every SQL statement about conversations and their messages.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Conversation, ConversationId, EndedBy, Kind, Message, State};

const SELECT: &str = "SELECT id, requester, technician, state, subject, messages, letters, unanswered, opened_at, last_word_at,
                      warned_at, ended_at, ended_by, ticket FROM chat_conversation";
/// More than the letters of a conversation allow.
const MESSAGES_MOST: i64 = 2_000;
/// A queue longer than this is counted no further.
const COUNT_MOST: i64 = 1_000;

fn conversation(row: &Row<'_>) -> Result<Conversation> {
    let state: String = row.get("state")?;
    let ended_by: Option<String> = row.get("ended_by")?;
    Ok(Conversation {
        id: row.get("id")?,
        requester: row.get("requester")?,
        technician: row.get("technician")?,
        state: State::stored(&state)?,
        subject: row.get("subject")?,
        messages: row.get("messages")?,
        letters: row.get("letters")?,
        unanswered: row.get("unanswered")?,
        opened_at: row.get("opened_at")?,
        last_word_at: row.get("last_word_at")?,
        warned_at: row.get("warned_at")?,
        ended_at: row.get("ended_at")?,
        ended_by: ended_by.map(|word| EndedBy::stored(&word)).transpose()?,
        ticket: row.get("ticket")?,
    })
}

/// One that must be there.
pub fn load(tx: &mut Tx<'_>, id: ConversationId) -> Result<Conversation> {
    let sql = format!("{SELECT} WHERE id = $1");
    tx.query_opt(&sql, params![id], conversation)?
        .ok_or_else(Error::not_found)
}

/// The one that a person has going on.
pub fn open_of(tx: &mut Tx<'_>, requester: UserId) -> Result<Option<Conversation>> {
    let sql = format!("{SELECT} WHERE requester = $1 AND ended_at IS NULL");
    tx.query_opt(&sql, params![requester], conversation)
}

/// The one that a form began.
pub fn begun_by(tx: &mut Tx<'_>, requester: UserId, token: &str) -> Result<Option<Conversation>> {
    let sql = format!("{SELECT} WHERE requester = $1 AND token = $2");
    tx.query_opt(&sql, params![requester, token], conversation)
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, one: &Conversation, token: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO chat_conversation (id, requester, state, subject, messages, letters, unanswered, opened_at, last_word_at, token)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            one.id,
            one.requester,
            one.state.as_str(),
            &one.subject,
            one.messages,
            one.letters,
            one.unanswered,
            one.opened_at,
            one.last_word_at,
            token
        ],
    )?;
    Ok(())
}

/// Writes one that has changed.
pub fn update(tx: &mut Tx<'_>, one: &Conversation) -> Result<()> {
    tx.execute(
        "UPDATE chat_conversation SET technician = $2, state = $3, messages = $4, letters = $5, unanswered = $6, last_word_at = $7,
             warned_at = $8, ended_at = $9, ended_by = $10, ticket = $11 WHERE id = $1",
        params![
            one.id,
            one.technician,
            one.state.as_str(),
            one.messages,
            one.letters,
            one.unanswered,
            one.last_word_at,
            one.warned_at,
            one.ended_at,
            one.ended_by.map(EndedBy::as_str),
            one.ticket
        ],
    )?;
    Ok(())
}

/// Those in the queue, who has waited longest first.
pub fn waiting(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Conversation>> {
    let sql =
        format!("{SELECT} WHERE state = 'waiting' AND ended_at IS NULL ORDER BY opened_at, id LIMIT $1");
    tx.query(&sql, params![limit], conversation)
}

/// Those that somebody has, the oldest first.
pub fn talking(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Conversation>> {
    let sql =
        format!("{SELECT} WHERE state = 'talking' AND ended_at IS NULL ORDER BY opened_at, id LIMIT $1");
    tx.query(&sql, params![limit], conversation)
}

/// How many wait, up to a thousand.
pub fn count_waiting(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM chat_conversation WHERE state = 'waiting' AND ended_at IS NULL LIMIT $1) w",
        params![COUNT_MOST],
        |row| row.get("n"),
    )
}

/// How many call for somebody, up to a thousand: those that wait, and those of theirs in which they are to speak.
pub fn count_calling(tx: &mut Tx<'_>, technician: UserId) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM (
             SELECT 1 AS one FROM chat_conversation WHERE state = 'waiting' AND ended_at IS NULL
             UNION ALL
             SELECT 1 AS one FROM chat_conversation
             WHERE technician = $1 AND state = 'talking' AND unanswered AND ended_at IS NULL
             LIMIT $2) w",
        params![technician, COUNT_MOST],
        |row| row.get("n"),
    )
}

/// How many have waited longer than this one.
pub fn ahead_of(tx: &mut Tx<'_>, one: &Conversation) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM chat_conversation
             WHERE state = 'waiting' AND ended_at IS NULL AND (opened_at < $1 OR (opened_at = $1 AND id < $2)) LIMIT $3) w",
        params![one.opened_at, one.id, COUNT_MOST],
        |row| row.get("n"),
    )
}

/// Those in which nobody has said anything since before an instant. While somebody is there to answer, without those in which
/// the desk is to speak: they would fill the piece. Of these only what was warned before somebody came, and what a technician
/// asks, who may be the one who is there.
pub fn silent(
    tx: &mut Tx<'_>,
    since: Timestamp,
    somebody_is_there: bool,
    limit: i64,
) -> Result<Vec<ConversationId>> {
    tx.query(
        "SELECT c.id FROM chat_conversation c WHERE c.ended_at IS NULL AND c.last_word_at <= $1
             AND (NOT $2 OR (c.state = 'talking' AND NOT c.unanswered) OR c.warned_at IS NOT NULL
                  OR EXISTS (SELECT 1 FROM chat_duty d WHERE d.person = c.requester))
         ORDER BY c.last_word_at, c.id LIMIT $3",
        params![since, somebody_is_there, limit],
        |row| row.get("id"),
    )
}

/// Writes a message.
pub fn insert_message(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    message: &Message,
    token: Option<&str>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO chat_message (conversation, place, kind, author, person, body, at, token)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            conversation,
            message.place,
            message.kind.as_str(),
            message.author,
            message.person,
            &message.body,
            message.at,
            token
        ],
    )?;
    Ok(())
}

/// Whether a form was taken already.
pub fn is_said(tx: &mut Tx<'_>, conversation: ConversationId, token: &str) -> Result<bool> {
    let sql = "SELECT place FROM chat_message WHERE conversation = $1 AND token = $2";
    let found = tx.query_opt(sql, params![conversation, token], |row| row.get::<i64>("place"))?;
    Ok(found.is_some())
}

/// All messages, in their order.
pub fn messages(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Vec<Message>> {
    tx.query(
        "SELECT place, kind, author, person, body, at FROM chat_message WHERE conversation = $1 ORDER BY place LIMIT $2",
        params![conversation, MESSAGES_MOST],
        |row| {
            let kind: String = row.get("kind")?;
            Ok(Message {
                place: row.get("place")?,
                kind: Kind::stored(&kind)?,
                author: row.get("author")?,
                person: row.get("person")?,
                body: row.get("body")?,
                at: row.get("at")?,
            })
        },
    )
}
