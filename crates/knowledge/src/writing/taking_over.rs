//! Bringing in articles that were written elsewhere: shipped with the product, or from another system, with their past.
//!
//! An article comes in whole or not at all, and once: its source and its name there are unique together.

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::json;

use super::{fresh, tell, write_draft};
use crate::article::checking;
use crate::article::{Article, Facts, State, store};
use crate::text::checking as wording;
use crate::text::{self, Text, Version, Words};
use crate::{MANAGE, events, reviewing};

/// An article from elsewhere.
#[derive(Debug, Clone)]
pub struct Arriving {
    /// What it is about.
    pub facts: Facts,
    /// How far it is here.
    pub state: State,
    /// Whether articles are begun from it.
    pub is_template: bool,
    /// Who brings it: `shipped`, `mediawiki:NAME`.
    pub source: String,
    /// Its name there.
    pub foreign_id: String,
    /// When it was begun there.
    pub created_at: Timestamp,
    /// Its languages, the original first.
    pub languages: Vec<Language>,
}

/// A language of it.
#[derive(Debug, Clone)]
pub struct Language {
    /// Which.
    pub locale: Locale,
    /// Its past, the oldest first; the last is what it says now.
    pub past: Vec<Past>,
}

/// What it said at a time.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// The words.
    pub words: Words,
    /// What the writer said of the change.
    pub note: String,
    /// Who wrote it, when they are known here.
    pub author: Option<UserId>,
    /// Their name there.
    pub author_name: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Takes one over.
///
/// # Errors
/// 403 without the right to manage; 409 when it is here already; names each field that is wrong.
pub fn take_over(tx: &mut Tx<'_>, cx: &Cx, arriving: &Arriving) -> Result<Article> {
    cx.require(MANAGE)?;
    if store::of_foreign(tx, &arriving.source, &arriving.foreign_id)?.is_some() {
        return Err(Error::conflict("knowledge.known_already"));
    }
    let facts = checking::checked(tx, cx, None, &arriving.facts)?;
    let languages: Vec<&Language> = arriving
        .languages
        .iter()
        .filter(|language| !language.past.is_empty())
        .collect();
    let original = languages
        .first()
        .ok_or_else(|| Error::invalid("knowledge.body_missing").field("body"))?;
    let mut article = fresh(&facts, original.locale, cx.now());
    article.created_at = arriving.created_at;
    article.created_by = cx.user_id();
    article.state = arriving.state;
    article.is_template = arriving.is_template;
    article.source = Some(arriving.source.clone());
    article.foreign_id = Some(arriving.foreign_id.clone());
    if arriving.state.is_read() {
        article.published_at = Some(cx.now());
        article.review_at = reviewing::next(facts.review_months, cx.now());
    }
    article.number = store::insert(tx, &article)?;
    let (mut versions, mut original_version) = (0, None);
    for language in languages {
        let last = put_language(tx, cx, &article, language, original_version)?;
        original_version = original_version.or(Some(last));
        versions += language.past.len();
    }
    let data = json!({ "source": arriving.source, "versions": versions });
    tell(tx, cx, article.number, events::IMPORTED, data, None)?;
    Ok(article)
}

/// Writes a language with its past; gives back the number of its last version.
fn put_language(
    tx: &mut Tx<'_>,
    cx: &Cx,
    article: &Article,
    language: &Language,
    original_version: Option<i64>,
) -> Result<i64> {
    let mut number = 0;
    let mut latest: Option<Version> = None;
    for (place, past) in language.past.iter().enumerate() {
        let is_last = place + 1 == language.past.len();
        // The past is taken as it was; what is read from now on obeys the limits.
        let words = if is_last {
            wording::checked(&past.words)?
        } else {
            wording::tidied(&past.words)
        };
        number += 1;
        let version = Version {
            article: article.number,
            locale: language.locale,
            version: number,
            words,
            note: past.note.chars().take(wording::NOTE_MAX).collect(),
            author: past.author,
            author_name: past.author_name.clone(),
            published: is_last && article.state.is_read(),
            at: past.at,
        };
        text::store::insert_version(tx, &version)?;
        latest = Some(version);
    }
    let Some(latest) = latest else { return Ok(number) };
    if !article.state.is_read() {
        write_draft(
            tx,
            cx,
            article,
            language.locale,
            &latest.words,
            1,
            original_version,
        )?;
        return Ok(number);
    }
    let text = Text {
        article: article.number,
        locale: language.locale,
        words: latest.words,
        version: number,
        original_version,
        updated_by: latest.author,
        updated_at: latest.at,
    };
    text::store::put(tx, &text)?;
    Ok(number)
}
