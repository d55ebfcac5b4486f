//! An article: what it is about, who may read it, and how far it is. Its words are `crate::text`'s, one set for each language.
//!
//! `moving` says which state follows which, `checking` reads what people fill in, `store` is the SQL. What one may do with
//! articles is in `crate::reading` and `crate::writing`; who may see one in `crate::visibility`.

pub mod checking;
pub mod moving;
pub mod store;

use kernel::Locale;
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An article's number; on screen `KB-12`.
pub type Number = i64;

/// What sort of article it is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[schema(as = KnowledgeArticleKind)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// How something is done.
    #[default]
    HowTo,
    /// A fault: symptom, environment, cause, solution, verification.
    Fault,
    /// A fault whose cause is known and not mended yet.
    KnownError,
    /// Questions and answers.
    Faq,
    /// What is allowed.
    Policy,
    /// How the department works.
    Procedure,
    /// What is done in an emergency.
    EmergencyPlan,
    /// What a new version brings.
    ReleaseNote,
}

impl Kind {
    /// In the order in which they are offered.
    pub const ALL: &'static [Self] = &[
        Self::HowTo,
        Self::Fault,
        Self::KnownError,
        Self::Faq,
        Self::Policy,
        Self::Procedure,
        Self::EmergencyPlan,
        Self::ReleaseNote,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HowTo => "how_to",
            Self::Fault => "fault",
            Self::KnownError => "known_error",
            Self::Faq => "faq",
            Self::Policy => "policy",
            Self::Procedure => "procedure",
            Self::EmergencyPlan => "emergency_plan",
            Self::ReleaseNote => "release_note",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::HowTo => "knowledge-kind-how_to",
            Self::Fault => "knowledge-kind-fault",
            Self::KnownError => "knowledge-kind-known_error",
            Self::Faq => "knowledge-kind-faq",
            Self::Policy => "knowledge-kind-policy",
            Self::Procedure => "knowledge-kind-procedure",
            Self::EmergencyPlan => "knowledge-kind-emergency_plan",
            Self::ReleaseNote => "knowledge-kind-release_note",
        }
    }

    /// Whether it is about something that does not work, with a solution that can be voted on by its outcome.
    #[must_use]
    pub const fn is_fault(self) -> bool {
        matches!(self, Self::Fault | Self::KnownError)
    }
}

/// How far an article is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[schema(as = KnowledgeArticleState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written.
    #[default]
    Draft,
    /// Others look it over.
    Review,
    /// To be read.
    Published,
    /// To be read, with a warning that it may no longer hold.
    Outdated,
    /// No longer to be read.
    Withdrawn,
}

impl State {
    /// In the order of an article's life.
    pub const ALL: &'static [Self] = &[
        Self::Draft,
        Self::Review,
        Self::Published,
        Self::Outdated,
        Self::Withdrawn,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Published => "published",
            Self::Outdated => "outdated",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Draft => "knowledge-state-draft",
            Self::Review => "knowledge-state-review",
            Self::Published => "knowledge-state-published",
            Self::Outdated => "knowledge-state-outdated",
            Self::Withdrawn => "knowledge-state-withdrawn",
        }
    }

    /// The colour of its chip.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Draft | Self::Withdrawn => "neutral",
            Self::Review => "accent",
            Self::Published => "success",
            Self::Outdated => "warning",
        }
    }

    /// Whether readers see it.
    #[must_use]
    pub const fn is_read(self) -> bool {
        matches!(self, Self::Published | Self::Outdated)
    }
}

/// What people say of an article besides its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What sort.
    pub kind: Kind,
    /// The space it stands in.
    pub space: String,
    /// The article it stands under.
    pub parent: Option<Number>,
    /// A category of tickets, by its word.
    pub category: Option<String>,
    /// Who may read it; see `crate::visibility`.
    pub audience: Vec<String>,
    /// Who looks after it.
    pub owner: Option<UserId>,
    /// The software it is about.
    pub software: Option<String>,
    /// The version of that software it holds for.
    pub software_version: Option<String>,
    /// Looked over again after so many months.
    pub review_months: Option<i64>,
}

/// Why an article is due for a review before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleReviewReason)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// Its date has come.
    Date,
    /// The software it is about has another version now.
    Software,
    /// It stopped solving.
    Unsolved,
    /// Somebody asked for it.
    ByHand,
}

impl ReviewReason {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Date, Self::Software, Self::Unsolved, Self::ByHand];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Software => "software",
            Self::Unsolved => "unsolved",
            Self::ByHand => "by_hand",
        }
    }

    /// The reason of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Date => "knowledge-review-date",
            Self::Software => "knowledge-review-software",
            Self::Unsolved => "knowledge-review-unsolved",
            Self::ByHand => "knowledge-review-by_hand",
        }
    }
}

/// An article without its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// Which.
    pub number: Number,
    /// What sort.
    pub kind: Kind,
    /// The space it stands in.
    pub space: String,
    /// The article it stands under.
    pub parent: Option<Number>,
    /// Its place among those beside it.
    pub place: i64,
    /// A category of tickets, by its word.
    pub category: Option<String>,
    /// How far it is.
    pub state: State,
    /// Who may read it.
    pub audience: Vec<String>,
    /// The language the others are translated from.
    pub original: Locale,
    /// Who looks after it.
    pub owner: Option<UserId>,
    /// Copied to begin an article with; never shown to readers.
    pub is_template: bool,
    /// The software it is about.
    pub software: Option<String>,
    /// The version of that software it holds for.
    pub software_version: Option<String>,
    /// Looked over again after so many months.
    pub review_months: Option<i64>,
    /// When it is due.
    pub review_at: Option<Timestamp>,
    /// Why it is due now.
    pub review_reason: Option<ReviewReason>,
    /// Who brought it: `shipped`, `mediawiki:NAME`.
    pub source: Option<String>,
    /// Its name there.
    pub foreign_id: Option<String>,
    /// Who began it.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
    /// When anything about it changed.
    pub updated_at: Timestamp,
    /// When it was published last.
    pub published_at: Option<Timestamp>,
    /// How many said it solved their trouble.
    pub solved: i64,
    /// How many said it did not.
    pub unsolved: i64,
    /// Tickets that were solved with it.
    pub tickets_solved: i64,
    /// Tickets that were not.
    pub tickets_unsolved: i64,
    /// How often it was read.
    pub reads: i64,
    /// When it was used last: read, or given to somebody.
    pub last_used_at: Option<Timestamp>,
    /// What it is worth among others on the same matter, 0 to 1.
    pub worth: f64,
    /// Counts every change of its facts and state.
    pub version: i64,
}

impl Article {
    /// What people say of it.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts {
            kind: self.kind,
            space: self.space.clone(),
            parent: self.parent,
            category: self.category.clone(),
            audience: self.audience.clone(),
            owner: self.owner,
            software: self.software.clone(),
            software_version: self.software_version.clone(),
            review_months: self.review_months,
        }
    }

    /// The name under which the event log knows it.
    #[must_use]
    pub fn subject(&self) -> String {
        subject(self.number)
    }

    /// Its name on screen.
    #[must_use]
    pub fn key(&self) -> String {
        key(self.number)
    }

    /// Whether somebody should look it over now.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.review_reason.is_some() || self.review_at.is_some_and(|at| at <= now)
    }
}

/// The name under which the event log knows an article.
#[must_use]
pub fn subject(number: Number) -> String {
    format!("article:{number}")
}

/// The article of such a name.
#[must_use]
pub fn of_subject(subject: &str) -> Option<Number> {
    subject.strip_prefix("article:")?.parse().ok()
}

/// The name of an article on screen.
#[must_use]
pub fn key(number: Number) -> String {
    format!("KB-{number}")
}
