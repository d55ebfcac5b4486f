//! Two at one ticket, time spent, and checklists, from their pages.

use axum::http::{Method, StatusCode};
use desk::ticket::{self, Note};

use crate::house::{House, part};

/// A value that stands in a page behind these letters.
fn value_after(page: &str, start: &str) -> String {
    let rest = page.split_once(start).map(|(_, rest)| rest).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_reply_into_somebody_elses_change_is_held_once_with_its_text() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let page = tim.get(&format!("/tickets/{number}?from=open")).await.text;
    let seen = value_after(&page, "name=\"seen\" value=\"");
    assert!(seen.parse::<i64>().unwrap() > 0, "the page knows what it showed");
    house
        .act(house.eve, move |tx, cx| {
            let words = Note {
                body: "I am on it".to_owned(),
                ..Note::default()
            };
            ticket::note(tx, cx, number, words)
        })
        .await;
    let path = format!("/tickets/{number}/articles?from=open");
    let fields = [
        ("kind", "reply"),
        ("body", "Which floor?"),
        ("seen", seen.as_str()),
    ];
    let held = tim.post(&path, &fields).await;
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        held.text.contains("Which floor?") && held.text.contains("Send anyway"),
        "{}",
        held.text
    );
    let fields = [fields[0], fields[1], fields[2], ("warned", "true")];
    let sent = tim.post(&path, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}

#[tokio::test]
async fn who_else_is_on_the_page_is_told_to_the_desk() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let (mut tim, mut eve) = (house.browser(house.tim).await, house.browser(house.eve).await);
    let path = format!("/tickets/{number}/presence");
    eve.get("/queues/open").await;
    let token = eve.csrf.clone();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-csrf-token", token.as_str()),
    ];
    let told = eve.send(Method::PUT, &path, "typing=true", &headers).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT, "{}", told.text);
    assert!(part(&mut tim, &path).await.text.contains("Eve is typing"));
    eve.send(Method::PUT, &path, "gone=true", &headers).await;
    assert!(!part(&mut tim, &path).await.text.contains("Eve"));
    let mut ann = house.browser(house.ann).await;
    assert_eq!(ann.get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn time_and_steps_are_kept_from_the_cards() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let at = |path: &str| format!("/tickets/{number}/{path}");
    let wrong = tim.post(&at("time"), &[("minutes", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let logged = tim
        .post(&at("time"), &[("minutes", "25"), ("what", "Roller")])
        .await;
    assert_eq!(logged.status, StatusCode::SEE_OTHER, "{}", logged.text);
    let added = tim.post(&at("checklist"), &[("item", "Check the tray")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    let page = tim.get(&format!("/tickets/{number}?from=open")).await.text;
    assert!(page.contains("25 min") && page.contains("Check the tray") && page.contains("0/1"));
    let id = value_after(&page, &format!("action=\"/tickets/{number}/checklist/"));
    let id = id.split('?').next().unwrap();
    let ticked = tim
        .post(&at(&format!("checklist/{id}")), &[("act", "done")])
        .await;
    assert_eq!(ticked.status, StatusCode::SEE_OTHER, "{}", ticked.text);
    assert!(
        tim.get(&format!("/tickets/{number}?from=open"))
            .await
            .text
            .contains("1/1")
    );
    let headers = [("content-type", "application/json")];
    let time = tim
        .send(
            Method::GET,
            &format!("/api/v1/tickets/{number}/time"),
            "",
            &headers,
        )
        .await;
    assert_eq!(time.json()["sum"], 25);
    let steps = tim
        .send(
            Method::GET,
            &format!("/api/v1/tickets/{number}/checklist"),
            "",
            &headers,
        )
        .await;
    assert_eq!(steps.json()[0]["done_by"], "tim@example.test");
}
