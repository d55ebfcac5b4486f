//! Words to those affected: each requester once, in their language, whatever happens to the job.

use desk::ticket::family::{ParentRule, RULE_SETTING, Relation, relate};
use desk::ticket::{self, Resolve, Verify};
use kernel::db::params;
use kernel::setting;
use major::incident::resolving::{Ending, resolve};
use major::incident::steering;
use major::update::{Outcome, Words, store, telling};
use testkit::TestApp;

use crate::house::{incident, replies, say};

#[tokio::test]
async fn each_requester_hears_it_once_in_their_language_even_if_the_job_runs_again() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    let update = say(&app, incident.id, "We are on it.", "正在处理。").await;
    app.settle().await;
    for _ in 0..2 {
        telling::tell_all(&app.house.kernel, update.id).await.unwrap();
    }
    // A second job for the same words, as a retry after a lost lease makes it.
    let (one, two) = tokio::join!(
        telling::tell_all(&app.house.kernel, update.id),
        telling::tell_all(&app.house.kernel, update.id)
    );
    one.and(two).unwrap();
    app.settle().await;
    assert_eq!(
        replies(&app, first.number).await,
        ["正在处理。"],
        "Li Na reads Chinese"
    );
    assert_eq!(
        replies(&app, second.number).await,
        ["We are on it."],
        "Bruno reads English"
    );
}

#[tokio::test]
async fn two_runs_at_the_same_time_tell_nobody_twice() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    let update = say(&app, incident.id, "We are on it.", "正在处理。").await;
    let kernel = &app.house.kernel;
    let (one, two) = tokio::join!(
        telling::tell_all(kernel, update.id),
        telling::tell_all(kernel, update.id)
    );
    one.and(two).unwrap();
    app.settle().await;
    for number in [first.number, second.number] {
        assert_eq!(replies(&app, number).await.len(), 1);
    }
}

#[tokio::test]
async fn the_words_stand_on_the_ticket_in_the_name_of_who_wrote_them() {
    let app = TestApp::open().await;
    let (incident, _, second) = incident(&app).await;
    say(&app, incident.id, "We are on it.", "正在处理。").await;
    app.settle().await;
    let said = crate::house::said(&app, second.number, desk::article::ArticleKind::Reply).await;
    assert_eq!(said[0].author, Some(app.cast.cheng_li.id));
    assert_eq!(said[0].voice, ticket::Voice::Staff);
}

#[tokio::test]
async fn a_ticket_that_joins_late_hears_what_was_said_last_and_once() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    say(&app, incident.id, "First.", "一。").await;
    app.clock.advance_millis(60_000);
    say(&app, incident.id, "Second.", "二。").await;
    app.settle().await;
    let bruno = app.cast.bruno.clone();
    let late = app.reported(&bruno, "Mail does not go out").await.number;
    let id = incident.id;
    for _ in 0..2 {
        app.act(&app.cast.cheng_li, move |tx, cx| steering::link(tx, cx, id, late))
            .await;
        app.settle().await;
    }
    assert_eq!(replies(&app, late).await, ["Second."]);
}

#[tokio::test]
async fn a_closed_ticket_is_left_out_with_its_reason_and_stops_nobody() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    let number = second.number;
    let cx = app.cx();
    app.write(move |tx| {
        let resolve = Resolve {
            solution: "It was the cable.".to_owned(),
            tested: true,
            untested_reason: None,
        };
        ticket::resolve(tx, &cx, number, resolve)
    })
    .await
    .unwrap();
    app.act(&app.cast.bruno, move |tx, cx| {
        ticket::verify(
            tx,
            cx,
            number,
            Verify {
                accepted: true,
                comment: None,
            },
        )
    })
    .await;
    let update = say(&app, incident.id, "We are on it.", "正在处理。").await;
    app.settle().await;
    assert_eq!(replies(&app, first.number).await.len(), 1);
    let id = update.id;
    let telling = app
        .read(move |tx| store::telling(tx, id, number))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(telling.outcome, Outcome::Skipped);
    assert_eq!(telling.reason.unwrap().code, "desk.ticket.closed");
    let room = app.engineer().await.get(&format!("/major/{}", incident.id)).await;
    assert!(
        room.text.contains(&format!("#{number} 未能通知")),
        "{}",
        room.text
    );
}

/// Makes a ticket unreadable, or mends it.
async fn damage(app: &TestApp, number: i64, state: &'static str) {
    app.write(move |tx| {
        tx.execute(
            "UPDATE desk_ticket SET state = $2 WHERE number = $1",
            params![number, state],
        )
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn one_ticket_that_fails_keeps_nobody_waiting_and_is_told_when_it_can_be() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    app.settle().await;
    let update = say(&app, incident.id, "We are on it.", "正在处理。").await;
    damage(&app, first.number, "broken").await;
    let failed = telling::tell_all(&app.house.kernel, update.id).await;
    assert!(failed.is_err(), "the job is tried again");
    assert_eq!(replies(&app, second.number).await, ["We are on it."]);
    // Its job has died; the clock finds who was forgotten.
    app.write(|tx| tx.execute("DELETE FROM kernel_job WHERE kind = 'major.tell'", &[]))
        .await
        .unwrap();
    damage(&app, first.number, "in_progress").await;
    app.clock.advance_millis(601_000);
    let room = format!("/major/{}", incident.id);
    let page = app.engineer().await.get(&room).await.text;
    assert!(page.contains(&format!("#{} 尚未通知", first.number)), "{page}");
    app.settle().await;
    assert_eq!(replies(&app, first.number).await, ["正在处理。"]);
    let page = app.engineer().await.get(&room).await.text;
    assert!(!page.contains("尚未通知"), "{page}");
}

#[tokio::test]
async fn a_child_that_was_resolved_with_its_parent_hears_the_same_words_once() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    let (cx, parent, child, id) = (app.cx(), first.number, second.number, incident.id);
    app.write(move |tx| {
        setting::put(tx, &cx, RULE_SETTING, &ParentRule::Resolve.as_str())?;
        relate(tx, &cx, parent, Relation::ParentOf, child)?;
        let ending = Ending {
            words: Words {
                en: Some("Mail works again.".to_owned()),
                zh: None,
            },
            own_ticket: true,
            linked_tickets: true,
            tested: true,
            untested_reason: String::new(),
        };
        resolve(tx, &cx, crate::house::BASE, id, &ending)
    })
    .await
    .unwrap();
    app.settle().await;
    let resolved = crate::house::view(&app, child).await;
    assert_eq!(resolved.resolutions.len(), 1);
    assert!(replies(&app, child).await.is_empty(), "its question says it");
    let room = app.engineer().await.get(&format!("/major/{id}")).await.text;
    assert!(!room.contains("未能解决"), "{room}");
}
