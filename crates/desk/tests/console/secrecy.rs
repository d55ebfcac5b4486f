//! What a requester does not learn from the console.

use axum::http::StatusCode;

use crate::house::{House, SECRET, part};

#[tokio::test]
async fn a_requester_is_refused_the_queues() {
    let house = House::open().await;
    let mut ann = house.browser(house.ann).await;
    assert_eq!(ann.get("/queues/mine").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ann.get("/rail").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ann.get("/tickets/new").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ann.get("/settings/desk").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn anothers_ticket_does_not_exist_for_a_requester() {
    let house = House::open().await;
    let number = house.reported(house.bea, "The scanner hums").await.number;
    let mut ann = house.browser(house.ann).await;
    for path in ["", "/resolution", "/verification", "/calls"] {
        let answer = ann.get(&format!("/tickets/{number}{path}")).await;
        let hidden = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&answer.status);
        assert!(
            hidden && !answer.text.contains("scanner"),
            "{path}: {}",
            answer.status
        );
    }
    assert_eq!(
        ann.get(&format!("/tickets/{number}")).await.status,
        StatusCode::NOT_FOUND
    );
    let reply = ann
        .post(
            &format!("/tickets/{number}/articles"),
            &[("kind", "reply"), ("body", "hello")],
        )
        .await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let answer = ann
        .post(&format!("/tickets/{number}/verification"), &[("accepted", "yes")])
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_own_ticket_leads_its_requester_to_the_portal() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let answer = house
        .browser(house.ann)
        .await
        .get(&format!("/tickets/{number}"))
        .await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, &*format!("/portal/requests/{number}"))
    );
}

#[tokio::test]
async fn a_note_and_its_file_are_for_the_desk_only() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    house.noted(number).await;
    let page = house
        .browser(house.tim)
        .await
        .get(&format!("/tickets/{number}"))
        .await;
    assert!(
        page.text.contains(SECRET) && page.text.contains("internal.html"),
        "the desk reads its note"
    );

    let mut ann = house.browser(house.ann).await;
    for path in ["", "/timeline", "/side", "/head", "/assignment/reason"] {
        let answer = ann.get(&format!("/tickets/{number}{path}")).await;
        assert!(
            !answer.text.contains(SECRET) && answer.status != StatusCode::OK,
            "{path}: {}",
            answer.status
        );
    }
    assert_eq!(ann.get("/attachments/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_somebody_attached_is_saved_and_cannot_run() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    house.noted(number).await;
    let file = house.browser(house.tim).await.get("/attachments/1").await;
    assert_eq!((file.status, file.text.as_str()), (StatusCode::OK, SECRET));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert!(file.header("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn home_depends_on_who_one_is() {
    let house = House::open().await;
    assert_eq!(
        house.browser(house.tim).await.get("/").await.header("location"),
        "/queues/mine"
    );
    assert_eq!(
        house.browser(house.ann).await.get("/").await.header("location"),
        "/portal"
    );
}

#[tokio::test]
async fn a_script_gets_the_detail_and_a_person_the_whole_page() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let whole = tim.get(&format!("/tickets/{number}?from=open")).await.text;
    assert!(
        whole.contains("<!doctype html>")
            && whole.contains("id=\"list\"")
            && whole.contains("aria-current=\"true\"")
    );
    let detail = part(&mut tim, &format!("/tickets/{number}?from=open")).await.text;
    assert!(!detail.contains("<!doctype html>") && detail.contains(&format!("id=\"ticket-{number}\"")));
}
