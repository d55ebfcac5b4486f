//! What the requester says, and what becomes of the ticket then.

use answers::clerk::Outcome;
use desk::article::ArticleKind;
use desk::ticket::{self, Reply, Stage, State};
use desk::verification;
use knowledge::outcome as outcomes;
use testkit::TestApp;

use crate::house::{answer, link, outcome, ready, reports, said, view};

#[tokio::test]
async fn looking_at_a_link_changes_nothing_and_a_yes_closes_the_ticket_with_the_requesters_word() {
    let app = TestApp::open().await;
    let article = ready(&app).await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await.number;
    let yes = link(&app, ticket, "yes").await;
    let mut anybody = app.anonymous();
    // A mail scanner follows every link it finds, more than once.
    for path in [&yes, &link(&app, ticket, "no").await, &yes] {
        let page = anybody.get(path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(
            page.text.contains("<form") && page.text.contains("ten seconds"),
            "{}",
            page.text
        );
    }
    app.settle().await;
    assert_eq!(outcome(&app, ticket).await, None);
    assert_eq!(view(&app, ticket).await.ticket.state, State::WaitingRequester);

    let path = yes.split('?').next().unwrap().to_owned();
    let done = anybody.post(&path, &[("answer", "yes"), ("comment", "")]).await;
    assert_eq!(done.status, 200, "{}", done.text);
    app.settle().await;
    assert_eq!(outcome(&app, ticket).await, Some(Outcome::Solved));
    let closed = view(&app, ticket).await.ticket;
    assert_eq!(closed.state, State::Closed);
    let questions = app
        .read(move |tx| verification::store::questions(tx, ticket))
        .await
        .unwrap();
    assert_eq!(questions[0].answer, Some(verification::Answer::Accepted));
    let used = app
        .read(move |tx| outcomes::store::of_ticket(tx, ticket))
        .await
        .unwrap();
    assert_eq!(used, [(article, Some(true))]);
    let cx = app.cx();
    let found = app
        .read(move |tx| knowledge::reading::article(tx, &cx, article))
        .await
        .unwrap();
    assert_eq!((found.solved, found.tickets_solved), (4, 1));
    // Once said, the links are worth nothing.
    let again = anybody.get(&yes).await;
    assert_eq!(again.status, 200);
    assert!(!again.text.contains("<textarea"), "{}", again.text);
    let twice = anybody.post(&path, &[("answer", "no"), ("comment", "")]).await;
    assert!(twice.text.contains(&format!("#{ticket}")), "{}", twice.text);
    assert_eq!(outcome(&app, ticket).await, Some(Outcome::Solved));
}

#[tokio::test]
async fn a_no_hands_over_with_everything_and_the_clerk_is_silent_for_good() {
    let app = TestApp::open().await;
    let article = ready(&app).await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await.number;
    let no = link(&app, ticket, "no").await;
    let path = no.split('?').next().unwrap().to_owned();
    let mut anybody = app.anonymous();
    anybody.get(&no).await;
    let done = anybody
        .post(
            &path,
            &[("answer", "no"), ("comment", "There is no reset button.")],
        )
        .await;
    assert_eq!(done.status, 200, "{}", done.text);
    app.settle().await;
    assert_eq!(outcome(&app, ticket).await, Some(Outcome::Refused));
    assert_eq!(view(&app, ticket).await.ticket.state, State::InProgress);
    let notes = said(&app, ticket, ArticleKind::Note).await;
    assert_eq!(notes.len(), 1);
    assert!(
        notes[0].body.contains("There is no reset button."),
        "{}",
        notes[0].body
    );
    let replies = said(&app, ticket, ArticleKind::Reply).await;
    assert_eq!(replies.last().unwrap().author, Some(app.cast.bruno.id));
    let cx = app.cx();
    let found = app
        .read(move |tx| knowledge::reading::article(tx, &cx, article))
        .await
        .unwrap();
    assert_eq!((found.solved, found.unsolved, found.tickets_solved), (3, 1, 0));
    // Nothing that happens later wakes it again on this ticket.
    app.pass_hours(24 * 5).await;
    assert_eq!(said(&app, ticket, ArticleKind::Reply).await.len(), 2);
    assert_eq!(said(&app, ticket, ArticleKind::Note).await.len(), 1);
}

#[tokio::test]
async fn a_second_message_hands_over_and_the_links_say_so() {
    let app = TestApp::open().await;
    ready(&app).await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await.number;
    let yes = link(&app, ticket, "yes").await;
    app.act(&app.cast.bruno, move |tx, cx| {
        let reply = Reply {
            body: "It also smells of smoke.".to_owned(),
            ..Reply::default()
        };
        ticket::reply(tx, cx, ticket, reply).map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(outcome(&app, ticket).await, Some(Outcome::Wrote));
    assert_eq!(view(&app, ticket).await.ticket.state, State::InProgress);
    assert_eq!(said(&app, ticket, ArticleKind::Note).await.len(), 1);
    let page = app.anonymous().get(&yes).await;
    assert!(!page.text.contains("<textarea"), "{}", page.text);
}

#[tokio::test]
async fn who_speaks_first_at_the_desk_has_it_and_silence_ends_with_a_person() {
    let app = TestApp::open().await;
    ready(&app).await;
    let taken = reports(&app, &app.cast.bruno, |_| {}).await.number;
    app.act(&app.cast.amy, move |tx, cx| {
        let reply = Reply {
            body: "I am on my way.".to_owned(),
            ..Reply::default()
        };
        ticket::reply(tx, cx, taken, reply).map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(outcome(&app, taken).await, Some(Outcome::Taken));
    let silent = reports(&app, &app.cast.li_na, |_| {}).await.number;
    app.pass_hours(24 * 3 + 1).await;
    assert_eq!(outcome(&app, silent).await, Some(Outcome::Silent));
    let view = view(&app, silent).await;
    assert_eq!(view.ticket.state.stage(), Stage::Open);
    assert_eq!(view.ticket.state, State::InProgress);
    assert_eq!(said(&app, silent, ArticleKind::Note).await.len(), 1);
}

#[tokio::test]
async fn a_word_of_another_ticket_or_a_forged_one_opens_nothing() {
    let app = TestApp::open().await;
    ready(&app).await;
    let first = reports(&app, &app.cast.bruno, |_| {}).await.number;
    let second = reports(&app, &app.cast.li_na, |_| {}).await.number;
    let path = link(&app, first, "yes").await;
    let path = path.split('?').next().unwrap();
    let forged = path.replacen(&format!(".{first}."), &format!(".{second}."), 1);
    let mut anybody = app.anonymous();
    for wrong in [forged.as_str(), "/answers/said/verify.1.2.3.4", "/answers/said/x"] {
        assert_eq!(anybody.get(wrong).await.status, 404, "{wrong}");
        let posted = anybody.post(wrong, &[("answer", "yes"), ("comment", "")]).await;
        assert_eq!(posted.status, 404, "{wrong}");
    }
    // The desk's own confirmation does not take the clerk's word either.
    let confirm = path.replace("/answers/said/", "/confirm/");
    assert_eq!(anybody.get(&confirm).await.status, 404);
    assert!(answer(&app, second).await.unwrap().outcome.is_none());
}

#[tokio::test]
async fn somebody_else_does_not_speak_for_the_requester_and_a_yes_does_not_end_what_is_urgent_by_now() {
    let app = TestApp::open().await;
    ready(&app).await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await.number;
    let path = link(&app, ticket, "yes").await;
    let path = path.split('?').next().unwrap().to_owned();
    let mut amy = app.technician().await;
    let refused = amy.post(&path, &[("answer", "yes"), ("comment", "")]).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
    assert_eq!(outcome(&app, ticket).await, None);
    app.act(&app.cast.amy, move |tx, cx| {
        let change = ticket::Change {
            category: Some(ticket::Category::Security),
            ..ticket::Change::default()
        };
        ticket::change(tx, cx, ticket, change).map(drop)
    })
    .await;
    app.settle().await;
    let done = app
        .anonymous()
        .post(&path, &[("answer", "yes"), ("comment", "Thanks!")])
        .await;
    assert_eq!(done.status, 200, "{}", done.text);
    app.settle().await;
    assert_eq!(outcome(&app, ticket).await, Some(Outcome::Solved));
    assert_eq!(view(&app, ticket).await.ticket.state, State::InProgress);
    assert_eq!(said(&app, ticket, ArticleKind::Note).await.len(), 1);
}
