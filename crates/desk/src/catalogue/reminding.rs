//! Reminding those who were asked and have not decided: once a working day, five times at most.
//!
//! Who has gone away since is not reminded but stood in for, when the step names somebody who is there and was not asked.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};

use super::approval::{Asked, Decision, Progress};
use super::approving::{self, Approval};
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

/// Reminds everybody who is due; gives back how many. Each is a transaction of its own.
pub async fn remind_all(db: &Db, cx: &Cx) -> Result<usize> {
    let now = cx.now();
    let due = db.read(move |tx| store::due_reminders(tx, now, AT_ONCE)).await?;
    let mut reminded = 0;
    for approval in due {
        let (context, number) = (cx.clone(), approval.ticket);
        match db.write(move |tx| remind(tx, &context, &approval)).await {
            Ok(()) => reminded += 1,
            Err(error) => tracing::warn!(ticket = number, %error, "an approver was not reminded"),
        }
    }
    Ok(reminded)
}

fn remind(tx: &mut Tx, cx: &Cx, due: &Approval) -> Result<()> {
    tx.lock("desk.ticket", due.ticket)?;
    let Some(approval) = store::approval(tx, due.id)?.filter(|one| one.decision.is_none()) else {
        return Ok(());
    };
    let Some((request, definition)) = store::request(tx, due.ticket)? else {
        return Ok(());
    };
    let index = usize::try_from(approval.step).unwrap_or(usize::MAX);
    let step = definition
        .approval
        .get(index)
        .filter(|_| request.approval == Progress::Waiting);
    let Some(step) = step.filter(|_| request.step == approval.step) else {
        return store::reminded(tx, approval.id, None);
    };
    let asked: Vec<Approval> = store::approvals(tx, due.ticket)?;
    let is_gone = approving::is_absent(tx, cx, approval.person)?
        || people::user::store::find(tx, approval.person)?.is_none_or(|user| !user.active);
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
    let next = if approval.reminders + 1 < REMINDERS_MAX {
        approving::next_reminder(tx, cx.now())?
    } else {
        None
    };
    store::reminded(tx, approval.id, next)?;
    tell(
        tx,
        cx,
        &approval,
        events::TICKET_APPROVAL_REMINDED,
        approval.person,
    )
}

/// Asks somebody in the place of who is away.
fn replace(tx: &mut Tx, cx: &Cx, approval: &Approval, person: kernel::id::UserId) -> Result<()> {
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

fn tell(
    tx: &mut Tx,
    cx: &Cx,
    approval: &Approval,
    kind: &'static str,
    person: kernel::id::UserId,
) -> Result<()> {
    Told::new(kind)
        .with("step", approval.step)
        .with("people", vec![person.to_string()])
        .append(tx, cx, ticket::subject(approval.ticket))?;
    Ok(())
}
