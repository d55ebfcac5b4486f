//! The JSON interface: the same operations with the same refusals.

use axum::http::Method;
use serde_json::{Value, json};
use web::testing::{Answer, ApiClient};

use crate::house::{SPACE, facts, open, published, words};

async fn put(client: &ApiClient, path: &str, body: &Value) -> Answer {
    client.send(Method::PUT, path, Some(body), &[]).await
}

#[tokio::test]
async fn another_program_writes_publishes_reads_and_votes() {
    let app = open().await;
    let engineer = app.token_of(&app.cast.cheng_li.clone(), &["*"]).await;
    let wanted = json!({
        "kind": "fault", "space": SPACE, "audience": ["everyone"], "locale": "en",
        "text": { "title": "Quokka modem blinks", "summary": "It blinks.", "tags": ["modem"], "body": "Unplug it." },
    });
    let made = engineer.post("/api/v1/knowledge/articles", &wanted).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let place = made.header("location").to_owned();
    assert_eq!(made.json()["state"], "draft");
    let requester = app.token_of(&app.cast.li_na.clone(), &["*"]).await;
    assert_eq!(requester.get(&place).await.status, 404);
    let draft = engineer.get(&format!("{place}/texts/en")).await.json();
    assert_eq!(draft["step"], 1);
    let text = json!({ "title": "Quokka modem blinks", "body": "Unplug it. Wait." });
    let saved = put(
        &engineer,
        &format!("{place}/texts/en"),
        &json!({ "text": text, "step": 1, "note": "waiting" }),
    )
    .await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    assert_eq!(saved.json()["version"], 2);
    let late = put(
        &engineer,
        &format!("{place}/texts/en"),
        &json!({ "text": text, "step": 1 }),
    )
    .await;
    assert_eq!(late.status, 409);
    let moved = put(
        &engineer,
        &format!("{place}/state"),
        &json!({ "state": "published" }),
    )
    .await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    let read = requester.get(&place).await.json();
    assert_eq!(read["text"]["body"], "Unplug it. Wait.");
    assert_eq!(read["locale"], "en");
    let vote = put(&requester, &format!("{place}/vote"), &json!({ "solved": true })).await;
    assert_eq!(vote.json()["solved"], 1, "{}", vote.text);
    let said = requester
        .post(&format!("{place}/comments"), &json!({ "body": "Which socket?" }))
        .await;
    assert_eq!(said.status, 201, "{}", said.text);
    assert_eq!(
        engineer.get(&format!("{place}/comments")).await.json()["items"][0]["body"],
        "Which socket?"
    );
    let versions = engineer.get(&format!("{place}/versions/en")).await.json();
    assert_eq!(versions["items"][0]["note"], "waiting");
    let first = engineer.get(&format!("{place}/versions/en/1")).await.json();
    assert_eq!(first["text"]["body"], "Unplug it.");
    app.settle().await;
    let found = requester.get("/api/v1/knowledge/search?q=quokka").await.json();
    assert_eq!(found["items"][0]["title"], "Quokka modem blinks", "{found}");
    let spaces = requester.get("/api/v1/knowledge/spaces").await.json();
    assert!(
        spaces["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|space| space["id"] == SPACE)
    );
    let list = requester
        .get(&format!("/api/v1/knowledge/articles?space={SPACE}"))
        .await
        .json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn rights_and_bad_input_answer_as_everywhere() {
    let app = open().await;
    let systems = format!("team:{}", app.cast.systems);
    let secret = published(&app, facts(&[&systems]), words("Secret", "x"))
        .await
        .number;
    let technician = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let place = format!("/api/v1/knowledge/articles/{secret}");
    for path in [
        place.clone(),
        format!("{place}/texts/en"),
        format!("{place}/versions/en"),
        format!("{place}/versions/en/1"),
        format!("{place}/comments"),
    ] {
        assert_eq!(technician.get(&path).await.status, 404, "{path}");
    }
    let refusals = [
        (format!("{place}/state"), json!({ "state": "withdrawn" })),
        (format!("{place}/vote"), json!({ "solved": true })),
        (format!("{place}/texts/en"), json!({ "text": { "title": "x" } })),
        (place.clone(), json!({ "space": SPACE, "version": 1 })),
    ];
    for (path, body) in refusals {
        assert_eq!(put(&technician, &path, &body).await.status, 404, "{path}");
    }
    let requester = app.token_of(&app.cast.li_na.clone(), &["*"]).await;
    assert_eq!(
        requester
            .post("/api/v1/knowledge/articles", &json!({}))
            .await
            .status,
        403
    );
    let wrong = json!({ "space": "nowhere", "locale": "fr", "text": { "title": "x" } });
    let refused = technician.post("/api/v1/knowledge/articles", &wrong).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["errors"][0]["field"], "locale");
    let cursor = technician.get("/api/v1/knowledge/articles?cursor=nowhere").await;
    assert_eq!(cursor.status, 422);
}

#[tokio::test]
async fn every_call_stands_in_the_document() {
    let app = open().await;
    let document = serde_json::to_value(app.house.app.api_document()).unwrap();
    let article = "/api/v1/knowledge/articles/{number}";
    for (path, method) in [
        ("/api/v1/knowledge/articles".to_owned(), "get"),
        ("/api/v1/knowledge/articles".to_owned(), "post"),
        (article.to_owned(), "get"),
        (article.to_owned(), "put"),
        (format!("{article}/texts/{{locale}}"), "get"),
        (format!("{article}/texts/{{locale}}"), "put"),
        (format!("{article}/state"), "put"),
        (format!("{article}/versions/{{locale}}"), "get"),
        (format!("{article}/versions/{{locale}}/{{version}}"), "get"),
        (format!("{article}/vote"), "put"),
        (format!("{article}/comments"), "post"),
        ("/api/v1/knowledge/search".to_owned(), "get"),
        ("/api/v1/knowledge/spaces".to_owned(), "get"),
    ] {
        assert!(document["paths"][&path][method].is_object(), "{method} {path}");
    }
}
