//! The status page: for whom it is, what it says, and what it never says.

use testkit::TestApp;
use testkit::app::SECRET_WORD;

use crate::house::{incident, say};

const PAGES: [&str; 3] = ["/status", "/status.json", "/status.atom"];

async fn open_to_anybody(app: &TestApp) {
    let set = app
        .manager()
        .await
        .post("/settings/major/status", &[("audience", "anybody")])
        .await;
    assert_eq!(set.status, 303);
}

#[tokio::test]
async fn it_is_for_people_who_signed_in_unless_it_is_opened_to_anybody() {
    let app = TestApp::open().await;
    for path in PAGES {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location").starts_with("/sign-in?next="), "{path}");
        assert_eq!(app.requester().await.get(path).await.status, 200, "{path}");
    }
    assert_eq!(
        app.engineer()
            .await
            .post("/settings/major/status", &[("audience", "anybody")])
            .await
            .status,
        403
    );
    open_to_anybody(&app).await;
    for path in PAGES {
        assert_eq!(app.anonymous().get(path).await.status, 200, "{path}");
    }
    assert_eq!(
        app.anonymous().get("/major").await.status,
        303,
        "only the page itself"
    );
    let back = app
        .manager()
        .await
        .post("/settings/major/status", &[("audience", "signed_in")])
        .await;
    assert_eq!(back.status, 303);
    assert_eq!(app.anonymous().get("/status").await.status, 303);
}

#[tokio::test]
async fn it_says_what_does_not_work_in_the_readers_language_and_nothing_of_the_department() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    app.amy_notes_a_secret(second.number).await;
    say(&app, incident.id, "We are on it.", "正在处理。").await;
    app.settle().await;
    open_to_anybody(&app).await;
    let mut english = app.anonymous().with("accept-language", "en");
    let mut chinese = app.anonymous().with("accept-language", "zh-CN");
    let page = english.get("/status").await;
    assert!(
        page.text.contains("Mail is down") && page.text.contains("We are on it."),
        "{}",
        page.text
    );
    assert!(!page.text.contains("正在处理。"));
    assert!(chinese.get("/status").await.text.contains("正在处理。"));
    for path in PAGES {
        let text = english.get(path).await.text;
        let names = [
            &app.cast.cheng_li,
            &app.cast.amy,
            &app.cast.li_na,
            &app.cast.bruno,
        ];
        for secret in names.iter().map(|person| person.name.as_str()).chain([
            SECRET_WORD,
            "/tickets/",
            "/major/",
            "收不到邮件",
            "I cannot send mail",
        ]) {
            assert!(!text.contains(secret), "{path} tells of {secret}: {text}");
        }
        for number in [first.number, second.number] {
            assert!(
                !text.contains(&format!("#{number}")),
                "{path} names ticket {number}"
            );
        }
        assert!(
            !text.contains(&app.cast.cheng_li.id.to_string()),
            "{path} names a person"
        );
    }
    let json = english.get("/status.json").await.json();
    assert_eq!(json["status"], "incident");
    assert_eq!(json["incidents"][0]["updates"][0]["text"]["zh"], "正在处理。");
    let feed = english.get("/status.atom").await;
    assert!(feed.header("content-type").starts_with("application/atom+xml"));
    assert!(feed.text.contains("<entry>") && feed.text.contains("We are on it."));
}

#[tokio::test]
async fn what_people_write_is_text_and_never_markup() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    say(&app, incident.id, "<script>alert(1)</script> & more", "<b>粗</b>").await;
    for path in ["/status", "/status.atom"] {
        let text = app.requester().await.get(path).await.text;
        assert!(
            !text.contains("<script>alert") && !text.contains("<b>粗"),
            "{path}: {text}"
        );
    }
}

#[tokio::test]
async fn what_is_over_stays_for_ninety_days() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    let mut engineer = app.engineer().await;
    let ended = engineer
        .post(
            &format!("/major/{}/resolution", incident.id),
            &[("en", "Mail works again.")],
        )
        .await;
    assert_eq!(ended.status, 303);
    let mut reader = app.requester().await;
    let json = reader.get("/status.json").await.json();
    assert_eq!(
        (&json["status"], json["incidents"].as_array().unwrap().len()),
        (&"ok".into(), 0)
    );
    assert_eq!(json["history"][0]["title"], "Mail is down");
    assert_eq!(json["history"][0]["state"], "resolved");
    app.clock.advance_millis(91 * 86_400_000);
    let json = app.requester().await.get("/status.json").await.json();
    assert!(json["history"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn it_costs_a_handful_of_statements_however_many_look() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    for round in 0..5 {
        say(&app, incident.id, &format!("Update {round}"), "进展").await;
    }
    app.settle().await;
    open_to_anybody(&app).await;
    let mut reader = app.anonymous();
    reader.get("/status").await;
    let (answer, statements) = app.queries(reader.get("/status")).await;
    assert_eq!(answer.status, 200);
    assert!(statements <= 6, "the status page took {statements} statements");
}

#[tokio::test]
async fn the_portal_leads_to_it_and_says_what_is_known_where_people_would_report_it_again() {
    let app = TestApp::open().await;
    let mut reader = app.requester().await;
    let form = reader.get("/portal/report").await.text;
    assert!(form.contains("href=\"/status\""), "{form}");
    assert!(!form.contains("Mail is down"));
    incident(&app).await;
    let form = reader.get("/portal/report").await.text;
    assert!(form.contains("Mail is down"), "{form}");
}

#[tokio::test]
async fn what_strangers_read_may_be_kept_for_a_moment_and_nobody_elses() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    say(&app, incident.id, "We are\u{1} on it.", "正在处理。").await;
    open_to_anybody(&app).await;
    for path in ["/status.json", "/status.atom"] {
        let stranger = app.anonymous().with("accept-language", "en").get(path).await;
        assert_eq!(stranger.header("cache-control"), "public, max-age=15", "{path}");
        let known = app.requester().await.get(path).await;
        assert_eq!(known.header("cache-control"), "private, no-store", "{path}");
    }
    let page = app.anonymous().get("/status").await;
    assert_eq!(page.header("cache-control"), "private, no-store");
    let feed = app
        .anonymous()
        .with("accept-language", "en")
        .get("/status.atom")
        .await;
    assert!(
        feed.text.contains("We are on it."),
        "no control letters: {}",
        feed.text
    );
    for _ in 0..700 {
        app.anonymous().get("/status.json").await;
    }
    assert_eq!(app.anonymous().get("/status.json").await.status, 429);
    assert_eq!(app.requester().await.get("/status.json").await.status, 200);
}

#[tokio::test]
async fn of_what_is_over_the_last_words_are_shown() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    for round in 0..25 {
        app.clock.advance_millis(1_000);
        say(&app, incident.id, &format!("Update {round}"), "进展").await;
    }
    let mut reader = app.requester().await;
    let json = reader.get("/status.json").await.json();
    assert_eq!(json["incidents"][0]["updates"].as_array().unwrap().len(), 25);
    app.settle().await;
    app.clock.advance_millis(1_000);
    let path = format!("/major/{}/resolution", incident.id);
    let ended = app
        .engineer()
        .await
        .post(&path, &[("en", "Mail works again.")])
        .await;
    assert_eq!(ended.status, 303);
    let json = reader.get("/status.json").await.json();
    let updates = json["history"][0]["updates"].as_array().unwrap();
    assert_eq!(updates.len(), 20);
    assert_eq!(updates[0]["text"]["en"], "Mail works again.");
}
