//! Every SQL statement about screens.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Kept, Session};
use crate::act::ActId;
use crate::device::DeviceId;

const SELECT: &str = "SELECT act, device, ticket, control, clipboard, user_name, state, reason, is_recorded, opened_at, agreed_at,
                      ended_at, place, last_millis, pieces, bytes, width, height FROM fleet_screen";

fn side(row: &Row<'_>, name: &str) -> Result<u16> {
    let value: i64 = row.get(name)?;
    Ok(u16::try_from(value).unwrap_or_default())
}

fn session(row: &Row<'_>) -> Result<Session> {
    Ok(Session {
        act: row.get("act")?,
        device: row.get("device")?,
        ticket: row.get("ticket")?,
        control: row.get("control")?,
        clipboard: row.get("clipboard")?,
        user: row.get("user_name")?,
        state: row.get("state")?,
        reason: row.get("reason")?,
        is_recorded: row.get("is_recorded")?,
        opened_at: row.get("opened_at")?,
        agreed_at: row.get("agreed_at")?,
        ended_at: row.get("ended_at")?,
        kept: Kept {
            place: row.get("place")?,
            last_millis: row.get("last_millis")?,
            pieces: row.get("pieces")?,
            bytes: row.get("bytes")?,
            width: side(row, "width")?,
            height: side(row, "height")?,
        },
    })
}

pub(crate) fn insert(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_screen (act, device, ticket, control, clipboard, user_name, state, reason, is_recorded, place, last_millis,
             pieces, bytes, width, height)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, 0, 0, 0)",
        params![
            session.act,
            session.device,
            session.ticket,
            session.control,
            session.clipboard,
            &session.user,
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

/// The device took it up, on this person's desktop.
pub(crate) fn opened(tx: &mut Tx<'_>, id: ActId, user: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_screen SET state = 'asking', user_name = $2, opened_at = COALESCE(opened_at, $3)
         WHERE act = $1 AND state = 'waiting'",
        params![id, user, at],
    )?;
    Ok(())
}

/// Whoever sits there agreed.
pub(crate) fn agreed(tx: &mut Tx<'_>, id: ActId, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_screen SET state = 'open', agreed_at = COALESCE(agreed_at, $2) WHERE act = $1 AND state <> 'ended'",
        params![id, at],
    )?;
    Ok(())
}

/// Not all of it is in the recording any more.
pub(crate) fn unrecorded(tx: &mut Tx<'_>, id: ActId) -> Result<()> {
    tx.execute(
        "UPDATE fleet_screen SET is_recorded = $2 WHERE act = $1",
        params![id, false],
    )?;
    Ok(())
}

/// Keeps how far it goes, and the next piece of the recording when there is one.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    id: ActId,
    before: &Kept,
    after: &Kept,
    piece: Option<&str>,
) -> Result<()> {
    if let Some(hash) = piece {
        tx.execute(
            "INSERT INTO fleet_screen_piece (act, number, hash) VALUES ($1, $2, $3)",
            params![id, before.pieces, hash],
        )?;
    }
    tx.execute(
        "UPDATE fleet_screen SET place = $2, last_millis = $3, pieces = $4, bytes = $5, width = $6, height = $7 WHERE act = $1",
        params![
            id,
            after.place,
            after.last_millis,
            after.pieces,
            after.bytes,
            i64::from(after.width),
            i64::from(after.height)
        ],
    )?;
    Ok(())
}

/// The files of the recording so far, in order.
pub(crate) fn pieces(tx: &mut Tx<'_>, id: ActId) -> Result<Vec<String>> {
    tx.query(
        "SELECT hash FROM fleet_screen_piece WHERE act = $1 ORDER BY number",
        params![id],
        |row| row.get("hash"),
    )
}

/// It is over; whether it was not before.
pub(crate) fn ended(tx: &mut Tx<'_>, id: ActId, reason: &str, at: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE fleet_screen SET state = 'ended', reason = $2, ended_at = $3 WHERE act = $1 AND state <> 'ended'",
        params![id, reason, at],
    )?;
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

/// Somebody looked on, or took part.
pub(crate) fn was_there(
    tx: &mut Tx<'_>,
    id: ActId,
    person: UserId,
    took_part: bool,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_screen_person (act, person, took_part, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (act, person) DO UPDATE SET took_part = fleet_screen_person.took_part OR excluded.took_part",
        params![id, person, took_part, at],
    )?;
    Ok(())
}

/// Who was there, and whether they took part.
pub(crate) fn people(tx: &mut Tx<'_>, id: ActId) -> Result<Vec<(UserId, bool)>> {
    tx.query(
        "SELECT person, took_part FROM fleet_screen_person WHERE act = $1 ORDER BY at, person LIMIT 100",
        params![id],
        |row| Ok((row.get("person")?, row.get("took_part")?)),
    )
}
