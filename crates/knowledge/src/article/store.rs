//! Every SQL statement about articles without their words.

use kernel::Locale;
use kernel::db::{Row, Tx, Value, each_listed, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Article, Kind, Number, ReviewReason, State};

const COLUMNS: &str = "number, kind, space, parent, place, category, state, audience, original, owner, is_template, software,
    software_version, review_months, review_at, review_reason, source, foreign_id, created_by, created_at, updated_at, published_at,
    solved, unsolved, tickets_solved, tickets_unsolved, reads, last_used_at, worth, version";

fn select(rest: &str) -> String {
    format!("SELECT {COLUMNS} FROM knowledge_article {rest}")
}

pub(crate) fn damaged(what: &str, word: &str) -> Error {
    Error::internal(format!("unknown {what} {word:?}"))
}

pub(crate) fn locale_of(tag: &str) -> Result<Locale> {
    Locale::parse(tag).ok_or_else(|| damaged("language", tag))
}

fn article(row: &Row<'_>) -> Result<Article> {
    let (kind, state): (String, String) = (row.get("kind")?, row.get("state")?);
    let (audience, original): (String, String) = (row.get("audience")?, row.get("original")?);
    let reason: Option<String> = row.get("review_reason")?;
    Ok(Article {
        number: row.get("number")?,
        kind: Kind::parse(&kind).ok_or_else(|| damaged("kind", &kind))?,
        space: row.get("space")?,
        parent: row.get("parent")?,
        place: row.get("place")?,
        category: row.get("category")?,
        state: State::parse(&state).ok_or_else(|| damaged("state", &state))?,
        audience: serde_json::from_str(&audience)?,
        original: locale_of(&original)?,
        owner: row.get("owner")?,
        is_template: row.get("is_template")?,
        software: row.get("software")?,
        software_version: row.get("software_version")?,
        review_months: row.get("review_months")?,
        review_at: row.get("review_at")?,
        review_reason: reason.as_deref().and_then(ReviewReason::parse),
        source: row.get("source")?,
        foreign_id: row.get("foreign_id")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        published_at: row.get("published_at")?,
        solved: row.get("solved")?,
        unsolved: row.get("unsolved")?,
        tickets_solved: row.get("tickets_solved")?,
        tickets_unsolved: row.get("tickets_unsolved")?,
        reads: row.get("reads")?,
        last_used_at: row.get("last_used_at")?,
        worth: row.get("worth")?,
        version: row.get("version")?,
    })
}

/// Writes a new one; gives back its number.
pub fn insert(tx: &mut Tx<'_>, article: &Article) -> Result<Number> {
    tx.query_one(
        "INSERT INTO knowledge_article (kind, space, parent, place, category, state, audience, original, owner, is_template,
             software, software_version, review_months, review_at, review_reason, source, foreign_id, created_by, created_at,
             updated_at, published_at, solved, unsolved, tickets_solved, tickets_unsolved, reads, last_used_at, worth, version)
         VALUES ($1, $2, $3, (SELECT COALESCE(MAX(place), 0) + 1 FROM knowledge_article WHERE space = $2), $4, $5, $6, $7, $8, $9,
             $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)
         RETURNING number",
        params![
            article.kind.as_str(),
            &article.space,
            article.parent,
            article.category.as_deref(),
            article.state.as_str(),
            serde_json::to_string(&article.audience)?,
            article.original.tag(),
            article.owner,
            article.is_template,
            article.software.as_deref(),
            article.software_version.as_deref(),
            article.review_months,
            article.review_at,
            article.review_reason.map(ReviewReason::as_str),
            article.source.as_deref(),
            article.foreign_id.as_deref(),
            article.created_by,
            article.created_at,
            article.updated_at,
            article.published_at,
            article.solved,
            article.unsolved,
            article.tickets_solved,
            article.tickets_unsolved,
            article.reads,
            article.last_used_at,
            article.worth,
            article.version
        ],
        |row| row.get("number"),
    )
}

/// Writes facts, state, and review of one that was changed. The sums of votes and reads are not touched.
pub fn update(tx: &mut Tx<'_>, article: &Article) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_article SET kind = $2, space = $3, parent = $4, place = $5, category = $6, state = $7, audience = $8,
             original = $9, owner = $10, is_template = $11, software = $12, software_version = $13, review_months = $14,
             review_at = $15, review_reason = $16, updated_at = $17, published_at = $18, version = $19
         WHERE number = $1",
        params![
            article.number,
            article.kind.as_str(),
            &article.space,
            article.parent,
            article.place,
            article.category.as_deref(),
            article.state.as_str(),
            serde_json::to_string(&article.audience)?,
            article.original.tag(),
            article.owner,
            article.is_template,
            article.software.as_deref(),
            article.software_version.as_deref(),
            article.review_months,
            article.review_at,
            article.review_reason.map(ReviewReason::as_str),
            article.updated_at,
            article.published_at,
            article.version
        ],
    )?;
    Ok(())
}

/// One.
pub fn find(tx: &mut Tx<'_>, number: Number) -> Result<Option<Article>> {
    tx.query_opt(&select("WHERE number = $1"), params![number], article)
}

/// Several, in no order.
pub fn find_many(tx: &mut Tx<'_>, numbers: &[Number]) -> Result<Vec<Article>> {
    let mut found = Vec::with_capacity(numbers.len());
    each_listed(numbers, |list, values| {
        found.extend(tx.query(&select(&format!("WHERE number IN ({list})")), values, article)?);
        Ok(())
    })?;
    Ok(found)
}

/// The one that came from elsewhere under this name.
pub fn of_foreign(tx: &mut Tx<'_>, source: &str, foreign_id: &str) -> Result<Option<Article>> {
    tx.query_opt(
        &select("WHERE source = $1 AND foreign_id = $2"),
        params![source, foreign_id],
        article,
    )
}

/// Numbers after a number, for walking over all.
pub fn numbers_after(tx: &mut Tx<'_>, after: Number, limit: i64) -> Result<Vec<Number>> {
    tx.query(
        "SELECT number FROM knowledge_article WHERE number > $1 ORDER BY number LIMIT $2",
        params![after, limit],
        |row| row.get("number"),
    )
}

/// What a list is narrowed to by the database.
#[derive(Debug, Clone, Default)]
pub struct Narrowed<'a> {
    pub space: Option<&'a str>,
    pub kind: Option<Kind>,
    pub state: Option<State>,
    pub owner: Option<UserId>,
    pub category: Option<&'a str>,
    pub software: Option<&'a str>,
    /// With words in this language, published or in work.
    pub locale: Option<Locale>,
    /// Only those that are due at this instant.
    pub due: Option<Timestamp>,
    pub is_template: Option<bool>,
}

/// The latest changed, after one of them.
pub fn latest(
    tx: &mut Tx<'_>,
    narrowed: &Narrowed<'_>,
    after: Option<(Timestamp, Number)>,
    limit: i64,
) -> Result<Vec<Article>> {
    let mut values: Vec<Value> = Vec::new();
    let mut wheres: Vec<String> = Vec::new();
    {
        let mut add = |text: &str, value: Value| {
            values.push(value);
            wheres.push(text.replace("$?", &format!("${}", values.len())));
        };
        if let Some(space) = narrowed.space {
            add("space = $?", space.into());
        }
        if let Some(kind) = narrowed.kind {
            add("kind = $?", kind.as_str().into());
        }
        if let Some(state) = narrowed.state {
            add("state = $?", state.as_str().into());
        }
        if let Some(owner) = narrowed.owner {
            add("owner = $?", owner.into());
        }
        if let Some(category) = narrowed.category {
            add("category = $?", category.into());
        }
        if let Some(software) = narrowed.software {
            add("software = $?", software.into());
        }
        if let Some(locale) = narrowed.locale {
            add(
                "(EXISTS (SELECT 1 FROM knowledge_text t WHERE t.article = number AND t.locale = $?)
                  OR EXISTS (SELECT 1 FROM knowledge_draft d WHERE d.article = number AND d.locale = $?))",
                locale.tag().into(),
            );
        }
        if let Some(now) = narrowed.due {
            add("(review_reason IS NOT NULL OR review_at <= $?)", now.into());
        }
        if let Some(is_template) = narrowed.is_template {
            add("is_template = $?", is_template.into());
        }
    }
    if let Some((at, number)) = after {
        values.push(at.into());
        values.push(number.into());
        let (at, number) = (values.len() - 1, values.len());
        wheres.push(format!(
            "(updated_at < ${at} OR (updated_at = ${at} AND number < ${number}))"
        ));
    }
    values.push(limit.into());
    let filter = if wheres.is_empty() {
        String::new()
    } else {
        format!("WHERE {} ", wheres.join(" AND "))
    };
    tx.query(
        &select(&format!(
            "{filter}ORDER BY updated_at DESC, number DESC LIMIT ${}",
            values.len()
        )),
        &values,
        article,
    )
}

/// Those of a space in the order of the tree.
pub fn of_space(tx: &mut Tx<'_>, space: &str, limit: i64) -> Result<Vec<Article>> {
    tx.query(
        &select("WHERE space = $1 ORDER BY place, number LIMIT $2"),
        params![space, limit],
        article,
    )
}

/// How many stand in each space, by state.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(String, State, i64)>> {
    tx.query(
        "SELECT space, state, COUNT(*) AS articles FROM knowledge_article WHERE NOT is_template GROUP BY space, state",
        &[],
        |row| {
            let state: String = row.get("state")?;
            let state = State::parse(&state).ok_or_else(|| damaged("state", &state))?;
            Ok((row.get("space")?, state, row.get("articles")?))
        },
    )
}

/// How many stand in a space, templates too.
pub fn count_in(tx: &mut Tx<'_>, space: &str) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS articles FROM knowledge_article WHERE space = $1",
        params![space],
        |row| row.get("articles"),
    )
}

/// Those that readers see and whose date has come without anybody having been told, the longest due first.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Article>> {
    tx.query(
        &select(
            "WHERE review_at <= $1 AND review_reason IS NULL AND state IN ('published', 'outdated') AND NOT is_template
             ORDER BY review_at, number LIMIT $2",
        ),
        params![now, limit],
        article,
    )
}

/// Those that readers see about a software, in another version than this one, after a number.
pub fn of_other_version(
    tx: &mut Tx<'_>,
    software: &str,
    version: &str,
    after: Number,
    limit: i64,
) -> Result<Vec<Article>> {
    tx.query(
        &select(
            "WHERE software = $1 AND (software_version IS NULL OR software_version <> $2) AND number > $3 AND NOT is_template
                 AND state IN ('published', 'outdated')
             ORDER BY number LIMIT $4",
        ),
        params![software, version, after, limit],
        article,
    )
}

/// The articles under an article, of any space.
pub fn under(tx: &mut Tx<'_>, parent: Number, limit: i64) -> Result<Vec<Article>> {
    tx.query(
        &select("WHERE parent = $1 ORDER BY place, number LIMIT $2"),
        params![parent, limit],
        article,
    )
}
