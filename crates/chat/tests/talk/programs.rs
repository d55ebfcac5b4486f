//! Conversations by programs: both sides, once, within rights.

use axum::http::Method;
use serde_json::json;
use testkit::TestApp;

use crate::house::{house, ticket, words};
use desk::article::ArticleKind;

#[tokio::test]
async fn programs_ask_take_answer_hand_over_and_end() {
    let app = house().await;
    let bruno = app.token_of(&app.cast.bruno.clone(), &["*"]).await;
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let cheng_li = app.token_of(&app.cast.cheng_li.clone(), &["*"]).await;
    assert_eq!(
        bruno.get("/api/v1/chat").await.json()["availability"]["open"],
        true
    );
    let key = [("idempotency-key", "k1")];
    let body = json!({ "body": "VPN is down" });
    let begun = bruno.send(Method::POST, "/api/v1/chat", Some(&body), &key).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let again = bruno.send(Method::POST, "/api/v1/chat", Some(&body), &key).await;
    assert_eq!(again.text, begun.text, "the same call again is answered the same");
    let id = begun.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(begun.header("location"), format!("/api/v1/chat/{id}"));

    let queue = amy.get("/api/v1/chats").await.json();
    assert_eq!(
        (queue["count"].as_i64(), queue["waiting"][0]["id"].as_str()),
        (Some(1), Some(id.as_str()))
    );
    let at = |act: &str| format!("/api/v1/chats/{id}/{act}");
    let taken = amy.send(Method::POST, &at("taking"), None, &[]).await;
    assert_eq!(taken.json()["state"], "talking", "{}", taken.text);
    let late = cheng_li.post(&at("taking"), &json!({ "from": "queue" })).await;
    assert_eq!(late.status, 409, "{}", late.text);
    assert!(
        late.text.contains("chat.conversation.taken_meanwhile"),
        "{}",
        late.text
    );
    let unknown = cheng_li.post(&at("taking"), &json!({ "from": "him" })).await;
    assert_eq!(unknown.status, 422, "{}", unknown.text);
    assert_eq!(
        amy.post(&at("messages"), &json!({ "body": "zinnober", "aside": true }))
            .await
            .status,
        200
    );
    let to = app.cast.cheng_li.id.to_string();
    let handed = amy
        .post(&at("hand-over"), &json!({ "to": to, "note": "please" }))
        .await;
    assert_eq!(handed.json()["technician"]["id"], to, "{}", handed.text);
    assert_eq!(
        cheng_li
            .post(&at("messages"), &json!({ "body": "Try now" }))
            .await
            .status,
        200
    );
    let seen = bruno.get(&format!("/api/v1/chat/{id}")).await;
    assert!(
        seen.text.contains("Try now") && !seen.text.contains("zinnober"),
        "{}",
        seen.text
    );
    let said = bruno
        .post(
            &format!("/api/v1/chat/{id}/messages"),
            &json!({ "body": "It works" }),
        )
        .await;
    assert_eq!(said.status, 200, "{}", said.text);
    let ended = cheng_li
        .post(
            &at("end"),
            &json!({ "solution": "Gateway restarted", "category": "network" }),
        )
        .await;
    assert_eq!(ended.json()["ended_by"], "desk", "{}", ended.text);
    let (view, articles) = ticket(&app, ended.json()["ticket"].as_i64().unwrap()).await;
    assert_eq!(view.ticket.state.as_str(), "resolved");
    assert!(words(&articles, ArticleKind::Report).contains("It works"));
}

#[tokio::test]
async fn programs_are_refused_what_people_are_refused() {
    let app = house().await;
    let li_na = app.token_of(&app.cast.li_na.clone(), &["*"]).await;
    let bruno = app.token_of(&app.cast.bruno.clone(), &["*"]).await;
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let begun = li_na
        .post("/api/v1/chat", &json!({ "body": "打印机" }))
        .await
        .json();
    let id = begun["id"].as_str().unwrap().to_owned();
    assert_eq!(bruno.get(&format!("/api/v1/chat/{id}")).await.status, 404);
    assert_eq!(bruno.get("/api/v1/chats").await.status, 403);
    let empty = li_na
        .post(&format!("/api/v1/chat/{id}/messages"), &json!({ "body": "" }))
        .await;
    assert_eq!(empty.status, 422);
    assert!(empty.text.contains("chat.message.missing"), "{}", empty.text);
    let end = amy
        .post(
            &format!("/api/v1/chats/{id}/end"),
            &json!({ "category": "weather" }),
        )
        .await;
    assert_eq!(end.status, 422);
    let early = amy.post(&format!("/api/v1/chats/{id}/end"), &json!({})).await;
    assert_eq!(early.status, 409, "{}", early.text);
    let settings = json!({ "idle_minutes": 30 });
    assert_eq!(
        amy.send(Method::PUT, "/api/v1/chats/settings", Some(&settings), &[])
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn programs_switch_who_answers_and_what_a_silence_is() {
    let app = TestApp::open().await;
    let shen = app.token_of(&app.cast.shen.clone(), &["*"]).await;
    let bruno = app.token_of(&app.cast.bruno.clone(), &["*"]).await;
    let switch = |on: bool| json!({ "on": on });
    let on = shen
        .send(Method::PUT, "/api/v1/chats/duty", Some(&switch(true)), &[])
        .await;
    assert_eq!(on.json()["on"], true, "{}", on.text);
    assert_eq!(
        bruno.get("/api/v1/chat").await.json()["availability"]["people"],
        1
    );
    shen.send(Method::PUT, "/api/v1/chats/duty", Some(&switch(false)), &[])
        .await;
    assert_eq!(shen.get("/api/v1/chats/duty").await.json()["on"], false);
    assert_eq!(
        bruno.get("/api/v1/chat").await.json()["availability"]["open"],
        false
    );
    let left = bruno
        .post("/api/v1/chat", &json!({ "body": "VPN is down" }))
        .await
        .json();
    assert_eq!(
        (left["state"].as_str(), left["ended_by"].as_str()),
        (Some("ended"), Some("left"))
    );
    let settings = json!({ "idle_minutes": 30 });
    shen.send(Method::PUT, "/api/v1/chats/settings", Some(&settings), &[])
        .await;
    assert_eq!(shen.get("/api/v1/chats/settings").await.json(), settings);
}
