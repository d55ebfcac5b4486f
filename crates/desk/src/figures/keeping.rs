//! Keeping the facts true: behind the event log by a cursor, in the transaction of an import, or all anew by command.
//!
//! A fact is worked out from the whole record of its ticket, so hearing of an event twice, or of a hundred at once, leaves the same.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::db::{Db, Tx};
use kernel::error::Result;
use kernel::event::{self, Event, Subscriber};
use serde_json::Map;

use super::daily::{self, Sums};
use super::fact::{Beside, Fact, Trail, zone};
use super::store;
use crate::bulk::Recorded;
use crate::import::draft::Draft;
use crate::import::store as imports;
use crate::service_level::clock::ClockState;
use crate::service_level::{ClockKind, store as levels};
use crate::ticket::{self, Ticket};

/// Follows the log from its beginning.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster("desk.figures", follow)
}

/// Tickets in one transaction.
const BATCH: usize = 100;
const EVENTS: i64 = 500;

fn follow<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let numbers: BTreeSet<i64> = events.iter().filter_map(touched).collect();
        let numbers: Vec<i64> = numbers.into_iter().collect();
        for some in numbers.chunks(BATCH) {
            let some = some.to_vec();
            // Records are read beside the writer, who has others waiting; what happens meanwhile sends an event of its own.
            let facts = kernel.db.read(move |tx| work_out(tx, &some)).await?;
            kernel.db.write(move |tx| keep(tx, &facts)).await?;
        }
        Ok(())
    })
}

/// What an import wrote stands already: it is written with the ticket.
fn touched(event: &Event) -> Option<i64> {
    let imported = [crate::events::TICKET_IMPORTED, crate::events::TICKET_RECORDED];
    if !event.kind.starts_with("desk.ticket.") || imported.contains(&event.kind.as_str()) {
        return None;
    }
    event.subject.strip_prefix("ticket:")?.parse().ok()
}

/// Works the facts of these tickets out anew and keeps them.
pub fn refresh_all(tx: &mut Tx, numbers: &[i64]) -> Result<()> {
    let facts = work_out(tx, numbers)?;
    keep(tx, &facts)
}

fn work_out(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<Fact>> {
    let zone = zone(tx)?;
    let mut facts = Vec::with_capacity(numbers.len());
    for number in numbers.iter().collect::<BTreeSet<_>>() {
        if let Some(ticket) = ticket::store::load(tx, *number)? {
            facts.push(of_record(tx, &ticket, &zone)?);
        }
    }
    Ok(facts)
}

/// Writes the facts that differ from what is kept, and with them the sums of their days.
fn keep(tx: &mut Tx, facts: &[Fact]) -> Result<()> {
    tx.lock("desk.figures", "all")?;
    let numbers: Vec<i64> = facts.iter().map(|fact| fact.ticket).collect();
    let before = store::load(tx, &numbers)?;
    let (mut sums, mut old, mut new) = (Sums::new(), Vec::new(), Vec::new());
    for fact in facts {
        match before.get(&fact.ticket) {
            Some(known) if known == fact => continue,
            Some(known) => {
                daily::count(&mut sums, known, -1);
                old.push(fact.ticket);
            }
            None => {}
        }
        daily::count(&mut sums, fact, 1);
        new.push(fact.clone());
    }
    store::delete(tx, &old)?;
    store::insert(tx, &new)?;
    store::add(tx, &sums)
}

fn of_record(tx: &mut Tx, ticket: &Ticket, zone: &jiff::tz::TimeZone) -> Result<Fact> {
    let mut trail = Trail::default();
    let mut after = 0;
    loop {
        let events = event::of_subject(tx, &ticket.subject(), after, EVENTS)?;
        let empty = Map::new();
        let part = |event: &'_ Event, name: &str| event.data[name].as_object().cloned();
        for event in &events {
            let (before, now) = (part(event, "before"), part(event, "after"));
            match (before, now) {
                (None, Some(first)) if after == 0 && is_first(event) => trail = Trail::begun(&first),
                (before, Some(now)) => trail.follow(before.as_ref().unwrap_or(&empty), &now),
                (_, None) => {}
            }
        }
        match events.last() {
            Some(last) if i64::try_from(events.len()).unwrap_or(0) == EVENTS => after = last.seq,
            _ => break,
        }
    }
    let origin = imports::of_ticket(tx, ticket.number)?;
    let clocks = levels::clocks(tx, ticket.number)?;
    let solution = clocks.iter().find(|clock| clock.kind == ClockKind::Solution);
    let (source, stated) = origin.map_or((None, Default::default()), |(source, stated)| {
        (Some(source), stated)
    });
    let beside = Beside {
        source,
        stated,
        clock_met: solution.and_then(|clock| match clock.state {
            ClockState::Met => Some(true),
            ClockState::Breached => Some(false),
            ClockState::Running | ClockState::Paused => None,
        }),
        answers: store::answers(tx, ticket.number)?,
    };
    Ok(Fact::of(ticket, &trail, &beside, zone))
}

fn is_first(event: &Event) -> bool {
    [crate::events::TICKET_OPENED, crate::events::TICKET_IMPORTED].contains(&event.kind.as_str())
}

/// The facts of tickets that an import has just written, from what it wrote.
pub fn take_in(tx: &mut Tx, numbers: &[i64], records: &[Recorded], drafts: &[&Draft]) -> Result<()> {
    tx.lock("desk.figures", "all")?;
    let zone = zone(tx)?;
    let (mut sums, mut facts) = (Sums::new(), Vec::with_capacity(numbers.len()));
    for ((number, record), draft) in numbers.iter().zip(records).zip(drafts) {
        let mut trail = Trail::begun(&record.first);
        for change in &record.changes {
            trail.follow(&change.before, &change.after);
        }
        let spoken = record
            .words
            .iter()
            .filter(|words| words.public && words.author != Some(record.ticket.requester));
        let ticket = Ticket {
            number: *number,
            first_response_at: spoken.clone().map(|words| words.at).next(),
            ..record.ticket.clone()
        };
        let beside = Beside {
            source: Some(record.source.clone()),
            stated: draft.stated.clone(),
            clock_met: None,
            answers: i64::try_from(spoken.count()).unwrap_or(i64::MAX),
        };
        let fact = Fact::of(&ticket, &trail, &beside, &zone);
        daily::count(&mut sums, &fact, 1);
        facts.push(fact);
    }
    store::insert(tx, &facts)?;
    store::add(tx, &sums)
}

/// Makes all facts and sums anew from the record; gives back how many tickets there are.
pub async fn rebuild(db: &Db) -> Result<u64> {
    db.write(|tx| {
        tx.lock("desk.figures", "all")?;
        store::clear(tx)
    })
    .await?;
    let (mut after, mut tickets) = (0, 0);
    loop {
        let numbers = db.read(move |tx| levels::numbers_after(tx, after, 500)).await?;
        let Some(last) = numbers.last() else {
            return Ok(tickets);
        };
        after = *last;
        tickets += numbers.len() as u64;
        db.write(move |tx| refresh_all(tx, &numbers)).await?;
    }
}
