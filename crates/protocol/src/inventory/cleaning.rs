//! Making a report harmless: control characters out, everything cut to its cap, each key once, in order.
//!
//! Cleaning what is clean changes nothing; so agent and server may both do it and come to the same hash.

use std::collections::BTreeMap;

use super::{Content, ITEMS_MOST, Item, KEY_MOST, Report, TEXT_MOST, VALUES_MOST, Value, hash};
use crate::message::TIME_MOST;
use crate::text::line;

impl Report {
    /// The same, clean, with hashes that fit the items. What a report says of its own hashes counts only where it sends
    /// no items.
    #[must_use]
    pub fn cleaned(self) -> Self {
        let sections = self
            .sections
            .into_iter()
            .map(|(section, content)| (section, content.cleaned()))
            .collect();
        Self {
            at: self.at.clamp(0, TIME_MOST),
            full: self.full,
            sections,
        }
    }

    /// The report in several, each at most so many bytes as JSON, none with part of a section. The answer's second part
    /// names the sections that do not fit by themselves, cut to what fits.
    pub fn split(self, most: usize) -> (Vec<Self>, Vec<super::Section>) {
        let mut parts = Vec::new();
        let mut cut = Vec::new();
        let mut part = Self {
            at: self.at,
            full: self.full,
            sections: BTreeMap::new(),
        };
        let mut size = HEAD_MOST;
        for (section, mut content) in self.sections {
            if content.shorten(most.saturating_sub(HEAD_MOST)) {
                cut.push(section);
            }
            let more = content.size();
            if size + more > most && !part.sections.is_empty() {
                let empty = Self {
                    at: self.at,
                    full: self.full,
                    sections: BTreeMap::new(),
                };
                parts.push(std::mem::replace(&mut part, empty));
                size = HEAD_MOST;
            }
            size += more;
            part.sections.insert(section, content);
        }
        parts.push(part);
        (parts, cut)
    }
}

/// Room for what stands around the sections of a message.
const HEAD_MOST: usize = 256;
/// Room for the name and the hash of a section.
const SECTION_HEAD: usize = 160;

impl Content {
    /// Items with the hash that fits them, cleaned.
    pub fn of(items: Vec<Item>) -> Self {
        let items = clean(items);
        Self {
            hash: hash(&items),
            items: Some(items),
        }
    }

    /// The section is still as it was at this hash.
    pub fn unchanged(hash: String) -> Self {
        Self { hash, items: None }
    }

    fn cleaned(self) -> Self {
        match self.items {
            Some(items) => Self::of(items),
            None => Self {
                hash: line(&self.hash, 64),
                items: None,
            },
        }
    }

    /// How many bytes it takes in a message.
    fn size(&self) -> usize {
        SECTION_HEAD + self.items.iter().flatten().map(size_of).sum::<usize>()
    }

    /// Leaves out the last items until the section fits; whether any had to go.
    fn shorten(&mut self, most: usize) -> bool {
        let Some(items) = &mut self.items else {
            return false;
        };
        let mut size = SECTION_HEAD;
        let fitting = items.iter().take_while(|item| {
            size += size_of(item);
            size <= most
        });
        let fitting = fitting.count();
        if fitting == items.len() {
            return false;
        }
        items.truncate(fitting);
        self.hash = hash(items);
        true
    }
}

/// How many bytes an item takes as JSON, with its comma.
fn size_of(item: &Item) -> usize {
    serde_json::to_vec(item).map_or(0, |json| json.len() + 1)
}

/// Items in the order of their keys, each key once (the first counts), within all caps.
pub(super) fn clean(items: Vec<Item>) -> Vec<Item> {
    let mut kept: BTreeMap<String, Item> = BTreeMap::new();
    for item in items {
        let key = line(&item.key, KEY_MOST);
        if key.is_empty() || (kept.len() >= ITEMS_MOST && !kept.contains_key(&key)) {
            continue;
        }
        kept.entry(key.clone()).or_insert_with(|| Item {
            key,
            values: clean_values(item.values),
        });
    }
    kept.into_values().collect()
}

/// Values within all caps; those that say nothing are left out.
fn clean_values(values: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let mut kept = BTreeMap::new();
    for (name, value) in values {
        let name = line(&name, KEY_MOST);
        let value = match value {
            Value::Bool(value) => Some(Value::Bool(value)),
            Value::Number(number) => Value::settled(number).map(Value::Number),
            Value::Text(text) => Some(line(&text, TEXT_MOST))
                .filter(|text| !text.is_empty())
                .map(Value::Text),
        };
        if let Some(value) = value
            && !name.is_empty()
            && kept.len() < VALUES_MOST
        {
            kept.entry(name).or_insert(value);
        }
    }
    kept
}
