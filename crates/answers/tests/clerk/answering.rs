//! What it answers, and that it does so once.

use answers::clerk::answering::{self, Proposal};
use answers::clerk::hearing;
use answers::clerk::scoring::Judged;
use desk::article::ArticleKind;
use desk::ticket::{State, Voice};
use kernel::Locale;
use kernel::error::Error;
use knowledge::Words;
use testkit::TestApp;

use crate::house::{answer, article, outcome, proved, ready, reports, said, set, usual, view};

#[tokio::test]
async fn a_report_that_a_proven_article_fits_is_answered_in_the_requesters_language_and_waits() {
    let app = TestApp::open().await;
    let number = ready(&app).await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await;
    let answer = answer(&app, ticket.number).await.expect("an answer");
    assert_eq!((answer.article, answer.outcome), (number, None));
    assert!(answer.confidence >= 600, "{}", answer.confidence);
    let replies = said(&app, ticket.number, ArticleKind::Reply).await;
    assert_eq!(replies.len(), 1);
    assert_eq!((replies[0].author, replies[0].voice), (None, Voice::Staff));
    let body = &replies[0].body;
    for part in [
        "1. Hold reset for ten seconds.",
        "/help/",
        "?answer=yes",
        "?answer=no",
    ] {
        assert!(body.contains(part), "no {part} in {body}");
    }
    assert!(!body.contains("Its clock is wrong"), "only what to do: {body}");
    let state = view(&app, ticket.number).await.ticket.state;
    assert_eq!(state, State::WaitingRequester);

    let chinese = reports(&app, &app.cast.li_na, |_| {}).await;
    let replies = said(&app, chinese.number, ArticleKind::Reply).await;
    assert!(replies[0].body.contains("长按 复位 十秒"), "{}", replies[0].body);
}

#[tokio::test]
async fn hearing_of_a_ticket_twice_is_one_answer_and_a_crash_in_the_middle_leaves_none() {
    let app = TestApp::open().await;
    let number = article(&app).await;
    proved(&app, number).await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await.number;
    set(&app, usual()).await;
    let proposal = Proposal {
        ticket,
        judged: Judged {
            article: number,
            confidence: 0.9,
            words: vec!["badge".to_owned()],
        },
        threshold: 600,
        locale: Locale::En,
        words: Words::default(),
    };
    let cx = app.house.kernel.cx_system(hearing::NAME);
    let crashed = app
        .write({
            let (cx, proposal) = (cx.clone(), proposal.clone());
            move |tx| {
                answering::answer(tx, &cx, "http://desk.test", &usual(), &proposal)?;
                Err::<(), _>(Error::conflict("test.power_cut"))
            }
        })
        .await;
    assert!(crashed.is_err());
    assert_eq!(answer(&app, ticket).await, None);
    assert_eq!(said(&app, ticket, ArticleKind::Reply).await.len(), 0);
    for _ in 0..2 {
        hearing::consider(&app.house.kernel, &cx, ticket).await.unwrap();
    }
    assert!(answer(&app, ticket).await.is_some());
    assert_eq!(said(&app, ticket, ArticleKind::Reply).await.len(), 1);
}

#[tokio::test]
async fn one_person_is_answered_once_a_day() {
    let app = TestApp::open().await;
    ready(&app).await;
    let first = reports(&app, &app.cast.bruno, |_| {}).await;
    let second = reports(&app, &app.cast.bruno, |_| {}).await;
    assert!(answer(&app, first.number).await.is_some());
    assert!(answer(&app, second.number).await.is_none());
    app.pass_hours(25).await;
    let third = reports(&app, &app.cast.bruno, |_| {}).await;
    assert!(answer(&app, third.number).await.is_some());
    assert_eq!(outcome(&app, first.number).await, None);
}
