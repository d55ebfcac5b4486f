//! Every SQL statement about webhooks and their messages.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

use super::{Definition, Delivery, DeliveryId, DeliveryState, Webhook, WebhookId};

const SELECT: &str = "SELECT id, name, url, events, enabled, secret, former_secret, former_until, failing_since, switched_off_at,
                      rests_until, busy_until, version, updated_at FROM automate_webhook WHERE removed_at IS NULL";

fn webhook(row: &Row<'_>) -> Result<Webhook> {
    let (former, until): (Option<String>, Option<Timestamp>) =
        (row.get("former_secret")?, row.get("former_until")?);
    let events: serde_json::Value = row.get("events")?;
    Ok(Webhook {
        id: row.get("id")?,
        version: row.get("version")?,
        definition: Definition {
            name: row.get("name")?,
            url: row.get("url")?,
            events: serde_json::from_value(events)?,
            enabled: row.get("enabled")?,
        },
        secret: row.get("secret")?,
        former_secret: former.zip(until),
        failing_since: row.get("failing_since")?,
        switched_off_at: row.get("switched_off_at")?,
        rests_until: row.get("rests_until")?,
        busy_until: row.get("busy_until")?,
        updated_at: row.get("updated_at")?,
    })
}

/// All of them, by name; there are never more than [`super::keeping::MOST`].
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Webhook>> {
    tx.query(
        &format!("{SELECT} ORDER BY name, id LIMIT $1"),
        params![super::keeping::MOST],
        webhook,
    )
}

/// One, unless it was removed.
pub fn find(tx: &mut Tx<'_>, id: WebhookId) -> Result<Option<Webhook>> {
    tx.query_opt(&format!("{SELECT} AND id = $1"), params![id], webhook)
}

/// One that must be there.
pub fn load(tx: &mut Tx<'_>, id: WebhookId) -> Result<Webhook> {
    find(tx, id)?.ok_or_else(Error::not_found)
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, webhook: &Webhook) -> Result<()> {
    let definition = &webhook.definition;
    tx.execute(
        "INSERT INTO automate_webhook (id, name, url, events, enabled, secret, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            webhook.id,
            &definition.name,
            &definition.url,
            serde_json::to_string(&definition.events)?,
            definition.enabled,
            &webhook.secret,
            webhook.version,
            webhook.updated_at
        ],
    )?;
    Ok(())
}

/// Writes one that was changed; one that was removed meanwhile stays as it is, without its secret.
pub fn update(tx: &mut Tx<'_>, webhook: &Webhook) -> Result<()> {
    let definition = &webhook.definition;
    let (former, until) = match &webhook.former_secret {
        Some((secret, until)) => (Some(secret.as_str()), Some(*until)),
        None => (None, None),
    };
    tx.execute(
        "UPDATE automate_webhook SET name = $2, url = $3, events = $4, enabled = $5, secret = $6, former_secret = $7,
             former_until = $8, failing_since = $9, switched_off_at = $10, version = $11, updated_at = $12, rests_until = $13
         WHERE id = $1 AND removed_at IS NULL",
        params![
            webhook.id,
            &definition.name,
            &definition.url,
            serde_json::to_string(&definition.events)?,
            definition.enabled,
            &webhook.secret,
            former,
            until,
            webhook.failing_since,
            webhook.switched_off_at,
            webhook.version,
            webhook.updated_at,
            webhook.rests_until
        ],
    )?;
    Ok(())
}

/// Says until when a job sends to it.
pub fn set_busy(tx: &mut Tx<'_>, id: WebhookId, until: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE automate_webhook SET busy_until = $2 WHERE id = $1",
        params![id, until],
    )?;
    Ok(())
}

/// Takes one out of all lists; its secret goes with it.
pub fn remove(tx: &mut Tx<'_>, id: WebhookId, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE automate_webhook SET removed_at = $2, enabled = $3, secret = '', former_secret = NULL WHERE id = $1",
        params![id, at, false],
    )?;
    Ok(())
}

const SELECT_DELIVERY: &str =
    "SELECT id, webhook, occasion, kind, ticket, body, state, attempts, tries, asked_at, due_at, status, answer,
                               created_at, last_at FROM automate_delivery";

fn delivery(row: &Row<'_>) -> Result<Delivery> {
    let state: String = row.get("state")?;
    Ok(Delivery {
        id: row.get("id")?,
        webhook: row.get("webhook")?,
        occasion: row.get("occasion")?,
        kind: row.get("kind")?,
        ticket: row.get("ticket")?,
        body: row.get("body")?,
        state: DeliveryState::known(&state)
            .ok_or_else(|| Error::internal(format!("unknown state {state:?}")))?,
        attempts: row.get("attempts")?,
        tries: row.get("tries")?,
        asked_at: row.get("asked_at")?,
        due_at: row.get("due_at")?,
        status: row.get("status")?,
        answer: row.get("answer")?,
        created_at: row.get("created_at")?,
        last_at: row.get("last_at")?,
    })
}

/// Writes a message down; false when this occasion was told already.
pub fn insert_delivery(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<bool> {
    let written = tx.execute(
        "INSERT INTO automate_delivery (id, webhook, occasion, kind, ticket, body, state, attempts, created_at, tries, asked_at,
             due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (webhook, occasion) DO NOTHING",
        params![
            delivery.id,
            delivery.webhook,
            &delivery.occasion,
            &delivery.kind,
            delivery.ticket,
            &delivery.body,
            delivery.state.as_str(),
            delivery.attempts,
            delivery.created_at,
            delivery.tries,
            delivery.asked_at,
            delivery.due_at
        ],
    )?;
    Ok(written > 0)
}

/// A message.
pub fn find_delivery(tx: &mut Tx<'_>, id: DeliveryId) -> Result<Option<Delivery>> {
    tx.query_opt(&format!("{SELECT_DELIVERY} WHERE id = $1"), params![id], delivery)
}

/// Writes how it stands with a message.
pub fn update_delivery(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<()> {
    tx.execute(
        "UPDATE automate_delivery SET state = $2, attempts = $3, status = $4, answer = $5, last_at = $6, tries = $7,
             asked_at = $8, due_at = $9 WHERE id = $1",
        params![
            delivery.id,
            delivery.state.as_str(),
            delivery.attempts,
            delivery.status,
            delivery.answer.as_deref(),
            delivery.last_at,
            delivery.tries,
            delivery.asked_at,
            delivery.due_at
        ],
    )?;
    Ok(())
}

/// Messages to a webhook, newest first.
pub fn deliveries(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    match before {
        Some(before) => tx.query(
            &format!("{SELECT_DELIVERY} WHERE webhook = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
            params![webhook, before, limit],
            delivery,
        ),
        None => tx.query(
            &format!("{SELECT_DELIVERY} WHERE webhook = $1 ORDER BY id DESC LIMIT $2"),
            params![webhook, limit],
            delivery,
        ),
    }
}

/// The waiting message that comes first.
pub fn next_waiting(tx: &mut Tx<'_>, webhook: WebhookId) -> Result<Option<Delivery>> {
    tx.query_opt(
        &format!("{SELECT_DELIVERY} WHERE webhook = $1 AND state = 'waiting' ORDER BY due_at, id LIMIT 1"),
        params![webhook],
        delivery,
    )
}

/// Gives up what waits for a webhook, a piece of it; gives back how many.
pub fn give_up(tx: &mut Tx<'_>, webhook: WebhookId, piece: i64) -> Result<u64> {
    tx.execute(
        "UPDATE automate_delivery SET state = 'given_up' WHERE id IN (
             SELECT id FROM automate_delivery WHERE webhook = $1 AND state = 'waiting' ORDER BY due_at, id LIMIT $2)",
        params![webhook, piece],
    )
}

/// Gives up what was asked for before this instant, a piece of it; one that was never tried says why no other was answered.
pub fn give_up_before(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    before: Timestamp,
    why: &str,
    piece: i64,
) -> Result<u64> {
    tx.execute(
        "UPDATE automate_delivery SET state = 'given_up', answer = COALESCE(answer, $3) WHERE id IN (
             SELECT id FROM automate_delivery WHERE webhook = $1 AND state = 'waiting' AND asked_at <= $2
             ORDER BY due_at, id LIMIT $4)",
        params![webhook, before, why, piece],
    )
}

/// Forgets messages that were settled before this instant, a piece of them; gives back how many.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp, piece: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM automate_delivery WHERE id IN (
             SELECT id FROM automate_delivery WHERE created_at < $1 AND state <> 'waiting' ORDER BY created_at LIMIT $2)",
        params![before, piece],
    )
}
