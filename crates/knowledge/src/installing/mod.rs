//! Brings in what ships with the house: spaces, articles, templates, guides, and synonyms.
//!
//! Each comes in once. What the department makes of it, switches off, or takes away stays so, also when a later release brings more:
//! articles are known by the name they came with, spaces and guides by a mark that is kept, synonyms come only the first time. A
//! start that has nothing to do costs one statement, and bringing in everything some thirty.

mod store;

use std::collections::{BTreeMap, BTreeSet};

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::{event, setting};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::article::{Number, subject};
use crate::content::{self, Shipped};
use crate::events;

/// The name of the mark.
const MARK: &str = "knowledge.shipped";
/// Who brought it.
pub const SOURCE: &str = "shipped";

/// What was brought in so far.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// Names the texts of the last release that was looked through.
    hash: String,
    spaces: BTreeSet<String>,
    guides: BTreeSet<String>,
}

/// Brings in what was never there.
///
/// # Errors
/// The database's.
pub fn shipped(tx: &mut Tx, cx: &Cx) -> Result<()> {
    if setting::get::<Mark>(tx, MARK)?.is_some_and(|mark| mark.hash == content::hash()) {
        return Ok(());
    }
    // Another node may start at the same moment.
    tx.lock(MARK, "all")?;
    let before = setting::get::<Mark>(tx, MARK)?;
    if before.as_ref().is_some_and(|mark| mark.hash == content::hash()) {
        return Ok(());
    }
    let is_first = before.is_none();
    let mut mark = before.unwrap_or_default();
    content::hash().clone_into(&mut mark.hash);
    spaces(tx, &mut mark)?;
    articles(tx, cx)?;
    guides(tx, &mut mark)?;
    if is_first {
        store::insert_synonyms(tx, &content::synonyms())?;
    }
    setting::put(tx, cx, MARK, &mark)
}

fn spaces(tx: &mut Tx, mark: &mut Mark) -> Result<()> {
    let mut new = content::spaces();
    new.retain(|space| mark.spaces.insert(space.id.clone()));
    store::insert_spaces(tx, &new)
}

fn articles(tx: &mut Tx, cx: &Cx) -> Result<()> {
    let mut numbers: BTreeMap<String, Number> = store::shipped(tx)?.into_iter().collect();
    let templates = content::templates()?.into_iter().map(|one| (one, true));
    let mut new: Vec<(Shipped, bool)> = content::articles()?.into_iter().map(|one| (one, false)).collect();
    new.extend(templates);
    new.retain(|(one, _)| !numbers.contains_key(one.slug));
    let given = store::insert_articles(tx, &new, cx.now())?;
    let named = new
        .iter()
        .zip(&given)
        .map(|((one, _), number)| (one.slug.to_owned(), *number));
    numbers.extend(named);
    let mut texts = Vec::new();
    for ((one, _), number) in new.iter().zip(&given) {
        let original = one.texts.first().map(|(locale, _)| *locale);
        for (locale, words) in &one.texts {
            let mut words = words.clone();
            words.body = linked(&words.body, &numbers);
            texts.push(store::NewText {
                article: *number,
                locale: *locale,
                is_original: original == Some(*locale),
                words,
            });
        }
    }
    store::insert_texts(tx, &texts, cx.now())?;
    let past = new.iter().zip(&given).map(|((one, _), number)| event::Past {
        at: cx.now(),
        actor: cx.actor.key(),
        via: cx.via,
        new: event::New {
            kind: events::IMPORTED,
            subject: subject(*number),
            data: json!({ "source": SOURCE, "versions": one.texts.len() }),
            personal: None,
        },
    });
    event::append_past(tx, cx, &past.collect::<Vec<_>>())
}

/// A text in which links name articles by their numbers. Pure.
fn linked(body: &str, numbers: &BTreeMap<String, Number>) -> String {
    const LINK: &str = "](article:";
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(LINK) {
        let (before, behind) = rest.split_at(at + LINK.len());
        out.push_str(before);
        rest = behind;
        let name = rest.split(')').next().unwrap_or_default();
        if let Some(number) = numbers.get(name) {
            out.push_str(&number.to_string());
            rest = &rest[name.len()..];
        }
    }
    out.push_str(rest);
    out
}

fn guides(tx: &mut Tx, mark: &mut Mark) -> Result<()> {
    let mut new: Vec<_> = (1_i64..).zip(content::guides()?).collect();
    new.retain(|(_, (key, _))| mark.guides.insert(key.clone()));
    store::insert_guides(tx, &new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_by_name_become_links_by_number_and_unknown_ones_stay() {
        let numbers = BTreeMap::from([("vpn-connect".to_owned(), 12)]);
        let body = "See [this](article:vpn-connect), [that](article:none), [x](/y).";
        assert_eq!(
            linked(body, &numbers),
            "See [this](article:12), [that](article:none), [x](/y)."
        );
    }
}
