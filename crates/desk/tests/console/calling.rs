//! A call that comes in: the caller is known by number, what is said goes onto an open ticket or becomes one, nothing typed is lost.

use axum::http::StatusCode;
use desk::ticket::{Channel, State};

use crate::house::House;

/// Ann's number, as a telephone system writes it.
const ANN: &str = "/calls/new?from=%2B8613800001234";

#[tokio::test]
async fn the_number_shows_who_calls_and_what_is_open_of_theirs() {
    let house = House::open().await;
    house.reported(house.ann, "The printer jams").await;
    house.reported(house.bea, "The screen flickers").await;
    let page = house.browser(house.tim).await.get(ANN).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("ann@example.test"), "{}", page.text);
    assert!(page.text.contains("The printer jams") && !page.text.contains("The screen flickers"));
    // A requester looks nobody up.
    let other = house.browser(house.ann).await.get(ANN).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    assert!(!other.text.contains("ann@example.test"));
}

#[tokio::test]
async fn one_box_is_enough_for_a_new_ticket() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    let person = house.ann.to_string();
    let form = [
        ("person", person.as_str()),
        ("ticket", "new"),
        (
            "body",
            "The door card is dead\nSince yesterday, at the side entrance.",
        ),
        ("category", "other"),
        ("urgency", "medium"),
        ("minutes", "3"),
    ];
    let logged = tim.post("/calls", &form).await;
    assert_eq!(logged.status, StatusCode::SEE_OTHER, "{}", logged.text);
    let ticket = house.ticket(1).await;
    assert_eq!(ticket.title, "The door card is dead");
    assert_eq!((ticket.requester, ticket.channel), (house.ann, Channel::Phone));
    let page = tim.get(logged.header("location")).await;
    assert!(page.text.contains("at the side entrance"), "{}", page.text);
}

#[tokio::test]
async fn what_belongs_to_an_open_ticket_goes_onto_it() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let (person, known) = (house.ann.to_string(), number.to_string());
    let form = [
        ("person", person.as_str()),
        ("ticket", known.as_str()),
        ("body", "It jams on tray two as well."),
        ("category", "other"),
        ("urgency", "medium"),
    ];
    let mut tim = house.browser(house.tim).await;
    let logged = tim.post("/calls", &form).await;
    assert_eq!(logged.header("location"), format!("/tickets/{number}"));
    let page = tim.get(&format!("/tickets/{number}")).await;
    assert!(page.text.contains("tray two"), "{}", page.text);
    assert_ne!(house.ticket(number).await.state, State::Closed);
    assert_eq!(tim.get("/tickets/2").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_stranger_needs_an_address_and_what_was_typed_stays() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    let form = [
        ("from", "0999 4711"),
        ("ticket", "new"),
        ("body", "My laptop is wet"),
        ("category", "hardware"),
        ("urgency", "high"),
    ];
    let refused = tim.post("/calls", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("My laptop is wet") && refused.text.contains("0999 4711"));
    assert!(refused.text.contains("requester-error"), "{}", refused.text);
    let mut filled = form.to_vec();
    filled.push(("requester", "new.colleague@example.test"));
    assert_eq!(tim.post("/calls", &filled).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.ticket(1).await.title, "My laptop is wet");
}
