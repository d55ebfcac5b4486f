//! Every SQL statement about what people search for.

use kernel::Locale;
use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub id: String,
    pub text: String,
    /// The text by which it is counted.
    pub key: String,
    pub place: String,
    pub locale: Locale,
    /// Hits shown.
    pub found: i64,
    /// The first hit that was opened, as `kind:key`.
    pub opened: Option<String>,
    pub at: Timestamp,
}

/// The searches of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summed {
    pub key: String,
    /// As somebody typed it.
    pub text: String,
    pub locale: Locale,
    pub asked: i64,
    pub found_nothing: i64,
    /// Something was found and opened.
    pub opened: i64,
}

/// Keeps a search; whether it is new.
pub fn insert(tx: &mut Tx<'_>, asked: &Asked) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO answers_asked (id, text, key, place, locale, found, opened, at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL, $7) ON CONFLICT (id) DO NOTHING",
        params![
            &asked.id,
            &asked.text,
            &asked.key,
            &asked.place,
            asked.locale.tag(),
            asked.found,
            asked.at
        ],
    )?;
    Ok(rows > 0)
}

/// A search by its name.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Asked>> {
    tx.query_opt(
        "SELECT id, text, key, place, locale, found, opened, at FROM answers_asked WHERE id = $1",
        params![id],
        |row| {
            let locale: String = row.get("locale")?;
            Ok(Asked {
                id: row.get("id")?,
                text: row.get("text")?,
                key: row.get("key")?,
                place: row.get("place")?,
                locale: Locale::parse(&locale).unwrap_or_default(),
                found: row.get("found")?,
                opened: row.get("opened")?,
                at: row.get("at")?,
            })
        },
    )
}

/// Keeps what was opened first.
pub fn set_opened(tx: &mut Tx<'_>, id: &str, opened: &str) -> Result<()> {
    tx.execute(
        "UPDATE answers_asked SET opened = $2 WHERE id = $1 AND opened IS NULL",
        params![id, opened],
    )?;
    Ok(())
}

/// Counts a search in its month.
pub fn count(tx: &mut Tx<'_>, month: i64, asked: &Asked) -> Result<()> {
    let nothing = i64::from(asked.found == 0);
    tx.execute(
        "INSERT INTO answers_asked_month (month, key, text, locale, asked, found_nothing, opened)
         VALUES ($1, $2, $3, $4, 1, $5, 0)
         ON CONFLICT (month, key) DO UPDATE SET asked = answers_asked_month.asked + 1,
             found_nothing = answers_asked_month.found_nothing + excluded.found_nothing",
        params![month, &asked.key, &asked.text, asked.locale.tag(), nothing],
    )?;
    Ok(())
}

/// Counts that something was opened.
pub fn count_opened(tx: &mut Tx<'_>, month: i64, key: &str) -> Result<()> {
    tx.execute(
        "UPDATE answers_asked_month SET opened = opened + 1 WHERE month = $1 AND key = $2",
        params![month, key],
    )?;
    Ok(())
}

/// What was searched for since an instant, the commonest first.
pub fn summed(tx: &mut Tx<'_>, since: Timestamp, limit: i64) -> Result<Vec<Summed>> {
    tx.query(
        "SELECT key, MAX(text) AS text, MAX(locale) AS locale, COUNT(*) AS asked,
             CAST(SUM(CASE WHEN found = 0 THEN 1 ELSE 0 END) AS BIGINT) AS found_nothing,
             CAST(SUM(CASE WHEN opened IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS opened
         FROM answers_asked WHERE at >= $1 GROUP BY key ORDER BY asked DESC, key LIMIT $2",
        params![since, limit],
        |row| {
            let locale: String = row.get("locale")?;
            Ok(Summed {
                key: row.get("key")?,
                text: row.get("text")?,
                locale: Locale::parse(&locale).unwrap_or_default(),
                asked: row.get("asked")?,
                found_nothing: row.get("found_nothing")?,
                opened: row.get("opened")?,
            })
        },
    )
}

/// The articles that were opened from a search since an instant, as keys of the search index.
pub fn opened_articles(tx: &mut Tx<'_>, since: Timestamp, limit: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT DISTINCT opened FROM answers_asked WHERE at >= $1 AND opened LIKE 'article%' LIMIT $2",
        params![since, limit],
        |row| row.get("opened"),
    )
}

/// How many searches there were since an instant.
pub fn count_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM answers_asked WHERE at >= $1",
        params![since],
        |row| row.get("n"),
    )
}

/// Forgets searches and sums of before; sums of what was asked once from an own month on.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp, month: i64, once: i64) -> Result<()> {
    tx.execute("DELETE FROM answers_asked WHERE at < $1", params![before])?;
    tx.execute("DELETE FROM answers_asked_month WHERE month < $1", params![month])?;
    tx.execute(
        "DELETE FROM answers_asked_month WHERE month < $1 AND asked <= 1",
        params![once],
    )?;
    Ok(())
}
