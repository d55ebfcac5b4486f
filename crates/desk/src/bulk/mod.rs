//! Taking over many tickets with their whole past at once, from another system or for a measurement.
//!
//! [`insert`] leaves behind what the operations would have: rows, events, clocks computed from those events, figures,
//! open work per person. What differs is the cost: the past is reckoned in memory ([`Life`], pure) and written with few
//! statements for hundreds of tickets. Nobody is notified, for all of it is long over; steps of clocks that are due are left
//! to the sweep, and the search index is rebuilt by its own command.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event;
use kernel::id::UserId;
use kernel::setting;
use kernel::time::Timestamp;
use serde_json::json;

use crate::assignment;
use crate::neighbours;
use crate::service_level::{Book, Hours, Policy, policies, store as levels};
use crate::ticket::Ticket;
use crate::ticket::value::{Priority, Stage, Voice, WaitingFor};
use crate::triage::{self, Matrix};
use crate::verification::{CLOSE_AFTER_DAYS, CLOSE_AFTER_SETTING};
use crate::view::{self, Key};

mod life;
mod recorded;
mod store;
#[cfg(test)]
mod tests;

use life::Life;
pub use recorded::{Change, Recorded, Words, recorded};

/// A ticket with all that happened to it, as whoever kept it before tells it.
#[derive(Debug, Clone)]
pub struct Past {
    /// As it was when it came in. Number, priority, service level, and deadlines are given here and not taken over.
    pub ticket: Ticket,
    pub body: String,
    pub tags: Vec<String>,
    /// In the order of time.
    pub acts: Vec<(Timestamp, Act)>,
}

/// Something that was done to a ticket.
#[derive(Debug, Clone)]
pub enum Act {
    /// Somebody took it and began.
    Take {
        person: UserId,
    },
    /// A public word.
    Say {
        author: UserId,
        voice: Voice,
        body: String,
    },
    Wait {
        by: UserId,
        whom: WaitingFor,
        reason: String,
    },
    Resolve {
        by: UserId,
        solution: String,
    },
    /// The requester's yes.
    Confirm,
}

/// What the past is reckoned by: read once for many tickets.
#[derive(Debug, Clone)]
pub struct Rules {
    policies: Vec<Policy>,
    book: Book,
    matrix: Matrix,
    silence: (Hours, i64),
}

impl Rules {
    /// Reads service levels, calendars, and the priority matrix as they are now.
    pub fn load(tx: &mut Tx) -> Result<Rules> {
        let policies = levels::current_policies(tx)?;
        let mut pages = BTreeMap::new();
        for policy in &policies {
            let hours = policies::hours(tx, &policy.definition.calendar)?;
            pages.insert(policy.reference(), Arc::new((policy.clone(), hours)));
        }
        let days = setting::get::<i64>(tx, CLOSE_AFTER_SETTING)?
            .unwrap_or(CLOSE_AFTER_DAYS)
            .clamp(1, 365);
        let hours = Hours::Calendar(neighbours::calendar(tx, "default")?);
        let silence = days * hours.day_millis();
        Ok(Rules {
            policies,
            book: Book { pages },
            matrix: triage::store::matrix(tx)?,
            silence: (hours, silence),
        })
    }

    fn priority(&self, ticket: &Ticket) -> Priority {
        self.matrix
            .get(&(ticket.impact, ticket.urgency))
            .copied()
            .unwrap_or(Priority::P3)
    }

    /// When a silence that began then counts as an answer.
    fn silence_ends(&self, since: Timestamp) -> Result<Timestamp> {
        Ok(self
            .silence
            .0
            .add(since, self.silence.1)?
            .unwrap_or(since.add_millis(self.silence.1)))
    }
}

/// Lives reckoned from their pasts, ready to be written.
#[derive(Debug, Clone)]
pub struct Reckoned(Vec<Life>);

/// Reckons states, clocks, and events; touches no database, so that it can be done beside the writing.
pub fn reckon(rules: &Rules, cx: &Cx, pasts: &[Past]) -> Result<Reckoned> {
    pasts
        .iter()
        .map(|past| Life::of(rules, cx, past))
        .collect::<Result<_>>()
        .map(Reckoned)
}

/// Writes them; answers their numbers in the same order. All or nothing.
pub fn insert(tx: &mut Tx, cx: &Cx, reckoned: &Reckoned) -> Result<Vec<i64>> {
    let lives = &reckoned.0;
    let numbers = store::insert_tickets(tx, lives.iter().map(|life| &life.ticket))?;
    let articles = store::insert_articles(tx, &numbers, lives)?;
    let resolutions = store::insert_resolutions(tx, &numbers, lives)?;
    store::insert_beside(tx, &numbers, lives, &resolutions)?;
    let mut events = Vec::new();
    for (place, life) in lives.iter().enumerate() {
        for told in &life.told {
            let mut data = told.data.clone();
            if let Some(article) = told.article {
                data.insert("article".to_owned(), json!(articles[place][article]));
            }
            if let Some(resolution) = told.resolution {
                data.insert("resolution".to_owned(), json!(resolutions[place][resolution]));
            }
            events.push(event::Past {
                at: told.at,
                actor: told.by.map_or_else(|| cx.actor.key(), |by| format!("user:{by}")),
                via: told.via,
                new: event::New {
                    kind: told.kind,
                    subject: crate::ticket::subject(numbers[place]),
                    data: data.into(),
                    personal: told.personal.clone(),
                },
            });
        }
    }
    event::append_past(tx, cx, &events)?;
    count(tx, &numbers, lives)?;
    Ok(numbers)
}

/// Adds them to the figures and to the open work: last, because others wait for those rows.
fn count(tx: &mut Tx, numbers: &[i64], lives: &[Life]) -> Result<()> {
    let mut counts: BTreeMap<Key, i64> = BTreeMap::new();
    let mut loads: BTreeMap<UserId, (i64, i64)> = BTreeMap::new();
    for (number, life) in numbers.iter().zip(lives) {
        let ticket = &life.ticket;
        *counts
            .entry(Key::of(&Ticket {
                number: *number,
                ..ticket.clone()
            }))
            .or_default() += 1;
        if let (Some(person), Stage::Open) = (ticket.assignee, ticket.state.stage()) {
            let load = loads.entry(person).or_default();
            load.0 += assignment::weight(ticket.priority, ticket.complexity, ticket.state);
            load.1 += 1;
        }
    }
    for (key, by) in counts {
        view::store::add(tx, &key, by)?;
    }
    for (person, (weight, tickets)) in loads {
        assignment::store::add_load(tx, person, weight, tickets)?;
    }
    Ok(())
}
