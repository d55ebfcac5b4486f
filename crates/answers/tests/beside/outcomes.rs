//! What becomes of a ticket is what its articles are worth.

use answers::beside::store;
use testkit::{Person, TestApp};

use crate::house::{answer, printer_article, solve, used};

async fn sums(app: &TestApp, article: i64) -> (i64, i64) {
    let cx = app.cx();
    let found = app
        .read(move |tx| knowledge::reading::article(tx, &cx, article))
        .await
        .unwrap();
    (found.tickets_solved, found.tickets_unsolved)
}

async fn solved(app: &TestApp, ticket: i64) -> Option<bool> {
    let uses = app.read(move |tx| store::of_ticket(tx, ticket)).await.unwrap();
    uses[0].solved
}

#[tokio::test]
async fn a_yes_counts_for_the_article_and_a_ticket_that_comes_back_takes_it_away() {
    let app = TestApp::open().await;
    let article = printer_article(&app).await;
    let ticket = app.li_na_cannot_print().await.number;
    used(&app, ticket, article).await;
    used(&app, ticket, article).await;
    app.settle().await;
    assert_eq!(
        (solved(&app, ticket).await, sums(&app, article).await),
        (None, (0, 0))
    );
    solve(&app, ticket, "Paper was pulled out.").await;
    answer(&app, ticket, false).await;
    assert_eq!(
        (solved(&app, ticket).await, sums(&app, article).await),
        (Some(false), (0, 1))
    );
    solve(&app, ticket, "Paper was pulled out again.").await;
    answer(&app, ticket, true).await;
    assert_eq!(
        (solved(&app, ticket).await, sums(&app, article).await),
        (Some(true), (1, 0))
    );
    app.act(&app.cast.li_na, move |tx, cx| {
        desk::ticket::reopen(tx, cx, ticket, "It jams once more.").map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(
        (solved(&app, ticket).await, sums(&app, article).await),
        (Some(false), (0, 1))
    );
}

#[tokio::test]
async fn silence_is_a_yes_and_an_article_named_afterwards_counts_at_once() {
    let app = TestApp::open().await;
    let article = printer_article(&app).await;
    let ticket = app.li_na_cannot_print().await.number;
    solve(&app, ticket, "Paper was pulled out.").await;
    app.pass_hours(24 * 14).await;
    let mut amy = app.technician().await;
    let path = format!("/tickets/{ticket}/articles/{article}");
    assert_eq!(amy.post(&path, &[("how", "named")]).await.status, 303);
    assert_eq!(
        (solved(&app, ticket).await, sums(&app, article).await),
        (Some(true), (1, 0))
    );
    let page = amy.get(&format!("/tickets/{ticket}/articles")).await.text;
    assert!(
        page.contains("Solved it") && page.contains("The answer"),
        "{page}"
    );
    amy.post(&format!("{path}/answer"), &[("answered", "false")])
        .await;
    let uses = app.read(move |tx| store::of_ticket(tx, ticket)).await.unwrap();
    assert!(!uses[0].is_answer);
}

async fn lines(app: &TestApp, person: &Person, article: i64) -> Vec<(i64, Option<bool>)> {
    app.act(person, move |tx, cx| {
        let lines = answers::outcome::panel::lines(tx, cx, article)?;
        Ok(lines
            .iter()
            .map(|line| (line.ticket.number, line.how.solved))
            .collect())
    })
    .await
}

#[tokio::test]
async fn the_articles_page_names_the_tickets_it_solved_to_who_may_see_them() {
    let app = TestApp::open().await;
    let article = printer_article(&app).await;
    let ticket = app.li_na_cannot_print().await.number;
    used(&app, ticket, article).await;
    solve(&app, ticket, "Paper was pulled out.").await;
    answer(&app, ticket, true).await;
    assert_eq!(lines(&app, &app.cast.amy, article).await, [(ticket, Some(true))]);
    assert_eq!(lines(&app, &app.cast.bruno, article).await, []);
    let page = app.technician().await.get(&format!("/knowledge/{article}")).await;
    assert!(page.text.contains("It solved these"), "{}", page.text);
}
