//! Forms: refused ones come back filled, files go to storage.

use axum::http::{Method, StatusCode};

use crate::guest_book::House;

#[tokio::test]
async fn a_refused_form_comes_back_as_it_was_filled_with_the_error_at_its_field() {
    let house = House::open().await;
    let mut writer = house.browser("writer");
    let fields = [
        ("title", " "),
        ("body", "<kept> & \"quoted\""),
        ("loud", "true"),
        ("colour", "blue"),
    ];
    let answer = writer.post("/notes", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "A note needs a title.",
        "id=\"title-error\"",
        "aria-describedby=\"title-error\"",
        "aria-invalid=\"true\"",
        "&lt;kept&gt;",
        "value=\"true\" checked",
        "value=\"blue\" selected",
        "role=\"alert\"",
    ] {
        let text = answer.text.replace("&#60;", "&lt;").replace("&#62;", "&gt;");
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!answer.text.contains("<kept>"));
    assert_eq!(house.notes().await, 0);
}

#[tokio::test]
async fn after_a_form_the_next_page_says_once_what_was_done() {
    let house = House::open().await;
    let mut writer = house.browser("writer");
    let answer = writer.post("/notes", &[("title", "x")]).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/notes/1")
    );
    assert!(writer.get("/notes/1").await.text.contains("已写入"));
    assert!(!writer.get("/notes/1").await.text.contains("已写入"));
}

fn multipart(csrf: &str, file: &str) -> String {
    let part = |disposition: &str, body: &str| {
        format!("--cut\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{body}\r\n")
    };
    let named = "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\\\tmp\\\\截图.png\"\r\nContent-Type: image/png";
    let csrf = if csrf.is_empty() {
        String::new()
    } else {
        part("name=\"csrf\"", csrf)
    };
    format!(
        "{csrf}{}--cut\r\n{named}\r\n\r\n{file}\r\n--cut--\r\n",
        part("name=\"title\"", "打印机")
    )
}

#[tokio::test]
async fn a_form_with_a_file_is_taken_in_and_the_file_is_stored() {
    let house = House::open().await;
    let mut reader = house.browser("reader");
    reader.get("/api/docs").await;
    let kind = [("content-type", "multipart/form-data; boundary=cut")];
    let body = multipart(&reader.csrf, &"p".repeat(100_000));
    let answer = reader.send(Method::POST, "/open-letter", &body, &kind).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (StatusCode::OK, "打印机 截图.png 100000 image/png")
    );
    let refused = reader
        .send(Method::POST, "/open-letter", &multipart("", "data"), &kind)
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_413_and_a_torn_form_422() {
    let house = House::open_with(|config| config.max_upload_bytes = 1_000).await;
    let mut reader = house.browser("reader");
    reader.get("/api/docs").await;
    let kind = [("content-type", "multipart/form-data; boundary=cut")];
    let large = reader
        .send(
            Method::POST,
            "/open-letter",
            &multipart(&reader.csrf.clone(), &"p".repeat(2_000)),
            &kind,
        )
        .await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let whole = multipart(&reader.csrf.clone(), "data");
    let torn = reader
        .send(Method::POST, "/open-letter", &whole[..whole.len() - 30], &kind)
        .await;
    assert_eq!(torn.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nobody_stores_a_file_or_a_long_form_without_signing_in() {
    let house = House::open().await;
    let mut stranger = house.browser("");
    stranger.get("/api/docs").await;
    let kind = [("content-type", "multipart/form-data; boundary=cut")];
    let body = multipart(&stranger.csrf, &"p".repeat(100_000));
    let with_file = stranger.send(Method::POST, "/open-letter", &body, &kind).await;
    assert_eq!(with_file.status, StatusCode::PAYLOAD_TOO_LARGE);
    let token = stranger.csrf.clone();
    let with_header = [kind[0], ("x-csrf-token", token.as_str())];
    let with_header = stranger
        .send(Method::POST, "/open-letter", &body, &with_header)
        .await;
    assert_eq!(with_header.status, StatusCode::PAYLOAD_TOO_LARGE);
    let title = "x".repeat(70_000);
    let long = stranger.post("/open-letter", &[("title", title.as_str())]).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
    let short = stranger.post("/open-letter", &[("title", "x")]).await;
    assert_eq!(short.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_of_very_many_fields_is_refused_before_it_is_read() {
    let house = House::open().await;
    let mut writer = house.browser("writer");
    writer.get("/notes").await;
    let body = format!("csrf={}&title=x{}", writer.csrf, "&a".repeat(10_000));
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let answer = writer.send(Method::POST, "/notes", &body, &kind).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(house.notes().await, 0);
}
