//! Every SQL statement about published texts, working copies, and versions.

use std::collections::BTreeMap;

use kernel::Locale;
use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::Result;

use super::{Draft, Text, Version, Words};
use crate::article::Number;
use crate::article::store::locale_of;

/// Parts tags where they are kept.
const BETWEEN: &str = ", ";

fn joined(tags: &[String]) -> String {
    tags.join(BETWEEN)
}

fn parted(tags: &str) -> Vec<String> {
    tags.split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

fn words(row: &Row<'_>) -> Result<Words> {
    let tags: String = row.get("tags")?;
    Ok(Words {
        title: row.get("title")?,
        summary: row.get("summary")?,
        tags: parted(&tags),
        body: row.get("body")?,
    })
}

fn locale(row: &Row<'_>) -> Result<Locale> {
    let tag: String = row.get("locale")?;
    locale_of(&tag)
}

const TEXT: &str = "SELECT article, locale, title, summary, tags, body, version, original_version, updated_by, updated_at FROM knowledge_text";

fn text(row: &Row<'_>) -> Result<Text> {
    Ok(Text {
        article: row.get("article")?,
        locale: locale(row)?,
        words: words(row)?,
        version: row.get("version")?,
        original_version: row.get("original_version")?,
        updated_by: row.get("updated_by")?,
        updated_at: row.get("updated_at")?,
    })
}

/// The published text of a language.
pub fn find(tx: &mut Tx<'_>, article: Number, locale: Locale) -> Result<Option<Text>> {
    tx.query_opt(
        &format!("{TEXT} WHERE article = $1 AND locale = $2"),
        params![article, locale.tag()],
        text,
    )
}

/// The published texts of an article.
pub fn of_article(tx: &mut Tx<'_>, article: Number) -> Result<Vec<Text>> {
    tx.query(
        &format!("{TEXT} WHERE article = $1 ORDER BY locale"),
        params![article],
        text,
    )
}

/// The published texts of several articles.
pub fn of_articles(tx: &mut Tx<'_>, articles: &[Number]) -> Result<BTreeMap<Number, Vec<Text>>> {
    let mut found: BTreeMap<Number, Vec<Text>> = BTreeMap::new();
    each_listed(articles, |list, values| {
        let some = tx.query(
            &format!("{TEXT} WHERE article IN ({list}) ORDER BY article, locale"),
            values,
            text,
        )?;
        for one in some {
            found.entry(one.article).or_default().push(one);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Writes a published text, or over it.
pub fn put(tx: &mut Tx<'_>, text: &Text) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_text (article, locale, title, summary, tags, body, version, original_version, updated_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (article, locale) DO UPDATE SET title = excluded.title, summary = excluded.summary, tags = excluded.tags,
             body = excluded.body, version = excluded.version, original_version = excluded.original_version,
             updated_by = excluded.updated_by, updated_at = excluded.updated_at",
        params![
            text.article,
            text.locale.tag(),
            &text.words.title,
            &text.words.summary,
            joined(&text.words.tags),
            &text.words.body,
            text.version,
            text.original_version,
            text.updated_by,
            text.updated_at
        ],
    )?;
    Ok(())
}

/// Says which version of the original a translation is in step with.
pub fn put_in_step(tx: &mut Tx<'_>, article: Number, locale: Locale, version: i64) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_text SET original_version = $3 WHERE article = $1 AND locale = $2",
        params![article, locale.tag(), version],
    )?;
    Ok(())
}

const DRAFT: &str = "SELECT article, locale, title, summary, tags, body, step, original_version, updated_by, updated_at FROM knowledge_draft";

fn draft(row: &Row<'_>) -> Result<Draft> {
    Ok(Draft {
        article: row.get("article")?,
        locale: locale(row)?,
        words: words(row)?,
        step: row.get("step")?,
        original_version: row.get("original_version")?,
        updated_by: row.get("updated_by")?,
        updated_at: row.get("updated_at")?,
    })
}

/// The working copy of a language.
pub fn find_draft(tx: &mut Tx<'_>, article: Number, locale: Locale) -> Result<Option<Draft>> {
    tx.query_opt(
        &format!("{DRAFT} WHERE article = $1 AND locale = $2"),
        params![article, locale.tag()],
        draft,
    )
}

/// The working copies of an article.
pub fn drafts(tx: &mut Tx<'_>, article: Number) -> Result<Vec<Draft>> {
    tx.query(
        &format!("{DRAFT} WHERE article = $1 ORDER BY locale"),
        params![article],
        draft,
    )
}

/// The working copies of several articles.
pub fn drafts_of(tx: &mut Tx<'_>, articles: &[Number]) -> Result<BTreeMap<Number, Vec<Draft>>> {
    let mut found: BTreeMap<Number, Vec<Draft>> = BTreeMap::new();
    each_listed(articles, |list, values| {
        let some = tx.query(
            &format!("{DRAFT} WHERE article IN ({list}) ORDER BY article, locale"),
            values,
            draft,
        )?;
        for one in some {
            found.entry(one.article).or_default().push(one);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Writes a working copy, or over it.
pub fn put_draft(tx: &mut Tx<'_>, draft: &Draft) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_draft (article, locale, title, summary, tags, body, step, original_version, updated_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (article, locale) DO UPDATE SET title = excluded.title, summary = excluded.summary, tags = excluded.tags,
             body = excluded.body, step = excluded.step, original_version = excluded.original_version,
             updated_by = excluded.updated_by, updated_at = excluded.updated_at",
        params![
            draft.article,
            draft.locale.tag(),
            &draft.words.title,
            &draft.words.summary,
            joined(&draft.words.tags),
            &draft.words.body,
            draft.step,
            draft.original_version,
            draft.updated_by,
            draft.updated_at
        ],
    )?;
    Ok(())
}

/// Gives up a working copy; false when there was none.
pub fn delete_draft(tx: &mut Tx<'_>, article: Number, locale: Locale) -> Result<bool> {
    let gone = tx.execute(
        "DELETE FROM knowledge_draft WHERE article = $1 AND locale = $2",
        params![article, locale.tag()],
    )?;
    Ok(gone > 0)
}

const VERSION: &str = "SELECT article, locale, version, title, summary, tags, body, note, author, author_name, published, at FROM knowledge_version";

fn version(row: &Row<'_>) -> Result<Version> {
    let author: Option<String> = row.get("author")?;
    Ok(Version {
        article: row.get("article")?,
        locale: locale(row)?,
        version: row.get("version")?,
        words: words(row)?,
        note: row.get("note")?,
        author: author.and_then(|author| author.parse().ok()),
        author_name: row.get("author_name")?,
        published: row.get("published")?,
        at: row.get("at")?,
    })
}

/// One version.
pub fn find_version(
    tx: &mut Tx<'_>,
    article: Number,
    locale: Locale,
    number: i64,
) -> Result<Option<Version>> {
    tx.query_opt(
        &format!("{VERSION} WHERE article = $1 AND locale = $2 AND version = $3"),
        params![article, locale.tag(), number],
        version,
    )
}

/// The versions of a language before one of them, the latest first.
pub fn versions(
    tx: &mut Tx<'_>,
    article: Number,
    locale: Locale,
    before: i64,
    limit: i64,
) -> Result<Vec<Version>> {
    tx.query(
        &format!(
            "{VERSION} WHERE article = $1 AND locale = $2 AND version < $3 ORDER BY version DESC LIMIT $4"
        ),
        params![article, locale.tag(), before, limit],
        version,
    )
}

/// The latest version of a language.
pub fn last_version(tx: &mut Tx<'_>, article: Number, locale: Locale) -> Result<Option<Version>> {
    Ok(versions(tx, article, locale, i64::MAX, 1)?.into_iter().next())
}

/// Writes a version.
pub fn insert_version(tx: &mut Tx<'_>, version: &Version) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_version (article, locale, version, title, summary, tags, body, note, author, author_name, published, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            version.article,
            version.locale.tag(),
            version.version,
            &version.words.title,
            &version.words.summary,
            joined(&version.words.tags),
            &version.words.body,
            &version.note,
            version.author,
            version.author_name.as_deref(),
            version.published,
            version.at
        ],
    )?;
    Ok(())
}

/// Says that readers see a version now.
pub fn mark_published(tx: &mut Tx<'_>, article: Number, locale: Locale, version: i64) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_version SET published = $4 WHERE article = $1 AND locale = $2 AND version = $3",
        params![article, locale.tag(), version, true],
    )?;
    Ok(())
}

fn head(row: &Row<'_>) -> Result<(Number, Locale, Words)> {
    let words = Words {
        title: row.get("title")?,
        summary: row.get("summary")?,
        ..Words::default()
    };
    Ok((row.get("article")?, locale(row)?, words))
}

fn heads(
    tx: &mut Tx<'_>,
    table: &str,
    articles: &[Number],
) -> Result<BTreeMap<Number, Vec<(Locale, Words)>>> {
    let mut found: BTreeMap<Number, Vec<(Locale, Words)>> = BTreeMap::new();
    each_listed(articles, |list, values| {
        let sql = format!(
            "SELECT article, locale, title, summary FROM {table} WHERE article IN ({list}) ORDER BY article, locale"
        );
        for (article, locale, words) in tx.query(&sql, values, head)? {
            found.entry(article).or_default().push((locale, words));
        }
        Ok(())
    })?;
    Ok(found)
}

/// Titles and summaries of the published texts of several articles.
pub fn titles(tx: &mut Tx<'_>, articles: &[Number]) -> Result<BTreeMap<Number, Vec<(Locale, Words)>>> {
    heads(tx, "knowledge_text", articles)
}

/// Titles and summaries of the working copies of several articles.
pub fn draft_titles(tx: &mut Tx<'_>, articles: &[Number]) -> Result<BTreeMap<Number, Vec<(Locale, Words)>>> {
    heads(tx, "knowledge_draft", articles)
}
