//! The page: a file handed in, the job, the report, the way out, and who may.

use axum::http::Method;
use web::testing::{Answer, Browser};

use crate::house::{open, revision};

async fn hand_in(browser: &mut Browser, file: &str, space: &str) -> Answer {
    let page = browser.get("/settings/knowledge/import").await;
    let token = page.text.split_once("name=\"csrf-token\" content=\"").unwrap().1;
    let token = token.split('"').next().unwrap().to_owned();
    let mut body = String::new();
    for (name, value) in [
        ("csrf", token.as_str()),
        ("format", "mediawiki"),
        ("space", space),
        ("audience", "everyone"),
        ("kind", "how_to"),
        ("is_published", "true"),
    ] {
        body.push_str(&format!(
            "--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!(
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"dump.xml\"\r\nContent-Type: text/xml\r\n\r\n{file}\r\n--cut--\r\n"
    ));
    let headers = [
        ("content-type", "multipart/form-data; boundary=cut"),
        ("x-csrf-token", token.as_str()),
    ];
    browser
        .send(Method::POST, "/settings/knowledge/import", &body, &headers)
        .await
}

fn dump() -> String {
    let text = revision("2024-01-02T03:04:05Z", "Ann", "See [[Nowhere else]]");
    format!(
        "<mediawiki><siteinfo><sitename>W</sitename></siteinfo>\n<page><title>Marmalade</title><ns>0</ns><id>1</id>{text}</page></mediawiki>"
    )
}

#[tokio::test]
async fn a_file_handed_in_becomes_articles_and_a_report() {
    let app = open().await;
    let mut manager = app.manager().await;
    let refused = hand_in(&mut manager, &dump(), "").await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let begun = hand_in(&mut manager, &dump(), "workshop").await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let place = begun
        .headers
        .get("location")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let waiting = manager.get(&place).await;
    assert!(waiting.text.contains("data-live-every"), "{}", waiting.text);
    app.settle().await;
    let done = manager.get(&place).await;
    assert!(
        done.text.contains("Nowhere else") && done.text.contains("mediawiki:W"),
        "{}",
        done.text
    );
    assert!(!done.text.contains("data-live-every"));
    let list = manager.get("/settings/knowledge/import").await;
    assert!(list.text.contains("dump.xml"));
    let found = manager.get("/knowledge?space=workshop").await;
    assert!(found.text.contains("Marmalade"), "{}", found.text);
    let zip = manager.get("/settings/knowledge/export").await;
    assert_eq!(zip.status, 200);
}

#[tokio::test]
async fn a_file_that_is_no_export_fails_in_words_and_one_can_be_ended() {
    let app = open().await;
    let mut manager = app.manager().await;
    let begun = hand_in(&mut manager, "<html></html>", "workshop").await;
    let place = begun
        .headers
        .get("location")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    app.settle().await;
    let failed = manager.get(&place).await;
    assert!(failed.text.contains("banner-danger"), "{}", failed.text);
    let begun = hand_in(&mut manager, &dump(), "workshop").await;
    let place = begun
        .headers
        .get("location")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let ended = manager.post(&format!("{place}/end"), &[]).await;
    assert_eq!(ended.status, 303);
    app.settle().await;
    let list = manager.get("/knowledge?space=workshop").await;
    assert!(!list.text.contains("Marmalade"));
}

#[tokio::test]
async fn only_who_manages_may() {
    let app = open().await;
    let mut technician = app.technician().await;
    for path in ["/settings/knowledge/import", "/settings/knowledge/export"] {
        let refused = technician.get(path).await;
        assert_eq!(refused.status, 403, "{path}");
    }
}
