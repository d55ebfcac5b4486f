//! Every SQL statement about lists that people keep.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::UserId;

use super::{Saved, ViewId};

fn saved(row: &Row<'_>) -> Result<Saved> {
    Ok(Saved {
        id: row.get("id")?,
        owner: row.get("owner")?,
        name: row.get("name")?,
        query: row.get("query")?,
        columns: row.get("columns")?,
        is_shared: row.get("is_shared")?,
        created_at: row.get("created_at")?,
    })
}

/// A reader's own and those that are shared.
pub(super) fn of_reader(tx: &mut Tx<'_>, person: UserId, limit: i64) -> Result<Vec<Saved>> {
    tx.query(
        "SELECT id, owner, name, query, columns, is_shared, created_at FROM fleet_view
         WHERE owner = $1 OR is_shared ORDER BY name, id LIMIT $2",
        params![person, limit],
        saved,
    )
}

/// How many somebody has.
pub(super) fn count(tx: &mut Tx<'_>, person: UserId) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM fleet_view WHERE owner = $1",
        params![person],
        |row| row.get("n"),
    )
}

/// Writes a new one.
pub(super) fn insert(tx: &mut Tx<'_>, view: &Saved) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_view (id, owner, name, query, columns, is_shared, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            view.id,
            view.owner,
            &view.name,
            &view.query,
            &view.columns,
            view.is_shared,
            view.created_at
        ],
    )?;
    Ok(())
}

/// Removes one of somebody's own; false when there is none.
pub(super) fn remove(tx: &mut Tx<'_>, id: ViewId, owner: UserId) -> Result<bool> {
    let rows = tx.execute(
        "DELETE FROM fleet_view WHERE id = $1 AND owner = $2",
        params![id, owner],
    )?;
    Ok(rows > 0)
}
