//! Doing the tasks of a ticket: they open stage by stage, somebody takes one, finishes it, or it is skipped.
//!
//! Tasks are rows and not tickets: the requester gets no letter about each. Every operation takes the ticket's lock first, so
//! that two who finish the last two tasks of a stage at once never both open the next one, and never neither. What a task is
//! and who sees it stands in `task_reading.rs`.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::{Id, TeamId};
use serde_json::json;

use super::task::{self, Next, Task, TaskState};
pub use super::task_reading::{
    Listed, Place, TicketTask, count_mine, for_requester, load, may_change, may_work, mine, of_my_teams,
    of_ticket, sees_ticket, works_on,
};
use super::{Definition, Texts, task_store as store};
use crate::service_level::Hours;
use crate::ticket::saving::{self, Told};
use crate::ticket::value::{Stage, State};
use crate::ticket::{Ticket, access};
use crate::{article, events, neighbours, triage};

/// A task to add by hand.
#[derive(Debug, Clone, Default)]
pub struct NewTask {
    pub title: String,
    /// None: the ticket's.
    pub team: Option<TeamId>,
    /// Working hours until it is due.
    pub hours: Option<i64>,
}

const REMARK_MAX: usize = 500;
const OF_A_TICKET_MAX: usize = 50;
const HOUR: i64 = 3_600_000;

/// Begins the tasks of a request that the desk has from now on.
pub(crate) fn begin(tx: &mut Tx, cx: &Cx, ticket: &Ticket, definition: &Definition) -> Result<()> {
    for (place, task) in (1_i64..).zip(&definition.tasks) {
        let row = TicketTask {
            stage: i64::from(task.stage),
            place,
            of_type: true,
            hours: task.hours.map(i64::from),
            ..made(cx, ticket, task.title.clone(), team_of(tx, task, ticket)?)
        };
        store::insert(tx, &row)?;
    }
    match definition.tasks.iter().map(|task| task.stage).min() {
        Some(stage) => open_stage(tx, cx, ticket, i64::from(stage)),
        None => Ok(()),
    }
}

fn made(cx: &Cx, ticket: &Ticket, title: Texts, team: Option<TeamId>) -> TicketTask {
    TicketTask {
        id: cx.new_id(),
        ticket: ticket.number,
        stage: 1,
        place: 1,
        title,
        of_type: false,
        team,
        hours: None,
        assignee: None,
        state: TaskState::Waiting,
        opened_at: None,
        due_at: None,
        done_at: None,
        done_by: None,
        remark: None,
    }
}

fn team_of(tx: &mut Tx, task: &Task, ticket: &Ticket) -> Result<Option<TeamId>> {
    if task.team.is_some() {
        return Ok(task.team);
    }
    let routed = match task.category {
        Some(category) => triage::store::route(tx, category)?.team,
        None => None,
    };
    Ok(routed.or(ticket.team))
}

/// Opens what waits for a stage, and tells each team of its part in one event.
fn open_stage(tx: &mut Tx, cx: &Cx, ticket: &Ticket, stage: i64) -> Result<()> {
    let hours = Hours::Calendar(neighbours::calendar(tx, "default")?);
    let mut by_team: BTreeMap<Option<TeamId>, Vec<TicketTask>> = BTreeMap::new();
    for task in store::of_ticket(tx, ticket.number)? {
        if task.stage != stage || task.state != TaskState::Waiting {
            continue;
        }
        let due_at = match task.hours {
            Some(count) => hours.add(cx.now(), count * HOUR)?,
            None => None,
        };
        store::open(tx, task.id, cx.now(), due_at)?;
        by_team.entry(task.team).or_default().push(task);
    }
    for (team, tasks) in by_team {
        let ids: Vec<String> = tasks.iter().map(|task| task.id.to_string()).collect();
        Told::new(events::TICKET_TASK_OPENED)
            .with("stage", stage)
            .with("tasks", ids)
            .with("team", json!(team))
            .with_texts("titles", tasks.iter().map(|task| &task.title))
            .append(tx, cx, ticket.subject())?;
    }
    Ok(())
}

/// What follows from a task that was just settled.
fn advance(tx: &mut Tx, cx: &Cx, ticket: &Ticket) -> Result<()> {
    let tasks = standing(&store::of_ticket(tx, ticket.number)?);
    match task::next(&tasks) {
        Next::Nothing => Ok(()),
        Next::Open(stage) => open_stage(tx, cx, ticket, stage),
        Next::Done => Told::new(events::TICKET_TASKS_DONE)
            .with("count", i64::try_from(tasks.len()).unwrap_or(i64::MAX))
            .append(tx, cx, ticket.subject())
            .map(drop),
    }
}

fn standing(tasks: &[TicketTask]) -> Vec<(i64, TaskState)> {
    tasks.iter().map(|task| (task.stage, task.state)).collect()
}

/// An open task that the actor may work on, under the lock of its ticket.
fn locked(tx: &mut Tx, cx: &Cx, id: Id<TicketTask>) -> Result<(TicketTask, Ticket)> {
    let (task, _) = load(tx, cx, id)?;
    tx.lock("desk.ticket", task.ticket)?;
    // Under the lock once more: two who act at the same moment act one after the other.
    let (task, ticket) = load(tx, cx, id)?;
    if !may_work(cx, &task, &ticket) {
        return Err(Error::forbidden().arg("permission", access::CHANGE));
    }
    match task.state {
        TaskState::Open => Ok((task, ticket)),
        TaskState::Waiting => Err(Error::conflict("desk.task.not_yet").arg("stage", task.stage)),
        TaskState::Done | TaskState::Skipped => Err(Error::conflict("desk.task.settled")),
    }
}

/// Puts the task into the actor's hands.
pub fn take(tx: &mut Tx, cx: &Cx, id: Id<TicketTask>) -> Result<TicketTask> {
    let (task, ticket) = locked(tx, cx, id)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    if task.assignee == Some(person) {
        return Ok(task);
    }
    if task.assignee.is_some() {
        return Err(Error::conflict("desk.task.taken"));
    }
    store::set_assignee(tx, id, Some(person))?;
    told(events::TICKET_TASK_TAKEN, &task)
        .with("person", person.to_string())
        .append(tx, cx, ticket.subject())?;
    store::load(tx, id)?.ok_or_else(Error::not_found)
}

/// Gives the task back to its team.
pub fn put_back(tx: &mut Tx, cx: &Cx, id: Id<TicketTask>) -> Result<TicketTask> {
    let (task, ticket) = locked(tx, cx, id)?;
    let Some(person) = task.assignee else {
        return Ok(task);
    };
    store::set_assignee(tx, id, None)?;
    told(events::TICKET_TASK_PUT_BACK, &task)
        .with("person", person.to_string())
        .append(tx, cx, ticket.subject())?;
    store::load(tx, id)?.ok_or_else(Error::not_found)
}

/// Finishes the task, with a remark when there is something to say; the last of its stage opens the next one.
pub fn finish(tx: &mut Tx, cx: &Cx, id: Id<TicketTask>, remark: &str) -> Result<TicketTask> {
    let (task, ticket) = locked(tx, cx, id)?;
    let mut errors = Errors::new();
    let remark = article::line(&mut errors, "remark", remark, REMARK_MAX);
    errors.finish()?;
    settle(tx, cx, (&task, &ticket), TaskState::Done, &remark)
}

/// Skips the task because it is not needed. Takes the right to change the ticket, and a reason.
pub fn skip(tx: &mut Tx, cx: &Cx, id: Id<TicketTask>, reason: &str) -> Result<TicketTask> {
    let (task, _) = load(tx, cx, id)?;
    tx.lock("desk.ticket", task.ticket)?;
    let (task, ticket) = load(tx, cx, id)?;
    if !may_change(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::CHANGE));
    }
    // What waits for its stage can be skipped as well: it is known already that it is not needed.
    if matches!(task.state, TaskState::Done | TaskState::Skipped) {
        return Err(Error::conflict("desk.task.settled"));
    }
    let mut errors = Errors::new();
    let reason = article::line(&mut errors, "remark", reason, REMARK_MAX);
    if reason.is_empty() {
        errors.push("remark", "desk.task.reason_missing");
    }
    errors.finish()?;
    settle(tx, cx, (&task, &ticket), TaskState::Skipped, &reason)
}

fn settle(
    tx: &mut Tx,
    cx: &Cx,
    (task, ticket): (&TicketTask, &Ticket),
    state: TaskState,
    remark: &str,
) -> Result<TicketTask> {
    let kept = Some(remark).filter(|remark| !remark.is_empty());
    store::settle(tx, task.id, state, kept, (cx.user_id(), cx.now()))?;
    let kind = if state == TaskState::Done {
        events::TICKET_TASK_DONE
    } else {
        events::TICKET_TASK_SKIPPED
    };
    told(kind, task)
        .with_words("remark", remark)
        .append(tx, cx, ticket.subject())?;
    advance(tx, cx, ticket)?;
    store::load(tx, task.id)?.ok_or_else(Error::not_found)
}

fn told(kind: &'static str, task: &TicketTask) -> Told {
    Told::new(kind)
        .with("tasks", vec![task.id.to_string()])
        .with("stage", task.stage)
        .with_texts("titles", [&task.title])
}

/// Adds a task to any open ticket; it can be done at once.
pub fn add(tx: &mut Tx, cx: &Cx, number: i64, new: &NewTask) -> Result<TicketTask> {
    let ticket = saving::begin(tx, cx, number, access::CHANGE)?;
    if ticket.state == State::WaitingApproval {
        return Err(Error::conflict("desk.ticket.awaits_approval").arg("number", number));
    }
    if ticket.state.stage() != Stage::Open {
        return Err(Error::conflict("desk.task.ticket_not_open").arg("number", number));
    }
    let mut errors = Errors::new();
    let title = article::line(&mut errors, "title", &new.title, task::TITLE_MAX);
    if title.is_empty() {
        errors.push("title", "desk.task.title_missing");
    }
    task::check_hours(&mut errors, "hours", new.hours);
    if let Some(team) = new.team
        && !neighbours::team_names(tx)?
            .iter()
            .any(|(known, _)| *known == team)
    {
        errors.push("team", "desk.task.team_unknown");
    }
    errors.finish()?;
    let others = store::of_ticket(tx, number)?;
    if others.len() >= OF_A_TICKET_MAX {
        let max = i64::try_from(OF_A_TICKET_MAX).unwrap_or(i64::MAX);
        return Err(Error::conflict("desk.task.too_many").arg("max", max));
    }
    let title = Texts::from([(cx.locale.tag().to_owned(), title)]);
    let row = TicketTask {
        stage: task::stage_of_addition(&standing(&others)),
        place: others.iter().map(|task| task.place).max().unwrap_or(0) + 1,
        hours: new.hours,
        ..made(cx, &ticket, title, new.team.or(ticket.team))
    };
    store::insert(tx, &row)?;
    open_stage(tx, cx, &ticket, row.stage)?;
    store::load(tx, row.id)?.ok_or_else(Error::not_found)
}

/// Refuses to resolve a ticket while something is to be done on it.
pub(crate) fn refuse_undone(tx: &mut Tx, number: i64) -> Result<()> {
    match store::count_undone(tx, number)? {
        0 => Ok(()),
        count => Err(Error::conflict("desk.task.undone")
            .arg("count", count)
            .arg("number", number)),
    }
}

/// A ticket that ends without being solved (refused, merged) ends its tasks; one that comes back from there has them as they
/// stood. One statement each, and only then.
pub(crate) fn follow(tx: &mut Tx, cx: &Cx, before: &Ticket, after: &Ticket) -> Result<()> {
    match (before.state.stage(), after.state.stage()) {
        (Stage::Open, Stage::Closed) => {
            let at = after.closed_at.unwrap_or_else(|| cx.now());
            let count = store::withdraw(tx, after.number, at)?;
            if count > 0 {
                Told::new(events::TICKET_TASK_SKIPPED)
                    .with("withdrawn", i64::try_from(count).unwrap_or(i64::MAX))
                    .append(tx, cx, after.subject())?;
            }
            Ok(())
        }
        (Stage::Closed, Stage::Open) => match before.closed_at {
            Some(at) => store::bring_back(tx, after.number, at),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}
