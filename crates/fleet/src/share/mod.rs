//! Shares: somebody shows the screen of their own browser from their own ticket, and the desk looks on. Nothing is installed.
//!
//! It is no act: there is no device, and the consent is the browser's own question. `starting` says who may begin and come back,
//! `ending` when it is over, `frame` (pure) what a browser sends, `socket` are the browser at the one
//! end, together with the recording, and a viewer at the other, `room` is what lies between them on the node that keeps it, `sweeping` ends
//! what nobody keeps.
//!
//! The browser sends rectangles of JPEG; viewers are told them as RFC 6143 with Tight, and the recording is what viewers were told, as
//! with the screens of devices. Nobody presses anything here.

mod api;
mod ending;
mod frame;
mod pages;
mod panel;
mod room;
pub mod seeing;
pub mod socket;
pub mod starting;
pub(crate) mod store;
mod sweeping;

use kernel::db::Migration;
use kernel::i18n::Locale;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use web::{Panel, Routes};

pub(crate) use room::is_kept;
pub(crate) use socket::bridged;
pub(crate) use sweeping::{HANDLER, SCHEDULE, subscribers};

/// The tables.
pub const MIGRATION: Migration = Migration {
    name: "0008_share",
    sql: include_str!("../../migrations/0008_share.sql"),
};

/// The texts.
pub const LOCALES: [(Locale, &str); 2] = [
    (Locale::En, include_str!("../../../../locales/en/fleet_share.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_share.ftl"),
    ),
];

/// Somebody began to share: `share`. The subject is the ticket.
pub const STARTED: &str = "fleet.share_started";
/// A share is over: `share`, `reason`. The subject is the ticket.
pub const ENDED: &str = "fleet.share_ended";

/// What streams between nodes for this: `share:ID:PERSON`.
pub(crate) const PURPOSE: &str = "share";
/// Pieces that wait for a viewer; none is larger than [`CHUNK_MOST`].
pub(crate) const WAITING_MOST: usize = 4;
/// Larger messages are cut: between nodes none may be larger than 1 MiB.
const CHUNK_MOST: usize = 256 * 1024;

/// Marks the identifiers of shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareMark;
/// Names a share.
pub type ShareId = Id<ShareMark>;

/// The share that a stream between nodes is for.
pub(crate) fn named(purpose: &str) -> Option<ShareId> {
    let rest = purpose.strip_prefix(PURPOSE)?.strip_prefix(':')?;
    rest.split(':').next()?.parse().ok()
}

/// How far a share is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its browser went away and may come back.
    Waiting,
    /// It is seen.
    Open,
    /// It is over.
    Ended,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Open, Self::Ended];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Ended => "ended",
        }
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Waiting => "fleet-share-state-waiting",
            Self::Open => "fleet-share-state-open",
            Self::Ended => "fleet-share-state-ended",
        }
    }

    /// The colour of its chip.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Waiting => "warning",
            Self::Open => "success",
            Self::Ended => "muted",
        }
    }
}

/// Codes of why a share is over, for which there are words.
pub(crate) const REASONS: [&str; 10] = [
    "gone",
    "person_left",
    "recording_failed",
    "recording_full",
    "requester_changed",
    "stopped_by_desk",
    "stopped_by_sharer",
    "ticket_closed",
    "too_long",
    "unreadable",
];

/// The text for why.
pub(crate) fn reason_key(code: &str) -> String {
    let known = REASONS.iter().find(|known| **known == code).unwrap_or(&"gone");
    format!("fleet-share-reason-{}", known.replace('_', "-"))
}

/// Somebody's screen, shown by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Which.
    pub id: ShareId,
    /// On which ticket.
    pub ticket: i64,
    /// Whose screen.
    pub person: UserId,
    /// What they were called then.
    pub person_name: String,
    /// How far it is.
    pub state: State,
    /// Why it is over, as a code.
    pub reason: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Who keeps it.
    pub keeper: Keeper,
    /// How far the recording goes.
    pub kept: Kept,
}

/// Who keeps a share: only the last to take it up may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeper {
    /// The node.
    pub node: String,
    /// How often it was taken up.
    pub generation: i64,
}

/// How far a recording goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// In milliseconds.
    pub last_millis: i64,
    /// Pieces.
    pub pieces: i64,
    /// Bytes.
    pub bytes: i64,
    /// Of the picture at its end; (0, 0) before the first.
    pub size: (u16, u16),
}

impl Share {
    /// Its page at the desk.
    #[must_use]
    pub fn href(&self) -> String {
        format!("{}/{}", pages::PATH, self.id)
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state == State::Ended
    }
}

/// The line in the conversation of its ticket.
fn line(id: ShareId, key: &str) -> serde_json::Value {
    serde_json::json!({ "key": key, "icon": "monitor", "href": format!("{}/{id}", pages::PATH) })
}

/// Where the person of a ticket shares from.
#[must_use]
pub fn sharing_path(ticket: i64) -> String {
    format!("/portal/requests/{ticket}/share")
}

pub(crate) fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

pub(crate) const PANEL: Panel = panel::PANEL;
