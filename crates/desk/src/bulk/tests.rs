//! What was taken over in bulk stands as if it had been done step by step.

use kernel::time::Timestamp;

use super::{Act, Past, Rules, insert, reckon};
use crate::fixture::{self, DAY, Desk, HOUR, MONDAY};
use crate::service_level;
use crate::tests::figures::assert_equal_to_a_scan;
use crate::ticket::value::{State, Voice, WaitingFor};
use crate::ticket::{Entry, Verify, load, timeline, verify};

fn pasts(desk: &Desk) -> Vec<Past> {
    let (ann, bob) = (desk.ann.user, desk.bob.user);
    let at = |hours: i64| Timestamp::from_millis(MONDAY.millis() - 7 * DAY + hours * HOUR);
    let say = |author, voice, body: &str| Act::Say {
        author,
        voice,
        body: body.to_owned(),
    };
    let all = [
        (at(0), Act::Take { person: bob }),
        (at(1), say(bob, Voice::Staff, "Which printer?")),
        (at(2), say(ann, Voice::Requester, "The one on floor 3.")),
        (
            at(3),
            Act::Wait {
                by: bob,
                whom: WaitingFor::Requester,
                reason: "paper".to_owned(),
            },
        ),
        (at(30), say(ann, Voice::Requester, "There is paper.")),
        (
            at(31),
            Act::Resolve {
                by: bob,
                solution: "Fuser replaced.".to_owned(),
            },
        ),
        (at(40), Act::Confirm),
    ];
    // One ticket for each length of the story: every state on the way is left behind by one of them.
    (0..=all.len())
        .map(|length| {
            let mut ticket = fixture::ticket(0);
            (ticket.requester, ticket.team, ticket.created_at) = (ann, Some(fixture::team(1)), at(0));
            let acts = all[..length].to_vec();
            Past {
                ticket,
                body: "It does not print.".to_owned(),
                tags: vec!["floor-3".to_owned()],
                acts,
            }
        })
        .collect()
}

async fn take_over(desk: &Desk) -> Vec<i64> {
    let (cx, pasts) = (desk.system(), pasts(desk));
    desk.write(move |tx| {
        let rules = Rules::load(tx)?;
        let reckoned = reckon(&rules, &cx, &pasts)?;
        insert(tx, &cx, &reckoned)
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn clocks_replay_to_what_is_stored_and_figures_equal_a_scan() {
    let desk = Desk::open().await;
    let numbers = take_over(&desk).await;
    let report = service_level::replay_all(&desk.db).await.unwrap();
    assert_eq!(
        (report.tickets, report.differing),
        (8, 0),
        "{:?}",
        report.differences
    );
    assert!(report.clocks >= 16);
    assert_equal_to_a_scan(&desk).await;
    let cx = desk.manager.cx();
    let states = desk.read(move |tx| {
        numbers
            .iter()
            .map(|n| Ok(load(tx, &cx, *n)?.ticket.state))
            .collect::<Result<Vec<_>, _>>()
    });
    use State::{Closed, InProgress, New, Resolved, WaitingRequester};
    let wanted = [
        New,
        InProgress,
        InProgress,
        InProgress,
        WaitingRequester,
        InProgress,
        Resolved,
        Closed,
    ];
    assert_eq!(states.await.unwrap(), wanted);
}

#[tokio::test]
async fn the_sweep_and_the_requesters_answer_go_on_from_there() {
    let desk = Desk::open().await;
    let numbers = take_over(&desk).await;
    let swept = service_level::sweep(&desk.db, &desk.system()).await.unwrap();
    assert!(swept.steps > 0 && swept.failed == 0, "{swept:?}");
    let (ann, resolved) = (desk.ann.cx(), numbers[6]);
    let yes = Verify {
        accepted: true,
        comment: None,
    };
    desk.write(move |tx| verify(tx, &ann, resolved, yes.clone()))
        .await
        .unwrap();
    assert_equal_to_a_scan(&desk).await;
    let report = service_level::replay_all(&desk.db).await.unwrap();
    assert_eq!(report.differing, 0, "{:?}", report.differences);
}

#[tokio::test]
async fn the_conversation_shows_what_was_said_and_what_happened() {
    let desk = Desk::open().await;
    let last = *take_over(&desk).await.last().unwrap();
    let cx = desk.manager.cx();
    let line = desk.read(move |tx| timeline(tx, &cx, last)).await.unwrap();
    let said: Vec<&str> = line
        .entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Article(article) => Some(article.body.as_str()),
            Entry::Event(_) => None,
        })
        .collect();
    assert_eq!(
        said,
        [
            "It does not print.",
            "Which printer?",
            "The one on floor 3.",
            "There is paper."
        ]
    );
    let happened: Vec<&str> = line
        .entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Event(event) => Some(event.kind.as_str()),
            Entry::Article(_) => None,
        })
        .collect();
    assert_eq!(
        happened,
        [
            "desk.ticket.assigned",
            "desk.ticket.waiting",
            "desk.ticket.replied",
            "desk.ticket.resolved",
            "desk.ticket.confirmed"
        ]
    );
}
