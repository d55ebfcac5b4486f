//! Asking by the catalogue: in the portal, at the desk for somebody, and as JSON.

use axum::http::{Method, StatusCode};
use desk::catalogue::settings;
use desk::ticket::value::{Category, State, TicketType, Urgency};
use serde_json::json;

use crate::house::{House, call, number_of};

const PRINTER: [(&str, &str); 7] = [
    ("seen", "printer"),
    ("seen", "fault"),
    ("seen", "message"),
    ("seen", "all"),
    ("seen", "picture"),
    ("seen", "note"),
    ("answers.fault", "jam"),
];

#[tokio::test]
async fn the_catalogue_shows_what_can_be_asked_for_and_words_find_it() {
    let house = House::open().await;
    let mut ann = house.browser(house.ann).await;
    let all = ann.get("/portal/catalogue").await;
    assert_eq!(all.status, StatusCode::OK);
    for name in [
        "New employee",
        "Leaver",
        "Password reset",
        "Access to a shared folder",
        "Software",
        "Laptop",
        "Printer fault",
        "VPN",
        "Meeting room",
        "Report an outage",
    ] {
        assert!(all.text.contains(name), "{name}");
    }
    let found = ann.get("/portal/catalogue?q=PRINTER").await.text;
    assert!(found.contains("Printer fault") && !found.contains("Meeting room"));
    let chinese = ann.get("/portal/catalogue?q=%E6%89%93%E5%8D%B0").await.text;
    assert!(
        chinese.contains("Printer fault"),
        "words of the other language find it too"
    );
    assert!(ann.get("/portal").await.text.contains("/portal/catalogue"));
}

#[tokio::test]
async fn a_refused_form_names_each_field_and_keeps_what_was_chosen() {
    let house = House::open().await;
    let mut ann = house.browser(house.ann).await;
    let refused = ann.post("/portal/catalogue/printer-fault", &PRINTER).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("id=\"answers.printer-error\""),
        "{}",
        refused.text
    );
    assert!(refused.text.contains("value=\"jam\" selected"));
    assert!(!refused.text.contains("id=\"answers.fault-error\""));
}

#[tokio::test]
async fn an_answered_form_becomes_a_ticket_that_carries_what_the_type_says() {
    let house = House::open().await;
    let mut ann = house.browser(house.ann).await;
    let fields: Vec<(&str, &str)> = PRINTER
        .into_iter()
        .chain([("answers.printer", "P-301"), ("answers.all", "yes")])
        .collect();
    let number = number_of(&ann.post("/portal/catalogue/printer-fault", &fields).await);
    let view = house.ticket(number).await;
    assert_eq!(view.ticket.title, "Printer fault · P-301");
    assert_eq!(
        (view.ticket.ticket_type, view.ticket.category),
        (TicketType::Incident, Category::Hardware)
    );
    assert_eq!(view.ticket.environment.device.as_deref(), Some("P-301"));
    assert_eq!(
        (view.ticket.state, view.tags),
        (State::New, vec!["printer-fault".to_owned()])
    );
    let own = ann.get(&format!("/portal/requests/{number}")).await.text;
    assert!(
        own.contains("card-request-")
            && own.contains("Paper jam")
            && own.contains("Others cannot print either")
    );
    let mut tim = house.browser(house.tim).await;
    let page = tim.get(&format!("/tickets/{number}")).await.text;
    assert!(
        page.contains("card-request-") && page.contains("Paper jam"),
        "the card stands beside the conversation"
    );
    let read = call(
        &mut tim,
        Method::GET,
        &format!("/api/v1/tickets/{number}"),
        &json!(null),
    )
    .await
    .json();
    assert_eq!(read["catalogue"]["type"], "printer-fault");
    assert_eq!(read["catalogue"]["version"], 1);
    assert_eq!(
        read["catalogue"]["answers"],
        json!({ "printer": "P-301", "fault": "jam", "all": true })
    );
}

#[tokio::test]
async fn without_scripts_the_questions_that_an_answer_makes_are_asked_next() {
    let house = House::open().await;
    let mut ann = house.browser(house.ann).await;
    let first = ann.get("/portal/catalogue/laptop").await.text;
    assert!(first.contains("data-shown-when=\"answers.kind\" data-shown-is=\"replace\" hidden disabled"));
    let seen = [
        ("seen", "kind"),
        ("seen", "system"),
        ("seen", "extras"),
        ("seen", "note"),
    ];
    let chosen: Vec<(&str, &str)> = seen
        .into_iter()
        .chain([("answers.kind", "replace"), ("answers.note", "Soon")])
        .collect();
    let asked = ann.post("/portal/catalogue/laptop", &chosen).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        asked
            .text
            .contains("data-shown-when=\"answers.kind\" data-shown-is=\"replace\">"),
        "it is asked now"
    );
    assert!(
        asked.text.contains("data-shown-is=\"borrow\" hidden disabled"),
        "and the others are not"
    );
    assert!(asked.text.contains("lead to more questions") && asked.text.contains("Soon"));
    let more = [
        ("seen", "old"),
        ("seen", "fault"),
        ("answers.old", "NB-7"),
        ("answers.fault", "The hinge broke"),
    ];
    let fields: Vec<(&str, &str)> = chosen.into_iter().chain(more).collect();
    number_of(&ann.post("/portal/catalogue/laptop", &fields).await);
}

#[tokio::test]
async fn an_old_answer_reads_as_it_was_asked_after_the_form_was_changed() {
    let house = House::open().await;
    let mut ann = house.browser(house.ann).await;
    let fields: Vec<(&str, &str)> = PRINTER
        .into_iter()
        .chain([("answers.printer", "P-301")])
        .collect();
    let number = number_of(&ann.post("/portal/catalogue/printer-fault", &fields).await);
    house
        .act(house.max, |tx, cx| {
            settings::change_part(tx, cx, "printer-fault", None, |definition| {
                definition.fields.retain(|field| field.key != "fault");
                definition.fields[0]
                    .label
                    .insert("en".to_owned(), "Which machine".to_owned());
                Ok(())
            })
        })
        .await
        .unwrap();
    let own = ann.get(&format!("/portal/requests/{number}")).await.text;
    assert!(
        own.contains("Paper jam") && !own.contains("Which machine"),
        "{own}"
    );
    assert!(
        ann.get("/portal/catalogue/printer-fault")
            .await
            .text
            .contains("Which machine")
    );
}

#[tokio::test]
async fn what_is_not_for_a_persons_eyes_does_not_exist_for_them() {
    let house = House::open().await;
    house
        .act(house.max, |tx, cx| {
            settings::change_part(tx, cx, "vpn", None, |definition| {
                definition.audience.departments.insert("Sales".to_owned());
                Ok(())
            })?;
            settings::switch(tx, cx, "laptop", false)
        })
        .await
        .unwrap();
    let (mut ann, mut bea) = (house.browser(house.ann).await, house.browser(house.bea).await);
    assert_eq!(bea.get("/portal/catalogue/vpn").await.status, StatusCode::OK);
    for path in [
        "/portal/catalogue/vpn",
        "/portal/catalogue/laptop",
        "/portal/catalogue/nothing",
    ] {
        assert_eq!(ann.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(ann.post(path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut tim = house.browser(house.tim).await;
    assert_eq!(tim.get("/tickets/new/catalogue/vpn").await.status, StatusCode::OK);
    assert_eq!(
        tim.get("/tickets/new/catalogue/laptop").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_desk_files_a_request_for_somebody_else() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    assert!(
        tim.get("/tickets/new")
            .await
            .text
            .contains("/tickets/new/catalogue")
    );
    let bare = tim.post("/tickets/new/catalogue/printer-fault", &PRINTER).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.text.contains("id=\"requester-error\""));
    let fields: Vec<(&str, &str)> = PRINTER
        .into_iter()
        .chain([("requester", "ann@example.test"), ("answers.printer", "P-301")])
        .collect();
    let number = number_of(&tim.post("/tickets/new/catalogue/printer-fault", &fields).await);
    assert_eq!(house.ticket(number).await.ticket.requester, house.ann);
}

#[tokio::test]
async fn programs_ask_by_json_and_are_told_each_wrong_answer() {
    let house = House::open().await;
    let mut ann = house.browser(house.ann).await;
    let list = call(&mut ann, Method::GET, "/api/v1/catalogue", &json!(null))
        .await
        .json();
    assert_eq!(list["items"].as_array().unwrap().len(), 10);
    const PATH: &str = "/api/v1/catalogue/outage/requests";
    let wrong = json!({ "answers": { "service": "weather", "who": "team", "since": "nine", "words": "gone", "colour": 1 } });
    let refused = call(&mut ann, Method::POST, PATH, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["answers.service", "answers.can_work", "answers.colour"] {
        assert!(refused.text.contains(field), "{field} {}", refused.text);
    }
    let right = json!({ "answers": {
        "service": "mail", "who": "site", "since": "nine", "words": "No mail comes in.", "can_work": false, "which": "hidden",
    } });
    let made = call(&mut ann, Method::POST, PATH, &right).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let number = made.json()["number"].as_i64().unwrap();
    let ticket = house.ticket(number).await.ticket;
    assert_eq!((ticket.urgency, ticket.requester), (Urgency::High, house.ann));
    let read = call(
        &mut ann,
        Method::GET,
        &format!("/api/v1/tickets/{number}"),
        &json!(null),
    )
    .await
    .json();
    assert_eq!(read["catalogue"]["answers"]["can_work"], false);
    assert!(
        read["catalogue"]["answers"]["which"].is_null(),
        "what was not asked is not kept"
    );
    let other = json!({ "answers": {}, "requester": "bea@example.test" });
    assert_eq!(
        call(&mut ann, Method::POST, PATH, &other).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_person_is_found_by_address_or_by_a_name_that_only_one_has() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    let ask = |who: &str| {
        json!({ "answers": {
            "who": who, "last_day": "2026-03-20", "at_once": false, "mail": "close", "files": "no",
        } })
    };
    const PATH: &str = "/api/v1/catalogue/leaver/requests";
    for (who, code) in [
        ("Nobody", "person_unknown"),
        ("example.test", "person_unclear"),
        ("x@y.test", "person_unknown"),
    ] {
        let refused = call(&mut tim, Method::POST, PATH, &ask(who)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains(code) && refused.text.contains("answers.who"),
            "{}",
            refused.text
        );
    }
    // Who only asks learns of nobody whom they cannot name.
    let mut ann = house.browser(house.ann).await;
    for who in ["example.test", "b", "Be", "e"] {
        let refused = call(&mut ann, Method::POST, PATH, &ask(who)).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text
        );
        assert!(refused.text.contains("person_unknown"), "{}", refused.text);
        assert!(!refused.text.contains("Bea"), "{}", refused.text);
    }
    let made = call(&mut ann, Method::POST, PATH, &ask("bea")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    for who in ["Bea", "bea@example.test"] {
        let made = call(&mut tim, Method::POST, PATH, &ask(who)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_eq!(made.json()["title"], "Leaver · Bea");
    }
}
