//! Every SQL statement about terminals.

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Kept, Session};
use crate::act::ActId;
use crate::device::DeviceId;

const SELECT: &str = "SELECT act, device, ticket, run_as, user_name, columns, rows, state, reason, is_recorded, opened_at, ended_at,
                      place, last_millis, pieces, lines, bytes, hash FROM fleet_terminal";

/// A line of words of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Milliseconds since it began.
    pub at: i64,
    /// What stood there.
    pub words: String,
}

fn side(row: &Row<'_>, name: &str) -> Result<u16> {
    let value: i64 = row.get(name)?;
    Ok(u16::try_from(value).unwrap_or(80))
}

fn session(row: &Row<'_>) -> Result<Session> {
    Ok(Session {
        act: row.get("act")?,
        device: row.get("device")?,
        ticket: row.get("ticket")?,
        run_as: row.get("run_as")?,
        user: row.get("user_name")?,
        columns: side(row, "columns")?,
        rows: side(row, "rows")?,
        state: row.get("state")?,
        reason: row.get("reason")?,
        is_recorded: row.get("is_recorded")?,
        opened_at: row.get("opened_at")?,
        ended_at: row.get("ended_at")?,
        kept: Kept {
            place: row.get("place")?,
            last_millis: row.get("last_millis")?,
            pieces: row.get("pieces")?,
            lines: row.get("lines")?,
            bytes: row.get("bytes")?,
        },
        hash: row.get("hash")?,
    })
}

pub(crate) fn insert(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_terminal (act, device, ticket, run_as, user_name, columns, rows, state, reason, is_recorded, place,
             last_millis, pieces, lines, bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 0, 0)",
        params![
            session.act,
            session.device,
            session.ticket,
            &session.run_as,
            &session.user,
            i64::from(session.columns),
            i64::from(session.rows),
            &session.state,
            &session.reason,
            session.is_recorded
        ],
    )?;
    Ok(())
}

pub(crate) fn find(tx: &mut Tx<'_>, id: ActId) -> Result<Option<Session>> {
    tx.query_opt(&format!("{SELECT} WHERE act = $1"), params![id], session)
}

/// The device opened it, as this user.
pub(crate) fn opened(tx: &mut Tx<'_>, id: ActId, user: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_terminal SET state = 'open', user_name = $2, opened_at = COALESCE(opened_at, $3)
         WHERE act = $1 AND state <> 'ended'",
        params![id, user, at],
    )?;
    Ok(())
}

/// Not all of it is in the recording any more.
pub(crate) fn unrecorded(tx: &mut Tx<'_>, id: ActId) -> Result<()> {
    tx.execute(
        "UPDATE fleet_terminal SET is_recorded = $2 WHERE act = $1",
        params![id, false],
    )?;
    Ok(())
}

/// Keeps what came since: a piece of the recording and lines of words; `before` is what was kept until then.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    id: ActId,
    before: &Kept,
    after: &Kept,
    piece: &str,
    lines: &[Line],
) -> Result<()> {
    if !piece.is_empty() {
        tx.execute(
            "INSERT INTO fleet_terminal_piece (act, number, body) VALUES ($1, $2, $3)",
            params![id, before.pieces, piece],
        )?;
    }
    for (number, line) in (before.lines..).zip(lines) {
        tx.execute(
            "INSERT INTO fleet_terminal_line (act, number, at_millis, words, folded) VALUES ($1, $2, $3, $4, $5)",
            params![id, number, line.at, &line.words, line.words.to_lowercase()],
        )?;
    }
    tx.execute(
        "UPDATE fleet_terminal SET place = $2, last_millis = $3, pieces = $4, lines = $5, bytes = $6 WHERE act = $1",
        params![
            id,
            after.place,
            after.last_millis,
            after.pieces,
            after.lines,
            after.bytes
        ],
    )?;
    Ok(())
}

/// The recording so far, without its header.
pub(crate) fn pieces(tx: &mut Tx<'_>, id: ActId) -> Result<String> {
    let mut whole = String::new();
    tx.each(
        "SELECT body FROM fleet_terminal_piece WHERE act = $1 ORDER BY number",
        params![id],
        |row| {
            let body: String = row.get("body")?;
            whole.push_str(&body);
            Ok(())
        },
    )?;
    Ok(whole)
}

/// It is over, and its recording a file.
pub(crate) fn ended(
    tx: &mut Tx<'_>,
    id: ActId,
    reason: &str,
    hash: Option<&str>,
    at: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE fleet_terminal SET state = 'ended', reason = $2, hash = $3, ended_at = $4 WHERE act = $1 AND state <> 'ended'",
        params![id, reason, hash, at],
    )?;
    tx.execute("DELETE FROM fleet_terminal_piece WHERE act = $1", params![id])?;
    Ok(changed > 0)
}

/// Sessions that are not over, the oldest first.
pub(crate) fn open(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Session>> {
    tx.query(
        &format!("{SELECT} WHERE state <> 'ended' ORDER BY act LIMIT $1"),
        params![limit],
        session,
    )
}

/// The latest sessions.
pub(crate) fn latest(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Session>> {
    tx.query(
        &format!("{SELECT} ORDER BY act DESC LIMIT $1"),
        params![limit],
        session,
    )
}

/// The latest sessions on a device.
pub(crate) fn of_device(tx: &mut Tx<'_>, device: DeviceId, limit: i64) -> Result<Vec<Session>> {
    tx.query(
        &format!("{SELECT} WHERE device = $1 ORDER BY act DESC LIMIT $2"),
        params![device, limit],
        session,
    )
}

/// The latest sessions for a ticket.
pub(crate) fn of_ticket(tx: &mut Tx<'_>, ticket: i64, limit: i64) -> Result<Vec<Session>> {
    tx.query(
        &format!("{SELECT} WHERE ticket = $1 ORDER BY act DESC LIMIT $2"),
        params![ticket, limit],
        session,
    )
}

/// The words of a session.
pub(crate) fn lines(tx: &mut Tx<'_>, id: ActId, limit: i64) -> Result<Vec<Line>> {
    tx.query(
        "SELECT at_millis, words FROM fleet_terminal_line WHERE act = $1 ORDER BY number LIMIT $2",
        params![id, limit],
        line,
    )
}

/// Lines with these words, of these sessions.
pub(crate) fn search(
    tx: &mut Tx<'_>,
    sessions: &[ActId],
    words: &str,
    limit: usize,
) -> Result<Vec<(ActId, Line)>> {
    let mut found = Vec::new();
    let escaped = words
        .to_lowercase()
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    let pattern = format!("%{escaped}%");
    each_listed(sessions, |list, values| {
        let mut values = values.to_vec();
        values.push(pattern.as_str().into());
        let place = values.len();
        tx.each(
            &format!(
                "SELECT act, at_millis, words FROM fleet_terminal_line
                 WHERE act IN ({list}) AND folded LIKE ${place} ESCAPE '!' ORDER BY act DESC, number LIMIT 500"
            ),
            &values,
            |row| {
                if found.len() < limit {
                    found.push((row.get("act")?, line(row)?));
                }
                Ok(())
            },
        )
    })?;
    Ok(found)
}

fn line(row: &Row<'_>) -> Result<Line> {
    Ok(Line {
        at: row.get("at_millis")?,
        words: row.get("words")?,
    })
}

/// Somebody looked on, or took part.
pub(crate) fn was_there(
    tx: &mut Tx<'_>,
    id: ActId,
    person: UserId,
    took_part: bool,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_terminal_person (act, person, took_part, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (act, person) DO UPDATE SET took_part = fleet_terminal_person.took_part OR excluded.took_part",
        params![id, person, took_part, at],
    )?;
    Ok(())
}

/// Who was there, and whether they took part.
pub(crate) fn people(tx: &mut Tx<'_>, id: ActId) -> Result<Vec<(UserId, bool)>> {
    tx.query(
        "SELECT person, took_part FROM fleet_terminal_person WHERE act = $1 ORDER BY at, person LIMIT 100",
        params![id],
        |row| Ok((row.get("person")?, row.get("took_part")?)),
    )
}
