//! Changing many tickets at once: who is refused, what goes back, and that the clocks go on as if nothing had been.

use kernel::error::Kind;
use kernel::event;

use crate::batch::{self, Batch, BatchId, Many, Undone};
use crate::fixture::{Desk, Who, team};
use crate::saved_view::criteria::Whose;
use crate::ticket::value::{Category, Impact, State, Urgency};
use crate::ticket::{self, Ticket};

async fn many(desk: &Desk, who: &Who, numbers: Vec<i64>, change: Many) -> kernel::Result<Batch> {
    let cx = who.cx();
    desk.write(move |tx| batch::many(tx, &cx, &numbers, &change))
        .await
}

async fn undo(desk: &Desk, who: &Who, id: BatchId) -> kernel::Result<Undone> {
    let cx = who.cx();
    desk.write(move |tx| batch::undo(tx, &cx, id)).await
}

async fn loaded(desk: &Desk, number: i64) -> (Ticket, Vec<String>) {
    desk.read(move |tx| {
        let ticket = ticket::store::load(tx, number)?.unwrap();
        Ok((ticket, ticket::store::tags(tx, number)?))
    })
    .await
    .unwrap()
}

/// What goes back must be the same but for what every change moves.
fn settled(mut ticket: Ticket) -> Ticket {
    ticket.updated_at = crate::fixture::MONDAY;
    ticket.version = 0;
    ticket
}

#[tokio::test]
async fn some_are_changed_and_the_others_are_named_with_the_reason() {
    let desk = Desk::open().await;
    let (first, resolved) = (desk.printer().await.number, desk.printer().await.number);
    let mut foreign = desk.ann_reports("The other team's");
    foreign.team = Some(team(2));
    let foreign = desk.report(foreign).await.number;
    let bob = desk.bob.cx();
    desk.write(move |tx| {
        let resolve = ticket::Resolve {
            solution: "New fuser".to_owned(),
            tested: true,
            ..ticket::Resolve::default()
        };
        ticket::resolve(tx, &bob, resolved, resolve)
    })
    .await
    .unwrap();
    let change = Many {
        assignee: Some(Whose::Mine),
        state: Some(State::InProgress),
        ..Many::default()
    };
    let before = loaded(&desk, resolved).await.0;
    let batch = many(
        &desk,
        &desk.bob,
        vec![foreign, resolved, first, first, 999],
        change,
    )
    .await
    .unwrap();
    assert_eq!(batch.numbers, [first]);
    let refused: Vec<(i64, &str)> = batch
        .refused
        .iter()
        .map(|refusal| (refusal.number, refusal.code.as_str()))
        .collect();
    assert_eq!(refused.len(), 3, "{refused:?}");
    assert_eq!(refused[0], (resolved, "desk.ticket.already_resolved"));
    assert!(batch.refused.iter().all(|refusal| !refusal.words.is_empty()));
    // The assignment that went before the refusal was taken back with it.
    assert_eq!(loaded(&desk, resolved).await.0, before);
    assert_eq!(loaded(&desk, first).await.0.assignee, Some(desk.bob.user));
}

#[tokio::test]
async fn undo_puts_back_exactly_what_was_before_and_the_clocks_with_it() {
    let desk = Desk::open().await;
    let mut numbers = Vec::new();
    for _ in 0..3 {
        numbers.push(desk.printer().await.number);
    }
    let mut before = Vec::new();
    for number in &numbers {
        before.push(loaded(&desk, *number).await);
    }
    desk.clock.advance_millis(60_000);
    let change = Many {
        team: Some(team(2)),
        category: Some(Category::Network),
        impact: Some(Impact::Site),
        urgency: Some(Urgency::High),
        add_tags: vec!["Outage".to_owned()],
        state: Some(State::Resolved),
        solution: Some("The switch was restarted".to_owned()),
        tested: true,
        watch: Some(true),
        ..Many::default()
    };
    let batch = many(&desk, &desk.manager, numbers.clone(), change).await.unwrap();
    assert_eq!((batch.numbers.len(), batch.refused.len()), (3, 0));
    let changed = loaded(&desk, numbers[0]).await;
    assert_eq!(
        (changed.0.state, changed.1),
        (State::Resolved, vec!["outage".to_owned()])
    );
    desk.clock.advance_millis(9_000);
    let other = undo(&desk, &desk.bob, batch.id).await;
    assert_eq!(other.unwrap_err().kind(), Kind::NotFound);
    let undone = undo(&desk, &desk.manager, batch.id).await.unwrap();
    assert!(undone.batch.kept.is_empty());
    for (number, (ticket, tags)) in numbers.iter().zip(before) {
        let (now, now_tags) = loaded(&desk, *number).await;
        assert_eq!((settled(now), now_tags), (settled(ticket), tags));
        let (manager, number) = (desk.manager.cx(), *number);
        let view = desk
            .read(move |tx| ticket::load(tx, &manager, number))
            .await
            .unwrap();
        assert!(view.question.is_none() && view.resolutions.is_empty() && view.watchers.is_empty());
        assert!(
            view.clocks.iter().all(|clock| clock.is_alive()),
            "{:?}",
            view.clocks
        );
    }
    let again = undo(&desk, &desk.manager, batch.id).await.unwrap_err();
    assert_eq!(again.code(), "desk.bulk.undone_already");
    desk.read(|tx| {
        assert_eq!(crate::view::store::stored(tx)?, crate::view::store::scan(tx)?);
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_somebody_changed_since_stays_and_is_named() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let change = Many {
        category: Some(Category::Network),
        add_tags: vec!["vip".to_owned()],
        ..Many::default()
    };
    let batch = many(&desk, &desk.bob, vec![number], change).await.unwrap();
    let manager = desk.manager.cx();
    desk.write(move |tx| {
        let change = ticket::Change {
            category: Some(Category::Security),
            ..ticket::Change::default()
        };
        ticket::change(tx, &manager, number, change)
    })
    .await
    .unwrap();
    let undone = undo(&desk, &desk.bob, batch.id).await.unwrap();
    assert_eq!(undone.batch.kept.len(), 1);
    assert_eq!(undone.batch.kept[0].code, "desk.bulk.changed_since");
    let (now, tags) = loaded(&desk, number).await;
    assert_eq!((now.category, tags.len()), (Category::Security, 0));
}

#[tokio::test]
async fn after_ten_seconds_and_a_little_grace_it_is_too_late() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let change = || Many {
        star: Some(true),
        category: Some(Category::Network),
        ..Many::default()
    };
    let batch = many(&desk, &desk.bob, vec![number], change()).await.unwrap();
    assert!(batch.undo_until(desk.clock.now()).is_some());
    desk.clock.advance_millis(11_000);
    assert!(batch.undo_until(desk.clock.now()).is_none());
    desk.clock.advance_millis(3_000);
    let late = undo(&desk, &desk.bob, batch.id).await.unwrap_err();
    assert_eq!(late.code(), "desk.bulk.too_late");
}

#[tokio::test]
async fn a_change_that_makes_no_sense_is_refused_once_with_its_fields() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let fields = async |numbers: Vec<i64>, change: Many| {
        let error = many(&desk, &desk.bob, numbers, change).await.unwrap_err();
        let names: Vec<String> = error.fields().iter().map(|field| field.field.clone()).collect();
        names.join(" ")
    };
    assert_eq!(fields(Vec::new(), Many::default()).await, "numbers change");
    let resolve = Many {
        state: Some(State::Resolved),
        ..Many::default()
    };
    assert_eq!(fields(vec![number], resolve).await, "solution untested_reason");
    let close = Many {
        state: Some(State::Closed),
        ..Many::default()
    };
    assert_eq!(fields(vec![number], close).await, "state");
    let star = Many {
        star: Some(true),
        ..Many::default()
    };
    assert_eq!(fields((1..=201).collect(), star).await, "numbers");
    let refused = many(&desk, &desk.ann, vec![number], Many::default()).await;
    assert_eq!(refused.unwrap_err().kind(), Kind::Forbidden);
}

#[tokio::test]
async fn letters_about_it_wait_until_it_can_no_longer_be_taken_back() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let change = Many {
        assignee: Some(Whose::Mine),
        ..Many::default()
    };
    many(&desk, &desk.bob, vec![number], change).await.unwrap();
    let held = async || {
        let cx = desk.system();
        desk.write(move |tx| {
            let mut events = event::of_subject(tx, &ticket::subject(number), 0, 100)?;
            let assigned = events.pop().unwrap();
            batch::holding::holds_back(tx, &cx, &assigned)
        })
        .await
        .unwrap()
    };
    assert!(held().await);
    desk.clock.advance_millis(14_000);
    assert!(!held().await);
}
