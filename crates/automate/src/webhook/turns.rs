//! Which message is sent when: one job per webhook sends its messages one after the other.
//!
//! An answer that is no yes puts off the message it was given to; no answer at all puts off the webhook with everything that waits
//! for it. So a receiver that does not answer costs one attempt and then rests, and however many do not, only a few jobs wait for
//! them ([`kernel::outgoing::Outgoing::place`]); the rest of the workers are the house's. A job asks for its next turn itself and
//! never fails because of a receiver.
//!
//! While a job sends, its webhook is busy, so that no second one, on whichever node, sends the same. That ends by itself when the
//! node died.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{self, Job, JobHandler};
use kernel::time::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{Delivery, DeliveryId, Webhook, WebhookId, delivering, store};

const KIND: &str = "automate.deliver";
/// Messages of one turn; then the others come.
const MOST: usize = 50;
/// After so long a turn begins no further message.
const LONGEST_SECONDS: i64 = 30;
/// Longer than a turn and the last message of it can take.
const BUSY_SECONDS: i64 = 60;
/// Until a job looks again that found no place, or its webhook busy.
const MOMENT_SECONDS: i64 = 5;
/// Messages given up at once.
const PIECE: i64 = 1_000;

/// Sends what is due to a webhook.
pub const HANDLER: JobHandler = JobHandler {
    kind: KIND,
    run: handle,
};

/// To which webhook. Orders of the first version named a message.
#[derive(Deserialize)]
struct Order {
    webhook: Option<WebhookId>,
    delivery: Option<DeliveryId>,
}

/// Has a webhook sent what waits for it, when its rest is over.
pub(super) fn ask(tx: &mut Tx<'_>, cx: &Cx, webhook: &Webhook) -> Result<()> {
    ask_at(
        tx,
        cx,
        webhook.id,
        webhook.rests_until.unwrap_or_else(|| cx.now()),
    )
}

fn ask_at(tx: &mut Tx<'_>, cx: &Cx, id: WebhookId, at: Timestamp) -> Result<()> {
    let new = job::New::now(KIND, json!({ "webhook": id }))
        .at(at.max(cx.now()))
        .key(format!("webhook:{id}"))
        // It ends when nothing waits any more.
        .max_attempts(i64::MAX);
    job::enqueue(tx, cx, new).map(drop)
}

fn handle(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let order: Order = job.data_as()?;
        let Some(id) = kernel.db.read(move |tx| receiver(tx, &order)).await? else {
            return Ok(());
        };
        match kernel.outgoing.place() {
            Some(_place) => turn(&kernel, id).await,
            None => {
                let cx = kernel.cx_system("automate.webhooks");
                let later = move |tx: &mut Tx<'_>| ask_at(tx, &cx, id, cx.now().add_secs(MOMENT_SECONDS));
                kernel.db.write(later).await
            }
        }
    })
}

fn receiver(tx: &mut Tx<'_>, order: &Order) -> Result<Option<WebhookId>> {
    match (order.webhook, order.delivery) {
        (Some(webhook), _) => Ok(Some(webhook)),
        (None, Some(delivery)) => Ok(store::find_delivery(tx, delivery)?.map(|delivery| delivery.webhook)),
        (None, None) => Ok(None),
    }
}

/// Sends one message after the other, as long as some are due and the turn lasts.
async fn turn(kernel: &Kernel, id: WebhookId) -> Result<()> {
    let ends = kernel.clock.now().add_secs(LONGEST_SECONDS);
    let cx = kernel.cx_system("automate.webhooks");
    let mut next = kernel.db.write(move |tx| begin(tx, &cx, id)).await?;
    let mut sent = 0;
    while let Some((webhook, delivery)) = next {
        let attempt = delivering::send(kernel, &webhook, &delivery).await?;
        sent += 1;
        let goes_on = sent < MOST && kernel.clock.now() < ends && !kernel.stop.is_stopped();
        let (cx, base) = (
            kernel.cx_system("automate.webhooks"),
            kernel.config.base_url.clone(),
        );
        let settle = move |tx: &mut Tx<'_>| {
            let webhook = delivering::settle(tx, &cx, &delivery, &attempt, &base)?;
            match webhook.filter(|webhook| webhook.definition.enabled) {
                Some(webhook) => step(tx, &cx, webhook, goes_on),
                None => {
                    store::set_busy(tx, id, None)?;
                    give_up(tx, &cx, id)
                }
            }
        };
        next = kernel.db.write(settle).await?;
    }
    Ok(())
}

/// The first message of a turn; none when it is not this job's turn, and then a job comes back.
fn begin(tx: &mut Tx<'_>, cx: &Cx, id: WebhookId) -> Result<Option<(Webhook, Delivery)>> {
    tx.lock("automate.webhooks", "all")?;
    let Some(webhook) = store::find(tx, id)?.filter(|webhook| webhook.definition.enabled) else {
        return give_up(tx, cx, id);
    };
    let is_busy = webhook.busy_until.is_some_and(|until| until > cx.now());
    if is_busy {
        ask_at(tx, cx, id, cx.now().add_secs(MOMENT_SECONDS))?;
        return Ok(None);
    }
    step(tx, cx, webhook, true)
}

/// Removed or off: what waits is given up without an attempt.
fn give_up(tx: &mut Tx<'_>, cx: &Cx, id: WebhookId) -> Result<Option<(Webhook, Delivery)>> {
    let given_up = store::give_up(tx, id, PIECE)?;
    if i64::try_from(given_up).unwrap_or(PIECE) >= PIECE {
        ask_at(tx, cx, id, cx.now())?;
    }
    Ok(None)
}

/// The next message, or the end of the turn and when the next one begins.
fn step(tx: &mut Tx<'_>, cx: &Cx, webhook: Webhook, goes_on: bool) -> Result<Option<(Webhook, Delivery)>> {
    let Some(first) = store::next_waiting(tx, webhook.id)? else {
        store::set_busy(tx, webhook.id, None)?;
        return Ok(None);
    };
    let due = webhook
        .rests_until
        .map_or(first.due_at, |rest| rest.max(first.due_at));
    if goes_on && due <= cx.now() {
        store::set_busy(tx, webhook.id, Some(cx.now().add_secs(BUSY_SECONDS)))?;
        return Ok(Some((webhook, first)));
    }
    store::set_busy(tx, webhook.id, None)?;
    ask_at(tx, cx, webhook.id, due)?;
    Ok(None)
}
