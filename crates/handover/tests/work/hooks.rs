//! What trackers tell: found by reference and then by key, noted on the ticket; forged, repeated, and old messages are refused.

use axum::body::Body;
use axum::http::{Request, header};
use data_encoding::HEXLOWER;
use handover::package::{Package, State};
use handover::tracker::{Definition, Kind, TrackerId, keeping, signing, store};
use hmac::{Hmac, KeyInit, Mac};
use kernel::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::TestApp;
use web::testing::{Answer, send};

use crate::house::{given, letters, mailbox, notes, package, to_systems};

/// A tracker that is only read back, and the secret it must know.
pub async fn tracker(app: &TestApp, kind: Kind, url: &str) -> (TrackerId, String) {
    let definition = Definition {
        name: format!("Tracker {}", kind.as_str()),
        kind,
        url: url.to_owned(),
        enabled: true,
    };
    let cx = app.cx();
    app.write(move |tx| {
        let tracker = keeping::add(tx, &cx, &definition)?;
        let opened = keeping::open(tx, &cx, tracker.id)?;
        assert!(!tracker.secret_in.contains(&opened.secret_in), "sealed");
        Ok((tracker.id, opened.secret_in))
    })
    .await
    .unwrap()
}

/// Amy has handed Li Na's printer over to a tracker.
pub async fn in_tracker(app: &TestApp, tracker: TrackerId) -> Package {
    let ticket = app.li_na_cannot_print().await;
    let mut giving = to_systems(app);
    giving.tracker = Some(tracker);
    given(app, ticket.number, giving).await
}

pub async fn post(app: &TestApp, tracker: TrackerId, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder()
        .method("POST")
        .uri(format!("/handover/hooks/{tracker}"))
        .header(header::HOST, "desk.test")
        .header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(&app.router, request.body(Body::from(body.to_owned())).unwrap()).await
}

fn signed(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    format!("sha256={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

async fn github(
    app: &TestApp,
    (id, secret): &(TrackerId, String),
    event: &str,
    delivery: &str,
    payload: &Value,
) -> Answer {
    let body = payload.to_string();
    let signature = signed(secret, &body);
    let headers = [
        ("x-github-event", event),
        ("x-github-delivery", delivery),
        ("x-hub-signature-256", &signature),
    ];
    post(app, *id, &headers, &body).await
}

fn issue(app: &TestApp, action: &str, number: i64, body: &str) -> Value {
    json!({
        "action": action, "repository": { "full_name": "acme/app" },
        "issue": {
            "number": number, "html_url": format!("https://github.test/acme/app/issues/{number}"), "title": "Printing stops",
            "body": body, "state_reason": "completed", "labels": [], "updated_at": app.clock.now(),
        },
    })
}

#[tokio::test]
async fn an_issue_is_found_by_its_reference_then_by_its_key_and_its_end_asks_for_the_report() {
    let app = TestApp::open().await;
    mailbox(&app).await;
    let hub = tracker(&app, Kind::Github, "").await;
    let given = in_tracker(&app, hub.0).await;
    let opened = issue(&app, "opened", 12, &format!("See {}", given.reference()));
    let answer = github(&app, &hub, "issues", "d1", &opened).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "taken"));
    let known = package(&app, given.id).await;
    assert_eq!(known.issue_key.as_deref(), Some("acme/app#12"));
    assert_eq!(
        known.issue_url.as_deref(),
        Some("https://github.test/acme/app/issues/12")
    );
    let mut comment = issue(&app, "created", 12, "edited away");
    comment["comment"] = json!({ "body": "It is the spooler.", "user": { "login": "octocat" }, "updated_at": app.clock.now() });
    assert_eq!(
        github(&app, &hub, "issue_comment", "d2", &comment).await.text,
        "taken"
    );
    // Another issue that carries the same reference is not this package's.
    let other = issue(&app, "closed", 13, &given.reference());
    assert_eq!(github(&app, &hub, "issues", "d3", &other).await.text, "ignored");
    assert_eq!(package(&app, given.id).await.fix_delivered_at, None);
    assert_eq!(
        github(&app, &hub, "issues", "d4", &issue(&app, "closed", 12, ""))
            .await
            .text,
        "taken"
    );
    let fixed = package(&app, given.id).await;
    assert_eq!(
        (fixed.state, fixed.fix_delivered_at.is_some()),
        (State::ReportDue, true)
    );
    let notes = notes(&app, given.ticket).await;
    let has = |words: &str| notes.iter().any(|note| note.contains(words));
    assert!(
        has("octocat") && has("It is the spooler.") && has("acme/app#12"),
        "{notes:?}"
    );
    let written = letters(&app).await;
    assert_eq!(
        written
            .iter()
            .filter(|(to, _)| to == "cheng.li@example.test")
            .count(),
        2,
        "{written:?}"
    );
    let mut reopened = issue(&app, "reopened", 12, "");
    reopened["issue"]["state_reason"] = json!("reopened");
    assert_eq!(github(&app, &hub, "issues", "d5", &reopened).await.text, "taken");
    assert_eq!(package(&app, given.id).await.fix_delivered_at, None);
}

#[tokio::test]
async fn forged_repeated_and_old_messages_are_refused_and_written_down() {
    let app = TestApp::open().await;
    let hub = tracker(&app, Kind::Github, "").await;
    let given = in_tracker(&app, hub.0).await;
    let mut closed = issue(&app, "closed", 12, &given.reference());
    let wrong = (hub.0, "whsec_wrong".to_owned());
    let forged = github(&app, &wrong, "issues", "d1", &closed).await;
    assert_eq!((forged.status.as_u16(), forged.text.as_str()), (401, "forged"));
    assert_eq!(post(&app, hub.0, &[], "{}").await.status, 401);
    assert_eq!(
        package(&app, given.id).await.issue_key,
        None,
        "nothing came of it"
    );
    assert_eq!(
        github(&app, &hub, "issues", "d1", &closed).await.status,
        200,
        "a forger uses no name up"
    );
    let before = notes(&app, given.ticket).await.len();
    // The name of a delivery is not signed: a new name does not make the same body new, nor a new body the same name.
    assert_eq!(github(&app, &hub, "issues", "d1", &closed).await.status, 422);
    let again = github(&app, &hub, "issues", "d2", &closed).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (422, "replayed"));
    closed["issue"]["title"] = json!("Another title");
    assert_eq!(github(&app, &hub, "issues", "d1", &closed).await.status, 422);
    closed["issue"]["updated_at"] = json!(app.clock.now().add_secs(-61 * 86_400));
    let old = github(&app, &hub, "issues", "d9", &closed).await;
    assert_eq!((old.status.as_u16(), old.text.as_str()), (422, "stale"));
    assert_eq!(notes(&app, given.ticket).await.len(), before);
    let id = hub.0;
    let log = app.read(move |tx| store::heard(tx, id, 50)).await.unwrap();
    let outcomes: Vec<&str> = log.iter().rev().map(|one| one.outcome.as_str()).collect();
    assert_eq!(
        outcomes,
        [
            "forged", "forged", "taken", "replayed", "replayed", "replayed", "stale"
        ]
    );
    let page = app
        .admin()
        .await
        .get(&format!("/settings/trackers/{id}/log"))
        .await;
    assert!(page.text.contains("chip-danger"), "{}", page.text);
}

#[tokio::test]
async fn the_log_of_what_was_refused_stays_short_and_forgets_nothing_that_was_taken() {
    let app = TestApp::open().await;
    let hub = tracker(&app, Kind::Github, "").await;
    let given = in_tracker(&app, hub.0).await;
    github(
        &app,
        &hub,
        "issues",
        "d1",
        &issue(&app, "opened", 12, &given.reference()),
    )
    .await;
    let (id, at) = (hub.0, app.clock.now());
    app.write(move |tx| {
        for round in 0..450 {
            let heard = handover::tracker::Heard {
                delivery: String::new(),
                fingerprint: round.to_string(),
                event: String::new(),
                outcome: handover::tracker::Outcome::Forged,
                package: None,
                at,
            };
            store::insert_heard(tx, id, &heard)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let log = app.read(move |tx| store::heard(tx, id, 1_000)).await.unwrap();
    assert_eq!(i64::try_from(log.len()).unwrap(), store::REFUSED_MOST + 1);
    assert_eq!(log.last().unwrap().outcome.as_str(), "taken");
}

#[tokio::test]
async fn gitlab_jira_and_plain_programs_are_read_back_too() {
    let app = TestApp::open().await;
    let lab = tracker(&app, Kind::Gitlab, "").await;
    let given = in_tracker(&app, lab.0).await;
    let body = json!({
        "object_kind": "issue", "project": { "path_with_namespace": "acme/app" }, "labels": [{ "title": given.reference() }],
        "object_attributes": { "iid": 3, "action": "close", "title": "x", "description": "", "url": "javascript:alert(1)", "updated_at": app.clock.now() },
    })
    .to_string();
    let headers = |token| {
        [
            ("x-gitlab-event", "Issue Hook"),
            ("x-gitlab-event-uuid", "u1"),
            ("x-gitlab-token", token),
        ]
    };
    assert_eq!(post(&app, lab.0, &headers("guess"), &body).await.status, 401);
    assert_eq!(post(&app, lab.0, &headers(&lab.1), &body).await.text, "taken");
    assert_eq!(post(&app, lab.0, &headers(&lab.1), &body).await.text, "replayed");
    let known = package(&app, given.id).await;
    assert_eq!(
        (known.issue_key.as_deref(), known.issue_url.as_deref()),
        (Some("acme/app#3"), None),
        "no such link"
    );

    let jira = tracker(&app, Kind::Jira, "").await;
    let ticket = app.reported(&app.cast.li_na.clone(), "Another fault").await;
    let mut giving = to_systems(&app);
    giving.tracker = Some(jira.0);
    let second = crate::house::given(&app, ticket.number, giving).await;
    let body = json!({
        "timestamp": app.clock.now().millis(), "webhookEvent": "jira:issue_updated", "changelog": { "items": [{ "field": "status" }] },
        "issue": { "key": "APP-7", "self": "https://acme.test/rest/api/2/issue/7", "fields": {
            "summary": "x", "labels": [second.reference()], "status": { "name": "Done", "statusCategory": { "key": "done" } } } },
    })
    .to_string();
    let signature = signed(&jira.1, &body);
    let headers = [
        ("x-hub-signature", signature.as_str()),
        ("x-atlassian-webhook-identifier", "j1"),
    ];
    assert_eq!(post(&app, jira.0, &headers, &body).await.text, "taken");
    assert!(package(&app, second.id).await.fix_delivered_at.is_some());
    // A message of one tracker is nothing to another, whoever knows its secret.
    assert_eq!(post(&app, lab.0, &headers, &body).await.status, 401);
}

#[tokio::test]
async fn a_plain_program_signs_as_standard_webhooks_say_and_has_five_minutes() {
    let app = TestApp::open().await;
    let plain = tracker(&app, Kind::Plain, "").await;
    let given = in_tracker(&app, plain.0).await;
    let body = json!({ "type": "issue.commented", "data": {
        "key": "T-1", "reference": given.reference(), "author": "Rosa", "body": "Found it." } })
    .to_string();
    let send = async |id: &str, at: Timestamp| {
        let seconds = signing::seconds(at);
        let signature = signing::signature(&plain.1, id, seconds, body.as_bytes()).unwrap();
        let seconds = seconds.to_string();
        let headers = [
            ("webhook-id", id),
            ("webhook-timestamp", seconds.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        post(&app, plain.0, &headers, &body).await.text
    };
    let now = app.clock.now();
    assert_eq!(send("msg_1", now.add_secs(-400)).await, "stale");
    assert_eq!(send("msg_2", now).await, "taken");
    assert_eq!(send("msg_2", now).await, "replayed");
    assert!(
        notes(&app, given.ticket)
            .await
            .iter()
            .any(|note| note.contains("Rosa") && note.contains("Found it."))
    );
}

#[tokio::test]
async fn what_happens_to_an_issue_twice_may_be_said_in_the_same_words() {
    let app = TestApp::open().await;
    let plain = tracker(&app, Kind::Plain, "").await;
    let given = in_tracker(&app, plain.0).await;
    let tell = async |id: &str, kind: &str| {
        let body =
            json!({ "type": kind, "data": { "key": "APP-1", "reference": given.reference() } }).to_string();
        let seconds = signing::seconds(app.clock.now());
        let signature = signing::signature(&plain.1, id, seconds, body.as_bytes()).unwrap();
        let seconds = seconds.to_string();
        let headers = [
            ("webhook-id", id),
            ("webhook-timestamp", seconds.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        post(&app, plain.0, &headers, &body).await.text
    };
    assert_eq!(tell("msg_1", "issue.closed").await, "taken");
    assert_eq!(tell("msg_2", "issue.reopened").await, "taken");
    assert_eq!(package(&app, given.id).await.fix_delivered_at, None);
    assert_eq!(tell("msg_3", "issue.closed").await, "taken");
    assert!(package(&app, given.id).await.fix_delivered_at.is_some());
    assert_eq!(tell("msg_3", "issue.closed").await, "replayed");
}

#[tokio::test]
async fn a_tracker_that_is_off_or_unknown_does_not_exist() {
    let app = TestApp::open().await;
    let hub = tracker(&app, Kind::Github, "").await;
    let mut noor = app.admin().await;
    let path = format!("/settings/trackers/{}", hub.0);
    let form = [("name", "Hub"), ("kind", "github"), ("url", "")];
    assert_eq!(noor.post(&path, &form).await.status, 303);
    let payload = json!({ "zen": "x" });
    assert_eq!(github(&app, &hub, "ping", "d1", &payload).await.status, 404);
    assert_eq!(noor.post(&format!("{path}/removal"), &[]).await.status, 303);
    assert_eq!(noor.get(&path).await.status, 404);
    assert_eq!(github(&app, &hub, "ping", "d1", &payload).await.status, 404);
}
