//! The trainer says who was there, also of those who came without a seat. It can be said again when it was wrong.

use std::collections::BTreeSet;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use serde_json::json;

use super::{SessionId, begin, store};
use crate::learner::{self, Done};
use crate::{events, hours, tell};

/// Says who was there: of those with a seat, the others were not. Whoever has no seat and was there gets one, also when all are
/// taken: they sat somewhere.
///
/// # Errors
/// 403, 404, 409 before it begins and when it was cancelled.
pub fn say(tx: &mut Tx<'_>, cx: &Cx, id: SessionId, present: &[UserId]) -> Result<()> {
    let (session, course) = begin(tx, cx, id)?;
    if session.cancelled_at.is_some() {
        return Err(Error::conflict("training.session_cancelled"));
    }
    if !session.has_begun(cx.now()) {
        return Err(Error::conflict("training.session_to_come"));
    }
    let present: BTreeSet<UserId> = present.iter().copied().collect();
    for person in &present {
        store::add_seat(tx, id, *person, cx.now())?;
    }
    let (mut attended, mut missed) = (Vec::new(), Vec::new());
    let source = hours::of_session(id);
    for seat in store::seats(tx, id)? {
        let was_there = present.contains(&seat.person);
        if seat.attended == Some(was_there) {
            continue;
        }
        store::set_attended(tx, id, seat.person, was_there)?;
        tx.lock("training.learner", format_args!("{}:{}", course.id, seat.person))?;
        if was_there {
            let minutes = session.facts.minutes;
            hours::credit(tx, cx, seat.person, &source, minutes, session.facts.starts_at)?;
            learner::mark(tx, cx, &course, session.part, seat.person, Done::Yes)?;
            attended.push(seat.person.to_string());
        } else {
            hours::take_back(tx, seat.person, &source)?;
            if seat.attended == Some(true) && !store::attended_another(tx, session.part, id, seat.person)? {
                learner::mark(tx, cx, &course, session.part, seat.person, Done::No)?;
            }
            missed.push(seat.person.to_string());
        }
    }
    if attended.is_empty() && missed.is_empty() {
        return Ok(());
    }
    let data = json!({ "session": id.to_string(), "attended": attended, "missed": missed });
    tell(tx, cx, course.id, events::ATTENDANCE, data, None)
}
