//! Help through the router: what may be read by whom, what is said of it once, guides, and answers while reporting.
#![expect(clippy::unwrap_used, reason = "fixtures stop the test they belong to")]

mod house;

use axum::http::{Method, StatusCode};
use house::Shelf;

const PART: &[(&str, &str)] = &[("hx-request", "true"), ("hx-request-type", "partial")];

#[tokio::test]
async fn a_visitor_reads_what_is_public_and_learns_nothing_of_the_rest() {
    let shelf = Shelf::open().await;
    let mut visitor = shelf.app.anonymous();
    let found = visitor.get("/help?q=turnstile").await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.text.contains("The public turnstile"), "{}", found.text);
    assert!(!found.text.contains("The common turnstile") && !found.text.contains("The secret turnstile"));
    let read = visitor.get(&format!("/help/{}", shelf.public)).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(read.text.contains("Push it gently"));
    let (hidden, nowhere) = (
        visitor.get(&format!("/help/{}", shelf.common)).await,
        visitor.get("/help/999999").await,
    );
    assert_eq!(hidden.status, nowhere.status);
    assert_eq!(hidden.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_employee_reads_what_is_for_everyone_but_not_what_is_the_desks() {
    let shelf = Shelf::open().await;
    let mut employee = shelf.app.requester().await;
    let found = employee.get("/help?q=turnstile").await.text;
    assert!(found.contains("The public turnstile") && found.contains("The common turnstile"));
    assert!(!found.contains("The secret turnstile") && !found.contains("The unwritten turnstile"));
    for hidden in [shelf.staff, shelf.draft] {
        let answer = employee.get(&format!("/help/{hidden}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let answer = employee
            .send(Method::GET, &format!("/help/{hidden}/answer"), "", PART)
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let said = employee
            .post("/help/votes", &[("solved", &hidden.to_string())])
            .await;
        assert_eq!(said.status, StatusCode::NOT_FOUND);
    }
    let mut technician = shelf.app.technician().await;
    let answer = technician.get(&format!("/help/{}", shelf.staff)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let draft = technician.get(&format!("/help/{}", shelf.draft)).await;
    assert_eq!(
        draft.status,
        StatusCode::NOT_FOUND,
        "help shows only what is published"
    );
}

#[tokio::test]
async fn each_has_one_word_on_an_answer_and_may_change_it() {
    let shelf = Shelf::open().await;
    let number = shelf.public.to_string();
    let mut employee = shelf.app.requester().await;
    let mut visitor = shelf.app.anonymous();
    for _ in 0..3 {
        let said = employee
            .post(
                "/help/votes",
                &[("solved", &number), ("asked", "turnstile stuck")],
            )
            .await;
        assert_eq!(said.status, StatusCode::SEE_OTHER);
        let heard = employee.get(said.header("location")).await;
        assert!(heard.text.contains("role=\"status\""), "{}", heard.text);
        visitor.post("/help/votes", &[("solved", &number)]).await;
    }
    assert_eq!(shelf.counted().await, (2, 0));
    assert_eq!(shelf.cases().await, 2, "two faults were solved by reading");
    employee
        .post(
            "/help/votes",
            &[("unsolved", &number), ("reason", "It is locked")],
        )
        .await;
    assert_eq!(shelf.counted().await, (1, 1));
}

#[tokio::test]
async fn an_answer_opens_in_place_below_what_is_typed() {
    let shelf = Shelf::open().await;
    let mut employee = shelf.app.requester().await;
    let typed = employee
        .send(Method::GET, "/help/suggestions?title=the+turnst&body=", "", PART)
        .await;
    assert_eq!(typed.status, StatusCode::OK);
    let address = format!("/help/{}/answer?", shelf.common);
    assert!(typed.text.contains(&address), "{}", typed.text);
    let answer = employee
        .send(
            Method::GET,
            &format!("{address}asked=turnst&place=report"),
            "",
            PART,
        )
        .await;
    assert!(answer.text.contains("Push it gently") && answer.text.contains("value=\"report\""));
    assert!(!answer.text.contains("<html"), "a part, not a page");
    let short = employee
        .send(Method::GET, "/help/suggestions?q=t", "", PART)
        .await;
    assert!(!short.text.contains("<details"));
    let plain = employee.get("/help/suggestions?q=turnstile").await;
    assert_eq!(
        plain.status,
        StatusCode::SEE_OTHER,
        "without scripts it is the page of answers"
    );
}

#[tokio::test]
async fn a_guide_leads_step_by_step_to_what_its_reader_may_read() {
    let shelf = Shelf::open().await;
    let mut employee = shelf.app.requester().await;
    let first = employee.get("/help").await;
    let (_, rest) = first.text.split_once("/help/guides/").unwrap();
    let key = rest.split('"').next().unwrap().to_owned();
    let begin = employee.get(&format!("/help/guides/{key}")).await;
    assert_eq!(begin.status, StatusCode::OK);
    assert!(begin.text.contains("guide-choice"));
    for wrong in [
        format!("/help/guides/{key}?step=nowhere"),
        "/help/guides/nothing".to_owned(),
    ] {
        assert_eq!(
            employee.get(&wrong).await.status,
            StatusCode::NOT_FOUND,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn nothing_that_is_typed_is_shown_as_markup() {
    let shelf = Shelf::open().await;
    let mut visitor = shelf.app.anonymous();
    let evil = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for path in [
        format!("/help?q={evil}"),
        format!("/help/{}?asked={evil}&place={evil}&heard={evil}", shelf.public),
    ] {
        let page = visitor.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text.contains("<script>alert"), "{path}");
    }
}
