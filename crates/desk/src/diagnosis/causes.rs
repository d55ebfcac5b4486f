//! Causes that were thought of: each with how it was tested and what that showed.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};

use super::reading::begin;
use super::{Cause, Outcome, needed, room, short, store, unchanged};
use crate::events;
use crate::ticket::saving::Told;

/// A cause as it is to stand.
#[derive(Debug, Clone)]
pub struct NewCause {
    pub cause: String,
    pub tested_how: String,
    pub outcome: Outcome,
    /// Where it stands in the list; none: at the end, or where it stood.
    pub place: Option<i64>,
    /// The version that the writer had read.
    pub expected_version: Option<i64>,
}

/// What was tested has a way of testing: a cause is neither confirmed nor excluded by opinion.
fn read(new: &NewCause) -> Result<(String, String)> {
    let mut errors = Errors::new();
    let cause = needed(&mut errors, "cause", &new.cause);
    let tested_how = short(&mut errors, "tested_how", &new.tested_how);
    if new.outcome != Outcome::Open && tested_how.is_empty() {
        errors.push("tested_how", "desk.diagnosis.untested_outcome");
    }
    if new.place.is_some_and(|place| !(1..=999).contains(&place)) {
        errors.push("place", "desk.diagnosis.place_range");
    }
    errors.finish()?;
    Ok((cause, tested_how))
}

/// Adds a cause at the end of the list.
pub fn add_cause(tx: &mut Tx, cx: &Cx, number: i64, new: &NewCause) -> Result<Cause> {
    let ticket = begin(tx, cx, number)?;
    let (cause, tested_how) = read(new)?;
    let others = store::causes_of(tx, number)?;
    room(i64::try_from(others.len()).unwrap_or(i64::MAX))?;
    let last = others.last().map_or(0, |cause| cause.place);
    let mut added = Cause {
        id: 0,
        ticket: number,
        place: new.place.unwrap_or(last + 1),
        cause,
        tested_how,
        outcome: new.outcome,
        version: 1,
        by: cx.user_id(),
        at: cx.now(),
    };
    added.id = store::insert_cause(tx, &added)?;
    tell(&added, None).append(tx, cx, ticket.subject())?;
    Ok(added)
}

/// Changes a cause: mostly to what testing it showed.
pub fn change_cause(tx: &mut Tx, cx: &Cx, number: i64, id: i64, new: &NewCause) -> Result<Cause> {
    let ticket = begin(tx, cx, number)?;
    let before = find(tx, number, id)?;
    unchanged("version", new.expected_version, before.version)?;
    let (cause, tested_how) = read(new)?;
    let after = Cause {
        cause,
        tested_how,
        outcome: new.outcome,
        place: new.place.unwrap_or(before.place),
        version: before.version + 1,
        by: cx.user_id(),
        at: cx.now(),
        ..before.clone()
    };
    store::update_cause(tx, &after)?;
    tell(&after, Some(&before)).append(tx, cx, ticket.subject())?;
    Ok(after)
}

/// Strikes a cause out; the record keeps its words.
pub fn remove_cause(tx: &mut Tx, cx: &Cx, number: i64, id: i64) -> Result<()> {
    let ticket = begin(tx, cx, number)?;
    let cause = find(tx, number, id)?;
    store::remove_cause(tx, id)?;
    Told::new(events::TICKET_CAUSE_REMOVED)
        .with("cause", id)
        .with("outcome", cause.outcome.as_str())
        .with_words("cause", &cause.cause)
        .append(tx, cx, ticket.subject())?;
    Ok(())
}

fn find(tx: &mut Tx, number: i64, id: i64) -> Result<Cause> {
    let causes = store::causes_of(tx, number)?;
    causes
        .into_iter()
        .find(|cause| cause.id == id)
        .ok_or_else(Error::not_found)
}

fn tell(cause: &Cause, before: Option<&Cause>) -> Told {
    Told::new(events::TICKET_CAUSE_NOTED)
        .with("cause", cause.id)
        .with("outcome", cause.outcome.as_str())
        .with("outcome_before", before.map(|before| before.outcome.as_str()))
        .with_words("cause", &cause.cause)
        .with_words("tested_how", &cause.tested_how)
}
