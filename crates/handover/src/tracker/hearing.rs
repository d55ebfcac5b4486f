//! Takes what trackers tell: refused when forged, old, or here before; then it becomes a note on the ticket, and a closed issue
//! says that the fix is there. Each message is written down, the refused ones as far as room is kept for them.

use desk::ticket::{self, Note};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

use super::reading::{self, Envelope, Happened, Headers, Issue, News, Refusal};
use super::sealing::{self, Direction};
use super::{Heard, Kind, Outcome, Tracker, TrackerId, signing, store};
use crate::package::{self, Package, acting};

/// What was taken is remembered for so long; what claims to be older is not taken.
pub const KEPT_SECONDS: i64 = 90 * 86_400;
const OLDEST_SECONDS: i64 = 60 * 86_400;
/// Letters of a comment that a note carries.
const WORDS_MOST: usize = 20_000;
const NAME_MOST: usize = 200;

/// A message as it came in.
#[derive(Debug)]
pub struct Incoming {
    /// Its headers.
    pub headers: Headers,
    /// Its body.
    pub body: Vec<u8>,
}

/// Takes a message.
///
/// # Errors
/// Not found when there is no such tracker, or it is off.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId, incoming: &Incoming, base: &str) -> Result<Outcome> {
    tx.lock("handover.tracker", id)?;
    let tracker = store::find(tx, id)?.filter(|tracker| tracker.definition.enabled);
    let tracker = tracker.ok_or_else(Error::not_found)?;
    let kind = tracker.definition.kind;
    let secret = sealing::opened(tx, cx, id, Direction::In, &tracker.secret_in);
    // Without a secret nothing can be genuine; an empty one would be known to everybody.
    let read = secret
        .filter(|secret| !secret.is_empty())
        .ok_or(Refusal::Forged)
        .and_then(|secret| {
            let envelope = Envelope {
                headers: &incoming.headers,
                body: &incoming.body,
                secret: &secret,
                now: cx.now(),
            };
            reading::read(kind, envelope)
        });
    let mut heard = Heard {
        delivery: String::new(),
        fingerprint: fingerprint(kind, incoming),
        event: String::new(),
        outcome: Outcome::Ignored,
        package: None,
        at: cx.now(),
    };
    match read {
        Err(refusal) => heard.outcome = outcome_of(refusal),
        Ok(news) => {
            heard.delivery = news.delivery.chars().take(NAME_MOST).collect();
            heard.event = news.event.chars().take(NAME_MOST).collect();
            (heard.outcome, heard.package) = judge(tx, cx, &tracker, &news, &heard, base)?;
        }
    }
    store::insert_heard(tx, id, &heard)?;
    Ok(heard.outcome)
}

/// By which a message is known again: what its maker signed of it. Most sign the body alone, which says when something happened;
/// Standard Webhooks signs name and time too, and two such messages may well have the same body.
fn fingerprint(kind: Kind, incoming: &Incoming) -> String {
    let headers = &incoming.headers;
    match kind {
        Kind::Github | Kind::Gitlab | Kind::Jira => signing::fingerprint(&incoming.body),
        Kind::Plain => {
            let (id, time) = (headers.get("webhook-id"), headers.get("webhook-timestamp"));
            signing::fingerprint(&[format!("{id}.{time}.").as_bytes(), &incoming.body].concat())
        }
    }
}

const fn outcome_of(refusal: Refusal) -> Outcome {
    match refusal {
        Refusal::Forged => Outcome::Forged,
        Refusal::Stale => Outcome::Stale,
        Refusal::Malformed => Outcome::Malformed,
    }
}

fn judge(
    tx: &mut Tx<'_>,
    cx: &Cx,
    tracker: &Tracker,
    news: &News,
    heard: &Heard,
    base: &str,
) -> Result<(Outcome, Option<package::PackageId>)> {
    if is_old(news.at, cx.now()) {
        return Ok((Outcome::Stale, None));
    }
    // The name of a delivery may not be signed, what the fingerprint is of is: either of them known is known.
    if let Some(package) = store::taken(tx, tracker.id, &heard.delivery, &heard.fingerprint)? {
        return Ok((Outcome::Replayed, package));
    }
    if news.happened == Happened::Nothing {
        return Ok((Outcome::Ignored, None));
    }
    let Some(issue) = &news.issue else {
        return Ok((Outcome::Ignored, None));
    };
    let Some(mut package) = linked(tx, tracker, issue)? else {
        return Ok((Outcome::Ignored, None));
    };
    let is_first = package.issue_key.is_none();
    if is_first {
        let url = safe_url(&issue.url);
        acting::issue_known(tx, cx, &mut package, Some(issue.key.clone()), url)?;
    }
    follow(tx, cx, &mut package, news, is_first, base)?;
    Ok((Outcome::Taken, Some(package.id)))
}

fn is_old(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| now.since(at) > OLDEST_SECONDS * 1_000)
}

/// The package of an issue: by its key, else by the reference that its words carry, as long as no other issue has it.
fn linked(tx: &mut Tx<'_>, tracker: &Tracker, issue: &Issue) -> Result<Option<Package>> {
    if issue.key.is_empty() || issue.key.chars().count() > NAME_MOST {
        return Ok(None);
    }
    let by_key = package::store::of_issue(tx, tracker.id, &issue.key)?;
    let id = match by_key {
        Some(package) => package.id,
        None => match package::referred_to(&issue.words) {
            Some(id) => id,
            None => return Ok(None),
        },
    };
    tx.lock("handover.package", id)?;
    let package = package::store::find(tx, id)?;
    let is_its = |package: &Package| {
        package.tracker == Some(tracker.id) && package.issue_key.as_ref().is_none_or(|key| *key == issue.key)
    };
    Ok(package.filter(is_its))
}

/// A link that a page may show.
#[must_use]
pub fn safe_url(text: &str) -> Option<String> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    (is_web
        && text.len() <= 2_000
        && !text
            .chars()
            .any(|letter| letter.is_control() || letter.is_whitespace()))
    .then(|| text.to_owned())
}

const fn closing_key(how: &str, is_fixed: bool) -> &'static str {
    match (is_fixed, how.is_empty()) {
        (true, true) => "handover-note-issue-fixed",
        (true, false) => "handover-note-issue-fixed-as",
        (false, true) => "handover-note-issue-closed",
        (false, false) => "handover-note-issue-closed-as",
    }
}

/// What a ticket is told when the issue of its package is known.
pub(super) fn seen_words(package: &Package) -> String {
    let arguments = [
        ("issue", package.issue_key.as_deref().unwrap_or_default().into()),
        ("words", package.issue_url.as_deref().unwrap_or_default().into()),
    ];
    package.locale.t_with("handover-note-issue-seen", &arguments)
}

fn follow(
    tx: &mut Tx<'_>,
    cx: &Cx,
    package: &mut Package,
    news: &News,
    is_first: bool,
    base: &str,
) -> Result<()> {
    let locale = package.locale;
    let issue = package.issue_key.clone().unwrap_or_default();
    let say = |key: &str, what: &str, words: &str| {
        let arguments = [
            ("issue", issue.as_str().into()),
            ("what", what.into()),
            ("words", words.into()),
        ];
        locale.t_with(key, &arguments)
    };
    let body = match &news.happened {
        Happened::Nothing => return Ok(()),
        Happened::Seen if is_first => seen_words(package),
        Happened::Seen => return Ok(()),
        Happened::Closed { how, is_fixed } => say(closing_key(how, *is_fixed), how, ""),
        Happened::Reopened => say("handover-note-issue-reopened", "", ""),
        Happened::Moved { to } => say("handover-note-issue-moved", to, ""),
        Happened::Said { who, words } => {
            let words: String = words.chars().take(WORDS_MOST).collect();
            say("handover-note-issue-said", who, &words)
        }
    };
    let note = Note {
        body,
        ..Note::default()
    };
    ticket::note(tx, cx, package.ticket, note)?;
    match news.happened {
        Happened::Closed { is_fixed: true, .. } => acting::fix_delivered(tx, cx, package, base),
        Happened::Reopened | Happened::Moved { .. } => acting::fix_taken_back(tx, cx, package),
        _ => Ok(()),
    }
}
