//! The diagnosis through the router: writing it, two at once, what is shown of evidence, and who never sees it.

use axum::http::{Method, StatusCode};
use desk::diagnosis::{self, EvidenceKind, NewEvidence};
use desk::ticket::{self, NewAttachment};

use crate::house::{House, part};

/// A word that stands in evidence and nowhere else.
const FOUND: &str = "quarkstrom";

async fn with_evidence(house: &House) -> (i64, i64) {
    let number = house.reported(house.ann, "The printer jams").await.number;
    let stored = house
        .app
        .files
        .put(FOUND.as_bytes().to_vec(), 1_000)
        .await
        .unwrap();
    let piece = house
        .act(house.tim, move |tx, cx| {
            let mut new = NewEvidence::new(EvidenceKind::Log);
            new.title = format!("log of {FOUND}");
            new.text = format!("<script>alert('{FOUND}')</script>");
            new.file = Some(NewAttachment {
                hash: stored.hash.clone(),
                name: "evidence.html".to_owned(),
                media_type: "text/html".to_owned(),
                size: stored.size,
                content_id: None,
            });
            diagnosis::add_evidence(tx, cx, number, &new)
        })
        .await;
    (number, piece.id)
}

#[tokio::test]
async fn an_answer_is_written_in_place_and_told_of_in_the_conversation() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let answer = tim
        .post(
            &format!("/tickets/{number}/diagnosis/why"),
            &[("text", "a worn roller"), ("version", "0")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = tim.get(&format!("/tickets/{number}/diagnosis")).await;
    assert!(page.text.contains("a worn roller"), "{}", page.text);
    let ticket = tim.get(&format!("/tickets/{number}")).await;
    assert!(ticket.text.contains("Why: a worn roller"), "{}", ticket.text);
}

#[tokio::test]
async fn two_people_at_one_answer_lose_nothing() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let path = format!("/tickets/{number}/diagnosis/why");
    let mut tim = house.browser(house.tim).await;
    let mut eve = house.browser(house.eve).await;
    tim.post(&path, &[("text", "a worn roller"), ("version", "0")])
        .await;
    let late = eve.post(&path, &[("text", "damp paper"), ("version", "0")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        late.text.contains("value=\"damp paper\"") && late.text.contains("It now says: a worn roller"),
        "{}",
        late.text
    );
    // Another question is another matter.
    let other = eve
        .post(
            &format!("/tickets/{number}/diagnosis/who"),
            &[("text", "floor 3"), ("version", "0")],
        )
        .await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
    let again = eve.post(&path, &[("text", "damp paper"), ("version", "1")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let page = tim.get(&format!("/tickets/{number}")).await.text;
    assert!(
        page.contains("Why: a worn roller") && page.contains("Why: damp paper"),
        "the record keeps both"
    );
}

#[tokio::test]
async fn evidence_is_text_and_never_markup() {
    let house = House::open().await;
    let (number, id) = with_evidence(&house).await;
    let mut tim = house.browser(house.tim).await;
    let page = tim.get(&format!("/tickets/{number}/diagnosis")).await.text;
    assert!(
        page.contains(FOUND) && !page.contains(&format!("<script>alert('{FOUND}")),
        "{page}"
    );
    let file = tim.get(&format!("/tickets/{number}/evidence/{id}/file")).await;
    assert_eq!((file.status, file.text.as_str()), (StatusCode::OK, FOUND));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert!(file.header("content-security-policy").contains("sandbox"));
    let text = tim.get(&format!("/tickets/{number}/evidence/{id}/text")).await;
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn removed_evidence_is_served_no_more_and_leaves_a_trace() {
    let house = House::open().await;
    let (number, id) = with_evidence(&house).await;
    let mut tim = house.browser(house.tim).await;
    tim.post(&format!("/tickets/{number}/evidence/{id}/removal"), &[])
        .await;
    let file = tim.get(&format!("/tickets/{number}/evidence/{id}/file")).await;
    assert_eq!(file.status, StatusCode::NOT_FOUND);
    let diagnosis = tim.get(&format!("/tickets/{number}/diagnosis")).await.text;
    assert!(!diagnosis.contains(FOUND), "{diagnosis}");
    let page = tim.get(&format!("/tickets/{number}")).await.text;
    assert!(
        page.contains(&format!("removed evidence: log of {FOUND}")),
        "{page}"
    );
}

#[tokio::test]
async fn an_attachment_becomes_evidence_of_its_own_ticket_only() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    house.noted(number).await;
    let other = house.reported(house.ann, "The scanner hums").await.number;
    let mut tim = house.browser(house.tim).await;
    let added = tim
        .post(
            &format!("/tickets/{number}/evidence/of-attachment"),
            &[("attachment", "1")],
        )
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    let page = tim.get(&format!("/tickets/{number}/diagnosis")).await.text;
    assert!(page.contains("internal.html"), "{page}");
    let wrong = tim
        .post(
            &format!("/tickets/{other}/evidence/of-attachment"),
            &[("attachment", "1")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let cause = tim
        .post(
            &format!("/tickets/{number}/causes"),
            &[("cause", "damp paper"), ("outcome", "confirmed")],
        )
        .await;
    assert_eq!(cause.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        cause.text.contains("value=\"damp paper\"") && cause.text.contains("Say how it was tested"),
        "{}",
        cause.text
    );
    let step = tim
        .post(
            &format!("/tickets/{number}/risky-steps"),
            &[
                ("step", "flash the firmware"),
                ("risk", "it never starts again"),
                ("done", "true"),
            ],
        )
        .await;
    assert!(
        step.text.contains("Name the backup") && step.text.contains("value=\"flash the firmware\""),
        "{}",
        step.text
    );
    let empty = tim
        .post(&format!("/tickets/{number}/evidence"), &[("kind", "log")])
        .await;
    assert!(
        empty.text.contains("Paste a text or choose a file"),
        "{}",
        empty.text
    );
}

#[tokio::test]
async fn causes_and_risky_steps_are_written_judged_and_struck_out() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    let at = |path: &str| format!("/tickets/{number}/{path}");
    tim.post(&at("causes"), &[("cause", "damp paper"), ("outcome", "open")])
        .await;
    let judged = [
        ("cause", "damp paper"),
        ("tested_how", "dry paper jams too"),
        ("outcome", "excluded"),
        ("version", "1"),
    ];
    assert_eq!(
        tim.post(&at("causes/1"), &judged).await.status,
        StatusCode::SEE_OTHER
    );
    let late = tim.post(&at("causes/1"), &judged).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "an older version was read");
    let step = [
        ("step", "flash the firmware"),
        ("risk", "it never starts again"),
        ("backup", "image on nas2"),
        ("way_back", "flash the image"),
        ("done", "true"),
    ];
    assert_eq!(
        tim.post(&at("risky-steps"), &step).await.status,
        StatusCode::SEE_OTHER
    );
    let page = tim.get(&at("diagnosis")).await.text;
    for words in ["dry paper jams too", "Excluded", "image on nas2", "Done"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    tim.post(&at("causes/1/removal"), &[]).await;
    tim.post(&at("risky-steps/1/removal"), &[]).await;
    let page = tim.get(&at("diagnosis")).await.text;
    assert!(
        !page.contains("damp paper") && !page.contains("flash the firmware"),
        "{page}"
    );
}

#[tokio::test]
async fn its_requester_learns_nothing_of_the_diagnosis() {
    let house = House::open().await;
    let (number, id) = with_evidence(&house).await;
    let mut ann = house.browser(house.ann).await;
    for path in [
        "diagnosis".to_owned(),
        "diagnosis/card".to_owned(),
        format!("evidence/{id}/file"),
        format!("evidence/{id}/text"),
        "evidence/new".to_owned(),
    ] {
        let answer = ann.get(&format!("/tickets/{number}/{path}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!answer.text.contains(FOUND), "{path}");
    }
    // Not even by the operations, where no route stands before them.
    let by_hand = house
        .app
        .db
        .read({
            let cx = house.cx_of(house.ann).await;
            move |tx| {
                Ok(diagnosis::load(tx, &cx, number)
                    .map(|_| ())
                    .map_err(|error| error.kind()))
            }
        })
        .await
        .unwrap();
    assert_eq!(by_hand, Err(kernel::error::Kind::NotFound));
    let (timeline, documents) = house
        .app
        .db
        .read({
            let cx = house.cx_of(house.ann).await;
            move |tx| {
                let timeline = ticket::timeline(tx, &cx, number)?;
                Ok((format!("{timeline:?}"), desk::search::documents(tx, &[number])?))
            }
        })
        .await
        .unwrap();
    assert!(
        !timeline.contains(FOUND) && !timeline.contains("evidence"),
        "{timeline}"
    );
    let hers = documents.iter().find(|one| one.kind == "ticket").unwrap();
    assert!(!format!("{hers:?}").contains(FOUND));
    let desks = documents.iter().find(|one| one.kind == "ticket_note").unwrap();
    assert!(desks.body.contains(FOUND), "the desk finds what it found");
}

#[tokio::test]
async fn the_card_costs_the_same_for_one_piece_and_for_thirty() {
    let house = House::open().await;
    let (number, _) = with_evidence(&house).await;
    let path = format!("/tickets/{number}/diagnosis/card");
    let mut tim = house.browser(house.tim).await;
    let mut cost = Vec::new();
    for more in [0, 29] {
        for index in 0..more {
            house
                .act(house.tim, move |tx, cx| {
                    let mut new = NewEvidence::new(EvidenceKind::Output);
                    new.text = format!("line {index}");
                    diagnosis::add_evidence(tx, cx, number, &new)
                })
                .await;
        }
        part(&mut tim, &path).await;
        let before = house.app.db.query_count();
        let answer = part(&mut tim, &path).await;
        assert_eq!(answer.status, StatusCode::OK);
        cost.push(house.app.db.query_count() - before);
    }
    assert_eq!(cost[0], cost[1]);
    assert!(cost[1] <= 16, "the card took {} statements", cost[1]);
}

#[tokio::test]
async fn a_script_gets_the_answer_alone() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    let mut tim = house.browser(house.tim).await;
    tim.get(&format!("/tickets/{number}")).await;
    let token = tim.csrf.clone();
    let headers = [
        ("hx-request", "true"),
        ("hx-request-type", "partial"),
        ("hx-target", "li#answer-how"),
        ("x-csrf-token", token.as_str()),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let path = format!("/tickets/{number}/diagnosis/how");
    let answer = tim
        .send(Method::POST, &path, "text=by+hand&version=0", &headers)
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.text.trim_start().starts_with("<li") && answer.text.contains("by hand"),
        "{}",
        answer.text
    );
}
