//! Approving in the portal, on the console, by the link of a mail, and as JSON.

use axum::http::{Method, StatusCode};
use desk::catalogue::deciding;
use desk::ticket::value::State;
use serde_json::json;

use crate::house::{House, call, number_of};

/// Ann asks for a folder; Meg leads her.
async fn asked(house: &House) -> i64 {
    let mut ann = house.browser(house.ann).await;
    let seen = ["folder", "for_me", "right", "until", "reason"].map(|key| ("seen", key));
    let answers = [
        ("answers.folder", "Finance"),
        ("answers.for_me", "yes"),
        ("answers.right", "read"),
        ("answers.until", "always"),
        ("answers.reason", "Closing the year"),
    ];
    let fields: Vec<(&str, &str)> = seen.into_iter().chain(answers).collect();
    let number = number_of(&ann.post("/portal/catalogue/shared-folder", &fields).await);
    assert_eq!(house.ticket(number).await.ticket.state, State::WaitingApproval);
    number
}

async fn token(house: &House, number: i64) -> String {
    let meg = house.meg;
    let token = house.act(house.max, move |tx, cx| deciding::link_token(tx, cx, number, meg));
    token.await.unwrap().unwrap()
}

#[tokio::test]
async fn a_manager_finds_what_waits_decides_on_it_and_it_is_gone_from_the_list() {
    let house = House::open().await;
    let number = asked(&house).await;
    let mut meg = house.browser(house.meg).await;
    assert!(meg.get("/portal").await.text.contains("/portal/approvals"));
    let list = meg.get("/portal/approvals").await.text;
    assert!(list.contains("Access to a shared folder") && list.contains("Ann"));
    let (_, rest) = list.split_once("href=\"/portal/approvals/").unwrap();
    let path = format!("/portal/approvals/{}", rest.split('"').next().unwrap());
    let page = meg.get(&path).await.text;
    assert!(page.contains("Finance") && page.contains("Closing the year"));
    let bare = meg.post(&path, &[("answer", "no")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.text.contains("id=\"comment-error\""));
    let mut bea = house.browser(house.bea).await;
    assert_eq!(bea.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        bea.post(&path, &[("answer", "yes")]).await.status,
        StatusCode::NOT_FOUND
    );
    let done = meg.post(&path, &[("answer", "yes")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(house.ticket(number).await.ticket.state, State::New);
    assert!(!meg.get("/portal/approvals").await.text.contains("Finance"));
    assert_eq!(
        meg.post(&path, &[("answer", "yes")]).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn looking_at_a_link_decides_nothing_and_sending_it_decides_once() {
    let house = House::open().await;
    let number = asked(&house).await;
    let path = format!("/approve/{}", token(&house, number).await);
    let mut visitor = house.visitor();
    for _ in 0..2 {
        let page = visitor.get(&format!("{path}?answer=no")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("Finance"));
    }
    assert_eq!(house.ticket(number).await.ticket.state, State::WaitingApproval);
    // Somebody else who is signed in cannot use it.
    let mut bea = house.browser(house.bea).await;
    assert!(bea.get(&path).await.text.contains("somebody else"));
    assert!(
        bea.post(&path, &[("answer", "yes")])
            .await
            .text
            .contains("somebody else")
    );
    assert_eq!(house.ticket(number).await.ticket.state, State::WaitingApproval);
    let bare = visitor.post(&path, &[("answer", "no")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = visitor
        .post(&path, &[("answer", "no"), ("comment", "Ask your team first")])
        .await;
    assert!(done.text.contains("You refused"), "{}", done.text);
    assert_eq!(house.ticket(number).await.ticket.state, State::Closed);
    assert!(
        visitor
            .post(&path, &[("answer", "yes")])
            .await
            .text
            .contains("already")
    );
    assert_eq!(
        visitor.get("/approve/nonsense").await.status,
        StatusCode::NOT_FOUND
    );
    let own = house
        .browser(house.ann)
        .await
        .get(&format!("/portal/requests/{number}"))
        .await
        .text;
    assert!(own.contains("Ask your team first"), "the reason is told");
    assert!(
        own.contains("/portal/catalogue\"") && !own.contains("/reopening"),
        "asked anew and not reopened"
    );
}

#[tokio::test]
async fn nothing_is_done_on_a_request_before_it_is_approved() {
    let house = House::open().await;
    let number = asked(&house).await;
    let mut tim = house.browser(house.tim).await;
    let page = tim.get(&format!("/tickets/{number}")).await.text;
    assert!(page.contains("Waiting for approval") && page.contains("Meg"));
    assert_eq!(
        tim.post(&format!("/tickets/{number}/work"), &[]).await.status,
        StatusCode::CONFLICT
    );
    let solved = [("solution", "Done"), ("tested", "true")];
    let resolved = tim.post(&format!("/tickets/{number}/resolution"), &solved).await;
    assert_eq!(resolved.status, StatusCode::CONFLICT);
    assert_eq!(house.ticket(number).await.ticket.state, State::WaitingApproval);
    let mut max = house.browser(house.max).await;
    assert!(
        max.get("/approvals").await.text.contains("Nothing waits for you"),
        "it is not Max who is asked"
    );
}

#[tokio::test]
async fn programs_read_and_decide_what_waits_for_their_person() {
    let house = House::open().await;
    let number = asked(&house).await;
    let (mut meg, mut bea) = (house.browser(house.meg).await, house.browser(house.bea).await);
    let list = call(&mut meg, Method::GET, "/api/v1/approvals", &json!(null))
        .await
        .json();
    assert_eq!(list["items"][0]["ticket"], number);
    let path = format!(
        "/api/v1/approvals/{}/decision",
        list["items"][0]["id"].as_str().unwrap()
    );
    let yes = json!({ "approved": true });
    assert_eq!(
        call(&mut bea, Method::POST, &path, &yes).await.status,
        StatusCode::NOT_FOUND
    );
    let bare = call(&mut meg, Method::POST, &path, &json!({ "approved": false })).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = call(&mut meg, Method::POST, &path, &yes).await;
    assert_eq!(done.json(), json!({ "ticket": number, "state": "new" }));
    assert_eq!(
        call(&mut meg, Method::POST, &path, &yes).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn the_requester_takes_back_what_waits_and_so_does_the_desk() {
    let house = House::open().await;
    let number = asked(&house).await;
    let place = format!("/portal/requests/{number}");
    let mut bea = house.browser(house.bea).await;
    assert_eq!(
        bea.post(&format!("{place}/withdrawal"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let mut ann = house.browser(house.ann).await;
    assert!(ann.get(&place).await.text.contains("/withdrawal\""));
    let done = ann.post(&format!("{place}/withdrawal"), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let page = ann.get(&place).await.text;
    assert!(
        !page.contains("/withdrawal\"") && page.contains("/portal/catalogue\""),
        "{page}"
    );
    assert_eq!(house.ticket(number).await.ticket.state, State::Closed);

    let number = asked(&house).await;
    let mut tim = house.browser(house.tim).await;
    let place = format!("/tickets/{number}/withdrawal");
    assert!(tim.get(&format!("/tickets/{number}")).await.text.contains(&place));
    assert_eq!(tim.get(&place).await.status, StatusCode::OK);
    assert_eq!(tim.post(&place, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.ticket(number).await.ticket.state, State::Closed);
    assert_eq!(tim.post(&place, &[]).await.status, StatusCode::CONFLICT);
}
