//! Every SQL statement about files.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;

use super::{File, FileId};

const COLUMNS: &str = "id, article, hash, name, media_type, size, added_by, at";

fn read(row: &Row) -> Result<File> {
    Ok(File {
        id: row.get("id")?,
        article: row.get("article")?,
        hash: row.get("hash")?,
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
        added_by: row.get("added_by")?,
        at: row.get("at")?,
    })
}

/// Keeps a file.
pub fn insert(tx: &mut Tx, file: &File) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_file (id, article, hash, name, media_type, size, added_by, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            file.id,
            file.article,
            &file.hash,
            &file.name,
            &file.media_type,
            file.size,
            file.added_by,
            file.at
        ],
    )?;
    Ok(())
}

/// One file.
pub fn find(tx: &mut Tx, id: FileId) -> Result<Option<File>> {
    let sql = format!("SELECT {COLUMNS} FROM knowledge_file WHERE id = $1");
    tx.query_opt(&sql, params![id], read)
}

/// The files of an article; ids sort by when they were made.
pub fn of_article(tx: &mut Tx, article: i64, limit: i64) -> Result<Vec<File>> {
    let sql = format!("SELECT {COLUMNS} FROM knowledge_file WHERE article = $1 ORDER BY id LIMIT $2");
    tx.query(&sql, params![article, limit], read)
}

pub(super) fn count(tx: &mut Tx, article: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS number FROM knowledge_file WHERE article = $1",
        params![article],
        |row| row.get("number"),
    )
}

pub(super) fn delete(tx: &mut Tx, id: FileId) -> Result<()> {
    tx.execute("DELETE FROM knowledge_file WHERE id = $1", params![id])?;
    Ok(())
}
