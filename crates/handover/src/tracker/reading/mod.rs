//! What trackers tell, one small file each: the signature is checked, then the little that we follow is read out of the payload.
//! Pure. What a payload holds besides is left alone.

pub mod github;
pub mod gitlab;
pub mod jira;
pub mod plain;

use std::collections::BTreeMap;

use kernel::time::Timestamp;
use serde_json::Value;

use super::Kind;

/// Headers of a message, by their names in small letters.
#[derive(Debug, Clone, Default)]
pub struct Headers(BTreeMap<String, String>);

impl Headers {
    /// From pairs.
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect(),
        )
    }

    /// A header; `""` when it is missing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// A message as it came.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// Its headers.
    pub headers: &'a Headers,
    /// Its body.
    pub body: &'a [u8],
    /// The secret it must know.
    pub secret: &'a str,
    /// When it came.
    pub now: Timestamp,
}

impl Envelope<'_> {
    fn json(&self) -> Result<Value, Refusal> {
        serde_json::from_slice(self.body).map_err(|_| Refusal::Malformed)
    }
}

/// Why a message is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its signature or token is wrong or missing.
    Forged,
    /// Its own time lies too far from now.
    Stale,
    /// Genuine, but not of the documented form.
    Malformed,
}

/// What a tracker tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The tracker's name for this message.
    pub delivery: String,
    /// As the tracker calls what happened: `issues.closed`.
    pub event: String,
    /// When it happened, as the tracker says.
    pub at: Option<Timestamp>,
    /// The issue it is about.
    pub issue: Option<Issue>,
    /// What happened to it.
    pub happened: Happened,
}

/// An issue of a tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// `acme/app#12`, `APP-12`
    pub key: String,
    /// Its page.
    pub url: String,
    /// Its title, text, and labels: where a reference may stand.
    pub words: String,
}

/// What happened to an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Nothing that we follow.
    Nothing,
    /// It was opened or edited: now it is known.
    Seen,
    /// It is done.
    Closed {
        /// As the tracker calls it; may be empty.
        how: String,
        /// Whether the fault is held to be mended.
        is_fixed: bool,
    },
    /// It is no longer done.
    Reopened,
    /// It is in another state, still open.
    Moved {
        /// As the tracker calls it.
        to: String,
    },
    /// Somebody commented.
    Said {
        /// Their name there.
        who: String,
        /// What they said.
        words: String,
    },
}

/// Reads a message of a kind of tracker.
///
/// # Errors
/// Why it is not taken.
pub fn read(kind: Kind, envelope: Envelope<'_>) -> Result<News, Refusal> {
    match kind {
        Kind::Github => github::read(envelope),
        Kind::Gitlab => gitlab::read(envelope),
        Kind::Jira => jira::read(envelope),
        Kind::Plain => plain::read(envelope),
    }
}

/// A text in a payload; `""` when it is missing or something else.
fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// An instant in a payload, RFC 3339 or as GitLab once wrote it (`2016-08-23 13:55:35 UTC`).
fn instant(value: &Value, pointer: &str) -> Option<Timestamp> {
    let text = value.pointer(pointer)?.as_str()?;
    let text = text
        .strip_suffix(" UTC")
        .map_or_else(|| text.to_owned(), |text| format!("{}Z", text.replace(' ', "T")));
    serde_json::from_value(Value::String(text)).ok()
}

/// The names in a list of objects or texts.
fn names(value: &Value, pointer: &str, field: &str) -> Vec<String> {
    let list = value.pointer(pointer).and_then(Value::as_array);
    let name = |item: &Value| item.get(field).unwrap_or(item).as_str().map(str::to_owned);
    list.into_iter().flatten().filter_map(name).collect()
}

#[cfg(test)]
mod tests;
