//! What comes from a service: a request, what it says when it is genuine, why it is refused, and what it is answered. Pure.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Older or newer than this, a request is not answered, even if its signature holds.
pub const WINDOW_SECONDS: i64 = 300;

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Whether it only looks (GET).
    pub is_read: bool,
    /// The query.
    pub query: Vec<(String, String)>,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Bytes,
}

impl Request {
    /// A header; `""` without it.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// A value of the query; `""` without it.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// What a genuine request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// The service tries the address; it gets this back.
    Handshake(Reply),
    /// Somebody said something.
    Heard(Heard),
    /// Nothing that concerns us: what a robot said, a greeting, a message changed later.
    Nothing,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// By each of these it is known when it comes again. First that by which it was proved (its signature): seen twice, it is a copy that
    /// anybody could have made. Then its identifier: seen twice under a new signature, the service itself tries again.
    pub marks: Vec<String>,
    /// Who, as the service knows them.
    pub who: String,
    /// Their mail address, when the service vouches for it.
    pub email: Option<String>,
    /// What.
    pub said: Said,
    /// Where the card whose button was pressed can be replaced.
    pub card: Option<String>,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// Words; empty for a picture, a voice message, and the like.
    Text(String),
    /// A button of a card that asks a question.
    Pressed {
        /// Which question, as it stood in the card.
        question: String,
        /// Solved, or not.
        accepted: bool,
    },
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It carries no signature.
    Unsigned,
    /// Its signature does not hold.
    Forged,
    /// It was signed too long ago, or in the future.
    Stale,
    /// It came before.
    Replayed,
    /// Its signature came before, with other words: two of the same millisecond where it does not cover them, or a forgery.
    Reused,
    /// It is signed and cannot be read.
    Malformed,
    /// It is larger than any message.
    TooLarge,
}

impl Refusal {
    /// The word in the database and in the interface.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Forged => "forged",
            Self::Stale => "stale",
            Self::Replayed => "replayed",
            Self::Reused => "reused",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
        }
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Unsigned | Self::Forged | Self::Stale => 401,
            Self::Replayed | Self::Reused => 409,
            Self::Malformed => 400,
            Self::TooLarge => 413,
        }
    }
}

/// What came of what somebody said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What they are told.
    pub words: String,
    /// Whether it was done.
    pub is_good: bool,
    /// Whether nothing is left to be asked: it was done, or had been before. Only then may the words replace a card's buttons.
    pub is_settled: bool,
}

/// An answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its type.
    pub content_type: &'static str,
    /// Its body.
    pub body: String,
}

impl Reply {
    /// Taken, nothing to say.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            content_type: "text/plain; charset=utf-8",
            body: String::new(),
        }
    }

    /// Words.
    #[must_use]
    pub const fn text(body: String) -> Self {
        Self {
            content_type: "text/plain; charset=utf-8",
            body,
        }
    }

    /// JSON.
    #[must_use]
    pub fn json(value: &serde_json::Value) -> Self {
        Self {
            content_type: "application/json",
            body: value.to_string(),
        }
    }
}

/// The signing time of a request, when it lies within the window.
///
/// # Errors
/// [`Refusal::Unsigned`] without one, [`Refusal::Stale`] outside.
pub fn fresh(seconds: Option<i64>, now: Timestamp) -> std::result::Result<(), Refusal> {
    let signed = seconds.ok_or(Refusal::Unsigned)?;
    if (now.secs().saturating_sub(signed)).unsigned_abs() <= WINDOW_SECONDS.unsigned_abs() {
        Ok(())
    } else {
        Err(Refusal::Stale)
    }
}

/// A body as JSON.
///
/// # Errors
/// [`Refusal::Malformed`]
pub fn json(bytes: &[u8]) -> std::result::Result<serde_json::Value, Refusal> {
    serde_json::from_slice(bytes).map_err(|_| Refusal::Malformed)
}

/// A text of a JSON object that must be there.
///
/// # Errors
/// [`Refusal::Malformed`]
pub fn text_of(value: &serde_json::Value) -> std::result::Result<String, Refusal> {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or(Refusal::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_minutes_to_either_side_are_fresh() {
        let now = Timestamp::from_secs(1_000_000);
        assert_eq!(fresh(Some(1_000_000 - 300), now), Ok(()));
        assert_eq!(fresh(Some(1_000_000 + 300), now), Ok(()));
        assert_eq!(fresh(Some(1_000_000 - 301), now), Err(Refusal::Stale));
        assert_eq!(fresh(Some(1_000_000 + 301), now), Err(Refusal::Stale));
        assert_eq!(fresh(Some(i64::MIN), now), Err(Refusal::Stale));
        assert_eq!(fresh(None, now), Err(Refusal::Unsigned));
    }
}
