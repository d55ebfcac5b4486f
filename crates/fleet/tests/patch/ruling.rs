//! Rules: which one decides, when, and that a person's word stands.

use fleet::patch::ruling::{self, NewRule};
use fleet::patch::{RuleId, State, Verdict};
use serde_json::json;
use testkit::TestApp;

use crate::house::{NEW, OLD, decide, device, patch, reports, security, update};

/// The manager makes a rule.
async fn rule(app: &TestApp, pattern: &str, after_days: i64, verdict: Verdict) -> RuleId {
    let new = NewRule {
        pattern: pattern.to_owned(),
        security_only: false,
        after_days,
        verdict,
    };
    made(app, new).await
}

async fn made(app: &TestApp, new: NewRule) -> RuleId {
    // Rules of one instant would have no age of their own.
    app.clock.advance_millis(1_000);
    app.act(&app.cast.shen, move |tx, cx| ruling::add(tx, cx, &new))
        .await
        .id
}

#[tokio::test]
async fn a_rule_decides_what_is_reported_and_what_waits_already() {
    let app = TestApp::open().await;
    let one = device(&app, 1, None).await;
    reports(&app, one, &[update("curl", "8.4", "8.5")]).await;
    let id = rule(&app, "*", 0, Verdict::Approve).await;
    app.settle().await;
    let curl = patch(&app, "curl").await;
    assert_eq!(
        (curl.state, curl.rule, curl.decided_by),
        (State::Approved, Some(id), None)
    );
    reports(&app, one, &[update("openssl", OLD, NEW)]).await;
    assert_eq!(patch(&app, "openssl").await.state, State::Approved);
    let mut amy = app.technician().await;
    let page = amy.get(&patch(&app, "openssl").await.href()).await.text;
    assert!(page.contains("Approve *, at once"), "{page}");
}

#[tokio::test]
async fn a_rule_with_days_waits_for_them_and_no_younger_one_comes_before() {
    let app = TestApp::open().await;
    rule(&app, "openssl", 2, Verdict::Approve).await;
    rule(&app, "*", 0, Verdict::Decline).await;
    let one = device(&app, 1, None).await;
    reports(
        &app,
        one,
        &[update("openssl", OLD, NEW), update("curl", "8.4", "8.5")],
    )
    .await;
    assert_eq!(patch(&app, "curl").await.state, State::Declined);
    app.pass_hours(47).await;
    assert_eq!(patch(&app, "openssl").await.state, State::Waiting);
    app.pass_hours(2).await;
    assert_eq!(patch(&app, "openssl").await.state, State::Approved);
}

#[tokio::test]
async fn a_rule_for_holes_decides_once_a_device_knows_of_one() {
    let app = TestApp::open().await;
    let new = NewRule {
        pattern: "*".to_owned(),
        security_only: true,
        after_days: 0,
        verdict: Verdict::Approve,
    };
    made(&app, new).await;
    let (one, two) = (device(&app, 1, None).await, device(&app, 2, None).await);
    reports(&app, one, &[update("openssl", OLD, NEW)]).await;
    assert_eq!(patch(&app, "openssl").await.state, State::Waiting);
    reports(&app, two, &[security("openssl", OLD, NEW)]).await;
    assert_eq!(patch(&app, "openssl").await.state, State::Approved);
}

#[tokio::test]
async fn a_persons_word_stands_also_when_they_took_a_decision_back() {
    let app = TestApp::open().await;
    let one = device(&app, 1, None).await;
    reports(
        &app,
        one,
        &[update("openssl", OLD, NEW), update("curl", "8.4", "8.5")],
    )
    .await;
    let (openssl, curl) = (patch(&app, "openssl").await.id, patch(&app, "curl").await.id);
    decide(&app, &app.cast.noor, &[openssl], State::Declined, "").await;
    rule(&app, "*", 0, Verdict::Approve).await;
    app.pass_hours(2).await;
    assert_eq!(patch(&app, "openssl").await.state, State::Declined);
    assert_eq!(patch(&app, "curl").await.state, State::Approved);
    decide(&app, &app.cast.noor, &[openssl, curl], State::Waiting, "").await;
    app.pass_hours(2).await;
    for name in ["openssl", "curl"] {
        let again = patch(&app, name).await;
        assert_eq!((again.state, again.rule), (State::Waiting, None), "{name}");
    }
}

#[tokio::test]
async fn an_ended_rule_decides_nothing_more_and_what_it_decided_stays() {
    let app = TestApp::open().await;
    let one = device(&app, 1, None).await;
    let id = rule(&app, "*", 0, Verdict::Approve).await;
    reports(&app, one, &[update("curl", "8.4", "8.5")]).await;
    app.act(&app.cast.shen, move |tx, cx| ruling::end(tx, cx, id).map(drop))
        .await;
    reports(
        &app,
        one,
        &[update("openssl", OLD, NEW), update("curl", "8.4", "8.5")],
    )
    .await;
    app.pass_hours(2).await;
    assert_eq!(patch(&app, "curl").await.state, State::Approved);
    assert_eq!(patch(&app, "openssl").await.state, State::Waiting);
    let again = app
        .act(&app.cast.shen, move |tx, cx| Ok(ruling::end(tx, cx, id)))
        .await;
    assert_eq!(again.unwrap_err().code(), "fleet.patch_rule_ended");
}

#[tokio::test]
async fn rules_are_made_and_ended_by_who_may_approve() {
    let app = TestApp::open().await;
    let form = [
        ("pattern", "Linux-*"),
        ("after_days", "7"),
        ("verdict", "approve"),
        ("security_only", "true"),
    ];
    let mut amy = app.technician().await;
    assert_eq!(amy.post("/patches/rules", &form).await.status, 403);
    let mut shen = app.manager().await;
    assert_eq!(shen.post("/patches/rules", &form).await.status, 303);
    let twice = shen.post("/patches/rules", &form).await;
    assert_eq!(twice.status, 422, "{}", twice.text);
    for (field, value) in [
        ("pattern", "two words"),
        ("after_days", "400"),
        ("verdict", "maybe"),
    ] {
        let mut wrong = form;
        for pair in &mut wrong {
            if pair.0 == field {
                pair.1 = value;
            }
        }
        let refused = shen.post("/patches/rules", &wrong).await;
        assert_eq!(refused.status, 422, "{field}: {}", refused.text);
    }
    let page = amy.get("/patches/rules").await.text;
    assert!(
        page.contains("Approve linux-*, only security updates, 7 days after it was first seen"),
        "{page}"
    );
    let token = app.token_of(&app.cast.shen, &["*"]).await;
    let rules = token.get("/api/v1/patches/rules").await.json();
    let id = rules["items"][0]["id"].as_str().unwrap().to_owned();
    let end = format!("/api/v1/patches/rules/{id}/end");
    let reader = app.token_of(&app.cast.amy, &["*"]).await;
    assert_eq!(reader.post(&end, &json!({})).await.status, 403);
    assert_eq!(token.post(&end, &json!({})).await.status, 200);
    assert_eq!(token.post(&end, &json!({})).await.status, 409);
    let nowhere = "/api/v1/patches/rules/00000000000000000000000000/end";
    assert_eq!(token.post(nowhere, &json!({})).await.status, 404);
    let new = json!({ "pattern": "linux-*", "verdict": "decline" });
    let added = token.post("/api/v1/patches/rules", &new).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let rules = token.get("/api/v1/patches/rules").await.json();
    assert_eq!(rules["items"][0]["verdict"], "decline");
    assert_eq!(rules["ended"][0]["id"], id.as_str());
}

#[tokio::test]
async fn what_a_rule_declined_before_anybody_knew_of_the_hole_waits_again() {
    let app = TestApp::open().await;
    let id = rule(&app, "*", 0, Verdict::Decline).await;
    let (one, two) = (device(&app, 1, None).await, device(&app, 2, None).await);
    reports(&app, one, &[update("openssl", OLD, NEW)]).await;
    assert_eq!(patch(&app, "openssl").await.state, State::Declined);
    app.act(&app.cast.shen, move |tx, cx| ruling::end(tx, cx, id))
        .await;
    reports(&app, two, &[security("openssl", OLD, NEW)]).await;
    let again = patch(&app, "openssl").await;
    assert_eq!((again.state, again.rule), (State::Waiting, None));
}
