//! Time spent: minutes that people of the desk worked on a ticket, written down with a word or by themselves.
//!
//! Only what was written down counts; nothing is measured behind anybody's back. An entry is never changed: what was
//! wrong is taken back by its writer, and the event log knows both.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::saving::{self, Told};
use super::{Ticket, access};
use crate::{article, events};

pub mod store;

/// A day: who writes down more at once has mistyped.
pub const MINUTES_MAX: i64 = 24 * 60;
const WHAT_MAX: usize = 200;

/// Work that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    pub id: i64,
    pub person: UserId,
    pub minutes: i64,
    pub what: String,
    pub at: Timestamp,
}

/// Writes down time; a closed ticket takes it too, for bills are written later.
pub fn log_time(tx: &mut Tx, cx: &Cx, number: i64, minutes: i64, what: &str) -> Result<Ticket> {
    let ticket = saving::begin(tx, cx, number, access::NOTE)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::NOTE));
    }
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let mut errors = Errors::new();
    if !(1..=MINUTES_MAX).contains(&minutes) {
        errors.push("minutes", "desk.time.minutes_out_of_range");
    }
    let what = article::line(&mut errors, "what", what, WHAT_MAX);
    errors.finish()?;
    let id = store::insert(tx, number, (person, minutes, &what), cx.now())?;
    let told = Told::new(events::TICKET_TIME_LOGGED)
        .with("time", id)
        .with("minutes", minutes)
        .with_words("what", &what);
    saving::finish(tx, cx, &ticket, ticket.clone(), told)
}

/// Takes an own entry back.
pub fn take_back(tx: &mut Tx, cx: &Cx, number: i64, id: i64) -> Result<Ticket> {
    let ticket = saving::begin(tx, cx, number, access::NOTE)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let minutes = store::delete(tx, number, id, person)?.ok_or_else(Error::not_found)?;
    let told = Told::new(events::TICKET_TIME_TAKEN_BACK)
        .with("time", id)
        .with("minutes", minutes);
    saving::finish(tx, cx, &ticket, ticket.clone(), told)
}

/// What was written down, the latest last, and the sum of all.
pub fn spent(tx: &mut Tx, cx: &Cx, number: i64) -> Result<(Vec<Spent>, i64)> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    store::of_ticket(tx, number)
}
