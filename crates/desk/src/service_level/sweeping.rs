//! The sweep: finds clocks that came to a step, and takes the step exactly once.
//!
//! It asks one index for what is due and so costs the same however many tickets there are. Each step is written down in
//! the transaction that takes it, so a restart neither loses nor repeats one; after a long standstill all steps that were
//! passed meanwhile are taken, oldest first. A ticket that fails is logged and passed over; the next sweep tries it again.

use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::Result;
use kernel::event::{self, New};
use kernel::time::Timestamp;
use serde_json::json;

use super::clock::{self, Clock};
use super::{Action, Policy, history, keeping, store};
use crate::events;
use crate::ticket::escalating;
use crate::ticket::saving;
use crate::ticket::{self, Ticket};

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub tickets: usize,
    pub steps: usize,
    pub failed: usize,
}

const BATCH: i64 = 100;

/// Takes every step that is due by now.
pub async fn sweep(db: &Db, cx: &Cx) -> Result<Swept> {
    let mut swept = Swept::default();
    let mut after = (i64::MIN, i64::MIN);
    let now = cx.now();
    loop {
        let due = db.read(move |tx| store::due(tx, now, after, BATCH)).await?;
        let Some(last) = due.last() else { return Ok(swept) };
        after = *last;
        let mut numbers: Vec<i64> = due.iter().map(|(_, number)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        take_steps(db, cx, numbers, &mut swept).await?;
    }
}

/// A batch is one transaction, for a commit costs more than a ticket; when it fails, each ticket gets one of its own.
async fn take_steps(db: &Db, cx: &Cx, numbers: Vec<i64>, swept: &mut Swept) -> Result<()> {
    let count = numbers.len();
    let (batch, context) = (numbers.clone(), cx.clone());
    let together = db
        .write(move |tx| {
            batch
                .iter()
                .map(|number| fire(tx, &context, *number))
                .sum::<Result<usize>>()
        })
        .await;
    if let Ok(steps) = together {
        swept.steps += steps;
        swept.tickets += count;
        return Ok(());
    }
    for number in numbers {
        let context = cx.clone();
        match db.write(move |tx| fire(tx, &context, number)).await {
            Ok(steps) => {
                swept.steps += steps;
                swept.tickets += 1;
            }
            Err(error) => {
                swept.failed += 1;
                tracing::error!(ticket = number, %error, "the clocks of a ticket could not be swept");
            }
        }
    }
    Ok(())
}

/// Takes the due steps of one ticket; gives back how many.
pub fn fire(tx: &mut Tx, cx: &Cx, number: i64) -> Result<usize> {
    tx.lock("desk.ticket", number)?;
    let Some(before) = ticket::store::load(tx, number)? else {
        return Ok(0);
    };
    let past = history::of_ticket(tx, number)?;
    let book = keeping::book(tx, &past)?;
    let clocks = clock::replay(&book, &past)?;
    let fired = store::fired(tx, number)?;
    let now = cx.now();
    let mut after = before.clone();
    let mut taken = 0;
    for clock in clocks.iter().filter(|clock| clock.is_alive()) {
        let (policy, _) = book.get(&clock.policy)?;
        for (percent, at) in clock.steps.iter().filter(|(_, at)| *at <= now) {
            let step = (clock.kind, clock.started_at, *percent);
            if fired.contains(&step) {
                continue;
            }
            store::insert_fired(tx, number, step, now)?;
            tell(tx, cx, &mut after, clock, policy, (*percent, *at))?;
            taken += 1;
        }
    }
    saving::settle(tx, cx, &before, after)?;
    Ok(taken)
}

fn tell(
    tx: &mut Tx,
    cx: &Cx,
    ticket: &mut Ticket,
    clock: &Clock,
    policy: &Policy,
    (percent, at): (i64, Timestamp),
) -> Result<()> {
    let steps = policy
        .target(clock.kind)
        .map_or(&[][..], |target| target.steps.as_slice());
    let actions: Vec<Action> = steps
        .iter()
        .filter(|step| step.percent == percent)
        .flat_map(|step| step.actions.clone())
        .collect();
    let kind = if percent < 100 {
        events::CLOCK_WARNED
    } else {
        events::CLOCK_BREACHED
    };
    event::append(
        tx,
        cx,
        New {
            kind,
            subject: ticket.subject(),
            data: json!({
                "at": cx.now().millis(),
                "clock": clock.kind,
                "policy": clock.policy,
                "percent": percent,
                "reached_at": at,
                "deadline": clock.deadline,
                "actions": actions,
                "assignee": ticket.assignee,
                "team": ticket.team,
            }),
            personal: None,
        },
    )?;
    if actions.contains(&Action::TierUp) {
        escalating::by_clock(tx, cx, ticket, clock.kind, percent)?;
    }
    Ok(())
}
