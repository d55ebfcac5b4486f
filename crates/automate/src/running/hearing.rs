//! Walks the event log behind the writers and asks the rules, each event in the rules' order.
//!
//! At least once and in order, as the log gives them; a firing knows its event, so that none is done twice. Events of
//! long ago (an imported history, a house that stood still) are passed over: nobody wants last year's tickets answered.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};

use super::firing::{self, Occasion};
use crate::rule::{Trigger, store};

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
        let events: Vec<&Event> = events.iter().filter(fresh).collect();
        if events.is_empty() {
            return Ok(());
        }
        let rules = kernel.db.read(store::enabled).await?;
        for event in events {
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
