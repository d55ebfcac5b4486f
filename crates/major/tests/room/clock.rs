//! The clock of the next words, and of the review.

use desk::article::ArticleKind;
use kernel::event;
use major::incident::resolving::{Ending, resolve};
use major::incident::{Role, steering};
use major::update::Words;
use major::{events, review};
use testkit::TestApp;

use crate::house::{BASE, incident, now, said, say};

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

#[tokio::test]
async fn a_late_review_goes_to_the_new_commander_and_to_nobody_without_end() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    let (id, cx) = (incident.id, app.cx());
    let shen = app.cast.shen.id;
    app.write(move |tx| {
        let ending = Ending {
            words: Words {
                en: Some("Mail works again.".to_owned()),
                zh: None,
            },
            ..Ending::default()
        };
        resolve(tx, &cx, BASE, id, &ending)
    })
    .await
    .unwrap();
    app.settle().await;
    leave(&app, app.cast.cheng_li.id).await;
    let chased = async || {
        let kinds = kinds(&app, incident.subject()).await;
        kinds
            .iter()
            .filter(|kind| *kind == events::REVIEW_OVERDUE)
            .count()
    };
    app.pass_hours(7 * 24 + 1).await;
    app.pass_hours(24).await;
    app.pass_hours(24).await;
    assert_eq!(chased().await, 1, "nobody is there to hear it");
    let cx = app.cx();
    app.write(move |tx| steering::assign(tx, &cx, BASE, id, Role::Commander, Some(shen)))
        .await
        .unwrap();
    let cx = app.cx();
    let (_, review, _) = app.read(move |tx| review::load(tx, &cx, id)).await.unwrap();
    assert_eq!(review.owner, Some(shen));
    app.pass_hours(1).await;
    assert_eq!(chased().await, 2);
    app.pass_hours(24).await;
    assert_eq!(chased().await, 3);
}

async fn leave(app: &TestApp, person: kernel::UserId) {
    let cx = app.cx();
    app.write(move |tx| people::user::changing::deactivate(tx, &cx, person).map(drop))
        .await
        .unwrap();
}
