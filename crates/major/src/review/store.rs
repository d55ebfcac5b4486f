//! Every SQL statement about reviews and what follows from them.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Action, Draft, Review, State};
use crate::incident::IncidentId;

fn review(row: &Row<'_>) -> Result<Review> {
    let state: String = row.get("state")?;
    Ok(Review {
        incident: row.get("incident")?,
        owner: row.get("owner")?,
        state: State::known(&state).ok_or_else(|| Error::internal(format!("unknown state {state:?}")))?,
        due_at: row.get("due_at")?,
        chase_at: row.get("chase_at")?,
        draft: Draft {
            timeline: row.get("timeline")?,
            happened: row.get("happened")?,
            cause: row.get("cause")?,
            went_well: row.get("went_well")?,
            went_badly: row.get("went_badly")?,
        },
        filled_at: row.get("filled_at")?,
        opened_at: row.get("opened_at")?,
        held_at: row.get("held_at")?,
        closed_at: row.get("closed_at")?,
        version: row.get("version")?,
    })
}

const SELECT: &str = "SELECT incident, owner, state, due_at, chase_at, timeline, happened, cause, went_well, went_badly, filled_at,
                      opened_at, held_at, closed_at, version FROM major_review";

/// The review of an incident.
pub fn find(tx: &mut Tx<'_>, id: IncidentId) -> Result<Option<Review>> {
    tx.query_opt(&format!("{SELECT} WHERE incident = $1"), params![id], review)
}

/// The reviews of several incidents.
pub fn of_incidents(tx: &mut Tx<'_>, ids: &[IncidentId]) -> Result<BTreeMap<IncidentId, Review>> {
    let mut found = BTreeMap::new();
    each_listed(ids, |list, values| {
        let reviews = tx.query(&format!("{SELECT} WHERE incident IN ({list})"), values, review)?;
        found.extend(reviews.into_iter().map(|one| (one.incident, one)));
        Ok(())
    })?;
    Ok(found)
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, review: &Review) -> Result<()> {
    tx.execute(
        "INSERT INTO major_review (incident, owner, state, due_at, chase_at, timeline, happened, cause, went_well, went_badly,
             filled_at, opened_at, held_at, closed_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        params![
            review.incident,
            review.owner,
            review.state.as_str(),
            review.due_at,
            review.chase_at,
            &review.draft.timeline,
            &review.draft.happened,
            &review.draft.cause,
            &review.draft.went_well,
            &review.draft.went_badly,
            review.filled_at,
            review.opened_at,
            review.held_at,
            review.closed_at,
            review.version
        ],
    )?;
    Ok(())
}

/// Writes one that was changed.
pub fn update(tx: &mut Tx<'_>, review: &Review) -> Result<()> {
    tx.execute(
        "UPDATE major_review SET owner = $2, state = $3, due_at = $4, chase_at = $5, timeline = $6, happened = $7, cause = $8,
             went_well = $9, went_badly = $10, filled_at = $11, held_at = $12, closed_at = $13, version = $14 WHERE incident = $1",
        params![
            review.incident,
            review.owner,
            review.state.as_str(),
            review.due_at,
            review.chase_at,
            &review.draft.timeline,
            &review.draft.happened,
            &review.draft.cause,
            &review.draft.went_well,
            &review.draft.went_badly,
            review.filled_at,
            review.held_at,
            review.closed_at,
            review.version
        ],
    )?;
    Ok(())
}

/// Reviews whose owner must be reminded now.
pub fn to_chase(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<IncidentId>> {
    tx.query(
        "SELECT incident FROM major_review WHERE chase_at <= $1 ORDER BY chase_at LIMIT $2",
        params![now, limit],
        |row| row.get("incident"),
    )
}

/// What follows from a review, in the order in which it was written.
pub fn actions(tx: &mut Tx<'_>, id: IncidentId) -> Result<Vec<Action>> {
    tx.query(
        "SELECT id, what, owner, due_on, done_at FROM major_action WHERE incident = $1 ORDER BY id",
        params![id],
        |row| {
            Ok(Action {
                id: row.get("id")?,
                what: row.get("what")?,
                owner: row.get("owner")?,
                due_on: row.get("due_on")?,
                done_at: row.get("done_at")?,
            })
        },
    )
}

/// Adds an action; gives back its id.
pub fn add_action(tx: &mut Tx<'_>, id: IncidentId, what: &str, owner: UserId, due_on: &str) -> Result<i64> {
    tx.query_one(
        "INSERT INTO major_action (incident, what, owner, due_on) VALUES ($1, $2, $3, $4) RETURNING id",
        params![id, what, owner, due_on],
        |row| row.get("id"),
    )
}

/// Writes when an action was done, or that it was not.
pub fn tick_action(tx: &mut Tx<'_>, action: i64, at: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE major_action SET done_at = $2 WHERE id = $1",
        params![action, at],
    )?;
    Ok(())
}
