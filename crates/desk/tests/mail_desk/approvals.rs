//! Approvals by mail: who is asked, what a link is good for, and what the requester hears.

use std::collections::BTreeMap;

use desk::catalogue::approval::{ApprovalRule, Approvers};
use desk::catalogue::asking::{self, Asking};
use desk::catalogue::deciding::{self, Verdict};
use desk::catalogue::{Given, Step, reminding, settings, store};
use desk::ticket::value::State;
use desk::ticket::{Channel, Ticket};
use kernel::cx::Actor;
use kernel::id::UserId;
use kernel::{Cx, event};
use people::shift::{self, SpanOf};
use people::user::User;

use crate::house::{ANN, BOB, CAROL, DAY, House};

fn given(pairs: &[(&str, &str)]) -> Given {
    let pairs = pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()]));
    pairs.collect()
}

/// Somebody asks for a folder.
pub async fn asked(house: &House, requester: &User) -> Ticket {
    let cx = house.cx_of(requester).await;
    let requester = requester.id;
    let answers = given(&[
        ("folder", "Finance"),
        ("for_me", "yes"),
        ("right", "read"),
        ("until", "always"),
        ("reason", "Closing the year"),
    ]);
    let asking = Asking {
        type_id: "shared-folder".to_owned(),
        requester,
        given: answers,
        files: BTreeMap::new(),
        channel: Channel::Portal,
    };
    let ticket = house.write(move |tx| asking::ask(tx, &cx, asking.clone())).await;
    house.settle().await;
    ticket
}

/// The approval of the folder is this from now on.
pub async fn approved_by(house: &House, step: Step) {
    let cx = house.cx();
    house
        .write(move |tx| {
            settings::change_part(tx, &cx, "shared-folder", None, |definition| {
                definition.approval = vec![step.clone()];
                Ok(())
            })
        })
        .await;
}

pub fn people_step(people: &[UserId], rule: ApprovalRule, stand_ins: &[UserId]) -> Step {
    Step {
        who: Approvers::People,
        people: people.to_vec(),
        role: String::new(),
        team: None,
        rule,
        quorum: 0,
        stand_ins: stand_ins.to_vec(),
    }
}

pub async fn token_in(house: &House, email: &str, answer: &str) -> String {
    let letter = house.letters_to(email).await.pop().unwrap().letter;
    let mut words = letter.text.split_whitespace();
    let link = words.find(|word| word.ends_with(&format!("?answer={answer}")));
    let token = link.unwrap().strip_prefix("https://desk.test/approve/").unwrap();
    token.split('?').next().unwrap().to_owned()
}

pub fn said(approved: bool, comment: &str) -> Verdict {
    Verdict {
        approved,
        comment: comment.to_owned(),
    }
}

/// Who comes by a link and has not signed in.
pub fn visitor(house: &House) -> Cx {
    let mut cx = house.cx();
    cx.actor = Actor::Anonymous;
    cx
}

async fn kinds(house: &House, number: i64) -> Vec<String> {
    let events = house
        .read(move |tx| event::of_subject(tx, &format!("ticket:{number}"), 0, 100))
        .await;
    events.into_iter().map(|event| event.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_waits_with_standing_clocks_until_the_link_in_the_mail_says_yes() {
    let house = House::open().await;
    let ticket = asked(&house, &house.ann).await;
    let number = ticket.number;
    assert_eq!((ticket.state, ticket.assignee), (State::WaitingApproval, None));
    assert_eq!(ticket.next_due_at, None, "no clock runs while nobody may begin");
    // Nobody leads Ann: who manages the desk is asked.
    let letter = house.letters_to(CAROL).await.pop().unwrap().letter;
    assert!(
        letter.text.contains("Finance") && letter.text.contains("Ann asks"),
        "{}",
        letter.text
    );
    let token = token_in(&house, CAROL, "yes").await;
    house.kernel.clock.advance_millis(3 * DAY * 1_000);
    let (cx, used) = (visitor(&house), token.clone());
    let taken = house
        .write(move |tx| deciding::decide_by_link(tx, &cx, &used, &said(true, "")))
        .await;
    assert_eq!(taken.unwrap().state, State::New);
    house.settle().await;
    let clocks = house
        .read(move |tx| desk::service_level::store::clocks(tx, number))
        .await;
    assert!(!clocks.is_empty());
    for clock in clocks {
        assert_eq!(clock.elapsed, 0, "{clock:?}");
    }
    let told = house.letters_to(ANN).await.pop().unwrap().letter;
    assert!(told.subject.contains("Approved"), "{}", told.subject);
    // Once is once.
    let cx = visitor(&house);
    let again = house
        .write(move |tx| deciding::decide_by_link(tx, &cx, &token, &said(false, "No")))
        .await;
    assert_eq!(again.unwrap_err().code(), "desk.approval.decided");
    assert_eq!(house.ticket(number).await.state, State::New);
    assert_eq!(
        kinds(&house, number).await.last().unwrap(),
        "desk.ticket.approval_link_refused"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_link_opens_nothing_and_another_persons_is_refused_and_noted() {
    let house = House::open().await;
    let number = asked(&house, &house.ann).await.number;
    let token = token_in(&house, CAROL, "yes").await;
    let bob = house.cx_of(&house.bob).await;
    let stolen = token.clone();
    let taken = house
        .write(move |tx| deciding::decide_by_link(tx, &bob, &stolen, &said(true, "")))
        .await;
    assert_eq!(taken.unwrap_err().code(), "desk.approval.not_yours");
    assert_eq!(
        kinds(&house, number).await.last().unwrap(),
        "desk.ticket.approval_link_refused"
    );
    for place in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[place] = if forged[place] == b'7' { b'8' } else { b'7' };
        let forged = String::from_utf8(forged).unwrap();
        let cx = visitor(&house);
        let looked = house
            .kernel
            .db
            .read(move |tx| deciding::peek(tx, &cx, &forged))
            .await;
        assert_eq!(
            looked.unwrap_err().kind(),
            kernel::error::Kind::NotFound,
            "{place}"
        );
    }
    assert_eq!(house.ticket(number).await.state, State::WaitingApproval);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_needs_its_reason_closes_the_request_and_reaches_the_requester() {
    let house = House::open().await;
    let number = asked(&house, &house.ann).await.number;
    let token = token_in(&house, CAROL, "no").await;
    let (cx, bare) = (visitor(&house), token.clone());
    let refused = house
        .kernel
        .db
        .write(move |tx| deciding::decide_by_link(tx, &cx, &bare, &said(false, " ")))
        .await;
    assert_eq!(refused.unwrap_err().fields()[0].field, "comment");
    let cx = visitor(&house);
    let taken = house
        .write(move |tx| deciding::decide_by_link(tx, &cx, &token, &said(false, "Ask for one folder.")))
        .await;
    assert_eq!(taken.unwrap().state, State::Closed);
    house.settle().await;
    let told = house.letters_to(ANN).await.pop().unwrap().letter;
    assert!(told.text.contains("Ask for one folder."), "{}", told.text);
    let cx = house.cx_of(&house.ann).await;
    let reopened = house
        .kernel
        .db
        .write(move |tx| desk::ticket::reopen(tx, &cx, number, "I need it"))
        .await;
    assert_eq!(reopened.unwrap_err().code(), "desk.catalogue.was_declined");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_must_say_yes_and_one_no_ends_it_for_the_others() {
    let house = House::open().await;
    approved_by(
        &house,
        people_step(&[house.bob.id, house.carol.id], ApprovalRule::All, &[]),
    )
    .await;
    let number = asked(&house, &house.ann).await.number;
    let (bob, carol) = (
        token_in(&house, BOB, "yes").await,
        token_in(&house, CAROL, "yes").await,
    );
    let (cx, yes) = (visitor(&house), bob.clone());
    let taken = house
        .write(move |tx| deciding::decide_by_link(tx, &cx, &yes, &said(true, "")))
        .await;
    assert_eq!(taken.unwrap().state, State::WaitingApproval);
    let cx = visitor(&house);
    let taken = house
        .write(move |tx| deciding::decide_by_link(tx, &cx, &carol, &said(false, "No budget")))
        .await;
    assert_eq!(taken.unwrap().state, State::Closed);

    approved_by(
        &house,
        people_step(&[house.bob.id, house.carol.id], ApprovalRule::One, &[]),
    )
    .await;
    let second = asked(&house, &house.ann).await.number;
    assert_ne!(number, second);
    let (bob, carol) = (
        token_in(&house, BOB, "yes").await,
        token_in(&house, CAROL, "yes").await,
    );
    let cx = visitor(&house);
    let taken = house
        .write(move |tx| deciding::decide_by_link(tx, &cx, &bob, &said(true, "")))
        .await;
    assert_eq!(taken.unwrap().state, State::New);
    let cx = visitor(&house);
    let late = house
        .write(move |tx| deciding::decide_by_link(tx, &cx, &carol, &said(false, "No")))
        .await;
    assert_eq!(late.unwrap_err().code(), "desk.approval.settled");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_does_not_approve_it_and_who_is_away_is_stood_in_for() {
    let house = House::open().await;
    // Carol leads Carol's step and asks herself: Bob stands in.
    approved_by(
        &house,
        people_step(&[house.carol.id], ApprovalRule::One, &[house.bob.id]),
    )
    .await;
    let number = asked(&house, &house.carol).await.number;
    let asked_of = house.read(move |tx| store::approvals(tx, number)).await;
    assert_eq!(
        (asked_of[0].person, asked_of[0].instead_of),
        (house.bob.id, Some(house.carol.id))
    );
    let carol = house.cx_of(&house.carol).await;
    let (id, verdict) = (asked_of[0].id, said(true, ""));
    let own = house
        .kernel
        .db
        .write(move |tx| deciding::decide(tx, &carol, id, &verdict))
        .await;
    assert_eq!(own.unwrap_err().kind(), kernel::error::Kind::NotFound);

    // Carol is there when Ann asks, goes away, and Bob is asked in her place when it is time to remind her.
    let number = asked(&house, &house.ann).await.number;
    let now = house.kernel.clock.now();
    let (cx, carol) = (house.cx(), house.carol.id);
    house
        .write(move |tx| shift::add(tx, &cx, SpanOf::Absence, carol, (now, now.add_secs(20 * DAY)), ""))
        .await;
    let stale = token_in(&house, CAROL, "yes").await;
    house.kernel.clock.advance_millis(2 * DAY * 1_000);
    let cx = house.kernel.cx_system(reminding::REMIND);
    reminding::remind_all(&house.kernel.db, &cx).await.unwrap();
    house.settle().await;
    let asked_of = house.read(move |tx| store::approvals(tx, number)).await;
    assert_eq!(asked_of.len(), 2);
    assert_eq!(
        (asked_of[1].person, asked_of[1].instead_of),
        (house.bob.id, Some(house.carol.id))
    );
    assert!(
        house
            .letters_to(BOB)
            .await
            .pop()
            .unwrap()
            .letter
            .text
            .contains("Finance")
    );
    let cx = visitor(&house);
    let late = house
        .write(move |tx| deciding::decide_by_link(tx, &cx, &stale, &said(true, "")))
        .await;
    assert_eq!(late.unwrap_err().code(), "desk.approval.settled");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_decided_is_reminded_once_a_working_day_and_five_times_at_most() {
    let house = House::open().await;
    asked(&house, &house.ann).await;
    let cx = house.kernel.cx_system(reminding::REMIND);
    assert_eq!(reminding::remind_all(&house.kernel.db, &cx).await.unwrap(), 0);
    let mut reminded = 0;
    for _ in 0..10 {
        house.kernel.clock.advance_millis(4 * DAY * 1_000);
        reminded += reminding::remind_all(&house.kernel.db, &cx).await.unwrap();
        assert_eq!(reminding::remind_all(&house.kernel.db, &cx).await.unwrap(), 0);
        house.settle().await;
    }
    assert_eq!(reminded, 5);
    let letters = house.letters_to(CAROL).await;
    assert_eq!(letters.len(), 6);
    assert!(
        letters[5].letter.subject.contains("Reminder"),
        "{}",
        letters[5].letter.subject
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_requesters_manager_is_asked_when_somebody_leads_them() {
    let house = House::open().await;
    let (cx, ann) = (house.cx(), house.ann.id);
    house
        .write(move |tx| {
            let profile = people::user::Profile {
                email: ANN.to_owned(),
                name: "Ann".to_owned(),
                manager: BOB.to_owned(),
                roles: vec!["requester".to_owned()],
                ..people::user::Profile::default()
            };
            people::user::changing::change(tx, &cx, ann, &profile)
        })
        .await;
    let number = asked(&house, &house.ann).await.number;
    let asked_of = house.read(move |tx| store::approvals(tx, number)).await;
    assert_eq!(
        asked_of.iter().map(|one| one.person).collect::<Vec<_>>(),
        [house.bob.id]
    );
}
