//! One request all the way round, and what cannot be skipped on it.

use kernel::error::Kind;
use kernel::event;

use crate::fixture::{DAY, Desk, HOUR, MINUTE};
use crate::service_level::{ClockKind, ClockState};
use crate::ticket::value::{State, Voice, WaitingFor};
use crate::ticket::{
    Entry, Reply, Resolve, Verify, Wait, close_silent, load, reopen, reply, resolve, take, timeline, verify,
    wait,
};
use crate::verification::{self, Answer};
use crate::{events, jobs};

fn said(body: &str) -> Reply {
    Reply {
        body: body.to_owned(),
        ..Reply::default()
    }
}

fn solved() -> Resolve {
    Resolve {
        solution: "A new fuser was put in.".to_owned(),
        tested: true,
        untested_reason: None,
    }
}

async fn resolved(desk: &Desk) -> i64 {
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    desk.write(move |tx| {
        take(tx, &bob, number)?;
        resolve(tx, &bob, number, solved())
    })
    .await
    .unwrap();
    number
}

#[tokio::test]
async fn a_request_goes_round_the_loop_and_every_step_can_be_read_back() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (ann, bob) = (desk.ann.cx(), desk.bob.cx());
    desk.clock.advance_millis(10 * MINUTE);
    let writer = bob.clone();
    desk.write(move |tx| {
        take(tx, &writer, number)?;
        reply(tx, &writer, number, said("I am on my way."))?;
        resolve(tx, &writer, number, solved())
    })
    .await
    .unwrap();
    desk.clock.advance_millis(HOUR);
    let closed = desk
        .write(move |tx| {
            verify(
                tx,
                &ann,
                number,
                Verify {
                    accepted: true,
                    comment: Some("Prints!".to_owned()),
                },
            )
        })
        .await
        .unwrap();
    assert_eq!(closed.state, State::Closed);
    assert_eq!(closed.closed_at, Some(desk.clock.now()));
    let kinds: Vec<String> = desk
        .read(move |tx| event::of_subject(tx, &format!("ticket:{number}"), 0, 100))
        .await
        .unwrap()
        .into_iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            events::TICKET_OPENED,
            events::TICKET_ASSIGNED,
            events::TICKET_REPLIED,
            events::TICKET_RESOLVED,
            events::TICKET_CONFIRMED
        ]
    );
    let read = desk.read(move |tx| timeline(tx, &bob, number)).await.unwrap();
    let bodies: Vec<&str> = read
        .entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Article(article) => Some(article.body.as_str()),
            Entry::Event(_) => None,
        })
        .collect();
    assert_eq!(
        bodies,
        ["It does not print at all.", "I am on my way.", "Prints!"]
    );
}

#[tokio::test]
async fn a_no_reopens_with_the_same_owner_and_counts_as_a_failed_fix() {
    let desk = Desk::open().await;
    let number = resolved(&desk).await;
    let (ann, bob) = (desk.ann.cx(), desk.bob.cx());
    let refused = desk
        .write(move |tx| {
            verify(
                tx,
                &ann,
                number,
                Verify {
                    accepted: false,
                    comment: Some("Still dead".to_owned()),
                },
            )
        })
        .await
        .unwrap();
    assert_eq!((refused.state, refused.reopen_count), (State::InProgress, 1));
    assert_eq!(refused.assignee, Some(desk.bob.user));
    assert_eq!(refused.last_voice, Voice::Requester);
    let view = desk.read(move |tx| load(tx, &bob, number)).await.unwrap();
    assert!(view.resolutions[0].failed);
    assert!(view.question.is_none());
    let solution = view
        .clocks
        .iter()
        .find(|clock| clock.kind == ClockKind::Solution)
        .unwrap();
    assert_eq!(solution.state, ClockState::Running);
}

#[tokio::test]
async fn closing_a_ticket_stops_its_clock() {
    let desk = Desk::open().await;
    let number = resolved(&desk).await;
    let ann = desk.ann.cx();
    let closed = desk
        .write(move |tx| {
            verify(
                tx,
                &ann,
                number,
                Verify {
                    accepted: true,
                    comment: None,
                },
            )
        })
        .await
        .unwrap();
    assert_eq!((closed.next_due_at, closed.overdue), (None, false));
    let bob = desk.bob.cx();
    desk.clock.advance_millis(30 * DAY);
    let view = desk.read(move |tx| load(tx, &bob, number)).await.unwrap();
    assert!(
        view.clocks.iter().all(|clock| !clock.is_alive()),
        "{:?}",
        view.clocks
    );
    assert_eq!(
        crate::service_level::sweep(&desk.db, &desk.system())
            .await
            .unwrap()
            .steps,
        0
    );
}

#[tokio::test]
async fn silence_closes_after_the_stated_working_days_and_is_counted_apart() {
    let desk = Desk::open().await;
    let number = resolved(&desk).await;
    // Monday 10:00 and five working days: next Monday 10:00.
    desk.clock.advance_millis(7 * DAY - MINUTE);
    assert_eq!(jobs::close_all_silent(&desk.db, &desk.system()).await.unwrap(), 0);
    desk.clock.advance_millis(2 * MINUTE);
    assert_eq!(jobs::close_all_silent(&desk.db, &desk.system()).await.unwrap(), 1);
    assert_eq!(jobs::close_all_silent(&desk.db, &desk.system()).await.unwrap(), 0);
    let manager = desk.manager.cx();
    let view = desk.read(move |tx| load(tx, &manager, number)).await.unwrap();
    assert_eq!(view.ticket.state, State::Closed);
    let other = resolved(&desk).await;
    let ann = desk.ann.cx();
    desk.write(move |tx| {
        verify(
            tx,
            &ann,
            other,
            Verify {
                accepted: true,
                comment: None,
            },
        )
    })
    .await
    .unwrap();
    let (from, to) = (crate::fixture::MONDAY, desk.clock.now().add_secs(1));
    let tally = desk
        .read(move |tx| verification::store::tally(tx, from, to))
        .await
        .unwrap();
    assert_eq!(tally, [(Answer::Accepted, 1), (Answer::Silent, 1)]);
}

#[tokio::test]
async fn nobody_at_the_desk_closes_by_silence_by_hand() {
    let desk = Desk::open().await;
    let number = resolved(&desk).await;
    desk.clock.advance_millis(30 * DAY);
    let manager = desk.manager.cx();
    let error = desk
        .write(move |tx| close_silent(tx, &manager, number))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Forbidden);
}

#[tokio::test]
async fn a_word_of_the_requester_lets_the_silence_begin_anew_without_reopening() {
    let desk = Desk::open().await;
    let number = resolved(&desk).await;
    desk.clock.advance_millis(6 * DAY);
    let ann = desk.ann.cx();
    let (thanked, _) = desk
        .write(move |tx| reply(tx, &ann, number, said("Thank you!")))
        .await
        .unwrap();
    assert_eq!(
        (thanked.state, thanked.last_voice),
        (State::Resolved, Voice::Requester)
    );
    desk.clock.advance_millis(2 * DAY);
    assert_eq!(jobs::close_all_silent(&desk.db, &desk.system()).await.unwrap(), 0);
    desk.clock.advance_millis(6 * DAY);
    assert_eq!(jobs::close_all_silent(&desk.db, &desk.system()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_signed_link_answers_once_and_only_its_own_question() {
    let desk = Desk::open().await;
    let number = resolved(&desk).await;
    let nobody = kernel::cx::Cx {
        actor: kernel::cx::Actor::Anonymous,
        ..desk.system()
    };
    let system = desk.system();
    let token = desk
        .write(move |tx| verification::link_token(tx, &system, number))
        .await
        .unwrap()
        .unwrap();
    let (cx, text) = (nobody.clone(), token.clone());
    let asked = desk
        .read(move |tx| verification::peek(tx, &cx, &text))
        .await
        .unwrap();
    assert_eq!(
        (asked.ticket.number, asked.solution.as_str()),
        (number, "A new fuser was put in.")
    );
    let (cx, text) = (nobody.clone(), format!("{token}x"));
    let forged = desk
        .read(move |tx| verification::peek(tx, &cx, &text))
        .await
        .unwrap_err();
    assert_eq!(forged.kind(), Kind::NotFound);
    let answer = move |accepted| {
        let (cx, text) = (nobody.clone(), token.clone());
        desk_answer(cx, text, accepted)
    };
    let refused = desk.write(answer(false)).await.unwrap();
    assert_eq!((refused.state, refused.reopen_count), (State::InProgress, 1));
    let again = desk.write(answer(true)).await.unwrap_err();
    assert_eq!(again.code(), "desk.verification.answered");
    let bob = desk.bob.cx();
    desk.write(move |tx| resolve(tx, &bob, number, solved()))
        .await
        .unwrap();
    let old = desk.write(answer(true)).await.unwrap_err();
    assert_eq!(
        old.code(),
        "desk.verification.answered",
        "the link of the first question opens no second one"
    );
}

fn desk_answer(
    cx: kernel::cx::Cx,
    token: String,
    accepted: bool,
) -> impl FnMut(&mut kernel::db::Tx<'_>) -> kernel::error::Result<crate::ticket::Ticket> + Send + 'static {
    move |tx| {
        verification::answer(
            tx,
            &cx,
            &token,
            Verify {
                accepted,
                comment: None,
            },
        )
    }
}

#[tokio::test]
async fn an_expired_link_says_so_and_changes_nothing() {
    let desk = Desk::open().await;
    let number = resolved(&desk).await;
    let system = desk.system();
    let token = desk
        .write(move |tx| verification::link_token(tx, &system, number))
        .await
        .unwrap()
        .unwrap();
    desk.clock.advance_millis(61 * DAY);
    let error = desk
        .write(desk_answer(desk.system(), token, true))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "desk.verification.expired");
}

#[tokio::test]
async fn the_requesters_answer_ends_the_waiting_for_it() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (ann, bob) = (desk.ann.cx(), desk.bob.cx());
    let waiting = Wait {
        whom: WaitingFor::Requester,
        reason: "Which printer?".to_owned(),
        until: None,
    };
    let paused = desk
        .write(move |tx| wait(tx, &bob, number, waiting.clone()))
        .await
        .unwrap();
    assert_eq!(
        (paused.state, paused.next_due_at),
        (State::WaitingRequester, None)
    );
    desk.clock.advance_millis(3 * DAY);
    let (resumed, _) = desk
        .write(move |tx| reply(tx, &ann, number, said("The left one")))
        .await
        .unwrap();
    assert_eq!((resumed.state, resumed.waiting_reason), (State::InProgress, None));
    assert!(resumed.next_due_at.unwrap() > desk.clock.now());
}

#[tokio::test]
async fn a_closed_ticket_takes_no_reply_until_it_is_reopened() {
    let desk = Desk::open().await;
    let number = resolved(&desk).await;
    let ann = desk.ann.cx();
    desk.write(move |tx| {
        verify(
            tx,
            &ann,
            number,
            Verify {
                accepted: true,
                comment: None,
            },
        )
    })
    .await
    .unwrap();
    let ann = desk.ann.cx();
    let error = desk
        .write(move |tx| reply(tx, &ann, number, said("Broken again")))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "desk.ticket.closed");
    let ann = desk.ann.cx();
    let back = desk
        .write(move |tx| reopen(tx, &ann, number, "Broken again"))
        .await
        .unwrap();
    assert_eq!(
        (back.state, back.assignee, back.closed_at),
        (State::InProgress, Some(desk.bob.user), None)
    );
}
