//! What people decide, who may, and what is kept of it.

use fleet::patch::{PatchId, State, deciding};
use kernel::event;
use serde_json::json;
use testkit::TestApp;

use crate::house::{NEW, OLD, decide, device, patch, reports, update};

/// A house with two patches that wait.
async fn waiting() -> (TestApp, PatchId, PatchId) {
    let app = TestApp::open().await;
    let one = device(&app, 1, None).await;
    reports(
        &app,
        one,
        &[update("openssl", OLD, NEW), update("curl", "8.4", "8.5")],
    )
    .await;
    let (openssl, curl) = (patch(&app, "openssl").await.id, patch(&app, "curl").await.id);
    (app, openssl, curl)
}

#[tokio::test]
async fn a_decision_says_who_when_and_why_and_can_be_taken_back() {
    let (app, openssl, _) = waiting().await;
    decide(&app, &app.cast.shen, &[openssl], State::Approved, "  Urgent.\r\n").await;
    let approved = patch(&app, "openssl").await;
    assert_eq!(
        (approved.state, approved.note.as_str()),
        (State::Approved, "Urgent.")
    );
    assert_eq!(
        (approved.decided_by, approved.decided_name.as_str()),
        (Some(app.cast.shen.id), app.cast.shen.name.as_str())
    );
    assert_eq!(approved.decided_at, Some(app.cx().now()));
    decide(&app, &app.cast.noor, &[openssl], State::Waiting, "").await;
    let again = patch(&app, "openssl").await;
    assert_eq!(
        (again.state, again.decided_by),
        (State::Waiting, Some(app.cast.noor.id))
    );
    let told = app
        .read(move |tx| event::of_subject(tx, &format!("patch:{openssl}"), 0, 10))
        .await
        .unwrap();
    let states: Vec<&str> = told
        .iter()
        .map(|event| event.data["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["approved", "waiting"]);
    assert_eq!(told[0].kind, "fleet.patch_decided");
    assert_eq!(told[0].personal.as_ref().unwrap()["note"], "Urgent.");
}

#[tokio::test]
async fn what_is_said_already_is_not_said_again() {
    let (app, openssl, curl) = waiting().await;
    let both = [openssl, curl, openssl];
    for _ in 0..2 {
        decide(&app, &app.cast.shen, &both, State::Declined, "").await;
    }
    for id in [openssl, curl] {
        let told = app
            .read(move |tx| event::of_subject(tx, &format!("patch:{id}"), 0, 10))
            .await
            .unwrap();
        assert_eq!(told.len(), 1);
    }
}

#[tokio::test]
async fn only_who_may_approve_decides() {
    let (app, openssl, _) = waiting().await;
    for person in [app.cast.amy.clone(), app.cast.cheng_li.clone()] {
        let refused = app
            .act(&person, move |tx, cx| {
                Ok(deciding::decide(tx, cx, &[openssl], State::Approved, ""))
            })
            .await;
        assert_eq!(refused.unwrap_err().code(), "kernel.forbidden");
    }
    let mut amy = app.technician().await;
    let form = [("state", "approved")];
    let path = format!("/patches/{openssl}/decision");
    assert_eq!(amy.post(&path, &form).await.status, 403);
    let id = openssl.to_string();
    let many = [("state", "approved"), ("patch", id.as_str())];
    assert_eq!(amy.post("/patches/decisions", &many).await.status, 403);
    assert_eq!(patch(&app, "openssl").await.state, State::Waiting);
}

#[tokio::test]
async fn one_and_many_are_decided_by_pages() {
    let (app, openssl, curl) = waiting().await;
    let (one, two) = (openssl.to_string(), curl.to_string());
    let mut shen = app.manager().await;
    let page = shen.get("/patches").await.text;
    assert!(
        page.contains("value=\"approved\"") && page.contains(&one),
        "{page}"
    );
    let form = [
        ("state", "approved"),
        ("tab", "waiting"),
        ("patch", one.as_str()),
        ("patch", two.as_str()),
    ];
    let done = shen.post("/patches/decisions", &form).await;
    assert_eq!(
        (done.status.as_u16(), done.header("location")),
        (303, "/patches"),
        "{}",
        done.text
    );
    assert_eq!(patch(&app, "curl").await.state, State::Approved);
    let path = format!("/patches/{curl}/decision");
    let form = [("state", "declined"), ("note", "It breaks the proxy.")];
    assert_eq!(shen.post(&path, &form).await.status, 303);
    assert_eq!(patch(&app, "curl").await.note, "It breaks the proxy.");
    let long = "x".repeat(deciding::NOTE_MOST + 1);
    let form = [("state", "approved"), ("note", long.as_str())];
    assert_eq!(shen.post(&path, &form).await.status, 422);
    assert_eq!(shen.post(&path, &[("state", "loved")]).await.status, 422);
    let nowhere = "/patches/00000000000000000000000000/decision";
    assert_eq!(shen.post(nowhere, &[("state", "approved")]).await.status, 404);
    let approved = shen.get("/patches?state=approved").await.text;
    assert!(
        approved.contains(">openssl</a>") && !approved.contains(">curl</a>"),
        "{approved}"
    );
}

#[tokio::test]
async fn programs_look_and_decide() {
    let (app, openssl, curl) = waiting().await;
    let reader = app.token_of(&app.cast.amy, &["*"]).await;
    let list = reader.get("/api/v1/patches").await;
    assert_eq!(list.status, 200, "{}", list.text);
    assert_eq!(list.json()["items"].as_array().map(Vec::len), Some(2));
    let one = reader.get(&format!("/api/v1/patches/{openssl}")).await.json();
    assert_eq!(
        (&one["name"], &one["version"], &one["devices"]),
        (&json!("openssl"), &json!(NEW), &json!(1))
    );
    let wish = json!({ "patches": [openssl, curl], "state": "approved", "note": "Both." });
    assert_eq!(reader.post("/api/v1/patches/decisions", &wish).await.status, 403);
    let writer = app.token_of(&app.cast.shen, &["*"]).await;
    let done = writer.post("/api/v1/patches/decisions", &wish).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(done.json()["items"][1]["state"], "approved");
    let nothing = json!({ "patches": ["00000000000000000000000000"], "state": "approved" });
    assert_eq!(
        writer.post("/api/v1/patches/decisions", &nothing).await.status,
        404
    );
    for wrong in [
        json!({ "patches": [], "state": "approved" }),
        json!({ "patches": [openssl], "state": "loved" }),
    ] {
        assert_eq!(writer.post("/api/v1/patches/decisions", &wrong).await.status, 422);
    }
    let approved = reader.get("/api/v1/patches?state=approved&q=open").await.json();
    assert_eq!(approved["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn nothing_is_unsaid_by_saying_less() {
    let (app, openssl, curl) = waiting().await;
    // What waits stays with the rules.
    decide(&app, &app.cast.noor, &[curl], State::Waiting, "").await;
    assert_eq!(patch(&app, "curl").await.decided_by, None);
    decide(&app, &app.cast.shen, &[openssl], State::Approved, "Urgent.").await;
    decide(&app, &app.cast.noor, &[openssl], State::Approved, "").await;
    let kept = patch(&app, "openssl").await;
    assert_eq!(
        (kept.note.as_str(), kept.decided_by),
        ("Urgent.", Some(app.cast.shen.id))
    );
}
