//! Sends messages, and tries again with growing pauses for about a day. A webhook that has answered nothing for days, or says
//! that it is gone (410), is switched off, and those who manage webhooks are told.

use bytes::Bytes;
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::job::{self, Every, Job, JobHandler, Schedule};
use kernel::outgoing::{Answer, Failure, Target};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Delivery, DeliveryId, DeliveryState, Webhook, WebhookId, keeping, signing, store};
use crate::{events, telling};

const KIND: &str = "automate.deliver";
const FORGET: &str = "automate.forget_deliveries";
/// With the pauses of jobs (ten seconds, doubling up to an hour) this takes about a day.
const ATTEMPTS: i64 = 34;
/// Failing without a break for so long, a webhook is switched off.
const PATIENCE_SECONDS: i64 = 5 * 86_400;
/// Settled messages are kept for so long.
const KEPT_SECONDS: i64 = 30 * 86_400;
/// Letters of an answer that are kept.
const ANSWER_MOST: usize = 500;
/// Messages forgotten by one job.
const PIECE: i64 = 1_000;
const GONE: u16 = 410;

/// Sends one message.
pub const HANDLER: JobHandler = JobHandler {
    kind: KIND,
    run: handle,
};

/// Forgets old ones.
pub const FORGETTING: JobHandler = JobHandler {
    kind: FORGET,
    run: forget,
};

/// Every day.
pub const SCHEDULE: Schedule = Schedule {
    name: FORGET,
    every: Every::Seconds(86_400),
    job: FORGET,
};

#[derive(Serialize, Deserialize)]
struct Order {
    delivery: DeliveryId,
}

/// A message that nobody was sent yet.
pub(super) fn fresh(cx: &Cx, id: DeliveryId, webhook: WebhookId, kind: String) -> Delivery {
    Delivery {
        id,
        webhook,
        occasion: String::new(),
        kind,
        ticket: None,
        body: String::new(),
        state: DeliveryState::Waiting,
        attempts: 0,
        status: None,
        answer: None,
        created_at: cx.now(),
        last_at: None,
    }
}

/// The body: `type`, `timestamp`, `data`.
pub(super) fn message(kind: &str, at: Timestamp, data: Value) -> String {
    json!({ "type": kind, "timestamp": at, "data": data }).to_string()
}

/// Writes a message down and has it sent, unless its occasion was told already.
pub(super) fn enqueue(tx: &mut Tx<'_>, cx: &Cx, delivery: &Delivery) -> Result<()> {
    if store::insert_delivery(tx, delivery)? {
        ask(tx, cx, delivery)?;
    }
    Ok(())
}

/// Has a message sent.
pub(super) fn ask(tx: &mut Tx<'_>, cx: &Cx, delivery: &Delivery) -> Result<()> {
    let order = serde_json::to_value(Order {
        delivery: delivery.id,
    })?;
    job::enqueue(tx, cx, job::New::now(KIND, order).max_attempts(ATTEMPTS)).map(drop)
}

/// What became of an attempt.
#[derive(Debug)]
struct Attempt {
    status: Option<u16>,
    answer: String,
}

impl Attempt {
    fn of(outcome: std::result::Result<Answer, Failure>) -> Self {
        match outcome {
            Ok(answer) => Self {
                status: Some(answer.status),
                answer: answer.body.chars().take(ANSWER_MOST).collect(),
            },
            Err(failure) => Self {
                status: None,
                answer: failure.text_key().to_owned(),
            },
        }
    }

    fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

fn handle(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let order: Order = job.data_as()?;
        let found = kernel.db.read(move |tx| waiting(tx, order.delivery)).await?;
        let Some((webhook, delivery)) = found else {
            return Ok(());
        };
        let Some(webhook) = webhook.filter(|webhook| webhook.definition.enabled) else {
            // Removed or off: given up without an attempt.
            return settle(&kernel, order.delivery, None, true).await.map(drop);
        };
        let attempt = Attempt::of(send(&kernel, &webhook, &delivery).await?);
        let is_last = job.is_last_attempt();
        let is_taken = attempt.is_taken();
        let is_settled = settle(&kernel, order.delivery, Some(attempt), is_last).await?;
        if is_taken || is_settled {
            return Ok(());
        }
        // An error is how a job asks for its next attempt.
        Err(Error::unavailable("automate.webhook.not_taken").arg("name", webhook.definition.name))
    })
}

/// A message that is still to be sent, and to whom; nobody when that was removed.
fn waiting(tx: &mut Tx<'_>, id: DeliveryId) -> Result<Option<(Option<Webhook>, Delivery)>> {
    let Some(delivery) = store::find_delivery(tx, id)?.filter(|one| one.state == DeliveryState::Waiting)
    else {
        return Ok(None);
    };
    Ok(Some((store::find(tx, delivery.webhook)?, delivery)))
}

async fn send(
    kernel: &Kernel,
    webhook: &Webhook,
    delivery: &Delivery,
) -> Result<std::result::Result<Answer, Failure>> {
    let (id, now) = (format!("msg_{}", delivery.id), kernel.clock.now());
    let mut secrets = vec![webhook.secret.as_str()];
    if let Some((former, until)) = &webhook.former_secret
        && now < *until
    {
        secrets.push(former);
    }
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.clone()),
        ("webhook-timestamp", signing::seconds(now).to_string()),
        (
            "webhook-signature",
            signing::signatures(&secrets, &id, now, &delivery.body)?,
        ),
    ];
    let target = match Target::read(&webhook.definition.url) {
        Ok(target) => target,
        Err(failure) => return Ok(Err(failure)),
    };
    Ok(kernel
        .outgoing
        .post(&target, &headers, Bytes::from(delivery.body.clone()))
        .await)
}

/// Writes down how an attempt went; true when the message is not to be tried again.
async fn settle(kernel: &Kernel, id: DeliveryId, attempt: Option<Attempt>, is_last: bool) -> Result<bool> {
    let (cx, base) = (
        kernel.cx_system("automate.webhooks"),
        kernel.config.base_url.clone(),
    );
    let write = move |tx: &mut Tx<'_>| {
        let Some(mut delivery) = store::find_delivery(tx, id)? else {
            return Ok(true);
        };
        let Some(attempt) = &attempt else {
            delivery.state = DeliveryState::GivenUp;
            store::update_delivery(tx, &delivery)?;
            return Ok(true);
        };
        let is_gone = attempt.status == Some(GONE);
        delivery.attempts += 1;
        delivery.last_at = Some(cx.now());
        delivery.status = attempt.status.map(i64::from);
        delivery.answer = Some(attempt.answer.clone());
        delivery.state = match (attempt.is_taken(), is_last || is_gone) {
            (true, _) => DeliveryState::Delivered,
            (false, true) => DeliveryState::GivenUp,
            (false, false) => DeliveryState::Waiting,
        };
        store::update_delivery(tx, &delivery)?;
        reckon(tx, &cx, &delivery, attempt.is_taken(), is_gone, &base)?;
        Ok(delivery.state != DeliveryState::Waiting)
    };
    kernel.db.write(write).await
}

/// What an attempt says of its webhook.
fn reckon(
    tx: &mut Tx<'_>,
    cx: &Cx,
    delivery: &Delivery,
    is_taken: bool,
    is_gone: bool,
    base: &str,
) -> Result<()> {
    tx.lock("automate.webhooks", "all")?;
    let Some(mut webhook) = store::find(tx, delivery.webhook)? else {
        return Ok(());
    };
    if is_taken {
        if webhook.failing_since.take().is_some() {
            store::update(tx, &webhook)?;
        }
        return Ok(());
    }
    let since = *webhook.failing_since.get_or_insert(cx.now());
    let is_hopeless = is_gone || cx.now() >= since.add_secs(PATIENCE_SECONDS);
    if is_hopeless && webhook.definition.enabled {
        webhook.definition.enabled = false;
        webhook.switched_off_at = Some(cx.now());
        keeping::tell(
            tx,
            cx,
            webhook.id,
            events::WEBHOOK_SWITCHED_OFF,
            json!({ "status": delivery.status }),
        )?;
        tell_managers(tx, cx, &webhook, delivery, base)?;
    }
    store::update(tx, &webhook)
}

fn tell_managers(tx: &mut Tx<'_>, cx: &Cx, webhook: &Webhook, delivery: &Delivery, base: &str) -> Result<()> {
    let name = webhook.definition.name.clone();
    let link = format!("{}/settings/webhooks/{}", base.trim_end_matches('/'), webhook.id);
    let words = telling::Words {
        subject: "automate-webhook-off-subject",
        text: "automate-webhook-off-text",
        about: keeping::subject(webhook.id),
        key: format!("automate.webhook_off:{}", delivery.id),
    };
    telling::managers(tx, cx, &["admin"], &words, |locale| {
        vec![
            ("name", name.clone()),
            ("reason", reason(locale, delivery)),
            ("link", link.clone()),
        ]
    })
}

/// How the last attempt went, in words.
#[must_use]
pub fn reason(locale: Locale, delivery: &Delivery) -> String {
    match (delivery.status, &delivery.answer) {
        (Some(status), _) => status.to_string(),
        (None, Some(key)) => locale.t(key),
        (None, None) => String::new(),
    }
}

fn forget(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let before = kernel.clock.now().add_secs(-KEPT_SECONDS);
        let cx = kernel.cx_system(FORGET);
        let write = move |tx: &mut Tx<'_>| {
            let gone = store::forget(tx, before, PIECE)?;
            if i64::try_from(gone).unwrap_or(0) >= PIECE {
                job::enqueue(tx, &cx, job::New::now(FORGET, Value::Null))?;
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}
