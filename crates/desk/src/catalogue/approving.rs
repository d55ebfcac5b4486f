//! Asking people for their approval, and what follows from what they say.
//!
//! The steps of a type are asked one after the other. While a request waits, nobody works on it and its clocks stand. When
//! the last step is passed it goes to the desk as if it had just come in; when a step is refused it is closed, and the
//! requester is told why. Who is asked is decided when a step begins, and again when somebody is reminded
//! (`reminding.rs`). Decisions come by `deciding.rs`.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use people::shift::{SpanOf, store as spans};

use super::approval::{self, Approvers, Asked, Decision, Progress, Standing, Step};
use super::asking::Request;
use super::{Definition, store, tasking};
use crate::service_level::Hours;
use crate::ticket::saving::{self, Told};
use crate::ticket::state;
use crate::ticket::value::State;
use crate::ticket::{Ticket, assigning};
use crate::{events, neighbours, triage};

/// Somebody who was asked to approve a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub id: Id<Approval>,
    pub ticket: i64,
    pub step: i64,
    pub person: UserId,
    pub instead_of: Option<UserId>,
    pub asked_at: Timestamp,
    /// When they are reminded next.
    pub remind_at: Option<Timestamp>,
    pub reminders: i64,
    pub decided_at: Option<Timestamp>,
    pub decision: Option<Decision>,
    pub comment: Option<String>,
}

/// A request that waits for somebody's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub id: Id<Approval>,
    pub ticket: i64,
    pub title: String,
    pub requester: UserId,
    pub instead_of: Option<UserId>,
    pub asked_at: Timestamp,
}

/// Who is asked when a step finds nobody: these roles, one after the other.
const LAST_RESORT: [&str; 2] = ["manager", "admin"];

/// Asks those of a step.
pub(super) fn ask_step(
    tx: &mut Tx,
    cx: &Cx,
    ticket: &Ticket,
    definition: &Definition,
    request: &Request,
) -> Result<()> {
    let step = request.step;
    let found = usize::try_from(step)
        .ok()
        .and_then(|index| definition.approval.get(index));
    let wanted = found.ok_or_else(Error::not_found)?;
    let asked = whom(tx, cx, wanted, ticket.requester, request.asked_by)?;
    if asked.len() < approval::least(wanted) {
        return Err(Error::invalid("desk.catalogue.nobody_approves"));
    }
    let remind_at = next_reminder(tx, cx.now())?;
    for one in &asked {
        store::insert_approval(tx, &made(cx, ticket.number, step, *one, remind_at))?;
    }
    let people: Vec<String> = asked.iter().map(|one| one.person.to_string()).collect();
    Told::new(events::TICKET_APPROVAL_ASKED)
        .with("step", step)
        .with("people", people)
        .append(tx, cx, ticket.subject())?;
    Ok(())
}

pub(super) fn made(cx: &Cx, ticket: i64, step: i64, asked: Asked, remind_at: Option<Timestamp>) -> Approval {
    Approval {
        id: cx.new_id(),
        ticket,
        step,
        person: asked.person,
        instead_of: asked.instead_of,
        asked_at: cx.now(),
        remind_at,
        reminders: 0,
        decided_at: None,
        decision: None,
        comment: None,
    }
}

/// Whom a step asks now. Neither who asks nor who filed it for them decides on it.
pub(super) fn whom(
    tx: &mut Tx,
    cx: &Cx,
    step: &Step,
    requester: UserId,
    filed_by: Option<UserId>,
) -> Result<Vec<Asked>> {
    let barred: Vec<UserId> = [requester].into_iter().chain(filed_by).collect();
    let wanted = match step.who {
        Approvers::People => step.people.clone(),
        Approvers::Role => people::role::store::users_with(tx, &step.role)?,
        Approvers::Team => match step.team {
            Some(team) => people::team::store::members(tx, team)?,
            None => Vec::new(),
        },
        Approvers::Manager => {
            let asking = people::user::store::find(tx, requester)?;
            asking.and_then(|user| user.manager).into_iter().collect()
        }
    };
    let mut asked = chosen(tx, cx, &wanted, step, &barred)?;
    for role in LAST_RESORT {
        if asked.len() < approval::least(step) {
            let mut others = wanted.clone();
            others.extend(people::role::store::users_with(tx, role)?);
            asked = chosen(tx, cx, &others, step, &barred)?;
        }
    }
    Ok(asked)
}

fn chosen(tx: &mut Tx, cx: &Cx, wanted: &[UserId], step: &Step, barred: &[UserId]) -> Result<Vec<Asked>> {
    let mut active = Vec::new();
    let mut there = Vec::new();
    for person in wanted.iter().chain(&step.stand_ins) {
        if people::user::store::find(tx, *person)?.is_some_and(|user| user.active) {
            active.push(*person);
            if !is_absent(tx, cx, *person)? {
                there.push(*person);
            }
        }
    }
    // Away comes back; gone does not.
    let wanted: Vec<UserId> = wanted
        .iter()
        .copied()
        .filter(|one| active.contains(one))
        .collect();
    let is_there = |person| there.contains(&person);
    Ok(approval::pick(&wanted, step, barred, is_there))
}

/// Whether somebody is away at this moment.
pub(super) fn is_absent(tx: &mut Tx, cx: &Cx, person: UserId) -> Result<bool> {
    let absences = spans::upcoming_of_user(tx, SpanOf::Absence, person, cx.now())?;
    Ok(absences.iter().any(|span| span.starts_at <= cx.now()))
}

/// A working day of the desk from an instant.
pub(super) fn next_reminder(tx: &mut Tx, from: Timestamp) -> Result<Option<Timestamp>> {
    let hours = Hours::Calendar(neighbours::calendar(tx, "default")?);
    hours.add(from, hours.day_millis())
}

/// What follows from a decision that was just written down: nothing yet, the next step, the desk, or the end.
pub(super) fn follow(
    tx: &mut Tx,
    cx: &Cx,
    ticket: Ticket,
    definition: &Definition,
    (step, comment): (i64, &str),
) -> Result<Ticket> {
    let all = store::approvals(tx, ticket.number)?;
    // Whoever was replaced by a stand-in no longer counts.
    let counted: Vec<&Approval> = all
        .iter()
        .filter(|one| one.step == step && one.decision != Some(Decision::Withdrawn))
        .collect();
    let count = |decision| {
        counted
            .iter()
            .filter(|one| one.decision == Some(decision))
            .count()
    };
    let found = usize::try_from(step)
        .ok()
        .and_then(|index| definition.approval.get(index));
    let rule = found.ok_or_else(Error::not_found)?;
    let needed = approval::needed(rule, counted.len());
    let standing = approval::standing(
        needed,
        counted.len(),
        count(Decision::Approved),
        count(Decision::Refused),
    );
    if standing == Standing::Open {
        return Ok(ticket);
    }
    for open in counted.iter().filter(|one| one.decision.is_none()) {
        store::decide(tx, open.id, Decision::Withdrawn, "system", None, cx.now())?;
    }
    if standing == Standing::Refused {
        return refused(tx, cx, ticket, step, comment);
    }
    let next = step + 1;
    if usize::try_from(next).is_ok_and(|next| next < definition.approval.len()) {
        store::set_progress(tx, ticket.number, Progress::Waiting, next)?;
        let (request, _) = store::request(tx, ticket.number)?.ok_or_else(Error::not_found)?;
        ask_step(tx, cx, &ticket, definition, &request)?;
        return Ok(ticket);
    }
    passed(tx, cx, ticket, definition, step)
}

/// The desk has it now: it is given to somebody as if it had just come in, and its tasks begin.
fn passed(tx: &mut Tx, cx: &Cx, before: Ticket, definition: &Definition, step: i64) -> Result<Ticket> {
    store::set_progress(tx, before.number, Progress::Approved, step)?;
    let mut after = before.clone();
    after.state = state::next(before.state, state::Step::Approve)?;
    after.waiting_reason = None;
    let ticket = saving::finish(tx, cx, &before, after, Told::new(events::TICKET_APPROVED))?;
    let ticket = handed_out(tx, cx, ticket)?;
    tasking::begin(tx, cx, &ticket, definition)?;
    Ok(ticket)
}

fn handed_out(tx: &mut Tx, cx: &Cx, ticket: Ticket) -> Result<Ticket> {
    if ticket.assignee.is_some() {
        return Ok(ticket);
    }
    let route = triage::store::route(tx, ticket.category)?;
    match assigning::at_opening(tx, cx, &ticket, &route, None)? {
        Some(choice) if choice.assignee.is_some() => {
            assigning::hand_over(tx, cx, &ticket, ticket.clone(), choice)
        }
        _ => Ok(ticket),
    }
}

fn refused(tx: &mut Tx, cx: &Cx, before: Ticket, step: i64, comment: &str) -> Result<Ticket> {
    store::set_progress(tx, before.number, Progress::Refused, step)?;
    let mut after = before.clone();
    after.state = state::next(before.state, state::Step::Decline)?;
    after.closed_at = Some(cx.now());
    after.waiting_reason = None;
    let told = Told::new(events::TICKET_DECLINED).with_words("comment", comment);
    saving::finish(tx, cx, &before, after, told)
}

/// Takes back what still waits: whoever was asked is no longer.
pub(super) fn withdraw(tx: &mut Tx, cx: &Cx, before: Ticket, step: i64) -> Result<Ticket> {
    for open in store::approvals(tx, before.number)?
        .iter()
        .filter(|one| one.decision.is_none())
    {
        store::decide(tx, open.id, Decision::Withdrawn, "system", None, cx.now())?;
    }
    store::set_progress(tx, before.number, Progress::Withdrawn, step)?;
    let mut after = before.clone();
    after.state = state::next(before.state, state::Step::Decline)?;
    after.closed_at = Some(cx.now());
    after.waiting_reason = None;
    saving::finish(tx, cx, &before, after, Told::new(events::TICKET_WITHDRAWN))
}

/// Refuses what only an approval can change.
pub(crate) fn refuse_declined(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    if ticket.state == State::Closed && store::is_refused(tx, ticket.number)? {
        return Err(Error::conflict("desk.catalogue.was_declined").arg("number", ticket.number));
    }
    Ok(())
}
