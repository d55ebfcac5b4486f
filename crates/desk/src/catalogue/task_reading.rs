//! What a task of a ticket is, who sees it, and the lists of what is to be done.
//!
//! Whoever is in a task's team may work on it without seeing the ticket: the task shows what was asked for and nothing of the
//! conversation. What is done with tasks stands in `tasking.rs`.

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{Id, TeamId, UserId};
use kernel::time::Timestamp;

use super::task::TaskState;
use super::{Texts, task_store as store};
use crate::ticket::value::Priority;
use crate::ticket::{self, Ticket, access, saving};

const COUNTED: i64 = 100;

/// A task of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketTask {
    pub id: Id<TicketTask>,
    pub ticket: i64,
    pub stage: i64,
    pub place: i64,
    pub title: Texts,
    /// Whether the request type named it; the others were added by hand.
    pub of_type: bool,
    pub team: Option<TeamId>,
    pub hours: Option<i64>,
    pub assignee: Option<UserId>,
    pub state: TaskState,
    pub opened_at: Option<Timestamp>,
    pub due_at: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    /// None when it was withdrawn with its ticket.
    pub done_by: Option<UserId>,
    pub remark: Option<String>,
}

impl TicketTask {
    /// Whether it should have been done by now.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == TaskState::Open && self.due_at.is_some_and(|due| due < now)
    }
}

/// A task in a list, with what the list shows of its ticket.
#[derive(Debug, Clone)]
pub struct Listed {
    pub task: TicketTask,
    pub ticket_title: String,
    pub priority: Priority,
    pub place: Place,
}

/// Where a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub sort_at: i64,
    pub id: Id<TicketTask>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.sort_at, self.id)
    }
}

impl std::str::FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Place> {
        let malformed = || Error::invalid("desk.task.cursor_malformed").field("cursor");
        let (sort_at, id) = text.split_once('.').ok_or_else(malformed)?;
        Ok(Place {
            sort_at: sort_at.parse().map_err(|_| malformed())?,
            id: id.parse().map_err(|_| malformed())?,
        })
    }
}

/// Whether the actor belongs to those who do the task.
#[must_use]
pub fn works_on(cx: &Cx, task: &TicketTask) -> bool {
    let at_the_desk = cx.may(access::INTERNAL).is_some_and(|scope| scope != Scope::Own);
    let has_it = cx.user_id().is_some() && task.assignee == cx.user_id();
    at_the_desk && (has_it || task.team.is_none_or(|team| cx.team_ids().contains(&team)))
}

/// Whether the actor may take, finish, or put back the task.
#[must_use]
pub fn may_work(cx: &Cx, task: &TicketTask, ticket: &Ticket) -> bool {
    works_on(cx, task) || may_change(cx, ticket)
}

/// Whether the actor may skip a task of the ticket or add one.
#[must_use]
pub fn may_change(cx: &Cx, ticket: &Ticket) -> bool {
    access::may(cx, access::READ, ticket) && access::may(cx, access::CHANGE, ticket)
}

/// Whether the actor reads the desk's side of the ticket.
#[must_use]
pub fn sees_ticket(cx: &Cx, ticket: &Ticket) -> bool {
    access::may(cx, access::READ, ticket) && access::sees_internal(cx, ticket)
}

/// A task with its ticket. What one neither works on nor may see does not exist.
pub fn load(tx: &mut Tx, cx: &Cx, id: Id<TicketTask>) -> Result<(TicketTask, Ticket)> {
    cx.require(access::INTERNAL)?;
    let task = store::load(tx, id)?.ok_or_else(Error::not_found)?;
    let ticket = ticket::store::load(tx, task.ticket)?.ok_or_else(Error::not_found)?;
    if !works_on(cx, &task) && !sees_ticket(cx, &ticket) {
        return Err(Error::not_found());
    }
    Ok((task, ticket))
}

/// The tasks of a ticket, for whoever reads the desk's side of it.
pub fn of_ticket(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Vec<TicketTask>> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    if !sees_ticket(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    store::of_ticket(tx, number)
}

/// Open tasks in the actor's hands, those that are due first.
pub fn mine(tx: &mut Tx, cx: &Cx, after: Option<Place>, limit: i64) -> Result<Vec<Listed>> {
    cx.require(access::INTERNAL)?;
    match cx.user_id() {
        Some(person) => store::mine(tx, person, after, limit),
        None => Ok(Vec::new()),
    }
}

/// Open tasks of the actor's teams that are not in the actor's hands.
pub fn of_my_teams(tx: &mut Tx, cx: &Cx, after: Option<Place>, limit: i64) -> Result<Vec<Listed>> {
    if cx.require(access::INTERNAL)? == Scope::Own {
        return Ok(Vec::new());
    }
    store::of_teams(tx, (cx.user_id(), cx.team_ids()), after, limit)
}

/// How many open tasks the actor has, for the menu.
pub fn count_mine(tx: &mut Tx, cx: &Cx) -> Result<i64> {
    match cx.user_id() {
        Some(person) => store::count_mine(tx, person, COUNTED),
        None => Ok(0),
    }
}

/// What a requester reads of the tasks: title, and whether it is done. Only those of the request type; what the desk added for
/// itself, and what turned out not to be needed, is left out.
pub fn for_requester(tx: &mut Tx, number: i64) -> Result<Vec<(Texts, bool)>> {
    let tasks = store::of_ticket(tx, number)?;
    let shown = tasks
        .into_iter()
        .filter(|task| task.of_type && task.state != TaskState::Skipped);
    Ok(shown
        .map(|task| (task.title, task.state == TaskState::Done))
        .collect())
}
