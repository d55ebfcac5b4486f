//! Who gets in: sign-in, rights, CSRF, origins, bearer tokens, rates.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::guest_book::House;

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_and_comes_back_to_the_page() {
    let house = House::open().await;
    let answer = house.browser("").get("/notes?sort=new").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/sign-in?next=%2Fnotes%3Fsort%3Dnew");
    let ended = house.browser("lost").get("/notes").await;
    assert_eq!(ended.header("location"), "/sign-in?next=%2Fnotes");
}

#[tokio::test]
async fn a_program_without_a_token_is_told_to_bring_one() {
    let house = House::open().await;
    for token in ["", "worthless"] {
        let answer = house.client(token).get("/api/v1/notes/1").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn without_the_right_a_form_is_refused_and_nothing_is_written() {
    let house = House::open().await;
    let mut reader = house.browser("reader");
    assert_eq!(reader.get("/notes").await.status, StatusCode::OK);
    let answer = reader.post("/notes", &[("title", "x")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        house
            .client("reader")
            .post("/api/v1/notes", &json!({"title": "x"}))
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(house.notes().await, 0);
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let house = House::open().await;
    let mut writer = house.browser("writer");
    writer.get("/notes").await;
    let token = writer.csrf.clone();
    assert_eq!(
        writer.post_raw("/notes", &[("title", "x")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        writer
            .post_raw("/notes", &[("csrf", "wrong"), ("title", "x")])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    // Another person's token is as good as none.
    let mut reader = house.browser("reader");
    reader.get("/notes").await;
    let foreign = reader.csrf.clone();
    assert_eq!(
        writer
            .post_raw("/notes", &[("csrf", &foreign), ("title", "x")])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(house.notes().await, 0);
    assert_eq!(
        writer
            .post_raw("/notes", &[("csrf", &token), ("title", "x")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(house.notes().await, 1);
}

#[tokio::test]
async fn a_script_sends_the_token_as_a_header() {
    let house = House::open().await;
    let mut writer = house.browser("writer");
    writer.get("/notes").await;
    let token = writer.csrf.clone();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = writer
        .send(
            Method::POST,
            "/notes",
            "title=x",
            &[form, ("x-csrf-token", &token)],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let refused = writer
        .send(
            Method::POST,
            "/notes",
            "title=x",
            &[form, ("x-csrf-token", "bad")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_even_with_the_token() {
    let house = House::open().await;
    let foreign = [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ];
    for (name, value) in foreign {
        let mut writer = house.browser("writer");
        writer.get("/notes").await;
        let mut writer = writer.with(name, value);
        let answer = writer.post("/notes", &[("title", "x")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(house.notes().await, 0);
}

#[tokio::test]
async fn a_stranger_may_send_a_public_form_with_the_token_of_its_visit() {
    let house = House::open().await;
    let mut stranger = house.browser("");
    assert_eq!(
        stranger.post_raw("/open-letter", &[("title", "x")]).await.status,
        StatusCode::FORBIDDEN
    );
    let answer = stranger.post("/open-letter", &[("title", " hello ")]).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "hello"));
}

#[tokio::test]
async fn a_cookie_changes_nothing_through_the_api_without_the_csrf_header() {
    let house = House::open().await;
    let mut writer = house.browser("writer");
    writer.get("/notes").await;
    let token = writer.csrf.clone();
    let json = ("content-type", "application/json");
    let body = r#"{"title":"x"}"#;
    assert_eq!(
        writer
            .send(Method::POST, "/api/v1/notes", body, &[json])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(house.notes().await, 0);
    let answer = writer
        .send(
            Method::POST,
            "/api/v1/notes",
            body,
            &[json, ("x-csrf-token", &token)],
        )
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_bearer_token_opens_no_page() {
    let house = House::open().await;
    let answer = house.client("writer").get("/notes").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.header("location").starts_with("/sign-in"));
}

#[tokio::test]
async fn a_program_that_proves_itself_in_its_own_way_is_nobody_and_a_wrong_token_is_still_refused() {
    let house = House::open().await;
    let ring = |token: &'static str, own: Option<&'static str>| {
        let client = house.client(token);
        async move {
            let headers: Vec<(&str, &str)> = own.iter().map(|value| ("authorization", *value)).collect();
            let answer = client.send(Method::POST, "/bell", None, &headers).await;
            (answer.status, answer.text)
        }
    };
    let nobody = (StatusCode::OK, "nobody".to_owned());
    assert_eq!(ring("", Some("HMAC xyz")).await, nobody);
    assert_eq!(ring("", None).await, nobody);
    let (status, who) = ring("writer", None).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(who, "nobody", "a token of ours says whose it is");
    assert_eq!(ring("worthless", None).await.0, StatusCode::UNAUTHORIZED);
    let metrics = house.client("");
    let hmac = [("authorization", "HMAC xyz")];
    let figures = metrics.send(Method::GET, "/metrics", None, &hmac).await;
    assert_eq!(figures.status, StatusCode::UNAUTHORIZED, "nobody has no right");
}

#[tokio::test]
async fn the_figures_are_for_this_machine_and_for_tokens_with_the_right() {
    let house = House::open().await;
    assert_eq!(
        house.client("").get("/metrics").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        house.client("writer").get("/metrics").await.status,
        StatusCode::FORBIDDEN
    );
    let figures = house.client("boss").get("/metrics").await;
    assert_eq!(figures.status, StatusCode::OK);
    assert!(
        figures.text.contains("mainstay_http_requests_total"),
        "{}",
        figures.text
    );
}

#[tokio::test]
async fn somebody_who_guesses_tokens_is_slowed_down() {
    let house = House::open().await;
    let client = house.client("guess");
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(client.get("/api/v1/notes/1").await.status);
    }
    assert_eq!(statuses[0], StatusCode::UNAUTHORIZED);
    assert_eq!(statuses[39], StatusCode::TOO_MANY_REQUESTS);
}
