//! Posts packages to trackers, signed, and tries again with growing pauses for about half a day; a package that no tracker took is
//! told of on its ticket. When the answer names the issue it made, that is remembered.

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
use serde_json::{Value, json};

use super::sealing::{self, Direction};
use super::{Message, MessageId, MessageState, Tracker, hearing, signing, store};
use crate::package::{self, Package, PackageId, Piece, giving, markdown, telling};

const KIND: &str = "handover.deliver";
const FORGET: &str = "handover.forget";
/// With the pauses of jobs (ten seconds, doubling up to an hour) this takes about half a day.
const ATTEMPTS: i64 = 20;
/// Letters of an answer that are kept.
const ANSWER_MOST: usize = 2_000;
/// Settled messages are kept for so long.
const KEPT_SECONDS: i64 = 30 * 86_400;
const PIECE: i64 = 1_000;
/// The `type` of a package, and of a test.
const PACKAGE: &str = "handover.created";
const TEST: &str = "mainstay.test";

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
    message: MessageId,
}

/// Has a package posted, unless the tracker is only read back.
///
/// # Errors
/// The database's.
pub fn send_package(
    tx: &mut Tx<'_>,
    cx: &Cx,
    tracker: &Tracker,
    package: &Package,
    pieces: &[Piece],
    base: &str,
) -> Result<()> {
    if tracker.definition.url.is_empty() {
        return Ok(());
    }
    let link = telling::link(base, package);
    let data = json!({
        "package": package.id.to_string(), "reference": package.reference(), "url": link, "title": package.fault.title,
        "body": markdown::issue(package, pieces, &link), "severity": package.fault.severity,
        "labels": [package.reference()], "report_due_at": package.due_at,
    });
    write_down(tx, cx, tracker, Some(package.id), PACKAGE, &data).map(drop)
}

/// Sends a message that carries nothing.
///
/// # Errors
/// The database's.
pub fn send_test(tx: &mut Tx<'_>, cx: &Cx, tracker: &Tracker) -> Result<MessageId> {
    write_down(
        tx,
        cx,
        tracker,
        None,
        TEST,
        &json!({ "tracker": tracker.definition.name }),
    )
}

fn write_down(
    tx: &mut Tx<'_>,
    cx: &Cx,
    tracker: &Tracker,
    package: Option<PackageId>,
    kind: &str,
    data: &Value,
) -> Result<MessageId> {
    let message = Message {
        id: cx.new_id(),
        tracker: tracker.id,
        package,
        kind: kind.to_owned(),
        body: json!({ "type": kind, "timestamp": cx.now(), "data": data }).to_string(),
        state: MessageState::Waiting,
        attempts: 0,
        status: None,
        answer: None,
        created_at: cx.now(),
        last_at: None,
    };
    store::insert_message(tx, &message)?;
    ask(tx, cx, message.id)?;
    Ok(message.id)
}

/// Has a message sent.
pub(super) fn ask(tx: &mut Tx<'_>, cx: &Cx, message: MessageId) -> Result<()> {
    let order = serde_json::to_value(Order { message })?;
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
                answer: answer
                    .body
                    .chars()
                    .filter(|letter| *letter != '\0')
                    .take(ANSWER_MOST)
                    .collect(),
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
        let cx = kernel.cx_system("handover.deliver");
        let found = kernel.db.read(move |tx| waiting(tx, &cx, order.message)).await?;
        let Some((way, message)) = found else {
            return Ok(());
        };
        let attempt = match way {
            // Removed or off meanwhile: given up without an attempt.
            None => None,
            Some((url, secret)) => Some(Attempt::of(send(&kernel, &url, &secret, &message).await?)),
        };
        let is_last = attempt.is_none() || job.is_last_attempt();
        if settle(&kernel, order.message, attempt, is_last).await? {
            return Ok(());
        }
        // An error is how a job asks for its next attempt.
        Err(Error::unavailable("handover.message.not_taken"))
    })
}

/// An address and the secret that signs for it.
type Way = (String, String);

fn waiting(tx: &mut Tx<'_>, cx: &Cx, id: MessageId) -> Result<Option<(Option<Way>, Message)>> {
    let Some(message) = store::find_message(tx, id)?.filter(|one| one.state == MessageState::Waiting) else {
        return Ok(None);
    };
    let tracker = store::find(tx, message.tracker)?;
    let Some(tracker) = tracker.filter(|one| one.definition.enabled && !one.definition.url.is_empty()) else {
        return Ok(Some((None, message)));
    };
    let secret = sealing::open(tx, cx, tracker.id, Direction::Out, &tracker.secret_out)?;
    Ok(Some((Some((tracker.definition.url, secret)), message)))
}

async fn send(
    kernel: &Kernel,
    url: &str,
    secret: &str,
    message: &Message,
) -> Result<std::result::Result<Answer, Failure>> {
    let (id, seconds) = (
        format!("msg_{}", message.id),
        signing::seconds(kernel.clock.now()),
    );
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.clone()),
        ("webhook-timestamp", seconds.to_string()),
        (
            "webhook-signature",
            signing::signature(secret, &id, seconds, message.body.as_bytes())?,
        ),
    ];
    let target = match Target::read(url) {
        Ok(target) => target,
        Err(failure) => return Ok(Err(failure)),
    };
    Ok(kernel
        .outgoing
        .post(&target, &headers, Bytes::from(message.body.clone()))
        .await)
}

/// Writes down how an attempt went; true when the message is not to be tried again.
async fn settle(kernel: &Kernel, id: MessageId, attempt: Option<Attempt>, is_last: bool) -> Result<bool> {
    let cx = kernel.cx_system("handover.deliver");
    let write = move |tx: &mut Tx<'_>| {
        let Some(mut message) = store::find_message(tx, id)? else {
            return Ok(true);
        };
        let is_taken = attempt.as_ref().is_some_and(Attempt::is_taken);
        if let Some(attempt) = &attempt {
            message.attempts += 1;
            message.last_at = Some(cx.now());
            message.status = attempt.status.map(i64::from);
            message.answer = Some(attempt.answer.clone());
        }
        message.state = match (is_taken, is_last) {
            (true, _) => MessageState::Delivered,
            (false, true) => MessageState::GivenUp,
            (false, false) => MessageState::Waiting,
        };
        store::update_message(tx, &message)?;
        match message.state {
            MessageState::Waiting => {}
            MessageState::Delivered => remember_issue(tx, &message)?,
            MessageState::GivenUp => tell_ticket(tx, &cx, &message)?,
        }
        Ok(message.state != MessageState::Waiting)
    };
    kernel.db.write(write).await
}

/// The names under which programs answer with the issue they made: ours, GitHub's, GitLab's, Jira's.
const KEYS: [&str; 1] = ["key"];
const ADDRESSES: [&str; 3] = ["url", "html_url", "web_url"];

/// When the answer names the issue, it is known before its first message comes.
fn remember_issue(tx: &mut Tx<'_>, message: &Message) -> Result<()> {
    let answer: Option<Value> = message
        .answer
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok());
    let (Some(id), Some(answer)) = (message.package, answer) else {
        return Ok(());
    };
    let text = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| answer.get(name).and_then(Value::as_str))
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty() && text.chars().count() <= 200)
    };
    let address = ADDRESSES
        .iter()
        .find_map(|name| answer.get(name).and_then(Value::as_str))
        .and_then(hearing::safe_url);
    tx.lock("handover.package", id)?;
    let Some(mut package) = package::store::find(tx, id)? else {
        return Ok(());
    };
    let key = text(&KEYS).filter(|_| package.issue_key.is_none());
    let is_free = match &key {
        Some(key) => package::store::of_issue(tx, message.tracker, key)?.is_none(),
        None => true,
    };
    if (key.is_none() && address.is_none()) || !is_free {
        return Ok(());
    }
    package.issue_key = package.issue_key.or(key);
    package.issue_url = package.issue_url.or(address);
    package.version += 1;
    package::store::update(tx, &package)
}

/// Nobody shall wait for an issue that was never made.
fn tell_ticket(tx: &mut Tx<'_>, cx: &Cx, message: &Message) -> Result<()> {
    let Some(package) = message
        .package
        .map(|id| package::store::find(tx, id))
        .transpose()?
        .flatten()
    else {
        return Ok(());
    };
    let name =
        store::find_any(tx, message.tracker)?.map_or_else(String::new, |tracker| tracker.definition.name);
    let arguments = [
        ("tracker", name.into()),
        ("reason", reason(package.locale, message).into()),
    ];
    let words = package.locale.t_with("handover-note-not-taken", &arguments);
    giving::note_of_house(tx, cx, &package, words)
}

/// How the last attempt went, in words.
#[must_use]
pub fn reason(locale: Locale, message: &Message) -> String {
    match (message.status, &message.answer) {
        (Some(status), _) => status.to_string(),
        (None, Some(key)) => locale.t(key),
        (None, None) => locale.t("handover-message-not-tried"),
    }
}

fn forget(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let now = kernel.clock.now();
        let (sent, heard) = (now.add_secs(-KEPT_SECONDS), now.add_secs(-hearing::KEPT_SECONDS));
        let cx = kernel.cx_system(FORGET);
        let write = move |tx: &mut Tx<'_>| {
            let gone = store::forget(tx, sent, heard, PIECE)?;
            if i64::try_from(gone).unwrap_or(0) >= PIECE {
                job::enqueue(tx, &cx, job::New::now(FORGET, Value::Null))?;
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}
