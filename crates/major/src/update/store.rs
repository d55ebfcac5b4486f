//! Every SQL statement about words and who was told of them.

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

use super::{Act, Outcome, Telling, Update, UpdateId, Words};
use crate::incident::{IncidentId, State};

const SELECT: &str =
    "SELECT id, incident, text_en, text_zh, state, tested, untested_reason, by_person, at FROM major_update";

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

/// Tickets that still wait for some words.
pub fn waiting(tx: &mut Tx<'_>, words: UpdateId, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT ticket FROM major_telling WHERE words = $1 AND outcome = 'waiting' ORDER BY ticket LIMIT $2",
        params![words, limit],
        |row| row.get("ticket"),
    )
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
    Ok(Telling {
        ticket: row.get("ticket")?,
        act: if act == Act::Resolve.as_str() {
            Act::Resolve
        } else {
            Act::Reply
        },
        outcome: Outcome::known(&outcome)
            .ok_or_else(|| Error::internal(format!("unknown outcome {outcome:?}")))?,
        reason: row.get("reason")?,
    })
}

/// Writes what became of it.
pub fn settle(tx: &mut Tx<'_>, words: UpdateId, telling: &Telling, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE major_telling SET act = $3, outcome = $4, reason = $5, at = $6 WHERE words = $1 AND ticket = $2",
        params![
            words,
            telling.ticket,
            telling.act.as_str(),
            telling.outcome.as_str(),
            telling.reason.as_deref(),
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
            "SELECT words, SUM(CASE WHEN outcome IN ('told', 'resolved') THEN 1 ELSE 0 END) AS reached, COUNT(*) AS tickets
             FROM major_telling WHERE words IN ({list}) GROUP BY words"
        );
        found.extend(tx.query(&sql, values, |row| {
            Ok((row.get("words")?, row.get("reached")?, row.get("tickets")?))
        })?);
        Ok(())
    })?;
    Ok(found)
}

/// Tickets of an incident that took no words, or were not resolved though they should have been, the latest first.
pub fn troubles(tx: &mut Tx<'_>, incident: IncidentId, limit: i64) -> Result<Vec<Telling>> {
    tx.query(
        "SELECT t.ticket, t.act, t.outcome, t.reason FROM major_telling t JOIN major_update u ON u.id = t.words
         WHERE u.incident = $1 AND t.reason IS NOT NULL ORDER BY u.at DESC, t.ticket LIMIT $2",
        params![incident, limit],
        read_telling,
    )
}
