//! Seats are taken and given back by those who take the course, until the session begins.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde_json::json;

use super::{Session, SessionId, still, store};
use crate::{course, events, learner, quiz, tell};

/// Takes a seat. One seat for each part: another date is taken after the first was given back.
///
/// # Errors
/// 403, 404, 409 when there is none left, it has begun, was cancelled, or another date is taken.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, id: SessionId) -> Result<Session> {
    tx.lock("training.session", id)?;
    let session = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    let course = course::to_take(tx, cx, session.course)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    still(&session, cx.now())?;
    tx.lock("training.learner", format_args!("{}:{person}", course.id))?;
    let seats = store::seats(tx, id)?;
    if seats.iter().any(|seat| seat.person == person) {
        return Ok(session);
    }
    if quiz::count(seats.len()) >= session.facts.seats {
        return Err(Error::conflict("training.no_seat"));
    }
    if learner::store::ticks(tx, course.id, person)?.contains(&session.part) {
        return Err(Error::conflict("training.attended_already"));
    }
    if store::upcoming_of_person(tx, person, cx.now())?
        .iter()
        .any(|other| other.part == session.part)
    {
        return Err(Error::conflict("training.another_date"));
    }
    store::add_seat(tx, id, person, cx.now())?;
    learner::began(tx, cx, course.id, person)?;
    let data = json!({ "session": id.to_string(), "person": person.to_string() });
    tell(tx, cx, course.id, events::SIGNED_UP, data, None)?;
    Ok(session)
}

/// Gives a seat back.
///
/// # Errors
/// 403, 404 without one, 409 when it has begun.
pub fn give_back(tx: &mut Tx<'_>, cx: &Cx, id: SessionId) -> Result<Session> {
    cx.require(crate::LEARN)?;
    tx.lock("training.session", id)?;
    let session = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    if !store::seats(tx, id)?.iter().any(|seat| seat.person == person) {
        return Err(Error::not_found());
    }
    if session.has_begun(cx.now()) {
        return Err(Error::conflict("training.session_begun"));
    }
    store::remove_seat(tx, id, person)?;
    let data = json!({ "session": id.to_string(), "person": person.to_string() });
    tell(tx, cx, session.course, events::SIGNED_OFF, data, None)?;
    Ok(session)
}
