//! Every SQL statement about spaces.

use kernel::db::{Tx, params};
use kernel::error::Result;

use super::Space;

/// All in their order.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Space>> {
    tx.query(
        "SELECT id, title_en, title_zh, icon, parent, place FROM knowledge_space ORDER BY place, id",
        &[],
        |row| {
            Ok(Space {
                id: row.get("id")?,
                title_en: row.get("title_en")?,
                title_zh: row.get("title_zh")?,
                icon: row.get("icon")?,
                parent: row.get("parent")?,
                place: row.get("place")?,
            })
        },
    )
}

/// Writes one, or over it.
pub fn put(tx: &mut Tx<'_>, space: &Space) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_space (id, title_en, title_zh, icon, parent, place) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET title_en = excluded.title_en, title_zh = excluded.title_zh, icon = excluded.icon,
             parent = excluded.parent, place = excluded.place",
        params![
            &space.id,
            &space.title_en,
            &space.title_zh,
            &space.icon,
            space.parent.as_deref(),
            space.place
        ],
    )?;
    Ok(())
}

/// Removes one.
pub fn delete(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    tx.execute("DELETE FROM knowledge_space WHERE id = $1", params![id])?;
    Ok(())
}
