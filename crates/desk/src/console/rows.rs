//! The rows of a list: what a technician needs to choose the next ticket, fetched for a whole page at once.
//!
//! A page of rows costs six statements and one for each set of tickets that the reader's rights unite: the list, the
//! clocks, the tags, the reader's drafts, the people, the teams.

use std::collections::HashMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::time::Timestamp;

use super::clocks::Chip;
use super::names::{Names, Person};
use crate::service_level;
use crate::service_level::clock::Clock;
use crate::ticket::value::{Category, Priority, Stage, State, TicketType, Tier, Voice};
use crate::ticket::{self, Filter, TicketRow, store};

/// A row on screen.
pub(super) struct Line {
    pub number: i64,
    pub title: String,
    pub priority: Priority,
    pub state: State,
    pub requester: String,
    pub assignee: Option<Person>,
    pub team: Option<String>,
    pub chip: Option<Chip>,
    pub tags: Vec<String>,
    pub ticket_type: TicketType,
    pub category: Category,
    pub tier: Tier,
    pub site: Option<String>,
    pub created_at: Timestamp,
    pub next_step: Option<String>,
    pub next_step_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    /// The requester spoke last, and somebody must answer.
    pub unanswered: bool,
    /// The reader has begun to write on it.
    pub drafted: bool,
    /// Its ticket is on screen.
    pub current: bool,
}

/// A page of rows.
pub(super) struct Lines {
    pub lines: Vec<Line>,
    /// The cursor of the page after it.
    pub next: Option<String>,
    /// Of the people and teams in it.
    pub names: Names,
}

/// Reads a page of a list.
pub(super) fn read(
    tx: &mut Tx<'_>,
    cx: &Cx,
    filter: &Filter,
    cursor: Option<&str>,
    limit: i64,
    current: Option<i64>,
) -> Result<Lines> {
    let page = ticket::list(tx, cx, filter, cursor, limit)?;
    let (lines, names) = dress(tx, cx, page.items, current)?;
    Ok(Lines {
        lines,
        next: page.next,
        names,
    })
}

fn dress(tx: &mut Tx<'_>, cx: &Cx, rows: Vec<TicketRow>, current: Option<i64>) -> Result<(Vec<Line>, Names)> {
    let open: Vec<i64> = rows
        .iter()
        .filter(|row| row.state.stage() == Stage::Open)
        .map(|row| row.number)
        .collect();
    let mut clocks: HashMap<i64, Vec<Clock>> = HashMap::new();
    for (number, clock) in service_level::store::clocks_of(tx, &open)? {
        clocks.entry(number).or_default().push(clock);
    }
    let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for (number, tag) in store::tags_of(tx, &numbers)? {
        tags.entry(number).or_default().push(tag);
    }
    let drafted = match cx.user_id() {
        Some(person) => store::drafted(tx, person, &numbers)?,
        None => Vec::new(),
    };
    let people: Vec<_> = rows
        .iter()
        .flat_map(|row| [Some(row.requester), row.assignee])
        .flatten()
        .collect();
    let names = Names::load(tx, &people)?;
    let (now, locale) = (cx.now(), cx.locale);
    let one = |row: TicketRow| {
        let own = clocks.remove(&row.number).unwrap_or_default();
        let is_drafted = drafted.contains(&row.number);
        Line {
            drafted: is_drafted,
            ..line(row, &own, &names, (now, locale), &mut tags, current)
        }
    };
    let lines = rows.into_iter().map(one).collect();
    Ok((lines, names))
}

fn line(
    row: TicketRow,
    clocks: &[Clock],
    names: &Names,
    (now, locale): (Timestamp, Locale),
    tags: &mut HashMap<i64, Vec<String>>,
    current: Option<i64>,
) -> Line {
    Line {
        chip: Chip::most_urgent(clocks, now, locale),
        requester: names.person(row.requester).name,
        assignee: row.assignee.map(|person| names.person(person)),
        team: row.team.and_then(|team| names.team(team)).map(str::to_owned),
        tags: tags.remove(&row.number).unwrap_or_default(),
        unanswered: row.last_voice == Voice::Requester && row.state.stage() != Stage::Closed,
        drafted: false,
        current: current == Some(row.number),
        number: row.number,
        title: row.title,
        priority: row.priority,
        state: row.state,
        ticket_type: row.ticket_type,
        category: row.category,
        tier: row.tier,
        site: row.site,
        created_at: row.created_at,
        next_step: row.next_step,
        next_step_at: row.next_step_at,
        updated_at: row.updated_at,
    }
}
