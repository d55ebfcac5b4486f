//! The dry run: what would have happened, with tickets as they were then, and nothing written.

use automate::dry_run;
use automate::rule::{Definition, text_reading};
use desk::ticket::{self, Change, Urgency};
use kernel::{Locale, event};
use testkit::TestApp;

use crate::house::report;

fn unsaved(text: &str) -> Definition {
    text_reading::read(text, Locale::En).unwrap().remove(0).definition
}

#[tokio::test]
async fn tickets_are_judged_as_they_were_and_nothing_is_written() {
    let app = TestApp::open().await;
    let (old, other) = (report(&app, "VPN drops").await, report(&app, "Screen").await);
    app.settle().await;
    let number = old.number;
    app.act(&app.cast.amy, move |tx, cx| {
        let change = Change {
            title: Some("Closed in favour of another".to_owned()),
            urgency: Some(Urgency::High),
            ..Change::default()
        };
        ticket::change(tx, cx, number, change)
    })
    .await;
    let last = |tx: &mut kernel::db::Tx<'_>| {
        let latest = event::latest(tx, i64::MAX, 1)?;
        Ok(latest.first().map(|event| event.seq))
    };
    let before = app.read(last).await.unwrap();
    let run = async |text: &str| {
        let report = dry_run::run(&app.house.kernel, &app.cx(), &unsaved(text), 30)
            .await
            .unwrap();
        let tickets: Vec<i64> = report.lines.iter().map(|line| line.ticket).collect();
        (report.firings, tickets)
    };
    let opened = "rule \"x\"\nwhen opened\nif all\n  all\n    title contains vpn\n    urgency is medium\nthen\n  add_tags vpn\n";
    assert_eq!(
        run(opened).await,
        (1, vec![number]),
        "when it was opened its title said so"
    );
    assert_eq!(run(&opened.replace("medium", "high")).await, (0, vec![]));
    let changed = "rule \"x\"\nwhen changed\nif all\n  all\n    urgency was medium\n    urgency became high\nthen\n  add_tags x\n";
    assert_eq!(run(changed).await, (1, vec![number]));
    let all = "rule \"x\"\nwhen opened\nif all\nthen\n  set_priority P0\n";
    assert_eq!(run(all).await, (2, vec![other.number, number]));
    assert_eq!(app.read(last).await.unwrap(), before, "a dry run writes nothing");
}

#[tokio::test]
async fn what_lasted_is_found_too() {
    let app = TestApp::open().await;
    let ticket = report(&app, "Waits").await;
    app.pass_hours(30).await;
    let text = "rule \"x\"\nwhen hourly\nif all\n  all\n    state is new\n    in_state at_least 4h\nthen\n  add_tags old\n";
    let report = dry_run::run(&app.house.kernel, &app.cx(), &unsaved(text), 30)
        .await
        .unwrap();
    assert_eq!((report.firings, report.lines[0].ticket), (1, ticket.number));
}

#[tokio::test]
async fn more_days_than_a_year_are_refused_at_the_field() {
    let app = TestApp::open().await;
    let text = "rule \"x\"\nwhen opened\nif all\nthen\n  set_priority P0\n";
    let error = dry_run::run(&app.house.kernel, &app.cx(), &unsaved(text), 0)
        .await
        .unwrap_err();
    assert_eq!(error.fields()[0].field, "days");
}
