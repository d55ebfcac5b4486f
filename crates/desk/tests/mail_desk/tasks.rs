//! Tasks by mail: a team hears when it can begin, the owner when all is done, and the requester of none of it.

use std::collections::BTreeMap;

use desk::catalogue::asking::{self, Asking};
use desk::catalogue::deciding::{self, Verdict};
use desk::catalogue::task::{Task, TaskState};
use desk::catalogue::tasking::{self, TicketTask};
use desk::catalogue::{Texts, settings, task_store};
use desk::ticket::{self, Channel};

use crate::house::{ANN, BOB, CAROL, House};

fn task(title: &str, stage: u8, hours: Option<u16>, team: Option<kernel::id::TeamId>) -> Task {
    Task {
        title: Texts::from([("en".to_owned(), title.to_owned())]),
        team,
        category: None,
        stage,
        hours,
    }
}

/// Ann asks for a folder, which takes an approval and two tasks of Bob's team.
async fn asked(house: &House) -> i64 {
    let (cx, team) = (house.cx(), house.team);
    house
        .write(move |tx| {
            settings::change_part(tx, &cx, "shared-folder", None, |definition| {
                definition.tasks = vec![
                    task("Make the folder", 1, Some(4), Some(team)),
                    task("Grant the rights", 2, None, Some(team)),
                ];
                Ok(())
            })
        })
        .await;
    let (cx, requester) = (house.cx_of(&house.ann).await, house.ann.id);
    let answers = [
        ("folder", "Finance"),
        ("for_me", "yes"),
        ("right", "read"),
        ("until", "always"),
        ("reason", "Closing the year"),
    ];
    let given = answers.map(|(key, value)| (key.to_owned(), vec![value.to_owned()]));
    let asking = Asking {
        type_id: "shared-folder".to_owned(),
        requester,
        given: given.into_iter().collect(),
        files: BTreeMap::new(),
        channel: Channel::Portal,
    };
    let ticket = house.write(move |tx| asking::ask(tx, &cx, asking.clone())).await;
    house.settle().await;
    ticket.number
}

async fn tasks(house: &House, number: i64) -> Vec<TicketTask> {
    house.read(move |tx| task_store::of_ticket(tx, number)).await
}

async fn decided(house: &House, number: i64, approved: bool) {
    let carol = house.cx_of(&house.carol).await;
    let verdict = Verdict {
        approved,
        comment: "Said so".to_owned(),
    };
    house
        .write(move |tx| {
            let waiting = deciding::mine(tx, &carol)?;
            let of_ticket = waiting.iter().find(|one| one.ticket == number);
            deciding::decide(tx, &carol, of_ticket.unwrap().id, &verdict)
        })
        .await;
    house.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_told_when_it_can_begin_and_the_owner_when_all_is_done() {
    let house = House::open().await;
    let number = asked(&house).await;
    assert!(
        tasks(&house, number).await.is_empty(),
        "nothing begins before the yes"
    );
    decided(&house, number, true).await;
    let all = tasks(&house, number).await;
    assert_eq!(
        all.iter().map(|task| task.state).collect::<Vec<_>>(),
        [TaskState::Open, TaskState::Waiting]
    );
    let first = house.letters_to(BOB).await.pop().unwrap().letter;
    let link = format!("https://desk.test/tasks/{}", all[0].id);
    assert!(first.subject.contains("Tasks for your team"), "{}", first.subject);
    assert!(
        first.text.contains("Make the folder (due ") && first.text.contains(&link),
        "{}",
        first.text
    );
    assert!(!first.text.contains("Grant the rights"));

    // Carol owns it; Bob does the work.
    let (cx, carol) = (house.cx_of(&house.carol).await, house.carol.id);
    let to = ticket::Assign::Person(carol);
    house.write(move |tx| ticket::assign(tx, &cx, number, to)).await;
    house.settle().await;
    let before = house.letters_to(ANN).await.len();
    for one in &all {
        let (cx, id) = (house.cx_of(&house.bob).await, one.id);
        house.write(move |tx| tasking::finish(tx, &cx, id, "")).await;
        house.settle().await;
    }
    let last = house.letters_to(CAROL).await.pop().unwrap().letter;
    assert!(last.subject.contains("All tasks are done"), "{}", last.subject);
    assert_eq!(
        house.letters_to(ANN).await.len(),
        before,
        "the requester hears when it is resolved, not of each task"
    );
    let own = house.letters_to(BOB).await;
    assert!(
        own.iter()
            .all(|letter| !letter.letter.text.contains("Grant the rights")),
        "who opened it by finishing the one before needs no letter"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_refused_never_begins_its_tasks() {
    let house = House::open().await;
    let number = asked(&house).await;
    decided(&house, number, false).await;
    assert!(tasks(&house, number).await.is_empty());
    let letters = house.letters_to(BOB).await;
    assert!(
        letters
            .iter()
            .all(|letter| !letter.letter.subject.contains("Tasks"))
    );
}
