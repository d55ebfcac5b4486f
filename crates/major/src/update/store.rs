//! Every SQL statement about words and who was told of them.

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

use super::refusal::Refusal;
use super::{Act, Outcome, Telling, Update, UpdateId, Words};
use crate::incident::{IncidentId, State};

const SELECT: &str = "SELECT id, incident, text_en, text_zh, state, tested, untested_reason, by_person, at, hidden_at FROM major_update";

fn update(row: &Row<'_>) -> Result<Update> {
    let state: String = row.get("state")?;
    Ok(Update {
        id: row.get("id")?,
        incident: row.get("incident")?,
        words: Words {
            en: row.get("text_en")?,
            zh: row.get("text_zh")?,
        },
        state: State::known(&state).ok_or_else(|| Error::internal(format!("unknown state {state:?}")))?,
        tested: row.get("tested")?,
        untested_reason: row.get("untested_reason")?,
        by: row.get("by_person")?,
        at: row.get("at")?,
        hidden_at: row.get("hidden_at")?,
    })
}

/// Writes words down.
pub fn insert(tx: &mut Tx<'_>, update: &Update) -> Result<()> {
    tx.execute(
        "INSERT INTO major_update (id, incident, text_en, text_zh, state, tested, untested_reason, by_person, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            update.id,
            update.incident,
            update.words.en.as_deref(),
            update.words.zh.as_deref(),
            update.state.as_str(),
            update.tested,
            update.untested_reason.as_deref(),
            update.by,
            update.at
        ],
    )?;
    Ok(())
}

/// Some words.
pub fn find(tx: &mut Tx<'_>, id: UpdateId) -> Result<Option<Update>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], update)
}

/// The latest words of an incident.
pub fn last(tx: &mut Tx<'_>, incident: IncidentId) -> Result<Option<Update>> {
    tx.query_opt(
        &format!("{SELECT} WHERE incident = $1 ORDER BY at DESC, id DESC LIMIT 1"),
        params![incident],
        update,
    )
}

/// The latest words of an incident that were not taken back.
pub fn last_shown(tx: &mut Tx<'_>, incident: IncidentId) -> Result<Option<Update>> {
    tx.query_opt(
        &format!("{SELECT} WHERE incident = $1 AND hidden_at IS NULL ORDER BY at DESC, id DESC LIMIT 1"),
        params![incident],
        update,
    )
}

/// Takes words off the status page, or puts them back.
pub fn set_hidden(tx: &mut Tx<'_>, words: UpdateId, at: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE major_update SET hidden_at = $2 WHERE id = $1",
        params![words, at],
    )?;
    Ok(())
}

/// The words of some incidents, the latest first.
pub fn of_incidents(tx: &mut Tx<'_>, incidents: &[IncidentId]) -> Result<Vec<Update>> {
    let mut found = Vec::new();
    each_listed(incidents, |list, values| {
        let sql = format!("{SELECT} WHERE incident IN ({list}) ORDER BY at DESC, id DESC");
        found.extend(tx.query(&sql, values, update)?);
        Ok(())
    })?;
    Ok(found)
}

/// A ticket shall hear of some words, unless it did or will.
pub fn await_telling(tx: &mut Tx<'_>, words: UpdateId, ticket: i64, act: Act) -> Result<()> {
    tx.execute(
        "INSERT INTO major_telling (words, ticket, act, outcome) VALUES ($1, $2, $3, 'waiting')
         ON CONFLICT (words, ticket) DO NOTHING",
        params![words, ticket, act.as_str()],
    )?;
    Ok(())
}

/// Tickets that still wait for some words, by number, after one.
pub fn waiting(tx: &mut Tx<'_>, words: UpdateId, after: i64, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT ticket FROM major_telling WHERE words = $1 AND outcome = 'waiting' AND ticket > $2
         ORDER BY ticket LIMIT $3",
        params![words, after, limit],
        |row| row.get("ticket"),
    )
}

/// Words from before a moment that somebody still waits for.
pub fn forgotten(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<UpdateId>> {
    tx.query(
        "SELECT id FROM major_update WHERE at < $1
           AND id IN (SELECT words FROM major_telling WHERE outcome = 'waiting') ORDER BY id LIMIT $2",
        params![before, limit],
        |row| row.get("id"),
    )
}

/// Nobody waits for the words of an incident any more.
pub fn skip_waiting(tx: &mut Tx<'_>, incident: IncidentId, reason: &Refusal, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE major_telling SET outcome = 'skipped', reason = $2, at = $3
         WHERE outcome = 'waiting' AND words IN (SELECT id FROM major_update WHERE incident = $1)",
        params![incident, serde_json::to_string(reason)?, at],
    )?;
    Ok(())
}

/// What was resolved with the words of an incident shall go on; gives back which words these were.
pub fn ask_back(tx: &mut Tx<'_>, incident: IncidentId) -> Result<Vec<UpdateId>> {
    let words = tx.query(
        "SELECT id FROM major_update WHERE incident = $1
           AND id IN (SELECT words FROM major_telling WHERE outcome = 'resolved') ORDER BY id",
        params![incident],
        |row| row.get("id"),
    )?;
    tx.execute(
        "UPDATE major_telling SET act = 'reopen', outcome = 'waiting', reason = NULL
         WHERE outcome = 'resolved' AND words IN (SELECT id FROM major_update WHERE incident = $1)",
        params![incident],
    )?;
    Ok(words)
}

/// A ticket that was taken out waits for nothing any more, and may wait again when it comes back. One that was resolved
/// with words of the incident is reopened all the same.
pub fn forget_waiting(tx: &mut Tx<'_>, incident: IncidentId, ticket: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM major_telling WHERE ticket = $2 AND outcome = 'waiting' AND act <> 'reopen'
           AND words IN (SELECT id FROM major_update WHERE incident = $1)",
        params![incident, ticket],
    )?;
    Ok(())
}

/// How it stands with some words and a ticket.
pub fn telling(tx: &mut Tx<'_>, words: UpdateId, ticket: i64) -> Result<Option<Telling>> {
    tx.query_opt(
        "SELECT ticket, act, outcome, reason FROM major_telling WHERE words = $1 AND ticket = $2",
        params![words, ticket],
        read_telling,
    )
}

/// How it stands with some words and every ticket.
pub fn tellings(tx: &mut Tx<'_>, words: UpdateId) -> Result<Vec<Telling>> {
    tx.query(
        "SELECT ticket, act, outcome, reason FROM major_telling WHERE words = $1 ORDER BY ticket",
        params![words],
        read_telling,
    )
}

fn read_telling(row: &Row<'_>) -> Result<Telling> {
    let (act, outcome): (String, String) = (row.get("act")?, row.get("outcome")?);
    let reason: Option<String> = row.get("reason")?;
    Ok(Telling {
        ticket: row.get("ticket")?,
        act: match act.as_str() {
            "resolve" => Act::Resolve,
            "reopen" => Act::Reopen,
            _ => Act::Reply,
        },
        outcome: Outcome::known(&outcome)
            .ok_or_else(|| Error::internal(format!("unknown outcome {outcome:?}")))?,
        reason: reason.as_deref().map(serde_json::from_str).transpose()?,
    })
}

/// Writes what became of it.
pub fn settle(tx: &mut Tx<'_>, words: UpdateId, telling: &Telling, at: Timestamp) -> Result<()> {
    let reason = telling.reason.as_ref().map(serde_json::to_string).transpose()?;
    tx.execute(
        "UPDATE major_telling SET act = $3, outcome = $4, reason = $5, at = $6 WHERE words = $1 AND ticket = $2",
        params![
            words,
            telling.ticket,
            telling.act.as_str(),
            telling.outcome.as_str(),
            reason.as_deref(),
            at
        ],
    )?;
    Ok(())
}

/// How many tickets each of some words reached, and how many they are for.
pub fn reached(tx: &mut Tx<'_>, words: &[UpdateId]) -> Result<Vec<(UpdateId, i64, i64)>> {
    let mut found = Vec::new();
    each_listed(words, |list, values| {
        let sql = format!(
            "SELECT words, SUM(CASE WHEN outcome IN ('told', 'resolved', 'reopened') OR act = 'reopen' THEN 1 ELSE 0 END) AS reached, COUNT(*) AS tickets
             FROM major_telling WHERE words IN ({list}) GROUP BY words"
        );
        found.extend(tx.query(&sql, values, |row| {
            Ok((row.get("words")?, row.get("reached")?, row.get("tickets")?))
        })?);
        Ok(())
    })?;
    Ok(found)
}

/// Tickets of an incident that took no words, were not resolved though they should have been, or wait since before a
/// moment, the latest first.
pub fn troubles(tx: &mut Tx<'_>, incident: IncidentId, late: Timestamp, limit: i64) -> Result<Vec<Telling>> {
    tx.query(
        "SELECT t.ticket, t.act, t.outcome, t.reason FROM major_telling t JOIN major_update u ON u.id = t.words
         WHERE u.incident = $1 AND (t.reason IS NOT NULL OR (t.outcome = 'waiting' AND t.act <> 'reopen' AND u.at < $2))
         ORDER BY u.at DESC, t.ticket LIMIT $3",
        params![incident, late, limit],
        read_telling,
    )
}
