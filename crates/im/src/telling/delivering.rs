//! Sends a message and reckons with the outcome: it is tried again with growing pauses for a few hours. Later, nobody wants to be told
//! in a chat what the desk's letters have told them long before.
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
use serde_json::Value;

use super::{Delivery, DeliveryId, DeliveryState, store, turns};
use crate::CHANNELS;
use crate::channel::{Channel, ChannelId, keeping, sealing, store as channels};
use crate::hearing::{refusing, store as heard};
use crate::person;
use crate::service::{Draft, Letter, Taken, Told};

const FORGET: &str = "im.forget";
/// A message is tried for so long, with pauses that double.
const TRIED_SECONDS: i64 = 4 * 3_600;
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);
/// Messages are kept for so long.
const KEPT_SECONDS: i64 = 30 * 86_400;
/// Marks of what was heard are kept for so long; no signature is good for as long.
const MARKS_SECONDS: i64 = 7 * 86_400;
/// Letters of an answer that are kept.
const ANSWER_MOST: usize = 500;
/// Rows forgotten or given up at once.
const PIECE: i64 = 1_000;
/// An access token is exchanged so long before it ends.
const TOKEN_MARGIN: i64 = 300;

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
pub(crate) fn fresh(
    cx: &Cx,
    id: DeliveryId,
    (channel, external): (ChannelId, String),
    kind: &str,
    told: &Told,
) -> Delivery {
    Delivery {
        id,
        channel,
        external,
        occasion: String::new(),
        kind: kind.to_owned(),
        ticket: None,
        told: told.clone(),
        state: DeliveryState::Waiting,
        attempts: 0,
        status: None,
        answer: None,
        created_at: cx.now(),
        last_at: None,
        due_at: cx.now(),
    }
}

/// Writes a message down and has it sent, unless its occasion was told already: then it is false.
pub(crate) fn enqueue(tx: &mut Tx<'_>, cx: &Cx, delivery: &Delivery) -> Result<bool> {
    let is_new = store::insert(tx, delivery)?;
    if is_new {
        turns::ask(tx, cx, delivery.channel)?;
    }
    Ok(is_new)
}

/// Messages by a channel, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    cx: &Cx,
    channel: ChannelId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    cx.require(CHANNELS)?;
    channels::load(tx, channel)?;
    store::list(tx, channel, before, limit)
}

/// Whom an attempt that was in vain puts off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// This message: the service answered, and does not take it.
    Message,
    /// All that waits: there was no answer, or no access token.
    Channel,
}

/// What became of an attempt.
#[derive(Debug)]
pub(super) struct Attempt {
    fault: Option<Fault>,
    status: Option<u16>,
    answer: String,
}

impl Attempt {
    fn unanswered(failure: &Failure) -> Self {
        Self {
            fault: Some(Fault::Channel),
            status: None,
            answer: failure.text_key().to_owned(),
        }
    }

    fn answered(fault: Option<Fault>, answer: &Answer) -> Self {
        // A letter that PostgreSQL cannot keep must not lose the news that a message arrived.
        let readable = answer.body.chars().filter(|letter| *letter != '\0');
        Self {
            fault,
            status: Some(answer.status),
            answer: readable.take(ANSWER_MOST).collect(),
        }
    }
}

/// Sends a message once. When its access token ended early, another one is asked for, once.
pub(super) async fn send(
    kernel: &Kernel,
    cx: &Cx,
    channel: &Channel,
    delivery: &Delivery,
) -> Result<Attempt> {
    let kept = channel.token.as_ref().filter(|(_, until)| cx.now() < *until);
    let mut token = kept.map(|(token, _)| token.clone());
    let mut is_again = false;
    loop {
        let good = match token.take() {
            Some(token) => token,
            None => match fresh_token(kernel, cx, channel).await? {
                Ok(token) => token,
                Err(attempt) => return Ok(attempt),
            },
        };
        let (taken, answer) = match post(kernel, cx, channel, delivery, &good).await {
            Ok(answer) => (channel.service.taken(&answer), answer),
            Err(attempt) => return Ok(attempt),
        };
        let fault = match taken {
            Taken::Yes => None,
            Taken::No => Some(Fault::Message),
            Taken::TokenSpent => Some(Fault::Channel),
        };
        if taken == Taken::TokenSpent {
            let id = channel.id;
            kernel.db.write(move |tx| channels::clear_token(tx, id)).await?;
        }
        if taken != Taken::TokenSpent || is_again {
            return Ok(Attempt::answered(fault, &answer));
        }
        is_again = true;
    }
}

async fn post(
    kernel: &Kernel,
    cx: &Cx,
    channel: &Channel,
    delivery: &Delivery,
    token: &str,
) -> std::result::Result<Answer, Attempt> {
    let letter = Letter {
        id: &delivery.id.to_string(),
        to: &delivery.external,
        told: &delivery.told,
        token,
    };
    let draft = channel
        .service
        .write(&channel.settings, cx, &letter)
        .map_err(|error| {
            tracing::error!(channel = %channel.id, %error, "a chat message could not be written");
            Attempt {
                fault: Some(Fault::Message),
                status: None,
                answer: "im-unwritable".to_owned(),
            }
        })?;
    ask(kernel, draft)
        .await
        .map_err(|failure| Attempt::unanswered(&failure))
}

/// Sends a request to a service.
pub(crate) async fn ask(kernel: &Kernel, draft: Draft) -> std::result::Result<Answer, Failure> {
    let target = Target::read(&draft.url)?;
    let body = Bytes::from(draft.body);
    kernel.outgoing.post(&target, &draft.headers, body).await
}

/// A new access token, which is kept until shortly before it ends: services give few of them an hour. Empty where none is needed.
async fn fresh_token(
    kernel: &Kernel,
    cx: &Cx,
    channel: &Channel,
) -> Result<std::result::Result<String, Attempt>> {
    let Some(draft) = channel.service.ask_token(&channel.settings) else {
        return Ok(Ok(String::new()));
    };
    let answer = match ask(kernel, draft).await {
        Ok(answer) => answer,
        Err(failure) => return Ok(Err(Attempt::unanswered(&failure))),
    };
    let Some(token) = channel.service.read_token(&answer) else {
        return Ok(Err(Attempt::answered(Some(Fault::Channel), &answer)));
    };
    let until = cx.now().add_secs((token.seconds - TOKEN_MARGIN).max(60));
    let (cx, id, version, value) = (cx.clone(), channel.id, channel.version, token.value.clone());
    let keep = move |tx: &mut Tx<'_>| {
        let sealed = sealing::seal(tx, &cx, &keeping::token_place(id), &value)?;
        channels::set_token(tx, id, version, &sealed, until)
    };
    kernel.db.write(keep).await?;
    Ok(Ok(token.value))
}

/// Writes down how an attempt went, and what it says of the way to the service.
pub(super) fn settle(tx: &mut Tx<'_>, cx: &Cx, delivery: &Delivery, attempt: &Attempt) -> Result<()> {
    let oldest = cx.now().add_secs(-TRIED_SECONDS);
    let mut delivery = delivery.clone();
    delivery.attempts += 1;
    delivery.last_at = Some(cx.now());
    delivery.status = attempt.status.map(i64::from);
    delivery.answer = Some(attempt.answer.clone());
    delivery.state = match attempt.fault {
        None => DeliveryState::Delivered,
        Some(_) if delivery.created_at <= oldest => DeliveryState::GivenUp,
        Some(_) => DeliveryState::Waiting,
    };
    if attempt.fault == Some(Fault::Message) {
        delivery.due_at = cx.now().add_millis(pause(cx, delivery.attempts));
    }
    store::update(tx, &delivery)?;
    let Some(stored) = channels::find(tx, delivery.channel)? else {
        return Ok(());
    };
    if attempt.fault == Some(Fault::Channel) {
        turns::rest(tx, cx, &stored)?;
        store::give_up_before(tx, stored.id, oldest, &attempt.answer, PIECE)?;
    } else if stored.way.failing_since.is_some() {
        channels::set_failing(tx, stored.id, None, None)?;
    }
    Ok(())
}

/// Until a message is tried again.
fn pause(cx: &Cx, attempts: i64) -> i64 {
    let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
    let random = u64::from_le_bytes(cx.random_bytes());
    let pause = backoff::pause(attempts, FIRST_PAUSE, LONGEST_PAUSE, random);
    i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)
}

/// How the last attempt went, in words.
#[must_use]
pub fn reason(locale: Locale, delivery: &Delivery) -> String {
    match (delivery.status, &delivery.answer) {
        (Some(status), Some(answer)) if delivery.state != DeliveryState::Delivered => {
            format!("{status} {answer}")
        }
        (Some(status), _) => status.to_string(),
        (None, Some(key)) => locale.t(key),
        (None, None) => String::new(),
    }
}

fn forget(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(FORGET);
        let write = move |tx: &mut Tx<'_>| {
            let now = cx.now();
            let messages = store::forget(tx, now.add_secs(-KEPT_SECONDS), PIECE)?;
            let marks = heard::forget_marks(tx, now.add_secs(-MARKS_SECONDS), PIECE)?;
            heard::forget_unheeded(tx, now.add_secs(-KEPT_SECONDS))?;
            heard::forget_refused(tx, refusing::hour(now) - refusing::KEPT_HOURS)?;
            person::store::forget_codes(tx, now)?;
            person::store::forget_talks(tx, now.add_secs(-KEPT_SECONDS))?;
            if i64::try_from(messages.max(marks)).unwrap_or(0) >= PIECE {
                job::enqueue(tx, &cx, job::New::now(FORGET, Value::Null))?;
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}
