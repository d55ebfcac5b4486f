//! A telephone that rings: a telephone system says who calls whom, and the open pages of whoever is called show it.
//!
//! What it says is a row for a minute and then gone: the caller's number is theirs, so no event holds it. An event only says
//! that somebody's telephone rang, or rings no longer, and wakes their pages on every node. Taking a call down is `ticket::calling`'s.

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event;
use kernel::id::{Id, UserId};
use kernel::job;
use kernel::time::Timestamp;
use people::user::{normal_email, phone_digits, store as users};
use serde_json::json;

use crate::events;
use crate::notice::people::{identity, is_staff};
use crate::ticket::access;

pub mod store;
pub mod sweeping;

/// Telling whose telephone rings: one's own, or anybody's. A right of its own, so that a telephone system's token can do nothing else.
pub const RING: &str = "desk.ring";
/// Longer than anybody lets a telephone ring.
pub const EXPIRES_AFTER_MILLIS: i64 = 60_000;

const CALLER_MAX: usize = 64;
const CALL_MAX: usize = 200;
/// Fewer digits name nobody; the same bound as in looking people up by number.
const DIGITS_MIN: usize = 3;

/// A notice's identifier.
pub type RingingId = Id<Ringing>;

/// A telephone that rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ringing {
    pub id: RingingId,
    /// Who said so.
    pub source: UserId,
    /// The call as its telephone system names it.
    pub call: String,
    /// Whose telephone.
    pub person: UserId,
    /// The number that calls, as it was sent.
    pub caller: String,
    pub until: Timestamp,
}

/// What a telephone system says.
#[derive(Debug, Clone, Default)]
pub struct Announced {
    pub from: String,
    /// A mail address, or the number recorded on a person.
    pub to: String,
    /// None: the call gets a name here.
    pub call: Option<String>,
}

impl Announced {
    fn checked(&self) -> Result<Announced> {
        let mut errors = Errors::new();
        let from = self.from.trim();
        if from.is_empty() {
            errors.push("from", "desk.call.from_missing");
        } else if !is_line(from, CALLER_MAX) {
            errors.push("from", "desk.call.from_malformed");
        }
        if self.to.trim().is_empty() {
            errors.push("to", "desk.call.to_missing");
        }
        let call = self
            .call
            .as_deref()
            .map(str::trim)
            .filter(|call| !call.is_empty());
        if call.is_some_and(|call| !is_line(call, CALL_MAX)) {
            errors.push("call", "desk.call.call_malformed");
        }
        errors.finish()?;
        Ok(Announced {
            from: from.to_owned(),
            to: self.to.trim().to_owned(),
            call: call.map(str::to_owned),
        })
    }
}

fn is_line(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.chars().any(char::is_control)
}

/// The subject of events, and the live topic: the person's own.
#[must_use]
pub fn topic(person: UserId) -> String {
    format!("ringing:{person}")
}

/// Somebody's telephone rings. The same call at the same person is one notice, however often it is announced.
pub fn ring(tx: &mut Tx, cx: &Cx, announced: &Announced) -> Result<Ringing> {
    let scope = cx.require(RING)?;
    let source = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let Announced { from, to, call } = announced.checked()?;
    let person = if scope == Scope::All {
        whose(tx, &to)?
    } else {
        own(tx, source, &to)?
    };
    let call = call.unwrap_or_else(|| cx.new_id::<Ringing>().to_string());
    tx.lock("desk.ringing", format!("{source}:{call}"))?;
    sweeping::sweep(tx, cx)?;
    if let Some(known) = store::find(tx, source, &call, person)? {
        return Ok(known);
    }
    let ringing = Ringing {
        id: cx.new_id(),
        source,
        call,
        person,
        caller: from,
        until: cx.now().add_millis(EXPIRES_AFTER_MILLIS),
    };
    store::insert(tx, &ringing)?;
    let sweep = job::New::now(sweeping::SWEEP, json!({})).at(ringing.until.add_millis(1));
    job::enqueue(tx, cx, sweep)?;
    tell(tx, cx, person, events::CALL_RANG)?;
    Ok(ringing)
}

/// The call that the actor announced rings no longer, wherever it rang. One that is gone already is no mistake: a notice may have
/// expired before the call ended.
pub fn end(tx: &mut Tx, cx: &Cx, call: &str) -> Result<()> {
    cx.require(RING)?;
    let source = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let call = call.trim();
    tx.lock("desk.ringing", format!("{source}:{call}"))?;
    let people = store::people_of(tx, source, call)?;
    store::delete(tx, source, call)?;
    for person in people {
        tell(tx, cx, person, events::CALL_OVER)?;
    }
    Ok(())
}

/// The actor does not want to see it any more. The row stays, so that a telephone system that repeats itself does not bring it back.
pub fn dismiss(tx: &mut Tx, cx: &Cx, id: RingingId) -> Result<()> {
    cx.require(access::INTERNAL)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    if store::dismiss(tx, id, person)? {
        tell(tx, cx, person, events::CALL_OVER)?;
    }
    Ok(())
}

/// What rings at the actor now, and was not dismissed.
pub fn mine(tx: &mut Tx, cx: &Cx) -> Result<Vec<Ringing>> {
    cx.require(access::INTERNAL)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    store::at(tx, person, cx.now())
}

fn tell(tx: &mut Tx, cx: &Cx, person: UserId, kind: &'static str) -> Result<()> {
    let new = event::New {
        kind,
        subject: topic(person),
        data: json!({}),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// Who of the desk has this address or number. Whoever does not work at the desk has no page to show it on.
fn whose(tx: &mut Tx, to: &str) -> Result<UserId> {
    let named: Vec<UserId> = if to.contains('@') {
        users::find_by_email(tx, to)?
            .map(|person| person.id)
            .into_iter()
            .collect()
    } else {
        users::find_by_phone(tx, to)?
            .into_iter()
            .map(|card| card.id)
            .collect()
    };
    let mut found = Vec::new();
    for id in named {
        let Some(person) = users::find(tx, id)?.filter(|person| person.active) else {
            continue;
        };
        if is_staff(&identity(tx, &person)?) {
            found.push(id);
        }
    }
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(refused("desk.call.to_unknown", to)),
        _ => Err(refused("desk.call.to_several", to)),
    }
}

/// The actor, when it is their address or number. Of others nothing is looked up, so nothing is learnt of them.
fn own(tx: &mut Tx, actor: UserId, to: &str) -> Result<UserId> {
    let own = users::load(tx, actor)?;
    let is_own = if to.contains('@') {
        normal_email(to) == own.email
    } else {
        let digits = phone_digits(to);
        digits.len() >= DIGITS_MIN && digits == phone_digits(&own.phone)
    };
    if !is_own {
        return Err(Error::forbidden().arg("permission", RING));
    }
    Ok(own.id)
}

fn refused(code: &'static str, to: &str) -> Error {
    let value: String = to.chars().take(80).collect();
    Error::invalid(code).field("to").arg("value", value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(announced: &Announced) -> Vec<(String, String)> {
        let error = announced.checked().unwrap_err();
        error
            .fields()
            .iter()
            .map(|wrong| (wrong.field.clone(), wrong.code.clone()))
            .collect()
    }

    fn named(field: &str, code: &str) -> (String, String) {
        (field.to_owned(), code.to_owned())
    }

    #[test]
    fn every_wrong_part_of_an_announcement_is_named() {
        assert_eq!(
            fields(&Announced::default()),
            [
                named("from", "desk.call.from_missing"),
                named("to", "desk.call.to_missing")
            ]
        );
        let noise = Announced {
            from: "1".repeat(CALLER_MAX + 1),
            to: "204".to_owned(),
            call: Some("a\nb".to_owned()),
        };
        assert_eq!(
            fields(&noise),
            [
                named("from", "desk.call.from_malformed"),
                named("call", "desk.call.call_malformed")
            ]
        );
    }

    #[test]
    fn a_hidden_number_is_announced_in_the_words_of_the_telephone_system() {
        let announced = Announced {
            from: " anonymous ".to_owned(),
            to: " 204 ".to_owned(),
            call: Some("  ".to_owned()),
        };
        let checked = announced.checked().unwrap();
        assert_eq!((checked.from.as_str(), checked.to.as_str()), ("anonymous", "204"));
        assert_eq!(checked.call, None);
    }
}
