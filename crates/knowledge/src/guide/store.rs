//! Every SQL statement about guides.

use std::collections::BTreeSet;

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::Result;

use super::{Definition, Guide};

const COLUMNS: &str = "id, place, enabled, definition, version";
const MOST: i64 = 500;

fn read(row: &Row) -> Result<Guide> {
    let definition: String = row.get("definition")?;
    Ok(Guide {
        key: row.get("id")?,
        place: row.get("place")?,
        enabled: row.get("enabled")?,
        definition: serde_json::from_str::<Definition>(&definition)?,
        version: row.get("version")?,
    })
}

/// All in their order.
pub fn all(tx: &mut Tx) -> Result<Vec<Guide>> {
    let sql = format!("SELECT {COLUMNS} FROM knowledge_guide ORDER BY place, id LIMIT $1");
    tx.query(&sql, params![MOST], read)
}

/// One guide.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Guide>> {
    let sql = format!("SELECT {COLUMNS} FROM knowledge_guide WHERE id = $1");
    tx.query_opt(&sql, params![id], read)
}

/// Those of these articles that there are.
pub fn known(tx: &mut Tx, numbers: &BTreeSet<i64>) -> Result<BTreeSet<i64>> {
    let numbers: Vec<i64> = numbers.iter().copied().collect();
    let mut found = BTreeSet::new();
    each_listed(&numbers, |list, values| {
        let sql = format!("SELECT number FROM knowledge_article WHERE number IN ({list})");
        found.extend(tx.query(&sql, values, |row| row.get::<i64>("number"))?);
        Ok(())
    })?;
    Ok(found)
}

/// The numbers of articles that came with the house, by name.
pub fn shipped(tx: &mut Tx, names: &[String]) -> Result<Vec<(String, i64)>> {
    let mut found = Vec::new();
    each_listed(names, |list, values| {
        let sql = format!(
            "SELECT foreign_id, number FROM knowledge_article WHERE source = 'shipped' AND foreign_id IN ({list})"
        );
        found.extend(tx.query(&sql, values, |row| {
            Ok((row.get("foreign_id")?, row.get("number")?))
        })?);
        Ok(())
    })?;
    Ok(found)
}

/// Keeps it, new or changed.
pub fn put(tx: &mut Tx, guide: &Guide) -> Result<()> {
    let definition = serde_json::to_string(&guide.definition)?;
    tx.execute(
        "INSERT INTO knowledge_guide (id, place, enabled, definition, version) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET place = excluded.place, enabled = excluded.enabled,
             definition = excluded.definition, version = excluded.version",
        params![&guide.key, guide.place, guide.enabled, definition, guide.version],
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    let rows = tx.execute("DELETE FROM knowledge_guide WHERE id = $1", params![id])?;
    Ok(rows > 0)
}
