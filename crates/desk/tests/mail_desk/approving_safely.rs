//! What an approval is not: an answer by mail, a letter passed on, the word of who has left or of who asked.

use desk::catalogue::approval::{ApprovalRule, Progress};
use desk::catalogue::asking::{self, Asking};
use desk::catalogue::deciding;
use desk::catalogue::{reminding, store};
use desk::ticket::value::State;
use desk::ticket::{self, Assign, Channel};
use kernel::error::Kind;
use mail::outbound::Outbound;

use crate::approvals::{approved_by, asked, people_step, said, token_in, visitor};
use crate::house::{BOB, CAROL, DAY, House, answer, number_of};

/// The letter with everything of it quoted.
fn quoting(words: &str, letter: &Outbound) -> String {
    let quoted: Vec<String> = letter
        .letter
        .text
        .lines()
        .map(|line| format!("> {line}"))
        .collect();
    format!(
        "{words}\n\nOn Mon, 2 Mar 2026 at 10:00, IT Support wrote:\n{}",
        quoted.join("\n")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_the_letter_decides_nothing_and_gives_its_link_to_nobody() {
    let house = House::open().await;
    let employee = house.someone("Eve", "requester").await;
    approved_by(
        &house,
        people_step(&[house.carol.id, employee.id], ApprovalRule::All, &[]),
    )
    .await;
    let number = asked(&house, &house.ann).await.number;
    for address in [CAROL, employee.email.as_str()] {
        let letter = house.letters_to(address).await.pop().unwrap();
        let token = token_in(&house, address, "yes").await;
        let before = house.letters_to(crate::house::ANN).await.len();
        let came = house
            .receive(&answer(
                address,
                &letter,
                &quoting("Not before March, between us.", &letter),
            ))
            .await;
        assert_eq!(number_of(&came), number);
        assert_eq!(house.ticket(number).await.state, State::WaitingApproval);
        let article = house.articles(number).await.pop().unwrap();
        assert!(
            article.body.contains("between us") && !article.public,
            "{article:?}"
        );
        let kept = format!("{article:?}");
        assert!(!kept.contains(&token), "the signed word was kept: {kept}");
        assert_eq!(
            house.letters_to(crate::house::ANN).await.len(),
            before,
            "Ann was told"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_who_has_left_is_worth_nothing_and_somebody_else_is_asked() {
    let house = House::open().await;
    let mia = house.someone("Mia", "manager").await;
    approved_by(&house, people_step(&[mia.id], ApprovalRule::One, &[])).await;
    let number = asked(&house, &house.ann).await.number;
    let token = token_in(&house, &mia.email, "yes").await;
    let cx = house.kernel.cx_system(reminding::REMIND);
    // The last reminder has gone out long before.
    for _ in 0..7 {
        house.kernel.clock.advance_millis(4 * DAY * 1_000);
        reminding::remind_all(&house.kernel.db, &cx).await.unwrap();
    }
    let (by, id) = (house.cx(), mia.id);
    house
        .write(move |tx| people::user::changing::deactivate(tx, &by, id))
        .await;
    let cx_visitor = visitor(&house);
    let taken = house
        .write(move |tx| deciding::decide_by_link(tx, &cx_visitor, &token, &said(true, "")))
        .await;
    assert_eq!(taken.unwrap_err().code(), "desk.approval.settled");
    house.kernel.clock.advance_millis(4 * DAY * 1_000);
    assert_eq!(reminding::remind_all(&house.kernel.db, &cx).await.unwrap(), 1);
    house.settle().await;
    let open = house.read(move |tx| store::approvals(tx, number)).await;
    let open: Vec<_> = open.iter().filter(|one| one.decision.is_none()).collect();
    assert_eq!(
        (open.len(), open[0].person, open[0].instead_of),
        (1, house.carol.id, Some(mia.id))
    );
    assert!(
        house
            .letters_to(CAROL)
            .await
            .pop()
            .unwrap()
            .letter
            .text
            .contains("Finance")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_files_a_request_for_somebody_else_does_not_approve_it() {
    let house = House::open().await;
    approved_by(
        &house,
        people_step(&[house.bob.id, house.carol.id], ApprovalRule::One, &[]),
    )
    .await;
    let (cx, ann) = (house.cx_of(&house.bob).await, house.ann.id);
    let given = [
        ("folder", "Finance"),
        ("for_me", "yes"),
        ("right", "read"),
        ("until", "always"),
        ("reason", "x"),
    ];
    let asking = Asking {
        type_id: "shared-folder".to_owned(),
        requester: ann,
        given: given
            .iter()
            .map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()]))
            .collect(),
        files: std::collections::BTreeMap::new(),
        channel: Channel::Phone,
    };
    let ticket = house.write(move |tx| asking::ask(tx, &cx, asking.clone())).await;
    let number = ticket.number;
    let approvals = house.read(move |tx| store::approvals(tx, number)).await;
    assert_eq!(
        approvals.iter().map(|one| one.person).collect::<Vec<_>>(),
        [house.carol.id]
    );
    house.settle().await;
    assert!(
        house
            .letters_to(BOB)
            .await
            .iter()
            .all(|letter| !letter.letter.text.contains("/approve/"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_can_be_taken_back_by_who_asked_and_is_then_nobodys_to_decide() {
    let house = House::open().await;
    let number = asked(&house, &house.ann).await.number;
    let token = token_in(&house, CAROL, "yes").await;
    // Nobody is given what waits.
    let (cx, bob, team) = (house.cx_of(&house.carol).await, house.bob.id, house.team);
    let assigned = house
        .kernel
        .db
        .write(move |tx| ticket::assign(tx, &cx, number, Assign::PersonInTeam(bob, team)))
        .await;
    assert_eq!(assigned.unwrap_err().code(), "desk.ticket.awaits_approval");
    let eve = house.someone("Eve", "requester").await;
    let cx = house.cx_of(&eve).await;
    let anothers = house
        .kernel
        .db
        .write(move |tx| deciding::withdraw(tx, &cx, number))
        .await;
    assert_eq!(anothers.unwrap_err().kind(), Kind::NotFound);
    let cx = house.cx_of(&house.ann).await;
    let ticket = house.write(move |tx| deciding::withdraw(tx, &cx, number)).await;
    assert_eq!(ticket.state, State::Closed);
    let (request, _) = house.read(move |tx| store::request(tx, number)).await.unwrap();
    assert_eq!(request.approval, Progress::Withdrawn);
    let cx = visitor(&house);
    let late = house
        .write(move |tx| deciding::decide_by_link(tx, &cx, &token, &said(true, "")))
        .await;
    assert_eq!(late.unwrap_err().code(), "desk.approval.settled");
    let cx = house.cx_of(&house.ann).await;
    let again = house
        .kernel
        .db
        .write(move |tx| deciding::withdraw(tx, &cx, number))
        .await;
    assert_eq!(again.unwrap_err().code(), "desk.approval.not_waiting");
    let cx = house.cx_of(&house.ann).await;
    let reopened = house
        .kernel
        .db
        .write(move |tx| ticket::reopen(tx, &cx, number, "I need it"))
        .await;
    assert_eq!(reopened.unwrap_err().code(), "desk.catalogue.was_declined");
}
