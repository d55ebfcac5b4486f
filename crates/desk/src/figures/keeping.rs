//! Keeping the facts true: behind the event log by a cursor, in the transaction of an import, or all anew by command.
//!
//! A fact is worked out from the whole record of its ticket, so hearing of an event twice, or of a hundred at once, leaves the same.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

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
    Subscriber::cluster("desk.figures", follow).gathering(GATHERS)
}

/// Figures are looked at by the day and the board by the minute: a second late is soon enough.
const GATHERS: Duration = Duration::from_secs(1);
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
    number_of(event)
}

fn number_of(event: &Event) -> Option<i64> {
    event.subject.strip_prefix("ticket:")?.parse().ok()
}

/// Works the facts of these tickets out anew and keeps them.
pub fn refresh_all(tx: &mut Tx, numbers: &[i64]) -> Result<()> {
    let facts = work_out(tx, numbers)?;
    keep(tx, &facts)
}

fn work_out(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<Fact>> {
    let zone = zone(tx)?;
    let numbers: BTreeSet<i64> = numbers.iter().copied().collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let tickets = ticket::store::load_many(tx, &numbers)?;
    let mut trails = trails(tx, &tickets)?;
    let mut origins = imports::of_tickets(tx, &numbers)?;
    let answers = store::answers(tx, &numbers)?;
    let mut met = BTreeMap::new();
    for (number, clock) in levels::clocks_of(tx, &numbers)? {
        if clock.kind == ClockKind::Solution {
            met.insert(number, is_met(clock.state));
        }
    }
    let facts = tickets.iter().map(|ticket| {
        let number = ticket.number;
        let origin = origins.remove(&number);
        let (source, stated) = origin.map_or((None, Default::default()), |(source, stated)| {
            (Some(source), stated)
        });
        let beside = Beside {
            source,
            stated,
            clock_met: met.get(&number).copied().flatten(),
            answers: answers.get(&number).copied().unwrap_or_default(),
        };
        let trail = trails.remove(&number).unwrap_or_default();
        Fact::of(ticket, &trail, &beside, &zone)
    });
    Ok(facts.collect())
}

const fn is_met(state: ClockState) -> Option<bool> {
    match state {
        ClockState::Met => Some(true),
        ClockState::Breached => Some(false),
        ClockState::Running | ClockState::Paused => None,
    }
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

/// Events that are read together.
const TOGETHER: usize = 5_000;
/// Tickets whose events are read together.
const TRAILS: usize = 50;

/// What became of each of these tickets, from its events.
fn trails(tx: &mut Tx, tickets: &[Ticket]) -> Result<BTreeMap<i64, Trail>> {
    let mut trails: BTreeMap<i64, Trail> = BTreeMap::new();
    for part in tickets.chunks(TRAILS) {
        let subjects: Vec<String> = part.iter().map(Ticket::subject).collect();
        let limit = i64::try_from(TOGETHER).unwrap_or(i64::MAX);
        let events = event::of_subjects(tx, &subjects, limit)?;
        if events.len() >= TOGETHER {
            for ticket in part {
                trails.insert(ticket.number, long_trail(tx, ticket)?);
            }
            continue;
        }
        for event in &events {
            if let Some(number) = number_of(event) {
                trails.entry(number).or_default().hear(event);
            }
        }
    }
    Ok(trails)
}

/// The same for a ticket with more events than may lie in memory together.
fn long_trail(tx: &mut Tx, ticket: &Ticket) -> Result<Trail> {
    let (mut trail, mut after) = (Trail::default(), 0);
    loop {
        let events = event::of_subject(tx, &ticket.subject(), after, EVENTS)?;
        for event in &events {
            trail.hear(event);
        }
        match events.last() {
            Some(last) if i64::try_from(events.len()).unwrap_or(0) == EVENTS => after = last.seq,
            _ => return Ok(trail),
        }
    }
}

impl Trail {
    /// Goes on with the next event of the ticket.
    fn hear(&mut self, event: &Event) {
        let part = |name: &str| event.data[name].as_object();
        match (part("before"), part("after")) {
            (None, Some(first)) if is_first(event) => *self = Self::begun(first),
            (before, Some(now)) => self.follow(before.unwrap_or(&Map::new()), now),
            (_, None) => {}
        }
    }
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
