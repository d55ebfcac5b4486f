//! The board: the desk at this moment. Who has what, what is late, what waits on whom, what came by the hour.
//!
//! Built on the rollup of the queues, so that it costs the same at a million tickets; it refreshes by the live stream.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use super::overview;
use super::store;
use crate::ticket::{self, Filter, Stage, State, TicketRow};
use crate::view;

/// What somebody has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Holding {
    /// Identifier of the person; null for what nobody has.
    pub person: Option<String>,
    /// Name on screen.
    pub name: String,
    /// Open tickets.
    pub open: i64,
    /// Of these past a deadline.
    pub overdue: i64,
    /// Of these waiting for others.
    pub waiting: i64,
}

/// What came in an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hour {
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub at: kernel::Timestamp,
    /// Tickets that came.
    pub opened: i64,
}

/// The board.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Board {
    /// Open tickets.
    pub open: i64,
    /// In nobody's hands.
    pub unassigned: i64,
    /// Past a deadline.
    pub overdue: i64,
    /// Waiting for the requester.
    pub waiting_requester: i64,
    /// Waiting for a supplier.
    pub waiting_supplier: i64,
    /// Waiting for development.
    pub waiting_development: i64,
    /// The requester is asked.
    pub resolved: i64,
    /// Who has what, the most first.
    pub people: Vec<Holding>,
    /// The last 24 hours, the oldest first.
    pub arrivals: Vec<Hour>,
    #[serde(skip)]
    pub late: Vec<TicketRow>,
    /// Open tickets whose promised news is overdue, with the instant at which it was promised.
    #[serde(skip)]
    pub without_news: Vec<(TicketRow, kernel::Timestamp)>,
}

const LATE: i64 = 15;
const WITHOUT_NEWS: usize = 15;
const PEOPLE: usize = 50;
const HOUR: i64 = 3_600_000;

/// Reads the board, of one's teams or of all.
pub fn read(tx: &mut Tx, cx: &Cx) -> Result<Board> {
    let teams = overview::teams(cx, None)?;
    let counts = view::counts(tx, cx)?;
    let state = |state| counts.by_state.get(&state).copied().unwrap_or(0);
    let filter = Filter {
        stage: Some(Stage::Open),
        only_overdue: true,
        ..Filter::default()
    };
    Ok(Board {
        open: counts.open,
        unassigned: counts.unassigned,
        overdue: counts.overdue,
        waiting_requester: state(State::WaitingRequester),
        waiting_supplier: state(State::WaitingSupplier),
        waiting_development: state(State::WaitingDevelopment),
        resolved: counts.resolved,
        people: people(tx, teams.as_deref())?,
        arrivals: arrivals(tx, cx, teams.as_deref())?,
        late: ticket::list(tx, cx, &filter, None, LATE)?.items,
        without_news: ticket::without_news(tx, cx, WITHOUT_NEWS)?,
    })
}

fn people(tx: &mut Tx, teams: Option<&[kernel::id::TeamId]>) -> Result<Vec<Holding>> {
    let mut held: BTreeMap<Option<UserId>, Holding> = BTreeMap::new();
    for (key, n) in view::store::not_closed(tx)?.iter().map(|(key, n)| (key, *n)) {
        let is_seen = teams.is_none_or(|teams| key.team.is_none_or(|team| teams.contains(&team)));
        if key.state.stage() != Stage::Open || !is_seen {
            continue;
        }
        let holding = held.entry(key.assignee).or_default();
        holding.open += n;
        holding.overdue += if key.overdue { n } else { 0 };
        holding.waiting += if key.state.is_waiting() { n } else { 0 };
    }
    let mut held: Vec<(Option<UserId>, Holding)> = held.into_iter().collect();
    held.sort_by_key(|(person, holding)| (std::cmp::Reverse(holding.open), *person));
    held.truncate(PEOPLE);
    let ids: Vec<UserId> = held.iter().filter_map(|(person, _)| *person).collect();
    let cards = if ids.is_empty() {
        BTreeMap::new()
    } else {
        ::people::user::store::cards(tx, &ids)?
    };
    Ok(held
        .into_iter()
        .map(|(person, holding)| Holding {
            name: person
                .and_then(|person| cards.get(&person))
                .map(|card| card.name.clone())
                .unwrap_or_default(),
            person: person.map(|person| person.to_string()),
            ..holding
        })
        .collect())
}

fn arrivals(tx: &mut Tx, cx: &Cx, teams: Option<&[kernel::id::TeamId]>) -> Result<Vec<Hour>> {
    let now = cx.now().millis() / HOUR;
    let since = kernel::Timestamp::from_millis((now - 23) * HOUR);
    let came: BTreeMap<i64, i64> = store::arrivals(tx, since, teams)?.into_iter().collect();
    Ok((now - 23..=now)
        .map(|hour| Hour {
            at: kernel::Timestamp::from_millis(hour * HOUR),
            opened: came.get(&hour).copied().unwrap_or(0),
        })
        .collect())
}
