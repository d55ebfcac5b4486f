//! How failures look: JSON, page, toast; in both languages; with the headers every answer has.

use axum::http::{Method, StatusCode};

use crate::guest_book::House;

#[tokio::test]
async fn what_one_may_not_know_is_not_found_in_the_readers_language() {
    let house = House::open().await;
    let english = house.client("reader").get("/api/v1/notes/7").await;
    assert_eq!(english.status, StatusCode::NOT_FOUND);
    let problem = english.json();
    assert_eq!(problem["code"], "kernel.not_found");
    assert_eq!(problem["status"], 404);
    assert_eq!(problem["title"], "Nothing found here");
    assert_eq!(problem["request"], english.header("x-request-id"));
    let chinese = house.client("reader-zh").get("/api/v1/notes/7").await;
    assert_eq!(chinese.json()["title"], "没有找到");
    assert_eq!(chinese.header("content-language"), "zh-CN");
}

#[tokio::test]
async fn a_page_that_fails_says_what_why_and_what_next_in_both_languages() {
    let house = House::open().await;
    let english = house.browser("").get("/broken/closed").await;
    assert_eq!(english.status, StatusCode::CONFLICT);
    for part in [
        "Somebody was faster",
        "The book is closed.",
        "reload the page",
        english.header("x-request-id"),
    ] {
        assert!(english.text.contains(part), "{part}: {}", english.text);
    }
    let chinese = house
        .browser("")
        .with("accept-language", "zh-CN,en;q=0.5")
        .get("/broken/closed")
        .await;
    for part in ["<html lang=\"zh-CN\">", "情况已有变化", "留言簿已关闭。"] {
        assert!(chinese.text.contains(part), "{part}: {}", chinese.text);
    }
}

#[tokio::test]
async fn a_dead_database_is_503_and_a_defect_tells_no_secrets() {
    let house = House::open().await;
    let dead = house.browser("").get("/broken/database").await;
    assert_eq!(
        (dead.status, dead.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, "10")
    );
    let defect = house.browser("").get("/broken/other").await;
    assert_eq!(defect.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!defect.text.contains("secret detail"));
    let panic = house.browser("").get("/broken/panic").await;
    assert_eq!(panic.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(panic.text.contains(panic.header("x-request-id")));
}

#[tokio::test]
async fn a_script_gets_a_toast_and_no_page() {
    let house = House::open().await;
    let mut browser = house
        .browser("")
        .with("hx-request", "true")
        .with("accept-language", "zh");
    let answer = browser.get("/broken/invalid").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.text, "");
    assert_eq!(answer.header("hx-reswap"), "none");
    let trigger: serde_json::Value = serde_json::from_str(answer.header("hx-trigger")).unwrap();
    assert_eq!(trigger["toast"]["message"], "请填写标题。");
    assert_eq!(
        house
            .browser("")
            .with("hx-request", "true")
            .get("/notes")
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_address_nobody_has_is_a_page_or_a_problem() {
    let house = House::open().await;
    let page = house.browser("reader-zh").get("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text.contains("没有找到"), "{}", page.text);
    let problem = house.client("").get("/api/v1/nowhere").await;
    assert_eq!(
        (problem.status, &problem.json()["code"]),
        (StatusCode::NOT_FOUND, &"kernel.not_found".into())
    );
    let method = house
        .client("")
        .send(Method::DELETE, "/api/v1/notes/1", None, &[])
        .await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(method.json()["code"], "web.method_not_allowed");
    let number = house.client("writer").get("/api/v1/notes/seven").await;
    assert_eq!(number.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn json_that_cannot_be_read_is_refused_with_its_field() {
    let house = House::open().await;
    let client = house.client("writer");
    let missing = client.post("/api/v1/notes", &serde_json::json!({})).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(missing.json()["errors"][0]["field"], "title");
    let mut writer = house.browser("writer");
    writer.get("/notes").await;
    let token = writer.csrf.clone();
    let send = |kind: &'static str| [("content-type", kind), ("x-csrf-token", token.as_str())];
    let torn = writer
        .send(
            Method::POST,
            "/api/v1/notes",
            "{\"title\":",
            &send("application/json"),
        )
        .await;
    assert_eq!(
        (torn.status, &torn.json()["code"]),
        (StatusCode::BAD_REQUEST, &"web.json.broken".into())
    );
    let text = writer
        .send(Method::POST, "/api/v1/notes", "title", &send("text/plain"))
        .await;
    assert_eq!(text.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let query = client.get("/api/v1/notes/1?limit=many").await;
    assert_eq!(
        (query.status, &query.json()["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &"web.query.refused".into())
    );
    let huge = "x".repeat(3 * 1024 * 1024);
    let large = writer
        .send(Method::POST, "/api/v1/notes", &huge, &send("application/json"))
        .await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(house.notes().await, 0);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let house = House::open_with(|config| config.secure_cookies = true).await;
    for path in [
        "/healthz",
        "/nowhere",
        "/broken/panic",
        "/api/v1/notes/1",
        "/api/docs",
        "/assets/none.js",
    ] {
        let answer = house.browser("").get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(
            answer.header("strict-transport-security").starts_with("max-age="),
            "{path}"
        );
        assert!(
            answer
                .headers
                .get_all("vary")
                .iter()
                .any(|value| value.to_str().unwrap().contains("HX-Request")),
            "{path}"
        );
    }
}
