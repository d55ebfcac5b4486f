//! Walks the event log behind the writers and writes a message down for each webhook that wants to hear of an event.
//!
//! At least once, as the log gives them; a message knows its event, so that none is written twice. Nothing is sent from here:
//! a receiver that does not answer holds up nobody.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use serde_json::{Value, json};

use super::{Delivery, Webhook, delivering, kind, store};
use crate::matching::scene;
use crate::rule::Trigger;
use crate::running::firing::ticket_of;

/// Older events are history.
const FRESH_MILLIS: i64 = 24 * 3_600_000;

/// Tells webhooks, from the moment it is first run.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster("automate.webhooks", hear).from_now()
}

/// Writes messages about these events.
pub fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let now = kernel.clock.now();
        let is_fresh = |event: &&Event| now.millis() - scene::happened(event).millis() <= FRESH_MILLIS;
        let heard: Vec<(Trigger, Event)> = events
            .iter()
            .filter(is_fresh)
            .filter_map(|event| Some((Trigger::of(event)?, event.clone())))
            .collect();
        if heard.is_empty() || enabled(kernel).await?.is_empty() {
            return Ok(());
        }
        let (cx, base) = (
            kernel.cx_system("automate.webhooks"),
            kernel.config.base_url.clone(),
        );
        let write = move |tx: &mut Tx<'_>| {
            let mut webhooks = store::list(tx)?;
            webhooks.retain(|webhook| webhook.definition.enabled);
            for (trigger, event) in &heard {
                tell(tx, &cx, &webhooks, *trigger, event, &base)?;
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}

async fn enabled(kernel: &Kernel) -> Result<Vec<Webhook>> {
    let mut webhooks = kernel.db.read(store::list).await?;
    webhooks.retain(|webhook| webhook.definition.enabled);
    Ok(webhooks)
}

fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    webhooks: &[Webhook],
    trigger: Trigger,
    event: &Event,
    base: &str,
) -> Result<()> {
    let wanting: Vec<&Webhook> = webhooks
        .iter()
        .filter(|webhook| webhook.definition.events.contains(&trigger))
        .collect();
    let Some(number) = ticket_of(event).filter(|_| !wanting.is_empty()) else {
        return Ok(());
    };
    let Some(ticket) = ticket(tx, number, base)? else {
        return Ok(());
    };
    let data = json!({
        "event": event.seq, "kind": event.kind, "actor": event.actor, "ticket": ticket, "details": event.data,
    });
    let body = delivering::message(&kind(trigger), scene::happened(event), data);
    for webhook in wanting {
        let delivery = Delivery {
            occasion: format!("event:{}", event.seq),
            ticket: Some(number),
            body: body.clone(),
            ..delivering::fresh(cx, cx.new_id(), webhook.id, kind(trigger))
        };
        delivering::enqueue(tx, cx, webhook, &delivery)?;
    }
    Ok(())
}

/// The ticket as receivers see it. What people wrote in it is read by the interface.
fn ticket(tx: &mut Tx<'_>, number: i64, base: &str) -> Result<Option<Value>> {
    let Some(ticket) = desk::ticket::store::load(tx, number)? else {
        return Ok(None);
    };
    let base = base.trim_end_matches('/');
    Ok(Some(json!({
        "number": ticket.number,
        "url": format!("{base}/tickets/{number}"),
        "title": ticket.title,
        "type": ticket.ticket_type.as_str(),
        "category": ticket.category.as_str(),
        "impact": ticket.impact.as_str(),
        "urgency": ticket.urgency.as_str(),
        "priority": ticket.priority.as_str(),
        "state": ticket.state.as_str(),
        "tier": ticket.tier.level(),
        "team": ticket.team.map(|team| team.to_string()),
        "assignee": ticket.assignee.map(|person| person.to_string()),
        "requester": ticket.requester.to_string(),
        "overdue": ticket.overdue,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
    })))
}
