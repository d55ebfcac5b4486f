//! Guided questions for the commonest faults: a small decision tree that people of the department edit.
//!
//! A guide is a definition in both languages (`definition.rs`, pure) with a place in the list and a switch. Whoever uses the portal
//! walks it; each end is an article, or the form for a report with its title filled in.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event;
use serde_json::json;

use crate::article::Number;
use crate::{MANAGE, events};

pub(crate) mod api;
pub mod definition;
pub mod store;

pub use definition::{Choice, Definition, Step, Target, Texts};

/// As many guides there are at most.
pub const GUIDES_MAX: usize = 100;

/// A guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// A short word: `vpn`.
    pub key: String,
    pub place: i64,
    pub enabled: bool,
    pub definition: Definition,
    /// Grows with each change.
    pub version: i64,
}

/// All guides in their order, also those that are switched off; kept in memory while nobody edits them.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut Tx) -> Result<Vec<Guide>> {
    Ok(kept(tx)?.to_vec())
}

fn kept(tx: &mut Tx) -> Result<Arc<Vec<Guide>>> {
    tx.kept("knowledge.guides", &["knowledge_guide"], store::all)
}

/// A guide, also one that is switched off.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut Tx, key: &str) -> Result<Option<Guide>> {
    Ok(kept(tx)?.iter().find(|guide| guide.key == key).cloned())
}

/// The articles of such names: numbers, or names they came with. Those there are, whoever may read them.
///
/// # Errors
/// The database's.
pub fn articles(tx: &mut Tx, names: &[String]) -> Result<Vec<(String, Number)>> {
    let mut found = store::shipped(tx, names)?;
    let numbers: BTreeSet<Number> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let known = store::known(tx, &numbers)?;
    found.extend(known.into_iter().map(|number| (number.to_string(), number)));
    Ok(found)
}

/// One guide for who edits them.
///
/// # Errors
/// 403 for others, 404 for one that is not there.
pub fn load(tx: &mut Tx, cx: &Cx, id: &str) -> Result<Guide> {
    cx.require(MANAGE)?;
    store::find(tx, id)?.ok_or_else(Error::not_found)
}

/// Saves a guide: a new one with version 0, another with the version that was read.
///
/// # Errors
/// 403 for who does not manage, 409 when somebody else saved meanwhile, 422 saying what is wrong with it.
pub fn save(tx: &mut Tx, cx: &Cx, guide: &Guide) -> Result<Guide> {
    cx.require(MANAGE)?;
    tx.lock("knowledge.guide", "all")?;
    let mut guide = Guide {
        definition: guide.definition.clone().tidied(),
        ..guide.clone()
    };
    if !definition::is_key(&guide.key) {
        return Err(Error::invalid("knowledge.guide.key_malformed").field("key"));
    }
    guide.definition.check()?;
    let named: Vec<String> = guide.definition.articles().into_iter().collect();
    let known = articles(tx, &named)?;
    let is_missing = |name: &&String| !known.iter().any(|(one, _)| one == *name);
    if let Some(missing) = named.iter().find(is_missing) {
        return Err(Error::invalid("knowledge.guide.article_unknown")
            .field("definition")
            .arg("article", &**missing));
    }
    let present = store::find(tx, &guide.key)?;
    if present.as_ref().map_or(0, |present| present.version) != guide.version {
        let code = if guide.version == 0 {
            "knowledge.guide.key_taken"
        } else {
            "knowledge.guide.changed_meanwhile"
        };
        return Err(Error::conflict(code).arg("key", &*guide.key));
    }
    if present.is_none() {
        let others = store::all(tx)?;
        if others.len() >= GUIDES_MAX {
            return Err(Error::invalid("knowledge.guide.too_many").arg("max", GUIDES_MAX));
        }
    }
    guide.version += 1;
    store::put(tx, &guide)?;
    note(tx, cx, &guide.key, false)?;
    Ok(guide)
}

/// Removes a guide.
///
/// # Errors
/// 403 for who does not manage, 404 for one that is not there.
pub fn remove(tx: &mut Tx, cx: &Cx, id: &str) -> Result<()> {
    cx.require(MANAGE)?;
    if !store::delete(tx, id)? {
        return Err(Error::not_found());
    }
    note(tx, cx, id, true)
}

fn note(tx: &mut Tx, cx: &Cx, id: &str, removed: bool) -> Result<()> {
    let new = event::New {
        kind: events::GUIDE_SAVED,
        subject: format!("knowledge.guide:{id}"),
        data: json!({ "removed": removed }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
