//! Every SQL statement about templates.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;

use super::{Both, ReplyTemplate};

const COLUMNS: &str = "id, owner, name_en, name_zh, body_en, body_zh";
/// More than this nobody would look through.
const AT_MOST: i64 = 500;

fn read(row: &Row) -> Result<ReplyTemplate> {
    Ok(ReplyTemplate {
        id: row.get("id")?,
        owner: row.get("owner")?,
        name: Both {
            en: row.get("name_en")?,
            zh: row.get("name_zh")?,
        },
        body: Both {
            en: row.get("body_en")?,
            zh: row.get("body_zh")?,
        },
    })
}

/// Everybody's, and those of one person.
pub fn of(tx: &mut Tx, person: Option<UserId>) -> Result<Vec<ReplyTemplate>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_reply_template WHERE owner IS NULL OR owner = $1 ORDER BY id LIMIT $2"
    );
    tx.query(&sql, params![person, AT_MOST], read)
}

pub fn load(tx: &mut Tx, id: Id<ReplyTemplate>) -> Result<Option<ReplyTemplate>> {
    let sql = format!("SELECT {COLUMNS} FROM desk_reply_template WHERE id = $1");
    tx.query_opt(&sql, params![id], read)
}

pub fn save(tx: &mut Tx, template: &ReplyTemplate, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_reply_template (id, owner, name_en, name_zh, body_en, body_zh, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, name_en = excluded.name_en, name_zh = excluded.name_zh,
         body_en = excluded.body_en, body_zh = excluded.body_zh, at = excluded.at",
        params![
            template.id,
            template.owner,
            &template.name.en,
            &template.name.zh,
            &template.body.en,
            &template.body.zh,
            at
        ],
    )?;
    Ok(())
}

pub fn delete(tx: &mut Tx, id: Id<ReplyTemplate>) -> Result<()> {
    tx.execute("DELETE FROM desk_reply_template WHERE id = $1", params![id])?;
    Ok(())
}
