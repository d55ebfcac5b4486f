//! What figures need to know of one ticket, worked out from its row and its record. Pure.
//!
//! A change of team, owner, or tier counts when one took over from another: the first team and the first owner are no hand-over. A
//! ticket came back when it left the stage solved for the stage open. Durations are as the requester waited: nights and holidays
//! included; working time is what the clocks of the service level count.

use kernel::error::Result;
use kernel::id::TeamId;
use kernel::time::Timestamp;
use serde_json::{Map, Value};

use crate::import::draft::Stated;
use crate::ticket::Ticket;
use crate::ticket::value::{Priority, Stage, State};

/// The facts of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub ticket: i64,
    pub source: Option<String>,
    pub team: Option<TeamId>,
    pub priority: Priority,
    pub state: State,
    pub opened_day: i64,
    pub responded_ms: Option<i64>,
    pub solved_day: Option<i64>,
    pub solved_ms: Option<i64>,
    pub met: Option<bool>,
    pub team_changes: i64,
    pub assignee_changes: i64,
    pub tier_changes: i64,
    pub reopenings: i64,
    pub stated_reassignments: Option<i64>,
    pub stated_reopenings: Option<i64>,
    pub first_contact: bool,
}

/// What a record shows of the way a ticket went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trail {
    pub team_changes: i64,
    pub assignee_changes: i64,
    pub tier_changes: i64,
    pub reopenings: i64,
    /// Holders as they were last known: a ticket may lie with nobody between two.
    team: Option<u64>,
    assignee: Option<u64>,
}

fn mark(value: &Value) -> Option<u64> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    value.as_str()?.hash(&mut hasher);
    Some(hasher.finish())
}

impl Trail {
    /// Begins with the first values of a ticket.
    #[must_use]
    pub fn begun(first: &Map<String, Value>) -> Trail {
        let value = |name: &str| first.get(name).and_then(mark);
        Trail {
            team: value("team"),
            assignee: value("assignee"),
            ..Trail::default()
        }
    }

    /// Follows a change.
    pub fn follow(&mut self, before: &Map<String, Value>, after: &Map<String, Value>) {
        if let Some(team) = after.get("team").and_then(mark) {
            self.team_changes += i64::from(self.team.is_some_and(|known| known != team));
            self.team = Some(team);
        }
        if let Some(assignee) = after.get("assignee").and_then(mark) {
            self.assignee_changes += i64::from(self.assignee.is_some_and(|known| known != assignee));
            self.assignee = Some(assignee);
        }
        self.tier_changes += i64::from(after.contains_key("tier"));
        let stage = |values: &Map<String, Value>| {
            let word = values.get("state")?.as_str()?;
            State::stored(word).ok().map(State::stage)
        };
        if let (Some(from), Some(to)) = (stage(before), stage(after)) {
            self.reopenings += i64::from(from != Stage::Open && to == Stage::Open);
        }
    }
}

/// What the record does not show by itself.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    pub source: Option<String>,
    pub stated: Stated,
    /// How our own clock of the solution stopped.
    pub clock_met: Option<bool>,
    /// Public words of the desk.
    pub answers: i64,
}

/// The day of an instant, 20260302.
pub fn day(at: Timestamp, zone: &jiff::tz::TimeZone) -> i64 {
    let date = at.jiff().to_zoned(zone.clone()).date();
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The zone in which days begin: that of the desk's hours.
pub fn zone(tx: &mut kernel::db::Tx) -> Result<jiff::tz::TimeZone> {
    let name = crate::neighbours::calendar(tx, "default")?.time_zone().to_owned();
    Ok(jiff::tz::TimeZone::get(&name).unwrap_or(jiff::tz::TimeZone::UTC))
}

impl Fact {
    /// The facts of a ticket that went this way.
    #[must_use]
    pub fn of(ticket: &Ticket, trail: &Trail, beside: &Beside, zone: &jiff::tz::TimeZone) -> Fact {
        let is_solved = ticket.state.stage() != Stage::Open;
        let solved_at = ticket.resolved_at.or(ticket.closed_at).filter(|_| is_solved);
        let waited = |until: Option<Timestamp>| until.map(|at| at.since(ticket.created_at).max(0));
        let straight =
            trail.team_changes + trail.assignee_changes + trail.tier_changes + trail.reopenings == 0;
        Fact {
            ticket: ticket.number,
            source: beside.source.clone(),
            team: ticket.team,
            priority: ticket.priority,
            state: ticket.state,
            opened_day: day(ticket.created_at, zone),
            responded_ms: waited(ticket.first_response_at),
            solved_day: solved_at.map(|at| day(at, zone)),
            solved_ms: waited(ticket.resolved_at.filter(|_| is_solved)),
            met: beside.stated.met.or(beside.clock_met).filter(|_| is_solved),
            team_changes: trail.team_changes,
            assignee_changes: trail.assignee_changes,
            tier_changes: trail.tier_changes,
            reopenings: trail.reopenings,
            stated_reassignments: beside.stated.reassignments,
            stated_reopenings: beside.stated.reopenings,
            first_contact: solved_at.is_some() && straight && beside.answers <= 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn the_first_holder_is_no_hand_over_and_nobody_between_two_is_one() {
        let mut trail = Trail::begun(&map(json!({ "team": null, "assignee": null })));
        for team in [json!("A"), Value::Null, json!("A"), Value::Null, json!("B")] {
            trail.follow(&map(json!({})), &map(json!({ "team": team })));
        }
        assert_eq!(trail.team_changes, 1);
    }

    #[test]
    fn a_ticket_came_back_when_it_was_solved_before() {
        let mut trail = Trail::default();
        for (from, to) in [
            ("new", "in_progress"),
            ("in_progress", "resolved"),
            ("resolved", "closed"),
        ] {
            trail.follow(&map(json!({ "state": from })), &map(json!({ "state": to })));
        }
        assert_eq!(trail.reopenings, 0);
        trail.follow(
            &map(json!({ "state": "closed" })),
            &map(json!({ "state": "waiting_requester" })),
        );
        assert_eq!(trail.reopenings, 1);
    }
}
