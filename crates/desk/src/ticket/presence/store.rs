//! Every SQL statement about who is looking.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::id::UserId;

use super::Present;

/// More people than this on one ticket are a crowd, and need no names.
const AT_MOST: i64 = 20;

/// Whether a person is known to be there, and writing.
pub(super) fn typing(tx: &mut Tx, ticket: i64, person: UserId) -> Result<Option<bool>> {
    tx.query_opt(
        "SELECT is_typing FROM desk_presence WHERE ticket = $1 AND person = $2",
        params![ticket, person],
        |row| row.get("is_typing"),
    )
}

pub(super) fn save(tx: &mut Tx, ticket: i64, present: Present, until: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_presence (ticket, person, is_typing, until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (ticket, person) DO UPDATE SET is_typing = excluded.is_typing, until = excluded.until",
        params![ticket, present.person, present.is_typing, until],
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, ticket: i64, person: UserId) -> Result<()> {
    tx.execute(
        "DELETE FROM desk_presence WHERE ticket = $1 AND person = $2",
        params![ticket, person],
    )?;
    Ok(())
}

pub(super) fn forget_before(tx: &mut Tx, now: i64) -> Result<()> {
    tx.execute("DELETE FROM desk_presence WHERE until < $1", params![now])?;
    Ok(())
}

pub(super) fn present(tx: &mut Tx, ticket: i64, now: i64) -> Result<Vec<Present>> {
    tx.query(
        "SELECT person, is_typing FROM desk_presence WHERE ticket = $1 AND until >= $2 ORDER BY person LIMIT $3",
        params![ticket, now, AT_MOST],
        |row| {
            Ok(Present {
                person: row.get("person")?,
                is_typing: row.get("is_typing")?,
            })
        },
    )
}
