//! Every SQL statement about telephones that ring.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Ringing, RingingId};

/// More calls at once are more than one person answers, and than a page has room for.
const AT_MOST: i64 = 5;

fn read(row: &Row) -> Result<Ringing> {
    Ok(Ringing {
        id: row.get("id")?,
        source: row.get("source")?,
        call: row.get("call_id")?,
        person: row.get("person")?,
        caller: row.get("caller")?,
        until: row.get("until")?,
    })
}

pub(super) fn insert(tx: &mut Tx, ringing: &Ringing) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_ringing (id, source, call_id, person, caller, dismissed, until)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            ringing.id,
            ringing.source,
            ringing.call.as_str(),
            ringing.person,
            ringing.caller.as_str(),
            false,
            ringing.until
        ],
    )?;
    Ok(())
}

/// Also one that was dismissed.
pub(super) fn find(tx: &mut Tx, source: UserId, call: &str, person: UserId) -> Result<Option<Ringing>> {
    tx.query_opt(
        "SELECT id, source, call_id, person, caller, until FROM desk_ringing
         WHERE source = $1 AND call_id = $2 AND person = $3",
        params![source, call, person],
        read,
    )
}

/// Those that rang first come first.
pub(super) fn at(tx: &mut Tx, person: UserId, now: Timestamp) -> Result<Vec<Ringing>> {
    tx.query(
        "SELECT id, source, call_id, person, caller, until FROM desk_ringing
         WHERE person = $1 AND until >= $2 AND NOT dismissed ORDER BY until, id LIMIT $3",
        params![person, now, AT_MOST],
        read,
    )
}

/// At whom a call rings.
pub(super) fn people_of(tx: &mut Tx, source: UserId, call: &str) -> Result<Vec<UserId>> {
    tx.query(
        "SELECT person FROM desk_ringing WHERE source = $1 AND call_id = $2 ORDER BY person",
        params![source, call],
        |row| row.get("person"),
    )
}

pub(super) fn delete(tx: &mut Tx, source: UserId, call: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM desk_ringing WHERE source = $1 AND call_id = $2",
        params![source, call],
    )?;
    Ok(())
}

/// Whether there was one of this person's to dismiss.
pub(super) fn dismiss(tx: &mut Tx, id: RingingId, person: UserId) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE desk_ringing SET dismissed = $3 WHERE id = $1 AND person = $2 AND NOT dismissed",
        params![id, person, true],
    )?;
    Ok(changed > 0)
}

/// At whom something rang that is over by now.
pub(super) fn expired(tx: &mut Tx, now: Timestamp) -> Result<Vec<UserId>> {
    tx.query(
        "SELECT DISTINCT person FROM desk_ringing WHERE until < $1 ORDER BY person",
        params![now],
        |row| row.get("person"),
    )
}

pub(super) fn forget_before(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM desk_ringing WHERE until < $1", params![now])?;
    Ok(())
}

/// How many rows there are; for whoever has to prove that none is kept.
pub fn count(tx: &mut Tx) -> Result<i64> {
    tx.query_one("SELECT COUNT(*) AS n FROM desk_ringing", params![], |row| {
        row.get("n")
    })
}
