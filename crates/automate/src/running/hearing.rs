//! Walks the event log behind the writers and asks the rules, each event in the rules' order.
//!
//! At least once and in order, as the log gives them; a firing knows its event, so that none is done twice. Events of
//! long ago (an imported history, a house that stood still) are passed over: nobody wants last year's tickets answered.

use std::collections::btree_map::{BTreeMap, Entry};
use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};

use super::firing::{self, Occasion};
use crate::matching::{judge, scene};
use crate::rule::{Rule, Trigger, store};

/// Older events are history.
const FRESH_MILLIS: i64 = 24 * 3_600_000;

/// Asks the rules, from the moment it is first run.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster("automate.rules", hear).from_now()
}

/// Asks all rules about these events.
pub fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let now = kernel.clock.now();
        let fresh = |event: &&Event| {
            Trigger::of(event).is_some()
                && now.millis() - crate::matching::scene::happened(event).millis() <= FRESH_MILLIS
        };
        let events: Vec<Event> = events.iter().filter(fresh).cloned().collect();
        for part in events.chunks(TOGETHER) {
            let mut rest = part;
            while let Some((rules, event, left)) = next_stirring(kernel, rest).await? {
                rest = left;
                for rule in rules.iter().filter(|rule| firing::hears(rule, event)) {
                    let occasion = Occasion::Event(Box::new(event.clone()));
                    if firing::ask(kernel, rule.id, &occasion).await?.stop {
                        break;
                    }
                }
            }
        }
        Ok(())
    })
}

/// Events that are looked at together: the tickets they belong to lie in memory.
const TOGETHER: usize = 25;

/// The rules in force, the next event for which one of them holds, and what comes after it. Most events stir nothing, and
/// that is found out for many at once, reading each ticket once. No event is passed over on account of how things were
/// before an earlier one was acted on, for the look goes no further than to the next that stirs.
async fn next_stirring<'a>(
    kernel: &Kernel,
    events: &'a [Event],
) -> Result<Option<(Vec<Rule>, &'a Event, &'a [Event])>> {
    if events.is_empty() {
        return Ok(None);
    }
    let asked: Arc<[Event]> = events.into();
    let (rules, found) = kernel.db.read(move |tx| first_stirring(tx, &asked)).await?;
    let found = found.and_then(|place| Some((events.get(place)?, events.get(place + 1..)?)));
    Ok(found.map(|(event, left)| (rules, event, left)))
}

fn first_stirring(tx: &mut Tx<'_>, events: &[Event]) -> Result<(Vec<Rule>, Option<usize>)> {
    let rules = store::enabled(tx)?;
    let mut scenes = BTreeMap::new();
    for (place, event) in events.iter().enumerate() {
        let heard: Vec<&Rule> = rules.iter().filter(|rule| firing::hears(rule, event)).collect();
        let Some(number) = firing::ticket_of(event).filter(|_| !heard.is_empty()) else {
            continue;
        };
        let scene = match scenes.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(scene::load(tx, number)?),
        };
        let Some(scene) = scene else { continue };
        let mut facts = scene.facts();
        let words = scene::said(tx, event)?;
        let at = scene::happened(event);
        scene.complete(&mut facts, Some((event, &words)), &scene.history, at)?;
        if heard.iter().any(|rule| judge(&rule.definition, &facts).is_some()) {
            return Ok((rules, Some(place)));
        }
    }
    Ok((rules, None))
}
