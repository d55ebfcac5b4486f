//! Every SQL statement about checklists.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::Item;

pub(super) fn insert(tx: &mut Tx, ticket: i64, place: i64, text: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_checklist (ticket, place, item) VALUES ($1, $2, $3)",
        params![ticket, place, text],
    )?;
    Ok(())
}

pub fn of_ticket(tx: &mut Tx, ticket: i64) -> Result<Vec<Item>> {
    tx.query(
        "SELECT id, place, item, done_by, done_at FROM desk_checklist WHERE ticket = $1 ORDER BY place, id LIMIT 200",
        params![ticket],
        |row| {
            Ok(Item {
                id: row.get("id")?,
                place: row.get("place")?,
                text: row.get("item")?,
                done_by: row.get("done_by")?,
                done_at: row.get("done_at")?,
            })
        },
    )
}

pub(super) fn set_done(tx: &mut Tx, id: i64, done: Option<(Option<UserId>, Timestamp)>) -> Result<()> {
    let (by, at) = done.map_or((None, None), |(by, at)| (by, Some(at)));
    tx.execute(
        "UPDATE desk_checklist SET done_by = $1, done_at = $2 WHERE id = $3",
        params![by, at, id],
    )?;
    Ok(())
}

pub(super) fn set_place(tx: &mut Tx, id: i64, place: i64) -> Result<()> {
    tx.execute(
        "UPDATE desk_checklist SET place = $1 WHERE id = $2",
        params![place, id],
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM desk_checklist WHERE id = $1", params![id])?;
    Ok(())
}
