//! Saving words: of the hand, which makes a version, or by itself while somebody types.
//!
//! Whoever saves says what they wrote and from what. Where others saved meanwhile, the two are merged line by line, and the
//! writer gets back what stands there now; nobody is ever told to write it again.

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Arg;
use serde_json::json;

use super::{add_version, begin, tell, write_draft};
use crate::article::{Article, Number, store};
use crate::text::checking;
use crate::text::{self, Draft, Words};
use crate::{events, merging, reading};

/// What somebody wrote.
#[derive(Debug, Clone, Default)]
pub struct Save {
    /// The words as they are on the writer's screen.
    pub words: Words,
    /// The words they began from: what the last opening or save gave.
    pub base: Words,
    /// The step that went with them.
    pub step: i64,
    /// The editor saves while somebody types; no version is made.
    pub by_itself: bool,
    /// What the writer says of the change.
    pub note: String,
}

/// What stands there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The words.
    pub words: Words,
    /// Their step.
    pub step: i64,
    /// Whether they hold somebody else's changes too.
    pub merged: bool,
    /// How often both had changed the same lines; both stand there.
    pub conflicts: usize,
    /// The version that was made.
    pub version: Option<i64>,
}

/// Saves words of a language into the working copy.
///
/// # Errors
/// 404 and 403 as everywhere; names each field that is too long, or a title that is missing.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, number: Number, locale: Locale, save: &Save) -> Result<Saved> {
    let mut article = begin(tx, cx, number)?;
    let note = checking::note(&save.note)?;
    let mine = checked(save, &save.words)?;
    let base = checking::checked_base(&save.base)?;
    let draft = text::store::find_draft(tx, number, locale)?;
    let (theirs, step) = reading::current(tx, number, locale)?;
    // The words decide, not the step: a copy that was published or given up begins anew at step one.
    let is_alone = theirs == base || theirs == mine;
    let (words, conflicts) = if is_alone {
        (mine, 0)
    } else {
        merging::words(&base, &mine, &theirs)
    };
    let words = checked(save, &words)?;
    let step = if words == theirs {
        step
    } else {
        let from = original_version(tx, &article, locale, draft.as_ref())?;
        write_draft(tx, cx, &article, locale, &words, step + 1, from)?.step
    };
    let version = match save.by_itself {
        true => None,
        false => Some(add_version(tx, cx, number, locale, &words, &note)?),
    };
    if let Some(version) = version {
        article.updated_at = cx.now();
        store::update(tx, &article)?;
        let data = json!({ "locale": locale, "version": version, "merged": !is_alone });
        let personal = (!note.is_empty()).then(|| json!({ "note": note }));
        tell(tx, cx, number, events::SAVED, data, personal)?;
    }
    Ok(Saved {
        words,
        step,
        merged: !is_alone,
        conflicts,
        version,
    })
}

fn checked(save: &Save, words: &Words) -> Result<Words> {
    if save.by_itself {
        checking::checked_draft(words)
    } else {
        checking::checked(words)
    }
}

/// The version of the original that a working copy is made from: as the copy says, or the published translation; for a new
/// translation the original as it is published now.
fn original_version(
    tx: &mut Tx<'_>,
    article: &Article,
    locale: Locale,
    draft: Option<&Draft>,
) -> Result<Option<i64>> {
    if locale == article.original {
        return Ok(None);
    }
    if let Some(draft) = draft {
        return Ok(draft.original_version);
    }
    if let Some(text) = text::store::find(tx, article.number, locale)? {
        return Ok(text.original_version);
    }
    let original = text::store::find(tx, article.number, article.original)?;
    Ok(original.map(|text| text.version))
}

/// Gives up the working copy: what is published stands again.
///
/// # Errors
/// 404 and 403 as everywhere; 409 when nothing of this language was published, for then nothing would be left.
pub fn discard(tx: &mut Tx<'_>, cx: &Cx, number: Number, locale: Locale) -> Result<()> {
    let article = begin(tx, cx, number)?;
    let is_published = text::store::find(tx, number, locale)?.is_some();
    if !is_published && locale == article.original {
        return Err(Error::conflict("knowledge.nothing_published"));
    }
    // The words are still in the history: giving up by mistake loses nothing.
    if let Some(draft) = text::store::find_draft(tx, number, locale)? {
        add_version(tx, cx, number, locale, &draft.words, "")?;
    }
    if !text::store::delete_draft(tx, number, locale)? {
        return Err(Error::not_found());
    }
    tell(
        tx,
        cx,
        number,
        events::DISCARDED,
        json!({ "locale": locale }),
        None,
    )
}

/// Takes the words of a version back into the working copy. What stood there is in the history.
///
/// # Errors
/// 404 and 403 as everywhere, 404 when there is no such version.
pub fn restore(tx: &mut Tx<'_>, cx: &Cx, number: Number, locale: Locale, version: i64) -> Result<Saved> {
    begin(tx, cx, number)?;
    let wanted = text::store::find_version(tx, number, locale, version)?.ok_or_else(Error::not_found)?;
    let (words, step) = reading::current(tx, number, locale)?;
    if !words.title.is_empty() {
        add_version(tx, cx, number, locale, &words, "")?;
    }
    let note = cx
        .locale
        .t_with("knowledge-note-restored", &[("version", Arg::from(version))]);
    let saved = save(
        tx,
        cx,
        number,
        locale,
        &Save {
            words: wanted.words,
            base: words,
            step,
            by_itself: false,
            note,
        },
    )?;
    let data = json!({ "locale": locale, "version": version });
    tell(tx, cx, number, events::RESTORED, data, None)?;
    Ok(saved)
}
