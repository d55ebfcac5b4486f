//! Every SQL statement about macros.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;

use super::Macro;
use crate::reply_template::Both;

const COLUMNS: &str = "id, owner, name_en, name_zh, definition";
/// More than this nobody would look through.
const AT_MOST: i64 = 200;

fn read(row: &Row) -> Result<Macro> {
    let definition: String = row.get("definition")?;
    Ok(Macro {
        id: row.get("id")?,
        owner: row.get("owner")?,
        name: Both {
            en: row.get("name_en")?,
            zh: row.get("name_zh")?,
        },
        definition: serde_json::from_str(&definition).map_err(Error::internal)?,
    })
}

/// Everybody's, and those of one person.
pub fn of(tx: &mut Tx, person: Option<UserId>) -> Result<Vec<Macro>> {
    let sql =
        format!("SELECT {COLUMNS} FROM desk_macro WHERE owner IS NULL OR owner = $1 ORDER BY id LIMIT $2");
    tx.query(&sql, params![person, AT_MOST], read)
}

pub fn load(tx: &mut Tx, id: Id<Macro>) -> Result<Option<Macro>> {
    let sql = format!("SELECT {COLUMNS} FROM desk_macro WHERE id = $1");
    tx.query_opt(&sql, params![id], read)
}

pub fn save(tx: &mut Tx, kept: &Macro, at: Timestamp) -> Result<()> {
    let definition = serde_json::to_string(&kept.definition).map_err(Error::internal)?;
    tx.execute(
        "INSERT INTO desk_macro (id, owner, name_en, name_zh, definition, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, name_en = excluded.name_en, name_zh = excluded.name_zh,
         definition = excluded.definition, at = excluded.at",
        params![kept.id, kept.owner, &kept.name.en, &kept.name.zh, definition, at],
    )?;
    Ok(())
}

pub fn delete(tx: &mut Tx, id: Id<Macro>) -> Result<()> {
    tx.execute("DELETE FROM desk_macro WHERE id = $1", params![id])?;
    Ok(())
}
