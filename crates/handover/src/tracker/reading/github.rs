//! GitHub: events `issues` and `issue_comment`, as documented under "Webhook events and payloads" and "Validating webhook
//! deliveries" (docs.github.com). `X-Hub-Signature-256` is over the body, `X-GitHub-Delivery` names the delivery.
//!
//! Comments on pull requests come as `issue_comment` too and are left alone.

use serde_json::Value;

use super::super::signing;
use super::{Envelope, Happened, Issue, News, Refusal, instant, names, text};

/// Reasons of closing that mend nothing.
const NOT_FIXED: [&str; 2] = ["not_planned", "duplicate"];

/// Reads a delivery.
pub(super) fn read(envelope: Envelope<'_>) -> Result<News, Refusal> {
    let signature = envelope.headers.get("x-hub-signature-256");
    if !signing::is_body_signed(envelope.secret, envelope.body, signature) {
        return Err(Refusal::Forged);
    }
    let (event, delivery) = (
        envelope.headers.get("x-github-event"),
        envelope.headers.get("x-github-delivery"),
    );
    if event.is_empty() || delivery.is_empty() {
        return Err(Refusal::Malformed);
    }
    let payload = envelope.json()?;
    let action = text(&payload, "/action");
    let is_pull_request = payload.pointer("/issue/pull_request").is_some();
    let happened = match (event, action.as_str()) {
        _ if is_pull_request => Happened::Nothing,
        ("issues", "closed") => closed(&payload),
        ("issues", "reopened") => Happened::Reopened,
        ("issues", "opened" | "edited" | "labeled") => Happened::Seen,
        ("issue_comment", "created") => Happened::Said {
            who: text(&payload, "/comment/user/login"),
            words: text(&payload, "/comment/body"),
        },
        _ => Happened::Nothing,
    };
    let at = match event {
        "issue_comment" => instant(&payload, "/comment/updated_at"),
        _ => instant(&payload, "/issue/updated_at"),
    };
    Ok(News {
        delivery: delivery.to_owned(),
        event: format!("{event}.{action}").trim_end_matches('.').to_owned(),
        at,
        issue: issue(&payload),
        happened,
    })
}

fn closed(payload: &Value) -> Happened {
    let how = text(payload, "/issue/state_reason");
    Happened::Closed {
        is_fixed: !NOT_FIXED.contains(&how.as_str()),
        how,
    }
}

fn issue(payload: &Value) -> Option<Issue> {
    let number = payload.pointer("/issue/number")?.as_i64()?;
    let labels = names(payload, "/issue/labels", "name").join(" ");
    Some(Issue {
        key: format!("{}#{number}", text(payload, "/repository/full_name")),
        url: text(payload, "/issue/html_url"),
        words: format!(
            "{}\n{}\n{labels}",
            text(payload, "/issue/title"),
            text(payload, "/issue/body")
        ),
    })
}
