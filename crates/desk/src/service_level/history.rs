//! The part of a ticket's past that clocks depend on, read from its events.
//!
//! Events carry the instant that counts (`at` in their data: an import tells of what happened years ago), the state and
//! the policy after the change, and whether a person of the desk spoke to the requester.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, Event};
use kernel::time::Timestamp;

use crate::events;
use crate::ticket;
use crate::ticket::value::State;

/// Something that clocks take notice of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// The ticket came into this state.
    State(State),
    /// This version of a policy holds from here on; none when none fits any more.
    Policy(Option<String>),
    /// The desk spoke to the requester.
    Spoke,
}

/// When it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPoint {
    pub at: Timestamp,
    pub happening: Happening,
}

/// More events than this on one ticket and something is wrong with the ticket, not with the limit.
const PAGE: i64 = 500;

/// The history of a ticket, from its first event to the last one written in this transaction.
pub fn of_ticket(tx: &mut Tx, number: i64) -> Result<Vec<HistoryPoint>> {
    let mut happened: Vec<Event> = Vec::new();
    let mut after = 0;
    loop {
        let page = event::of_subject(tx, &ticket::subject(number), after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        let complete = i64::try_from(page.len()).unwrap_or(PAGE) < PAGE;
        for event in page {
            // What was taken back whole did not happen for the clocks.
            if let Some(undoes) = event.data.get("undoes") {
                happened.retain(|past| !is_undone(past, undoes));
            }
            happened.push(event);
        }
        if complete {
            break;
        }
    }
    Ok(in_order(points_of_all(&happened)))
}

/// A merge that was taken back never happened: what it said is forgotten, and so is its end.
fn points_of_all(happened: &[Event]) -> Vec<HistoryPoint> {
    let mut points = Vec::new();
    let mut merged = None;
    for event in happened {
        match event.kind.as_str() {
            events::TICKET_MERGED => merged = Some(points.len()),
            events::TICKET_UNMERGED => {
                if let Some(from) = merged.take() {
                    points.truncate(from);
                    continue;
                }
            }
            _ => {}
        }
        points.extend(points_of(event));
    }
    points
}

/// Whether an event belongs to what was taken back: the same request, in its time.
fn is_undone(past: &Event, undoes: &serde_json::Value) -> bool {
    let at = past.at.millis();
    undoes["request"].as_str() == Some(past.request.as_str())
        && undoes["from"].as_i64().is_some_and(|from| from <= at)
        && undoes["to"].as_i64().is_some_and(|to| at <= to)
}

/// What one event says; nothing for most kinds.
#[must_use]
pub fn points_of(event: &Event) -> Vec<HistoryPoint> {
    let data = &event.data;
    let at = data["at"].as_i64().map_or(event.at, Timestamp::from_millis);
    let mut points = Vec::new();
    let after = &data["after"];
    if let Some(state) = after["state"].as_str().and_then(|text| State::stored(text).ok()) {
        points.push(HistoryPoint {
            at,
            happening: Happening::State(state),
        });
    }
    if let Some(policy) = after.get("policy") {
        points.push(HistoryPoint {
            at,
            happening: Happening::Policy(policy.as_str().map(str::to_owned)),
        });
    }
    if data["spoke"].as_bool() == Some(true) {
        points.push(HistoryPoint {
            at,
            happening: Happening::Spoke,
        });
    }
    points
}

/// Two nodes' clocks may differ by moments: the order of the events is the order of what happened, and an instant before
/// its predecessor's counts as the predecessor's.
fn in_order(mut points: Vec<HistoryPoint>) -> Vec<HistoryPoint> {
    let mut latest = Timestamp::from_millis(i64::MIN);
    for point in &mut points {
        point.at = point.at.max(latest);
        latest = point.at;
    }
    points
}
