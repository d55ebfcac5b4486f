//! The report of the root cause: written by development, judged by the desk. A returned report stays as it was; the next one has
//! a higher number.

pub(crate) mod api;
pub mod judging;
pub(crate) mod pages;
pub mod store;
pub mod writing;

use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::package::PackageId;

/// What the desk decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HandoverVerdict)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It explains the fault.
    Accepted,
    /// It does not; why stands beside it.
    Returned,
}

impl Verdict {
    const ALL: [Self; 2] = [Self::Accepted, Self::Returned];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Returned => "returned",
        }
    }

    /// The verdict of a word.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What development found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HandoverFindings)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// The cause, for those who know the program.
    pub cause_technical: String,
    /// The same for those who use it.
    pub cause_plain: String,
    /// What was done about it.
    pub fix: String,
    /// The version that has the fix; empty while there is none.
    #[serde(default)]
    pub fixed_in: String,
    /// What keeps it from happening again.
    pub prevention: String,
}

/// A report as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Of which package.
    pub package: PackageId,
    /// Which of its reports, from 1.
    pub number: i64,
    /// What development found.
    pub findings: Findings,
    /// Who wrote it.
    pub reported_by: Option<UserId>,
    /// When.
    pub reported_at: Timestamp,
    /// What the desk decided; none while it is awaited.
    pub verdict: Option<Verdict>,
    /// Why it was returned, or a word along with the acceptance.
    pub reason: String,
    /// Who decided.
    pub judged_by: Option<UserId>,
    /// When.
    pub judged_at: Option<Timestamp>,
}
