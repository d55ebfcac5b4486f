//! Sends messages, and tries again with growing pauses for a few hours: later, nobody wants to be told in a chat what the desk's
//! letters have told them long before.

use bytes::Bytes;
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::job::{self, Every, Job, JobHandler, Schedule};
use kernel::outgoing::{Answer, Failure, Target};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Delivery, DeliveryId, DeliveryState, store};
use crate::CHANNELS;
use crate::channel::{Channel, ChannelId, keeping, sealing, store as channels};
use crate::hearing::{refusing, store as heard};
use crate::person;
use crate::service::{Draft, Letter, Taken, Told};

const KIND: &str = "im.deliver";
const FORGET: &str = "im.forget";
/// With the pauses of jobs (ten seconds, doubling up to an hour) this takes about four hours.
const ATTEMPTS: i64 = 12;
/// Settled messages are kept for so long.
const KEPT_SECONDS: i64 = 30 * 86_400;
/// Marks of what was heard are kept for so long; no signature is good for as long.
const MARKS_SECONDS: i64 = 7 * 86_400;
/// Letters of an answer that are kept.
const ANSWER_MOST: usize = 500;
/// Rows forgotten by one job.
const PIECE: i64 = 1_000;
/// An access token is exchanged so long before it ends.
const TOKEN_MARGIN: i64 = 300;

/// Sends one message.
pub const HANDLER: JobHandler = JobHandler { kind: KIND, run };

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
pub(crate) fn fresh(
    cx: &Cx,
    id: DeliveryId,
    (channel, external): (ChannelId, String),
    kind: &str,
    told: &Told,
) -> Result<Delivery> {
    Ok(Delivery {
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
    })
}

/// Writes a message down and has it sent, unless its occasion was told already.
pub(crate) fn enqueue(tx: &mut Tx<'_>, cx: &Cx, delivery: &Delivery) -> Result<()> {
    if store::insert(tx, delivery)? {
        let order = serde_json::to_value(Order {
            delivery: delivery.id,
        })?;
        job::enqueue(tx, cx, job::New::now(KIND, order).max_attempts(ATTEMPTS))?;
    }
    Ok(())
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

/// What became of an attempt.
#[derive(Debug)]
struct Attempt {
    taken: Taken,
    status: Option<u16>,
    answer: String,
}

impl Attempt {
    fn failed(failure: &Failure) -> Self {
        Self {
            taken: Taken::No,
            status: None,
            answer: failure.text_key().to_owned(),
        }
    }

    fn answered(taken: Taken, answer: &Answer) -> Self {
        Self {
            taken,
            status: Some(answer.status),
            answer: answer.body.chars().take(ANSWER_MOST).collect(),
        }
    }
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let order: Order = job.data_as()?;
        let cx = kernel.cx_system("im.delivering");
        let of = cx.clone();
        let found = kernel.db.read(move |tx| waiting(tx, &of, order.delivery)).await?;
        let Some((channel, delivery)) = found else {
            return Ok(());
        };
        let Some(channel) = channel else {
            // Removed or off: given up without an attempt.
            return settle(&kernel, order.delivery, None, true).await.map(drop);
        };
        let attempt = send(&kernel, &cx, &channel, &delivery).await?;
        let taken = attempt.taken;
        let is_settled = settle(&kernel, order.delivery, Some(attempt), job.is_last_attempt()).await?;
        if taken == Taken::Yes || is_settled {
            return Ok(());
        }
        // An error is how a job asks for its next attempt.
        Err(Error::unavailable("im.not_taken").arg("name", channel.name))
    })
}

/// A message that is still to be sent, and by what; by nothing when that was removed or is off.
fn waiting(tx: &mut Tx<'_>, cx: &Cx, id: DeliveryId) -> Result<Option<(Option<Channel>, Delivery)>> {
    let Some(delivery) = store::find(tx, id)?.filter(|one| one.state == DeliveryState::Waiting) else {
        return Ok(None);
    };
    let stored = channels::find(tx, delivery.channel)?.filter(|stored| stored.enabled);
    let channel = stored.map(|stored| keeping::opened(tx, cx, stored)).transpose()?;
    Ok(Some((channel, delivery)))
}

async fn send(kernel: &Kernel, cx: &Cx, channel: &Channel, delivery: &Delivery) -> Result<Attempt> {
    let token = match token(kernel, cx, channel).await? {
        Ok(token) => token,
        Err(attempt) => return Ok(attempt),
    };
    let letter = Letter {
        id: &delivery.id.to_string(),
        to: &delivery.external,
        told: &delivery.told,
        token: &token,
    };
    let draft = channel.service.write(&channel.settings, cx, &letter)?;
    let attempt = match post(kernel, draft).await {
        Ok(answer) => Attempt::answered(channel.service.taken(&answer), &answer),
        Err(failure) => Attempt::failed(&failure),
    };
    if attempt.taken == Taken::TokenSpent {
        let id = channel.id;
        kernel.db.write(move |tx| channels::clear_token(tx, id)).await?;
    }
    Ok(attempt)
}

async fn post(kernel: &Kernel, draft: Draft) -> std::result::Result<Answer, Failure> {
    let target = Target::read(&draft.url)?;
    let body = Bytes::from(draft.body);
    kernel.outgoing.post(&target, &draft.headers, body).await
}

/// The access token: the one that is kept while it is good, else a new one. Services give few of them an hour.
async fn token(kernel: &Kernel, cx: &Cx, channel: &Channel) -> Result<std::result::Result<String, Attempt>> {
    let Some(draft) = channel.service.ask_token(&channel.settings) else {
        return Ok(Ok(String::new()));
    };
    if let Some((token, until)) = &channel.token
        && cx.now() < *until
    {
        return Ok(Ok(token.clone()));
    }
    let answer = match post(kernel, draft).await {
        Ok(answer) => answer,
        Err(failure) => return Ok(Err(Attempt::failed(&failure))),
    };
    let Some(token) = channel.service.read_token(&answer) else {
        return Ok(Err(Attempt::answered(Taken::No, &answer)));
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

/// Writes down how an attempt went; true when the message is not to be tried again.
async fn settle(kernel: &Kernel, id: DeliveryId, attempt: Option<Attempt>, is_last: bool) -> Result<bool> {
    let cx = kernel.cx_system("im.delivering");
    let write = move |tx: &mut Tx<'_>| {
        let Some(mut delivery) = store::find(tx, id)? else {
            return Ok(true);
        };
        let Some(attempt) = &attempt else {
            delivery.state = DeliveryState::GivenUp;
            store::update(tx, &delivery)?;
            return Ok(true);
        };
        delivery.attempts += 1;
        delivery.last_at = Some(cx.now());
        delivery.status = attempt.status.map(i64::from);
        delivery.answer = Some(attempt.answer.clone());
        delivery.state = match (attempt.taken, is_last) {
            (Taken::Yes, _) => DeliveryState::Delivered,
            (_, true) => DeliveryState::GivenUp,
            (_, false) => DeliveryState::Waiting,
        };
        store::update(tx, &delivery)?;
        Ok(delivery.state != DeliveryState::Waiting)
    };
    kernel.db.write(write).await
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
