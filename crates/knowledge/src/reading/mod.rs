//! Reading articles, by rights: what one may not see is not there.
//!
//! `listing` is lists and trees. What a reader sees are published texts; working copies and versions are for those who write.

mod listing;

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};

use crate::article::{Article, Number, store};
use crate::text::{self, Draft, Seen, Text, Version, Words};
use crate::visibility;

pub use listing::{Branch, Cursor, Filter, Line, Page, lines, list, tree};

/// An article without its words.
///
/// # Errors
/// 404 when it is not there, or not for this reader.
pub fn article(tx: &mut Tx<'_>, cx: &Cx, number: Number) -> Result<Article> {
    let found = store::find(tx, number)?;
    found
        .filter(|article| visibility::may_see(cx, article))
        .ok_or_else(Error::not_found)
}

/// An article that this person may change.
///
/// # Errors
/// As [`article`]; 403 without the right to write, where it can be seen.
pub fn writable(tx: &mut Tx<'_>, cx: &Cx, number: Number) -> Result<Article> {
    let article = article(tx, cx, number)?;
    cx.require(crate::WRITE)?;
    Ok(article)
}

/// An article as it is read: in the wanted language or the reader's, else in the original's.
///
/// # Errors
/// 404 when it is not there, not for this reader, or nothing of it was published.
pub fn see(tx: &mut Tx<'_>, cx: &Cx, number: Number, wanted: Option<Locale>) -> Result<Seen> {
    let article = article(tx, cx, number)?;
    let texts = text::store::of_article(tx, number)?;
    seen(article, texts, wanted.unwrap_or(cx.locale)).ok_or_else(Error::not_found)
}

/// Pure: the text to show of those that are published.
fn seen(article: Article, texts: Vec<Text>, wanted: Locale) -> Option<Seen> {
    let locales: Vec<Locale> = texts.iter().map(|text| text.locale).collect();
    let original = texts
        .iter()
        .find(|text| text.locale == article.original)
        .map(|text| text.version);
    let text = best(&texts, wanted, article.original)?.clone();
    let is_stale = text.locale != article.original
        && original.is_some_and(|now| text.original_version.is_none_or(|then| then < now));
    Some(Seen {
        article,
        text,
        locales,
        is_stale,
    })
}

/// The text in a language, else the original, else any.
fn best(texts: &[Text], wanted: Locale, original: Locale) -> Option<&Text> {
    let in_language = |locale| texts.iter().find(|text| text.locale == locale);
    in_language(wanted)
        .or_else(|| in_language(original))
        .or_else(|| texts.first())
}

/// The words to go on writing: the working copy with its step, or the published text with step 0, or nothing at all in a
/// language that the article does not have yet.
///
/// # Errors
/// As [`writable`].
pub fn open_draft(tx: &mut Tx<'_>, cx: &Cx, number: Number, locale: Locale) -> Result<(Words, i64)> {
    writable(tx, cx, number)?;
    current(tx, number, locale)
}

/// [`open_draft`] without asking for rights.
pub(crate) fn current(tx: &mut Tx<'_>, number: Number, locale: Locale) -> Result<(Words, i64)> {
    if let Some(draft) = text::store::find_draft(tx, number, locale)? {
        return Ok((draft.words, draft.step));
    }
    let text = text::store::find(tx, number, locale)?;
    Ok((text.map(|text| text.words).unwrap_or_default(), 0))
}

/// The working copies of an article: what readers do not see yet.
///
/// # Errors
/// As [`writable`].
pub fn drafts(tx: &mut Tx<'_>, cx: &Cx, number: Number) -> Result<Vec<Draft>> {
    writable(tx, cx, number)?;
    text::store::drafts(tx, number)
}

/// The published texts of an article.
///
/// # Errors
/// As [`article`].
pub fn texts(tx: &mut Tx<'_>, cx: &Cx, number: Number) -> Result<Vec<Text>> {
    article(tx, cx, number)?;
    text::store::of_article(tx, number)
}

/// The versions of a language before one of them (`i64::MAX` for the latest), the latest first.
///
/// # Errors
/// As [`writable`].
pub fn versions(
    tx: &mut Tx<'_>,
    cx: &Cx,
    number: Number,
    locale: Locale,
    before: i64,
    limit: i64,
) -> Result<Vec<Version>> {
    writable(tx, cx, number)?;
    text::store::versions(tx, number, locale, before, limit)
}

/// One version.
///
/// # Errors
/// As [`writable`], 404 when there is none.
pub fn version(tx: &mut Tx<'_>, cx: &Cx, number: Number, locale: Locale, version: i64) -> Result<Version> {
    writable(tx, cx, number)?;
    text::store::find_version(tx, number, locale, version)?.ok_or_else(Error::not_found)
}
