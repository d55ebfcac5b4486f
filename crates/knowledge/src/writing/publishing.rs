//! Moving an article through its states. Publishing puts every working copy before the readers and makes it a version.

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde_json::json;

use super::{add_version, begin, keep};
use crate::article::{Article, Number, State, moving};
use crate::text::checking;
use crate::text::{self, Draft, Text};
use crate::{PUBLISH, events, reviewing};

/// Moves an article on: for review, published, outdated, withdrawn, or back to being written.
///
/// # Errors
/// 404 as everywhere; 403 without the right for this step; 409 when the step does not exist from here; 422 when it has no words
/// to publish.
pub fn set_state(tx: &mut Tx<'_>, cx: &Cx, number: Number, to: State, note: &str) -> Result<Article> {
    let mut article = begin(tx, cx, number)?;
    let note = checking::note(note)?;
    let from = article.state;
    let right = moving::right_for(from, to).ok_or_else(|| Error::conflict("knowledge.no_such_step"))?;
    let may_as_owner = to == State::Outdated && cx.user_id().is_some_and(|user| article.owner == Some(user));
    if !may_as_owner {
        cx.require(right)?;
    }
    let personal = (!note.is_empty()).then(|| json!({ "note": note }));
    article.state = to;
    if to == State::Published {
        let locales = put_before_readers(tx, cx, &article, &note)?;
        if locales.is_empty() && from == State::Published {
            return Err(Error::conflict("knowledge.nothing_to_publish"));
        }
        article.published_at = Some(cx.now());
        article.review_reason = None;
        article.review_at = reviewing::next(article.review_months, cx.now());
        reviewing::store::forget(tx, number)?;
        let data = json!({ "state": to, "before": from, "locales": locales });
        keep(tx, cx, &mut article, events::PUBLISHED, data, personal)?;
        return Ok(article);
    }
    if !to.is_read() {
        article.review_reason = None;
        article.review_at = None;
    }
    let data = json!({ "state": to, "before": from });
    keep(tx, cx, &mut article, events::STATE_CHANGED, data, personal)?;
    Ok(article)
}

/// Publishes every working copy; gives back its languages.
fn put_before_readers(tx: &mut Tx<'_>, cx: &Cx, article: &Article, note: &str) -> Result<Vec<Locale>> {
    cx.require(PUBLISH)?;
    let number = article.number;
    let drafts = text::store::drafts(tx, number)?;
    let before = text::store::of_article(tx, number)?;
    let has_original = |locale| locale == article.original;
    if !drafts.iter().any(|draft| has_original(draft.locale))
        && !before.iter().any(|text| has_original(text.locale))
    {
        return Err(Error::conflict("knowledge.original_missing"));
    }
    let original_before = before
        .iter()
        .find(|text| has_original(text.locale))
        .map(|text| text.version);
    // The original first: translations say which of its versions they are in step with.
    let (originals, translations): (Vec<Draft>, Vec<Draft>) =
        drafts.into_iter().partition(|draft| has_original(draft.locale));
    let mut locales = Vec::new();
    let mut original_now = original_before;
    for draft in originals {
        original_now = Some(publish(tx, cx, &draft, None, note)?);
        locales.push(draft.locale);
    }
    for draft in translations {
        // What was in step and is published together with the original stays in step.
        let was_in_step = draft.original_version.is_none() || draft.original_version == original_before;
        let in_step_with = if was_in_step {
            original_now
        } else {
            draft.original_version
        };
        publish(tx, cx, &draft, in_step_with, note)?;
        locales.push(draft.locale);
    }
    Ok(locales)
}

/// Publishes a working copy; gives back its version.
fn publish(
    tx: &mut Tx<'_>,
    cx: &Cx,
    draft: &Draft,
    original_version: Option<i64>,
    note: &str,
) -> Result<i64> {
    let words = checking::checked(&draft.words)?;
    if words.body.trim().is_empty() {
        return Err(Error::invalid("knowledge.body_missing").field("body"));
    }
    let version = add_version(tx, cx, draft.article, draft.locale, &words, note)?;
    text::store::mark_published(tx, draft.article, draft.locale, version)?;
    let text = Text {
        article: draft.article,
        locale: draft.locale,
        words,
        version,
        original_version,
        updated_by: cx.user_id(),
        updated_at: cx.now(),
    };
    text::store::put(tx, &text)?;
    text::store::delete_draft(tx, draft.article, draft.locale)?;
    Ok(version)
}
