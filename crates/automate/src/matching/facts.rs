//! What is known of a ticket at one moment, field by field, and the way back: undoing an event gives the facts before it.

use std::collections::BTreeMap;

use kernel::event::Event;
use serde_json::Value as Json;

use crate::rule::Field;
use crate::rule::word::Kind;

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words, ids, tags; none: empty.
    Words(Vec<String>),
    /// A text.
    Text(String),
    /// A number; working time in minutes.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

/// See the module's text. A field that is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    values: BTreeMap<Field, Value>,
    /// What the event changed, as it was and as it became.
    before: BTreeMap<Field, Vec<String>>,
    after: BTreeMap<Field, Vec<String>>,
    /// How many minutes a working day has.
    pub day_minutes: i64,
}

impl Facts {
    /// Nothing known yet, by a calendar of days this long.
    #[must_use]
    pub fn new(day_minutes: i64) -> Self {
        Self {
            day_minutes,
            ..Self::default()
        }
    }

    /// Says what a field holds.
    pub fn set(&mut self, field: Field, value: Value) {
        self.values.insert(field, value);
    }

    /// What a field holds.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.values.get(&field)
    }

    /// The words of a field that the event changed: before, after; none when it did not.
    #[must_use]
    pub fn change(&self, field: Field) -> Option<(&[String], &[String])> {
        Some((self.before.get(&field)?, self.after.get(&field)?))
    }

    /// Takes in what an event changed, for conditions about before and after.
    pub fn hear(&mut self, event: &Event) {
        self.before.clear();
        self.after.clear();
        for field in Field::ALL.iter().filter(|field| field.is_in_log()) {
            let (before, after) = (part(event, "before", *field), part(event, "after", *field));
            // The first event tells first values: nothing was changed by it.
            if let (Some(before), Some(after)) = (before, after) {
                self.before.insert(*field, words(before));
                self.after.insert(*field, words(after));
            }
        }
    }

    /// Goes back to what was before an event.
    pub fn undo(&mut self, event: &Event) {
        for field in Field::ALL.iter().filter(|field| field.is_in_log()) {
            if let Some(before) = part(event, "before", *field) {
                self.set(*field, value(*field, before));
            }
        }
        let tags = |name: &str| words(&event.data[name]);
        let (added, removed) = (tags("tags_added"), tags("tags_removed"));
        if !(added.is_empty() && removed.is_empty()) {
            let mut present = match self.get(Field::Tags) {
                Some(Value::Words(tags)) => tags.clone(),
                _ => Vec::new(),
            };
            present.retain(|tag| !added.contains(tag));
            present.extend(removed);
            self.set(Field::Tags, Value::Words(present));
        }
    }
}

/// The value of a field in a part of an event. Erased words are as good as never written.
fn part<'a>(event: &'a Event, part: &str, field: Field) -> Option<&'a Json> {
    let name = field.as_str();
    let plain = event.data[part].get(name);
    plain.or_else(|| event.personal.as_ref()?[part].get(name))
}

/// A value of the log as words.
fn words(value: &Json) -> Vec<String> {
    match value {
        Json::Null => Vec::new(),
        Json::String(text) => vec![text.clone()],
        Json::Array(all) => all.iter().flat_map(words).collect(),
        other => vec![other.to_string()],
    }
}

fn value(field: Field, json: &Json) -> Value {
    let mut words = words(json);
    match field.kind() {
        Kind::Number => Value::Number(json.as_i64().unwrap_or_default()),
        Kind::Text => Value::Text(words.pop().unwrap_or_default()),
        _ => Value::Words(words),
    }
}
