//! The JSON interface: declared, said, listed, and read, with the same rights and refusals.

use serde_json::json;
use testkit::TestApp;

use crate::house::{replies, two_tickets};

#[tokio::test]
async fn another_program_declares_tells_and_lists() {
    let app = TestApp::open().await;
    let (first, second) = two_tickets(&app).await;
    let engineer = app.token_of(&app.cast.cheng_li.clone(), &["*"]).await;
    let wanted = json!({
        "ticket": first.number, "title": "Mail is down", "services": ["Mail"], "links": [second.number],
        "plan": "core-system-down", "text": { "en": "We are on it." },
    });
    let made = engineer.post("/api/v1/major-incidents", &wanted).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let place = made.header("location").to_owned();
    assert_eq!(made.json()["update_minutes"], 30);
    let again = engineer.post("/api/v1/major-incidents", &wanted).await;
    assert_eq!(again.status, 409);
    assert_eq!(again.json()["code"], "major.already_declared");
    app.settle().await;
    app.clock.advance_millis(1_000);
    let said = engineer
        .post(
            &format!("{place}/updates"),
            &json!({ "text": { "zh": "已定位" }, "state": "identified" }),
        )
        .await;
    assert_eq!(said.status, 201, "{}", said.text);
    app.settle().await;
    assert_eq!(replies(&app, second.number).await, ["We are on it.", "已定位"]);
    let room = engineer.get(&place).await.json();
    assert_eq!(room["state"], "identified");
    assert_eq!(room["roles"][0]["role"], "commander");
    assert_eq!(room["links"], json!([second.number]));
    assert_eq!(room["updates"][0]["text"]["zh"], "已定位");
    let list = engineer.get("/api/v1/major-incidents").await.json();
    assert_eq!(list["open"][0]["title"], "Mail is down");
    let requester = app.token_of(&app.cast.li_na.clone(), &["*"]).await;
    assert_eq!(requester.get("/api/v1/major-incidents").await.status, 403);
    assert_eq!(requester.get("/api/v1/status").await.json()["status"], "incident");
}

#[tokio::test]
async fn bad_input_names_its_field() {
    let app = TestApp::open().await;
    let (first, _) = two_tickets(&app).await;
    let engineer = app.token_of(&app.cast.cheng_li.clone(), &["*"]).await;
    let wanted = json!({ "ticket": first.number, "title": "", "update_minutes": 1 });
    let refused = engineer.post("/api/v1/major-incidents", &wanted).await;
    assert_eq!(refused.status, 422);
    let fields: Vec<_> = refused.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["field"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(fields, ["title", "update_minutes"]);
    let unknown = json!({ "ticket": 999_999, "title": "Mail is down" });
    assert_eq!(
        engineer.post("/api/v1/major-incidents", &unknown).await.status,
        404
    );
    let technician = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    assert_eq!(
        technician.post("/api/v1/major-incidents", &unknown).await.status,
        403
    );
}

#[tokio::test]
async fn every_call_stands_in_the_document() {
    let app = TestApp::open().await;
    let document = serde_json::to_value(app.house.app.api_document()).unwrap();
    for (path, method) in [
        ("/api/v1/major-incidents", "get"),
        ("/api/v1/major-incidents", "post"),
        ("/api/v1/major-incidents/{id}", "get"),
        ("/api/v1/major-incidents/{id}/updates", "post"),
        ("/api/v1/status", "get"),
    ] {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
}
