//! What comes back goes on: its tickets too, and no old answer and no old words end it again.

use desk::ticket::{self, State as TicketState, Verify};
use major::incident::resolving::{Ending, resolve};
use major::incident::{IncidentId, State, steering};
use major::review;
use major::update::{Outcome, Words, store, telling};
use testkit::TestApp;

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

async fn end(app: &TestApp, id: IncidentId) {
    app.act(&app.cast.cheng_li, move |tx, cx| {
        resolve(tx, cx, BASE, id, &ending())
    })
    .await;
}

async fn come_back(app: &TestApp, id: IncidentId) {
    app.clock.advance_millis(600_000);
    app.act(&app.cast.cheng_li, move |tx, cx| {
        steering::move_to(tx, cx, id, State::Monitoring)
    })
    .await;
}

#[tokio::test]
async fn its_ticket_and_those_resolved_with_its_words_are_worked_on_again() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    end(&app, incident.id).await;
    app.settle().await;
    come_back(&app, incident.id).await;
    let own = view(&app, first.number).await.ticket;
    assert_eq!(own.state, TicketState::InProgress, "at once, with its own ticket");
    app.settle().await;
    assert_eq!(
        view(&app, second.number).await.ticket.state,
        TicketState::InProgress
    );
    assert_eq!(now(&app, incident.id).await.state, State::Monitoring);
    // And it ends once more like the first time.
    end(&app, incident.id).await;
    app.settle().await;
    for number in [first.number, second.number] {
        let view = view(&app, number).await;
        assert_eq!(view.ticket.state, TicketState::Resolved);
        assert_eq!(view.resolutions.len(), 2);
    }
}

#[tokio::test]
async fn a_late_yes_to_the_old_question_ends_nothing() {
    let app = TestApp::open().await;
    let (incident, first, _) = incident(&app).await;
    end(&app, incident.id).await;
    app.settle().await;
    come_back(&app, incident.id).await;
    let (li_na, number) = (app.cast.li_na.clone(), first.number);
    let cx = people_cx(&app, &li_na).await;
    let yes = move |tx: &mut kernel::db::Tx<'_>| {
        let answer = Verify {
            accepted: true,
            comment: None,
        };
        ticket::verify(tx, &cx, number, answer)
    };
    let late = app.write(yes).await;
    assert!(late.is_err(), "the question was taken back");
    app.settle().await;
    app.pass_hours(24 * 14).await;
    assert_eq!(now(&app, incident.id).await.state, State::Monitoring);
}

async fn people_cx(app: &TestApp, person: &testkit::app::Person) -> kernel::Cx {
    app.act(person, |_, cx| Ok(cx.clone())).await
}

#[tokio::test]
async fn who_was_not_told_of_the_end_by_then_is_not_told() {
    let app = TestApp::open().await;
    let (incident, _, second) = incident(&app).await;
    end(&app, incident.id).await;
    come_back(&app, incident.id).await;
    app.settle().await;
    let now_open = view(&app, second.number).await;
    assert!(now_open.resolutions.is_empty(), "its solution was none");
    assert!(replies(&app, second.number).await.is_empty());
    let id = incident.id;
    let last = app.read(move |tx| store::last(tx, id)).await.unwrap().unwrap();
    let number = second.number;
    let telling = app
        .read(move |tx| store::telling(tx, last.id, number))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(telling.outcome, Outcome::Skipped);
    assert_eq!(telling.reason.unwrap().code, "major.came_back");
}

#[tokio::test]
async fn a_ticket_that_joins_now_does_not_hear_that_it_is_over() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    end(&app, incident.id).await;
    app.settle().await;
    come_back(&app, incident.id).await;
    let bruno = app.cast.bruno.clone();
    let late = app.reported(&bruno, "Mail does not go out").await.number;
    let id = incident.id;
    app.act(&app.cast.cheng_li, move |tx, cx| steering::link(tx, cx, id, late))
        .await;
    app.settle().await;
    assert!(replies(&app, late).await.is_empty());
    say(&app, id, "It is back.", "故障再次出现。").await;
    app.settle().await;
    assert_eq!(replies(&app, late).await, ["It is back."]);
}

#[tokio::test]
async fn what_happened_until_the_second_end_is_added_to_the_review() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    end(&app, incident.id).await;
    app.settle().await;
    let (cx, id) = (app.cx(), incident.id);
    app.write(move |tx| {
        let draft = review::Draft {
            timeline: "Written by hand".to_owned(),
            ..review::Draft::default()
        };
        review::save(tx, &cx, id, &draft, steering::Done::No, None)
    })
    .await
    .unwrap();
    come_back(&app, id).await;
    say(&app, id, "It is back.", "故障再次出现。").await;
    app.settle().await;
    end(&app, id).await;
    app.settle().await;
    let cx = app.cx();
    let (_, review, _) = app.read(move |tx| review::load(tx, &cx, id)).await.unwrap();
    let text = review.draft.timeline;
    assert!(text.starts_with("Written by hand\n"), "{text}");
    assert!(text.contains("故障再次出现。"), "{text}");
    assert!(
        !text.contains("宣布重大事件："),
        "what stood in it stands once: {text}"
    );
}

#[tokio::test]
async fn a_ticket_taken_out_before_its_turn_hears_nothing_and_may_join_again() {
    let app = TestApp::open().await;
    let (incident, _, second) = incident(&app).await;
    let (id, number) = (incident.id, second.number);
    let update = say(&app, id, "We are on it.", "正在处理。").await;
    app.act(&app.cast.cheng_li, move |tx, cx| {
        steering::unlink(tx, cx, id, number)
    })
    .await;
    app.settle().await;
    telling::tell_all(&app.house.kernel, update.id).await.unwrap();
    assert!(replies(&app, number).await.is_empty());
    app.act(&app.cast.cheng_li, move |tx, cx| {
        steering::link(tx, cx, id, number)
    })
    .await;
    app.settle().await;
    assert_eq!(replies(&app, number).await, ["We are on it."]);
}
