//! The figures are sums: what is counted, once, and what is taken back.

use knowledge::voting::{self, Place, Voter};
use testkit::TestApp;

use crate::house::{answer, printer_article, solve, used};

async fn figures(app: &TestApp) -> serde_json::Value {
    let manager = app.token_of(&app.cast.shen.clone(), &["*"]).await;
    let answer = manager.get("/api/v1/knowledge/figures?weeks=4").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn solved_tickets_cases_and_coverage_are_counted_by_week() {
    let app = TestApp::open().await;
    let article = printer_article(&app).await;
    let with = app.li_na_cannot_print().await.number;
    let without = app
        .reported(&app.cast.li_na.clone(), "Something else")
        .await
        .number;
    used(&app, with, article).await;
    for ticket in [with, without] {
        solve(&app, ticket, "Paper was pulled out.").await;
        answer(&app, ticket, true).await;
    }
    for person in [app.cast.bruno.clone(), app.cast.li_na.clone()] {
        let voter = Voter::User(person.id);
        app.act(&person, move |tx, cx| {
            voting::vote(tx, cx, article, &voter, true, "", Place::Search, "kingfisher").map(drop)
        })
        .await;
    }
    app.settle().await;
    let found = figures(&app).await;
    let sums = ["cases", "solved", "covered", "articles"].map(|name| found[name].as_i64().unwrap());
    assert_eq!(sums, [2, 2, 1, 1]);
    assert_eq!(found["weeks"].as_array().unwrap().len(), 4);
    assert_eq!(found["weeks"][3]["cases"], 2);
    assert_eq!(found["top"][0]["article"], article);
    let hardware = found["coverage"].as_array().unwrap();
    let hardware = hardware.iter().find(|one| one["category"] == "hardware").unwrap();
    assert_eq!(
        (hardware["solved"].as_i64(), hardware["covered"].as_i64()),
        (Some(1), Some(1))
    );
    app.act(&app.cast.li_na, move |tx, cx| {
        desk::ticket::reopen(tx, cx, with, "It jams once more.").map(drop)
    })
    .await;
    app.settle().await;
    let found = figures(&app).await;
    assert_eq!(
        (found["solved"].as_i64(), found["covered"].as_i64()),
        (Some(1), Some(0))
    );
}

#[tokio::test]
async fn the_page_shows_them_and_the_age_after_a_night() {
    let app = TestApp::open().await;
    printer_article(&app).await;
    let mut manager = app.manager().await;
    let page = manager.get("/knowledge/figures?weeks=52").await;
    assert_eq!(page.status, 200, "{}", page.text);
    app.pass_hours(30).await;
    let ages = figures(&app).await["ages"].clone();
    assert!(
        ages.as_array()
            .unwrap()
            .iter()
            .any(|one| one["band"] == "quarter" && one["articles"].as_i64() >= Some(1)),
        "{ages}"
    );
    assert_eq!(manager.get("/knowledge/figures").await.status, 200);
    assert_eq!(app.technician().await.get("/knowledge/figures").await.status, 403);
    let token = app.token_of(&app.cast.shen.clone(), &["*"]).await;
    assert_eq!(token.get("/api/v1/knowledge/figures?weeks=5").await.status, 422);
}
