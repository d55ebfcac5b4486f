//! Every SQL statement about settings.

use crate::db::{Tx, params};
use crate::error::Result;
use crate::time::Timestamp;

pub fn load(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT value FROM kernel_setting WHERE name = $1",
        params![name],
        |row| row.get("value"),
    )
}

pub fn save(tx: &mut Tx<'_>, name: &str, value: &str, now: Timestamp, actor: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO kernel_setting (name, value, updated_at, actor) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE
         SET value = excluded.value, updated_at = excluded.updated_at, actor = excluded.actor",
        params![name, value, now, actor],
    )?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM kernel_setting WHERE name = $1", params![name])? == 1)
}
