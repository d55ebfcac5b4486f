//! The end: tickets resolved alike and once, the review with its timeline, chased until it is written.

use std::collections::BTreeMap;

use desk::gate::{Definition, Needs, save_gate};
use desk::ticket::{self, Resolve, State as TicketState};
use kernel::error::Kind;
use kernel::event;
use major::events;
use major::incident::resolving::{Ending, resolve};
use major::incident::{IncidentId, State};
use major::review::{self, State as ReviewState};
use major::update::{Words, telling};
use testkit::TestApp;
use testkit::app::MONDAY;

use crate::house::{BASE, incident, now, replies, say, view};

fn ending() -> Ending {
    Ending {
        words: Words {
            en: Some("Mail works again.".to_owned()),
            zh: Some("邮件已恢复。".to_owned()),
        },
        own_ticket: true,
        linked_tickets: true,
        tested: true,
        untested_reason: String::new(),
    }
}

async fn end(app: &TestApp, id: IncidentId, ending: Ending) {
    app.act(&app.cast.cheng_li, move |tx, cx| {
        resolve(tx, cx, BASE, id, &ending)
    })
    .await;
}

async fn solutions(app: &TestApp, number: i64) -> Vec<String> {
    let view = view(app, number).await;
    view.resolutions.into_iter().map(|one| one.solution).collect()
}

#[tokio::test]
async fn the_linked_tickets_are_resolved_alike_and_once() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    end(&app, incident.id, ending()).await;
    app.settle().await;
    let id = incident.id;
    let update = app
        .read(move |tx| major::update::store::last(tx, id))
        .await
        .unwrap()
        .unwrap();
    telling::tell_all(&app.house.kernel, update.id).await.unwrap();
    app.settle().await;
    assert_eq!(solutions(&app, first.number).await, ["邮件已恢复。"]);
    assert_eq!(solutions(&app, second.number).await, ["Mail works again."]);
    assert_eq!(
        view(&app, second.number).await.ticket.state,
        TicketState::Resolved
    );
    assert!(
        replies(&app, second.number).await.is_empty(),
        "the solution says it; no reply says it again"
    );
    assert_eq!(now(&app, id).await.state, State::Resolved);
    assert_eq!(now(&app, id).await.next_update_at, None);
}

#[tokio::test]
async fn a_gate_that_asks_for_more_leaves_the_ticket_open_but_its_requester_is_told() {
    let app = TestApp::open().await;
    let (incident, _, second) = incident(&app).await;
    let (number, id, cx) = (second.number, incident.id, app.cx());
    app.write(move |tx| {
        let ending = Ending {
            own_ticket: false,
            ..ending()
        };
        // The desk's gate asks for longer solutions than this one.
        let gate = Definition {
            name: BTreeMap::from([("en".to_owned(), "Long".to_owned())]),
            needs: Needs {
                solution: 400,
                ..Needs::default()
            },
            ..Definition::default()
        };
        save_gate(tx, &cx, None, None, gate)?;
        resolve(tx, &cx, BASE, id, &ending)
    })
    .await
    .unwrap();
    app.settle().await;
    assert_eq!(view(&app, number).await.ticket.state, TicketState::InProgress);
    assert_eq!(replies(&app, number).await, ["Mail works again."]);
    let room = app.engineer().await.get(&format!("/major/{}", incident.id)).await;
    assert!(
        room.text.contains(&format!("#{number} 已通知，但未能解决")),
        "{}",
        room.text
    );
    assert!(
        room.text.contains("400") && !room.text.contains("{$"),
        "it says what the gate misses: {}",
        room.text
    );
}

#[tokio::test]
async fn the_review_is_opened_with_the_timeline_for_the_commander_in_five_working_days() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    say(&app, incident.id, "We are on it.", "正在处理。").await;
    app.settle().await;
    end(&app, incident.id, ending()).await;
    app.settle().await;
    let (cx, id) = (app.cx(), incident.id);
    let (_, review, _) = app.read(move |tx| review::load(tx, &cx, id)).await.unwrap();
    assert_eq!(
        (review.owner, review.state),
        (Some(app.cast.cheng_li.id), ReviewState::Open)
    );
    // Monday 10:00, five working days of eight hours later, over one weekend.
    assert_eq!(review.due_at, MONDAY.add_secs(7 * 86_400));
    assert!(
        review.draft.timeline.contains("宣布重大事件"),
        "{}",
        review.draft.timeline
    );
    assert!(
        review.draft.timeline.contains("正在处理。"),
        "{}",
        review.draft.timeline
    );
}

#[tokio::test]
async fn the_review_is_written_and_closed_on_its_page_and_the_incident_with_it() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    end(&app, incident.id, ending()).await;
    app.settle().await;
    let mut engineer = app.engineer().await;
    let path = format!("/major/{}/review", incident.id);
    let early = engineer.post(&format!("{path}/closing"), &[]).await;
    assert_eq!(early.status, 422, "nothing is written yet");
    let draft = [
        ("happened", "The disk of the mail server was full."),
        ("cause", "Logs were never rotated."),
        ("went_well", "Found in ten minutes."),
        ("went_badly", "No alarm."),
        ("timeline", "10:00 declared"),
        ("held", "true"),
        ("version", "1"),
    ];
    assert_eq!(engineer.post(&path, &draft).await.status, 303);
    assert_eq!(
        engineer.post(&path, &draft).await.status,
        422,
        "an old copy overwrites nothing"
    );
    let wrong = [("what", "Rotate logs"), ("owner", ""), ("due_on", "soon")];
    let refused = engineer.post(&format!("{path}/actions"), &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"owner-error\"") && refused.text.contains("id=\"due_on-error\""));
    let amy = app.cast.amy.id.to_string();
    let action = [
        ("what", "Rotate logs"),
        ("owner", amy.as_str()),
        ("due_on", "2026-03-09"),
    ];
    assert_eq!(
        engineer.post(&format!("{path}/actions"), &action).await.status,
        303
    );
    assert_eq!(
        app.technician()
            .await
            .post(&format!("{path}/closing"), &[])
            .await
            .status,
        403
    );
    assert_eq!(engineer.post(&format!("{path}/closing"), &[]).await.status, 303);
    assert_eq!(now(&app, incident.id).await.state, State::Reviewed);
    let page = engineer.get(&path).await;
    assert!(page.text.contains("Logs were never rotated.") && !page.text.contains("name=\"cause\""));
    // Whoever owns an action ticks it, also afterwards.
    let id = incident.id;
    let action = app.read(move |tx| review::store::actions(tx, id)).await.unwrap()[0].id;
    let mut technician = app.technician().await;
    let ticked = technician
        .post(&format!("{path}/actions/{action}"), &[("done", "yes")])
        .await;
    assert_eq!(ticked.status, 303);
    assert!(technician.get(&path).await.text.contains("checklist-done"));
}

#[tokio::test]
async fn a_late_review_is_chased_each_day_until_it_is_closed() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    end(&app, incident.id, ending()).await;
    app.settle().await;
    let chased = async || {
        let subject = incident.subject();
        let all = app
            .read(move |tx| event::of_subject(tx, &subject, 0, 500))
            .await
            .unwrap();
        all.iter()
            .filter(|event| event.kind == events::REVIEW_OVERDUE)
            .count()
    };
    app.pass_hours(7 * 24 - 1).await;
    assert_eq!(chased().await, 0);
    app.pass_hours(2).await;
    assert_eq!(chased().await, 1);
    app.pass_hours(24).await;
    assert_eq!(chased().await, 2);
    let (cx, id) = (app.cx(), incident.id);
    app.write(move |tx| {
        let draft = review::Draft {
            happened: "It broke.".to_owned(),
            cause: "A full disk.".to_owned(),
            ..review::Draft::default()
        };
        review::save(tx, &cx, id, &draft, major::incident::steering::Done::Yes, None)?;
        review::close(tx, &cx, id)
    })
    .await
    .unwrap();
    app.pass_hours(48).await;
    assert_eq!(chased().await, 2);
}

#[tokio::test]
async fn when_its_ticket_is_resolved_by_itself_the_incident_ends_and_asks_for_last_words() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    let number = first.number;
    app.act(&app.cast.cheng_li, move |tx, cx| {
        let resolve = Resolve {
            solution: "磁盘已清理".to_owned(),
            tested: true,
            untested_reason: None,
        };
        ticket::resolve(tx, cx, number, resolve)
    })
    .await;
    app.settle().await;
    let ended = now(&app, incident.id).await;
    assert_eq!((ended.state, ended.asks_last_words), (State::Resolved, true));
    let mut engineer = app.engineer().await;
    let path = format!("/major/{}/resolution", incident.id);
    let form = engineer.get(&path).await;
    assert!(
        form.text.contains("磁盘已清理"),
        "the solution is offered: {}",
        form.text
    );
    let untested = [("zh", "已恢复"), ("linked_tickets", "true")];
    let refused = engineer.post(&path, &untested).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"untested_reason-error\""));
    let tested = [("zh", "已恢复"), ("linked_tickets", "true"), ("tested", "true")];
    assert_eq!(engineer.post(&path, &tested).await.status, 303);
    app.settle().await;
    assert_eq!(solutions(&app, second.number).await, ["已恢复"]);
    assert!(!now(&app, incident.id).await.asks_last_words);
    assert_eq!(engineer.post(&path, &tested).await.status, 422, "once is enough");
}

#[tokio::test]
async fn what_comes_back_goes_on_and_its_review_waits() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    let id = incident.id;
    end(&app, id, ending()).await;
    app.settle().await;
    app.act(&app.cast.cheng_li, move |tx, cx| {
        major::incident::steering::move_to(tx, cx, id, State::Monitoring)
    })
    .await;
    let back = now(&app, id).await;
    assert_eq!((back.state, back.resolved_at), (State::Monitoring, None));
    assert!(back.next_update_at.is_some());
    let cx = app.cx();
    let closing = app.write(move |tx| review::close(tx, &cx, id)).await.unwrap_err();
    assert_eq!(
        (closing.kind(), closing.code()),
        (Kind::Conflict, "major.still_open")
    );
    end(&app, id, ending()).await;
    app.settle().await;
    assert_eq!(now(&app, id).await.state, State::Resolved);
}
