//! Every SQL statement about bringing articles over.

use std::collections::HashMap;

use kernel::db::{Row, Tx, params};
use kernel::error::Result;

use super::job::{Import, ImportId, Progress};
use crate::article::Number;

/// The articles of a source by their names there.
pub fn known(tx: &mut Tx<'_>, source: &str) -> Result<HashMap<String, Number>> {
    let rows = tx.query(
        "SELECT foreign_id, number FROM knowledge_article WHERE source = $1",
        params![source],
        |row| Ok((row.get("foreign_id")?, row.get("number")?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Articles, versions, and files that carry a source.
pub fn counts(tx: &mut Tx<'_>, source: &str) -> Result<(i64, i64, i64)> {
    tx.query_one(
        "SELECT (SELECT COUNT(*) FROM knowledge_article WHERE source = $1) AS articles,
             (SELECT COUNT(*) FROM knowledge_version v JOIN knowledge_article a ON a.number = v.article WHERE a.source = $1) AS versions,
             (SELECT COUNT(*) FROM knowledge_file f JOIN knowledge_article a ON a.number = f.article WHERE a.source = $1) AS files",
        params![source],
        |row| Ok((row.get("articles")?, row.get("versions")?, row.get("files")?)),
    )
}

/// Articles of a source that hold neutral addresses.
pub fn unlinked(tx: &mut Tx<'_>, source: &str) -> Result<Vec<Number>> {
    tx.query(
        "SELECT DISTINCT v.article FROM knowledge_version v JOIN knowledge_article a ON a.number = v.article
         WHERE a.source = $1 AND v.body LIKE '%](wiki-page:%' ORDER BY v.article",
        params![source],
        |row| row.get("article"),
    )
}

/// Where the words of an article stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Version,
    Text,
    Draft,
}

/// The words of an article in one place.
#[derive(Debug, Clone)]
pub struct Body {
    pub table: Table,
    pub article: Number,
    pub locale: String,
    /// None but for versions.
    pub version: i64,
    pub text: String,
}

/// All words of an article that hold neutral addresses.
pub fn bodies(tx: &mut Tx<'_>, article: Number) -> Result<Vec<Body>> {
    let tables = [
        (Table::Version, "version", "knowledge_version"),
        (Table::Text, "version", "knowledge_text"),
        (Table::Draft, "step", "knowledge_draft"),
    ];
    let mut found = Vec::new();
    for (table, version, name) in tables {
        let sql = format!(
            "SELECT locale, {version} AS version, body FROM {name} WHERE article = $1 AND body LIKE '%](wiki-page:%' ORDER BY locale, {version}"
        );
        found.extend(tx.query(&sql, params![article], |row| {
            Ok(Body {
                table,
                article,
                locale: row.get("locale")?,
                version: row.get("version")?,
                text: row.get("body")?,
            })
        })?);
    }
    Ok(found)
}

/// Writes words back to their place, unless somebody else has written there meanwhile.
pub fn put_body(tx: &mut Tx<'_>, body: &Body) -> Result<()> {
    let sql = match body.table {
        Table::Version => {
            "UPDATE knowledge_version SET body = $4 WHERE article = $1 AND locale = $2 AND version = $3"
        }
        Table::Text => {
            "UPDATE knowledge_text SET body = $4 WHERE article = $1 AND locale = $2 AND version = $3"
        }
        Table::Draft => {
            "UPDATE knowledge_draft SET body = $4 WHERE article = $1 AND locale = $2 AND step = $3"
        }
    };
    tx.execute(sql, params![body.article, &body.locale, body.version, &body.text])?;
    Ok(())
}

/// Puts an article under another of its space, unless it stands somewhere already.
pub fn put_under(tx: &mut Tx<'_>, article: Number, above: Number) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_article SET parent = $2 WHERE number = $1 AND number <> $2 AND parent IS NULL
             AND space = (SELECT space FROM knowledge_article WHERE number = $2)",
        params![article, above],
    )?;
    Ok(())
}

const COLUMNS: &str = "id, format, name, hash, options, state, report, started_by, at, ended_at";

fn import(row: &Row<'_>) -> Result<Import> {
    let (options, report): (String, String) = (row.get("options")?, row.get("report")?);
    let kept: serde_json::Value = serde_json::from_str(&report)?;
    let state: String = row.get("state")?;
    let progress = serde_json::from_value::<Progress>(kept.get("progress").cloned().unwrap_or_default()).ok();
    Ok(Import {
        id: row.get("id")?,
        format: row.get("format")?,
        name: row.get("name")?,
        hash: row.get("hash")?,
        options: serde_json::from_str(&options)?,
        failure: kept
            .get("failure")
            .and_then(|words| words.as_str())
            .map(str::to_owned),
        report: serde_json::from_value(kept.get("report").cloned().unwrap_or_default()).ok(),
        progress,
        state,
        started_by: row.get("started_by")?,
        at: row.get("at")?,
        ended_at: row.get("ended_at")?,
    })
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, import: &Import) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_import (id, format, name, hash, options, state, report, started_by, at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            import.id,
            &import.format,
            &import.name,
            &import.hash,
            serde_json::to_string(&import.options)?,
            &import.state,
            kept(import)?,
            import.started_by,
            import.at,
            import.ended_at
        ],
    )?;
    Ok(())
}

fn kept(import: &Import) -> Result<String> {
    let kept = serde_json::json!({
        "progress": import.progress,
        "report": import.report,
        "failure": import.failure,
    });
    Ok(kept.to_string())
}

/// Writes how far it is; nothing when it was ended meanwhile.
pub fn update(tx: &mut Tx<'_>, import: &Import) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE knowledge_import SET state = $2, report = $3, ended_at = $4 WHERE id = $1 AND state = 'waiting'",
        params![import.id, &import.state, kept(import)?, import.ended_at],
    )?;
    Ok(changed > 0)
}

/// One.
pub fn find(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<Import>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM knowledge_import WHERE id = $1"),
        params![id],
        import,
    )
}

/// The latest.
pub fn latest(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Import>> {
    tx.query(
        &format!("SELECT {COLUMNS} FROM knowledge_import ORDER BY at DESC, id DESC LIMIT $1"),
        params![limit],
        import,
    )
}
