//! A major incident: the types and words; who may do what in its room.
//!
//! `declaring` makes one of a ticket, `steering` is what is done in the room (state, roles, tickets, plan), `resolving` ends it
//! and opens the review, `hearing` does so when its ticket was resolved by itself, `seeing` which tickets a reader may hear of,
//! `store` is the SQL. What is said to those affected is `crate::update`'s.

pub mod declaring;
pub mod hearing;
pub mod resolving;
pub mod seeing;
pub mod steering;
pub mod store;

use kernel::cx::{Actor, Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{LEAD, READ};

/// Marks the identifiers of major incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncidentMark;
/// Names a major incident; it says nothing of the ticket, for everybody may see it.
pub type IncidentId = Id<IncidentMark>;

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MajorIncidentState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Known; its cause is not.
    Declared,
    /// The cause is known.
    Identified,
    /// It should work again; that is watched.
    Monitoring,
    /// It is over.
    Resolved,
    /// What it taught is written down.
    Reviewed,
}

impl State {
    /// In the order in which they come.
    pub const ALL: [Self; 5] = [
        Self::Declared,
        Self::Identified,
        Self::Monitoring,
        Self::Resolved,
        Self::Reviewed,
    ];
    /// Those in which it goes on.
    pub const OPEN: [Self; 3] = [Self::Declared, Self::Identified, Self::Monitoring];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Reviewed => "reviewed",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it in the room.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Declared => "major-state-declared",
            Self::Identified => "major-state-identified",
            Self::Monitoring => "major-state-monitoring",
            Self::Resolved => "major-state-resolved",
            Self::Reviewed => "major-state-reviewed",
        }
    }

    /// The text that names it to everybody.
    #[must_use]
    pub const fn public_key(self) -> &'static str {
        match self {
            Self::Declared => "major-public-declared",
            Self::Identified => "major-public-identified",
            Self::Monitoring => "major-public-monitoring",
            Self::Resolved | Self::Reviewed => "major-public-resolved",
        }
    }

    /// The colour of its chip.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Declared => "danger",
            Self::Identified | Self::Monitoring => "warning",
            Self::Resolved | Self::Reviewed => "success",
        }
    }

    /// Whether it goes on.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Declared | Self::Identified | Self::Monitoring)
    }
}

/// What somebody does in the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(as = MajorIncidentRole)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Decides, and has the whole in view.
    Commander,
    /// Looks first: operations.
    Operations,
    /// Mends what lies deep: development.
    Development,
    /// Speaks with those affected: support.
    Support,
    /// Coordinates: the project manager.
    Coordination,
}

impl Role {
    /// In the order of the room.
    pub const ALL: [Self; 5] = [
        Self::Commander,
        Self::Operations,
        Self::Development,
        Self::Support,
        Self::Coordination,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commander => "commander",
            Self::Operations => "operations",
            Self::Development => "development",
            Self::Support => "support",
            Self::Coordination => "coordination",
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Commander => "major-role-commander",
            Self::Operations => "major-role-operations",
            Self::Development => "major-role-development",
            Self::Support => "major-role-support",
            Self::Coordination => "major-role-coordination",
        }
    }

    /// The text that says what it is for.
    #[must_use]
    pub const fn purpose_key(self) -> &'static str {
        match self {
            Self::Commander => "major-role-commander-purpose",
            Self::Operations => "major-role-operations-purpose",
            Self::Development => "major-role-development-purpose",
            Self::Support => "major-role-support-purpose",
            Self::Coordination => "major-role-coordination-purpose",
        }
    }
}

/// A major incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Which.
    pub id: IncidentId,
    /// The ticket it was made of.
    pub ticket: i64,
    /// What everybody reads.
    pub title: String,
    /// What it does to people, for everybody.
    pub impact: String,
    /// What does not work, for everybody.
    pub services: Vec<String>,
    /// How far it is.
    pub state: State,
    /// Words are due so often.
    pub update_minutes: i64,
    /// When words are due next; none once it is over.
    pub next_update_at: Option<Timestamp>,
    /// When somebody is reminded of them.
    pub remind_at: Option<Timestamp>,
    /// How often that was done for these.
    pub reminded: i64,
    /// The key of the plan it follows.
    pub plan: Option<String>,
    /// Who declared it.
    pub declared_by: Option<UserId>,
    /// When.
    pub declared_at: Timestamp,
    /// When it was over.
    pub resolved_at: Option<Timestamp>,
    /// Its ticket was resolved, but those affected have not been told.
    pub asks_last_words: bool,
    /// Whether the status page tells of it.
    pub on_status: bool,
    /// Grows with each change.
    pub version: i64,
}

impl Incident {
    /// The name under which the event log knows it.
    #[must_use]
    pub fn subject(&self) -> String {
        subject(self.id)
    }

    /// Whether words are overdue.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.next_update_at.is_some_and(|due| due <= now)
    }

    /// Starts the clock of the next words.
    pub fn wind(&mut self, now: Timestamp) {
        let due = now.add_secs(self.update_minutes.saturating_mul(60));
        (self.next_update_at, self.remind_at, self.reminded) = (Some(due), Some(due), 0);
    }

    /// Stops it.
    pub fn stop(&mut self) {
        (self.next_update_at, self.remind_at, self.reminded) = (None, None, 0);
    }
}

/// The name under which the event log knows a major incident.
#[must_use]
pub fn subject(id: IncidentId) -> String {
    format!("major:{id}")
}

/// Who has a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Which role.
    pub role: Role,
    /// Who.
    pub person: UserId,
    /// Since when.
    pub at: Timestamp,
}

/// A step of the plan it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub id: i64,
    /// Whose it is.
    pub role: Option<Role>,
    /// In English; may be empty when the other is not.
    pub en: String,
    /// In Chinese, likewise.
    pub zh: String,
    /// Who did it.
    pub done_by: Option<UserId>,
    /// When.
    pub done_at: Option<Timestamp>,
}

/// A text in the reader's language, else in the other.
#[must_use]
pub fn in_language<'a>(locale: kernel::Locale, en: &'a str, zh: &'a str) -> &'a str {
    let (first, second) = match locale {
        kernel::Locale::ZhCn => (zh, en),
        kernel::Locale::En => (en, zh),
    };
    if first.trim().is_empty() { second } else { first }
}

/// Reads one, for whoever works at the desk.
///
/// # Errors
/// 404 when there is none, 403 without the right.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId) -> Result<Incident> {
    cx.require(READ)?;
    store::find(tx, id)?.ok_or_else(Error::not_found)
}

/// Whether the reader may act in the room: with the right to lead, or with a role in it.
#[must_use]
pub fn may_act(cx: &Cx, holders: &[Holder]) -> bool {
    let has_role = |user| holders.iter().any(|holder| holder.person == user);
    cx.may(LEAD).is_some() || (cx.may(READ).is_some() && cx.user_id().is_some_and(has_role))
}

/// Takes the lock, loads, and lets pass who may act in the room.
pub(crate) fn begin(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId) -> Result<Incident> {
    cx.require(READ)?;
    tx.lock("major.incident", id)?;
    let incident = load(tx, cx, id)?;
    if !may_act(cx, &store::holders(tx, id)?) {
        return Err(Error::forbidden().arg("permission", LEAD));
    }
    Ok(incident)
}

/// [`begin`] for whoever leads: roles, state, and the end are not every helper's.
pub(crate) fn lead(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId) -> Result<Incident> {
    let incident = begin(tx, cx, id)?;
    let holders = store::holders(tx, id)?;
    require_lead(cx, &holders)?;
    Ok(incident)
}

/// Lets pass who may lead, or commands it.
pub(crate) fn require_lead(cx: &Cx, holders: &[Holder]) -> Result<()> {
    let commands = holders
        .iter()
        .any(|holder| holder.role == Role::Commander && Some(holder.person) == cx.user_id());
    if cx.may(LEAD).is_none() && !commands {
        return Err(Error::forbidden().arg("permission", LEAD));
    }
    Ok(())
}

/// Saves it and tells of it.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    cx: &Cx,
    incident: &mut Incident,
    kind: &'static str,
    data: Value,
    personal: Option<Value>,
) -> Result<()> {
    incident.version += 1;
    store::update(tx, incident)?;
    tell(tx, cx, &incident.subject(), kind, data, personal)
}

/// Writes an event.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    subject: &str,
    kind: &'static str,
    data: Value,
    personal: Option<Value>,
) -> Result<()> {
    let subject = subject.to_owned();
    event::append(
        tx,
        cx,
        New {
            kind,
            subject,
            data,
            personal,
        },
    )
    .map(drop)
}

/// The same person with rights on every ticket that an incident touches: who leads it acts beyond the own teams, but
/// only by what this slice does on their behalf. Passing a close gate is not among it.
#[must_use]
pub(crate) fn reaching(cx: &Cx) -> Cx {
    use desk::ticket::access::{CHANGE, INTERNAL, NOTE, READ, REOPEN, REPLY, RESOLVE};
    let Actor::User(identity) = &cx.actor else {
        return cx.clone();
    };
    let mut identity = kernel::cx::Identity::clone(identity);
    for right in [READ, INTERNAL, REPLY, NOTE, CHANGE, RESOLVE, REOPEN] {
        identity.grants.insert(right.to_owned(), Scope::All);
    }
    cx.acting_as(identity, cx.via)
}
