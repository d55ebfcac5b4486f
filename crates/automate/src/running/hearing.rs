//! Walks the event log behind the writers and asks the rules, each event in the rules' order.
//!
//! At least once and in order, as the log gives them; a firing knows its event, so that none is done twice. Events of
//! long ago (an imported history, a house that stood still) are passed over: nobody wants last year's tickets answered.

use std::collections::BTreeSet;
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
        let events: Arc<[Event]> = events.iter().filter(fresh).cloned().collect();
        if events.is_empty() {
            return Ok(());
        }
        let asked = Arc::clone(&events);
        let (rules, stirring) = kernel.db.read(move |tx| stirring(tx, &asked)).await?;
        // What a firing changes may make later rules hold that did not before.
        let mut stirred = BTreeSet::new();
        for (event, stirs) in events.iter().zip(stirring) {
            let number = firing::ticket_of(event);
            if !stirs && !number.is_some_and(|number| stirred.contains(&number)) {
                continue;
            }
            stirred.extend(number);
            for rule in rules.iter().filter(|rule| firing::hears(rule, event)) {
                let occasion = Occasion::Event(Box::new(event.clone()));
                if firing::ask(kernel, rule.id, &occasion).await?.stop {
                    break;
                }
            }
        }
        Ok(())
    })
}

/// The rules in force, and for each event whether any of them holds. Most events stir nothing, and that is found out for a
/// whole batch by reading each ticket once; a rule that is to fire looks again for itself.
fn stirring(tx: &mut Tx<'_>, events: &[Event]) -> Result<(Vec<Rule>, Vec<bool>)> {
    let rules = store::enabled(tx)?;
    let mut scenes = BTreeMap::new();
    let mut stirring = Vec::with_capacity(events.len());
    for event in events {
        let heard: Vec<&Rule> = rules.iter().filter(|rule| firing::hears(rule, event)).collect();
        let Some(number) = firing::ticket_of(event).filter(|_| !heard.is_empty()) else {
            stirring.push(false);
            continue;
        };
        let scene = match scenes.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(scene::load(tx, number)?),
        };
        let Some(scene) = scene else {
            stirring.push(false);
            continue;
        };
        let mut facts = scene.facts();
        let words = scene::said(tx, event)?;
        let at = scene::happened(event);
        scene.complete(&mut facts, Some((event, &words)), &scene.history, at)?;
        stirring.push(heard.iter().any(|rule| judge(&rule.definition, &facts).is_some()));
    }
    Ok((rules, stirring))
}
