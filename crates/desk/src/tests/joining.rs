//! Tickets that belong together: merging and the way back, splitting, parents and children.

use kernel::error::Kind;

use crate::fixture::{Desk, HOUR, MINUTE};
use crate::service_level::replaying::computed;
use crate::service_level::store::clocks;
use crate::ticket::family::{self, ParentRule, Relation};
use crate::ticket::value::{Channel, State, WaitingFor};
use crate::ticket::{
    Opening, Reply, Resolve, Wait, load, merge, merging, note, reopen, reply, resolve, split, timeline,
    unmerge, wait, watch,
};

fn solved() -> Resolve {
    Resolve {
        solution: "New roller".to_owned(),
        tested: true,
        untested_reason: None,
    }
}

/// Two tickets: Ann's printer, and the same told by somebody else.
async fn twice(desk: &Desk) -> (i64, i64) {
    let first = desk.printer().await.number;
    let carol = crate::fixture::Who::requester(7).at(&desk.clock);
    let opening = Opening {
        team: Some(crate::fixture::team(1)),
        ..Opening::new(
            carol.user,
            "No paper comes out",
            "Same printer, I think.",
            Channel::Portal,
        )
    };
    let cx = carol.cx();
    let second = desk
        .write(move |tx| crate::ticket::open(tx, &cx, opening.clone()))
        .await
        .unwrap();
    (first, second.number)
}

#[tokio::test]
async fn a_merge_closes_without_a_question_and_its_words_are_read_in_the_other() {
    let desk = Desk::open().await;
    let (first, second) = twice(&desk).await;
    let bob = desk.bob.cx();
    let (merged, target, question, entries) = desk
        .write(move |tx| {
            merge(tx, &bob, second, first)?;
            let merged = load(tx, &bob, second)?;
            let target = load(tx, &bob, first)?;
            let question = crate::verification::store::open_question(tx, second)?;
            Ok((merged, target, question, timeline(tx, &bob, first)?.entries))
        })
        .await
        .unwrap();
    assert_eq!(
        (merged.ticket.state, merged.merged_into),
        (State::Closed, Some(first))
    );
    assert!(question.is_none(), "nobody is asked whether it is solved");
    assert!(
        merged.ticket.resolved_at.is_none() && merged.resolutions.is_empty(),
        "it is not counted as solved"
    );
    assert!(
        target.watchers.contains(&merged.ticket.requester),
        "its requester takes part from now on"
    );
    let words: Vec<i64> = entries
        .iter()
        .filter_map(|entry| match entry {
            crate::ticket::Entry::Article(article) => Some(article.ticket),
            crate::ticket::Entry::Event(_) => None,
        })
        .collect();
    assert!(words.contains(&first) && words.contains(&second), "{words:?}");
    let ann = desk.ann.cx();
    let own = desk.read(move |tx| timeline(tx, &ann, first)).await.unwrap();
    assert!(
        own.entries.iter().all(|entry| match entry {
            crate::ticket::Entry::Article(article) => article.ticket == first,
            crate::ticket::Entry::Event(_) => true,
        }),
        "a requester does not read what another wrote to the desk"
    );
}

#[tokio::test]
async fn the_way_back_puts_everything_where_it_was_and_the_clocks_agree() {
    let desk = Desk::open().await;
    let (first, second) = twice(&desk).await;
    let bob = desk.bob.cx();
    let waited = bob.clone();
    desk.write(move |tx| {
        let whom = Wait {
            whom: WaitingFor::Supplier,
            reason: "Parts are ordered".to_owned(),
            until: None,
        };
        wait(tx, &waited, second, whom)
    })
    .await
    .unwrap();
    desk.clock.advance_millis(HOUR);
    let (before, clocks_before) = {
        let bob = bob.clone();
        desk.read(move |tx| Ok((load(tx, &bob, second)?, clocks(tx, second)?)))
            .await
            .unwrap()
    };
    let there = bob.clone();
    let merged = desk
        .write(move |tx| {
            merge(tx, &there, second, first)?;
            Ok((clocks(tx, second)?, computed(tx, second)?))
        })
        .await
        .unwrap();
    assert!(
        merged.0.iter().all(|clock| !clock.is_alive()),
        "a merged ticket's clocks stop"
    );
    assert_eq!(without_steps(merged.0), without_steps(merged.1));
    desk.clock.advance_millis(10 * MINUTE);
    let back = bob.clone();
    let (after, watchers, clocks_after, replayed) = desk
        .write(move |tx| {
            unmerge(tx, &back, second)?;
            let target = load(tx, &back, first)?;
            Ok((
                load(tx, &back, second)?,
                target.watchers,
                clocks(tx, second)?,
                computed(tx, second)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(after.ticket.state, State::WaitingSupplier);
    assert_eq!(after.ticket.waiting_reason, before.ticket.waiting_reason);
    assert_eq!((after.ticket.closed_at, after.merged_into), (None, None));
    assert!(watchers.is_empty(), "who came by the merge goes with it");
    assert_eq!(without_steps(clocks_after.clone()), without_steps(replayed));
    assert_eq!(
        without_steps(clocks_after),
        without_steps(clocks_before),
        "to the clocks it never happened"
    );
}

fn without_steps(clocks: Vec<crate::service_level::clock::Clock>) -> Vec<crate::service_level::clock::Clock> {
    clocks
        .into_iter()
        .map(|clock| crate::service_level::clock::Clock {
            steps: Vec::new(),
            ..clock
        })
        .collect()
}

#[tokio::test]
async fn who_watched_before_the_merge_watches_after_the_way_back() {
    let desk = Desk::open().await;
    let (first, second) = twice(&desk).await;
    let bob = desk.bob.cx();
    let person = desk.bob.user;
    let watchers = desk
        .write(move |tx| {
            watch(tx, &bob, first, person)?;
            watch(tx, &bob, second, person)?;
            merge(tx, &bob, second, first)?;
            unmerge(tx, &bob, second)?;
            Ok(load(tx, &bob, first)?.watchers)
        })
        .await
        .unwrap();
    assert_eq!(watchers, [person]);
}

#[tokio::test]
async fn a_merged_ticket_takes_no_reply_and_is_not_reopened_but_taken_out() {
    let desk = Desk::open().await;
    let (first, second) = twice(&desk).await;
    let bob = desk.bob.cx();
    let there = bob.clone();
    desk.write(move |tx| merge(tx, &there, second, first))
        .await
        .unwrap();
    let (cx, words) = (
        bob.clone(),
        Reply {
            body: "Hello".to_owned(),
            ..Reply::default()
        },
    );
    let error = desk
        .write(move |tx| reply(tx, &cx, second, words.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "desk.ticket.merged");
    let cx = bob.clone();
    let error = desk
        .write(move |tx| reopen(tx, &cx, second, "again"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "desk.ticket.merged");
    let cx = bob.clone();
    let error = desk
        .write(move |tx| merge(tx, &cx, second, first))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "desk.ticket.merge_not_open");
    let error = desk.write(move |tx| unmerge(tx, &bob, first)).await.unwrap_err();
    assert_eq!(error.code(), "desk.ticket.not_merged");
}

#[tokio::test]
async fn a_merge_takes_rights_on_both_tickets() {
    let desk = Desk::open().await;
    let (first, _) = twice(&desk).await;
    let foreign = desk
        .report(Opening {
            team: Some(crate::fixture::team(2)),
            ..desk.ann_reports("Other team")
        })
        .await;
    let cx = desk.bob.cx();
    let error = desk
        .write(move |tx| merge(tx, &cx, first, foreign.number))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()[0].code.as_str()),
        (Kind::Invalid, "desk.ticket.other_unknown")
    );
    let cx = desk.bob.cx();
    let error = desk
        .write(move |tx| merge(tx, &cx, foreign.number, first))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
}

#[tokio::test]
async fn a_chain_of_merges_leads_to_its_end_and_shows_all_words() {
    let desk = Desk::open().await;
    let (first, second) = twice(&desk).await;
    let third = desk.printer().await.number;
    let bob = desk.bob.cx();
    let (end, tickets) = desk
        .write(move |tx| {
            merge(tx, &bob, second, first)?;
            merge(tx, &bob, first, third)?;
            let start = load(tx, &bob, second)?.ticket;
            let end = merging::follow(tx, start)?.number;
            Ok((end, merging::store::merged_into(tx, third)?))
        })
        .await
        .unwrap();
    assert_eq!((end, tickets), (third, vec![first, second]));
}

#[tokio::test]
async fn a_word_becomes_a_ticket_of_its_own_and_a_note_does_not() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (ann, bob) = (desk.ann.cx(), desk.bob.cx());
    let (made, links, refused) = desk
        .write(move |tx| {
            let words = Reply {
                body: "And my chair squeaks.".to_owned(),
                ..Reply::default()
            };
            let (_, article) = reply(tx, &ann, number, words)?;
            let made = split(tx, &bob, number, article, "Chair squeaks")?;
            let kept = crate::ticket::Note {
                body: "Secret".to_owned(),
                ..crate::ticket::Note::default()
            };
            let (source, secret) = note(tx, &bob, number, kept)?;
            let refused = split(tx, &bob, number, secret, "Secret").unwrap_err();
            Ok((made, family::linked(tx, &bob, &source)?, refused))
        })
        .await
        .unwrap();
    assert_eq!(
        (made.requester, made.title.as_str()),
        (desk.ann.user, "Chair squeaks")
    );
    assert_eq!(
        (links[0].ticket.number, links[0].relation),
        (made.number, Relation::Related)
    );
    assert_eq!(refused.code(), "desk.ticket.split_note");
}

#[tokio::test]
async fn a_parent_waits_for_its_children_unless_the_desk_says_otherwise() {
    let desk = Desk::open().await;
    let (parent, child) = twice(&desk).await;
    let bob = desk.bob.cx();
    let cx = bob.clone();
    let circle = desk
        .write(move |tx| {
            family::relate(tx, &cx, parent, Relation::ParentOf, child)?;
            Ok(family::relate(tx, &cx, child, Relation::ParentOf, parent).unwrap_err())
        })
        .await
        .unwrap();
    assert_eq!(circle.fields()[0].code, "desk.ticket.link_circle");
    let cx = bob.clone();
    let refused = desk
        .write(move |tx| resolve(tx, &cx, parent, solved()))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "desk.ticket.children_open");
    assert!(
        refused.message(kernel::Locale::En).contains(&format!("#{child}"))
            || format!("{refused:?}").contains(&format!("#{child}"))
    );
    let (cx, house) = (bob.clone(), desk.system());
    let states = desk
        .write(move |tx| {
            kernel::setting::put(tx, &house, family::RULE_SETTING, ParentRule::Resolve.as_str())?;
            resolve(tx, &cx, parent, solved())?;
            Ok((
                load(tx, &cx, parent)?.ticket.state,
                load(tx, &cx, child)?.ticket.state,
            ))
        })
        .await
        .unwrap();
    assert_eq!(states, (State::Resolved, State::Resolved));
}
