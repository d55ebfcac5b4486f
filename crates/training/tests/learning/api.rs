//! The JSON interface: made, assigned, listed, with the same rights and refusals.

use serde_json::json;

use crate::house::course;
use testkit::TestApp;

#[tokio::test]
async fn another_program_makes_assigns_and_reads() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    let engineer = app.token_of(&app.cast.cheng_li.clone(), &["*"]).await;
    let new = engineer
        .post(
            "/api/v1/training/courses",
            &json!({ "title_en": "New laptop", "minutes": 20 }),
        )
        .await;
    assert_eq!(new.status, 201, "{}", new.text);
    assert_eq!(new.json()["state"], "draft");
    let listed = engineer.get("/api/v1/training/courses").await.json();
    assert_eq!(listed["courses"].as_array().unwrap().len(), 2);
    let draft = format!("{}/assignments", new.header("location"));
    let wanted = json!({ "targets": [{ "kind": "person", "id": app.cast.amy.id }], "due_on": "2026-03-20" });
    assert_eq!(
        engineer.post(&draft, &wanted).await.status,
        409,
        "a draft cannot be taken"
    );
    let open = format!("/api/v1{}/assignments", made.path());
    let assigned = engineer.post(&open, &wanted).await;
    assert_eq!(assigned.status, 201, "{}", assigned.text);
    let nobody = engineer
        .post(&open, &json!({ "targets": [{ "kind": "role", "id": "wizard" }] }))
        .await;
    assert_eq!(nobody.json()["errors"][0]["field"], "roles", "{}", nobody.text);
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let mine = amy.get("/api/v1/training/assignments").await.json();
    assert_eq!(mine["assignments"][0]["due_on"], "2026-03-20");
    assert_eq!(mine["assignments"][0]["parts"], 3);
    assert_eq!(amy.get("/api/v1/training/courses").await.status, 403);
    assert_eq!(
        amy.post("/api/v1/training/courses", &json!({ "title_en": "Mine" }))
            .await
            .status,
        403
    );
    assert_eq!(amy.get("/api/v1/training/hours").await.status, 403);
    let bruno = app.token_of(&app.cast.bruno.clone(), &["*"]).await;
    assert_eq!(bruno.get(&format!("/api/v1{}", made.path())).await.status, 404);
    let auditor = app.token_of(&app.cast.ottilie.clone(), &["*"]).await;
    let hours = auditor.get("/api/v1/training/hours?year=2026").await.json();
    assert_eq!(hours["hours_wanted"], 40);
    assert_eq!(
        hours["people"].as_array().unwrap().len(),
        2,
        "those who work at the desk: {hours}"
    );
}

#[tokio::test]
async fn every_call_stands_in_the_document() {
    let app = TestApp::open().await;
    let document = serde_json::to_value(app.house.app.api_document()).unwrap();
    for (path, method) in [
        ("/api/v1/training/courses", "get"),
        ("/api/v1/training/courses", "post"),
        ("/api/v1/training/courses/{id}", "get"),
        ("/api/v1/training/courses/{id}/assignments", "post"),
        ("/api/v1/training/assignments", "get"),
        ("/api/v1/training/hours", "get"),
    ] {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
}
