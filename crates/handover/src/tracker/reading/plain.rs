//! Any other tracker, through a small program of one's own: Standard Webhooks (https://www.standardwebhooks.com/) in, `type` one of
//! `issue.seen`, `issue.closed`, `issue.reopened`, `issue.moved`, `issue.commented`; the fields are in docs/hand-over-to-development.md.

use kernel::time::Timestamp;
use serde::Deserialize;

use super::super::signing;
use super::{Envelope, Happened, Issue, News, Refusal};

/// How far the time of a message may lie from now, as the specification advises.
const TOLERANCE_SECONDS: i64 = 300;

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    key: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    state: String,
    #[serde(default = "yes")]
    fixed: bool,
    #[serde(default)]
    author: String,
    #[serde(default)]
    body: String,
}

const fn yes() -> bool {
    true
}

/// Reads a message.
pub(super) fn read(envelope: Envelope<'_>) -> Result<News, Refusal> {
    let headers = envelope.headers;
    let id = headers.get("webhook-id");
    let seconds: i64 = headers
        .get("webhook-timestamp")
        .parse()
        .map_err(|_| Refusal::Forged)?;
    let signatures = headers.get("webhook-signature");
    let is_genuine =
        signing::is_signed(envelope.secret, id, seconds, envelope.body, signatures).unwrap_or(false);
    if !is_genuine || id.is_empty() {
        return Err(Refusal::Forged);
    }
    if (signing::seconds(envelope.now) - seconds).abs() > TOLERANCE_SECONDS {
        return Err(Refusal::Stale);
    }
    let payload: Payload = serde_json::from_slice(envelope.body).map_err(|_| Refusal::Malformed)?;
    let data = payload.data;
    let happened = match payload.kind.as_str() {
        "issue.seen" => Happened::Seen,
        "issue.closed" => Happened::Closed {
            how: data.state,
            is_fixed: data.fixed,
        },
        "issue.reopened" => Happened::Reopened,
        "issue.moved" => Happened::Moved { to: data.state },
        "issue.commented" => Happened::Said {
            who: data.author,
            words: data.body,
        },
        _ => Happened::Nothing,
    };
    Ok(News {
        delivery: id.to_owned(),
        event: payload.kind,
        at: Some(Timestamp::from_secs(seconds)),
        issue: Some(Issue {
            key: data.key,
            url: data.url,
            words: data.reference,
        }),
        happened,
    })
}
