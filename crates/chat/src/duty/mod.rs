//! Whether anybody is there: who answers conversations now, and when the desk is open again.
//!
//! A technician says so with a switch, because nothing else is honest: neither a roster nor an open window shows that
//! somebody will answer. The switch holds while the desk is open and falls back by itself, so that nobody answers all night
//! without knowing it. Who switches it on outside of the desk's hours means these hours.

pub mod store;

use desk::neighbours;
use kernel::cx::{Credential, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::json;

use crate::conversation;
use crate::{ANSWER, events};

/// The switch falls back after so long.
const SECONDS: i64 = 10 * 3_600;
/// After so long where it was set outside of the desk's hours.
const SECONDS_OUTSIDE: i64 = 4 * 3_600;

/// How it stands with the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Availability {
    /// How many answer now.
    pub people: i64,
    /// How many conversations wait.
    pub waiting: i64,
    /// The desk's hours hold now.
    pub in_hours: bool,
    /// When they begin again; none when they hold now, or never will.
    pub opens_at: Option<Timestamp>,
}

impl Availability {
    /// Whether somebody will answer.
    #[must_use]
    pub const fn is_open(self) -> bool {
        self.people > 0
    }
}

/// The switch of one technician.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mine {
    /// When it falls back.
    pub until: Timestamp,
    /// Employees see now that they are there. Switched on by day it does not count while the desk is closed.
    pub counts_now: bool,
}

/// How it stands with the chat, for this reader: nobody answers oneself.
pub fn availability(tx: &mut Tx<'_>, cx: &Cx) -> Result<Availability> {
    let (in_hours, opens_at) = hours(tx, cx.now())?;
    let there = answering(tx, cx.now(), in_hours)?;
    let others = there.iter().filter(|one| Some(**one) != cx.user_id()).count();
    Ok(Availability {
        people: i64::try_from(others).unwrap_or(i64::MAX),
        waiting: conversation::store::count_waiting(tx)?,
        in_hours,
        opens_at,
    })
}

/// Whether anybody answers now, one person left out.
pub fn is_anybody_there(tx: &mut Tx<'_>, now: Timestamp, but: Option<UserId>) -> Result<bool> {
    let (in_hours, _) = hours(tx, now)?;
    let there = answering(tx, now, in_hours)?;
    Ok(there.into_iter().any(|one| Some(one) != but))
}

/// Who answers now. The switch of who may not answer any more holds for nothing.
fn answering(tx: &mut Tx<'_>, now: Timestamp, in_hours: bool) -> Result<Vec<UserId>> {
    let switched_on = store::switched_on(tx, now, in_hours)?;
    if switched_on.is_empty() {
        return Ok(Vec::new());
    }
    let roles = people::role::all(tx)?;
    let may_answer = |name: &str| {
        let role = roles.iter().find(|role| role.name == name);
        role.is_some_and(|role| role.grants.contains_key(ANSWER))
    };
    let mut there: Vec<UserId> = switched_on
        .into_iter()
        .filter(|(_, role)| may_answer(role))
        .map(|(person, _)| person)
        .collect();
    there.dedup();
    Ok(there)
}

/// Whether the desk is open, and when it opens next. A calendar that has closed for good opens nothing.
fn hours(tx: &mut Tx<'_>, now: Timestamp) -> Result<(bool, Option<Timestamp>)> {
    let calendar = neighbours::calendar(tx, "default")?;
    if calendar.is_open_millis(now.millis()).map_err(Error::internal)? {
        return Ok((true, None));
    }
    let next = calendar.next_opening_millis(now.millis()).ok();
    Ok((false, next.map(Timestamp::from_millis)))
}

/// The switch of the reader; none when it is off.
pub fn mine(tx: &mut Tx<'_>, cx: &Cx) -> Result<Option<Mine>> {
    cx.require(ANSWER)?;
    let me = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let Some((until, any_hour)) = store::switch(tx, me, cx.now())? else {
        return Ok(None);
    };
    let counts_now = any_hour || hours(tx, cx.now())?.0;
    Ok(Some(Mine { until, counts_now }))
}

/// Begins to answer.
pub fn begin(tx: &mut Tx<'_>, cx: &Cx) -> Result<Mine> {
    cx.require(ANSWER)?;
    let me = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let (in_hours, _) = hours(tx, cx.now())?;
    let seconds = if in_hours { SECONDS } else { SECONDS_OUTSIDE };
    let until = cx.now().add_secs(seconds);
    store::put(tx, me, until, !in_hours)?;
    tell(tx, cx, me, json!({ "on": true, "until": until }))?;
    Ok(Mine {
        until,
        counts_now: true,
    })
}

/// Ceases to answer. Conversations one has stay: they are handed over one by one, with a word.
pub fn cease(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    cx.require(ANSWER)?;
    let me = cx.user_id().ok_or_else(Error::unauthenticated)?;
    store::remove(tx, me)?;
    tell(tx, cx, me, json!({ "on": false }))
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, person: UserId, data: serde_json::Value) -> Result<()> {
    let new = New {
        kind: events::DUTY,
        subject: format!("chat-duty:{person}"),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// Whether somebody is active and has a right.
pub fn has_right(tx: &mut Tx<'_>, person: UserId, permission: &str) -> Result<bool> {
    let Some(found) = people::user::store::find(tx, person)?.filter(|found| found.active) else {
        return Ok(false);
    };
    let credential = Credential::Session {
        session: String::new(),
        elevated: false,
    };
    let identity = people::identity_of(tx, &found, credential)?;
    Ok(identity.grants.contains_key(permission))
}

/// A colleague to whom a conversation may go.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// Who.
    pub id: UserId,
    /// The name on screen.
    pub name: String,
    /// Whether they answer now.
    pub is_there: bool,
}

/// Colleagues to whom a conversation may go: who answers now, then the others who work on tickets. The right itself is
/// asked when it is handed over.
pub fn colleagues(tx: &mut Tx<'_>, cx: &Cx, requester: UserId) -> Result<Vec<Colleague>> {
    cx.require(ANSWER)?;
    let (in_hours, _) = hours(tx, cx.now())?;
    let there = answering(tx, cx.now(), in_hours)?;
    let mut cards = people::user::store::staff(tx)?;
    // A manager who answers need not be of any tier.
    let known: Vec<UserId> = cards.iter().map(|card| card.id).collect();
    let more: Vec<UserId> = there.iter().copied().filter(|one| !known.contains(one)).collect();
    cards.extend(people::user::store::cards(tx, &more)?.into_values());
    let mut colleagues: Vec<Colleague> = cards
        .into_iter()
        .filter(|card| cx.user_id() != Some(card.id) && card.id != requester)
        .map(|card| Colleague {
            is_there: there.contains(&card.id),
            id: card.id,
            name: card.name,
        })
        .collect();
    colleagues.sort_by_key(|one| !one.is_there);
    Ok(colleagues)
}
