//! The event log: what happened, who did it, by which way. History and audit are made of it.
//!
//! [`append`] writes an event in the transaction of the change it tells of. Readers keep a [`Cursor`] and never step
//! over a transaction that is still open. What names or quotes people goes into the personal part, which can be
//! erased without breaking the seals. Nothing here changes or removes an event.

pub mod seal;
mod store;
mod subscriber;

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use crate::cx::{Cx, Via};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use crate::wake::Wake;

pub(crate) use store::{elsewhere, stays_behind};
pub use subscriber::{Progress, Reach, Runner, Start, Subscriber, progress};

/// An event to be written.
#[derive(Clone, Debug)]
pub struct New {
    /// `desk.ticket.replied`
    pub kind: &'static str,
    /// The thing it is about: `ticket:1042`.
    pub subject: String,
    /// What happened, without anything personal: numbers, states, ids.
    pub data: Value,
    /// Names, addresses, and words of people; can be erased later.
    pub personal: Option<Value>,
}

/// An event as the log keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its number; grows, with gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who: `user:ID`, `system:NAME`, `anonymous`.
    pub actor: String,
    /// By which way: `page`, `api`, `mail` …
    pub via: String,
    /// The request it was done by.
    pub request: String,
    /// The thing it is about.
    pub subject: String,
    /// What sort of event.
    pub kind: String,
    /// What happened.
    pub data: Value,
    /// The personal part; `None` when there was none or it has been erased.
    pub personal: Option<Value>,
    pub(crate) txid: i64,
}

impl Event {
    /// The place in the log just after this event.
    pub const fn cursor(&self) -> Cursor {
        Cursor {
            txid: self.txid,
            seq: self.seq,
        }
    }
}

/// A place in the log: everything up to and with it has been read. Shown as `TXID.SEQ`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub(crate) txid: i64,
    pub(crate) seq: i64,
}

impl Cursor {
    /// Before the first event.
    pub const START: Self = Self { txid: 0, seq: 0 };
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.txid, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || Error::invalid("kernel.event.cursor_malformed");
        let (txid, seq) = text.split_once('.').ok_or_else(bad)?;
        Ok(Self {
            txid: txid.parse().map_err(|_| bad())?,
            seq: seq.parse().map_err(|_| bad())?,
        })
    }
}

/// Writes an event in the caller's transaction and gives back its number. Subscribers are woken after the commit.
pub fn append(tx: &mut Tx<'_>, cx: &Cx, new: New) -> Result<i64> {
    let personal = new
        .personal
        .as_ref()
        .map(|value| personal_part(cx, value))
        .transpose()?;
    let record = store::Record {
        at: cx.now(),
        actor: &cx.actor.key(),
        via: cx.via.as_str(),
        request: &cx.request,
        subject: &new.subject,
        kind: new.kind,
        data: &serde_json::to_string(&new.data)?,
        personal: personal.as_ref(),
    };
    let seq = store::insert(tx, &record)?;
    tx.wake(Wake::Events);
    Ok(seq)
}

/// An event that happened before the house heard of it: who takes over a history says when it was and who did it.
#[derive(Clone, Debug)]
pub struct Past {
    /// When.
    pub at: Timestamp,
    /// Who: `user:ID`, `system:NAME`, `anonymous`.
    pub actor: String,
    /// By which way.
    pub via: Via,
    /// What.
    pub new: New,
}

/// Writes events of the past behind those that are there, in the caller's transaction and in the order given.
pub fn append_past(tx: &mut Tx<'_>, cx: &Cx, events: &[Past]) -> Result<()> {
    let mut personal = Vec::new();
    let mut rows = Vec::with_capacity(events.len() * store::WIDTH);
    for (place, event) in events.iter().enumerate() {
        let part = event
            .new
            .personal
            .as_ref()
            .map(|value| personal_part(cx, value))
            .transpose()?;
        rows.extend(store::values(&store::Record {
            at: event.at,
            actor: &event.actor,
            via: event.via.as_str(),
            request: &cx.request,
            subject: &event.new.subject,
            kind: event.new.kind,
            data: &serde_json::to_string(&event.new.data)?,
            personal: part.as_ref(),
        }));
        personal.extend(part.map(|part| (place, part)));
    }
    store::insert_many(tx, &rows, personal)?;
    tx.wake(Wake::Events);
    Ok(())
}

fn personal_part(cx: &Cx, value: &Value) -> Result<store::Personal> {
    let salt = seal::hash::hex(&cx.random_bytes::<16>());
    let data = serde_json::to_string(value)?;
    Ok(store::Personal {
        hash: seal::hash::personal(&salt, &data),
        salt,
        data,
    })
}

/// The events of one thing after a number (0 for the beginning), oldest first.
pub fn of_subject(tx: &mut Tx<'_>, subject: &str, after_seq: i64, limit: i64) -> Result<Vec<Event>> {
    store::of_subject(tx, subject, after_seq, limit)
}

/// The number of the latest event of one thing; 0 when nothing happened to it.
pub fn last_of_subject(tx: &mut Tx<'_>, subject: &str) -> Result<i64> {
    store::last_of_subject(tx, subject)
}

/// The events of several things, each one's oldest first. At most `limit` in all for up to 500 things: whoever gets as many
/// must ask for each thing by itself.
pub fn of_subjects(tx: &mut Tx<'_>, subjects: &[String], limit: i64) -> Result<Vec<Event>> {
    store::of_subjects(tx, subjects, limit)
}

/// The events that one actor (`user:ID`) caused before a number (`i64::MAX` for the latest), newest first.
pub fn of_actor(tx: &mut Tx<'_>, actor: &str, before_seq: i64, limit: i64) -> Result<Vec<Event>> {
    store::of_actor(tx, actor, before_seq, limit)
}

/// The latest events before a number (`i64::MAX` for the latest), newest first; for the audit page.
pub fn latest(tx: &mut Tx<'_>, before_seq: i64, limit: i64) -> Result<Vec<Event>> {
    store::latest(tx, before_seq, limit)
}

/// The next events after a place, in the order in which readers must take them.
pub fn read_after(tx: &mut Tx<'_>, cursor: Cursor, limit: i64) -> Result<Vec<Event>> {
    store::read_after(tx, cursor, limit)
}

/// Whether committed events cannot be read yet, because a transaction that began before theirs is still open. It
/// ends with that transaction; on SQLite it never happens.
pub fn is_held_back(tx: &mut Tx<'_>) -> Result<bool> {
    store::is_held_back(tx)
}

/// The place after everything that can be read now; what is written from here on comes after it.
pub fn tail(tx: &mut Tx<'_>) -> Result<Cursor> {
    store::tail(tx)
}

/// Erases the personal part of every event about a thing or caused by it (`user:ID` is both), and writes down that
/// this was done. The seals stay valid. Gives back how many events lost their personal part.
pub fn erase_personal(tx: &mut Tx<'_>, cx: &Cx, subject: &str) -> Result<u64> {
    let erased = store::delete_personal(tx, subject)?;
    let data = json!({ "events": erased });
    append(
        tx,
        cx,
        New {
            kind: "kernel.event.personal_erased",
            subject: subject.to_owned(),
            data,
            personal: None,
        },
    )?;
    Ok(erased)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_it_shows() {
        let cursor = Cursor { txid: 77, seq: 1042 };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        for text in ["", "5", "5.", "a.b", "1.2.3"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
