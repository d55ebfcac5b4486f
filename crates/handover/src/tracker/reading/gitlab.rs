//! GitLab: `Issue Hook` and `Note Hook`, as documented under "Webhook events" and "Webhooks" (docs.gitlab.com). `X-Gitlab-Token`
//! is the secret itself; `Idempotency-Key` (from 17.4 on) names the delivery, before that `X-Gitlab-Event-UUID` and the body do,
//! for hooks that beget each other share the UUID.
//!
//! Notes on commits, merge requests, and snippets are left alone, and so are the notes that GitLab itself writes.

use serde_json::Value;

use super::super::signing;
use super::{Envelope, Happened, Issue, News, Refusal, instant, names, text};

/// Reads a delivery.
pub(super) fn read(envelope: Envelope<'_>) -> Result<News, Refusal> {
    let headers = envelope.headers;
    if !signing::is_same(envelope.secret, headers.get("x-gitlab-token")) {
        return Err(Refusal::Forged);
    }
    let event = headers.get("x-gitlab-event");
    let delivery = match (headers.get("idempotency-key"), headers.get("x-gitlab-event-uuid")) {
        ("", "") => return Err(Refusal::Malformed),
        ("", uuid) => format!("{uuid}:{}", signing::fingerprint(envelope.body)),
        (key, _) => key.to_owned(),
    };
    let payload = envelope.json()?;
    let action = text(&payload, "/object_attributes/action");
    let (happened, issue) = match event {
        "Issue Hook" | "Confidential Issue Hook" => (
            issue_news(&payload, &action),
            issue(&payload, "/object_attributes", "/labels"),
        ),
        "Note Hook" | "Confidential Note Hook" => (
            note_news(&payload, &action),
            issue(&payload, "/issue", "/issue/labels"),
        ),
        _ => (Happened::Nothing, None),
    };
    Ok(News {
        delivery,
        event: format!("{event} {action}").trim_end().to_owned(),
        at: instant(&payload, "/object_attributes/updated_at"),
        issue,
        happened,
    })
}

fn issue_news(payload: &Value, action: &str) -> Happened {
    match action {
        // GitLab knows no reason of closing in its hooks; a label may say more, but each project has its own.
        "close" => Happened::Closed {
            how: String::new(),
            is_fixed: true,
        },
        "reopen" => Happened::Reopened,
        "open" | "update" => Happened::Seen,
        _ if text(payload, "/object_attributes/state") == "opened" => Happened::Seen,
        _ => Happened::Nothing,
    }
}

fn note_news(payload: &Value, action: &str) -> Happened {
    let is_on_issue = text(payload, "/object_attributes/noteable_type") == "Issue";
    let is_systems = payload
        .pointer("/object_attributes/system")
        .and_then(Value::as_bool)
        == Some(true);
    // Before 16.11 notes had no action, and only new ones were told.
    if !is_on_issue || is_systems || !matches!(action, "" | "create") {
        return Happened::Nothing;
    }
    let name = text(payload, "/user/name");
    Happened::Said {
        who: if name.is_empty() {
            text(payload, "/user/username")
        } else {
            name
        },
        words: text(payload, "/object_attributes/note"),
    }
}

fn issue(payload: &Value, at: &str, labels: &str) -> Option<Issue> {
    let issue = payload.pointer(at)?;
    let number = issue.get("iid")?.as_i64()?;
    let project = text(payload, "/project/path_with_namespace");
    let address = text(payload, "/project/web_url");
    let url = text(issue, "/url");
    let labels = names(payload, labels, "title").join(" ");
    Some(Issue {
        key: format!("{project}#{number}"),
        url: if url.is_empty() && !address.is_empty() {
            format!("{address}/-/issues/{number}")
        } else {
            url
        },
        words: format!(
            "{}\n{}\n{labels}",
            text(issue, "/title"),
            text(issue, "/description")
        ),
    })
}
