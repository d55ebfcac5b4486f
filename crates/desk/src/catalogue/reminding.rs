//! Reminding those who were asked and have not decided: once a working day, five times at most.
//!
//! Who has gone away since is not reminded but stood in for, when the step names somebody who is there and was not asked.
//! Who has left is always replaced: by whom the step would ask today. The looking goes on after the last reminder.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::job::{Every, Job, JobHandler, Schedule};

use super::approval::{Asked, Decision, Progress, Step};
use super::approving::{self, Approval};
use super::asking::Request;
use super::store;
use crate::events;
use crate::ticket;
use crate::ticket::saving::Told;

/// Name of the job.
pub const REMIND: &str = "desk.approval_reminders";
const LOOKS_EVERY: i64 = 600;
const REMINDERS_MAX: i64 = 5;
const AT_ONCE: i64 = 100;

/// The handler of the job.
pub const HANDLER: JobHandler = JobHandler { kind: REMIND, run };

/// When it looks.
pub const SCHEDULE: Schedule = Schedule {
    name: REMIND,
    every: Every::Seconds(LOOKS_EVERY),
    job: REMIND,
};

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move { remind_all(&kernel.db, &kernel.cx_system(REMIND)).await.map(drop) })
}

/// Looks at everybody who is due; gives back to how many letters went. Each is a transaction of its own.
pub async fn remind_all(db: &Db, cx: &Cx) -> Result<usize> {
    let now = cx.now();
    let due = db.read(move |tx| store::due_reminders(tx, now, AT_ONCE)).await?;
    let mut reminded = 0;
    for approval in due {
        let (context, number) = (cx.clone(), approval.ticket);
        match db.write(move |tx| remind(tx, &context, &approval)).await {
            Ok(is_told) => reminded += usize::from(is_told),
            Err(error) => tracing::warn!(ticket = number, %error, "an approver was not reminded"),
        }
    }
    Ok(reminded)
}

/// Whether somebody was written to.
fn remind(tx: &mut Tx, cx: &Cx, due: &Approval) -> Result<bool> {
    tx.lock("desk.ticket", due.ticket)?;
    let Some(approval) = store::approval(tx, due.id)?.filter(|one| one.decision.is_none()) else {
        return Ok(false);
    };
    let Some((request, definition)) = store::request(tx, due.ticket)? else {
        return Ok(false);
    };
    let index = usize::try_from(approval.step).unwrap_or(usize::MAX);
    let step = definition
        .approval
        .get(index)
        .filter(|_| request.approval == Progress::Waiting);
    let Some(step) = step.filter(|_| request.step == approval.step) else {
        store::looked_at(tx, approval.id, None)?;
        return Ok(false);
    };
    let asked: Vec<Approval> = store::approvals(tx, due.ticket)?;
    let has_left = people::user::store::find(tx, approval.person)?.is_none_or(|user| !user.active);
    let is_gone = has_left || approving::is_absent(tx, cx, approval.person)?;
    if is_gone {
        let requester = ticket::store::load(tx, due.ticket)?.map(|ticket| ticket.requester);
        for person in &step.stand_ins {
            let is_asked = asked
                .iter()
                .any(|one| one.step == approval.step && one.person == *person);
            let is_active = people::user::store::find(tx, *person)?.is_some_and(|user| user.active);
            if !is_asked && is_active && requester != Some(*person) && !approving::is_absent(tx, cx, *person)?
            {
                return replace(tx, cx, &approval, *person);
            }
        }
    }
    if has_left && let Some(person) = other(tx, cx, step, &request, &asked)? {
        return replace(tx, cx, &approval, person);
    }
    let next = approving::next_reminder(tx, cx.now())?;
    if approval.reminders >= REMINDERS_MAX {
        // No more letters, but whoever leaves or goes away is still noticed.
        store::looked_at(tx, approval.id, next)?;
        return Ok(false);
    }
    store::reminded(tx, approval.id, next)?;
    tell(
        tx,
        cx,
        &approval,
        events::TICKET_APPROVAL_REMINDED,
        approval.person,
    )
}

/// Whom the step would ask today, besides those it has asked.
fn other(tx: &mut Tx, cx: &Cx, step: &Step, request: &Request, asked: &[Approval]) -> Result<Option<UserId>> {
    let Some(ticket) = ticket::store::load(tx, request.ticket)? else {
        return Ok(None);
    };
    let is_asked = |person| {
        asked
            .iter()
            .any(|one| one.step == request.step && one.person == person)
    };
    let fresh = approving::whom(tx, cx, step, ticket.requester, request.asked_by)?;
    Ok(fresh
        .into_iter()
        .map(|one| one.person)
        .find(|person| !is_asked(*person)))
}

/// Asks somebody in the place of who is away.
fn replace(tx: &mut Tx, cx: &Cx, approval: &Approval, person: UserId) -> Result<bool> {
    store::decide(tx, approval.id, Decision::Withdrawn, "system", None, cx.now())?;
    let asked = Asked {
        person,
        instead_of: Some(approval.person),
    };
    let remind_at = approving::next_reminder(tx, cx.now())?;
    store::insert_approval(
        tx,
        &approving::made(cx, approval.ticket, approval.step, asked, remind_at),
    )?;
    tell(tx, cx, approval, events::TICKET_APPROVAL_ASKED, person)
}

fn tell(tx: &mut Tx, cx: &Cx, approval: &Approval, kind: &'static str, person: UserId) -> Result<bool> {
    Told::new(kind)
        .with("step", approval.step)
        .with("people", vec![person.to_string()])
        .append(tx, cx, ticket::subject(approval.ticket))?;
    Ok(true)
}
