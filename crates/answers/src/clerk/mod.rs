//! The robot clerk: it answers a report that a proven article fits, asks whether that solved it, and hands over to a person at
//! the first doubt.
//!
//! `scoring` judges (pure), `deciding` says where it must stay silent (pure), `hearing` puts a new ticket before both,
//! `answering` speaks, `said` takes the requester's word, `handing` gives the ticket to a person. `learning_past` learns each
//! night from what articles solved here and sets the threshold by the precision that it measures. It answers a ticket
//! once and never again, and it is off until a person turns it on.

pub mod answering;
pub mod api;
pub mod deciding;
pub mod events;
pub mod handing;
pub mod hearing;
pub mod judging;
pub mod learning_past;
pub mod pages;
pub mod policy;
pub mod reporting;
pub mod said;
pub mod scoring;
pub mod store;
mod token;
mod wording;

use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use kernel::{Locale, Result};

pub use policy::Policy;

/// What came of an answer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = ClerkOutcome)]
pub enum Outcome {
    /// The requester said that it solved it.
    Solved,
    /// The requester said that it did not.
    Refused,
    /// The requester wrote again instead of pressing.
    Wrote,
    /// Nobody said anything.
    Silent,
    /// Somebody of the desk spoke first.
    Taken,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 5] = [
        Outcome::Solved,
        Outcome::Refused,
        Outcome::Wrote,
        Outcome::Silent,
        Outcome::Taken,
    ];

    /// As it is kept.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Solved => "solved",
            Outcome::Refused => "refused",
            Outcome::Wrote => "wrote",
            Outcome::Silent => "silent",
            Outcome::Taken => "taken",
        }
    }

    /// Reads [`Outcome::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Outcome> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// An answer of the clerk's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub ticket: i64,
    pub article: i64,
    pub requester: UserId,
    pub locale: Locale,
    /// In thousandths, as the threshold.
    pub confidence: i64,
    pub threshold: i64,
    /// The words that decided.
    pub words: Vec<String>,
    /// What it wrote on the ticket.
    pub reply: i64,
    /// Stands in the signed links.
    pub question: Id<Answer>,
    pub outcome: Option<Outcome>,
    /// Why it did not help.
    pub reason: String,
    pub answered_at: Timestamp,
    /// When silence is an answer too.
    pub silent_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

/// A share in thousandths.
pub(crate) fn thousandths(share: f64) -> i64 {
    let bounded = (share.clamp(0.0, 1.0) * 1000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "a whole number from 0 to 1000")]
    let whole = bounded as i64;
    whole
}

/// The key of the links, made before anything reads it.
///
/// # Errors
/// The database's.
pub fn prepare(tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx) -> Result<()> {
    kernel::secret::prepare(tx, cx, &[said::SECRET])
}
