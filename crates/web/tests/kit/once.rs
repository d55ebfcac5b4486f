//! `Idempotency-Key`: once, whatever happens.

use axum::http::{Method, StatusCode};
use kernel::db::params;
use serde_json::json;
use web::testing::{Answer, ApiClient};

use crate::guest_book::House;

async fn post(client: &ApiClient, path: &str, key: &str, title: &str) -> Answer {
    client
        .send(
            Method::POST,
            path,
            Some(&json!({ "title": title })),
            &[("idempotency-key", key)],
        )
        .await
}

#[tokio::test]
async fn the_same_call_again_gets_the_same_answer_and_writes_nothing() {
    let house = House::open().await;
    let client = house.client("writer");
    for path in ["/api/v1/notes", "/api/v1/careless"] {
        let before = house.notes().await;
        let first = post(&client, path, &format!("key {path}"), "x").await;
        let second = post(&client, path, &format!("key {path}"), "x").await;
        assert!(first.status.is_success());
        assert_eq!((first.status, &first.text), (second.status, &second.text));
        assert_eq!(first.header("location"), second.header("location"));
        assert_eq!(second.header("idempotency-replayed"), "true");
        assert_eq!(house.notes().await, before + 1);
    }
}

#[tokio::test]
async fn a_key_used_for_another_call_is_refused() {
    let house = House::open().await;
    let client = house.client("writer");
    post(&client, "/api/v1/notes", "k", "x").await;
    let other = post(&client, "/api/v1/notes", "k", "y").await;
    assert_eq!(
        (other.status, &other.json()["code"]),
        (StatusCode::CONFLICT, &"web.idempotency.key_reused".into())
    );
    assert_eq!(house.notes().await, 1);
}

#[tokio::test]
async fn calls_at_the_same_time_write_once() {
    let house = House::open().await;
    let client = house.client("writer");
    let calls = (0..8).map(|_| post(&client, "/api/v1/notes", "k", "x"));
    let answers = futures::future::join_all(calls).await;
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.status, StatusCode::CREATED | StatusCode::CONFLICT))
    );
    assert!(answers.iter().any(|answer| answer.status == StatusCode::CREATED));
    assert_eq!(house.notes().await, 1);
}

#[tokio::test]
async fn a_refused_call_may_be_corrected_under_the_same_key() {
    let house = House::open().await;
    let client = house.client("writer");
    assert_eq!(
        post(&client, "/api/v1/notes", "k", "").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        post(&client, "/api/v1/notes", "k", "x").await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_call_whose_server_died_is_carried_out_after_its_lease_and_not_before() {
    let house = House::open().await;
    let client = house.client("writer");
    post(&client, "/api/v1/notes", "k", "x").await;
    // As a crash between the claim and the operation's commit leaves it.
    let undo = house.app.db.write(|tx| {
        tx.execute("UPDATE web_idempotency SET status = NULL, body = NULL", params![])?;
        tx.execute("DELETE FROM book_note", params![])
    });
    undo.await.unwrap();
    let early = post(&client, "/api/v1/notes", "k", "x").await;
    assert_eq!(
        (early.status, &early.json()["code"]),
        (StatusCode::CONFLICT, &"web.idempotency.in_progress".into())
    );
    house.app.clock.advance_millis(91_000);
    assert_eq!(
        post(&client, "/api/v1/notes", "k", "x").await.status,
        StatusCode::CREATED
    );
    assert_eq!(house.notes().await, 1);
}

#[tokio::test]
async fn a_day_later_the_key_is_free_and_the_purge_forgets_it() {
    let house = House::open().await;
    let client = house.client("writer");
    post(&client, "/api/v1/notes", "k", "x").await;
    house.app.clock.advance_millis(25 * 3_600_000);
    let handler = house
        .app
        .jobs()
        .into_iter()
        .find(|handler| handler.kind == "web.idempotency_purge")
        .unwrap();
    let job = kernel::job::Job {
        id: house.app.cx_system("test").new_id(),
        kind: handler.kind.to_owned(),
        data: json!({}),
        attempt: 1,
        max_attempts: 1,
        actor: "system:test".to_owned(),
        request: String::new(),
        created_at: house.app.clock.now(),
    };
    (handler.run)((*house.app).clone(), job).await.unwrap();
    let left: i64 = house
        .app
        .db
        .read(|tx| {
            tx.query_one("SELECT COUNT(*) AS n FROM web_idempotency", &[], |row| {
                row.get("n")
            })
        })
        .await
        .unwrap();
    assert_eq!(left, 0);
    assert_eq!(
        post(&client, "/api/v1/notes", "k", "x").await.status,
        StatusCode::CREATED
    );
    assert_eq!(house.notes().await, 2);
}

#[tokio::test]
async fn a_token_is_not_answered_with_what_its_person_did_by_other_means() {
    let house = House::open().await;
    let client = house.client("writer");
    let mut browser = house.browser("writer");
    browser.get("/notes").await;
    let token = browser.csrf.clone();
    let headers = [
        ("content-type", "application/json"),
        ("x-csrf-token", token.as_str()),
        ("idempotency-key", "k"),
    ];
    let body = json!({ "title": "x" }).to_string();
    let first = browser.send(Method::POST, "/api/v1/notes", &body, &headers).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let by_token = post(&client, "/api/v1/notes", "k", "x").await;
    assert_eq!(by_token.status, StatusCode::CREATED);
    assert!(by_token.headers.get("idempotency-replayed").is_none());
    assert_eq!(house.notes().await, 2);
}
