//! Beginning, saving by hand and by itself, two at once, differences, and translations.

use axum::http::Method;
use serde_json::{Value, json};
use web::testing::Browser;

use crate::house::{self, SPACE};

async fn json_to(browser: &mut Browser, path: &str, body: &Value) -> (u16, Value) {
    let token = browser.get("/knowledge").await.text;
    let token = token.split("name=\"csrf-token\" content=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap().to_owned();
    let headers = [
        ("content-type", "application/json"),
        ("x-csrf-token", token.as_str()),
    ];
    let answer = browser
        .send(Method::POST, path, &body.to_string(), &headers)
        .await;
    (
        answer.status.as_u16(),
        serde_json::from_str(&answer.text).unwrap_or_default(),
    )
}

#[tokio::test]
async fn an_article_begins_with_the_headings_of_its_kind() {
    let (app, _) = house::open().await;
    let mut engineer = app.engineer().await;
    let refused = engineer
        .post(
            "/knowledge",
            &[
                ("title", ""),
                ("begin", "kind:fault"),
                ("space", SPACE),
                ("locale", "en"),
            ],
        )
        .await;
    assert_eq!(refused.status, 422);
    let begun = engineer
        .post(
            "/knowledge",
            &[
                ("title", "Toaster"),
                ("begin", "kind:fault"),
                ("space", SPACE),
                ("locale", "en"),
            ],
        )
        .await;
    let editor = engineer.get(begun.header("location")).await.text;
    assert!(editor.contains("## Verification"), "{editor}");
    let number = begun.header("location").split('/').nth(2).unwrap().to_owned();
    let mut requester = app.requester().await;
    assert_eq!(requester.get(&format!("/knowledge/{number}")).await.status, 404);
}

#[tokio::test]
async fn two_editors_hear_of_each_other_and_lose_nothing() {
    let (app, number) = house::open().await;
    let (mut one, mut other) = (app.engineer().await, app.manager().await);
    let path = format!("/knowledge/{number}/draft");
    let words = |body: &str| json!({ "title": "Marmalade press", "summary": "It sticks.", "tags": "marmalade", "body": body });
    let begun = "## Symptom\n\nThe press sticks.\n\n## Cause\n\nSugar.\n\n## Solution\n\n1. Wash it.\n";
    let mine = begun.replace("sticks.\n\n## Cause", "sticks badly.\n\n## Cause");
    let theirs = begun.replace("Wash it.", "Wash it twice.");
    let save = |body: &str| json!({ "locale": "en", "words": words(body), "base": words(begun), "step": 0, "by_itself": true });
    let (status, first) = json_to(&mut one, &path, &save(&mine)).await;
    assert_eq!((status, &first["merged"]), (200, &json!(false)), "{first}");
    let (status, second) = json_to(&mut other, &path, &save(&theirs)).await;
    assert_eq!((status, &second["merged"]), (200, &json!(true)), "{second}");
    let whole = second["words"]["body"].as_str().unwrap();
    assert!(
        whole.contains("sticks badly") && whole.contains("Wash it twice"),
        "{whole}"
    );
    assert!(second["by"].is_string(), "who else writes: {second}");
    let step = first["step"].as_i64().unwrap();
    let heard = one.get(&format!("{path}?locale=en&step={step}")).await;
    assert!(heard.text.contains("Wash it twice"), "{}", heard.text);
    let now = second["step"].as_i64().unwrap();
    assert_eq!(one.get(&format!("{path}?locale=en&step={now}")).await.status, 204);
    let shown = one.get(&format!("/knowledge/{number}?locale=en")).await.text;
    assert!(!shown.contains("sticks badly"), "readers keep what is published");
}

#[tokio::test]
async fn what_is_too_long_is_refused_in_words() {
    let (app, number) = house::open().await;
    let mut engineer = app.engineer().await;
    let words = json!({ "title": "Long", "body": "x".repeat(500_001) });
    let body = json!({ "locale": "en", "words": words, "base": {}, "by_itself": true });
    let (status, said) = json_to(&mut engineer, &format!("/knowledge/{number}/draft"), &body).await;
    assert_eq!(status, 422);
    assert!(said["said"].as_str().unwrap().contains("500"), "{said}");
}

#[tokio::test]
async fn a_plain_form_merges_too_and_the_differences_stand_side_by_side() {
    let (app, number) = house::open().await;
    let mut engineer = app.engineer().await;
    let body = "## Symptom\n\nThe press sticks.\n\n## Cause\n\nBrown Sugar.\n\n## Solution\n\n1. Wash it.\n";
    let base = "## Symptom\n\nThe press sticks.\n\n## Cause\n\nSugar.\n\n## Solution\n\n1. Wash it.";
    let fields = [
        ("locale", "en"),
        ("title", "Marmalade press"),
        ("summary", "It sticks."),
        ("tags", "marmalade"),
        ("body", body),
        ("base_title", "Marmalade press"),
        ("base_summary", "It sticks."),
        ("base_tags", "marmalade"),
        ("base_body", base),
        ("step", "0"),
        ("note", "older"),
    ];
    let saved = engineer.post(&format!("/knowledge/{number}/edit"), &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let history = engineer
        .get(&format!("/knowledge/{number}/history?locale=en"))
        .await
        .text;
    assert!(
        history.contains("<ins>Brown </ins>") || history.contains("<ins>Brown"),
        "{history}"
    );
    let published = [("state", "published")];
    let moved = engineer
        .post(&format!("/knowledge/{number}/state"), &published)
        .await;
    assert_eq!(moved.status, 303);
    assert!(
        engineer
            .get(&format!("/knowledge/{number}?locale=en"))
            .await
            .text
            .contains("Brown Sugar")
    );
    let back = engineer
        .post(
            &format!("/knowledge/{number}/history/1/restore"),
            &[("locale", "en")],
        )
        .await;
    assert_eq!(back.status, 303);
}

#[tokio::test]
async fn a_translation_is_begun_and_marked_as_in_step() {
    let (app, number) = house::open().await;
    let mut engineer = app.engineer().await;
    let path = format!("/knowledge/{number}/translations");
    let begun = engineer.post(&path, &[("locale", "zh-CN")]).await;
    assert!(begun.header("location").ends_with("locale=zh-CN"));
    assert_eq!(engineer.get(begun.header("location")).await.status, 200);
    let page = engineer.get(&path).await.text;
    assert!(page.contains("edit?locale=zh-CN"), "{page}");
}
