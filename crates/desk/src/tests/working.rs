//! Work on a ticket: hand-offs, edits, priorities, owners.

use crate::fixture::Desk;
use crate::ticket::escalating::Handoff;
use crate::ticket::value::{Priority, Tier};
use crate::ticket::{Assign, Change, Escalate, Note, Resolve, assign, change, escalate, load, note, resolve};

#[tokio::test]
async fn a_hand_off_cannot_be_skipped() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    let up = move |handoff: Handoff| {
        let bob = bob.clone();
        move |tx: &mut kernel::db::Tx<'_>| {
            let handoff = handoff.clone();
            let tier = Tier::new(2)?;
            escalate(
                tx,
                &bob,
                number,
                Escalate {
                    tier,
                    handoff,
                    team: None,
                    assignee: None,
                },
            )
        }
    };
    let half = Handoff {
        tried: "Restarted it".to_owned(),
        known: "  \n".to_owned(),
        boundary: String::new(),
    };
    let error = desk.write(up(half)).await.unwrap_err();
    let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["handoff.known", "handoff.boundary"]);
    let whole = Handoff {
        tried: "Restarted it".to_owned(),
        known: "Error 50.3".to_owned(),
        boundary: "No spare parts here".to_owned(),
    };
    let raised = desk.write(up(whole.clone())).await.unwrap();
    assert_eq!(raised.tier, Tier::new(2).unwrap());
    let bob = desk.bob.cx();
    let view = desk.read(move |tx| load(tx, &bob, number)).await.unwrap();
    assert_eq!(view.escalations[0].handoff, whole);
    let down = desk.write(up(whole)).await.unwrap_err();
    assert_eq!(down.code(), "desk.ticket.tier_not_above");
}

#[tokio::test]
async fn an_untested_solution_says_why() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    let untested = Resolve {
        solution: "Should print now".to_owned(),
        tested: false,
        untested_reason: None,
    };
    let error = desk
        .write(move |tx| resolve(tx, &bob, number, untested.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.fields()[0].field, "untested_reason");
}

#[tokio::test]
async fn an_editor_who_read_an_older_version_is_told() {
    let desk = Desk::open().await;
    let ticket = desk.printer().await;
    let bob = desk.bob.cx();
    let writer = bob.clone();
    desk.write(move |tx| {
        note(
            tx,
            &writer,
            ticket.number,
            Note {
                body: "Looking".to_owned(),
                ..Note::default()
            },
        )
    })
    .await
    .unwrap();
    let late = Change {
        title: Some("Late".to_owned()),
        expected_version: Some(ticket.version),
        ..Change::default()
    };
    let error = desk
        .write(move |tx| change(tx, &bob, ticket.number, late.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "desk.ticket.changed_meanwhile");
}

#[tokio::test]
async fn the_priority_follows_the_matrix_until_it_is_pinned() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    let edit = move |edit: Change| {
        let bob = bob.clone();
        move |tx: &mut kernel::db::Tx<'_>| change(tx, &bob, number, edit.clone())
    };
    let wide = Change {
        impact: Some(crate::ticket::Impact::Site),
        urgency: Some(crate::ticket::Urgency::High),
        ..Change::default()
    };
    let raised = desk.write(edit(wide)).await.unwrap();
    assert_eq!(
        (raised.priority, raised.policy.as_deref()),
        (Priority::P0, Some("p0@2"))
    );
    let pinned = Change {
        priority: Some(crate::ticket::changing::Pin::To(Priority::P3)),
        ..Change::default()
    };
    assert_eq!(desk.write(edit(pinned)).await.unwrap().priority, Priority::P3);
    let narrow = Change {
        impact: Some(crate::ticket::Impact::Person),
        ..Change::default()
    };
    assert_eq!(desk.write(edit(narrow)).await.unwrap().priority, Priority::P3);
    let loose = Change {
        priority: Some(crate::ticket::changing::Pin::Loose),
        ..Change::default()
    };
    assert_eq!(desk.write(edit(loose)).await.unwrap().priority, Priority::P2);
}

#[tokio::test]
async fn assigning_by_hand_is_remembered_with_its_way() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    let person = desk.bob.user;
    let why = desk
        .write(move |tx| {
            assign(tx, &bob, number, Assign::Person(person))?;
            crate::ticket::assigning::why(tx, &bob, number)
        })
        .await
        .unwrap();
    assert_eq!((why[0].assignee, why[0].by_hand), (Some(person), true));
}
