//! A refused form comes back as it was filled, with the reason beside the field.

use axum::http::StatusCode;
use desk::ticket::State;

use crate::house::House;

#[tokio::test]
async fn a_new_ticket_without_title_keeps_what_was_typed() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    let fields = [
        ("requester", "ann@example.test"),
        ("title", ""),
        ("body", "It hums since morning."),
        ("type", "incident"),
        ("category", "hardware"),
        ("impact", "person"),
        ("urgency", "medium"),
        ("channel", "phone"),
    ];
    let answer = tim.post("/tickets", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("It hums since morning.") && answer.text.contains("ann@example.test"));
    assert!(
        answer.text.contains("id=\"title-error\""),
        "the reason stands beside its field"
    );
    assert!(answer.text.contains("value=\"hardware\" selected"));
}

#[tokio::test]
async fn the_reason_is_in_the_readers_language() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    tim.post("/locale", &[("locale", "zh-CN"), ("next", "/")]).await;
    let answer = tim
        .post(
            "/tickets",
            &[("requester", "nobody"), ("title", "x"), ("body", "y")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text.contains("这不是邮箱地址"),
        "the address is refused in Chinese"
    );
}

#[tokio::test]
async fn a_hand_off_cannot_be_skipped() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let fields = [
        ("tier", "2"),
        ("handoff.tried", "Cleaned the roller"),
        ("handoff.known", ""),
        ("handoff.boundary", ""),
    ];
    let answer = tim.post(&format!("/tickets/{number}/escalation"), &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text.contains("Cleaned the roller"),
        "what was written stays"
    );
    assert!(
        answer.text.contains("id=\"handoff.known-error\"")
            && answer.text.contains("id=\"handoff.boundary-error\"")
    );
    assert_eq!(house.ticket(number).await.tier.level(), 1);
}

#[tokio::test]
async fn an_untested_solution_needs_its_reason() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let fields = [
        ("solution", "New roller"),
        ("tested", "false"),
        ("untested_reason", ""),
    ];
    let answer = tim.post(&format!("/tickets/{number}/resolution"), &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("New roller") && answer.text.contains("id=\"untested_reason-error\""));
    assert_eq!(house.ticket(number).await.state, State::New);
}

#[tokio::test]
async fn an_empty_reply_is_refused_and_a_script_gets_the_composer_again() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    tim.get("/queues/mine").await;
    let token = tim.csrf.clone();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("hx-request", "true"),
        ("hx-request-type", "partial"),
        ("x-csrf-token", token.as_str()),
    ];
    let path = format!("/tickets/{number}/articles");
    let answer = tim
        .send(axum::http::Method::POST, &path, "kind=note&body=", &headers)
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains(&format!("id=\"composer-{number}\"")) && !answer.text.contains("<!doctype"));
    assert!(
        answer.text.contains("value=\"note\" checked"),
        "a note must not turn into a reply"
    );
}

#[tokio::test]
async fn a_form_is_refused_to_whom_the_act_is_not_allowed() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut ann = house.browser(house.ann).await;
    for path in ["assignment", "escalation", "waiting", "resolution", "fields"] {
        assert_eq!(
            ann.get(&format!("/tickets/{number}/{path}")).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        assert_eq!(
            ann.post(&format!("/tickets/{number}/{path}"), &[]).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}
