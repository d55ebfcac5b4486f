//! Help for a device without the agent: a code on a ticket, a program that whoever needs help fetches with it and starts, and the
//! screen of their device for that ticket. Nothing stays: the device is a guest, and is forgotten when the session is over.
//!
//! `asking` makes the code, `entering` hands the document out for it, `connecting` lets the guest in, `ending` sends it away.
//! `program` says what is handed out. A guest is known by nothing of its hardware; its source says what it is, and on the server as
//! on the device nothing but the screen may be asked of it, and only for its ticket.

pub mod asking;
pub mod connecting;
pub mod ending;
pub mod entering;
pub mod events;
mod pages;
mod panel;
pub mod program;
mod public;
pub(crate) mod store;

use kernel::cx::Cx;
use kernel::db::{Migration, Tx};
use kernel::error::{Error, Result};
use kernel::event::{self, Event, New};
use kernel::i18n::Locale;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use serde_json::{Value, json};
use web::{Panel, Routes, Topic};

use crate::READ;
use crate::device::{Device, DeviceId, Source};
use crate::enrolment::EnrolmentId;

pub use asking::{end, offer};
pub use entering::enter;

/// The tables.
pub const MIGRATION: Migration = Migration {
    name: "0010_assist",
    sql: include_str!("../../migrations/0010_assist.sql"),
};

/// The texts.
pub const LOCALES: [(Locale, &str); 2] = [
    (
        Locale::En,
        include_str!("../../../../locales/en/fleet_assist.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_assist.ftl"),
    ),
];

/// An assist's identifier.
pub type AssistId = Id<Assist>;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody entered the code yet.
    Waiting,
    /// The program was fetched and did not come forward yet.
    Fetched,
    /// The guest is there.
    Connected,
    /// It is over.
    Ended,
}

impl State {
    const ALL: [Self; 4] = [Self::Waiting, Self::Fetched, Self::Connected, Self::Ended];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Fetched => "fetched",
            Self::Connected => "connected",
            Self::Ended => "ended",
        }
    }

    /// The key of its text.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Waiting => "fleet-assist-state-waiting",
            Self::Fetched => "fleet-assist-state-fetched",
            Self::Connected => "fleet-assist-state-connected",
            Self::Ended => "fleet-assist-state-ended",
        }
    }

    fn stored(word: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|one| one.as_str() == word)
            .ok_or_else(|| Error::internal(format!("unknown state {word:?}")))
    }
}

/// One time that somebody is helped.
#[derive(Clone, Debug, PartialEq)]
pub struct Assist {
    /// Identifier.
    pub id: AssistId,
    /// For which ticket.
    pub ticket: i64,
    /// Who helps.
    pub person: UserId,
    /// How far it is.
    pub state: State,
    /// Why it is over, as a code; set before the end when something must be ended first.
    pub reason: String,
    /// What the code is compared with.
    pub(crate) code_hash: String,
    /// The code under seal, until it was entered.
    pub(crate) code: Option<String>,
    /// The document under seal, until the code was entered.
    pub(crate) document: Option<String>,
    /// The document's record.
    pub enrolment: EnrolmentId,
    /// The guest, once it came.
    pub device: Option<DeviceId>,
    /// What the guest's key is compared with.
    pub(crate) key_hash: Option<String>,
    /// When it was offered.
    pub made_at: Timestamp,
    /// Until when the code counts.
    pub code_until: Timestamp,
    /// When the code was entered.
    pub fetched_at: Option<Timestamp>,
    /// When the guest came.
    pub connected_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

impl Assist {
    /// Its page.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/assists/{}", self.id)
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state == State::Ended
    }
}

/// One that the reader may see, by its ticket.
///
/// # Errors
/// 403 without the right to see devices, 404 for what they may not see.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: AssistId) -> Result<Assist> {
    cx.require(READ)?;
    let found = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    let view = desk::ticket::load(tx, cx, found.ticket)?;
    if view.internal {
        Ok(found)
    } else {
        Err(Error::not_found())
    }
}

/// Refuses what may not be asked of a guest: anything but its screen, and that for another ticket than its own.
///
/// # Errors
/// 409 `fleet.assist.screen_only`, `fleet.assist.other_ticket`.
pub(crate) fn check(tx: &mut Tx<'_>, device: &Device, ticket: i64, is_screen: bool) -> Result<()> {
    if device.source != Source::Guest {
        return Ok(());
    }
    if !is_screen {
        return Err(Error::conflict("fleet.assist.screen_only").arg("name", device.name.clone()));
    }
    let own = store::of_device(tx, device.id)?;
    if own.is_some_and(|assist| assist.ticket == ticket && !assist.is_over() && assist.reason.is_empty()) {
        Ok(())
    } else {
        Err(Error::conflict("fleet.assist.other_ticket").arg("name", device.name.clone()))
    }
}

/// Writes an event about one, under its ticket. Those with a key are a line of the conversation.
fn note(tx: &mut Tx<'_>, cx: &Cx, assist: &Assist, kind: &'static str, line: Option<&str>) -> Result<()> {
    let mut data = json!({ "assist": assist.id, "device": assist.device, "reason": assist.reason });
    if let Some(key) = line {
        data["line"] = json!({ "icon": "monitor", "key": key, "args": {} });
    }
    let new = New {
        kind,
        subject: desk::ticket::subject(assist.ticket),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// The page of one hears of it.
pub(crate) const TOPIC: Topic = Topic {
    prefix: "assist",
    may: |tx: &mut Tx<'_>, cx: &Cx, id: &str| match id.parse() {
        Ok(id) => Ok(load(tx, cx, id).is_ok()),
        Err(_) => Ok(false),
    },
};

/// Whose pages hear of an event.
pub(crate) fn topics_of(event: &Event) -> Vec<String> {
    if !events::ALL.contains(&event.kind.as_str()) {
        return Vec::new();
    }
    let id = event.data.get("assist").and_then(Value::as_str);
    id.map(|id| format!("assist:{id}")).into_iter().collect()
}

pub(crate) fn routes() -> Routes {
    pages::routes().merge(public::routes())
}

pub(crate) fn panels() -> Vec<Panel> {
    vec![panel::PANEL]
}
