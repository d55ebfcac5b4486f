//! Sends a message and reckons with the outcome: a message is tried again with growing pauses for about a day. A webhook that has
//! answered nothing for days, or says that it is gone (410), is switched off, and those who manage webhooks are told.
//!
//! Which message is sent when is for `turns` to say.

use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::backoff;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::job::{self, Every, Job, JobHandler, Schedule};
use kernel::outgoing::{Answer, Failure, Target};
use kernel::time::Timestamp;
use serde_json::{Value, json};

use super::{Delivery, DeliveryId, DeliveryState, Webhook, WebhookId, keeping, signing, store, turns};
use crate::{events, telling};

const FORGET: &str = "automate.forget_deliveries";
/// With these pauses, which double, this takes about a day.
const ATTEMPTS: i64 = 34;
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);
const DAY_SECONDS: i64 = 86_400;
/// Failing without a break for so long, a webhook is switched off.
const PATIENCE_SECONDS: i64 = 5 * 86_400;
/// Settled messages are kept for so long.
const KEPT_SECONDS: i64 = 30 * 86_400;
/// Letters of an answer that are kept.
const ANSWER_MOST: usize = 500;
/// Messages forgotten by one job, or given up at once.
const PIECE: i64 = 1_000;
const GONE: u16 = 410;

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
        tries: 0,
        asked_at: cx.now(),
        due_at: cx.now(),
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
pub(super) fn enqueue(tx: &mut Tx<'_>, cx: &Cx, webhook: &Webhook, delivery: &Delivery) -> Result<()> {
    if store::insert_delivery(tx, delivery)? {
        turns::ask(tx, cx, webhook)?;
    }
    Ok(())
}

/// What became of an attempt.
#[derive(Debug)]
pub(super) struct Attempt {
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

    /// No answer came, of whatever status.
    const fn is_silent(&self) -> bool {
        self.status.is_none()
    }

    fn is_gone(&self) -> bool {
        self.status == Some(GONE)
    }

    fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// Sends a message once.
pub(super) async fn send(kernel: &Kernel, webhook: &Webhook, delivery: &Delivery) -> Result<Attempt> {
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
        Err(failure) => return Ok(Attempt::of(Err(failure))),
    };
    let body = Bytes::from(delivery.body.clone());
    Ok(Attempt::of(kernel.outgoing.post(&target, &headers, body).await))
}

/// Writes down how an attempt went and what it says of its webhook, which it gives back as it is now: none when it was removed.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    cx: &Cx,
    delivery: &Delivery,
    attempt: &Attempt,
    base: &str,
) -> Result<Option<Webhook>> {
    let mut delivery = delivery.clone();
    delivery.attempts += 1;
    delivery.tries += 1;
    delivery.last_at = Some(cx.now());
    delivery.status = attempt.status.map(i64::from);
    delivery.answer = Some(attempt.answer.clone());
    delivery.due_at = cx.now().add_millis(pause(cx, delivery.tries));
    delivery.state = match (
        attempt.is_taken(),
        delivery.tries >= ATTEMPTS || attempt.is_gone(),
    ) {
        (true, _) => DeliveryState::Delivered,
        (false, true) => DeliveryState::GivenUp,
        (false, false) => DeliveryState::Waiting,
    };
    store::update_delivery(tx, &delivery)?;
    reckon(tx, cx, &delivery, attempt, base)
}

/// Until a message is tried again.
fn pause(cx: &Cx, tries: i64) -> i64 {
    let random = u64::from_le_bytes(cx.random_bytes());
    let pause = backoff::pause(
        u32::try_from(tries).unwrap_or(u32::MAX),
        FIRST_PAUSE,
        LONGEST_PAUSE,
        random,
    );
    i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)
}

/// What an attempt says of its webhook.
fn reckon(
    tx: &mut Tx<'_>,
    cx: &Cx,
    delivery: &Delivery,
    attempt: &Attempt,
    base: &str,
) -> Result<Option<Webhook>> {
    tx.lock("automate.webhooks", "all")?;
    let Some(mut webhook) = store::find(tx, delivery.webhook)? else {
        return Ok(None);
    };
    let before = webhook.clone();
    if attempt.is_taken() {
        (webhook.failing_since, webhook.rests_until) = (None, None);
    } else {
        failed(tx, cx, &mut webhook, attempt)?;
    }
    let is_switched_off = before.definition.enabled && !webhook.definition.enabled;
    if is_switched_off {
        webhook.switched_off_at = Some(cx.now());
        let told = json!({ "status": delivery.status });
        keeping::tell(tx, cx, webhook.id, events::WEBHOOK_SWITCHED_OFF, told)?;
        tell_managers(tx, cx, &webhook, delivery, base)?;
    }
    if webhook != before {
        store::update(tx, &webhook)?;
    }
    Ok(Some(webhook))
}

/// A receiver that did not answer at all is left alone, as long as it has been failing and at most an hour; what has waited for a
/// day behind one that has failed for a day is given up, tried or not.
fn failed(tx: &mut Tx<'_>, cx: &Cx, webhook: &mut Webhook, attempt: &Attempt) -> Result<()> {
    let now = cx.now();
    let since = *webhook.failing_since.get_or_insert(now);
    webhook.rests_until = None;
    if attempt.is_silent() {
        let longest = i64::try_from(LONGEST_PAUSE.as_millis()).unwrap_or(i64::MAX);
        let first = i64::try_from(FIRST_PAUSE.as_millis()).unwrap_or(0);
        webhook.rests_until = Some(now.add_millis(now.since(since).clamp(first, longest)));
        let before = now.add_secs(-DAY_SECONDS);
        if since <= before {
            store::give_up_before(tx, webhook.id, before, &attempt.answer, PIECE)?;
        }
    }
    if attempt.is_gone() || now >= since.add_secs(PATIENCE_SECONDS) {
        webhook.definition.enabled = false;
    }
    Ok(())
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
