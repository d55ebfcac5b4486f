//! Keeping the glossary: save a term, remove one.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use kernel::i18n::Locale;
use serde_json::json;

use super::{PLAIN_MAX, TERM_MAX, TERMS_MAX, Term, all, key, store};
use crate::article;
use crate::events;
use crate::ticket::access;

/// What a person wrote.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub language: Locale,
    pub term: String,
    pub plain: String,
    /// The version that was read, when one was.
    pub read: Option<i64>,
}

/// Saves a term; without an id it is a new one.
///
/// # Errors
/// Names every wrong field: what is missing or too long, and a term that is in the glossary already.
pub fn save(tx: &mut Tx, cx: &Cx, id: Option<i64>, wanted: &Wanted) -> Result<Term> {
    cx.require(access::GLOSSARY)?;
    tx.lock("desk.glossary", "list")?;
    let known = all(tx)?;
    let before = match id {
        Some(id) => Some(
            known
                .iter()
                .find(|term| term.id == id)
                .ok_or_else(Error::not_found)?,
        ),
        None => None,
    };
    if before.is_some_and(|before| wanted.read.is_some_and(|read| read != before.version)) {
        return Err(Error::conflict("desk.glossary.changed_meanwhile"));
    }
    let mut errors = Errors::new();
    let term = article::line(&mut errors, "term", &wanted.term, TERM_MAX);
    let plain = article::line(&mut errors, "plain", &wanted.plain, PLAIN_MAX);
    let key = key(&term);
    if key.is_empty() {
        errors.push("term", "desk.glossary.term_missing");
    }
    if plain.is_empty() {
        errors.push("plain", "desk.glossary.plain_missing");
    }
    let is_same = |other: &&Term| other.language == wanted.language && other.key == key;
    if known
        .iter()
        .find(is_same)
        .is_some_and(|other| Some(other.id) != id)
    {
        errors.push("term", "desk.glossary.term_known");
    }
    errors.finish()?;
    let of_language = known
        .iter()
        .filter(|term| term.language == wanted.language)
        .count();
    let is_more = before.is_none_or(|before| before.language != wanted.language);
    if is_more && i64::try_from(of_language).unwrap_or(TERMS_MAX) >= TERMS_MAX {
        return Err(Error::invalid("desk.glossary.too_many").arg("max", TERMS_MAX));
    }
    let mut term = Term {
        id: id.unwrap_or(0),
        language: wanted.language,
        term,
        key,
        plain,
        version: before.map_or(1, |before| before.version + 1),
    };
    let by = (cx.now(), cx.user_id());
    if id.is_some() {
        store::update(tx, &term, by)?;
    } else {
        term.id = store::insert(tx, &term, by)?;
    }
    note(tx, cx, events::TERM_SAVED, &term)?;
    Ok(term)
}

/// Removes a term. One that came with the house does not come back.
pub fn remove(tx: &mut Tx, cx: &Cx, id: i64) -> Result<()> {
    cx.require(access::GLOSSARY)?;
    tx.lock("desk.glossary", "list")?;
    let term = store::load(tx, id)?.ok_or_else(Error::not_found)?;
    store::delete(tx, id)?;
    note(tx, cx, events::TERM_REMOVED, &term)
}

fn note(tx: &mut Tx, cx: &Cx, kind: &'static str, term: &Term) -> Result<()> {
    let new = New {
        kind,
        subject: format!("desk.term:{}", term.id),
        data: json!({ "language": term.language, "term": term.term, "plain": term.plain, "version": term.version }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
