//! Every SQL statement about acts, their output, and their files.

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Act, ActId, State};
use crate::device::DeviceId;

const SELECT: &str = "SELECT id, device, ticket, person, person_name, verb, danger, body, state, batch, fan_out, approved_by, rollout, node, epoch,
                      asked_at, due_at, sent_at, ended_at, cancel_at, outcome, bytes, is_cut, hash FROM fleet_act";

fn act(row: &Row<'_>) -> Result<Act> {
    let (state, outcome): (String, Option<String>) = (row.get("state")?, row.get("outcome")?);
    Ok(Act {
        id: row.get("id")?,
        device: row.get("device")?,
        ticket: row.get("ticket")?,
        person: row.get("person")?,
        person_name: row.get("person_name")?,
        verb: row.get("verb")?,
        danger: row.get("danger")?,
        body: row.get("body")?,
        state: State::known(&state).ok_or_else(|| Error::internal(format!("unknown state {state:?}")))?,
        batch: row.get("batch")?,
        fan_out: row.get("fan_out")?,
        approved_by: row.get("approved_by")?,
        rollout: row.get("rollout")?,
        node: row.get("node")?,
        epoch: row.get("epoch")?,
        asked_at: row.get("asked_at")?,
        due_at: row.get("due_at")?,
        sent_at: row.get("sent_at")?,
        ended_at: row.get("ended_at")?,
        cancel_at: row.get("cancel_at")?,
        outcome: outcome.map(|text| serde_json::from_str(&text)).transpose()?,
        bytes: row.get("bytes")?,
        is_cut: row.get("is_cut")?,
        hash: row.get("hash")?,
    })
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, act: &Act) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_act (id, device, ticket, person, person_name, verb, danger, body, state, batch, fan_out, approved_by,
             node, epoch, asked_at, due_at, sent_at, ended_at, cancel_at, outcome, bytes, is_cut, hash, rollout)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, NULL, $13, $14, NULL, NULL, NULL, NULL, 0, FALSE, NULL, $15)",
        params![
            act.id,
            act.device,
            act.ticket,
            act.person,
            &act.person_name,
            &act.verb,
            &act.danger,
            &act.body,
            act.state.as_str(),
            &act.batch,
            act.fan_out,
            act.approved_by,
            act.asked_at,
            act.due_at,
            act.rollout
        ],
    )?;
    Ok(())
}

/// Writes what changes in an act's life.
pub fn update(tx: &mut Tx<'_>, act: &Act) -> Result<()> {
    let outcome = act.outcome.as_ref().map(serde_json::to_string).transpose()?;
    tx.execute(
        "UPDATE fleet_act SET state = $2, approved_by = $3, node = $4, due_at = $5, sent_at = $6, ended_at = $7, cancel_at = $8,
             outcome = $9, bytes = $10, is_cut = $11, hash = $12, epoch = $13 WHERE id = $1",
        params![
            act.id,
            act.state.as_str(),
            act.approved_by,
            act.node.as_deref(),
            act.due_at,
            act.sent_at,
            act.ended_at,
            act.cancel_at,
            outcome.as_deref(),
            act.bytes,
            act.is_cut,
            act.hash.as_deref(),
            act.epoch
        ],
    )?;
    Ok(())
}

/// One.
pub fn find(tx: &mut Tx<'_>, id: ActId) -> Result<Option<Act>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], act)
}

/// Those of these ids.
pub fn find_many(tx: &mut Tx<'_>, ids: &[ActId]) -> Result<Vec<Act>> {
    let mut found = Vec::with_capacity(ids.len());
    each_listed(ids, |list, values| {
        found.extend(tx.query(&format!("{SELECT} WHERE id IN ({list})"), values, act)?);
        Ok(())
    })?;
    Ok(found)
}

/// Those of a device, the latest first, before one of them.
pub fn of_device(tx: &mut Tx<'_>, device: DeviceId, before: Option<ActId>, limit: i64) -> Result<Vec<Act>> {
    match before {
        Some(before) => tx.query(
            &format!("{SELECT} WHERE device = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
            params![device, before, limit],
            act,
        ),
        None => tx.query(
            &format!("{SELECT} WHERE device = $1 ORDER BY id DESC LIMIT $2"),
            params![device, limit],
            act,
        ),
    }
}

/// Those for a ticket, the latest first.
pub fn of_ticket(tx: &mut Tx<'_>, ticket: i64, limit: i64) -> Result<Vec<Act>> {
    tx.query(
        &format!("{SELECT} WHERE ticket = $1 ORDER BY id DESC LIMIT $2"),
        params![ticket, limit],
        act,
    )
}

/// Those of a ticket that are not over.
pub fn open_of_ticket(tx: &mut Tx<'_>, ticket: i64) -> Result<Vec<Act>> {
    tx.query(
        &format!("{SELECT} WHERE ticket = $1 AND ended_at IS NULL ORDER BY id LIMIT 1000"),
        params![ticket],
        act,
    )
}

/// Those of a device that are not over, the oldest first.
pub fn open_of_device(tx: &mut Tx<'_>, device: DeviceId) -> Result<Vec<Act>> {
    tx.query(
        &format!("{SELECT} WHERE device = $1 AND ended_at IS NULL AND state <> 'held' ORDER BY id LIMIT 200"),
        params![device],
        act,
    )
}

/// Those that are not over although their time is.
pub fn overdue(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Act>> {
    tx.query(
        &format!("{SELECT} WHERE ended_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2"),
        params![now, limit],
        act,
    )
}

/// Those that are not over, whatever their device.
pub fn all_open(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Act>> {
    tx.query(
        &format!("{SELECT} WHERE ended_at IS NULL ORDER BY due_at LIMIT $1"),
        params![limit],
        act,
    )
}

/// Those that wait for a second person, the latest first.
pub fn held(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Act>> {
    tx.query(
        &format!("{SELECT} WHERE state = 'held' ORDER BY id DESC LIMIT $1"),
        params![limit],
        act,
    )
}

/// Those that were asked for in one go and wait for a second person.
pub fn held_of_batch(tx: &mut Tx<'_>, batch: &str) -> Result<Vec<Act>> {
    tx.query(
        &format!("{SELECT} WHERE batch = $1 AND state = 'held' ORDER BY id LIMIT 2000"),
        params![batch],
        act,
    )
}

/// How many acts of a device are not over; of one verb when it is named.
pub fn count_open_of_device(tx: &mut Tx<'_>, device: DeviceId, verb: Option<&str>) -> Result<i64> {
    match verb {
        Some(verb) => tx.query_one(
            "SELECT COUNT(*) AS n FROM fleet_act WHERE device = $1 AND ended_at IS NULL AND verb = $2",
            params![device, verb],
            |row| row.get("n"),
        ),
        None => tx.query_one(
            "SELECT COUNT(*) AS n FROM fleet_act WHERE device = $1 AND ended_at IS NULL",
            params![device],
            |row| row.get("n"),
        ),
    }
}

/// The devices on which a person changed or ran something since an instant without a second person.
pub fn touched_alone(tx: &mut Tx<'_>, person: UserId, since: Timestamp) -> Result<Vec<DeviceId>> {
    tx.query(
        "SELECT DISTINCT device FROM fleet_act WHERE person = $1 AND asked_at > $2 AND danger <> 'view' AND approved_by IS NULL
             AND state <> 'held' LIMIT 1000",
        params![person, since],
        |row| row.get("device"),
    )
}

/// A piece of what an act wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its number.
    pub seq: i64,
    /// `out`, `err`, `note`.
    pub stream: String,
    /// When it came.
    pub at: Timestamp,
    /// What was written, as it was.
    pub body: Vec<u8>,
}

/// Keeps a piece; one that is there already stays as it is. Gives back whether it is new.
pub fn keep_piece(tx: &mut Tx<'_>, act: ActId, piece: &Piece) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO fleet_output (act, seq, stream, at, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (act, seq) DO NOTHING",
        params![act, piece.seq, &piece.stream, piece.at, piece.body.clone()],
    )?;
    Ok(rows == 1)
}

/// Counts what an act wrote.
pub fn add_bytes(tx: &mut Tx<'_>, act: ActId, bytes: i64) -> Result<()> {
    tx.execute(
        "UPDATE fleet_act SET bytes = bytes + $2 WHERE id = $1",
        params![act, bytes],
    )?;
    Ok(())
}

/// Notes that some of what an act wrote was left out.
pub fn cut(tx: &mut Tx<'_>, act: ActId) -> Result<()> {
    tx.execute("UPDATE fleet_act SET is_cut = TRUE WHERE id = $1", params![act])?;
    Ok(())
}

/// The pieces after a number.
pub fn pieces(tx: &mut Tx<'_>, act: ActId, after: i64, limit: i64) -> Result<Vec<Piece>> {
    tx.query(
        "SELECT seq, stream, at, body FROM fleet_output WHERE act = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        params![act, after, limit],
        piece,
    )
}

/// The last pieces, the oldest of them first.
pub fn last_pieces(tx: &mut Tx<'_>, act: ActId, limit: i64) -> Result<Vec<Piece>> {
    let mut last = tx.query(
        "SELECT seq, stream, at, body FROM fleet_output WHERE act = $1 ORDER BY seq DESC LIMIT $2",
        params![act, limit],
        piece,
    )?;
    last.reverse();
    Ok(last)
}

fn piece(row: &Row<'_>) -> Result<Piece> {
    Ok(Piece {
        seq: row.get("seq")?,
        stream: row.get("stream")?,
        at: row.get("at")?,
        body: row.get("body")?,
    })
}

/// Forgets the pieces of an act that is a file now.
pub fn forget_pieces(tx: &mut Tx<'_>, act: ActId) -> Result<()> {
    tx.execute("DELETE FROM fleet_output WHERE act = $1", params![act])?;
    Ok(())
}

/// A file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The act that moves it.
    pub act: ActId,
    /// Whether it comes from the device.
    pub is_get: bool,
    /// What it is called.
    pub name: String,
    /// Where it lies on the device.
    pub path: String,
    /// The act that began with it, when this one goes on.
    pub continues: Option<ActId>,
    /// Where this act began.
    pub start_at: i64,
    /// How far it came, from the file's beginning.
    pub moved: i64,
    /// The content, once it is here or before it leaves.
    pub hash: Option<String>,
}

/// Writes a new transfer.
pub fn insert_transfer(tx: &mut Tx<'_>, transfer: &Transfer) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_transfer (act, direction, name, path, continues, start_at, moved, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            transfer.act,
            if transfer.is_get { "get" } else { "put" },
            &transfer.name,
            &transfer.path,
            transfer.continues,
            transfer.start_at,
            transfer.moved,
            transfer.hash.as_deref()
        ],
    )?;
    Ok(())
}

/// The transfer of an act.
pub fn transfer(tx: &mut Tx<'_>, act: ActId) -> Result<Option<Transfer>> {
    tx.query_opt(
        "SELECT act, direction, name, path, continues, start_at, moved, hash FROM fleet_transfer WHERE act = $1",
        params![act],
        |row| {
            Ok(Transfer {
                act: row.get("act")?,
                is_get: row.get::<String>("direction")? == "get",
                name: row.get("name")?,
                path: row.get("path")?,
                continues: row.get("continues")?,
                start_at: row.get("start_at")?,
                moved: row.get("moved")?,
                hash: row.get("hash")?,
            })
        },
    )
}

/// How many acts go on with the file of one.
pub fn count_continuing(tx: &mut Tx<'_>, first: ActId) -> Result<usize> {
    let count: i64 = tx.query_one(
        "SELECT COUNT(*) AS n FROM fleet_transfer WHERE continues = $1",
        params![first],
        |row| row.get("n"),
    )?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Notes how far a transfer came.
pub fn moved(tx: &mut Tx<'_>, act: ActId, moved: i64, hash: Option<&str>) -> Result<()> {
    tx.execute(
        "UPDATE fleet_transfer SET moved = $2, hash = COALESCE($3, hash) WHERE act = $1",
        params![act, moved, hash],
    )?;
    Ok(())
}
