//! The settings pages and endpoints of mail, through the router.

mod house;

use std::collections::BTreeMap;
use std::sync::Arc;

use house::{House, letter, plain};
use kernel::cx::{Credential, Identity};
use kernel::{Locale, Scope, UserId};
use serde_json::json;
use web::testing::{ApiClient, Browser};
use web::{App, Credentials, SignedIn, Slice};

/// Two people: `admin` may manage mail, `technician` may not.
fn who() -> Slice {
    Slice {
        authenticate: Some(|_tx, credentials, _now| {
            let (Credentials::Session(token) | Credentials::Bearer(token)) = credentials;
            let grants = match token.as_str() {
                "admin" => BTreeMap::from([(mail::MANAGE.to_owned(), Scope::All)]),
                "technician" => BTreeMap::new(),
                _ => return Ok(None),
            };
            let identity = Identity {
                user: UserId::from_parts(1, &[1; 10]),
                name: "Wang Fang".to_owned(),
                email: "wang@mainstay.test".to_owned(),
                teams: Vec::new(),
                groups: Vec::new(),
                grants,
                credential: Credential::Session {
                    session: "s".to_owned(),
                    elevated: true,
                },
            };
            Ok(Some(SignedIn {
                identity: Arc::new(identity),
                locale: None,
                time_zone: None,
            }))
        }),
        ..Slice::new("test")
    }
}

fn app(house: &House) -> App {
    web::build(house.kernel.clone(), vec![mail::slice(), who()])
}

fn browser(app: &App, locale: &str) -> Browser {
    let mut browser = Browser::new(web::router(app.clone())).with("accept-language", locale);
    browser.sign_in_with_session("admin");
    browser
}

const GOOD: [(&str, &str); 14] = [
    ("name", "IT"),
    ("address", "support@mainstay.test"),
    ("enabled", "true"),
    ("locale", "zh-CN"),
    ("purpose", "desk"),
    ("imap_host", "imap.mainstay.test"),
    ("imap_port", ""),
    ("imap_security", "implicit"),
    ("imap_user", "support"),
    ("imap_password", "correct horse"),
    ("smtp_host", ""),
    ("smtp_security", "starttls"),
    ("smtp_port", ""),
    ("authority", ""),
];

#[tokio::test]
async fn a_mailbox_is_set_up_and_its_password_never_shown() {
    let house = House::open().await;
    let app = app(&house);
    let mut browser = browser(&app, "en");
    let answer = browser.get("/settings/mailboxes/new").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = browser.post("/settings/mailboxes", &GOOD).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let place = answer.header("location").to_owned();
    let answer = browser.get(&place).await;
    assert!(answer.text.contains("imap.mainstay.test"), "{}", answer.text);
    assert!(!answer.text.contains("correct horse"));
    let list = browser.get("/settings/mailboxes").await;
    assert!(list.text.contains("support@mainstay.test"), "{}", list.text);
    let stored = house.kernel.db.read(mail::mailbox::list).await.unwrap().remove(0);
    assert_eq!((stored.locale, stored.imap.unwrap().port), (Locale::ZhCn, 993));
}

#[tokio::test]
async fn a_refused_mailbox_says_why_beside_each_field_in_the_readers_language() {
    let house = House::open().await;
    let app = app(&house);
    let wrong: Vec<(&str, &str)> = GOOD
        .iter()
        .map(|(name, value)| match *name {
            "address" => ("address", "support"),
            "imap_port" => ("imap_port", "70000"),
            other => (other, *value),
        })
        .collect();
    for (locale, words) in [
        ("en", "This is not a mail address"),
        ("zh-CN", "这不是有效的邮件地址"),
    ] {
        let mut browser = browser(&app, locale);
        let answer = browser.post("/settings/mailboxes", &wrong).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains(words), "{}", answer.text);
        assert!(answer.text.contains("id=\"imap_port-error\""));
        assert!(
            answer.text.contains("value=\"imap.mainstay.test\""),
            "what was typed is gone"
        );
    }
}

#[tokio::test]
async fn a_second_mailbox_with_the_same_address_is_refused_at_its_field() {
    let house = House::open().await;
    let app = app(&house);
    let mut browser = browser(&app, "en");
    browser.post("/settings/mailboxes", &GOOD).await;
    let answer = browser.post("/settings/mailboxes", &GOOD).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("id=\"address-error\""), "{}", answer.text);
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_told_in_words() {
    let house = House::open().await;
    let app = app(&house);
    let mut browser = browser(&app, "zh-CN");
    let fields: Vec<(&str, &str)> = GOOD
        .iter()
        .map(|(name, value)| match *name {
            "imap_host" => ("imap_host", "127.0.0.1"),
            "imap_port" => ("imap_port", "1"),
            other => (other, *value),
        })
        .collect();
    let place = browser
        .post("/settings/mailboxes", &fields)
        .await
        .header("location")
        .to_owned();
    let answer = browser.post(&format!("{place}/check"), &[]).await;
    assert_eq!(answer.status, 303);
    let answer = browser.get(&place).await;
    assert!(answer.text.contains("连不上 IMAP 服务器"), "{}", answer.text);
}

#[tokio::test]
async fn a_mail_in_quarantine_is_shown_as_text_and_can_be_retried_and_ignored() {
    let house = House::open().await;
    let app = app(&house);
    let raw = plain("li@person.test", "panic", "a1").replace("jammed", "<script>alert(1)</script>");
    house.deliver(&raw).await;
    house.work().await;
    let id = house.journal().await[0].id;
    let mut browser = browser(&app, "en");
    let list = browser.get("/settings/mail/journal?state=quarantined").await;
    assert!(list.text.contains("li@person.test"), "{}", list.text);
    let shown = browser.get(&format!("/settings/mail/journal/{id}")).await;
    assert!(
        shown.text.contains("&#60;script&#62;") || shown.text.contains("&lt;script&gt;"),
        "{}",
        shown.text
    );
    assert!(!shown.text.contains("<script>alert"));
    let file = browser.get(&format!("/settings/mail/journal/{id}/raw")).await;
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(
        browser
            .post(&format!("/settings/mail/journal/{id}/retry"), &[])
            .await
            .status,
        303
    );
    house.work().await;
    assert_eq!(
        browser
            .post(&format!("/settings/mail/journal/{id}/ignore"), &[])
            .await
            .status,
        303
    );
    assert_eq!(house.journal().await[0].state, mail::inbound::State::Ignored);
    assert_eq!(
        browser
            .post(&format!("/settings/mail/journal/{id}/ignore"), &[])
            .await
            .status,
        409
    );
}

#[tokio::test]
async fn a_long_journal_is_shown_in_pages() {
    let house = House::open().await;
    let app = app(&house);
    for number in 0..60 {
        house
            .deliver(&plain(
                "li@person.test",
                &format!("Printer {number:02}"),
                &format!("a{number}"),
            ))
            .await;
    }
    let mut browser = browser(&app, "en");
    let first = browser.get("/settings/mail/journal").await;
    assert!(first.text.contains("Printer 59") && !first.text.contains("Printer 09"));
    let before = house.journal().await[49].id;
    let second = browser
        .get(&format!("/settings/mail/journal?before={before}"))
        .await;
    assert!(first.text.contains(&format!("before={before}")), "{}", first.text);
    assert!(second.text.contains("Printer 09") && !second.text.contains("Printer 59"));
}

#[tokio::test]
async fn a_failed_letter_is_in_the_outbox_and_can_be_sent_again() {
    let house = House::open().await;
    let app = app(&house);
    let id = house.send(letter("li@person.test", "k1")).await;
    house
        .kernel
        .db
        .write(move |tx| {
            tx.execute(
                "UPDATE mail_outbound SET state = 'failed', error = 'recipient_refused' WHERE id = $1",
                kernel::db::params![id],
            )
        })
        .await
        .unwrap();
    let mut browser = browser(&app, "zh-CN");
    let list = browser.get("/settings/mail/outbox?state=failed").await;
    assert!(list.text.contains("服务器拒收某个收件人"), "{}", list.text);
    assert_eq!(
        browser
            .post(&format!("/settings/mail/outbox/{id}/again"), &[])
            .await
            .status,
        303
    );
    assert_eq!(house.outbox().await[0].state, mail::outbound::State::Queued);
}

#[tokio::test]
async fn the_api_writes_passwords_and_never_reads_them() {
    let house = House::open().await;
    let app = app(&house);
    let client = ApiClient::new(web::router(app), Some("admin"));
    let input = json!({
        "name": "IT", "address": "support@mainstay.test", "enabled": true, "locale": "en", "purpose": "desk",
        "settings": { "team": "t1" }, "imap_host": "imap.mainstay.test", "imap_user": "support",
        "imap_password": "correct horse",
    });
    let made = client.post("/api/v1/mailboxes", &input).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(!made.text.contains("correct horse"));
    assert_eq!(made.json()["imap"]["has_password"], true);
    assert_eq!(made.json()["settings"]["team"], "t1");
    let place = format!("/api/v1/mailboxes/{}", made.json()["id"].as_str().unwrap());
    let changed =
        json!({ "name": "Help", "address": "help@mainstay.test", "locale": "en", "purpose": "desk" });
    let answer = client
        .send(axum::http::Method::PUT, &place, Some(&changed), &[])
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json()["settings"]["team"], "t1");
    let wrong = client.post("/api/v1/mailboxes", &json!({ "name": "" })).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.json()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .any(|error| error["field"] == "name"),
        "{}",
        wrong.text
    );
}

#[tokio::test]
async fn the_api_shows_the_journal_page_by_page_and_retries() {
    let house = House::open().await;
    let app = app(&house);
    for number in 0..3 {
        house
            .deliver(&plain("li@person.test", "panic", &format!("a{number}")))
            .await;
    }
    house.work().await;
    let client = ApiClient::new(web::router(app), Some("admin"));
    let first = client
        .get("/api/v1/mail/inbound?state=quarantined&limit=2")
        .await
        .json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2, "{first}");
    let cursor = first["next"].as_str().unwrap();
    let second = client
        .get(&format!(
            "/api/v1/mail/inbound?state=quarantined&limit=2&cursor={cursor}"
        ))
        .await
        .json();
    assert_eq!(second["items"].as_array().unwrap().len(), 1, "{second}");
    assert!(second["next"].is_null());
    let id = second["items"][0]["id"].as_i64().unwrap();
    let retried = client
        .post(&format!("/api/v1/mail/inbound/{id}/retry"), &json!({}))
        .await;
    assert_eq!(retried.json()["state"], "journaled", "{}", retried.text);
}

#[tokio::test]
async fn nobody_without_the_right_sees_anything_of_mail() {
    let house = House::open().await;
    let app = app(&house);
    assert!(web::testing::routes_open_to_nobody(&app).await.is_empty());
    let mut browser = Browser::new(web::router(app.clone()));
    browser.sign_in_with_session("technician");
    let client = ApiClient::new(web::router(app.clone()), Some("technician"));
    for entry in app
        .route_table()
        .iter()
        .filter(|entry| entry.slice == "mail" && entry.method == "GET")
    {
        let path = entry.path.replace("{id}", "1");
        let status = if path.starts_with("/api") {
            client.get(&path).await.status
        } else {
            browser.get(&path).await.status
        };
        assert_eq!(status, 403, "{path}");
    }
}

#[test]
fn both_languages_say_everything() {
    kernel::i18n::register(mail::slice().locales);
    assert_eq!(kernel::i18n::problems(), Vec::<String>::new());
    let of = |locale| {
        kernel::i18n::keys(locale)
            .into_iter()
            .filter(|key| key.contains("mail"))
            .collect::<Vec<_>>()
    };
    assert_eq!(of(Locale::En), of(Locale::ZhCn));
}
