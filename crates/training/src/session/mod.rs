//! Sessions: a date with a place, seats, and a trainer, one of several for a part of a course.
//!
//! Whoever takes the course takes a seat; the trainer says who was there (`attending`), which ticks the part and counts the
//! minutes. `store` is the SQL.

pub mod attending;
pub mod seating;
pub mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::i18n::{InstantStyle, format_instant};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use serde_json::json;

use crate::course::making::line;
use crate::course::{self, Course, CourseId};
use crate::part::{self, What};
use crate::{LEARN, TEACH, events, letters, tell};

/// Marks the identifiers of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionMark;
/// Names a session.
pub type SessionId = Id<SessionMark>;

const PLACE_MOST: usize = 200;
const SEATS_MOST: i64 = 1_000;
/// A session takes five days of work at most.
const MINUTES_MOST: i64 = 2_400;

/// When, where, for how many, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// When it begins.
    pub starts_at: Timestamp,
    /// How long it takes; that counts.
    pub minutes: i64,
    /// A room, or a link to a call.
    pub place: String,
    /// For how many.
    pub seats: i64,
    /// Who holds it.
    pub trainer: UserId,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Of which part.
    pub part: i64,
    /// Of which course.
    pub course: CourseId,
    /// When, where, for how many, and by whom.
    pub facts: Facts,
    /// When people were reminded.
    pub reminded_at: Option<Timestamp>,
    /// When it was said not to take place.
    pub cancelled_at: Option<Timestamp>,
}

impl Session {
    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self, now: Timestamp) -> bool {
        self.facts.starts_at <= now
    }
}

/// A seat that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Whose.
    pub person: UserId,
    /// Since when.
    pub at: Timestamp,
    /// Whether they were there; none until somebody has said.
    pub attended: Option<bool>,
}

/// Reads a session for whoever holds it or teaches, with its course. The lock is the session's.
pub(crate) fn begin(tx: &mut Tx<'_>, cx: &Cx, id: SessionId) -> Result<(Session, Course)> {
    tx.lock("training.session", id)?;
    load(tx, cx, id)
}

/// Reads a session for whoever holds it or teaches, with its course.
///
/// # Errors
/// 403 without the right to learn, 404 for everybody else.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: SessionId) -> Result<(Session, Course)> {
    cx.require(LEARN)?;
    let session = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    if cx.may(TEACH).is_none() && cx.user_id() != Some(session.facts.trainer) {
        return Err(Error::not_found());
    }
    let course = course::store::find(tx, session.course)?.ok_or_else(Error::not_found)?;
    Ok((session, course))
}

/// Sets a date for a part.
///
/// # Errors
/// 403, 404, 422 with the fields.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, part: i64, facts: &Facts) -> Result<Session> {
    course::begin(tx, cx, id)?;
    let found = part::store::find(tx, id, part)?.filter(|part| part.what == What::Session);
    let found = found.ok_or_else(Error::not_found)?;
    let session = Session {
        id: cx.new_id(),
        part: found.id,
        course: id,
        facts: checked(tx, cx, facts)?,
        reminded_at: None,
        cancelled_at: None,
    };
    store::insert(tx, &session)?;
    note(tx, cx, &session, events::SESSION_ADDED)?;
    Ok(session)
}

/// Changes it. Whoever has a seat is told of another time or place.
///
/// # Errors
/// 403, 404, 409 when it was cancelled or is over, 422 with the fields.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, base: &str, id: SessionId, facts: &Facts) -> Result<Session> {
    let (mut session, course) = begin(tx, cx, id)?;
    cx.require(TEACH)?;
    still(&session, cx.now())?;
    let facts = checked(tx, cx, facts)?;
    let taken = crate::quiz::count(store::seats(tx, id)?.len());
    if facts.seats < taken {
        let count = vec![("count".to_owned(), taken.into())];
        let mut errors = Errors::new();
        errors.push_with("seats", "training.seats_taken", count);
        errors.finish()?;
    }
    let has_moved = facts.starts_at != session.facts.starts_at || facts.place != session.facts.place;
    if facts == session.facts {
        return Ok(session);
    }
    session.facts = facts;
    session.reminded_at = session.reminded_at.filter(|_| !has_moved);
    store::update(tx, &session)?;
    note(tx, cx, &session, events::SESSION_CHANGED)?;
    if has_moved {
        write(tx, cx, base, &session, &course, "training-mail-moved")?;
    }
    Ok(session)
}

/// Says that it does not take place. Whoever has a seat is told.
///
/// # Errors
/// 403, 404, 409 when it was cancelled already or has begun.
pub fn cancel(tx: &mut Tx<'_>, cx: &Cx, base: &str, id: SessionId) -> Result<Session> {
    let (mut session, course) = begin(tx, cx, id)?;
    still(&session, cx.now())?;
    session.cancelled_at = Some(cx.now());
    store::update(tx, &session)?;
    let data = json!({ "session": id.to_string() });
    tell(tx, cx, course.id, events::SESSION_CANCELLED, data, None)?;
    write(tx, cx, base, &session, &course, "training-mail-cancelled")?;
    Ok(session)
}

/// Lets pass what is still to come.
pub(crate) fn still(session: &Session, now: Timestamp) -> Result<()> {
    if session.cancelled_at.is_some() {
        return Err(Error::conflict("training.session_cancelled"));
    }
    if session.has_begun(now) {
        return Err(Error::conflict("training.session_begun"));
    }
    Ok(())
}

fn note(tx: &mut Tx<'_>, cx: &Cx, session: &Session, kind: &'static str) -> Result<()> {
    let facts = &session.facts;
    let data = json!({
        "session": session.id.to_string(), "starts_at": facts.starts_at, "seats": facts.seats,
        "trainer": facts.trainer.to_string(),
    });
    tell(tx, cx, session.course, kind, data, None)
}

fn checked(tx: &mut Tx<'_>, cx: &Cx, facts: &Facts) -> Result<Facts> {
    let mut errors = Errors::new();
    let facts = Facts {
        place: line(&facts.place),
        ..facts.clone()
    };
    if facts.starts_at <= cx.now() {
        errors.push("starts_at", "training.time_past");
    }
    let mut within = |field: &str, number: i64, most: i64| {
        if !(1..=most).contains(&number) {
            errors.push_with(
                field,
                "training.number_range",
                vec![("most".to_owned(), most.into())],
            );
        }
    };
    within("minutes", facts.minutes, MINUTES_MOST);
    within("seats", facts.seats, SEATS_MOST);
    if facts.place.is_empty() || facts.place.chars().count() > PLACE_MOST {
        errors.push_with(
            "place",
            "training.place_length",
            vec![("most".to_owned(), PLACE_MOST.into())],
        );
    }
    let trainer = people::user::store::find(tx, facts.trainer)?;
    if trainer.is_none_or(|person| !person.active) {
        errors.push("trainer", "training.target_unknown");
    }
    errors.finish()?;
    Ok(facts)
}

/// Writes to everybody who has a seat. The texts are `KEY-subject` and `KEY-text`.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base: &str,
    session: &Session,
    course: &Course,
    key: &'static str,
) -> Result<()> {
    let (subject, text) = match key {
        "training-mail-moved" => ("training-mail-moved-subject", "training-mail-moved-text"),
        "training-mail-cancelled" => ("training-mail-cancelled-subject", "training-mail-cancelled-text"),
        _ => ("training-mail-reminder-subject", "training-mail-reminder-text"),
    };
    let readers: Vec<UserId> = store::seats(tx, session.id)?
        .iter()
        .map(|seat| seat.person)
        .collect();
    let words = letters::Words {
        subject,
        text,
        about: course::subject(course.id),
        key: format!("{key}:{}:{}", session.id, cx.now().millis()),
    };
    letters::send(tx, cx, &readers, &words, |locale, zone| {
        vec![
            ("title", course.title(locale).to_owned()),
            (
                "at",
                format_instant(session.facts.starts_at, locale, zone, InstantStyle::Weekday),
            ),
            ("place", session.facts.place.clone()),
            (
                "link",
                letters::place(base, &format!("/training/courses/{}", course.id)),
            ),
        ]
    })
}
