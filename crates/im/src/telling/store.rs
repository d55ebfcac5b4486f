//! Every SQL statement about messages, and who is to be told.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Delivery, DeliveryId, DeliveryState};
use crate::channel::{ChannelId, known};
use crate::service::Kind;

const SELECT: &str =
    "SELECT id, channel, external, occasion, kind, ticket, body, state, attempts, status, answer, created_at,
                      last_at, due_at FROM im_delivery";

fn delivery(row: &Row<'_>) -> Result<Delivery> {
    let (state, body): (String, serde_json::Value) = (row.get("state")?, row.get("body")?);
    Ok(Delivery {
        id: row.get("id")?,
        channel: row.get("channel")?,
        external: row.get("external")?,
        occasion: row.get("occasion")?,
        kind: row.get("kind")?,
        ticket: row.get("ticket")?,
        told: serde_json::from_value(body)?,
        state: DeliveryState::known(&state)
            .ok_or_else(|| Error::internal(format!("unknown state {state:?}")))?,
        attempts: row.get("attempts")?,
        status: row.get("status")?,
        answer: row.get("answer")?,
        created_at: row.get("created_at")?,
        last_at: row.get("last_at")?,
        due_at: row.get("due_at")?,
    })
}

/// Writes a message down; false when this occasion was told already.
pub fn insert(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<bool> {
    let written = tx.execute(
        "INSERT INTO im_delivery (id, channel, external, occasion, kind, ticket, body, state, attempts, created_at,
             due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (channel, external, occasion) DO NOTHING",
        params![
            delivery.id,
            delivery.channel,
            &delivery.external,
            &delivery.occasion,
            &delivery.kind,
            delivery.ticket,
            serde_json::to_string(&delivery.told)?,
            delivery.state.as_str(),
            delivery.attempts,
            delivery.created_at,
            delivery.due_at
        ],
    )?;
    Ok(written > 0)
}

/// The waiting message that comes first.
pub fn next_waiting(tx: &mut Tx<'_>, channel: ChannelId) -> Result<Option<Delivery>> {
    tx.query_opt(
        &format!("{SELECT} WHERE channel = $1 AND state = 'waiting' ORDER BY due_at, id LIMIT 1"),
        params![channel],
        delivery,
    )
}

/// Gives up what waits for a channel, a piece of it; gives back how many.
pub fn give_up(tx: &mut Tx<'_>, channel: ChannelId, piece: i64) -> Result<u64> {
    tx.execute(
        "UPDATE im_delivery SET state = 'given_up' WHERE id IN (
             SELECT id FROM im_delivery WHERE channel = $1 AND state = 'waiting' ORDER BY due_at, id LIMIT $2)",
        params![channel, piece],
    )
}

/// Gives up what was written down before this instant, a piece of it; one that was never tried says why no other was answered.
pub fn give_up_before(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    before: Timestamp,
    why: &str,
    piece: i64,
) -> Result<u64> {
    tx.execute(
        "UPDATE im_delivery SET state = 'given_up', answer = COALESCE(answer, $3) WHERE id IN (
             SELECT id FROM im_delivery WHERE channel = $1 AND state = 'waiting' AND created_at <= $2
             ORDER BY due_at, id LIMIT $4)",
        params![channel, before, why, piece],
    )
}

/// Writes how it stands with a message.
pub fn update(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<()> {
    tx.execute(
        "UPDATE im_delivery SET state = $2, attempts = $3, status = $4, answer = $5, last_at = $6, due_at = $7 WHERE id = $1",
        params![
            delivery.id,
            delivery.state.as_str(),
            delivery.attempts,
            delivery.status,
            delivery.answer.as_deref(),
            delivery.last_at,
            delivery.due_at
        ],
    )?;
    Ok(())
}

/// Messages by a channel, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    match before {
        Some(before) => tx.query(
            &format!("{SELECT} WHERE channel = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
            params![channel, before, limit],
            delivery,
        ),
        None => tx.query(
            &format!("{SELECT} WHERE channel = $1 ORDER BY id DESC LIMIT $2"),
            params![channel, limit],
            delivery,
        ),
    }
}

/// Forgets messages of before this instant, however it stands with them, a piece of them; gives back how many.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp, piece: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM im_delivery WHERE id IN (
             SELECT id FROM im_delivery WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
        params![before, piece],
    )
}

/// Where a person wants to be told.
pub struct Way {
    /// By which channel.
    pub channel: ChannelId,
    /// Whose.
    pub service: Kind,
    /// As the service knows them.
    pub external: String,
    /// The language for people who chose none.
    pub locale: String,
}

/// Where a person wants to be told: by channels that are on.
pub fn ways_to(tx: &mut Tx<'_>, person: UserId) -> Result<Vec<Way>> {
    tx.query(
        "SELECT p.channel AS channel, p.external AS external, c.locale AS locale, c.service AS service FROM im_person p
         JOIN im_channel c ON c.id = p.channel
         WHERE p.person = $1 AND p.told AND c.enabled AND c.removed_at IS NULL ORDER BY p.channel LIMIT 50",
        params![person],
        |row| {
            Ok(Way {
                channel: row.get("channel")?,
                service: known(&row.get::<String>("service")?)?,
                external: row.get("external")?,
                locale: row.get("locale")?,
            })
        },
    )
}
