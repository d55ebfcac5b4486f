//! Stored clocks: swept once, replayed to the same values, moved by a new calendar.

use proptest::prelude::*;

use crate::events;
use crate::fixture::{DAY, Desk, HOUR, MINUTE, MONDAY};
use crate::service_level::replaying::recompute_open;
use crate::service_level::{ClockKind, explain, replay_all, sweep};
use crate::ticket::value::{State, Tier, WaitingFor};
use crate::ticket::{Impact, Reply, Urgency, Wait, load, reply, wait};

async fn kinds(desk: &Desk, number: i64, wanted: &'static str) -> usize {
    let events = desk
        .read(move |tx| kernel::event::of_subject(tx, &format!("ticket:{number}"), 0, 500))
        .await
        .unwrap();
    events.iter().filter(|event| event.kind == wanted).count()
}

#[tokio::test]
async fn a_core_system_down_must_be_answered_within_half_an_hour_at_night_too() {
    let desk = Desk::open().await;
    desk.clock.advance_millis(13 * HOUR);
    let mut opening = desk.ann_reports("The ERP is down");
    (opening.impact, opening.urgency) = (Impact::Organisation, Urgency::High);
    let ticket = desk.report(opening).await;
    assert_eq!(ticket.next_due_at, Some(desk.clock.now().add_millis(30 * MINUTE)));
}

#[tokio::test]
async fn a_planned_ticket_of_friday_evening_counts_from_monday_on() {
    let desk = Desk::open().await;
    desk.clock.advance_millis(4 * DAY + 9 * HOUR);
    let mut opening = desk.ann_reports("A second screen, please");
    opening.urgency = Urgency::Low;
    let ticket = desk.report(opening).await;
    // The first response within a working day: Monday evening at six.
    assert_eq!(ticket.next_due_at, Some(MONDAY.add_millis(7 * DAY + 8 * HOUR)));
}

#[tokio::test]
async fn the_sweep_takes_each_step_once_and_escalates_at_the_breach() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, writer) = (desk.bob.cx(), desk.bob.cx());
    let word = Reply {
        body: "Turned it off and on.".to_owned(),
        ..Reply::default()
    };
    desk.write(move |tx| reply(tx, &writer, number, word.clone()))
        .await
        .unwrap();
    assert_eq!(sweep(&desk.db, &desk.system()).await.unwrap().steps, 0);
    // Four working hours: warned after three (14:00), broken at 15:00.
    desk.clock.advance_millis(4 * HOUR);
    assert_eq!(sweep(&desk.db, &desk.system()).await.unwrap().steps, 1);
    assert_eq!(sweep(&desk.db, &desk.system()).await.unwrap().steps, 0);
    assert_eq!(kinds(&desk, number, events::CLOCK_WARNED).await, 1);
    desk.clock.advance_millis(HOUR + MINUTE);
    assert_eq!(sweep(&desk.db, &desk.system()).await.unwrap().steps, 1);
    assert_eq!(sweep(&desk.db, &desk.system()).await.unwrap().steps, 0);
    assert_eq!(kinds(&desk, number, events::CLOCK_BREACHED).await, 1);
    let view = desk.read(move |tx| load(tx, &bob, number)).await.unwrap();
    assert!(view.ticket.overdue);
    assert_eq!(view.ticket.tier, Tier::new(2).unwrap());
    let escalation = &view.escalations[0];
    assert_eq!(escalation.clock, Some(ClockKind::Solution));
    assert!(escalation.handoff.tried.contains("off and on"), "{escalation:?}");
    assert!(escalation.handoff.known.contains("printer"), "{escalation:?}");
}

#[tokio::test]
async fn after_a_long_standstill_every_passed_step_is_taken_once() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    desk.clock.advance_millis(20 * DAY);
    let swept = sweep(&desk.db, &desk.system()).await.unwrap();
    assert_eq!(
        (swept.tickets, swept.steps, swept.failed),
        (1, 4, 0),
        "two clocks, a warning and a breach each"
    );
    assert_eq!(sweep(&desk.db, &desk.system()).await.unwrap().steps, 0);
    assert_eq!(kinds(&desk, number, events::TICKET_ESCALATED).await, 1);
}

#[tokio::test]
async fn an_explanation_of_a_stored_clock_names_nights_and_pauses() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    desk.clock.advance_millis(HOUR);
    let waiting = Wait {
        whom: WaitingFor::Supplier,
        reason: "Spare part".to_owned(),
        until: None,
    };
    let writer = bob.clone();
    desk.write(move |tx| wait(tx, &writer, number, waiting.clone()))
        .await
        .unwrap();
    desk.clock.advance_millis(2 * HOUR);
    let writer = bob.clone();
    desk.write(move |tx| crate::ticket::resume(tx, &writer, number))
        .await
        .unwrap();
    desk.clock.advance_millis(DAY);
    let explained = desk
        .read(move |tx| explain(tx, &bob, number, ClockKind::Solution))
        .await
        .unwrap();
    let keys: Vec<&str> = explained.parts.iter().map(|part| part.kind.text_key()).collect();
    assert_eq!(
        keys,
        [
            "desk-part-running",
            "desk-part-paused",
            "desk-part-running",
            "desk-part-night",
            "desk-part-running",
            "desk-part-break"
        ]
    );
    assert_eq!(explained.elapsed, HOUR + 5 * HOUR + 3 * HOUR);
}

#[tokio::test]
async fn a_damaged_clock_is_found_by_replay_and_mended_by_computing_anew() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    assert_eq!(replay_all(&desk.db).await.unwrap().differing, 0);
    desk.write(move |tx| {
        let changed = tx.execute(
            "UPDATE desk_clock SET deadline = deadline + 1 WHERE ticket = $1 AND kind = 'solution'",
            kernel::db::params![number],
        )?;
        assert_eq!(changed, 1);
        Ok(())
    })
    .await
    .unwrap();
    let report = replay_all(&desk.db).await.unwrap();
    assert_eq!((report.tickets, report.clocks, report.differing), (1, 2, 1));
    assert_eq!(
        (report.differences[0].ticket, report.differences[0].clock),
        (number, ClockKind::Solution)
    );
    recompute_open(&desk.db, &desk.system()).await.unwrap();
    assert_eq!(replay_all(&desk.db).await.unwrap().differing, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn whatever_was_done_stored_clocks_are_those_of_the_history_and_figures_those_of_the_tickets(
        acts in prop::collection::vec((0_u8..14, 0_usize..4, 0_i64..9 * HOUR), 1..40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let desk = Desk::open().await;
            super::figures::run(&desk, &acts).await;
            let report = replay_all(&desk.db).await.unwrap();
            assert_eq!(report.differing, 0, "{:?}", report.differences);
            super::figures::assert_equal_to_a_scan(&desk).await;
        });
    }
}

#[tokio::test]
async fn an_open_ticket_is_never_left_without_a_running_clock_or_a_pause() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    let view = desk.read(move |tx| load(tx, &bob, number)).await.unwrap();
    assert_eq!(view.ticket.state, State::New);
    assert!(view.clocks.iter().any(crate::service_level::Clock::is_alive));
}
