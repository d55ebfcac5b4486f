//! One object of a message, read by name: XML writes `"1700"` and `"1"` where JSON writes `1700` and `true`.

use serde_json::{Map, Value};

/// An object of a message.
#[derive(Clone, Copy)]
pub(crate) struct Thing<'a>(&'a Map<String, Value>);

impl<'a> Thing<'a> {
    /// The object under this name.
    pub(crate) fn at(content: &'a Map<String, Value>, name: &str) -> Option<Self> {
        match content.get(name)? {
            Value::Object(object) => Some(Self(object)),
            Value::Array(list) => list.iter().find_map(Value::as_object).map(Self),
            _ => None,
        }
    }

    /// The objects under this name: a list, or one alone.
    pub(crate) fn all(content: &'a Map<String, Value>, name: &str) -> Vec<Self> {
        match content.get(name) {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_object).map(Self).collect(),
            Some(Value::Object(object)) => vec![Self(object)],
            _ => Vec::new(),
        }
    }

    /// The objects inside, under this name.
    pub(crate) fn inside(self, name: &str) -> Vec<Self> {
        Self::all(self.0, name)
    }

    /// A text that says something.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        self.0.get(name).and_then(said)
    }

    /// The first of these that says something.
    pub(crate) fn either(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    /// A whole number.
    pub(crate) fn number(self, name: &str) -> Option<i64> {
        match self.0.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Yes or no.
    pub(crate) fn flag(self, name: &str) -> Option<bool> {
        match self.0.get(name)? {
            Value::Bool(is) => Some(*is),
            Value::Number(number) => number.as_i64().map(|number| number != 0),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" | "on" => Some(true),
                "0" | "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// Texts in a list, or one alone.
    pub(crate) fn texts(self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(Value::Array(list)) => list.iter().filter_map(said).collect(),
            Some(single) => said(single).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Everything that can be shown, by name.
    pub(crate) fn everything(self) -> impl Iterator<Item = (&'a str, String)> {
        self.0.iter().filter_map(|(name, value)| {
            let text = match value {
                Value::Array(list) => list.iter().filter_map(said).collect::<Vec<_>>().join(", "),
                single => said(single)?,
            };
            (!text.is_empty()).then_some((name.as_str(), text))
        })
    }
}

/// What agents write for "I do not know" says nothing.
fn said(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is) => is.to_string(),
        _ => return None,
    };
    let nothing = ["", "n/a", "none", "(none)", "unknown", "not specified", "null"];
    (!nothing.contains(&text.to_ascii_lowercase().as_str())).then_some(text)
}
