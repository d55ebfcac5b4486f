//! Every SQL statement about shares.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Keeper, Kept, Share, ShareId, State};

const COLUMNS: &str = "id, ticket, person, person_name, state, reason, started_at, ended_at, node, generation, last_millis, pieces,
                       bytes, width, height";

fn side(row: &Row<'_>, name: &str) -> Result<u16> {
    let value: i64 = row.get(name)?;
    Ok(u16::try_from(value).unwrap_or_default())
}

fn state(row: &Row<'_>) -> Result<State> {
    let word: String = row.get("state")?;
    let known = State::ALL.into_iter().find(|one| one.as_str() == word);
    known.ok_or_else(|| Error::internal(format!("unknown state of a share {word:?}")))
}

fn share(row: &Row<'_>) -> Result<Share> {
    Ok(Share {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        person: row.get("person")?,
        person_name: row.get("person_name")?,
        state: state(row)?,
        reason: row.get("reason")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        keeper: Keeper {
            node: row.get("node")?,
            generation: row.get("generation")?,
        },
        kept: Kept {
            last_millis: row.get("last_millis")?,
            pieces: row.get("pieces")?,
            bytes: row.get("bytes")?,
            size: (side(row, "width")?, side(row, "height")?),
        },
    })
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    id: ShareId,
    ticket: i64,
    (person, name): (UserId, &str),
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_share (id, ticket, person, person_name, state, reason, started_at, seen_at, node, generation, last_millis,
             pieces, bytes, width, height)
         VALUES ($1, $2, $3, $4, 'waiting', '', $5, $5, '', 0, 0, 0, 0, 0, 0)",
        params![id, ticket, person, name, at],
    )?;
    Ok(())
}

pub(crate) fn find(tx: &mut Tx<'_>, id: ShareId) -> Result<Option<Share>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM fleet_share WHERE id = $1"),
        params![id],
        share,
    )
}

/// The latest, before one of them.
pub(crate) fn latest(tx: &mut Tx<'_>, before: Option<ShareId>, limit: i64) -> Result<Vec<Share>> {
    match before {
        Some(before) => tx.query(
            &format!("SELECT {COLUMNS} FROM fleet_share WHERE id < $1 ORDER BY id DESC LIMIT $2"),
            params![before, limit],
            share,
        ),
        None => tx.query(
            &format!("SELECT {COLUMNS} FROM fleet_share ORDER BY id DESC LIMIT $1"),
            params![limit],
            share,
        ),
    }
}

/// The latest of a ticket.
pub(crate) fn of_ticket(tx: &mut Tx<'_>, ticket: i64, limit: i64) -> Result<Vec<Share>> {
    tx.query(
        &format!("SELECT {COLUMNS} FROM fleet_share WHERE ticket = $1 ORDER BY id DESC LIMIT $2"),
        params![ticket, limit],
        share,
    )
}

/// Those of a ticket that are not over.
pub(crate) fn open_of_ticket(tx: &mut Tx<'_>, ticket: i64) -> Result<Vec<Share>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM fleet_share WHERE ticket = $1 AND state <> 'ended' ORDER BY id LIMIT 100"
        ),
        params![ticket],
        share,
    )
}

/// Those of a person that are not over.
pub(crate) fn open_of_person(tx: &mut Tx<'_>, person: UserId) -> Result<Vec<Share>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM fleet_share WHERE person = $1 AND state <> 'ended' ORDER BY id LIMIT 100"
        ),
        params![person],
        share,
    )
}

/// How many a person began since then.
pub(crate) fn count_since(tx: &mut Tx<'_>, person: UserId, since: Timestamp) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM fleet_share WHERE person = $1 AND started_at > $2",
        params![person, since],
        |row| row.get("n"),
    )
}

/// A node takes it up, unless it is over: whoever had it can write nothing from now on.
pub(crate) fn take(tx: &mut Tx<'_>, id: ShareId, node: &str, at: Timestamp) -> Result<Option<Share>> {
    tx.query_opt(
        &format!(
            "UPDATE fleet_share SET state = 'open', node = $2, generation = generation + 1, seen_at = $3
             WHERE id = $1 AND state <> 'ended' RETURNING {COLUMNS}"
        ),
        params![id, node, at],
        share,
    )
}

/// Says that it is kept and how far, and keeps the next piece when there is one. None when somebody else has taken it up; else how it
/// stands.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    id: ShareId,
    keeper: &Keeper,
    after: &Kept,
    piece: Option<&str>,
    at: Timestamp,
) -> Result<Option<(State, String)>> {
    let stands = tx.query_opt(
        "UPDATE fleet_share SET seen_at = $4, last_millis = $5, pieces = $6, bytes = $7, width = $8, height = $9
         WHERE id = $1 AND node = $2 AND generation = $3 RETURNING state, reason",
        params![
            id,
            &keeper.node,
            keeper.generation,
            at,
            after.last_millis,
            after.pieces,
            after.bytes,
            i64::from(after.size.0),
            i64::from(after.size.1)
        ],
        |row| Ok((state(row)?, row.get::<String>("reason")?)),
    )?;
    if let (Some(_), Some(hash)) = (&stands, piece) {
        tx.execute(
            "INSERT INTO fleet_share_piece (share, number, hash) VALUES ($1, $2, $3)",
            params![id, after.pieces - 1, hash],
        )?;
    }
    Ok(stands)
}

/// Its browser went away; whether it was this keeper's still.
pub(crate) fn away(tx: &mut Tx<'_>, id: ShareId, keeper: &Keeper, at: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE fleet_share SET state = 'waiting', seen_at = $4
         WHERE id = $1 AND node = $2 AND generation = $3 AND state = 'open'",
        params![id, &keeper.node, keeper.generation, at],
    )?;
    Ok(changed > 0)
}

/// It is over, unless it was before.
pub(crate) fn end(tx: &mut Tx<'_>, id: ShareId, reason: &str, at: Timestamp) -> Result<Option<Share>> {
    tx.query_opt(
        &format!(
            "UPDATE fleet_share SET state = 'ended', reason = $2, ended_at = $3 WHERE id = $1 AND state <> 'ended' RETURNING {COLUMNS}"
        ),
        params![id, reason, at],
        share,
    )
}

/// Ends those of which nobody has said anything since then, and gives them back.
pub(crate) fn end_unseen(tx: &mut Tx<'_>, since: Timestamp, at: Timestamp) -> Result<Vec<Share>> {
    tx.query(
        &format!(
            "UPDATE fleet_share SET state = 'ended', reason = 'gone', ended_at = $2
             WHERE state <> 'ended' AND seen_at < $1 RETURNING {COLUMNS}"
        ),
        params![since, at],
        share,
    )
}

/// Ends those that began before then, and gives them back.
pub(crate) fn end_long(tx: &mut Tx<'_>, before: Timestamp, at: Timestamp) -> Result<Vec<Share>> {
    tx.query(
        &format!(
            "UPDATE fleet_share SET state = 'ended', reason = 'too_long', ended_at = $2
             WHERE state <> 'ended' AND started_at < $1 RETURNING {COLUMNS}"
        ),
        params![before, at],
        share,
    )
}

/// The files of the recording so far, in order.
pub(crate) fn pieces(tx: &mut Tx<'_>, id: ShareId) -> Result<Vec<String>> {
    tx.query(
        "SELECT hash FROM fleet_share_piece WHERE share = $1 ORDER BY number",
        params![id],
        |row| row.get("hash"),
    )
}

/// Somebody looked on.
pub(crate) fn was_there(tx: &mut Tx<'_>, id: ShareId, person: UserId, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_share_person (share, person, at) VALUES ($1, $2, $3) ON CONFLICT (share, person) DO NOTHING",
        params![id, person, at],
    )?;
    Ok(())
}

/// Who looked on.
pub(crate) fn people(tx: &mut Tx<'_>, id: ShareId) -> Result<Vec<UserId>> {
    tx.query(
        "SELECT person FROM fleet_share_person WHERE share = $1 ORDER BY at, person LIMIT 100",
        params![id],
        |row| row.get("person"),
    )
}

/// Whether anything is shared at all.
pub(crate) fn is_any_open(tx: &mut Tx<'_>) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT 1 AS n FROM fleet_share WHERE state <> 'ended' LIMIT 1",
        params![],
        |row| row.get::<i64>("n"),
    )?;
    Ok(found.is_some())
}
