//! Every SQL statement about articles used in tickets, flags, and the sums by article and day.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;
use knowledge::Number;

use super::flagging::Flag;
use super::using::How;

/// An article that was used in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The ticket.
    pub ticket: i64,
    /// The article.
    pub article: Number,
    /// How.
    pub how: How,
    /// Somebody said that it answered the ticket.
    pub is_answer: bool,
    /// `user:ID` or `system:NAME`
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What became of the ticket; none while it is open.
    pub solved: Option<bool>,
    /// The day on which that was counted.
    pub settled_day: Option<i64>,
}

/// Articles of one ticket that are looked at.
const MOST: i64 = 100;
const USE_COLUMNS: &str = "ticket, article, how, is_answer, used_by, at, solved, settled_day";

fn one(row: &Row) -> Result<Use> {
    let how: String = row.get("how")?;
    Ok(Use {
        ticket: row.get("ticket")?,
        article: row.get("article")?,
        how: How::parse(&how).unwrap_or(How::Link),
        is_answer: row.get("is_answer")?,
        by: row.get("used_by")?,
        at: row.get("at")?,
        solved: row.get("solved")?,
        settled_day: row.get("settled_day")?,
    })
}

/// Keeps that it was used; whether that is new.
pub fn insert(
    tx: &mut Tx<'_>,
    ticket: i64,
    article: Number,
    how: How,
    by: &str,
    at: Timestamp,
) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO answers_use (ticket, article, how, is_answer, used_by, at, solved, settled_day)
         VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL) ON CONFLICT (ticket, article) DO NOTHING",
        params![ticket, article, how.as_str(), false, by, at],
    )?;
    Ok(rows > 0)
}

/// The articles used in a ticket, the first used first.
pub fn of_ticket(tx: &mut Tx<'_>, ticket: i64) -> Result<Vec<Use>> {
    tx.query(
        &format!("SELECT {USE_COLUMNS} FROM answers_use WHERE ticket = $1 ORDER BY at, article LIMIT $2"),
        params![ticket, MOST],
        one,
    )
}

/// The tickets an article was used in, the latest first.
pub fn of_article(tx: &mut Tx<'_>, article: Number, limit: i64) -> Result<Vec<Use>> {
    tx.query(
        &format!(
            "SELECT {USE_COLUMNS} FROM answers_use WHERE article = $1 ORDER BY at DESC, ticket DESC LIMIT $2"
        ),
        params![article, limit],
        one,
    )
}

/// Says whether it answered the ticket.
pub fn set_answer(tx: &mut Tx<'_>, ticket: i64, article: Number, answered: bool) -> Result<()> {
    tx.execute(
        "UPDATE answers_use SET is_answer = $3 WHERE ticket = $1 AND article = $2",
        params![ticket, article, answered],
    )?;
    Ok(())
}

/// Keeps what became of the ticket, and the day it was counted on.
pub fn settle(tx: &mut Tx<'_>, ticket: i64, article: Number, solved: bool, day: i64) -> Result<()> {
    tx.execute(
        "UPDATE answers_use SET solved = $3, settled_day = $4 WHERE ticket = $1 AND article = $2",
        params![ticket, article, solved, day],
    )?;
    Ok(())
}

/// What is added to the sums of an article and a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Used in tickets.
    pub used: i64,
    /// Tickets solved.
    pub solved: i64,
    /// Tickets not solved.
    pub unsolved: i64,
}

impl Counted {
    /// Used so often.
    #[must_use]
    pub const fn used(times: i64) -> Self {
        Self {
            used: times,
            solved: 0,
            unsolved: 0,
        }
    }

    /// A ticket that was solved or not, added (1) or taken back (-1).
    #[must_use]
    pub const fn settled(solved: bool, times: i64) -> Self {
        Self {
            used: 0,
            solved: if solved { times } else { 0 },
            unsolved: if solved { 0 } else { times },
        }
    }
}

/// Adds to the sums of an article and a day.
pub fn count(tx: &mut Tx<'_>, day: i64, article: Number, counted: Counted) -> Result<()> {
    tx.execute(
        "INSERT INTO answers_article_day (day, article, used, solved, unsolved, cases) VALUES ($1, $2, $3, $4, $5, 0)
         ON CONFLICT (day, article) DO UPDATE SET used = answers_article_day.used + excluded.used,
         solved = answers_article_day.solved + excluded.solved, unsolved = answers_article_day.unsolved + excluded.unsolved",
        params![day, article, counted.used, counted.solved, counted.unsolved],
    )?;
    Ok(())
}

fn flag_of(row: &Row) -> Result<Flag> {
    Ok(Flag {
        ticket: row.get("ticket")?,
        note: row.get("note")?,
        by: row.get("flagged_by")?,
        at: row.get("at")?,
        article: row.get("article")?,
        settled_at: row.get("settled_at")?,
    })
}

/// The flag of a ticket.
pub fn flag(tx: &mut Tx<'_>, ticket: i64) -> Result<Option<Flag>> {
    tx.query_opt(
        "SELECT ticket, note, flagged_by, at, article, settled_at FROM answers_flag WHERE ticket = $1",
        params![ticket],
        flag_of,
    )
}

/// Flags it; one that was settled waits again.
pub fn put_flag(tx: &mut Tx<'_>, ticket: i64, note: &str, by: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO answers_flag (ticket, note, flagged_by, at, article, settled_at) VALUES ($1, $2, $3, $4, NULL, NULL)
         ON CONFLICT (ticket) DO UPDATE SET note = excluded.note, flagged_by = excluded.flagged_by, at = excluded.at,
         settled_at = NULL",
        params![ticket, note, by, at],
    )?;
    Ok(())
}

/// It waits no longer; with the draft that was made of it, if one was.
pub fn settle_flag(tx: &mut Tx<'_>, ticket: i64, article: Option<Number>, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE answers_flag SET article = $2, settled_at = $3 WHERE ticket = $1",
        params![ticket, article, at],
    )?;
    Ok(())
}

/// Flags that wait, the oldest first.
pub fn open_flags(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Flag>> {
    tx.query(
        "SELECT ticket, note, flagged_by, at, article, settled_at FROM answers_flag WHERE settled_at IS NULL
         ORDER BY at, ticket LIMIT $1",
        params![limit],
        flag_of,
    )
}
