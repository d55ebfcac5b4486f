//! Every SQL statement about resolutions and the questions to requesters.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;

use super::{Answer, AnsweredBy, Question, Resolution};

pub fn insert_resolution(tx: &mut Tx, resolution: &Resolution) -> Result<i64> {
    tx.query_one(
        "INSERT INTO desk_resolution (ticket, solution, tested, untested_reason, by_person, failed, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        params![
            resolution.ticket,
            &resolution.solution,
            resolution.tested,
            &resolution.untested_reason,
            resolution.by,
            resolution.failed,
            resolution.at
        ],
        |row| row.get("id"),
    )
}

fn read_resolution(row: &Row) -> Result<Resolution> {
    Ok(Resolution {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        solution: row.get("solution")?,
        tested: row.get("tested")?,
        untested_reason: row.get("untested_reason")?,
        by: row.get("by_person")?,
        failed: row.get("failed")?,
        at: row.get("at")?,
    })
}

/// The resolutions of a ticket, oldest first.
pub fn resolutions(tx: &mut Tx, ticket: i64) -> Result<Vec<Resolution>> {
    tx.query(
        "SELECT id, ticket, solution, tested, untested_reason, by_person, failed, at FROM desk_resolution
         WHERE ticket = $1 ORDER BY id LIMIT 100",
        params![ticket],
        read_resolution,
    )
}

pub fn resolution(tx: &mut Tx, id: i64) -> Result<Option<Resolution>> {
    tx.query_opt(
        "SELECT id, ticket, solution, tested, untested_reason, by_person, failed, at FROM desk_resolution WHERE id = $1",
        params![id],
        read_resolution,
    )
}

pub fn mark_failed(tx: &mut Tx, id: i64) -> Result<()> {
    tx.execute(
        "UPDATE desk_resolution SET failed = TRUE WHERE id = $1",
        params![id],
    )?;
    Ok(())
}

pub fn insert(tx: &mut Tx, question: &Question) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_verification (id, ticket, resolution, asked_at, expires_at, closes_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            question.id,
            question.ticket,
            question.resolution,
            question.asked_at,
            question.expires_at,
            question.closes_at
        ],
    )?;
    Ok(())
}

const COLUMNS: &str =
    "id, ticket, resolution, asked_at, expires_at, closes_at, answered_at, answer, via, by_person, comment";

fn read(row: &Row) -> Result<Question> {
    let answer: Option<String> = row.get("answer")?;
    let via: Option<String> = row.get("via")?;
    Ok(Question {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        resolution: row.get("resolution")?,
        asked_at: row.get("asked_at")?,
        expires_at: row.get("expires_at")?,
        closes_at: row.get("closes_at")?,
        answered_at: row.get("answered_at")?,
        answer: answer.as_deref().map(Answer::stored).transpose()?,
        answered_by: via.as_deref().map(AnsweredBy::stored).transpose()?,
        by: row.get("by_person")?,
        comment: row.get("comment")?,
    })
}

pub fn question(tx: &mut Tx, id: Id<Question>) -> Result<Option<Question>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM desk_verification WHERE id = $1"),
        params![id],
        read,
    )
}

/// The question of a ticket that waits for its answer.
pub fn open_question(tx: &mut Tx, ticket: i64) -> Result<Option<Question>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_verification WHERE ticket = $1 AND answered_at IS NULL ORDER BY asked_at DESC LIMIT 1"
    );
    tx.query_opt(&sql, params![ticket], read)
}

/// All questions of a ticket, oldest first.
pub fn questions(tx: &mut Tx, ticket: i64) -> Result<Vec<Question>> {
    let sql =
        format!("SELECT {COLUMNS} FROM desk_verification WHERE ticket = $1 ORDER BY asked_at, id LIMIT 100");
    tx.query(&sql, params![ticket], read)
}

pub fn answer(
    tx: &mut Tx,
    question: &Question,
    answer: Answer,
    via: AnsweredBy,
    by: Option<UserId>,
    comment: Option<&str>,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE desk_verification SET answered_at = $1, answer = $2, via = $3, by_person = $4, comment = $5 WHERE id = $6",
        params![at, answer.as_str(), via.as_str(), by, comment, question.id],
    )?;
    Ok(())
}

pub fn postpone(tx: &mut Tx, question: &Question, closes_at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE desk_verification SET closes_at = $1 WHERE id = $2",
        params![closes_at, question.id],
    )?;
    Ok(())
}

/// Tickets whose requester has been silent for the stated time, after a place in that order.
pub fn silent(tx: &mut Tx, now: Timestamp, after: (i64, i64), limit: i64) -> Result<Vec<(i64, i64)>> {
    tx.query(
        "SELECT closes_at, ticket FROM desk_verification
         WHERE answered_at IS NULL AND closes_at <= $1 AND (closes_at, ticket) > ($2, $3)
         ORDER BY closes_at, ticket LIMIT $4",
        params![now, after.0, after.1, limit],
        |row| Ok((row.get("closes_at")?, row.get("ticket")?)),
    )
}

/// How questions were answered in a span of time: yes, no, and silence, each by itself.
pub fn tally(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<Vec<(Answer, i64)>> {
    tx.query(
        "SELECT answer, COUNT(*) AS n FROM desk_verification
         WHERE answered_at >= $1 AND answered_at < $2 AND answer IS NOT NULL GROUP BY answer ORDER BY answer",
        params![from, to],
        |row| Ok((Answer::stored(&row.get::<String>("answer")?)?, row.get("n")?)),
    )
}

/// The question of a ticket that was answered last.
pub fn last_answered(tx: &mut Tx, ticket: i64) -> Result<Option<Question>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_verification WHERE ticket = $1 AND answered_at IS NOT NULL
         ORDER BY answered_at DESC, asked_at DESC LIMIT 1"
    );
    tx.query_opt(&sql, params![ticket], read)
}
