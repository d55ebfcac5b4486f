//! What is done to a ticket from its page, without scripts and with them.

use axum::http::{Method, StatusCode};
use desk::ticket::{self, State};
use web::testing::{Answer, Browser};

use crate::house::{House, part};

async fn done(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) {
    let answer = browser.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
}

#[tokio::test]
async fn a_ticket_goes_all_the_way_round_by_plain_forms() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    let fields = [
        ("requester", "ann@example.test"),
        ("title", "The printer jams"),
        ("body", "Since morning"),
        ("type", "incident"),
        ("category", "hardware"),
        ("impact", "person"),
        ("urgency", "high"),
        ("channel", "phone"),
    ];
    done(&mut tim, "/tickets", &fields).await;
    let team = house.team.to_string();
    done(
        &mut tim,
        "/tickets/1/assignment",
        &[("team", &team), ("assignee", "")],
    )
    .await;
    done(&mut tim, "/tickets/1/assignment/mine", &[]).await;
    assert_eq!(house.ticket(1).await.assignee, Some(house.tim));
    done(
        &mut tim,
        "/tickets/1/articles",
        &[
            ("kind", "reply"),
            ("body", "Which floor?"),
            ("after", "requester"),
        ],
    )
    .await;
    assert_eq!(house.ticket(1).await.state, State::WaitingRequester);
    done(&mut tim, "/tickets/1/work", &[]).await;
    done(
        &mut tim,
        "/tickets/1/calls",
        &[("body", "Floor three"), ("minutes", "4")],
    )
    .await;
    let handoff = [
        ("tier", "2"),
        ("handoff.tried", "roller"),
        ("handoff.known", "jam 49"),
        ("handoff.boundary", "parts"),
    ];
    done(&mut tim, "/tickets/1/escalation", &handoff).await;
    done(
        &mut tim,
        "/tickets/1/resolution",
        &[("solution", "New roller"), ("tested", "true")],
    )
    .await;
    let page = tim.get("/tickets/1").await.text;
    for words in [
        "Which floor?",
        "Floor three",
        "jam 49",
        "New roller",
        "Hand-off",
        "awaiting confirmation",
    ] {
        assert!(page.contains(words), "{words} is missing");
    }
    done(
        &mut tim,
        "/tickets/1/verification",
        &[("accepted", "no"), ("comment", "Still jams")],
    )
    .await;
    assert_eq!(house.ticket(1).await.state, State::InProgress);
    done(
        &mut tim,
        "/tickets/1/resolution",
        &[("solution", "New printer"), ("tested", "true")],
    )
    .await;
    done(&mut tim, "/tickets/1/verification", &[("accepted", "yes")]).await;
    assert_eq!(house.ticket(1).await.state, State::Closed);
    done(&mut tim, "/tickets/1/reopening", &[("reason", "Back again")]).await;
    assert_eq!(house.ticket(1).await.state, State::InProgress);
}

#[tokio::test]
async fn what_a_ticket_says_is_changed_from_its_page() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let at = |path: &str| format!("/tickets/{number}/{path}");
    done(&mut tim, &at("title"), &[("title", "Printer 3 jams")]).await;
    done(
        &mut tim,
        &at("priority"),
        &[("impact", "site"), ("urgency", "high"), ("pinned", "")],
    )
    .await;
    done(&mut tim, &at("tags"), &[("tags", "Printer，三楼、 vip")]).await;
    done(
        &mut tim,
        &at("next-step"),
        &[
            ("next_step", "Order a roller"),
            ("next_step_at", "2026-03-03T09:00"),
        ],
    )
    .await;
    done(&mut tim, &at("watching"), &[("email", "eve@example.test")]).await;
    let ticket = house.ticket(number).await;
    assert_eq!(
        (ticket.title.as_str(), ticket.priority.as_str()),
        ("Printer 3 jams", "P0")
    );
    assert_eq!(ticket.next_step.as_deref(), Some("Order a roller"));
    let view = house
        .act(house.max, move |tx, cx| ticket::load(tx, cx, number))
        .await;
    assert_eq!(view.tags, ["printer", "vip", "三楼"]);
    assert_eq!(view.watchers, [house.eve]);
}

#[tokio::test]
async fn a_script_gets_the_pieces_that_changed_and_never_the_composer() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    tim.get("/queues/mine").await;
    let answer = scripted(&mut tim, &format!("/tickets/{number}/assignment/mine"), "").await;
    assert_eq!(answer.status, StatusCode::OK);
    for piece in ["head", "timeline", "side"] {
        assert!(
            answer.text.contains(&format!("hx-target=\"#{piece}-{number}\"")),
            "{piece}"
        );
    }
    assert!(!answer.text.contains("data-composer"));
    assert!(answer.header("hx-trigger").contains("It is yours"));
}

async fn scripted(browser: &mut Browser, path: &str, body: &str) -> Answer {
    let token = browser.csrf.clone();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("hx-request", "true"),
        ("hx-request-type", "partial"),
        ("x-csrf-token", token.as_str()),
    ];
    browser.send(Method::POST, path, body, &headers).await
}

#[tokio::test]
async fn send_and_next_leads_to_the_ticket_below() {
    let house = House::open().await;
    let first = house.reported(house.ann, "One").await.number;
    let second = house.reported(house.ann, "Two").await.number;
    let mut tim = house.browser(house.tim).await;
    let fields = [("kind", "reply"), ("body", "Working on it"), ("then", "next")];
    let answer = tim
        .post(&format!("/tickets/{first}/articles?from=open"), &fields)
        .await;
    assert_eq!(answer.header("location"), format!("/tickets/{second}?from=open"));
}

#[tokio::test]
async fn a_draft_is_kept_until_it_is_sent() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    tim.get("/queues/mine").await;
    let token = tim.csrf.clone();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-csrf-token", token.as_str()),
    ];
    let kept = tim
        .send(
            Method::PUT,
            &format!("/tickets/{number}/draft"),
            "kind=note&body=half+a+thought",
            &headers,
        )
        .await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    let page = tim.get(&format!("/tickets/{number}")).await.text;
    assert!(page.contains("half a thought") && page.contains("value=\"note\" checked"));
    let others = house
        .browser(house.eve)
        .await
        .get(&format!("/tickets/{number}"))
        .await
        .text;
    assert!(
        !others.contains("half a thought"),
        "a draft is its writer's alone"
    );
    done(
        &mut tim,
        &format!("/tickets/{number}/articles"),
        &[("kind", "note"), ("body", "a whole thought")],
    )
    .await;
    assert!(
        !tim.get(&format!("/tickets/{number}"))
            .await
            .text
            .contains("half a thought")
    );
}

#[tokio::test]
async fn a_caller_is_found_by_number_however_it_is_written() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    let found = part(&mut tim, "/tickets/new/callers?caller=13800001234")
        .await
        .text;
    assert!(found.contains("ann@example.test"), "{found}");
    assert!(
        part(&mut tim, "/tickets/new/callers?caller=bea")
            .await
            .text
            .contains("bea@example.test")
    );
}

#[tokio::test]
async fn a_clock_explains_itself_and_an_assignment_too() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    house.app.clock.advance_millis(20 * 3_600_000);
    let page = tim.get(&format!("/tickets/{number}/clocks/solution")).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "4 h",
        "Closed: outside working hours",
        "Counting",
        "span-run",
        "Runs out",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert_eq!(
        tim.get(&format!("/tickets/{number}/clocks/tea")).await.status,
        StatusCode::NOT_FOUND
    );
    let why = tim.get(&format!("/tickets/{number}/assignment/reason")).await;
    assert_eq!(why.status, StatusCode::OK);
}

#[tokio::test]
async fn who_hands_a_ticket_to_a_team_of_others_is_told_where_it_went() {
    let house = House::open().await;
    let cx = house.app.cx_command();
    let added = house.app.db.write(move |tx| {
        let team = people::team::NewTeam {
            name: "Network".to_owned(),
            tier: 2,
            ..people::team::NewTeam::default()
        };
        people::team::add(tx, &cx, &team)
    });
    let other = added.await.unwrap().id.to_string();
    let mut tim = house.browser(house.tim).await;
    for (path, extra) in [("escalation", "tier"), ("assignment", "nothing")] {
        let number = house.reported(house.ann, "The printer jams").await.number;
        let fields = [
            (extra, "2"),
            ("handoff.tried", "roller"),
            ("handoff.known", "jam 49"),
            ("handoff.boundary", "parts"),
            ("team", &other),
        ];
        let answer = tim
            .post(&format!("/tickets/{number}/{path}?from=teams"), &fields)
            .await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/queues/teams"),
            "{path}"
        );
        let list = tim.get("/queues/teams").await;
        assert!(
            list.text.contains(&format!("#{number} went to")),
            "{path}: {}",
            list.text
        );
    }
}
