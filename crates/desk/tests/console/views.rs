//! Saved views as pages and as JSON.

use axum::http::{Method, StatusCode};
use web::testing::Browser;

use crate::house::House;

async fn made(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    let answer = browser.post("/views", fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.header("location").to_owned()
}

#[tokio::test]
async fn a_filter_becomes_a_view_with_its_count_in_the_rail() {
    let house = House::open().await;
    house.reported(house.ann, "The printer jams").await;
    let mut tim = house.browser(house.tim).await;
    let form = tim.get("/views/new?from=unassigned&category=hardware").await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.text.contains("value=\"hardware\" selected"), "{}", form.text);
    assert!(
        form.text.contains("value=\"none\" selected"),
        "the queue itself is kept"
    );
    let fields = [
        ("name", "Broken things"),
        ("audience", "mine"),
        ("state", "open"),
        ("category", "hardware"),
        ("column1", "category"),
        ("column2", "tier"),
    ];
    let path = made(&mut tim, &fields).await;
    let page = tim.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["Broken things", "The printer jams", "Hardware"] {
        assert!(page.text.contains(words), "{words} is missing");
    }
    let link = page
        .text
        .split("rail-link")
        .skip(1)
        .find(|part| part.contains("Broken things"));
    let link = link.unwrap();
    assert!(link.contains("<span class=\"count\">1</span>"), "{link}");
    assert!(link.contains("aria-current=\"page\""), "{link}");
    let narrowed = tim.get(&format!("{path}&refined=1&category=network")).await;
    assert!(!narrowed.text.contains("The printer jams"));
    assert!(narrowed.text.contains("Broken things"));
}

#[tokio::test]
async fn a_view_is_changed_copied_ordered_and_removed_by_plain_forms() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    let path = made(
        &mut tim,
        &[("name", "Mine"), ("audience", "all"), ("assignee", "me")],
    )
    .await;
    let id = path.rsplit('=').next().unwrap().to_owned();
    let edit = tim.get(&format!("/views/{id}/edit")).await;
    assert!(edit.text.contains("value=\"Mine\"") && edit.text.contains("value=\"me\" selected"));
    let fields = [
        ("name", "Ours"),
        ("audience", "teams"),
        ("team", "me"),
        ("sort", "due"),
    ];
    let saved = tim.post(&format!("/views/{id}"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let copy = tim.get(&format!("/views/new?copy={id}")).await;
    assert!(copy.text.contains("Ours (copy)"), "{}", copy.text);
    for (path, fields) in [("place", [("to", "up")]), ("favourite", [("on", "false")])] {
        let answer = tim.post(&format!("/views/{id}/{path}"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    assert!(tim.get("/views").await.text.contains("Ours"));
    let removed = tim.post(&format!("/views/{id}/removal"), &[]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(
        tim.get(&format!("/views/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(tim.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_view_that_makes_no_sense_is_refused_beside_the_field_and_kept_as_filled() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    let fields = [
        ("name", ""),
        ("audience", "mine"),
        ("created_after", "soon"),
        ("tag", "vip"),
        ("only", "overdue"),
        ("only", "starred"),
    ];
    let answer = tim.post("/views", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "Give the view a name",
        "Write a date like",
        "value=\"soon\"",
        "value=\"vip\"",
    ] {
        assert!(answer.text.contains(words), "{words} is missing");
    }
    assert_eq!(
        answer
            .text
            .matches("name=\"only\" value=\"overdue\" checked")
            .count(),
        1
    );
    let queue = tim.get("/queues/open?created_after=soon").await;
    assert_eq!(queue.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn views_are_kept_and_read_as_json_within_the_callers_rights() {
    let house = House::open().await;
    house.reported(house.ann, "The printer jams").await;
    let mut tim = house.browser(house.tim).await;
    tim.get("/queues/mine").await;
    let csrf = tim.csrf.clone();
    let json = [
        ("content-type", "application/json"),
        ("x-csrf-token", csrf.as_str()),
    ];
    let body = r#"{"name":"Printers","audience":"mine","definition":{"filter":{"stage":"open","category":["hardware"]},"sort":"created"}}"#;
    let added = tim.send(Method::POST, "/api/v1/views", body, &json).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let view: serde_json::Value = serde_json::from_str(&added.text).unwrap();
    let path = format!("/api/v1/views/{}", view["id"].as_str().unwrap());
    let tickets = tim.get(&format!("{path}/tickets?limit=5")).await;
    let page: serde_json::Value = serde_json::from_str(&tickets.text).unwrap();
    assert_eq!(page["items"][0]["title"], "The printer jams");
    let mut eve = house.browser(house.eve).await;
    assert_eq!(eve.get(&path).await.status, StatusCode::NOT_FOUND);
    let mut ann = house.browser(house.ann).await;
    assert_eq!(ann.get("/api/v1/views").await.status, StatusCode::FORBIDDEN);
    let bad = r#"{"name":"x","definition":{"filter":{"created_after":"soon"}}}"#;
    let refused = tim.send(Method::PUT, &path, bad, &json).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    assert_eq!(
        tim.send(Method::DELETE, &path, "", &json).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(tim.get("/api/v1/views").await.text.contains("\"items\":[]"));
    let listed = tim
        .get("/api/v1/tickets?state=open&category=hardware&only=unanswered&created_after=1d")
        .await;
    assert!(listed.text.contains("The printer jams"), "{}", listed.text);
}
