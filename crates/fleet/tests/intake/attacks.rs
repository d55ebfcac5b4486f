//! Who may not, and what is not taken.

use testkit::app::TestApp;

use crate::house::{computer, devices, packed, post, token};

#[tokio::test]
async fn a_wrong_token_another_scope_and_a_cookie_open_nothing() {
    let app = TestApp::open().await;
    let told = packed(&computer("pc", "ABC1234", &[]));
    assert_eq!(
        post(&app, "/inventory", Some("mst_wrong"), told.clone())
            .await
            .status,
        401
    );
    let other = app.token_secret_of(&app.cast.noor, &["fleet.read"]).await;
    assert_eq!(
        post(&app, "/inventory", Some(&other), told.clone()).await.status,
        403
    );
    // A technician may not hand in inventories, whatever their token says.
    let technician = app.token_secret_of(&app.cast.amy, &["fleet.*"]).await;
    assert_eq!(
        post(&app, "/inventory", Some(&technician), told).await.status,
        403
    );
    let mut browser = app.admin().await;
    let answer = browser.post_raw("/inventory", &[("a", "b")]).await;
    assert_eq!(answer.status, 401);
    assert!(devices(&app).await.is_empty());
}

#[tokio::test]
async fn whoever_guesses_tokens_is_stopped() {
    let app = TestApp::open().await;
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(
            post(&app, "/inventory", Some("mst_guess"), packed("<REQUEST/>"))
                .await
                .status
                .as_u16(),
        );
    }
    assert_eq!((statuses[0], statuses[39]), (401, 429));
}

#[tokio::test]
async fn bombs_entities_and_nonsense_are_refused_with_a_reason() {
    let app = TestApp::open().await;
    let token = token(&app).await;
    let bomb = packed(&" ".repeat(30_000_000));
    assert!(bomb.len() < 100_000);
    let answer = post(&app, "/inventory", Some(&token), bomb).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text.contains("too large"), "{}", answer.text);
    let entity = r#"<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><REQUEST><CONTENT><HARDWARE><NAME>&x;</NAME></HARDWARE></CONTENT></REQUEST>"#;
    for body in [
        packed(entity),
        packed("<REQUEST><CONTENT>"),
        packed("hello"),
        b"x\x9cbroken".to_vec(),
        Vec::new(),
    ] {
        let answer = post(&app, "/inventory", Some(&token), body).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text.contains("<ERROR>"), "{}", answer.text);
    }
    assert!(devices(&app).await.is_empty());
}

#[tokio::test]
async fn a_script_in_every_field_is_text_on_every_page() {
    let app = TestApp::open().await;
    let token = token(&app).await;
    let script = "&lt;script&gt;alert(1)&lt;/script&gt;";
    let told = computer(script, &format!("{script}1"), &[(script, script)]);
    assert_eq!(
        post(&app, "/inventory", Some(&token), packed(&told)).await.status,
        200
    );
    let device = devices(&app).await.remove(0);
    assert_eq!(device.name, "<script>alert(1)</script>");
    let mut browser = app.engineer().await;
    for path in ["/devices".to_owned(), format!("/devices/{}", device.id)] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("<script>alert"), "{path}");
        assert!(page.text.contains("alert(1)"), "{path}");
    }
}
