//! The clock of the next words, and of the review.

use desk::article::ArticleKind;
use kernel::event;
use major::events;
use testkit::TestApp;

use crate::house::{incident, now, said, say};

/// The latest kinds of events of an incident.
async fn kinds(app: &TestApp, subject: String) -> Vec<String> {
    let found = app
        .read(move |tx| event::of_subject(tx, &subject, 0, 200))
        .await
        .unwrap();
    found.into_iter().map(|event| event.kind).collect()
}

async fn minutes(app: &TestApp, minutes: i64) {
    app.clock.advance_millis(minutes * 60_000);
    app.settle().await;
}

#[tokio::test]
async fn words_that_are_due_are_asked_for_twice_and_noted_on_the_ticket() {
    let app = TestApp::open().await;
    let (incident, first, _) = incident(&app).await;
    let overdue = async || {
        let kinds = kinds(&app, incident.subject()).await;
        kinds
            .iter()
            .filter(|kind| *kind == events::UPDATE_OVERDUE)
            .count()
    };
    minutes(&app, 29).await;
    assert_eq!(overdue().await, 0);
    minutes(&app, 2).await;
    assert_eq!(overdue().await, 1);
    minutes(&app, 2).await;
    assert_eq!(overdue().await, 1, "not each minute");
    minutes(&app, 30).await;
    assert_eq!(overdue().await, 2);
    minutes(&app, 120).await;
    assert_eq!(overdue().await, 2, "then people know");
    // One note for the declaration, two for the words.
    assert_eq!(said(&app, first.number, ArticleKind::Note).await.len(), 3);
    let room = app.engineer().await.get(&format!("/major/{}", incident.id)).await;
    assert!(room.text.contains("clock-breached"), "overdue is red");
    assert!(
        app.engineer()
            .await
            .get("/major")
            .await
            .text
            .contains("chip-danger")
    );
}

#[tokio::test]
async fn words_wind_the_clock_up_again() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    minutes(&app, 20).await;
    say(&app, incident.id, "Still on it.", "仍在处理。").await;
    minutes(&app, 20).await;
    assert!(
        !kinds(&app, incident.subject())
            .await
            .contains(&events::UPDATE_OVERDUE.to_owned())
    );
    minutes(&app, 11).await;
    assert!(
        kinds(&app, incident.subject())
            .await
            .contains(&events::UPDATE_OVERDUE.to_owned())
    );
    assert!(now(&app, incident.id).await.is_late(app.cx().now()));
}
