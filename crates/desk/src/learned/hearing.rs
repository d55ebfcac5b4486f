//! Who hears of tickets: a new one is looked at, and what people set afterwards is held against what was proposed.
//!
//! It reads behind the log, so opening a ticket never waits for it. Models are read and asked while reading, where they
//! hold up nobody; a write follows only when there is something to keep.

use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::{Kind, Result};
use kernel::event::{Event, Subscriber};

use super::{Field, Thresholds, proposing, store, thresholds};
use crate::events;

/// Hears of new tickets and of what people change.
pub fn subscriber() -> Subscriber {
    Subscriber::cluster("desk.learned", hear).from_now()
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system("desk.learned");
        for event in events {
            let Some(number) = event
                .subject
                .strip_prefix("ticket:")
                .and_then(|text| text.parse().ok())
            else {
                continue;
            };
            match event.kind.as_str() {
                events::TICKET_OPENED => arrived(&kernel.db, &cx, &kernel.node, number).await?,
                events::TICKET_CHANGED | events::TICKET_ASSIGNED if event.actor.starts_with("user:") => {
                    changed(&kernel.db, &cx, number, set_in(event)).await?;
                }
                _ => {}
            }
        }
        Ok(())
    })
}

/// The learned fields that an event gave another value.
fn set_in(event: &Event) -> Vec<Field> {
    let after = &event.data["after"];
    let fields = Field::ALL.iter().copied();
    fields
        .filter(|field| after.get(field.as_str()).is_some())
        .collect()
}

/// Looks at a ticket that came in.
pub async fn arrived(db: &Db, cx: &Cx, node: &Arc<str>, number: i64) -> Result<()> {
    look_at(db, cx, node, number, thresholds).await
}

/// Looks at a ticket; above which confidence a proposal is applied is `applied_from`'s to say.
async fn look_at(
    db: &Db,
    cx: &Cx,
    node: &Arc<str>,
    number: i64,
    applied_from: fn(&mut Tx<'_>) -> Result<Thresholds>,
) -> Result<()> {
    let (node, now) = (Arc::clone(node), cx.now());
    let (proposals, thresholds) = db
        .read(move |tx| {
            let proposals = proposing::prepare(tx, &node, number, now)?;
            if proposals.is_empty() {
                return Ok((proposals, Thresholds::new()));
            }
            Ok((proposals, applied_from(tx)?))
        })
        .await?;
    kept(db, cx, number, proposals, thresholds).await
}

/// Keeps what was proposed for a ticket.
pub(crate) async fn kept(
    db: &Db,
    cx: &Cx,
    number: i64,
    proposals: Vec<proposing::Proposed>,
    thresholds: Thresholds,
) -> Result<()> {
    if proposals.is_empty() {
        return Ok(());
    }
    let (proposed, system) = (proposals.clone(), cx.clone());
    let kept = db
        .write(move |tx| proposing::keep(tx, &system, number, &proposed, &thresholds))
        .await;
    match kept {
        Err(error) if !matches!(error.kind(), Kind::Internal | Kind::Unavailable) => {
            // What the desk refuses to have applied is only proposed; hearing must not stop at one ticket.
            tracing::warn!(number, %error, "a proposal could not be applied");
            let cx = cx.clone();
            db.write(move |tx| proposing::keep(tx, &cx, number, &proposals, &Thresholds::new()))
                .await
        }
        other => other,
    }
}

/// A person has set fields of a ticket.
async fn changed(db: &Db, cx: &Cx, number: i64, fields: Vec<Field>) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    let touched = fields.clone();
    let outcomes = db
        .read(move |tx| proposing::outcomes(tx, number, &touched))
        .await?;
    if outcomes.is_empty() {
        return Ok(());
    }
    let cx = cx.clone();
    db.write(move |tx| proposing::settle(tx, &cx, number, &fields))
        .await
}

/// So many of the latest open tickets are looked at once there are models for the first time.
const OPEN_AT_MOST: i64 = 500;

/// Looks at the tickets that were open before anything was learned. On them people have worked, so that a value which is
/// that of an empty form may be what somebody wanted: all is only proposed.
pub async fn look_at_open(db: &Db, cx: &Cx, node: &Arc<str>) -> Result<()> {
    for number in db.read(|tx| store::latest_open(tx, OPEN_AT_MOST)).await? {
        look_at(db, cx, node, number, |_| Ok(Thresholds::new())).await?;
    }
    Ok(())
}
