//! Close gates through the router: set up, refusing, filled, passed, and passed all the same.

use axum::http::{Method, StatusCode};
use desk::diagnosis::{self, NewCause, Outcome, Question};
use desk::gate::{self, Definition, Needs};
use desk::ticket::{self, Resolve};
use kernel::error::Kind;
use web::testing::Browser;

use crate::house::{House, part};

const WORDS: &str = "No guess closes an incident.";

/// A gate before everything: why, one piece of evidence, a confirmed cause.
async fn gated(house: &House) -> String {
    house
        .act(house.max, |tx, cx| {
            let mut definition = Definition {
                needs: Needs {
                    questions: [Question::Why].into(),
                    evidence: 1,
                    cause: true,
                    ..Needs::default()
                },
                ..Definition::default()
            };
            definition.name.insert("en".to_owned(), "Everything".to_owned());
            definition.words.insert("en".to_owned(), WORDS.to_owned());
            gate::save_gate(tx, cx, None, None, definition)
        })
        .await
        .id
}

async fn begun(house: &House) -> i64 {
    let number = house.reported(house.ann, "The printer jams").await.number;
    house
        .act(house.tim, move |tx, cx| ticket::start(tx, cx, number))
        .await;
    number
}

async fn fill(house: &House, number: i64) {
    house
        .act(house.tim, move |tx, cx| {
            let why = diagnosis::Answering::one(Question::Why, "a worn roller", None);
            diagnosis::answer(tx, cx, number, &why)?;
            let mut log = diagnosis::NewEvidence::new(diagnosis::EvidenceKind::Log);
            log.text = "E13 paper feed".to_owned();
            diagnosis::add_evidence(tx, cx, number, &log)?;
            let cause = NewCause {
                cause: "worn roller".to_owned(),
                tested_how: "a new roller feeds".to_owned(),
                outcome: Outcome::Confirmed,
                place: None,
                expected_version: None,
            };
            diagnosis::add_cause(tx, cx, number, &cause)
        })
        .await;
}

const SOLUTION: [(&str, &str); 2] = [("solution", "The roller was replaced."), ("tested", "true")];

#[tokio::test]
async fn a_gate_refuses_with_what_is_missing_and_keeps_the_solution_then_lets_pass() {
    let house = House::open().await;
    gated(&house).await;
    let number = begun(&house).await;
    let path = format!("/tickets/{number}/resolution");
    let mut tim = house.browser(house.tim).await;
    let asked = tim.get(&path).await.text;
    assert!(
        asked.contains("Still missing") && asked.contains(WORDS) && asked.contains("Confirm a cause"),
        "what is missing is listed before one tries: {asked}"
    );
    let refused = tim.post(&path, &SOLUTION).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "The roller was replaced.",
        "Answer “Why” in the diagnosis",
        "Add evidence",
        "Confirm a cause",
    ] {
        assert!(refused.text.contains(words), "{words}: {}", refused.text);
    }
    assert_eq!(house.ticket(number).await.state.as_str(), "in_progress");
    fill(&house, number).await;
    let asked = tim.get(&path).await.text;
    assert!(asked.contains("The close gate is satisfied"), "{asked}");
    let passed = tim.post(&path, &SOLUTION).await;
    assert_eq!(passed.status, StatusCode::SEE_OTHER, "{}", passed.text);
    assert_eq!(house.ticket(number).await.state.as_str(), "resolved");
}

#[tokio::test]
async fn a_gap_is_filled_beside_the_form_and_the_list_comes_back() {
    let house = House::open().await;
    gated(&house).await;
    let number = begun(&house).await;
    let mut tim = house.browser(house.tim).await;
    tim.get(&format!("/tickets/{number}")).await;
    let answer = from_gate(&mut tim, number, "diagnosis/why", "text=a+worn+roller").await;
    assert_eq!(answer.0, StatusCode::OK, "{}", answer.1);
    assert!(
        answer.1.contains("id=\"gate-") && !answer.1.contains("Answer “Why”"),
        "{}",
        answer.1
    );
    let cause = "cause=worn+roller&tested_how=a+new+one+feeds&outcome=confirmed";
    let answer = from_gate(&mut tim, number, "causes", cause).await;
    assert!(!answer.1.contains("Confirm a cause"), "{}", answer.1);
    let answer = from_gate(&mut tim, number, "evidence", "kind=log&text=E13+paper+feed").await;
    assert!(answer.1.contains("The close gate is satisfied"), "{}", answer.1);
}

async fn from_gate(browser: &mut Browser, number: i64, path: &str, body: &str) -> (StatusCode, String) {
    let (token, target) = (browser.csrf.clone(), format!("section#gate-{number}"));
    let headers = [
        ("hx-request", "true"),
        ("hx-request-type", "partial"),
        ("hx-target", target.as_str()),
        ("x-csrf-token", token.as_str()),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let path = format!("/tickets/{number}/{path}");
    let answer = browser.send(Method::POST, &path, body, &headers).await;
    (answer.status, answer.text)
}

#[tokio::test]
async fn whoever_resolves_by_whatever_door_obeys() {
    let house = House::open().await;
    gated(&house).await;
    let number = begun(&house).await;
    let cx = house.cx_of(house.tim).await;
    let error = house
        .app
        .db
        .write(move |tx| {
            let resolve = Resolve {
                solution: "Replaced.".to_owned(),
                tested: true,
                untested_reason: None,
            };
            ticket::resolve(tx, &cx, number, resolve)
        })
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.fields().len()),
        (Kind::Invalid, "desk.gate_closed", 3)
    );
    let links: Vec<&str> = error.fields().iter().filter_map(|field| field.link()).collect();
    assert_eq!(
        links,
        [
            format!("/tickets/{number}/diagnosis#answer-why"),
            format!("/tickets/{number}/evidence/new"),
            format!("/tickets/{number}/diagnosis#causes"),
        ]
    );
}

#[tokio::test]
async fn a_manager_passes_with_a_reason_that_stands_in_the_record_and_a_technician_does_not() {
    let house = House::open().await;
    gated(&house).await;
    let number = begun(&house).await;
    let path = format!("/tickets/{number}/resolution");
    let with_reason = [
        SOLUTION[0],
        SOLUTION[1],
        ("override_reason", "the device is scrapped"),
    ];
    let mut tim = house.browser(house.tim).await;
    assert!(!tim.get(&path).await.text.contains("override_reason"));
    assert_eq!(tim.post(&path, &with_reason).await.status, StatusCode::FORBIDDEN);
    let mut max = house.browser(house.max).await;
    assert!(max.get(&path).await.text.contains("override_reason"));
    let passed = max.post(&path, &with_reason).await;
    assert_eq!(passed.status, StatusCode::SEE_OTHER, "{}", passed.text);
    let page = tim.get(&format!("/tickets/{number}")).await.text;
    assert!(
        page.contains("resolved past the close gate: the device is scrapped"),
        "{page}"
    );
}

#[tokio::test]
async fn a_gate_stands_only_before_its_own_types_and_priorities() {
    let house = House::open().await;
    house
        .act(house.max, |tx, cx| {
            gate::save_gate(tx, cx, None, None, gate::ready())
        })
        .await;
    let number = begun(&house).await;
    let priority = house.ticket(number).await.priority;
    assert!(
        !gate::ready().priorities.contains(&priority),
        "the ready gate is for P0 and P1"
    );
    let mut tim = house.browser(house.tim).await;
    let passed = tim
        .post(&format!("/tickets/{number}/resolution"), &SOLUTION)
        .await;
    assert_eq!(passed.status, StatusCode::SEE_OTHER, "{}", passed.text);
}

#[tokio::test]
async fn the_settings_keep_a_refused_gate_as_filled_and_save_a_good_one() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let empty = max.get("/settings/desk/close-gates").await.text;
    assert!(empty.contains("No close gates"), "{empty}");
    let refused = max
        .post(
            "/settings/desk/close-gates",
            &[
                ("priorities", "P1"),
                ("needs.evidence", "99"),
                ("words.en", WORDS),
            ],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("Give it a name")
            && refused.text.contains("A number from 0 to 20")
            && refused.text.contains(WORDS),
        "{}",
        refused.text
    );
    let saved = max
        .post(
            "/settings/desk/close-gates",
            &[
                ("name.en", "Incidents"),
                ("types", "incident"),
                ("needs", "category"),
                ("needs", "tag"),
                ("questions", "why"),
            ],
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let list = max.get("/settings/desk/close-gates").await.text;
    assert!(
        list.contains("Incidents") && list.contains("At least one tag"),
        "{list}"
    );
    let mut tim = house.browser(house.tim).await;
    assert_eq!(
        tim.get("/settings/desk/close-gates").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn two_managers_at_one_gate_lose_nothing() {
    let house = House::open().await;
    let id = gated(&house).await;
    let path = format!("/settings/desk/close-gates/{id}");
    let change = |name: &'static str| [("name.en", name), ("needs", "tag"), ("version", "1")];
    let mut max = house.browser(house.max).await;
    assert_eq!(
        max.post(&path, &change("First")).await.status,
        StatusCode::SEE_OTHER
    );
    let late = max.post(&path, &change("Second")).await;
    assert!(
        late.status == StatusCode::UNPROCESSABLE_ENTITY && late.text.contains("changed this gate meanwhile"),
        "{}",
        late.text
    );
}

#[tokio::test]
async fn a_gate_is_tried_on_the_past_before_it_is_saved() {
    let house = House::open().await;
    for filled in [false, true, false] {
        let number = begun(&house).await;
        if filled {
            fill(&house, number).await;
        }
        let mut tim = house.browser(house.tim).await;
        tim.post(&format!("/tickets/{number}/resolution"), &SOLUTION)
            .await;
    }
    let mut max = house.browser(house.max).await;
    let form = [("name.en", "Causes"), ("needs", "cause")];
    let tried = max.post("/settings/desk/close-gates/preview", &form).await;
    assert!(
        tried
            .text
            .contains("Of 3 tickets resolved in the last 30 days, 2 would have been stopped.")
            && tried.text.contains("value=\"Causes\""),
        "{}",
        tried.text
    );
    let before = house.app.db.query_count();
    max.post("/settings/desk/close-gates/preview", &form).await;
    assert!(house.app.db.query_count() - before <= 20);
    let saved = max.get("/settings/desk/close-gates").await.text;
    assert!(saved.contains("No close gates"), "trying writes nothing");
}

#[tokio::test]
async fn the_list_before_a_ticket_costs_a_fixed_number_of_statements() {
    let house = House::open().await;
    let number = begun(&house).await;
    gated(&house).await;
    let mut tim = house.browser(house.tim).await;
    let path = format!("/tickets/{number}/gate");
    let mut cost = Vec::new();
    for more in [0, 5] {
        for _ in 0..more {
            gated(&house).await;
        }
        part(&mut tim, &path).await;
        let before = house.app.db.query_count();
        part(&mut tim, &path).await;
        cost.push(house.app.db.query_count() - before);
    }
    assert_eq!(cost[0], cost[1]);
    assert!(cost[1] <= 12, "the gate took {} statements", cost[1]);
}
