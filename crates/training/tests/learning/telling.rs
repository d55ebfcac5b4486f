//! Who is written to: whoever gets a course, whoever has a seat tomorrow, whoever is late; each once.

use people::team;
use training::assignment::{self, Target};
use training::session::{self, seating};

use crate::house::{BASE, assign, assign_to, course, date, has, letters, mailbox};
use testkit::TestApp;

#[tokio::test]
async fn a_team_gets_the_course_with_a_letter_and_whoever_joins_later_as_well() {
    let app = TestApp::open().await;
    mailbox(&app).await;
    let made = course(&app).await;
    let team = app.cast.service_desk;
    assign(&app, made.course, Target::Team(team), Some("2026-03-20")).await;
    let amy = app.cast.amy.clone();
    let to_amy = (amy.email.clone(), "New course: False mails".to_owned());
    assert_eq!(letters(&app).await, std::slice::from_ref(&to_amy));
    app.settle().await;
    let (cx, bruno) = (app.cx(), app.cast.bruno.clone());
    let members = vec![amy.id, bruno.id];
    app.write(move |tx| {
        let new = team::NewTeam {
            name: "Service Desk".to_owned(),
            tier: 1,
            members: members.clone(),
            ..team::NewTeam::default()
        };
        team::change(tx, &cx, team, &new)
    })
    .await
    .unwrap();
    assert!(!has(&app, made.course, bruno.id).await);
    app.pass_hours(1).await;
    assert!(has(&app, made.course, bruno.id).await);
    let to_bruno = (bruno.email.clone(), "New course: False mails".to_owned());
    assert_eq!(letters(&app).await, [to_amy, to_bruno]);
}

#[tokio::test]
async fn an_assignment_that_is_taken_back_leaves_those_who_began() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    assign(
        &app,
        made.course,
        Target::Role("requester".to_owned()),
        Some("2026-03-20"),
    )
    .await;
    let (li_na, bruno) = (app.cast.li_na.id, app.cast.bruno.id);
    assert!(has(&app, made.course, li_na).await && has(&app, made.course, bruno).await);
    let tick = format!("{}/tick", made.part(made.article));
    assert_eq!(
        app.requester().await.post(&tick, &[("done", "yes")]).await.status,
        303
    );
    let id = made.course;
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        let known = assignment::store::of_course(tx, id)?;
        assignment::withdraw(tx, cx, id, known[0].id)
    })
    .await;
    assert!(has(&app, made.course, li_na).await && !has(&app, made.course, bruno).await);
    app.pass_hours(1).await;
    assert!(
        !has(&app, made.course, bruno).await,
        "the clock does not bring it back"
    );
}

#[tokio::test]
async fn whoever_is_late_is_told_once() {
    let app = TestApp::open().await;
    mailbox(&app).await;
    let made = course(&app).await;
    assign_to(&app, &made, &app.cast.bruno.clone()).await;
    let overdue = async || {
        let all = letters(&app).await;
        all.iter()
            .filter(|(_, subject)| subject.starts_with("Overdue"))
            .count()
    };
    // Due on the 20th; it is the 2nd.
    app.pass_hours(18 * 24).await;
    assert_eq!(overdue().await, 0, "on its last day nobody is late");
    app.pass_hours(48).await;
    assert_eq!(overdue().await, 1);
    app.pass_hours(48).await;
    assert_eq!(overdue().await, 1);
    let mut bruno = app.browser_of(&app.cast.bruno.clone()).await;
    assert!(bruno.get("/training").await.text.contains("chip-danger"));
}

#[tokio::test]
async fn a_session_is_reminded_of_once_and_moving_or_cancelling_it_is_told() {
    let app = TestApp::open().await;
    mailbox(&app).await;
    let made = course(&app).await;
    let bruno = app.cast.bruno.clone();
    assign_to(&app, &made, &bruno).await;
    let made_session = date(&app, &made, 48, 5, &app.cast.cheng_li.clone()).await;
    let id = made_session.id;
    app.act(&bruno, move |tx, cx| seating::take(tx, cx, id)).await;
    let count = async |word: &str| {
        let all = letters(&app).await;
        all.iter()
            .filter(|(_, subject)| subject.starts_with(word))
            .count()
    };
    app.pass_hours(20).await;
    assert_eq!(count("Reminder").await, 0);
    app.pass_hours(5).await;
    app.pass_hours(1).await;
    assert_eq!(count("Reminder").await, 1);
    let mut facts = made_session.facts.clone();
    facts.starts_at = facts.starts_at.add_secs(7 * 86_400);
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        session::change(tx, cx, BASE, id, &facts)
    })
    .await;
    assert_eq!(count("Changed").await, 1);
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        session::cancel(tx, cx, BASE, id)
    })
    .await;
    assert_eq!(count("Cancelled").await, 1);
    app.pass_hours(7 * 24).await;
    assert_eq!(
        count("Reminder").await,
        1,
        "of what was cancelled nobody is reminded"
    );
}
