//! Words that mean the same: VPN, 虚拟专用网, remote access. The search takes any for any. Kept by the department.

pub mod store;

use std::sync::Arc;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use serde_json::json;

use crate::{MANAGE, WRITE, events};

/// Groups at most: the search holds all of them in memory.
const GROUPS_MAX: usize = 3_000;
/// Words in a group.
const WORDS_MAX: usize = 30;
/// Longest word or phrase.
const WORD_MAX: usize = 60;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Which.
    pub id: i64,
    /// Its words, at least two.
    pub words: Vec<String>,
}

fn groups(tx: &mut Tx<'_>) -> Result<Arc<Vec<Group>>> {
    tx.kept("knowledge.synonyms", &["knowledge_synonym"], store::all)
}

/// The words of all groups, for the search. They are kept in memory between transactions.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Vec<String>>> {
    Ok(groups(tx)?.iter().map(|group| group.words.clone()).collect())
}

/// All groups, for whoever writes.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Group>> {
    cx.require(WRITE)?;
    Ok(groups(tx)?.to_vec())
}

/// Saves a group; without an id it is a new one.
///
/// # Errors
/// 422 when there are fewer than two words, too many, or one that stands in another group; 404 for an unknown id.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, id: Option<i64>, words: &[String]) -> Result<Group> {
    cx.require(MANAGE)?;
    tx.lock("knowledge.synonym", "list")?;
    let known = groups(tx)?;
    if id.is_some_and(|id| known.iter().all(|group| group.id != id)) {
        return Err(Error::not_found());
    }
    if id.is_none() && known.len() >= GROUPS_MAX {
        return Err(Error::conflict("knowledge.too_many_synonyms"));
    }
    let words = checked(words)?;
    let others = known.iter().filter(|group| Some(group.id) != id);
    let taken = others
        .flat_map(|group| &group.words)
        .find(|word| words.iter().any(|own| is_same(own, word)));
    if let Some(word) = taken {
        return Err(Error::invalid("knowledge.synonym_taken")
            .field("words")
            .arg("word", word.as_str()));
    }
    let id = match id {
        Some(id) => {
            store::update(tx, id, &words)?;
            id
        }
        None => store::insert(tx, &words)?,
    };
    let group = Group { id, words };
    note(tx, cx, events::SYNONYM_SAVED, &group)?;
    Ok(group)
}

/// Removes a group.
///
/// # Errors
/// 404 when there is none.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<()> {
    cx.require(MANAGE)?;
    tx.lock("knowledge.synonym", "list")?;
    let known = groups(tx)?;
    let group = known
        .iter()
        .find(|group| group.id == id)
        .ok_or_else(Error::not_found)?;
    store::delete(tx, id)?;
    note(tx, cx, events::SYNONYM_REMOVED, group)
}

/// The words of a line, as people and files write them: separated by commas.
#[must_use]
pub fn words(line: &str) -> Vec<String> {
    let parts = line.split([',', '，', '、', '=', '\n']);
    parts
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn checked(words: &[String]) -> Result<Vec<String>> {
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
        if !word.is_empty() && kept.iter().all(|other| !is_same(other, &word)) {
            kept.push(word);
        }
    }
    if kept.len() < 2 {
        return Err(Error::invalid("knowledge.synonym_alone").field("words"));
    }
    if kept.len() > WORDS_MAX || kept.iter().any(|word| word.chars().count() > WORD_MAX) {
        return Err(Error::invalid("knowledge.synonym_long").field("words"));
    }
    Ok(kept)
}

fn note(tx: &mut Tx<'_>, cx: &Cx, kind: &'static str, group: &Group) -> Result<()> {
    let new = New {
        kind,
        subject: format!("knowledge.synonym:{}", group.id),
        data: json!({ "words": group.words }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
