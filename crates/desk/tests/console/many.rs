//! Changing many tickets from a list by plain forms, and as JSON.

use axum::http::{Method, StatusCode};
use desk::ticket::State;

use crate::house::House;

#[tokio::test]
async fn selected_tickets_are_changed_and_put_back_by_plain_forms() {
    let house = House::open().await;
    let first = house.reported(house.ann, "The printer jams").await.number;
    let second = house.reported(house.ann, "The scanner jams").await.number;
    let (one, two) = (first.to_string(), second.to_string());
    let mut tim = house.browser(house.tim).await;
    let list = tim.get("/queues/open?category=hardware").await;
    assert!(list.text.contains("form=\"bulk\""), "{}", list.text);
    let fields = [
        ("ticket", one.as_str()),
        ("ticket", &two),
        ("ticket", "999"),
        ("back", "/queues/open?category=hardware"),
        ("to_assignee", "me"),
        ("to_add_tags", "Jam, paper"),
        ("to_state", "in_progress"),
    ];
    let answer = tim.post("/tickets/bulk", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let back = answer.header("location").to_owned();
    assert!(back.starts_with("/queues/open?category=hardware&done="), "{back}");
    let page = tim.get(&back).await;
    for words in ["2 tickets changed", "1 ticket was left as it was", "#999", "Undo"] {
        assert!(page.text.contains(words), "{words} is missing");
    }
    assert_eq!(house.ticket(first).await.state, State::InProgress);
    let id = back.rsplit('=').next().unwrap();
    let undone = tim
        .post(&format!("/tickets/bulk/{id}/undo"), &[("back", "/queues/open")])
        .await;
    assert_eq!(
        (undone.status, undone.header("location")),
        (StatusCode::SEE_OTHER, "/queues/open")
    );
    let after = house.ticket(first).await;
    assert_eq!((after.state, after.assignee), (State::New, None));
    let page = tim.get(&format!("/tickets/bulk/{id}")).await;
    assert!(page.text.contains("as they were") && !page.text.contains("data-key=\"z\""));
    let mut eve = house.browser(house.eve).await;
    assert_eq!(
        eve.get(&format!("/tickets/bulk/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_form_that_makes_no_sense_comes_back_as_filled_with_the_tickets_still_selected() {
    let house = House::open().await;
    let number = house
        .reported(house.ann, "The printer jams")
        .await
        .number
        .to_string();
    let mut tim = house.browser(house.tim).await;
    let fields = [
        ("ticket", number.as_str()),
        ("to_state", "resolved"),
        ("to_untested_reason", "No paper"),
    ];
    let answer = tim.post("/tickets/bulk", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text.contains("id=\"to_solution-error\""),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("value=\"No paper\""));
    assert!(answer.text.contains(&format!("value=\"{number}\" checked")));
}

#[tokio::test]
async fn a_star_is_ones_own_and_finds_its_ticket() {
    let house = House::open().await;
    let number = house
        .reported(house.ann, "The printer jams")
        .await
        .number
        .to_string();
    let mut tim = house.browser(house.tim).await;
    tim.post("/tickets/bulk", &[("ticket", &number), ("do", "star")])
        .await;
    assert!(tim.get("/queues/starred").await.text.contains("The printer jams"));
    let mut eve = house.browser(house.eve).await;
    assert!(!eve.get("/queues/starred").await.text.contains("The printer jams"));
}

#[tokio::test]
async fn many_are_changed_and_put_back_as_json() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    tim.get("/queues/mine").await;
    let csrf = tim.csrf.clone();
    let json = [
        ("content-type", "application/json"),
        ("x-csrf-token", csrf.as_str()),
    ];
    let body = format!(r#"{{"numbers":[{number},999],"change":{{"assignee":"me","category":"network"}}}}"#);
    let answer = tim.send(Method::POST, "/api/v1/tickets/bulk", &body, &json).await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS, "{}", answer.text);
    let done = answer.json();
    assert_eq!(
        (
            done["results"][0]["status"].as_i64(),
            done["results"][1]["status"].as_i64()
        ),
        (Some(200), Some(409))
    );
    let path = format!("/api/v1/tickets/bulk/{}/undo", done["id"].as_str().unwrap());
    let undone = tim.send(Method::POST, &path, "{}", &json).await;
    assert_eq!(undone.status, StatusCode::MULTI_STATUS, "{}", undone.text);
    assert_eq!(house.ticket(number).await.assignee, None);
    let again = tim.send(Method::POST, &path, "{}", &json).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let unknown = r#"{"numbers":[1],"change":{"colour":"red"}}"#;
    let refused = tim
        .send(Method::POST, "/api/v1/tickets/bulk", unknown, &json)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}
