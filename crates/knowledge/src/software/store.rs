//! Every SQL statement about the software in use.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;

use super::Software;

fn software(row: &Row<'_>) -> Result<Software> {
    Ok(Software {
        name: row.get("name")?,
        version: row.get("version")?,
        changed_at: row.get("changed_at")?,
    })
}

/// All, by name.
pub fn all(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Software>> {
    tx.query(
        "SELECT name, version, changed_at FROM knowledge_software ORDER BY name LIMIT $1",
        params![limit],
        software,
    )
}

/// One.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<Software>> {
    tx.query_opt(
        "SELECT name, version, changed_at FROM knowledge_software WHERE name = $1",
        params![name],
        software,
    )
}

/// Writes one, or over it.
pub fn put(tx: &mut Tx<'_>, software: &Software) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_software (name, version, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET version = excluded.version, changed_at = excluded.changed_at",
        params![&software.name, &software.version, software.changed_at],
    )?;
    Ok(())
}

/// Removes one; false when there was none.
pub fn delete(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM knowledge_software WHERE name = $1", params![name])? > 0)
}
