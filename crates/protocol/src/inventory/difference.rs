//! What changed between two states of a section.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Item;

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It came.
    Added,
    /// It went.
    Removed,
    /// Its values changed.
    Changed,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The item.
    pub key: String,
    /// What happened to it.
    pub kind: Kind,
    /// As it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Item>,
    /// As it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Item>,
}

/// What changed, in the order of keys.
pub fn diff(before: &[Item], after: &[Item]) -> Vec<Change> {
    let (before, after) = (by_key(before), by_key(after));
    let mut changes = Vec::new();
    for (key, old) in &before {
        match after.get(key) {
            None => changes.push(change(key, Kind::Removed, Some(old), None)),
            Some(new) if new != old => changes.push(change(key, Kind::Changed, Some(old), Some(new))),
            Some(_) => {}
        }
    }
    for (key, new) in &after {
        if !before.contains_key(key) {
            changes.push(change(key, Kind::Added, None, Some(new)));
        }
    }
    changes.sort_by(|one, two| one.key.cmp(&two.key));
    changes
}

/// The state after the changes, in the order of keys.
pub fn apply(before: &[Item], changes: &[Change]) -> Vec<Item> {
    let mut items: BTreeMap<&str, &Item> = by_key(before);
    for change in changes {
        match &change.after {
            Some(item) => items.insert(&change.key, item),
            None => items.remove(change.key.as_str()),
        };
    }
    items.into_values().cloned().collect()
}

fn by_key(items: &[Item]) -> BTreeMap<&str, &Item> {
    items.iter().map(|item| (item.key.as_str(), item)).collect()
}

fn change(key: &str, kind: Kind, before: Option<&Item>, after: Option<&Item>) -> Change {
    Change {
        key: key.to_owned(),
        kind,
        before: before.cloned(),
        after: after.cloned(),
    }
}
