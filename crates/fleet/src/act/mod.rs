//! Acts: what people ask of devices, one at a time, each for a ticket, each with a grant, each with what came of it.
//!
//! `asking` decides whether it may be asked, `approving` is the second person, `sending` brings it to its device from the node that
//! holds the link, `hearing` keeps what the device answers, `ending` settles each act once, `keeping` makes a file of its output,
//! `transferring` moves files, `measuring` is the other end of a speed test, `stopping` is the global stop, `expiring` gives up what was never taken up. `telling` puts it in words.
//! The agent has the last word: it checks the grant and its own floor, whatever stands here.

pub mod api;
pub mod approving;
pub mod asking;
pub mod cancelling;
pub mod ending;
pub mod events;
pub mod expiring;
pub mod hearing;
pub mod keeping;
pub mod measuring;
pub mod pages;
pub mod panel;
pub mod seeing;
pub mod sending;
pub mod stopping;
pub mod store;
pub mod telling;
pub mod transferring;

use kernel::cx::Cx;
use kernel::db::{Migration, Tx};
use kernel::event::Event;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use protocol::message::Outcome;
use protocol::verb::{Danger, Verb};
use web::{Group, NavigationItem, Routes, Topic};

use crate::device::DeviceId;
use crate::rollout::RolloutId;

pub use asking::{ask, ask_many};
pub use hearing::heard;
pub use seeing::load;

/// The tables of acts, grants, and scripts.
pub const MIGRATION: Migration = Migration {
    name: "0003_acts",
    sql: include_str!("../../migrations/0003_acts.sql"),
};

/// The global stop and what waits for a second person.
pub(crate) const SAFETY: NavigationItem =
    NavigationItem::new("fleet-safety-title", "/devices/safety", "shield-alert")
        .needs(crate::APPROVE)
        .group(Group::Settings);

/// An act's page hears of the act.
pub(crate) const TOPIC: Topic = Topic {
    prefix: "act",
    may: |tx: &mut Tx<'_>, cx: &Cx, id: &str| match id.parse() {
        Ok(id) => Ok(seeing::load(tx, cx, id).is_ok()),
        Err(_) => Ok(false),
    },
};

/// The pages and endpoints.
pub(crate) fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

/// Marks the identifiers of acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActMark;
/// Names an act.
pub type ActId = Id<ActMark>;

/// How far an act is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = DeviceActState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A second person must agree.
    Held,
    /// Waits for its device.
    Asked,
    /// A node has taken it up and asks for its grant.
    Granted,
    /// The order left for the device.
    Sent,
    /// The device does it.
    Running,
    /// It ended by itself.
    Done,
    /// It could not be done.
    Failed,
    /// The signer or the device did not let it pass.
    Refused,
    /// Nobody can know how it ended.
    Lost,
    /// It was stopped.
    Cancelled,
}

impl State {
    /// All of them, in the order of an act's life.
    pub const ALL: [Self; 10] = [
        Self::Held,
        Self::Asked,
        Self::Granted,
        Self::Sent,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Refused,
        Self::Lost,
        Self::Cancelled,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Asked => "asked",
            Self::Granted => "granted",
            Self::Sent => "sent",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::Cancelled => "cancelled",
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
            Self::Held => "fleet-act-state-held",
            Self::Asked => "fleet-act-state-asked",
            Self::Granted => "fleet-act-state-granted",
            Self::Sent => "fleet-act-state-sent",
            Self::Running => "fleet-act-state-running",
            Self::Done => "fleet-act-state-done",
            Self::Failed => "fleet-act-state-failed",
            Self::Refused => "fleet-act-state-refused",
            Self::Lost => "fleet-act-state-lost",
            Self::Cancelled => "fleet-act-state-cancelled",
        }
    }

    /// The colour of its chip.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Done => "success",
            Self::Failed | Self::Refused => "danger",
            Self::Held | Self::Lost | Self::Cancelled => "warning",
            Self::Asked | Self::Granted | Self::Sent | Self::Running => "info",
        }
    }

    /// Whether it is over.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(
            self,
            Self::Done | Self::Failed | Self::Refused | Self::Lost | Self::Cancelled
        )
    }

    /// How an act ends by what its device says.
    #[must_use]
    pub const fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Done { .. } => Self::Done,
            Outcome::Failed { .. } => Self::Failed,
            Outcome::Refused { .. } => Self::Refused,
            Outcome::Lost { .. } => Self::Lost,
            Outcome::Cancelled => Self::Cancelled,
        }
    }
}

/// The word for a danger in the database and in JSON.
#[must_use]
pub const fn danger_word(danger: Danger) -> &'static str {
    match danger {
        Danger::View => "view",
        Danger::Change => "change",
        Danger::Run => "run",
    }
}

/// The right that a danger asks for.
#[must_use]
pub const fn right_for(danger: Danger) -> &'static str {
    match danger {
        Danger::View => crate::DIAGNOSE,
        Danger::Change => crate::CHANGE,
        Danger::Run => crate::RUN,
    }
}

/// What somebody asked of a device.
#[derive(Debug, Clone)]
pub struct Act {
    /// Which.
    pub id: ActId,
    /// Of which device.
    pub device: DeviceId,
    /// For which ticket.
    pub ticket: i64,
    /// Who asked.
    pub person: UserId,
    /// What they were called then.
    pub person_name: String,
    /// `service.restart`
    pub verb: String,
    /// `view`, `change`, `run`.
    pub danger: String,
    /// The verb as JSON, word for word.
    pub body: String,
    /// How far it is.
    pub state: State,
    /// Acts asked in one go have the same.
    pub batch: String,
    /// On so many devices.
    pub fan_out: i64,
    /// Who agreed.
    pub approved_by: Option<UserId>,
    /// The rollout that it is part of.
    pub rollout: Option<RolloutId>,
    /// The node that sent it.
    pub node: Option<String>,
    /// The epoch of the link by which it left.
    pub epoch: Option<i64>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Until when its device may take it up.
    pub due_at: Timestamp,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// When somebody wanted it to end.
    pub cancel_at: Option<Timestamp>,
    /// What the device said of its end.
    pub outcome: Option<Outcome>,
    /// How much it wrote.
    pub bytes: i64,
    /// Whether some of that was left out.
    pub is_cut: bool,
    /// All it wrote, as a file.
    pub hash: Option<String>,
}

impl Act {
    /// The colour of its chip: what ran to its end and says that it failed is not green.
    #[must_use]
    pub const fn tone(&self) -> &'static str {
        match &self.outcome {
            Some(Outcome::Done { code: Some(code), .. }) if *code != 0 => "warning",
            _ => self.state.tone(),
        }
    }

    /// The verb; none when this version does not know it.
    #[must_use]
    pub fn read_verb(&self) -> Option<Verb> {
        serde_json::from_str(&self.body).ok()
    }

    /// Its page.
    #[must_use]
    pub fn href(&self) -> String {
        match self.verb.as_str() {
            "terminal" => format!("/terminals/{}", self.id),
            "screen.view" | "screen.control" => format!("/screens/{}", self.id),
            _ => format!("/acts/{}", self.id),
        }
    }

    /// Whether it is a session: it goes on over the next link of its device.
    #[must_use]
    pub fn is_session(&self) -> bool {
        matches!(self.verb.as_str(), "terminal" | "screen.view" | "screen.control")
    }

    /// Its topic of the live stream.
    #[must_use]
    pub fn topic(&self) -> String {
        format!("act:{}", self.id)
    }
}

/// What else an event about acts changes on open pages: the act, and its device.
#[must_use]
pub fn topics_of(event: &Event) -> Vec<String> {
    if !events::ALL.contains(&event.kind.as_str()) {
        return Vec::new();
    }
    let word = |field: &str| event.data[field].as_str();
    let mut topics = Vec::new();
    topics.extend(word("act").map(|act| format!("act:{act}")));
    topics.extend(word("device").map(|device| format!("device:{device}")));
    topics.extend(word("rollout").map(|rollout| format!("rollout:{rollout}")));
    topics.extend(
        event.data["ticket"]
            .as_i64()
            .map(|ticket| format!("ticket:{ticket}")),
    );
    if matches!(
        event.kind.as_str(),
        events::STOPPED | events::RELEASED | events::APPROVED | events::ASKED
    ) {
        topics.push("acts".to_owned());
    }
    topics
}
