//! Firing: once, in order, within limits, and never by half.

use automate::firing::Outcome;
use automate::rule::store;
use automate::running::hearing;
use desk::ticket::{Category, Priority};
use kernel::event;
use testkit::TestApp;

use crate::house::{log, report, rule, view};

#[tokio::test]
async fn a_rule_acts_by_the_desks_operations_and_its_events_name_it() {
    let app = TestApp::open().await;
    let text = "rule \"Printers\"\nenabled yes\nwhen opened\nif all\n  any\n    words contains 打印机\nthen\n  set_category hardware\n  add_tags printer\n  note\n    | Seen: {{ title }} by {{ rule }}\n";
    let rule = rule(&app, text).await;
    let (hit, miss) = (report(&app, "打印机卡纸").await, report(&app, "VPN").await);
    app.settle().await;
    let found = view(&app, hit.number).await;
    assert_eq!(
        (found.ticket.category, found.tags.as_slice()),
        (Category::Hardware, &["printer".to_owned()][..])
    );
    assert_eq!(view(&app, miss.number).await.ticket.category, Category::Other);
    let firings = log(&app, rule.id).await;
    assert_eq!(firings.len(), 1);
    assert_eq!(
        (firings[0].ticket, firings[0].outcome, firings[0].depth),
        (hit.number, Outcome::Done, 1)
    );
    assert_eq!(firings[0].matched[0].found, "打印机");
    assert!(
        firings[0]
            .deeds
            .iter()
            .all(|deed| deed.changed && deed.refusal.is_none())
    );
    let subject = hit.subject();
    let events = app
        .read(move |tx| event::of_subject(tx, &subject, 0, 100))
        .await
        .unwrap();
    let by_rule: Vec<_> = events.iter().filter(|event| event.via == "rule").collect();
    assert_eq!(by_rule.len(), 3, "{events:#?}");
    assert!(by_rule.iter().all(|event| event.actor == "system:rule Printers"));
    assert!(
        by_rule
            .iter()
            .all(|event| event.request == format!("rule-firing:{}", firings[0].id))
    );
}

#[tokio::test]
async fn an_event_that_comes_twice_fires_once() {
    let app = TestApp::open().await;
    let rule = rule(
        &app,
        "rule \"Note\"\nenabled yes\nwhen opened\nif all\nthen\n  note\n    | once\n",
    )
    .await;
    let ticket = report(&app, "Anything").await;
    app.settle().await;
    let subject = ticket.subject();
    let events = app
        .read(move |tx| event::of_subject(tx, &subject, 0, 100))
        .await
        .unwrap();
    // As after a kill between the firing and the cursor: the log hands the same events over again.
    hearing::hear(&app.house.kernel, &events).await.unwrap();
    assert_eq!(log(&app, rule.id).await.len(), 1);
}

#[tokio::test]
async fn within_a_batch_each_event_meets_what_earlier_firings_left() {
    let app = TestApp::open().await;
    // Both tickets are opened before any rule is asked; only then are their events handed over, in one batch.
    let first = report(&app, "Printer is on fire").await;
    let second = report(&app, "Nothing special").await;
    let urgent = "rule \"Urgent\"\nenabled yes\norder 1\nwhen opened\nif all\n  all\n    words contains fire\nthen\n  set_urgency high\n";
    let tagged = "rule \"Tagged\"\nenabled yes\norder 2\nwhen opened\nif all\n  all\n    urgency is high\nthen\n  add_tags hot\n";
    let (urgent, tagged) = (rule(&app, urgent).await, rule(&app, tagged).await);
    let subjects = [first.subject(), second.subject()];
    let events = app
        .read(move |tx| event::of_subjects(tx, &subjects, 100))
        .await
        .unwrap();
    hearing::hear(&app.house.kernel, &events).await.unwrap();
    let fired: Vec<i64> = log(&app, urgent.id)
        .await
        .iter()
        .map(|firing| firing.ticket)
        .collect();
    assert_eq!(fired, [first.number]);
    let fired: Vec<i64> = log(&app, tagged.id)
        .await
        .iter()
        .map(|firing| firing.ticket)
        .collect();
    assert_eq!(
        fired,
        [first.number],
        "the second rule holds by what the first did, and on that ticket alone"
    );
}

#[tokio::test]
async fn two_rules_that_undo_one_another_stop() {
    let app = TestApp::open().await;
    let ping = "rule \"Ping\"\nenabled yes\nwhen opened, changed\nif all\n  all\n    urgency is medium\nthen\n  set_urgency high\n";
    let pong = "rule \"Pong\"\nenabled yes\nwhen changed\nif all\n  all\n    urgency is high\nthen\n  set_urgency medium\n";
    let (ping, pong) = (rule(&app, ping).await, rule(&app, pong).await);
    report(&app, "Ball").await;
    app.settle().await;
    let mut outcomes: Vec<(i64, Outcome)> = Vec::new();
    for rule in [ping.id, pong.id] {
        outcomes.extend(
            log(&app, rule)
                .await
                .iter()
                .map(|firing| (firing.depth, firing.outcome)),
        );
    }
    assert!(
        outcomes
            .iter()
            .all(|(depth, outcome)| (*depth > 3) == (*outcome == Outcome::TooDeep)),
        "{outcomes:?}"
    );
    assert!(
        outcomes.iter().any(|(_, outcome)| *outcome == Outcome::TooDeep),
        "{outcomes:?}"
    );
    assert!((4..=8).contains(&outcomes.len()), "{outcomes:?}");
}

#[tokio::test]
async fn a_rule_fires_so_often_on_a_ticket_within_an_hour_and_no_more() {
    let app = TestApp::open().await;
    let cx = app.cx();
    app.write(move |tx| kernel::setting::put(tx, &cx, "automate.per_ticket_hour", &2_i64))
        .await
        .unwrap();
    let rule = rule(
        &app,
        "rule \"Echo\"\nenabled yes\nwhen requester_replied\nif all\nthen\n  note\n    | heard\n",
    )
    .await;
    let number = report(&app, "Talk").await.number;
    for _ in 0..3 {
        app.act(&app.cast.li_na, move |tx, cx| {
            let reply = desk::ticket::Reply {
                body: "again".to_owned(),
                ..desk::ticket::Reply::default()
            };
            desk::ticket::reply(tx, cx, number, reply)
        })
        .await;
    }
    app.settle().await;
    let outcomes: Vec<Outcome> = log(&app, rule.id)
        .await
        .iter()
        .map(|firing| firing.outcome)
        .collect();
    assert_eq!(outcomes, [Outcome::TicketLimit, Outcome::Done, Outcome::Done]);
}

#[tokio::test]
async fn a_refused_action_is_logged_with_its_reason_and_the_others_are_done() {
    let app = TestApp::open().await;
    let text = "rule \"Half\"\nenabled yes\nwhen opened\nif all\nthen\n  resume\n  add_tags tried\n";
    let rule = rule(&app, text).await;
    let ticket = report(&app, "New, so it cannot be resumed").await;
    app.settle().await;
    let firings = log(&app, rule.id).await;
    assert_eq!(firings[0].outcome, Outcome::Refused);
    assert_eq!(
        firings[0].deeds[0].refusal.as_ref().unwrap().code,
        "desk.ticket.not_waiting"
    );
    assert!(firings[0].deeds[1].changed);
    assert_eq!(view(&app, ticket.number).await.tags, ["tried"]);
}

#[tokio::test]
async fn a_rule_that_fails_five_times_in_a_row_is_switched_off() {
    let app = TestApp::open().await;
    let rule = rule(
        &app,
        "rule \"Broken\"\nenabled yes\nwhen opened\nif all\nthen\n  resume\n",
    )
    .await;
    for _ in 0..6 {
        report(&app, "One more").await;
    }
    app.settle().await;
    let id = rule.id;
    let found = app.read(move |tx| store::load(tx, id)).await.unwrap();
    assert!(!found.definition.enabled && found.switched_off_at.is_some());
    assert_eq!(log(&app, id).await.len(), 5, "the sixth ticket found it off");
    let subject = automate::rule::keeping::subject(id);
    let events = app
        .read(move |tx| event::of_subject(tx, &subject, 0, 20))
        .await
        .unwrap();
    assert_eq!(events.last().unwrap().kind, "automate.rule.switched_off");
}

#[tokio::test]
async fn stop_keeps_later_rules_from_being_asked() {
    let app = TestApp::open().await;
    let first =
        "rule \"First\"\nenabled yes\norder 1\nwhen opened\nif all\nthen\n  set_priority P1\n  stop\n";
    let second = "rule \"Second\"\nenabled yes\norder 2\nwhen opened\nif all\nthen\n  set_priority P0\n";
    rule(&app, first).await;
    let second = rule(&app, second).await;
    let ticket = report(&app, "Urgent").await;
    app.settle().await;
    assert_eq!(view(&app, ticket.number).await.ticket.priority, Priority::P1);
    assert!(log(&app, second.id).await.is_empty());
}

#[tokio::test]
async fn what_lasts_is_noticed_once() {
    let app = TestApp::open().await;
    let text = "rule \"Silence\"\nenabled yes\nwhen hourly\nif all\n  all\n    state is new\n    in_state at_least 3h\nthen\n  add_tags old\n";
    let rule = rule(&app, text).await;
    let ticket = report(&app, "Nobody looks at it").await;
    // Two working hours, of which the rule wants three.
    app.pass_hours(2).await;
    assert!(log(&app, rule.id).await.is_empty());
    // Past the end of the working day: five and a half of them.
    for _ in 0..8 {
        app.pass_hours(1).await;
    }
    assert_eq!(view(&app, ticket.number).await.tags, ["old"]);
    assert_eq!(log(&app, rule.id).await.len(), 1);
}
