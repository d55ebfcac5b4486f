//! Keeping the stored clocks true: recomputed from the history in the same transaction as every change.
//!
//! What is stored besides the clocks themselves is when the sweep must look next (`due_at`), and on the ticket its nearest
//! deadline and whether it is late, because queues are sorted and counted by them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;

use super::clock::{self, Clock};
use super::history::{Happening, HistoryPoint};
use super::{Book, ClockKind, Hours, Policy, choose, policies, store};
use crate::ticket::Ticket;

/// A step that was taken: the clock, the start of the run it belongs to, and the percentage.
pub type Fired = (ClockKind, Timestamp, i64);

/// The policy that holds for the ticket as it is now, as tickets and events name it.
pub fn policy_for(tx: &mut Tx, ticket: &Ticket) -> Result<Option<String>> {
    let current = tx.kept("desk.policies", &["desk_policy"], store::current_policies)?;
    Ok(choose(&current, ticket).map(Policy::reference))
}

/// The policies and hours that this history names.
pub fn book(tx: &mut Tx, history: &[HistoryPoint]) -> Result<Book> {
    let references: BTreeSet<&str> = history
        .iter()
        .filter_map(|point| match &point.happening {
            Happening::Policy(Some(reference)) => Some(reference.as_str()),
            _ => None,
        })
        .collect();
    let mut pages = BTreeMap::new();
    for reference in references {
        pages.insert(reference.to_owned(), page(tx, reference)?);
    }
    Ok(Book { pages })
}

/// A version of a policy with its hours.
pub fn page(tx: &mut Tx, reference: &str) -> Result<Arc<(Policy, Hours)>> {
    let key = format!("desk.page:{reference}");
    let tables = ["desk_policy", "people_calendar", "kernel_setting"];
    tx.kept(&key, &tables, |tx| {
        let policy = store::policy(tx, reference)?;
        let hours = policies::hours(tx, &policy.definition.calendar)?;
        Ok((policy, hours))
    })
}

/// Computes the clocks of a ticket that is about to be written for the first time; `store::save_clocks` follows when it
/// has its number.
pub fn first(tx: &mut Tx, cx: &Cx, ticket: &mut Ticket, history: &[HistoryPoint]) -> Result<Vec<Clock>> {
    let clocks = clock::replay(&book(tx, history)?, history)?;
    summarise(cx, ticket, &clocks);
    Ok(clocks)
}

/// Recomputes and stores the clocks of a ticket.
pub fn refresh(tx: &mut Tx, cx: &Cx, ticket: &mut Ticket, history: &[HistoryPoint]) -> Result<()> {
    let clocks = clock::replay(&book(tx, history)?, history)?;
    let fired = store::fired(tx, ticket.number)?;
    store::save_clocks(tx, ticket.number, &with_due(&clocks, &fired))?;
    let kept: Vec<ClockKind> = clocks.iter().map(|clock| clock.kind).collect();
    if kept.len() < ClockKind::ALL.len() {
        store::drop_other_clocks(tx, ticket.number, &kept)?;
    }
    summarise(cx, ticket, &clocks);
    Ok(())
}

/// Each clock with the instant of its first step that was not taken.
pub fn with_due<'a>(clocks: &'a [Clock], fired: &BTreeSet<Fired>) -> Vec<(&'a Clock, Option<Timestamp>)> {
    clocks.iter().map(|clock| (clock, due(clock, fired))).collect()
}

fn due(clock: &Clock, fired: &BTreeSet<Fired>) -> Option<Timestamp> {
    if !clock.is_alive() {
        return None;
    }
    let open = clock
        .steps
        .iter()
        .filter(|(percent, _)| !fired.contains(&(clock.kind, clock.started_at, *percent)));
    open.map(|(_, at)| *at).min()
}

pub(crate) fn summarise(cx: &Cx, ticket: &mut Ticket, clocks: &[Clock]) {
    let now = cx.now();
    let alive = || clocks.iter().filter(|clock| clock.is_alive());
    ticket.next_due_at = alive().filter_map(|clock| clock.deadline).min();
    ticket.overdue = alive().any(|clock| clock.is_late(now));
}
