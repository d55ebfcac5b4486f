//! Tasks of several teams: stage by stage, two at once, and what becomes of them with their ticket.

use kernel::error::{Kind, Result};
use kernel::event;
use kernel::id::Id;

use crate::catalogue::task::{Task, TaskState};
use crate::catalogue::tasking::{self, NewTask, TicketTask};
use crate::catalogue::{Definition, Texts, task_store};
use crate::events;
use crate::fixture::{Desk, HOUR, MONDAY, Who, team};
use crate::ticket::value::{Channel, State};
use crate::ticket::{self, Opening, Resolve};

fn task(title: &str, of: u8, stage: u8, hours: Option<u16>) -> Task {
    Task {
        title: Texts::from([("en".to_owned(), title.to_owned())]),
        team: (of > 0).then(|| team(of)),
        category: None,
        stage,
        hours,
    }
}

fn definition(tasks: Vec<Task>) -> Definition {
    let bare = r#"{ "name": { "en": "New employee" }, "category": "account" }"#;
    Definition {
        tasks,
        ..serde_json::from_str(bare).unwrap()
    }
}

/// A ticket of Bob's team with these tasks.
async fn begun(desk: &Desk, tasks: Vec<Task>) -> i64 {
    let ticket = desk.printer().await;
    let (cx, definition) = (desk.system(), definition(tasks));
    let (number, begin) = (ticket.number, ticket);
    desk.write(move |tx| tasking::begin(tx, &cx, &begin, &definition))
        .await
        .unwrap();
    number
}

async fn tasks(desk: &Desk, number: i64) -> Vec<TicketTask> {
    desk.read(move |tx| task_store::of_ticket(tx, number))
        .await
        .unwrap()
}

async fn states(desk: &Desk, number: i64) -> Vec<TaskState> {
    tasks(desk, number)
        .await
        .into_iter()
        .map(|task| task.state)
        .collect()
}

async fn finish(desk: &Desk, who: &Who, id: Id<TicketTask>) -> Result<TicketTask> {
    let cx = who.cx();
    desk.write(move |tx| tasking::finish(tx, &cx, id, "")).await
}

async fn take(desk: &Desk, who: &Who, id: Id<TicketTask>) -> Result<TicketTask> {
    let cx = who.cx();
    desk.write(move |tx| tasking::take(tx, &cx, id)).await
}

async fn skip(desk: &Desk, who: &Who, id: Id<TicketTask>, reason: &'static str) -> Result<TicketTask> {
    let cx = who.cx();
    desk.write(move |tx| tasking::skip(tx, &cx, id, reason)).await
}

async fn add(desk: &Desk, who: &Who, number: i64, new: NewTask) -> Result<TicketTask> {
    let cx = who.cx();
    desk.write(move |tx| tasking::add(tx, &cx, number, &new)).await
}

/// The stages that were opened, and how often all was done.
async fn told(desk: &Desk, number: i64) -> (Vec<i64>, usize) {
    let all = desk
        .read(move |tx| event::of_subject(tx, &ticket::subject(number), 0, 1_000))
        .await
        .unwrap();
    let opened = all
        .iter()
        .filter(|event| event.kind == events::TICKET_TASK_OPENED);
    let stages = opened.filter_map(|event| event.data["stage"].as_i64()).collect();
    let done = all.iter().filter(|event| event.kind == events::TICKET_TASKS_DONE);
    (stages, done.count())
}

fn solved() -> Resolve {
    Resolve {
        solution: "All set up".to_owned(),
        tested: true,
        untested_reason: None,
    }
}

use TaskState::{Done, Open, Skipped, Waiting};

#[tokio::test]
async fn two_teams_work_side_by_side_and_the_next_stage_begins_when_both_are_done() {
    let desk = Desk::open().await;
    let wanted = vec![
        task("Account", 1, 1, Some(4)),
        task("Laptop", 2, 1, None),
        task("Mailbox", 1, 3, Some(2)),
    ];
    let number = begun(&desk, wanted).await;
    let all = tasks(&desk, number).await;
    assert_eq!(states(&desk, number).await, [Open, Open, Waiting]);
    // 10 to 12 and, after the rest at noon, 13 to 15 o'clock.
    assert_eq!(all[0].due_at, Some(MONDAY.add_millis(5 * HOUR)));
    assert_eq!((all[1].due_at, all[2].due_at), (None, None));
    assert!(all[0].is_overdue(MONDAY.add_millis(6 * HOUR)) && !all[0].is_overdue(MONDAY));

    let taken = take(&desk, &desk.bob, all[0].id).await.unwrap();
    assert_eq!(taken.assignee, Some(desk.bob.user));
    let early = finish(&desk, &desk.bob, all[2].id).await.unwrap_err();
    assert_eq!(early.code(), "desk.task.not_yet");
    finish(&desk, &desk.bob, all[0].id).await.unwrap();
    assert_eq!(states(&desk, number).await, [Done, Open, Waiting]);
    finish(&desk, &desk.carol, all[1].id).await.unwrap();
    assert_eq!(states(&desk, number).await, [Done, Done, Open]);
    assert_eq!(told(&desk, number).await, (vec![1, 1, 3], 0));
    let due = tasks(&desk, number).await[2].due_at;
    assert_eq!(
        due,
        Some(MONDAY.add_millis(2 * HOUR)),
        "hours count from its opening"
    );
    finish(&desk, &desk.bob, all[2].id).await.unwrap();
    assert_eq!(told(&desk, number).await, (vec![1, 1, 3], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_finish_a_stage_at_the_same_moment_open_the_next_one_once() {
    let desk = Desk::open().await;
    for _ in 0..8 {
        let wanted = vec![
            task("Account", 1, 1, None),
            task("Laptop", 2, 1, None),
            task("Mailbox", 1, 2, None),
        ];
        let number = begun(&desk, wanted).await;
        let all = tasks(&desk, number).await;
        let (one, other) = tokio::join!(
            finish(&desk, &desk.bob, all[0].id),
            finish(&desk, &desk.carol, all[1].id)
        );
        one.unwrap();
        other.unwrap();
        assert_eq!(states(&desk, number).await, [Done, Done, Open]);
        assert_eq!(told(&desk, number).await.0, [1, 1, 2]);
        // And the last two at once end it once.
        let added = NewTask {
            title: "Phone".to_owned(),
            ..NewTask::default()
        };
        let phone = add(&desk, &desk.bob, number, added).await.unwrap();
        let (one, other) = tokio::join!(
            finish(&desk, &desk.bob, all[2].id),
            finish(&desk, &desk.bob, phone.id)
        );
        one.unwrap();
        other.unwrap();
        assert_eq!(told(&desk, number).await.1, 1);
        // The same task at once is done once.
        let (one, other) = tokio::join!(
            finish(&desk, &desk.bob, phone.id),
            finish(&desk, &desk.bob, phone.id)
        );
        assert_eq!(one.unwrap_err().code(), "desk.task.settled");
        assert_eq!(other.unwrap_err().code(), "desk.task.settled");
    }
}

#[tokio::test]
async fn a_task_is_for_its_team_and_for_who_may_change_the_ticket_and_for_nobody_else() {
    let desk = Desk::open().await;
    let dora = Who::technician(4, 3).at(&desk.clock);
    let number = begun(
        &desk,
        vec![task("Account", 1, 1, None), task("Laptop", 2, 1, None)],
    )
    .await;
    let all = tasks(&desk, number).await;
    let (account, laptop) = (all[0].id, all[1].id);
    for stranger in [&dora, &desk.ann] {
        let kind = take(&desk, stranger, laptop).await.unwrap_err().kind();
        let expected = if stranger.user == dora.user {
            Kind::NotFound
        } else {
            Kind::Forbidden
        };
        assert_eq!(
            kind, expected,
            "who has no right at the desk is told so, as everywhere"
        );
        assert!(finish(&desk, stranger, laptop).await.is_err());
        assert!(skip(&desk, stranger, laptop, "no").await.is_err());
    }
    // Carol works in the team of the one and does not see the ticket: the other does not exist for her.
    assert_eq!(
        take(&desk, &desk.carol, account).await.unwrap_err().kind(),
        Kind::NotFound
    );
    let cx = desk.carol.cx();
    let seen = desk.read(move |tx| ticket::load(tx, &cx, number)).await;
    assert_eq!(seen.unwrap_err().kind(), Kind::NotFound);
    take(&desk, &desk.carol, laptop).await.unwrap();
    assert_eq!(
        skip(&desk, &desk.carol, laptop, "no").await.unwrap_err().kind(),
        Kind::Forbidden
    );
    // Bob may change the ticket, and with it also what another team does.
    assert_eq!(
        take(&desk, &desk.bob, laptop).await.unwrap_err().code(),
        "desk.task.taken"
    );
    let cx = desk.bob.cx();
    let back = desk.write(move |tx| tasking::put_back(tx, &cx, laptop)).await;
    assert_eq!(back.unwrap().assignee, None);
    let bare = skip(&desk, &desk.bob, laptop, "  ").await.unwrap_err();
    assert_eq!(
        (bare.fields()[0].field.as_str(), bare.fields()[0].code.as_str()),
        ("remark", "desk.task.reason_missing")
    );
    let skipped = skip(&desk, &desk.bob, laptop, "She brings her own")
        .await
        .unwrap();
    assert_eq!(skipped.remark.as_deref(), Some("She brings her own"));
    assert_eq!(
        finish(&desk, &desk.carol, laptop).await.unwrap_err().code(),
        "desk.task.settled"
    );
}

#[tokio::test]
async fn a_ticket_with_tasks_to_do_is_not_resolved_and_says_how_many_there_are() {
    let desk = Desk::open().await;
    let number = begun(
        &desk,
        vec![task("Account", 1, 1, None), task("Mailbox", 1, 2, None)],
    )
    .await;
    let bob = desk.bob.cx();
    let resolve = move |tx: &mut kernel::db::Tx<'_>| ticket::resolve(tx, &bob, number, solved());
    let refused = desk.write(resolve.clone()).await.unwrap_err();
    assert_eq!(refused.code(), "desk.task.undone");
    kernel::i18n::register(crate::LOCALES);
    let words = refused.message(kernel::i18n::Locale::En);
    assert!(
        words.contains("2 tasks") && words.contains(&format!("#{number}")),
        "{words}"
    );
    let all = tasks(&desk, number).await;
    // What waits for its stage can be skipped already.
    skip(&desk, &desk.bob, all[1].id, "Has one").await.unwrap();
    finish(&desk, &desk.bob, all[0].id).await.unwrap();
    assert_eq!(states(&desk, number).await, [Done, Skipped]);
    assert_eq!(told(&desk, number).await.1, 1);
    assert_eq!(desk.write(resolve).await.unwrap().state, State::Resolved);
}

#[tokio::test]
async fn what_is_to_be_done_goes_with_a_merged_ticket_and_comes_back_with_it() {
    let desk = Desk::open().await;
    let wanted = vec![
        task("Account", 1, 1, None),
        task("Laptop", 2, 1, None),
        task("Mailbox", 1, 2, None),
    ];
    let number = begun(&desk, wanted).await;
    let all = tasks(&desk, number).await;
    skip(&desk, &desk.bob, all[1].id, "Has one").await.unwrap();
    let other = Opening {
        team: Some(team(1)),
        ..Opening::new(desk.ann.user, "The same", "Once more.", Channel::Portal)
    };
    let other = desk.report(other).await.number;
    desk.clock.advance_millis(HOUR);
    let bob = desk.bob.cx();
    desk.write(move |tx| ticket::merge(tx, &bob, number, other))
        .await
        .unwrap();
    assert_eq!(states(&desk, number).await, [Skipped, Skipped, Skipped]);
    assert_eq!(tasks(&desk, number).await[0].done_by, None, "nobody did it");
    assert_eq!(
        finish(&desk, &desk.bob, all[0].id).await.unwrap_err().code(),
        "desk.task.settled"
    );
    let cx = desk.bob.cx();
    let listed = desk.read(move |tx| tasking::of_my_teams(tx, &cx, None, 10)).await;
    assert!(listed.unwrap().is_empty());
    let bob = desk.bob.cx();
    desk.write(move |tx| ticket::unmerge(tx, &bob, number))
        .await
        .unwrap();
    assert_eq!(
        states(&desk, number).await,
        [Open, Skipped, Waiting],
        "as they stood; what a person skipped stays so"
    );
}

#[tokio::test]
async fn a_task_is_added_by_hand_to_any_open_ticket_and_to_no_other() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let wrong = NewTask {
        title: " ".to_owned(),
        team: Some(team(7)),
        hours: Some(0),
    };
    let refused = add(&desk, &desk.bob, number, wrong).await.unwrap_err();
    let fields: Vec<&str> = refused.fields().iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["title", "hours", "team"]);
    let new = |title: &str| NewTask {
        title: title.to_owned(),
        team: None,
        hours: Some(1),
    };
    let foreign = add(&desk, &desk.carol, number, new("Roller")).await;
    assert_eq!(foreign.unwrap_err().kind(), Kind::NotFound);
    let added = add(&desk, &desk.bob, number, new("Roller")).await.unwrap();
    assert_eq!(
        (added.state, added.team, added.of_type),
        (Open, Some(team(1)), false)
    );
    assert_eq!(added.due_at, Some(MONDAY.add_millis(HOUR)));
    let shown = desk.read(move |tx| tasking::for_requester(tx, number)).await;
    assert!(
        shown.unwrap().is_empty(),
        "what the desk notes for itself is its own"
    );
    finish(&desk, &desk.bob, added.id).await.unwrap();
    let bob = desk.bob.cx();
    desk.write(move |tx| ticket::resolve(tx, &bob, number, solved()))
        .await
        .unwrap();
    let late = add(&desk, &desk.bob, number, new("Toner")).await.unwrap_err();
    assert_eq!(late.code(), "desk.task.ticket_not_open");
}

#[tokio::test]
async fn lists_show_what_is_due_first_and_go_on_where_they_stopped() {
    let desk = Desk::open().await;
    let wanted = vec![
        task("Never due", 2, 1, None),
        task("Late", 2, 1, Some(20)),
        task("Soon", 2, 1, Some(1)),
        task("Not hers", 1, 1, Some(1)),
        task("Later", 2, 2, Some(1)),
    ];
    let number = begun(&desk, wanted).await;
    let soon = tasks(&desk, number).await[2].id;
    let titles = |found: Vec<tasking::Listed>| -> Vec<String> {
        found
            .into_iter()
            .map(|one| one.task.title["en"].clone())
            .collect()
    };
    let cx = desk.carol.cx();
    let first = desk
        .read(move |tx| tasking::of_my_teams(tx, &cx, None, 2))
        .await
        .unwrap();
    let place: tasking::Place = first[1].place.to_string().parse().unwrap();
    assert_eq!(titles(first), ["Soon", "Late"]);
    let cx = desk.carol.cx();
    let rest = desk
        .read(move |tx| tasking::of_my_teams(tx, &cx, Some(place), 2))
        .await;
    assert_eq!(titles(rest.unwrap()), ["Never due"]);
    take(&desk, &desk.carol, soon).await.unwrap();
    let cx = desk.carol.cx();
    let (mine, teams, count) = desk
        .read(move |tx| {
            Ok((
                tasking::mine(tx, &cx, None, 10)?,
                tasking::of_my_teams(tx, &cx, None, 10)?,
                tasking::count_mine(tx, &cx)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!((titles(mine), count), (vec!["Soon".to_owned()], 1));
    assert_eq!(titles(teams), ["Late", "Never due"]);
    assert!("nonsense".parse::<tasking::Place>().is_err());
}
