//! Macros, templates, merging, splitting, and links, from their pages and by JSON.

use axum::http::{Method, StatusCode};
use desk::ticket::{self, Reply, State};
use web::testing::{Answer, Browser};

use crate::house::{House, part};

async fn json(browser: &mut Browser, method: Method, path: &str, body: &str) -> Answer {
    let token = browser.csrf.clone();
    let headers = [
        ("content-type", "application/json"),
        ("x-csrf-token", token.as_str()),
    ];
    browser.send(method, path, body, &headers).await
}

/// The last part of the first address in a page that begins like this.
fn id_after(page: &str, start: &str) -> String {
    let pages = page.split(start).skip(1);
    let ids = pages.map(|rest| rest.split(['"', '/', '?']).next().unwrap_or_default().to_owned());
    ids.into_iter().find(|id| id.len() == 26).unwrap()
}

const ASK: [(&str, &str); 4] = [
    ("name_en", "Ask for the floor"),
    ("name_zh", "询问楼层"),
    ("body_en", "Hello {{ requester.name }}, which floor?"),
    ("body_zh", ""),
];

#[tokio::test]
async fn a_macro_is_made_from_forms_and_run_from_the_ticket() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let made = tim.post("/settings/desk/templates", &ASK).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let list = tim.get("/settings/desk/templates").await.text;
    let template = id_after(&list, "/settings/desk/templates/");
    let fields = [
        ("name_en", "Ask and wait"),
        ("name_zh", ""),
        ("tags_add", "floor，printer"),
        ("assign", "me"),
        ("voice", "reply"),
        ("template", template.as_str()),
        ("move", "wait_requester"),
    ];
    let made = tim.post("/settings/desk/macros", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let chooser = part(&mut tim, &format!("/tickets/{number}/macros?from=open"))
        .await
        .text;
    assert!(
        chooser.contains("Ask and wait") && chooser.contains("Hello Ann, which floor?"),
        "{chooser}"
    );
    let id = id_after(
        &tim.get("/settings/desk/macros").await.text,
        "/settings/desk/macros/",
    );
    let ran = tim
        .post(&format!("/tickets/{number}/macros"), &[("macro", &id)])
        .await;
    assert_eq!(ran.status, StatusCode::SEE_OTHER, "{}", ran.text);
    let ticket = house.ticket(number).await;
    assert_eq!(
        (ticket.state, ticket.assignee),
        (State::WaitingRequester, Some(house.tim))
    );
    let page = tim.get(&format!("/tickets/{number}")).await.text;
    assert!(page.contains("Hello Ann, which floor?") && page.contains("ran “Ask and wait”"));
    // The same by JSON, and what somebody else keeps is not there.
    let macros = json(&mut tim, Method::GET, "/api/v1/macros", "").await.json();
    assert_eq!(macros[0]["name"], "Ask and wait");
    let again = json(
        &mut tim,
        Method::POST,
        &format!("/api/v1/tickets/{number}/macros/{id}"),
        "",
    )
    .await;
    assert_eq!(again.status, StatusCode::CREATED, "{}", again.text);
    let mut eve = house.browser(house.eve).await;
    eve.get("/queues/open").await;
    assert_eq!(
        json(&mut eve, Method::GET, "/api/v1/macros", "").await.json(),
        serde_json::json!([])
    );
    let foreign = json(
        &mut eve,
        Method::POST,
        &format!("/api/v1/tickets/{number}/macros/{id}"),
        "",
    )
    .await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_template_with_an_unknown_variable_keeps_its_form_and_names_those_that_exist() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    let mut fields = ASK;
    fields[2] = ("body_en", "Dear {{ requestor.name }}");
    let refused = tim.post("/settings/desk/templates", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("requestor.name") && refused.text.contains("requester.department"));
    assert!(
        refused.text.contains("Ask for the floor"),
        "what was typed is kept"
    );
}

#[tokio::test]
async fn what_is_typed_after_a_sign_is_completed() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    tim.post("/settings/desk/templates", &ASK).await;
    let at = |sign: &str, text: &str| format!("/tickets/{number}/completion?sign={sign}&q={text}");
    let templates = part(&mut tim, &at("/", "floor")).await.text;
    assert!(
        templates.contains("data-insert=\"Hello Ann, which floor?\""),
        "{templates}"
    );
    let people = part(&mut tim, &at("@", "ev")).await.text;
    assert!(
        people.contains("data-insert=\"@Eve \"") && !people.contains("Ann"),
        "{people}"
    );
    let tickets = part(&mut tim, &at("%23", &number.to_string())).await.text;
    assert!(tickets.contains("The printer jams"), "{tickets}");
    let begun = tim
        .get(&format!("/tickets/{number}/templates?from=open"))
        .await
        .text;
    assert!(
        begun.contains("&#38;template=") || begun.contains("&amp;template="),
        "{begun}"
    );
}

#[tokio::test]
async fn two_tickets_are_merged_and_parted_from_their_pages() {
    let house = House::open().await;
    let first = house.reported(house.ann, "The printer jams").await.number;
    let second = house.reported(house.bea, "No paper comes out").await.number;
    let mut tim = house.browser(house.tim).await;
    let at = |path: &str| format!("/tickets/{second}/{path}");
    let wrong = tim.post(&at("merge"), &[("into", "99999")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("99999"), "{}", wrong.text);
    let merged = tim.post(&at("merge"), &[("into", &format!("#{first}"))]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text);
    let target = tim.get(&format!("/tickets/{first}")).await.text;
    assert!(
        target.contains(&format!("from #{second}")),
        "its words stand in the other's conversation"
    );
    let page = tim.get(&format!("/tickets/{second}")).await.text;
    assert!(page.contains("Merged into") && page.contains("Undo merge") && !page.contains("/reopening"));
    let parted = tim.post(&at("unmerge"), &[]).await;
    assert_eq!(parted.status, StatusCode::SEE_OTHER, "{}", parted.text);
    assert_eq!(house.ticket(second).await.state, State::New);
    let target = tim.get(&format!("/tickets/{first}")).await.text;
    assert!(!target.contains(&format!("from #{second}")));
    // The same by JSON.
    let path = format!("/api/v1/tickets/{second}/merge");
    let merged = json(&mut tim, Method::POST, &path, &format!("{{\"into\":{first}}}")).await;
    assert_eq!(
        (merged.status, merged.json()["number"].as_i64()),
        (StatusCode::CREATED, Some(first))
    );
    assert_eq!(
        json(&mut tim, Method::DELETE, &path, "").await.status,
        StatusCode::OK
    );
    // The one who reported has no part in this.
    let mut ann = house.browser(house.ann).await;
    assert_eq!(
        ann.post(&at("merge"), &[("into", "1")]).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_message_becomes_a_ticket_and_tickets_are_linked() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let article = house
        .act(house.ann, move |tx, cx| {
            let reply = Reply {
                body: "And my chair squeaks.".to_owned(),
                ..Reply::default()
            };
            ticket::reply(tx, cx, number, reply).map(|(_, article)| article)
        })
        .await;
    let mut tim = house.browser(house.tim).await;
    let path = format!("/tickets/{number}/articles/{article}/split");
    assert!(tim.get(&path).await.text.contains("And my chair squeaks."));
    let split = tim.post(&path, &[("title", "Chair squeaks")]).await;
    assert_eq!(split.status, StatusCode::SEE_OTHER, "{}", split.text);
    let made = number + 1;
    let page = tim.get(&format!("/tickets/{made}")).await.text;
    assert!(page.contains("Chair squeaks") && page.contains("related to"));
    let links = format!("/tickets/{number}/links");
    let fields = [("relation", "parent_of"), ("other", &*made.to_string())];
    assert_eq!(tim.post(&links, &fields).await.status, StatusCode::SEE_OTHER);
    let solved = [("solution", "New roller"), ("tested", "true")];
    let refused = tim.post(&format!("/tickets/{number}/resolution"), &solved).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.text.contains(&format!("#{made}")),
        "the open child is named"
    );
    let api = format!("/api/v1/tickets/{number}/links");
    let listed = json(&mut tim, Method::GET, &api, "").await.json();
    assert!(
        listed
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["relation"] == "parent_of"),
        "{listed}"
    );
    let gone = json(&mut tim, Method::DELETE, &format!("{api}/parent_of/{made}"), "").await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let resolved = tim.post(&format!("/tickets/{number}/resolution"), &solved).await;
    assert_eq!(resolved.status, StatusCode::SEE_OTHER, "{}", resolved.text);
}
