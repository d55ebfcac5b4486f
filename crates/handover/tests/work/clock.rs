//! Forty-eight hours: asked for at half of them, at their end, and on each day after, once each.

use handover::package::PackageId;
use handover::package::chasing;
use handover::package::store::{self, Chase};
use testkit::TestApp;

use crate::house::{BASE, handed_over, letters, mailbox, package, reported};

/// The steps taken, oldest first: which, and after how many hours.
async fn steps(app: &TestApp, id: PackageId) -> Vec<(i64, i64)> {
    let start = package(app, id).await.created_at;
    let taken = app.read(move |tx| store::chases(tx, id, 100)).await.unwrap();
    let step = |chase: &Chase| (chase.step, chase.at.since(start) / 3_600_000);
    taken.iter().rev().map(step).collect()
}

#[tokio::test]
async fn a_report_is_due_in_forty_eight_hours_and_asked_for_once_at_each_step() {
    let app = TestApp::open().await;
    mailbox(&app).await;
    let given = handed_over(&app).await;
    assert_eq!(given.due_at.since(given.created_at), 48 * 3_600_000);
    assert_eq!(letters(&app).await.len(), 1, "Cheng Li hears of it");
    app.pass_hours(23).await;
    assert_eq!(steps(&app, given.id).await, []);
    for _ in 0..100 {
        app.pass_hours(1).await;
    }
    assert_eq!(
        steps(&app, given.id).await,
        [(0, 24), (1, 48), (2, 72), (3, 96), (4, 120)]
    );
    let written = letters(&app).await;
    let to = |name: &str| {
        written
            .iter()
            .filter(|(address, _)| address.starts_with(name))
            .count()
    };
    assert_eq!(
        (to("cheng.li@"), to("amy@"), written.len()),
        (6, 5, 11),
        "{written:?}"
    );
    let list = app.technician().await.get("/handovers").await;
    assert!(list.text.contains("chip-danger"), "overdue");
    let page = app
        .engineer()
        .await
        .get(&format!("/handovers/{}", given.id))
        .await;
    assert!(page.text.contains("banner-danger"));
}

#[tokio::test]
async fn the_same_moment_asks_once_however_often_it_is_looked_at() {
    let app = TestApp::open().await;
    mailbox(&app).await;
    let given = handed_over(&app).await;
    app.clock.advance_millis(25 * 3_600_000);
    for _ in 0..3 {
        let cx = app.cx();
        app.write(move |tx| chasing::chase(tx, &cx, BASE)).await.unwrap();
    }
    assert_eq!(steps(&app, given.id).await, [(0, 25)]);
    assert_eq!(letters(&app).await.len(), 3);
}

#[tokio::test]
async fn a_house_that_slept_asks_once_for_all_that_it_missed() {
    let app = TestApp::open().await;
    let given = handed_over(&app).await;
    app.pass_hours(100).await;
    assert_eq!(steps(&app, given.id).await, [(3, 100)]);
    app.pass_hours(20).await;
    assert_eq!(steps(&app, given.id).await, [(3, 100), (4, 120)]);
}

#[tokio::test]
async fn a_report_that_is_there_is_not_asked_for() {
    let app = TestApp::open().await;
    let given = handed_over(&app).await;
    reported(&app, &app.cast.cheng_li.clone(), given.id).await;
    app.pass_hours(200).await;
    assert_eq!(steps(&app, given.id).await, []);
}

#[tokio::test]
async fn the_deadline_is_a_setting_of_an_administrators() {
    let app = TestApp::open().await;
    let mut noor = app.admin().await;
    let refused = noor
        .post("/settings/trackers/deadline", &[("hours", "0"), ("calendar", "")])
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"hours-error\""), "{}", refused.text);
    let saved = noor
        .post(
            "/settings/trackers/deadline",
            &[("hours", "12"), ("calendar", "")],
        )
        .await;
    assert_eq!(saved.status, 303);
    let given = handed_over(&app).await;
    assert_eq!(given.due_at.since(given.created_at), 12 * 3_600_000);
    assert_eq!(app.manager().await.get("/settings/trackers").await.status, 403);
}
