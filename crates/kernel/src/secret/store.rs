//! Every SQL statement about keys.

use crate::db::{Tx, params};
use crate::error::Result;
use crate::time::Timestamp;

pub fn load(tx: &mut Tx<'_>, name: &str) -> Result<Option<Vec<u8>>> {
    tx.query_opt(
        "SELECT value FROM kernel_secret WHERE name = $1",
        params![name],
        |row| row.get("value"),
    )
}

pub fn insert(tx: &mut Tx<'_>, name: &str, value: &[u8], now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO kernel_secret (name, value, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
        params![name, value, now],
    )?;
    Ok(())
}
