//! Posts packages to trackers, signed, and reckons with the outcome: a message is tried again with growing pauses for about half a
//! day; a package that no tracker took is told of on its ticket. When the answer names the issue it made, that is remembered.
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

use super::{Message, MessageId, MessageState, Tracker, TrackerId, hearing, signing, store, turns};
use crate::package::{self, Package, PackageId, Piece, acting, giving, markdown, telling};

const FORGET: &str = "handover.forget";
/// With these pauses, which double, this takes about half a day.
const ATTEMPTS: i64 = 20;
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);
/// What has waited for so long is given up with the next failure.
const PATIENCE_SECONDS: i64 = 12 * 3_600;
/// What has waited for so long has been lost: its turn would have ended it.
const LOST_SECONDS: i64 = 2 * 86_400;
/// Before everything else that waits.
const FIRST: Timestamp = Timestamp::from_millis(0);
/// Letters of an answer that are kept.
const ANSWER_MOST: usize = 2_000;
/// Settled messages are kept for so long.
const KEPT_SECONDS: i64 = 30 * 86_400;
const PIECE: i64 = 1_000;
/// Messages given up at once; each is told of on a ticket.
const GIVEN_UP_PIECE: i64 = 50;
/// The `type` of a package, and of a test.
const PACKAGE: &str = "handover.created";
const TEST: &str = "mainstay.test";

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
    let is_test = package.is_none();
    let message = Message {
        id: cx.new_id(),
        tracker: tracker.id,
        package,
        kind: kind.to_owned(),
        body: json!({ "type": kind, "timestamp": cx.now(), "data": data }).to_string(),
        state: MessageState::Waiting,
        attempts: 0,
        tries: 0,
        asked_at: cx.now(),
        // Somebody sits there and wants to know.
        due_at: if is_test { FIRST } else { cx.now() },
        status: None,
        answer: None,
        created_at: cx.now(),
        last_at: None,
    };
    store::insert_message(tx, &message)?;
    turns::ask(tx, cx, tracker)?;
    Ok(message.id)
}

/// Begins anew with a message; it is the next one to be sent.
pub(super) fn begin_anew(message: &mut Message, now: Timestamp) {
    message.state = MessageState::Waiting;
    (message.tries, message.asked_at, message.due_at) = (0, now, FIRST);
}

/// A message on its way.
#[derive(Debug)]
pub(super) struct Parcel {
    pub url: String,
    pub secret: String,
    pub message: Message,
}

/// What became of an attempt.
#[derive(Debug)]
pub(super) struct Attempt {
    status: Option<u16>,
    /// The beginning of what came back, or the text that says why nothing did.
    answer: String,
    /// Read out of all that came back: an answer may be longer than what is kept of it.
    made: Made,
}

impl Attempt {
    fn of(outcome: std::result::Result<Answer, Failure>) -> Self {
        match outcome {
            Ok(answer) => Self {
                status: Some(answer.status),
                made: Made::read(&answer.body),
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
                made: Made::default(),
            },
        }
    }

    fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// No answer came, of whatever status.
    pub(super) const fn is_silent(&self) -> bool {
        self.status.is_none()
    }
}

/// Sends a message once.
pub(super) async fn send(kernel: &Kernel, parcel: &Parcel) -> Result<Attempt> {
    let message = &parcel.message;
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
            signing::signature(&parcel.secret, &id, seconds, message.body.as_bytes())?,
        ),
    ];
    let target = match Target::read(&parcel.url) {
        Ok(target) => target,
        Err(failure) => return Ok(Attempt::of(Err(failure))),
    };
    let body = Bytes::from(message.body.clone());
    Ok(Attempt::of(kernel.outgoing.post(&target, &headers, body).await))
}

/// Writes down how an attempt went.
pub(super) fn settle(tx: &mut Tx<'_>, cx: &Cx, id: MessageId, attempt: &Attempt) -> Result<()> {
    tx.lock("handover.message", id)?;
    let Some(mut message) = store::find_message(tx, id)? else {
        return Ok(());
    };
    message.attempts += 1;
    message.tries += 1;
    message.last_at = Some(cx.now());
    message.status = attempt.status.map(i64::from);
    message.answer = Some(attempt.answer.clone());
    message.due_at = cx.now().add_millis(pause(cx, message.tries));
    let is_last = message.tries >= ATTEMPTS || message.asked_at <= patience_before(cx.now());
    message.state = match (attempt.is_taken(), is_last) {
        (true, _) => MessageState::Delivered,
        (false, true) => MessageState::GivenUp,
        (false, false) => MessageState::Waiting,
    };
    store::update_message(tx, &message)?;
    match message.state {
        MessageState::Waiting => Ok(()),
        MessageState::Delivered => remember_issue(tx, cx, &message, &attempt.made),
        MessageState::GivenUp => tell_ticket(tx, cx, &message),
    }
}

/// Until a message is tried again.
fn pause(cx: &Cx, tries: i64) -> i64 {
    let random = u64::from_le_bytes(cx.random_bytes());
    let tries = u32::try_from(tries).unwrap_or(u32::MAX);
    let pause = backoff::pause(tries, FIRST_PAUSE, LONGEST_PAUSE, random);
    i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)
}

/// What was asked for before this is given up.
pub(super) fn patience_before(now: Timestamp) -> Timestamp {
    now.add_secs(-PATIENCE_SECONDS)
}

/// Gives up what waits for a tracker, or what was asked for before an instant, and tells the tickets; true when there may be more. One
/// that was never tried says why, if there is something to say.
pub(super) fn give_up(
    tx: &mut Tx<'_>,
    cx: &Cx,
    tracker: TrackerId,
    before: Option<Timestamp>,
    why: Option<&str>,
) -> Result<bool> {
    let before = before.unwrap_or(Timestamp::from_millis(i64::MAX));
    let waiting = store::waiting(tx, tracker, before, GIVEN_UP_PIECE)?;
    let is_more = i64::try_from(waiting.len()).unwrap_or(GIVEN_UP_PIECE) >= GIVEN_UP_PIECE;
    for message in waiting {
        lose(tx, cx, message, why)?;
    }
    Ok(is_more)
}

fn lose(tx: &mut Tx<'_>, cx: &Cx, mut message: Message, why: Option<&str>) -> Result<()> {
    message.state = MessageState::GivenUp;
    message.answer = message.answer.or_else(|| why.map(str::to_owned));
    store::update_message(tx, &message)?;
    tell_ticket(tx, cx, &message)
}

/// The names under which programs answer with the issue they made: ours, GitHub's, GitLab's, Jira's.
const KEYS: [&str; 1] = ["key"];
const ADDRESSES: [&str; 3] = ["url", "html_url", "web_url"];

/// The issue that an answer names.
#[derive(Debug, Default)]
struct Made {
    key: Option<String>,
    url: Option<String>,
}

impl Made {
    fn read(body: &str) -> Self {
        let answer: Value = serde_json::from_str(body).unwrap_or_default();
        let text = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| answer.get(name).and_then(Value::as_str))
                .map(str::trim)
        };
        let key =
            text(&KEYS).filter(|key| !key.is_empty() && key.chars().count() <= 200 && !key.contains('\0'));
        Self {
            key: key.map(str::to_owned),
            url: text(&ADDRESSES).and_then(hearing::safe_url),
        }
    }
}

/// When the answer names the issue, it is known before its first message comes.
fn remember_issue(tx: &mut Tx<'_>, cx: &Cx, message: &Message, made: &Made) -> Result<()> {
    let Some(id) = message.package else {
        return Ok(());
    };
    tx.lock("handover.package", id)?;
    let Some(mut package) = package::store::find(tx, id)? else {
        return Ok(());
    };
    let key = made.key.clone().filter(|_| package.issue_key.is_none());
    let url = made.url.clone().filter(|_| package.issue_url.is_none());
    let is_free = match &key {
        Some(key) => package::store::of_issue(tx, message.tracker, key)?.is_none(),
        None => true,
    };
    if (key.is_none() && url.is_none()) || !is_free {
        return Ok(());
    }
    let is_named = key.is_some();
    acting::issue_known(tx, cx, &mut package, key, url)?;
    // Without its name it is still to be told of, by its first message.
    if is_named {
        let words = hearing::seen_words(&package);
        giving::note_of_house(tx, cx, &package, words)?;
    }
    Ok(())
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
            let lost = find_lost(tx, &cx)?;
            if lost || i64::try_from(gone).unwrap_or(0) >= PIECE {
                job::enqueue(tx, &cx, job::New::now(FORGET, Value::Null))?;
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}

/// Whatever became of a turn, nobody waits for ever: trackers for which something waits get one, and what should have been given up
/// long ago is. True when there may be more.
fn find_lost(tx: &mut Tx<'_>, cx: &Cx) -> Result<bool> {
    let before = cx.now().add_secs(-LOST_SECONDS);
    let mut is_more = false;
    for tracker in store::waited_for(tx)? {
        is_more |= give_up(tx, cx, tracker, Some(before), None)?;
        turns::ask_at(tx, cx, tracker, cx.now())?;
    }
    Ok(is_more)
}
