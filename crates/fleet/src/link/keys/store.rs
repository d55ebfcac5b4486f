//! Every SQL statement about the server's keys.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::Shown;

/// A key as it lies.
pub(super) struct Kept {
    pub shown: Shown,
    pub sealed: String,
}

/// The oldest first.
pub(super) fn living(tx: &mut Tx<'_>) -> Result<Vec<Kept>> {
    tx.query(
        "SELECT id, public, sealed, made_at FROM fleet_link_key WHERE withdrawn_at IS NULL ORDER BY made_at, id LIMIT 16",
        &[],
        |row| {
            Ok(Kept {
                shown: Shown {
                    id: row.get("id")?,
                    public: row.get("public")?,
                    made_at: row.get("made_at")?,
                },
                sealed: row.get("sealed")?,
            })
        },
    )
}

pub(super) fn insert(tx: &mut Tx<'_>, id: &str, public: &str, sealed: &str, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_link_key (id, public, sealed, made_at) VALUES ($1, $2, $3, $4)",
        params![id, public, sealed, now],
    )?;
    Ok(())
}

pub(super) fn withdraw(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_link_key SET withdrawn_at = $2, sealed = '' WHERE id = $1 AND withdrawn_at IS NULL",
        params![id, now],
    )?;
    Ok(())
}
