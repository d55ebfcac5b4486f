//! Every SQL statement about comments.

use kernel::Locale;
use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::UserId;

use super::Comment;

const COLUMNS: &str = "id, article, locale, author, body, at, settled_by, settled_at";

fn read(row: &Row) -> Result<Comment> {
    let locale: String = row.get("locale")?;
    Ok(Comment {
        id: row.get("id")?,
        article: row.get("article")?,
        locale: Locale::parse(&locale).unwrap_or_default(),
        author: row.get("author")?,
        body: row.get("body")?,
        at: row.get("at")?,
        settled_by: row.get("settled_by")?,
        settled_at: row.get("settled_at")?,
    })
}

pub(super) fn insert(tx: &mut Tx, comment: &Comment) -> Result<i64> {
    tx.query_one(
        "INSERT INTO knowledge_comment (article, locale, author, body, at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        params![
            comment.article,
            comment.locale.tag(),
            comment.author,
            &comment.body,
            comment.at
        ],
        |row| row.get("id"),
    )
}

/// One comment.
pub fn find(tx: &mut Tx, id: i64) -> Result<Option<Comment>> {
    let sql = format!("SELECT {COLUMNS} FROM knowledge_comment WHERE id = $1");
    tx.query_opt(&sql, params![id], read)
}

/// All of an article, oldest first.
pub fn of_article(tx: &mut Tx, article: i64, after: i64, limit: i64) -> Result<Vec<Comment>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM knowledge_comment WHERE article = $1 AND id > $2 ORDER BY id LIMIT $3"
    );
    tx.query(&sql, params![article, after, limit], read)
}

/// One person's of an article, oldest first.
pub fn of_author(tx: &mut Tx, article: i64, author: UserId, after: i64, limit: i64) -> Result<Vec<Comment>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM knowledge_comment WHERE article = $1 AND author = $2 AND id > $3 ORDER BY id LIMIT $4"
    );
    tx.query(&sql, params![article, author, after, limit], read)
}

pub(super) fn update(tx: &mut Tx, comment: &Comment) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_comment SET settled_by = $2, settled_at = $3 WHERE id = $1",
        params![comment.id, comment.settled_by, comment.settled_at],
    )?;
    Ok(())
}
