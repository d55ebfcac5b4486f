//! Every SQL statement about sessions and seats.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Facts, Seat, Session, SessionId};
use crate::course::CourseId;

const COLUMNS: &str = "s.id, s.part, s.course, s.starts_at, s.minutes, s.place, s.seats, s.trainer, s.reminded_at, s.cancelled_at";
const MOST: i64 = 200;

fn session(row: &Row<'_>) -> Result<Session> {
    Ok(Session {
        id: row.get("id")?,
        part: row.get("part")?,
        course: row.get("course")?,
        facts: Facts {
            starts_at: row.get("starts_at")?,
            minutes: row.get("minutes")?,
            place: row.get("place")?,
            seats: row.get("seats")?,
            trainer: row.get("trainer")?,
        },
        reminded_at: row.get("reminded_at")?,
        cancelled_at: row.get("cancelled_at")?,
    })
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    let facts = &session.facts;
    tx.execute(
        "INSERT INTO training_session (id, part, course, starts_at, minutes, place, seats, trainer)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            session.id,
            session.part,
            session.course,
            facts.starts_at,
            facts.minutes,
            &facts.place,
            facts.seats,
            facts.trainer
        ],
    )?;
    Ok(())
}

/// Writes one that was changed.
pub fn update(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    let facts = &session.facts;
    tx.execute(
        "UPDATE training_session SET starts_at = $2, minutes = $3, place = $4, seats = $5, trainer = $6, reminded_at = $7,
             cancelled_at = $8 WHERE id = $1",
        params![
            session.id,
            facts.starts_at,
            facts.minutes,
            &facts.place,
            facts.seats,
            facts.trainer,
            session.reminded_at,
            session.cancelled_at
        ],
    )?;
    Ok(())
}

/// One, if there is one.
pub fn find(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<Session>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM training_session s WHERE s.id = $1"),
        params![id],
        session,
    )
}

/// Those of a part, the latest first.
pub fn of_part(tx: &mut Tx<'_>, part: i64) -> Result<Vec<Session>> {
    tx.query(
        &format!("SELECT {COLUMNS} FROM training_session s WHERE s.part = $1 ORDER BY s.starts_at DESC, s.id LIMIT $2"),
        params![part, MOST],
        session,
    )
}

/// Those to come in which somebody has a seat, the next first.
pub fn upcoming_of_person(tx: &mut Tx<'_>, person: UserId, now: Timestamp) -> Result<Vec<Session>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM training_seat p JOIN training_session s ON s.id = p.session
             WHERE p.person = $1 AND s.starts_at > $2 AND s.cancelled_at IS NULL ORDER BY s.starts_at, s.id LIMIT $3"
        ),
        params![person, now, MOST],
        session,
    )
}

/// Those that somebody holds, from an instant on, the next first.
pub fn held_by(tx: &mut Tx<'_>, trainer: UserId, from: Timestamp) -> Result<Vec<Session>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM training_session s
             WHERE s.trainer = $1 AND s.starts_at > $2 AND s.cancelled_at IS NULL ORDER BY s.starts_at, s.id LIMIT $3"
        ),
        params![trainer, from, MOST],
        session,
    )
}

/// Whether somebody holds a session of a course.
pub fn holds(tx: &mut Tx<'_>, course: CourseId, trainer: UserId) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT id FROM training_session WHERE trainer = $1 AND course = $2 LIMIT 1",
        params![trainer, course],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Those that begin soon and of which nobody was reminded.
pub fn to_remind(tx: &mut Tx<'_>, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<SessionId>> {
    tx.query(
        "SELECT id FROM training_session WHERE reminded_at IS NULL AND cancelled_at IS NULL AND starts_at > $1 AND starts_at <= $2
         ORDER BY starts_at, id LIMIT $3",
        params![now, until, limit],
        |row| row.get("id"),
    )
}

/// Who has a seat, in the order in which they took it.
pub fn seats(tx: &mut Tx<'_>, id: SessionId) -> Result<Vec<Seat>> {
    tx.query(
        "SELECT person, at, attended FROM training_seat WHERE session = $1 ORDER BY at, person LIMIT 2000",
        params![id],
        |row| {
            Ok(Seat {
                person: row.get("person")?,
                at: row.get("at")?,
                attended: row.get("attended")?,
            })
        },
    )
}

/// How many seats of each are taken.
pub fn taken(tx: &mut Tx<'_>, ids: &[SessionId]) -> Result<BTreeMap<SessionId, i64>> {
    let mut found = BTreeMap::new();
    each_listed(ids, |list, values| {
        let sql = format!(
            "SELECT session, COUNT(*) AS taken FROM training_seat WHERE session IN ({list}) GROUP BY session"
        );
        let rows: Vec<(SessionId, i64)> =
            tx.query(&sql, values, |row| Ok((row.get("session")?, row.get("taken")?)))?;
        found.extend(rows);
        Ok(())
    })?;
    Ok(found)
}

/// Gives somebody a seat, unless they have one.
pub fn add_seat(tx: &mut Tx<'_>, id: SessionId, person: UserId, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO training_seat (session, person, at) VALUES ($1, $2, $3) ON CONFLICT (session, person) DO NOTHING",
        params![id, person, at],
    )?;
    Ok(())
}

/// Takes a seat back.
pub fn remove_seat(tx: &mut Tx<'_>, id: SessionId, person: UserId) -> Result<()> {
    tx.execute(
        "DELETE FROM training_seat WHERE session = $1 AND person = $2",
        params![id, person],
    )?;
    Ok(())
}

/// Writes whether somebody was there.
pub fn set_attended(tx: &mut Tx<'_>, id: SessionId, person: UserId, attended: bool) -> Result<()> {
    tx.execute(
        "UPDATE training_seat SET attended = $3 WHERE session = $1 AND person = $2",
        params![id, person, attended],
    )?;
    Ok(())
}

/// Whether somebody was at another session of the same part.
pub fn attended_another(tx: &mut Tx<'_>, part: i64, but: SessionId, person: UserId) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT s.id FROM training_seat p JOIN training_session s ON s.id = p.session
         WHERE p.person = $1 AND s.part = $2 AND s.id <> $3 AND p.attended LIMIT 1",
        params![person, part, but],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// The sessions of a part in which somebody has or had a seat.
pub fn of_person_and_part(tx: &mut Tx<'_>, person: UserId, part: i64) -> Result<Vec<SessionId>> {
    tx.query(
        "SELECT s.id FROM training_seat p JOIN training_session s ON s.id = p.session
         WHERE p.person = $1 AND s.part = $2 ORDER BY s.id LIMIT $3",
        params![person, part, MOST],
        |row| row.get("id"),
    )
}
