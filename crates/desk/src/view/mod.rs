//! Figures: how many tickets stand where, kept up with every change.
//!
//! A small table counts tickets by state, priority, team, assignee, type, and lateness; every queue's figure is a sum over
//! it, so a page with twenty live counts costs one statement. Beside it each person's open work is kept for assignment.
//! Nothing is counted from the tickets themselves, except in the test that compares.

use std::collections::BTreeMap;

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::{TeamId, UserId};
use serde::Serialize;

use crate::assignment;
use crate::ticket::Ticket;
use crate::ticket::access;
use crate::ticket::value::{Priority, Stage, State, TicketType};

pub mod store;

/// What tickets are counted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub state: State,
    pub priority: Priority,
    pub team: Option<TeamId>,
    pub assignee: Option<UserId>,
    pub ticket_type: TicketType,
    pub overdue: bool,
    /// Spreads writers; follows from the number, so that a ticket is taken from the row it was added to.
    pub slot: i64,
}

const SLOTS: i64 = 8;

impl Key {
    /// Where this ticket is counted.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Key {
        Key {
            state: ticket.state,
            priority: ticket.priority,
            team: ticket.team,
            assignee: ticket.assignee,
            ticket_type: ticket.ticket_type,
            overdue: ticket.overdue,
            slot: ticket.number.rem_euclid(SLOTS),
        }
    }
}

/// Counts a ticket where it stands now, and no longer where it stood. Rows are touched in one order everywhere, so that
/// two changes never wait for each other.
pub(crate) fn moved(tx: &mut Tx, before: Option<&Ticket>, after: &Ticket) -> Result<()> {
    let (from, to) = (before.map(Key::of), Key::of(after));
    if from.as_ref() != Some(&to) {
        let mut steps: Vec<(Key, i64)> = from.into_iter().map(|key| (key, -1)).collect();
        steps.push((to, 1));
        steps.sort();
        for (key, by) in steps {
            store::add(tx, &key, by)?;
        }
    }
    let mut loads: BTreeMap<UserId, (i64, i64)> = BTreeMap::new();
    for (ticket, sign) in before.map(|ticket| (ticket, -1)).into_iter().chain([(after, 1)]) {
        if let (Some(person), Stage::Open) = (ticket.assignee, ticket.state.stage()) {
            let load = loads.entry(person).or_default();
            load.0 += sign * assignment::weight(ticket.priority, ticket.complexity, ticket.state);
            load.1 += sign;
        }
    }
    for (person, (weight, tickets)) in loads {
        if (weight, tickets) != (0, 0) {
            assignment::store::add_load(tx, person, weight, tickets)?;
        }
    }
    Ok(())
}

/// The figures of the queues, for what the actor may see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Open and mine.
    pub mine: i64,
    /// Open in my teams, whoever has them.
    pub my_teams: i64,
    /// Open and in nobody's hands.
    pub unassigned: i64,
    /// All open.
    pub open: i64,
    /// Open and past a deadline.
    pub overdue: i64,
    /// Open and waiting for others.
    pub waiting: i64,
    /// Resolved, the requester being asked.
    pub resolved: i64,
    pub by_state: BTreeMap<State, i64>,
    /// Open ones by priority.
    pub by_priority: BTreeMap<Priority, i64>,
    /// Open ones by team; those of no team under none.
    #[serde(skip)]
    pub by_team: BTreeMap<Option<TeamId>, i64>,
    /// Open ones by owner.
    #[serde(skip)]
    pub by_assignee: BTreeMap<Option<UserId>, i64>,
    /// Open ones by type.
    pub by_type: BTreeMap<TicketType, i64>,
}

/// The live figures of all queues, by one statement. Closed tickets are not among them: nobody works on those, and
/// their number has no bound.
pub fn counts(tx: &mut Tx, cx: &Cx) -> Result<Counts> {
    let scope = cx.require(access::READ)?;
    let mut counts = Counts::default();
    for (key, n) in store::not_closed(tx)?.iter() {
        if sees(cx, scope, key) {
            add(&mut counts, cx, key, *n);
        }
    }
    Ok(counts)
}

/// Whether a figure counts tickets that the actor may see.
pub(crate) fn sees(cx: &Cx, scope: Scope, key: &Key) -> bool {
    let mine = key.assignee.is_some() && key.assignee == cx.user_id();
    match scope {
        Scope::All => true,
        Scope::Team => mine || key.team.is_none_or(|team| cx.team_ids().contains(&team)),
        Scope::Own => mine,
    }
}

fn add(counts: &mut Counts, cx: &Cx, key: &Key, n: i64) {
    *counts.by_state.entry(key.state).or_default() += n;
    if key.state == State::Resolved {
        counts.resolved += n;
        return;
    }
    counts.open += n;
    *counts.by_priority.entry(key.priority).or_default() += n;
    *counts.by_team.entry(key.team).or_default() += n;
    *counts.by_assignee.entry(key.assignee).or_default() += n;
    *counts.by_type.entry(key.ticket_type).or_default() += n;
    if key.assignee.is_some() && key.assignee == cx.user_id() {
        counts.mine += n;
    }
    if key.team.is_some_and(|team| cx.team_ids().contains(&team)) {
        counts.my_teams += n;
    }
    if key.assignee.is_none() {
        counts.unassigned += n;
    }
    if key.overdue {
        counts.overdue += n;
    }
    if key.state.is_waiting() {
        counts.waiting += n;
    }
}
