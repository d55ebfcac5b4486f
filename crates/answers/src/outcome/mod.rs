//! What became of tickets in which articles were used, and the sums by day that figures are read from.
//!
//! Everything is worked out from the ticket as it stands, and only the difference to what is kept is counted: hearing of an
//! event twice leaves the same.

pub mod panel;
pub mod store;

use std::collections::BTreeSet;

use desk::events::{TICKET_CLOSED_SILENT, TICKET_CONFIRMED, TICKET_REFUSED, TICKET_REOPENED};
use desk::ticket::{self, Stage, Ticket};
use desk::verification::{self, Resolution};
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use kernel::time::Timestamp;

use crate::beside::store::{self as uses, Counted};

/// The subscriber's name.
pub const NAME: &str = "answers.outcomes";
/// Tickets in one transaction.
const BATCH: usize = 50;
const DAY_MILLIS: i64 = 86_400_000;

/// From the moment it is first run.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster(NAME, hear).from_now()
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let tickets: BTreeSet<i64> = events.iter().filter_map(settled_ticket).collect();
        let tickets: Vec<i64> = tickets.into_iter().collect();
        for some in tickets.chunks(BATCH) {
            let (cx, some) = (kernel.cx_system(NAME), some.to_vec());
            let write = move |tx: &mut Tx<'_>| {
                for number in &some {
                    tx.lock("answers.ticket", number)?;
                    settle(tx, &cx, *number)?;
                }
                Ok(())
            };
            kernel.db.write(write).await?;
        }
        Ok(())
    })
}

fn settled_ticket(event: &Event) -> Option<i64> {
    let kinds = [
        TICKET_CONFIRMED,
        TICKET_CLOSED_SILENT,
        TICKET_REFUSED,
        TICKET_REOPENED,
    ];
    if !kinds.contains(&event.kind.as_str()) {
        return None;
    }
    event.subject.strip_prefix("ticket:")?.parse().ok()
}

/// The day of an instant: days since 1970, in UTC.
#[must_use]
pub fn day(at: Timestamp) -> i64 {
    at.millis().div_euclid(DAY_MILLIS)
}

/// When a day begins.
#[must_use]
pub const fn begin(day: i64) -> Timestamp {
    Timestamp::from_millis(day * DAY_MILLIS)
}

/// Whether the solution of a ticket held: none while nobody knows. Pure.
#[must_use]
pub fn verdict(ticket: &Ticket, resolutions: &[Resolution]) -> Option<bool> {
    let last = resolutions.last()?;
    if last.failed {
        return Some(false);
    }
    (ticket.state.stage() == Stage::Closed).then_some(true)
}

/// Counts a ticket as it stands now, for its articles and for its day. The caller holds the ticket's lock.
///
/// # Errors
/// The database's.
pub fn settle(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<()> {
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(());
    };
    let verdict = verdict(&ticket, &verification::store::resolutions(tx, number)?);
    let used = uses::of_ticket(tx, number)?;
    let today = day(ticket
        .closed_at
        .filter(|_| verdict == Some(true))
        .unwrap_or(cx.now()));
    if let Some(solved) = verdict {
        for one in used.iter().filter(|one| one.solved != Some(solved)) {
            if let (Some(before), Some(day)) = (one.solved, one.settled_day) {
                uses::count(tx, day, one.article, Counted::settled(before, -1))?;
            }
            uses::count(tx, today, one.article, Counted::settled(solved, 1))?;
            uses::settle(tx, number, one.article, solved, today)?;
        }
        if !used.is_empty() {
            knowledge::outcome::settled(tx, cx, number, solved)?;
        }
    }
    let articles = i64::try_from(used.len()).unwrap_or(i64::MAX);
    let fact = (verdict == Some(true)).then(|| store::Fact {
        day: today,
        category: ticket.category.as_str().to_owned(),
        articles,
    });
    keep(tx, number, fact)
}

/// Keeps what a ticket adds to its day, and takes back what it added before.
fn keep(tx: &mut Tx<'_>, number: i64, fact: Option<store::Fact>) -> Result<()> {
    let before = store::fact(tx, number)?;
    if before == fact {
        return Ok(());
    }
    if let Some(before) = before {
        store::count(tx, &before, -1)?;
        store::forget(tx, number)?;
    }
    if let Some(fact) = fact {
        store::count(tx, &fact, 1)?;
        store::remember(tx, number, &fact)?;
    }
    Ok(())
}
