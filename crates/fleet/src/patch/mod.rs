//! Patches: updates that devices report, approved or declined by people and rules, and rolled out once they are approved.
//!
//! `noticing` brings the rows of a device into line with its inventory, `deciding` is a person's word, `ruling` what rules say where
//! nobody has spoken, `planning` leads from approved patches to the form of a rollout. A patch is never installed from here: that is a
//! rollout's. Only packages of apt count, for nothing else can be rolled out.

pub mod api;
pub mod deciding;
pub mod events;
pub mod listing;
pub mod noticing;
pub mod pages;
mod panel;
pub mod planning;
pub mod ruling;
mod running;
pub mod seeing;
pub mod store;
mod telling;

use kernel::cx::Cx;
use kernel::db::{Migration, Tx};
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use web::{Routes, Topic};

pub(crate) use panel::PANEL;
pub use ruling::{Rule, RuleId, Verdict};
pub(crate) use running::{HANDLER, SCHEDULE, subscriber};

/// The tables.
pub const MIGRATION: Migration = Migration {
    name: "0007_patch",
    sql: include_str!("../../migrations/0007_patch.sql"),
};

/// The texts.
pub const LOCALES: [(Locale, &str); 2] = [
    (Locale::En, include_str!("../../../../locales/en/fleet_patch.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_patch.ftl"),
    ),
];

/// A patch's page hears of the patch.
pub(crate) const TOPIC: Topic = Topic {
    prefix: "patch",
    may: |tx: &mut Tx<'_>, cx: &Cx, id: &str| match id.parse() {
        Ok(id) => Ok(seeing::load(tx, cx, id).is_ok()),
        Err(_) => Ok(false),
    },
};

/// Marks the identifiers of patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatchMark;
/// Names a patch.
pub type PatchId = Id<PatchMark>;

/// How far a patch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided, or the decision was taken back.
    Waiting,
    /// It may be rolled out.
    Approved,
    /// It shall not be.
    Declined,
}

impl State {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Waiting, Self::Approved, Self::Declined];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }

    /// Reads [`State::as_str`] back.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }

    fn stored(word: &str) -> Result<Self> {
        Self::known(word).ok_or_else(|| Error::internal(format!("unknown state of a patch {word:?}")))
    }

    /// The key of its name.
    #[must_use]
    pub fn text_key(self) -> String {
        format!("fleet-patch-state-{}", self.as_str())
    }

    /// The colour of its chip; the word always stands in it.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Waiting => "warning",
            Self::Approved => "success",
            Self::Declined => "muted",
        }
    }
}

/// A version of a package that at least one device could have, or could have had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Which.
    pub id: PatchId,
    /// The package, with its architecture behind a colon where that is not the system's own.
    pub name: String,
    /// The version that is offered.
    pub version: String,
    /// Whether some device said that it closes a hole.
    pub is_security: bool,
    /// When it was first reported.
    pub first_seen_at: Timestamp,
    /// How far it is.
    pub state: State,
    /// The person who spoke last; also whoever took a decision back.
    pub decided_by: Option<UserId>,
    /// What they were called then.
    pub decided_name: String,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// The rule that decided.
    pub rule: Option<RuleId>,
    /// What was said with the decision.
    pub note: String,
    /// How many devices report it.
    pub devices: i64,
    /// Since when none does.
    pub gone_at: Option<Timestamp>,
}

impl Patch {
    /// Its page.
    #[must_use]
    pub fn href(&self) -> String {
        format!("{}/{}", pages::PATH, self.id)
    }

    /// Its name in events, and its topic of the live stream.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("patch:{}", self.id)
    }

    /// Package and version, as people read them.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// The list of devices that report it.
    #[must_use]
    pub fn devices_href(&self) -> String {
        let query = planning::query(std::slice::from_ref(self));
        format!("/devices?{}", web::urlencoded::join(&[("q", &query)]))
    }
}

/// The pages and endpoints.
pub(crate) fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
