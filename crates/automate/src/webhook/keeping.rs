//! Adding, changing, and removing webhooks, exchanging their secret, and asking for messages: a test, or one again.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use kernel::outgoing::Target;
use kernel::time::Timestamp;
use serde_json::{Value, json};

use super::{Definition, Delivery, DeliveryId, DeliveryState, Webhook, WebhookId, events, signing, store};
use super::{delivering, turns};
use crate::{WEBHOOKS, events as told};

/// More nobody can oversee.
pub const MOST: i64 = 100;
const NAME_MOST: usize = 80;
const URL_MOST: usize = 2_000;
/// Somebody waits for it: before all that wait by themselves.
const FIRST: Timestamp = Timestamp::from_secs(0);
/// How long the former secret signs beside the new one.
const OVERLAP_SECONDS: i64 = 24 * 3_600;

/// The name under which the event log knows a webhook.
#[must_use]
pub fn subject(id: WebhookId) -> String {
    format!("automate.webhook:{id}")
}

/// All of them.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Webhook>> {
    cx.require(WEBHOOKS)?;
    store::list(tx)
}

/// One.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: WebhookId) -> Result<Webhook> {
    cx.require(WEBHOOKS)?;
    store::load(tx, id)
}

/// Adds one; its secret is made here.
///
/// # Errors
/// The fields that are wrong.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, definition: &Definition) -> Result<Webhook> {
    cx.require(WEBHOOKS)?;
    tx.lock("automate.webhooks", "all")?;
    let known = store::list(tx)?;
    if i64::try_from(known.len()).unwrap_or(MOST) >= MOST {
        return Err(Error::conflict("automate.webhook.too_many").arg("most", MOST));
    }
    let webhook = Webhook {
        id: cx.new_id(),
        version: 1,
        definition: checked(definition, &known, None)?,
        secret: signing::secret(&cx.random_bytes::<32>()),
        former_secret: None,
        failing_since: None,
        switched_off_at: None,
        rests_until: None,
        busy_until: None,
        updated_at: cx.now(),
    };
    store::insert(tx, &webhook)?;
    saved(tx, cx, &webhook)?;
    Ok(webhook)
}

/// Changes one. An editor may name the version it read; when somebody else was faster it is told. One that is switched on without
/// a secret is given one: it has none after reading back an export without secrets, and could never sign a message.
///
/// # Errors
/// The fields that are wrong; 409 when it was changed meanwhile.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: WebhookId,
    definition: &Definition,
    read: Option<i64>,
) -> Result<Webhook> {
    cx.require(WEBHOOKS)?;
    tx.lock("automate.webhooks", "all")?;
    let mut webhook = store::load(tx, id)?;
    if read.is_some_and(|read| read != webhook.version) {
        let name = webhook.definition.name.as_str();
        return Err(Error::conflict("automate.webhook.changed_meanwhile").arg("name", name));
    }
    webhook.definition = checked(definition, &store::list(tx)?, Some(id))?;
    webhook.version += 1;
    webhook.updated_at = cx.now();
    let needs_secret = webhook.definition.enabled && !webhook.has_secret();
    if needs_secret {
        webhook.secret = signing::secret(&cx.random_bytes::<32>());
    }
    // Whoever looks at it gives it a fresh start.
    (
        webhook.failing_since,
        webhook.switched_off_at,
        webhook.rests_until,
    ) = (None, None, None);
    store::update(tx, &webhook)?;
    if webhook.definition.enabled {
        turns::ask(tx, cx, &webhook)?;
    }
    saved(tx, cx, &webhook)?;
    if needs_secret {
        tell_secret(tx, cx, &webhook)?;
    }
    Ok(webhook)
}

/// Removes one. What still waits for it is given up when its turn comes.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, id: WebhookId) -> Result<()> {
    cx.require(WEBHOOKS)?;
    // An attempt that ends at this moment must not write its row, with the secret, over the removed one.
    tx.lock("automate.webhooks", "all")?;
    let webhook = store::load(tx, id)?;
    store::remove(tx, id, cx.now())?;
    tell(
        tx,
        cx,
        id,
        told::WEBHOOK_REMOVED,
        json!({ "name": webhook.definition.name }),
    )
}

/// A new secret; the former one signs beside it for a day, so that the receiver can be changed without losing a message.
pub fn exchange_secret(tx: &mut Tx<'_>, cx: &Cx, id: WebhookId) -> Result<Webhook> {
    cx.require(WEBHOOKS)?;
    tx.lock("automate.webhooks", "all")?;
    let mut webhook = store::load(tx, id)?;
    let fresh = signing::secret(&cx.random_bytes::<32>());
    let had_secret = webhook.has_secret();
    let former = std::mem::replace(&mut webhook.secret, fresh);
    webhook.former_secret = had_secret.then(|| (former, cx.now().add_secs(OVERLAP_SECONDS)));
    webhook.version += 1;
    webhook.updated_at = cx.now();
    store::update(tx, &webhook)?;
    tell_secret(tx, cx, &webhook)?;
    Ok(webhook)
}

/// Sends a message that tells of nothing.
pub fn test(tx: &mut Tx<'_>, cx: &Cx, id: WebhookId) -> Result<DeliveryId> {
    cx.require(WEBHOOKS)?;
    let webhook = awake(tx, id)?;
    let fresh: DeliveryId = cx.new_id();
    let delivery = Delivery {
        occasion: format!("test:{fresh}"),
        body: delivering::message(
            super::TEST,
            cx.now(),
            json!({ "webhook": webhook.definition.name }),
        ),
        due_at: FIRST,
        ..delivering::fresh(cx, fresh, id, super::TEST.to_owned())
    };
    delivering::enqueue(tx, cx, &webhook, &delivery)?;
    Ok(fresh)
}

/// Messages to a webhook, newest first.
pub fn deliveries(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: WebhookId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    cx.require(WEBHOOKS)?;
    store::load(tx, id)?;
    store::deliveries(tx, id, before, limit)
}

/// One message to a webhook.
pub fn delivery(tx: &mut Tx<'_>, cx: &Cx, webhook: WebhookId, id: DeliveryId) -> Result<Delivery> {
    cx.require(WEBHOOKS)?;
    store::find_delivery(tx, id)?
        .filter(|delivery| delivery.webhook == webhook)
        .ok_or_else(Error::not_found)
}

/// Sends a message again that was settled; it keeps its id, by which a receiver knows it has seen it.
pub fn again(tx: &mut Tx<'_>, cx: &Cx, webhook: WebhookId, id: DeliveryId) -> Result<()> {
    let mut delivery = delivery(tx, cx, webhook, id)?;
    let webhook = awake(tx, webhook)?;
    if delivery.state == DeliveryState::Waiting {
        return Err(Error::conflict("automate.webhook.still_waiting"));
    }
    delivery.state = DeliveryState::Waiting;
    (delivery.tries, delivery.asked_at, delivery.due_at) = (0, cx.now(), FIRST);
    store::update_delivery(tx, &delivery)?;
    turns::ask(tx, cx, &webhook)
}

/// A webhook that somebody wants to send to now: it must be on, and its rest is over.
fn awake(tx: &mut Tx<'_>, id: WebhookId) -> Result<Webhook> {
    tx.lock("automate.webhooks", "all")?;
    let mut webhook = store::load(tx, id)?;
    if !webhook.definition.enabled {
        return Err(Error::conflict("automate.webhook.is_off"));
    }
    if webhook.rests_until.take().is_some() {
        store::update(tx, &webhook)?;
    }
    Ok(webhook)
}

fn checked(definition: &Definition, known: &[Webhook], own: Option<WebhookId>) -> Result<Definition> {
    let mut errors = Errors::new();
    let name = definition.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MOST {
        let most = vec![("most".to_owned(), NAME_MOST.into())];
        errors.push_with("name", "automate.webhook.name_length", most);
    }
    let is_taken = |other: &Webhook| other.definition.name == name && Some(other.id) != own;
    if known.iter().any(is_taken) {
        let taken = vec![("name".to_owned(), name.into())];
        errors.push_with("name", "automate.webhook.name_taken", taken);
    }
    let url = definition.url.trim();
    if url.len() > URL_MOST || Target::read(url).is_err() {
        errors.push("url", "automate.webhook.url_malformed");
    }
    let mut wanted: Vec<_> = events().filter(|one| definition.events.contains(one)).collect();
    wanted.dedup();
    if wanted.is_empty() {
        errors.push("events", "automate.webhook.no_events");
    }
    errors.finish()?;
    Ok(Definition {
        name: name.to_owned(),
        url: url.to_owned(),
        events: wanted,
        enabled: definition.enabled,
    })
}

/// The log says that it was changed and how, not where it leads: an address may hold a key.
fn saved(tx: &mut Tx<'_>, cx: &Cx, webhook: &Webhook) -> Result<()> {
    let definition = &webhook.definition;
    let data = json!({
        "version": webhook.version, "name": definition.name, "enabled": definition.enabled, "events": definition.events,
        "host": Target::read(&definition.url).ok().map(|target| target.host().to_owned()),
    });
    tell(tx, cx, webhook.id, told::WEBHOOK_SAVED, data)
}

fn tell_secret(tx: &mut Tx<'_>, cx: &Cx, webhook: &Webhook) -> Result<()> {
    let data = json!({ "version": webhook.version });
    tell(tx, cx, webhook.id, told::WEBHOOK_SECRET_CHANGED, data)
}

/// Writes an event about a webhook.
pub(super) fn tell(tx: &mut Tx<'_>, cx: &Cx, id: WebhookId, kind: &'static str, data: Value) -> Result<()> {
    let new = New {
        kind,
        subject: subject(id),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
