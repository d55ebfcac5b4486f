//! Issue trackers: a package becomes an issue there by a signed webhook, and what happens to the issue is read back.
//!
//! `keeping` adds and changes trackers, `delivering` posts packages, `turns` says when, `hearing` checks and takes what comes in,
//! `reading` holds one small file per kind of tracker (pure), `signing` and `sealing` are what the names say, `store` is the SQL,
//! `pages` and `routes` the doors. No issue is ever fetched: what a tracker does not tell is not known here.

pub mod delivering;
pub mod hearing;
pub mod keeping;
pub(crate) mod pages;
pub mod reading;
pub(crate) mod routes;
pub mod sealing;
pub mod signing;
pub mod store;
pub mod turns;

use kernel::id::Id;
use kernel::time::Timestamp;

use crate::package::PackageId;

/// Marks the identifiers of trackers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrackerMark;
/// Names a tracker.
pub type TrackerId = Id<TrackerMark>;
/// Marks the identifiers of messages to trackers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageMark;
/// Names a message to a tracker; receivers know it as `webhook-id`.
pub type MessageId = Id<MessageMark>;

/// What sort of tracker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// GitHub, and GitHub Enterprise Server.
    Github,
    /// GitLab.
    Gitlab,
    /// Jira.
    Jira,
    /// Any program that speaks Standard Webhooks.
    Plain,
}

impl Kind {
    /// In the order in which a person is offered them.
    pub const ALL: [Self; 4] = [Self::Github, Self::Gitlab, Self::Jira, Self::Plain];

    /// The word in the database and in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Jira => "jira",
            Self::Plain => "plain",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Github => "handover-kind-github",
            Self::Gitlab => "handover-kind-gitlab",
            Self::Jira => "handover-kind-jira",
            Self::Plain => "handover-kind-plain",
        }
    }

    /// The text that says where the secret goes there.
    #[must_use]
    pub const fn hint_key(self) -> &'static str {
        match self {
            Self::Github => "handover-kind-github-hint",
            Self::Gitlab => "handover-kind-gitlab-hint",
            Self::Jira => "handover-kind-jira-hint",
            Self::Plain => "handover-kind-plain-hint",
        }
    }
}

/// What a person says of a tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// What it is called.
    pub name: String,
    /// What sort.
    pub kind: Kind,
    /// Where packages are posted; empty: they are not.
    pub url: String,
    /// Whether it is used.
    pub enabled: bool,
}

/// A tracker as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracker {
    /// Which.
    pub id: TrackerId,
    /// What a person said of it.
    pub definition: Definition,
    /// Sealed: signs what leaves.
    pub secret_out: String,
    /// Sealed: checks what comes in.
    pub secret_in: String,
    /// Grows with each change.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Since when it has answered nothing.
    pub failing_since: Option<Timestamp>,
    /// Until when it is left alone.
    pub rests_until: Option<Timestamp>,
    /// Until when a job is sending to it, unless it dies.
    pub busy_until: Option<Timestamp>,
}

impl Tracker {
    /// The name under which the event log knows it.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("handover.tracker:{}", self.id)
    }
}

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// Not yet taken; it is tried again.
    Waiting,
    /// Answered with 2xx.
    Delivered,
    /// Not tried again unless somebody asks.
    GivenUp,
}

impl MessageState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::GivenUp];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Waiting => "handover-message-waiting",
            Self::Delivered => "handover-message-delivered",
            Self::GivenUp => "handover-message-given-up",
        }
    }

    /// Its colour.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Waiting => "warning",
            Self::Delivered => "success",
            Self::GivenUp => "danger",
        }
    }
}

/// A message to a tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which; `webhook-id` is `msg_` and this.
    pub id: MessageId,
    /// To whom.
    pub tracker: TrackerId,
    /// The package it carries; none for a test.
    pub package: Option<PackageId>,
    /// Its `type`.
    pub kind: String,
    /// As it is sent.
    pub body: String,
    /// Where it is.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: i64,
    /// How often since it was last asked for.
    pub tries: i64,
    /// When it was last asked for.
    pub asked_at: Timestamp,
    /// When it is tried next, while it waits.
    pub due_at: Timestamp,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// The beginning of the last answer, or the text that says why none came.
    pub answer: Option<String>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last tried.
    pub last_at: Option<Timestamp>,
}

/// What nobody has tried for so long is not on its way, whatever its state says.
const STUCK_SECONDS: i64 = 2 * 3_600;

impl Message {
    /// Whether it can be sent again: it is settled, or has been lying there for hours.
    #[must_use]
    pub fn may_go_again(&self, now: &Timestamp) -> bool {
        let last = self.last_at.map_or(self.asked_at, |at| at.max(self.asked_at));
        self.state != MessageState::Waiting || now.since(last) > STUCK_SECONDS * 1_000
    }
}

/// A message from a tracker, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// As the tracker names it.
    pub delivery: String,
    /// Hash of what was signed of it: its body, with its name and time where these are signed too.
    pub fingerprint: String,
    /// As the tracker calls what happened.
    pub event: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The package it was about.
    pub package: Option<PackageId>,
    /// When it came.
    pub at: Timestamp,
}

/// What became of a message from a tracker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It reached a package.
    Taken,
    /// Genuine, but about nothing of ours, or nothing we follow.
    Ignored,
    /// Its signature or token is wrong.
    Forged,
    /// It was here before.
    Replayed,
    /// Too old to be remembered whether it was here.
    Stale,
    /// Genuine, but not of the documented form.
    Malformed,
}

impl Outcome {
    const ALL: [Self; 6] = [
        Self::Taken,
        Self::Ignored,
        Self::Forged,
        Self::Replayed,
        Self::Stale,
        Self::Malformed,
    ];

    /// The word in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Ignored => "ignored",
            Self::Forged => "forged",
            Self::Replayed => "replayed",
            Self::Stale => "stale",
            Self::Malformed => "malformed",
        }
    }

    /// The outcome of a word.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Taken => "handover-heard-taken",
            Self::Ignored => "handover-heard-ignored",
            Self::Forged => "handover-heard-forged",
            Self::Replayed => "handover-heard-replayed",
            Self::Stale => "handover-heard-stale",
            Self::Malformed => "handover-heard-malformed",
        }
    }

    /// Its colour.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Taken => "success",
            Self::Ignored => "plain",
            Self::Forged => "danger",
            Self::Replayed | Self::Stale | Self::Malformed => "warning",
        }
    }
}
