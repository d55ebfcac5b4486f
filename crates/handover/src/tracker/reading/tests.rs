//! Payloads cut to what the documentation shows of them, each signed as documented.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::*;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW: Timestamp = Timestamp::from_secs(1_772_445_600);

fn signed(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

fn headers(pairs: &[(&str, &str)]) -> Headers {
    Headers::of(
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

fn heard(kind: Kind, pairs: &[(&str, &str)], body: &[u8]) -> Result<News, Refusal> {
    let headers = headers(pairs);
    let envelope = Envelope {
        headers: &headers,
        body,
        secret: SECRET,
        now: NOW,
    };
    read(kind, envelope)
}

fn github(event: &str, payload: &Value) -> Result<News, Refusal> {
    let body = payload.to_string();
    let signature = signed(body.as_bytes());
    let pairs = [
        ("X-GitHub-Event", event),
        ("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
        ("X-Hub-Signature-256", &signature),
    ];
    heard(Kind::Github, &pairs, body.as_bytes())
}

fn github_issue(action: &str, reason: Option<&str>) -> Value {
    json!({
        "action": action,
        "issue": {
            "number": 12, "html_url": "https://github.com/acme/app/issues/12", "title": "It fails", "body": "as said",
            "state_reason": reason, "labels": [{ "name": "bug" }], "updated_at": "2026-03-02T10:00:00Z",
        },
        "repository": { "full_name": "acme/app" },
    })
}

#[test]
fn github_tells_of_an_issue_that_is_closed_as_mended_or_not() {
    let news = github("issues", &github_issue("closed", Some("completed"))).unwrap();
    assert_eq!(news.event, "issues.closed");
    assert_eq!(news.at, Some(NOW));
    let issue = news.issue.unwrap();
    assert_eq!(
        (issue.key.as_str(), issue.url.as_str()),
        ("acme/app#12", "https://github.com/acme/app/issues/12")
    );
    assert!(issue.words.contains("as said") && issue.words.contains("bug"));
    assert!(matches!(news.happened, Happened::Closed { is_fixed: true, .. }));
    let news = github("issues", &github_issue("closed", Some("not_planned"))).unwrap();
    assert!(matches!(news.happened, Happened::Closed { is_fixed: false, .. }));
    let news = github("issues", &github_issue("assigned", None)).unwrap();
    assert_eq!(news.happened, Happened::Nothing);
}

#[test]
fn github_tells_of_comments_on_issues_but_not_on_pull_requests() {
    let mut payload = github_issue("created", None);
    payload["comment"] =
        json!({ "body": "Found it.", "user": { "login": "octocat" }, "updated_at": "2026-03-02T10:00:00Z" });
    let said = Happened::Said {
        who: "octocat".to_owned(),
        words: "Found it.".to_owned(),
    };
    assert_eq!(github("issue_comment", &payload).unwrap().happened, said);
    payload["issue"]["pull_request"] = json!({ "url": "https://api.github.com/repos/acme/app/pulls/12" });
    assert_eq!(
        github("issue_comment", &payload).unwrap().happened,
        Happened::Nothing
    );
    assert_eq!(
        github("ping", &json!({ "zen": "Keep it logically awesome." }))
            .unwrap()
            .issue,
        None
    );
}

#[test]
fn a_body_that_was_touched_is_forged() {
    let body = github_issue("closed", None).to_string();
    let signature = signed(body.as_bytes());
    let pairs = [
        ("X-GitHub-Event", "issues"),
        ("X-GitHub-Delivery", "1"),
        ("X-Hub-Signature-256", signature.as_str()),
    ];
    assert!(heard(Kind::Github, &pairs, body.as_bytes()).is_ok());
    let touched = body.replace("acme/app", "evil/app");
    assert_eq!(
        heard(Kind::Github, &pairs, touched.as_bytes()),
        Err(Refusal::Forged)
    );
    assert_eq!(
        heard(Kind::Github, &pairs[..2], body.as_bytes()),
        Err(Refusal::Forged)
    );
    assert_eq!(heard(Kind::Gitlab, &pairs, body.as_bytes()), Err(Refusal::Forged));
}

#[test]
fn gitlab_tells_of_issues_and_of_what_people_note_on_them() {
    let pairs = |event| {
        [
            ("X-Gitlab-Event", event),
            ("X-Gitlab-Event-UUID", "13792a34-cac6-4fda-95a8-c58e00a3954e"),
            ("X-Gitlab-Token", SECRET),
        ]
    };
    let project = json!({ "path_with_namespace": "acme/app", "web_url": "https://gitlab.test/acme/app" });
    let closed = json!({
        "object_kind": "issue", "project": project, "labels": [{ "title": "bug" }],
        "object_attributes": {
            "iid": 23, "title": "It fails", "description": "as said", "action": "close", "state": "closed",
            "url": "https://gitlab.test/acme/app/-/issues/23", "updated_at": "2026-03-02 10:00:00 UTC",
        },
    });
    let news = heard(Kind::Gitlab, &pairs("Issue Hook"), closed.to_string().as_bytes()).unwrap();
    assert_eq!(news.at, Some(NOW));
    assert_eq!(news.issue.unwrap().key, "acme/app#23");
    assert!(matches!(news.happened, Happened::Closed { is_fixed: true, .. }));
    let mut note = json!({
        "object_kind": "note", "user": { "name": "Rosa Vogt" }, "project": project,
        "object_attributes": { "note": "Found it.", "noteable_type": "Issue", "system": false, "action": "create" },
        "issue": { "iid": 23, "title": "It fails", "description": "as said", "labels": [] },
    });
    let news = heard(Kind::Gitlab, &pairs("Note Hook"), note.to_string().as_bytes()).unwrap();
    assert!(matches!(&news.happened, Happened::Said { who, .. } if who == "Rosa Vogt"));
    assert_eq!(
        news.issue.unwrap().url,
        "https://gitlab.test/acme/app/-/issues/23"
    );
    note["object_attributes"]["noteable_type"] = json!("MergeRequest");
    let news = heard(Kind::Gitlab, &pairs("Note Hook"), note.to_string().as_bytes()).unwrap();
    assert_eq!(news.happened, Happened::Nothing);
    let mut wrong = pairs("Note Hook");
    wrong[2].1 = "guess";
    assert_eq!(
        heard(Kind::Gitlab, &wrong, note.to_string().as_bytes()),
        Err(Refusal::Forged)
    );
}

#[test]
fn jira_tells_of_states_by_their_category_and_of_comments_in_both_formats() {
    let issue = |category: &str, resolution: Value| {
        json!({
            "key": "APP-12", "self": "https://acme.atlassian.net/rest/api/2/issue/10002",
            "fields": {
                "summary": "It fails", "description": "as said", "labels": ["bug"], "resolution": resolution,
                "status": { "name": "In Review", "statusCategory": { "key": category } },
            },
        })
    };
    let send = |payload: &Value| {
        let body = payload.to_string();
        let signature = signed(body.as_bytes());
        let pairs = [
            ("X-Hub-Signature", signature.as_str()),
            ("X-Atlassian-Webhook-Identifier", "a1"),
        ];
        heard(Kind::Jira, &pairs, body.as_bytes()).unwrap()
    };
    let updated = |issue: Value| {
        let items = json!([{ "field": "status", "fromString": "Open", "toString": "In Review" }]);
        json!({ "timestamp": NOW.millis(), "webhookEvent": "jira:issue_updated", "issue": issue, "changelog": { "items": items } })
    };
    let news = send(&updated(issue("indeterminate", Value::Null)));
    assert_eq!(
        news.happened,
        Happened::Moved {
            to: "In Review".to_owned()
        }
    );
    assert_eq!((news.at, news.delivery.as_str()), (Some(NOW), "a1"));
    assert_eq!(
        news.issue.unwrap().url,
        "https://acme.atlassian.net/browse/APP-12"
    );
    let news = send(&updated(issue("done", json!({ "name": "Done" }))));
    assert!(matches!(news.happened, Happened::Closed { is_fixed: true, .. }));
    let news = send(&updated(issue("done", json!({ "name": "Duplicate" }))));
    assert!(matches!(news.happened, Happened::Closed { is_fixed: false, .. }));
    let document = json!({ "type": "doc", "content": [
        { "type": "paragraph", "content": [{ "type": "text", "text": "Found" }, { "type": "text", "text": " it." }] },
        { "type": "paragraph", "content": [{ "type": "text", "text": "Soon." }] },
    ] });
    for (body, words) in [(json!("Found it."), "Found it."), (document, "Found it.\nSoon.")] {
        let comment = json!({ "body": body, "author": { "displayName": "Rosa Vogt" } });
        let payload = json!({ "timestamp": NOW.millis(), "webhookEvent": "comment_created", "issue": issue("new", Value::Null), "comment": comment });
        assert!(matches!(&send(&payload).happened, Happened::Said { words: said, .. } if said == words));
    }
}

#[test]
fn a_plain_message_holds_for_five_minutes() {
    let body =
        json!({ "type": "issue.closed", "data": { "key": "T-1", "reference": "as said", "fixed": false } })
            .to_string();
    let seconds = super::super::signing::seconds(NOW);
    let send = |seconds: i64| {
        let signature = super::super::signing::signature(SECRET, "msg_1", seconds, body.as_bytes()).unwrap();
        let stamp = seconds.to_string();
        let pairs = [
            ("webhook-id", "msg_1"),
            ("webhook-timestamp", stamp.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        heard(Kind::Plain, &pairs, body.as_bytes())
    };
    assert!(matches!(
        send(seconds).unwrap().happened,
        Happened::Closed { is_fixed: false, .. }
    ));
    assert_eq!(send(seconds - 301), Err(Refusal::Stale));
    assert_eq!(send(seconds + 301), Err(Refusal::Stale));
}
