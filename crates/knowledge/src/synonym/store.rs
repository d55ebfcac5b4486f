//! Every SQL statement about words that mean the same.

use kernel::db::{Tx, params};
use kernel::error::Result;

use super::Group;

/// All groups.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Group>> {
    tx.query(
        "SELECT id, words FROM knowledge_synonym ORDER BY id",
        &[],
        |row| {
            let words: String = row.get("words")?;
            Ok(Group {
                id: row.get("id")?,
                words: serde_json::from_str(&words)?,
            })
        },
    )
}

/// Writes a new one; gives back its id.
pub fn insert(tx: &mut Tx<'_>, words: &[String]) -> Result<i64> {
    tx.query_one(
        "INSERT INTO knowledge_synonym (words) VALUES ($1) RETURNING id",
        params![serde_json::to_string(words)?],
        |row| row.get("id"),
    )
}

/// Writes over one.
pub fn update(tx: &mut Tx<'_>, id: i64, words: &[String]) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_synonym SET words = $2 WHERE id = $1",
        params![id, serde_json::to_string(words)?],
    )?;
    Ok(())
}

/// Removes one.
pub fn delete(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    tx.execute("DELETE FROM knowledge_synonym WHERE id = $1", params![id])?;
    Ok(())
}
