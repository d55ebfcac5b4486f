//! The proof of the clocks: all of them recomputed from the event log and compared with what is stored.
//!
//! A difference means that a calendar was edited since, or that somebody wrote past the operations. `recompute` stores
//! the computed values.

use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::{Error, Result};
use serde::Serialize;

use super::clock::{self, Clock};
use super::{ClockKind, history, keeping, store};
use crate::ticket::{saving, store as ticket_store};

/// What a replay found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    pub tickets: u64,
    pub clocks: u64,
    /// The first differences; `differing` counts all.
    pub differences: Vec<Difference>,
    pub differing: u64,
}

/// A clock whose stored values are not those of its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub ticket: i64,
    pub clock: ClockKind,
    /// What is stored, none when the row is missing.
    pub stored: Option<String>,
    /// What the history says, none when there should be no such clock.
    pub computed: Option<String>,
}

const BATCH: i64 = 500;
const DIFFERENCES_SHOWN: usize = 100;

/// Recomputes every clock of every ticket and compares.
pub async fn replay_all(db: &Db) -> Result<Report> {
    let mut report = Report::default();
    let mut after = 0;
    loop {
        let (last, batch) = db.read(move |tx| replay_batch(tx, after)).await?;
        report.tickets += batch.tickets;
        report.clocks += batch.clocks;
        report.differing += batch.differing;
        let room = DIFFERENCES_SHOWN.saturating_sub(report.differences.len());
        report
            .differences
            .extend(batch.differences.into_iter().take(room));
        match last {
            Some(last) => after = last,
            None => return Ok(report),
        }
    }
}

fn replay_batch(tx: &mut Tx, after: i64) -> Result<(Option<i64>, Report)> {
    let numbers = store::numbers_after(tx, after, BATCH)?;
    let mut report = Report::default();
    for number in &numbers {
        let computed = computed(tx, *number)?;
        let stored = store::clocks(tx, *number)?;
        let found = differences(*number, &stored, &computed);
        report.tickets += 1;
        report.clocks += u64::try_from(computed.len()).unwrap_or(0);
        report.differing += u64::try_from(found.len()).unwrap_or(0);
        report.differences.extend(found);
    }
    Ok((numbers.last().copied(), report))
}

/// The clocks of a ticket as its history says.
pub fn computed(tx: &mut Tx, number: i64) -> Result<Vec<Clock>> {
    let past = history::of_ticket(tx, number)?;
    let book = keeping::book(tx, &past)?;
    clock::replay(&book, &past)
}

fn differences(ticket: i64, stored: &[Clock], computed: &[Clock]) -> Vec<Difference> {
    let show = |clocks: &[Clock], kind: ClockKind| {
        let clock = clocks.iter().find(|clock| clock.kind == kind)?;
        // The instants of the steps are not stored; all else is.
        Some(format!(
            "{:?}",
            Clock {
                steps: Vec::new(),
                ..clock.clone()
            }
        ))
    };
    let kinds = ClockKind::ALL.iter().copied();
    kinds
        .map(|clock| Difference {
            ticket,
            clock,
            stored: show(stored, clock),
            computed: show(computed, clock),
        })
        .filter(|difference| difference.stored != difference.computed)
        .collect()
}

/// Stores the computed clocks of one ticket.
pub fn recompute(tx: &mut Tx, cx: &Cx, number: i64) -> Result<()> {
    tx.lock("desk.ticket", number)?;
    let before = ticket_store::load(tx, number)?.ok_or_else(Error::not_found)?;
    saving::settle(tx, cx, &before, before.clone())?;
    Ok(())
}

/// Stores the computed clocks of every ticket that is not closed: after a calendar was edited.
pub async fn recompute_open(db: &Db, cx: &Cx) -> Result<u64> {
    let mut after = 0;
    let mut done = 0;
    loop {
        let numbers = db
            .read(move |tx| store::open_numbers_after(tx, after, 100))
            .await?;
        let Some(last) = numbers.last() else {
            return Ok(done);
        };
        after = *last;
        done += u64::try_from(numbers.len()).unwrap_or(0);
        let context = cx.clone();
        db.write(move |tx| {
            numbers
                .iter()
                .try_for_each(|number| recompute(tx, &context, *number))
        })
        .await?;
    }
}
