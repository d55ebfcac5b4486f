//! The report and its verdict: accepted it goes onto the ticket, returned it starts a clock of a day.

use desk::diagnosis::{self, Outcome};
use desk::ticket::State as TicketState;
use handover::package::State;
use handover::package::store;
use handover::report::Verdict;
use kernel::error::Kind;
use serde_json::json;
use testkit::TestApp;

use crate::house::{
    findings, given, handed_over, judged, letters, mailbox, notes, package, reported, to_systems, view,
};

#[tokio::test]
async fn an_accepted_report_stands_on_the_ticket_and_the_ticket_goes_on() {
    let app = TestApp::open().await;
    mailbox(&app).await;
    let given = handed_over(&app).await;
    reported(&app, &app.cast.cheng_li.clone(), given.id).await;
    assert_eq!(package(&app, given.id).await.state, State::Reported);
    judged(&app, &app.cast.amy.clone(), given.id, Verdict::Accepted, "")
        .await
        .unwrap();
    let settled = package(&app, given.id).await;
    assert_eq!((settled.state, settled.chase_at), (State::Accepted, None));
    assert_eq!(
        view(&app, given.ticket).await.ticket.state,
        TicketState::InProgress
    );
    let notes = notes(&app, given.ticket).await;
    let last = notes.last().unwrap();
    for words in [
        &findings().cause_technical,
        &findings().cause_plain,
        &findings().prevention,
    ] {
        assert!(last.contains(words.as_str()), "{last}");
    }
    let (cx, number) = (app.cx(), given.ticket);
    let causes = app
        .read(move |tx| Ok(diagnosis::load(tx, &cx, number)?.causes))
        .await
        .unwrap();
    assert_eq!((causes.len(), causes[0].outcome), (1, Outcome::Confirmed));
    assert_eq!(causes[0].cause, findings().cause_technical);
    let written = letters(&app).await;
    assert!(
        written.iter().any(|(to, _)| to == "amy@example.test"),
        "Amy hears of the report: {written:?}"
    );
}

#[tokio::test]
async fn a_returned_report_starts_a_clock_of_a_day_that_is_chased_anew() {
    let app = TestApp::open().await;
    let given = handed_over(&app).await;
    app.pass_hours(30).await;
    reported(&app, &app.cast.cheng_li.clone(), given.id).await;
    let refused = judged(&app, &app.cast.amy.clone(), given.id, Verdict::Returned, "  ")
        .await
        .unwrap_err();
    assert_eq!(refused.fields()[0].field, "reason");
    judged(
        &app,
        &app.cast.amy.clone(),
        given.id,
        Verdict::Returned,
        "Which buffers?",
    )
    .await
    .unwrap();
    let returned = package(&app, given.id).await;
    assert_eq!((returned.state, returned.round), (State::Returned, 2));
    assert_eq!(returned.due_at.since(returned.started_at), 24 * 3_600_000);
    app.pass_hours(13).await;
    app.pass_hours(12).await;
    let id = given.id;
    let steps: Vec<(i64, i64)> = app
        .read(move |tx| store::chases(tx, id, 100))
        .await
        .unwrap()
        .iter()
        .map(|chase| (chase.round, chase.step))
        .collect();
    assert_eq!(steps, [(2, 1), (2, 0), (1, 0)]);
    let second = reported(&app, &app.cast.cheng_li.clone(), given.id).await;
    assert_eq!(second.number, 2);
    let page = app
        .engineer()
        .await
        .get(&format!("/handovers/{}", given.id))
        .await;
    assert!(
        page.text.contains("Which buffers?")
            && page.text.contains("id=\"report-1\"")
            && page.text.contains("id=\"report-2\"")
    );
    judged(&app, &app.cast.amy.clone(), given.id, Verdict::Accepted, "")
        .await
        .unwrap();
    assert_eq!(package(&app, given.id).await.state, State::Accepted);
}

#[tokio::test]
async fn nobody_judges_their_own_report() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await;
    let mut giving = to_systems(&app);
    giving.team = Some(app.cast.service_desk);
    let given = given(&app, ticket.number, giving).await;
    reported(&app, &app.cast.amy.clone(), given.id).await;
    let error = judged(&app, &app.cast.amy.clone(), given.id, Verdict::Accepted, "")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::Conflict, "handover.report.own")
    );
    judged(&app, &app.cast.shen.clone(), given.id, Verdict::Accepted, "")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_report_that_says_too_little_is_refused_field_by_field() {
    let app = TestApp::open().await;
    let given = handed_over(&app).await;
    let mut cheng_li = app.engineer().await;
    let path = format!("/handovers/{}/report", given.id);
    let long = "4".repeat(200);
    let form = [
        ("cause_technical", "Seven buffers"),
        ("cause_plain", ""),
        ("fixed_in", long.as_str()),
    ];
    let refused = cheng_li.post(&path, &form).await;
    assert_eq!(refused.status, 422);
    for field in ["cause_plain", "fix", "fixed_in", "prevention"] {
        assert!(refused.text.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    assert!(refused.text.contains("Seven buffers"), "what was typed is kept");
    // The same over the interface, and by who may not.
    let token = app.token_of(&app.cast.cheng_li.clone(), &["*"]).await;
    let api = format!("/api/v1/handovers/{}/reports", given.id);
    let empty = json!({ "cause_technical": "", "cause_plain": "", "fix": "", "prevention": "" });
    let refused = token.post(&api, &empty).await;
    assert_eq!(
        (
            refused.status.as_u16(),
            refused.json()["errors"].as_array().unwrap().len()
        ),
        (422, 4)
    );
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let whole = serde_json::to_value(findings()).unwrap();
    assert_eq!(amy.post(&api, &whole).await.status, 403);
    assert_eq!(token.post(&api, &whole).await.status, 201);
    assert_eq!(token.post(&api, &whole).await.status, 409, "one at a time");
    let verdict = format!("/api/v1/handovers/{}/verdict", given.id);
    assert_eq!(
        token
            .post(&verdict, &json!({ "verdict": "accepted" }))
            .await
            .status,
        403,
        "not of the desk's team"
    );
    let old = json!({ "verdict": "accepted", "number": 7 });
    assert_eq!(
        amy.post(&verdict, &old).await.status,
        409,
        "another report was read"
    );
    let accepted = amy
        .post(&verdict, &json!({ "verdict": "accepted", "number": 1 }))
        .await;
    assert_eq!(
        (accepted.status.as_u16(), accepted.json()["verdict"].as_str()),
        (200, Some("accepted"))
    );
    let whole = amy.get(&format!("/api/v1/handovers/{}", given.id)).await.json();
    assert_eq!(
        (whole["state"].as_str(), whole["reports"][0]["number"].as_i64()),
        (Some("accepted"), Some(1))
    );
}
