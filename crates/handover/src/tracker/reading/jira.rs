//! Jira: `jira:issue_created`, `jira:issue_updated`, and `comment_created`, as documented under "Webhooks" (developer.atlassian.com).
//! `X-Hub-Signature` (`sha256=`) is over the body, `X-Atlassian-Webhook-Identifier` names the delivery and stays the same when it
//! is tried again; Jira Data Center sends none, there the body names it.
//!
//! An issue counts as done by the category of its status, for the names of states are each project's own.

use kernel::time::Timestamp;
use serde_json::Value;

use super::super::signing;
use super::{Envelope, Happened, Issue, News, Refusal, names, text};

/// Resolutions that mend nothing, in small letters.
const NOT_FIXED: [&str; 6] = [
    "won't do",
    "won't fix",
    "duplicate",
    "cannot reproduce",
    "incomplete",
    "declined",
];

/// Reads a delivery.
pub(super) fn read(envelope: Envelope<'_>) -> Result<News, Refusal> {
    let headers = envelope.headers;
    if !signing::is_body_signed(envelope.secret, envelope.body, headers.get("x-hub-signature")) {
        return Err(Refusal::Forged);
    }
    let payload = envelope.json()?;
    let event = text(&payload, "/webhookEvent");
    if event.is_empty() {
        return Err(Refusal::Malformed);
    }
    let identifier = headers.get("x-atlassian-webhook-identifier");
    let happened = match event.as_str() {
        "jira:issue_created" => Happened::Seen,
        "jira:issue_updated" => updated(&payload),
        "comment_created" => Happened::Said {
            who: text(&payload, "/comment/author/displayName"),
            words: words_of(payload.pointer("/comment/body")),
        },
        _ => Happened::Nothing,
    };
    Ok(News {
        delivery: if identifier.is_empty() {
            signing::fingerprint(envelope.body)
        } else {
            identifier.to_owned()
        },
        at: payload
            .get("timestamp")
            .and_then(Value::as_i64)
            .map(Timestamp::from_millis),
        issue: issue(&payload),
        event,
        happened,
    })
}

/// A change of the status says more than all others.
fn updated(payload: &Value) -> Happened {
    let items = payload.pointer("/changelog/items").and_then(Value::as_array);
    let is_status = |item: &&Value| text(item, "/field") == "status";
    if !items.into_iter().flatten().any(|item| is_status(&item)) {
        return Happened::Seen;
    }
    let status = text(payload, "/issue/fields/status/name");
    let resolution = text(payload, "/issue/fields/resolution/name");
    if text(payload, "/issue/fields/status/statusCategory/key") == "done" {
        let is_fixed = !NOT_FIXED.contains(&resolution.to_lowercase().as_str());
        let how = if resolution.is_empty() { status } else { resolution };
        return Happened::Closed { how, is_fixed };
    }
    Happened::Moved { to: status }
}

fn issue(payload: &Value) -> Option<Issue> {
    let key = text(payload, "/issue/key");
    if key.is_empty() {
        return None;
    }
    // `self` is the interface's address: `https://acme.atlassian.net/rest/api/2/issue/10002`.
    let address = text(payload, "/issue/self");
    let site = address.split("/rest/").next().unwrap_or_default();
    let labels = names(payload, "/issue/fields/labels", "name").join(" ");
    let description = words_of(payload.pointer("/issue/fields/description"));
    Some(Issue {
        url: if site.is_empty() {
            String::new()
        } else {
            format!("{site}/browse/{key}")
        },
        words: format!(
            "{}\n{description}\n{labels}",
            text(payload, "/issue/fields/summary")
        ),
        key,
    })
}

/// A text, or the words of a document in Atlassian's format (ADF): its paragraphs line by line.
fn words_of(value: Option<&Value>) -> String {
    fn walk(value: &Value, depth: usize, out: &mut String) {
        if depth > 30 {
            return;
        }
        if let Some(text) = value.get("text").and_then(Value::as_str) {
            out.push_str(text);
        }
        for child in value
            .get("content")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            walk(child, depth + 1, out);
        }
        if matches!(
            value.get("type").and_then(Value::as_str),
            Some("paragraph" | "heading" | "hardBreak" | "codeBlock")
        ) {
            out.push('\n');
        }
    }
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(document) => {
            let mut out = String::new();
            walk(document, 0, &mut out);
            out.trim_end().to_owned()
        }
        None => String::new(),
    }
}
