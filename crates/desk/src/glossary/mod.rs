//! The glossary: what a technical term means, in a sentence that anybody understands.
//!
//! A term belongs to a language. The department keeps the list; it ships with a beginning in each language (migration
//! `0010_words`) that is the department's from then on. `offering.rs` finds terms in a text (pure), `keeping.rs` edits
//! them. Nothing here writes to a ticket: what is offered is taken by a person or not at all.

use std::sync::Arc;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;

use crate::ticket::access;

pub mod keeping;
pub mod offering;
pub mod store;

pub use keeping::{Wanted, remove, save};
pub use offering::{key, offer, together};

/// Longest term, in characters.
pub const TERM_MAX: usize = 80;
/// Longest plain sentence.
pub const PLAIN_MAX: usize = 300;
/// As many terms as a language has at most: all of them are held in memory and looked for in every text.
pub const TERMS_MAX: i64 = 2_000;
/// Lines of a page of the list.
pub const PAGE: usize = 60;

/// A technical term and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub id: i64,
    pub language: Locale,
    pub term: String,
    /// The term as it is looked up.
    pub key: String,
    pub plain: String,
    /// Grows with each change.
    pub version: i64,
}

/// Which terms.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub language: Option<Locale>,
    /// Words that stand in the term or in its sentence.
    pub q: String,
    /// The cursor of the page before.
    pub after: Option<String>,
}

/// A page of terms in the order of language and term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub items: Vec<Term>,
    /// How many fit in all.
    pub count: usize,
    pub next: Option<String>,
}

/// All terms, kept in memory while nobody edits them.
pub(crate) fn all(tx: &mut Tx) -> Result<Arc<Vec<Term>>> {
    tx.kept("desk.terms", &["desk_term"], store::all)
}

/// A page of the glossary, for who works at the desk.
pub fn list(tx: &mut Tx, cx: &Cx, asked: &Asked) -> Result<Page> {
    cx.require(access::INTERNAL)?;
    let terms = all(tx)?;
    page(&terms, asked)
}

/// The terms that fit, after a place in their order. Pure.
fn page(terms: &[Term], asked: &Asked) -> Result<Page> {
    let words = key(&asked.q);
    let fits = |term: &&Term| {
        asked.language.is_none_or(|language| language == term.language)
            && (words.is_empty() || term.key.contains(&words) || key(&term.plain).contains(&words))
    };
    let after = asked.after.as_deref().map(place).transpose()?;
    let fitting: Vec<&Term> = terms.iter().filter(fits).collect();
    let rest = fitting.iter().filter(|term| {
        after
            .as_ref()
            .is_none_or(|(language, key)| (term.language, term.key.as_str()) > (*language, key.as_str()))
    });
    let mut items: Vec<Term> = rest.take(PAGE + 1).map(|term| (**term).clone()).collect();
    let more = items.len() > PAGE;
    items.truncate(PAGE);
    let next = items
        .last()
        .filter(|_| more)
        .map(|last| format!("{}.{}", last.language.tag(), last.key));
    Ok(Page {
        count: fitting.len(),
        items,
        next,
    })
}

fn place(cursor: &str) -> Result<(Locale, String)> {
    let parts = cursor.split_once('.');
    let read = parts.and_then(|(tag, key)| Some((Locale::parse(tag)?, key.to_owned())));
    read.ok_or_else(|| Error::invalid("desk.ticket.cursor_malformed").field("after"))
}

/// One term, for who works at the desk.
pub fn load(tx: &mut Tx, cx: &Cx, id: i64) -> Result<Term> {
    cx.require(access::INTERNAL)?;
    store::load(tx, id)?.ok_or_else(Error::not_found)
}

/// The terms that stand in a text, in the order in which they stand there, in one language.
pub fn found_in(tx: &mut Tx, cx: &Cx, language: Locale, text: &str) -> Result<Vec<Term>> {
    cx.require(access::INTERNAL)?;
    let terms = all(tx)?;
    let of_language = terms.iter().filter(|term| term.language == language);
    Ok(offer(of_language, text).into_iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(id: i64, language: Locale, term: &str) -> Term {
        Term {
            id,
            language,
            term: term.to_owned(),
            key: key(term),
            plain: format!("What {term} means."),
            version: 1,
        }
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_and_the_search_narrows_them() {
        let terms: Vec<Term> = (0..150)
            .map(|id| term(id, Locale::En, &format!("term {id:03}")))
            .collect();
        let mut asked = Asked::default();
        let mut seen = Vec::new();
        loop {
            let page = page(&terms, &asked).unwrap();
            assert_eq!(page.count, 150);
            seen.extend(page.items.iter().map(|term| term.id));
            let Some(next) = page.next else { break };
            asked.after = Some(next);
        }
        assert_eq!(seen, (0..150).collect::<Vec<_>>());
        let narrowed = Asked {
            q: "TERM-07".to_owned(),
            ..Asked::default()
        };
        assert_eq!(page(&terms, &narrowed).unwrap().count, 10);
        let other = Asked {
            language: Some(Locale::ZhCn),
            ..Asked::default()
        };
        assert_eq!(page(&terms, &other).unwrap().items, []);
    }

    #[test]
    fn a_cursor_that_no_page_gave_is_refused() {
        let asked = Asked {
            after: Some("nowhere".to_owned()),
            ..Asked::default()
        };
        assert_eq!(
            page(&[], &asked).unwrap_err().code(),
            "desk.ticket.cursor_malformed"
        );
    }
}
