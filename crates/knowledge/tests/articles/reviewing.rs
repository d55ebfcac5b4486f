//! Colleagues look an article over before readers see it.

use knowledge::State;
use knowledge::reviewing::{self, Verdict};
use knowledge::writing;

use crate::house::{draft, facts, open, refused, words};

const BASE: &str = "http://desk.test";

#[tokio::test]
async fn a_reviewer_sends_it_back_or_approves_and_publishing_ends_the_round() {
    let app = open().await;
    let (amy, cheng, shen) = (
        app.cast.amy.clone(),
        app.cast.cheng_li.clone(),
        app.cast.shen.clone(),
    );
    let number = draft(&app, facts(&["everyone"]), words("VPN hangs", "x"))
        .await
        .number;
    let asked = [amy.id, shen.id];
    let article = app
        .act(&cheng, move |tx, cx| {
            reviewing::ask(tx, cx, BASE, number, &asked, "Is step two right?")
        })
        .await;
    assert_eq!(article.state, State::Review);
    let waiting = app.act(&amy, reviewing::waiting).await;
    assert_eq!(waiting.len(), 1);
    let changes = |note: &'static str| {
        move |tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx| {
            reviewing::decide(tx, cx, number, Verdict::Changes, note)
        }
    };
    assert_eq!(refused(&app, &amy, changes("")).await, "knowledge.changes_unsaid");
    assert_eq!(refused(&app, &cheng, changes("no")).await, "kernel.not_found");
    let back = app.act(&amy, changes("Step two is missing.")).await;
    assert_eq!(back.state, State::Draft);
    assert!(app.act(&amy, reviewing::waiting).await.is_empty());
    app.act(&shen, move |tx, cx| {
        reviewing::decide(tx, cx, number, Verdict::Approved, "")
    })
    .await;
    let said = app
        .act(&cheng, move |tx, cx| reviewing::reviewers(tx, cx, number))
        .await;
    let verdicts: Vec<_> = said.iter().filter_map(|reviewer| reviewer.verdict).collect();
    assert_eq!(verdicts.len(), 2);
    app.act(&cheng, move |tx, cx| {
        writing::set_state(tx, cx, number, State::Published, "")
    })
    .await;
    let said = app
        .act(&cheng, move |tx, cx| reviewing::reviewers(tx, cx, number))
        .await;
    assert!(said.is_empty());
}
