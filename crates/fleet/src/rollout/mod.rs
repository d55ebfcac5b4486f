//! Rollouts: the same change on many devices, a few first, stopping by itself at the first sign of harm.
//!
//! What follows from what is decided by the crate `rollout`, which is pure; here is what drives it. `content` says what each step is,
//! `drafting` makes a plan and its targets, `ordering` is what people want, `stepping` takes in what happened and asks for the acts
//! that follow, in one transaction; `running` wakes it. An act of a rollout is an act like any other: granted, judged by its device, and
//! never run twice.

mod answering;
pub mod api;
mod asking;
mod bar;
pub mod content;
pub mod drafting;
pub mod events;
pub mod ordering;
pub mod pages;
mod panel;
mod running;
pub mod seeing;
mod stepping;
pub mod store;
mod telling;
mod wording;

use ::rollout::plan::Plan;
use ::rollout::state::Head;
use ::rollout::{Course, Phase};
use kernel::cx::Cx;
use kernel::db::{Migration, Tx};
use kernel::event::Event;
use kernel::i18n::Locale;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use web::{Routes, Topic};

pub use content::Content;
pub(crate) use panel::panels;
pub(crate) use running::{HANDLER, SCHEDULE, subscriber, wake};

/// The tables.
pub const MIGRATION: Migration = Migration {
    name: "0006_rollout",
    sql: include_str!("../../migrations/0006_rollout.sql"),
};

/// The texts.
pub const LOCALES: [(Locale, &str); 4] = [
    (
        Locale::En,
        include_str!("../../../../locales/en/fleet_package.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_package.ftl"),
    ),
    (
        Locale::En,
        include_str!("../../../../locales/en/fleet_rollout.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_rollout.ftl"),
    ),
];

/// A rollout's page hears of the rollout.
pub(crate) const TOPIC: Topic = Topic {
    prefix: "rollout",
    may: |tx: &mut Tx<'_>, cx: &Cx, id: &str| match id.parse() {
        Ok(id) => Ok(seeing::load(tx, cx, id).is_ok()),
        Err(_) => Ok(false),
    },
};

/// The list hears that some rollout changed.
pub(crate) const LIST_TOPIC: Topic = Topic {
    prefix: "rollouts",
    may: |_tx: &mut Tx<'_>, cx: &Cx, id: &str| Ok(id.is_empty() && cx.may(crate::READ).is_some()),
};

/// Marks the identifiers of rollouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RolloutMark;
/// Names a rollout.
pub type RolloutId = Id<RolloutMark>;

/// A rollout without its targets.
#[derive(Debug, Clone)]
pub struct Rollout {
    /// Which.
    pub id: RolloutId,
    /// For which ticket.
    pub ticket: i64,
    /// As people call it.
    pub title: String,
    /// Which devices it was made for, as it was typed.
    pub query: String,
    /// Which of them come first, as it was typed.
    pub first: String,
    /// What it does.
    pub content: Content,
    /// How. Never changed after the draft.
    pub plan: Plan,
    /// How far it is.
    pub head: Head,
    /// Who made it.
    pub person: UserId,
    /// What they were called then.
    pub person_name: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

impl Rollout {
    /// Its page.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/rollouts/{}", self.id)
    }

    /// Its topic of the live stream.
    #[must_use]
    pub fn topic(&self) -> String {
        format!("rollout:{}", self.id)
    }

    /// Whether it is over.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.ended_at.is_some()
    }
}

/// The word for a phase in the database and in JSON.
#[must_use]
pub const fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Draft => "draft",
        Phase::DryRun => "dry_run",
        Phase::Rehearsal => "rehearsal",
        Phase::Ring { .. } => "ring",
        Phase::Done => "done",
        Phase::Cancelled => "cancelled",
    }
}

/// The word for a course in the database and in JSON.
#[must_use]
pub const fn course_word(course: &Course) -> &'static str {
    match course {
        Course::Going => "going",
        Course::Retrying => "retrying",
        Course::Halted(_) => "halted",
        Course::Cancelling(_) => "cancelling",
    }
}

/// What else an event about a rollout changes on open pages: the rollout, and the list.
#[must_use]
pub(crate) fn topics_of(event: &Event) -> Vec<String> {
    if !events::ALL.contains(&event.kind.as_str()) {
        return Vec::new();
    }
    let mut topics = vec!["rollouts".to_owned()];
    topics.extend(event.data["rollout"].as_str().map(|id| format!("rollout:{id}")));
    topics
}

/// The pages and endpoints.
pub(crate) fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
