//! Who else is there, and the warning before two people answer at once.

use kernel::error::Kind;

use crate::fixture::Desk;
use crate::ticket::presence::{self, EXPIRES_AFTER_MILLIS, Present};
use crate::ticket::timeline::warn_of_news;
use crate::ticket::{Note, note, timeline};

#[tokio::test]
async fn who_looks_or_writes_is_shown_to_others_and_forgotten_after_a_while() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, manager, clock) = (desk.bob.cx(), desk.manager.cx(), desk.clock.clone());
    let person = desk.bob.user;
    desk.write(move |tx| {
        assert!(presence::look(tx, &bob, number, false)?, "coming is news");
        assert!(!presence::look(tx, &bob, number, false)?, "staying is none");
        assert!(presence::look(tx, &bob, number, true)?, "beginning to write is");
        let there = Present {
            person,
            is_typing: true,
        };
        assert_eq!(presence::others(tx, &manager, number)?, [there]);
        assert!(
            presence::others(tx, &bob, number)?.is_empty(),
            "nobody is told of oneself"
        );
        clock.advance_millis(EXPIRES_AFTER_MILLIS + 1);
        assert!(presence::others(tx, &manager, number)?.is_empty());
        presence::look(tx, &bob, number, false)?;
        presence::leave(tx, &bob, number)?;
        assert!(presence::others(tx, &manager, number)?.is_empty());
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_requester_does_not_see_who_is_there() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let ann = desk.ann.cx();
    let error = desk
        .read(move |tx| presence::others(tx, &ann, number))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Forbidden);
}

#[tokio::test]
async fn who_writes_while_another_answers_is_warned_and_not_by_oneself() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, manager) = (desk.bob.cx(), desk.manager.cx());
    let (own, foreign) = desk
        .write(move |tx| {
            let words = Note {
                body: "Looking".to_owned(),
                ..Note::default()
            };
            let seen = timeline(tx, &bob, number)?.last;
            note(tx, &bob, number, words.clone())?;
            let own = warn_of_news(tx, &bob, number, seen).is_ok();
            note(tx, &manager, number, words)?;
            Ok((own, warn_of_news(tx, &bob, number, seen)))
        })
        .await
        .map(|(own, foreign)| (own, foreign.unwrap_err()))
        .unwrap();
    assert!(own);
    assert_eq!(foreign.fields()[0].code, "desk.ticket.changed_since");
}
