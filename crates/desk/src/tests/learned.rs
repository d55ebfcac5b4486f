//! Learned triage over a real database: what is proposed, applied, accepted, corrected, and to whom it is shown.

use kernel::cx::Cx;
use kernel::error::Kind;
use kernel::event;

use crate::events;
use crate::fixture::{DAY, Desk};
use crate::learned::clustering::{self, group};
use crate::learned::proposing::{self, Outcome, Proposed};
use crate::learned::training::{learn, train};
use crate::learned::{Field, Thresholds, hearing, save_thresholds, store};
use crate::ticket::value::{Category, Channel};
use crate::ticket::{self, Change, Opening, Ticket};

const NODE: &str = "test";

const PAST: [(Category, &[&str]); 3] = [
    (
        Category::Network,
        &[
            "VPN drops every hour",
            "VPN 连不上",
            "wifi is slow on floor 2",
            "无线网络很慢",
        ],
    ),
    (
        Category::Account,
        &[
            "I forgot my password",
            "密码过期了",
            "my account is locked",
            "账号被锁定",
        ],
    ),
    (
        Category::Software,
        &[
            "Excel crashes with macros",
            "Excel 打不开",
            "Outlook does not start",
            "Outlook 收不到邮件",
        ],
    ),
];

/// A desk with a past from which the models were trained.
async fn with_a_past() -> Desk {
    let desk = Desk::open().await;
    for round in 0..4 {
        for (category, titles) in PAST {
            for title in titles {
                let mut opening = desk.ann_reports(&format!("{title} {round}"));
                opening.category = category;
                desk.report(opening).await;
            }
        }
    }
    close_all(&desk).await;
    train(&desk.db, desk.clock.now()).await.unwrap();
    desk
}

/// Everything is closed, as it would be after the requesters' yes.
async fn close_all(desk: &Desk) {
    desk.write(|tx| {
        tx.execute(
            "UPDATE desk_ticket SET stage = 2, state = 'closed' WHERE stage = 0",
            &[],
        )
    })
    .await
    .unwrap();
}

async fn arrives(desk: &Desk, title: &str, category: Category) -> Ticket {
    let mut opening = Opening::new(desk.ann.user, title, "Please help.", Channel::Portal);
    opening.category = category;
    let ticket = desk.report(opening).await;
    let (cx, number) = (Cx::system(desk.clock.clone(), "desk.learned"), ticket.number);
    hearing::arrived(&desk.db, &cx, &NODE.into(), number)
        .await
        .unwrap();
    desk.read(move |tx| Ok(ticket::store::load(tx, number)?.unwrap()))
        .await
        .unwrap()
}

async fn category_proposal(desk: &Desk, number: i64) -> Option<Proposed> {
    let all = desk.read(move |tx| store::proposals(tx, number)).await.unwrap();
    all.into_iter().find(|one| one.field == Field::Category)
}

async fn threshold(desk: &Desk, hundredths: i64) {
    let manager = desk.manager.cx();
    desk.write(move |tx| save_thresholds(tx, &manager, &Thresholds::from([(Field::Category, hundredths)])))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_new_ticket_gets_a_proposal_with_its_words_and_keeps_its_value() {
    let desk = with_a_past().await;
    let ticket = arrives(&desk, "My VPN drops again", Category::Other).await;
    let proposed = category_proposal(&desk, ticket.number).await.unwrap();
    assert_eq!(
        (proposed.label.as_str(), proposed.outcome),
        ("network", Outcome::Open)
    );
    assert!(
        proposed.words.iter().any(|word| word.word == "VPN"),
        "{proposed:?}"
    );
    assert!(proposed.confidence >= 500);
    assert_eq!(ticket.category, Category::Other);
    let chinese = arrives(&desk, "密码又过期了，账号登不上", Category::Other).await;
    assert_eq!(
        category_proposal(&desk, chinese.number).await.unwrap().label,
        "account"
    );
}

#[tokio::test]
async fn above_its_threshold_a_proposal_is_applied_with_the_reason_in_the_history() {
    let desk = with_a_past().await;
    threshold(&desk, 50).await;
    let ticket = arrives(&desk, "My VPN drops again", Category::Other).await;
    assert_eq!(ticket.category, Category::Network);
    let subject = ticket.subject();
    let history = desk
        .read(move |tx| event::of_subject(tx, &subject, 0, 50))
        .await
        .unwrap();
    let reason = history
        .iter()
        .find(|event| event.kind == events::TICKET_TRIAGED)
        .unwrap();
    assert_eq!(reason.data["value"], "network");
    assert!(
        reason.personal.as_ref().unwrap()["words"]
            .as_str()
            .unwrap()
            .contains("VPN")
    );
    assert!(
        history
            .iter()
            .any(|event| event.kind == events::TICKET_CHANGED && event.actor == "system:desk.learned")
    );
}

#[tokio::test]
async fn what_the_requester_chose_is_never_replaced() {
    let desk = with_a_past().await;
    threshold(&desk, 50).await;
    let ticket = arrives(&desk, "My VPN drops again", Category::Hardware).await;
    assert_eq!(ticket.category, Category::Hardware);
    assert_eq!(
        category_proposal(&desk, ticket.number).await.unwrap().outcome,
        Outcome::Open
    );
}

#[tokio::test]
async fn accepting_sets_the_value_and_only_the_desk_may() {
    let desk = with_a_past().await;
    let number = arrives(&desk, "My VPN drops again", Category::Other).await.number;
    for (stranger, kind) in [
        (desk.ann.cx(), Kind::Forbidden),
        (crate::fixture::Who::requester(7).cx(), Kind::NotFound),
    ] {
        let refused = desk
            .write(move |tx| proposing::accept(tx, &stranger, number, Field::Category))
            .await;
        assert_eq!(refused.unwrap_err().kind(), kind);
    }
    let bob = desk.bob.cx();
    let ticket = desk
        .write(move |tx| proposing::accept(tx, &bob, number, Field::Category))
        .await
        .unwrap();
    assert_eq!(ticket.category, Category::Network);
    assert_eq!(
        category_proposal(&desk, number).await.unwrap().outcome,
        Outcome::Accepted
    );
    let bob = desk.bob.cx();
    let missing = desk
        .write(move |tx| proposing::accept(tx, &bob, number, Field::Team))
        .await;
    assert_eq!(missing.unwrap_err().kind(), Kind::NotFound);
}

#[tokio::test]
async fn a_correction_teaches_with_the_next_run_of_the_job() {
    let desk = with_a_past().await;
    let number = arrives(&desk, "The wifi badge reader drops", Category::Other)
        .await
        .number;
    assert!(category_proposal(&desk, number).await.is_some());
    let bob = desk.bob.cx();
    let security = Change {
        category: Some(Category::Security),
        ..Change::default()
    };
    desk.write(move |tx| ticket::change(tx, &bob, number, security.clone()))
        .await
        .unwrap();
    let cx = desk.system();
    desk.write(move |tx| proposing::settle(tx, &cx, number, &[Field::Category]))
        .await
        .unwrap();
    assert_eq!(
        category_proposal(&desk, number).await.unwrap().outcome,
        Outcome::Corrected
    );
    let before = desk.read(store::learned).await.unwrap();
    learn(&desk.db, desk.clock.now()).await.unwrap();
    assert_eq!(
        category_proposal(&desk, number).await.unwrap().outcome,
        Outcome::Taught
    );
    let after = desk.read(store::learned).await.unwrap();
    let of = |all: &[store::Learned]| {
        all.iter()
            .find(|one| one.field == Field::Category)
            .map(|one| (one.texts, one.labels))
            .unwrap()
    };
    assert_eq!(of(&after), (of(&before).0 + 1, of(&before).1 + 1));
}

#[tokio::test]
async fn what_is_closed_is_learned_once_and_all_is_learned_anew_after_a_day() {
    let desk = with_a_past().await;
    let texts = |all: Vec<store::Learned>| all.iter().find(|one| one.field == Field::Category).unwrap().texts;
    assert_eq!(texts(desk.read(store::learned).await.unwrap()), 48);
    desk.clock.advance_millis(60_000);
    arrives(&desk, "Outlook hangs", Category::Software).await;
    close_all(&desk).await;
    for _ in 0..2 {
        learn(&desk.db, desk.clock.now()).await.unwrap();
        assert_eq!(texts(desk.read(store::learned).await.unwrap()), 49);
    }
    desk.clock.advance_millis(DAY);
    learn(&desk.db, desk.clock.now()).await.unwrap();
    let learned = desk.read(store::learned).await.unwrap();
    assert!(
        learned
            .iter()
            .all(|one| one.trained_at == desk.clock.now() && one.checked > 0)
    );
    assert_eq!(texts(learned), 49);
}

#[tokio::test]
async fn a_desk_without_a_past_proposes_nothing_and_says_so() {
    let desk = Desk::open().await;
    learn(&desk.db, desk.clock.now()).await.unwrap();
    assert!(desk.read(store::learned).await.unwrap().is_empty());
    let ticket = arrives(&desk, "My VPN drops", Category::Other).await;
    assert_eq!(category_proposal(&desk, ticket.number).await, None);
}

#[tokio::test]
async fn a_threshold_out_of_range_names_its_field_and_a_technician_sets_none() {
    let desk = Desk::open().await;
    let manager = desk.manager.cx();
    let wrong = Thresholds::from([(Field::Team, 20)]);
    let refused = desk
        .write(move |tx| save_thresholds(tx, &manager, &wrong))
        .await
        .unwrap_err();
    assert_eq!(refused.fields()[0].field, "team");
    let bob = desk.bob.cx();
    let refused = desk
        .write(move |tx| save_thresholds(tx, &bob, &Thresholds::new()))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), Kind::Forbidden);
}

#[tokio::test]
async fn what_a_person_does_to_another_field_says_nothing_of_a_proposal() {
    let desk = with_a_past().await;
    let number = arrives(&desk, "My VPN drops again", Category::Hardware)
        .await
        .number;
    let cx = desk.system();
    desk.write(move |tx| proposing::settle(tx, &cx, number, &[Field::Urgency]))
        .await
        .unwrap();
    let kept = category_proposal(&desk, number).await.unwrap();
    assert_eq!(kept.outcome, Outcome::Open);
    let cx = desk.system();
    desk.write(move |tx| proposing::settle(tx, &cx, number, &[Field::Category]))
        .await
        .unwrap();
    let settled = category_proposal(&desk, number).await.unwrap();
    assert_eq!(settled.outcome, Outcome::Corrected);
}

#[tokio::test]
async fn what_is_closed_or_was_looked_at_already_is_not_looked_at_again() {
    let desk = with_a_past().await;
    let opening = Opening::new(desk.ann.user, "My VPN drops", "Please help.", Channel::Portal);
    let closed = desk.report(opening).await.number;
    close_all(&desk).await;
    let cx = desk.system();
    hearing::arrived(&desk.db, &cx, &NODE.into(), closed)
        .await
        .unwrap();
    assert_eq!(category_proposal(&desk, closed).await, None);
    let open = arrives(&desk, "My VPN drops", Category::Other).await.number;
    let first = category_proposal(&desk, open).await;
    desk.clock.advance_millis(60_000);
    hearing::arrived(&desk.db, &cx, &NODE.into(), open).await.unwrap();
    assert_eq!(category_proposal(&desk, open).await, first);
}

#[tokio::test]
async fn the_first_models_look_at_the_tickets_that_were_open_before_them() {
    let desk = with_a_past().await;
    let waiting = Opening::new(desk.ann.user, "My VPN drops", "Please help.", Channel::Mail);
    let waiting = desk.report(waiting).await.number;
    assert_eq!(category_proposal(&desk, waiting).await, None);
    // Sure as it is: people have worked on it, so it is only proposed.
    threshold(&desk, 50).await;
    hearing::look_at_open(&desk.db, &desk.system(), &NODE.into())
        .await
        .unwrap();
    let proposed = category_proposal(&desk, waiting).await.unwrap();
    assert_eq!(
        (proposed.label.as_str(), proposed.outcome),
        ("network", Outcome::Open)
    );
}

#[tokio::test]
async fn a_proposal_that_was_settled_meanwhile_is_not_taken_from_an_old_page() {
    let desk = with_a_past().await;
    let number = arrives(&desk, "My VPN drops again", Category::Other).await.number;
    let (bob, manager, system) = (desk.bob.cx(), desk.manager.cx(), desk.system());
    desk.write(move |tx| {
        let change = Change {
            category: Some(Category::Hardware),
            ..Change::default()
        };
        ticket::change(tx, &manager, number, change)?;
        proposing::settle(tx, &system, number, &[Field::Category])
    })
    .await
    .unwrap();
    let late = desk
        .write(move |tx| proposing::accept(tx, &bob, number, Field::Category))
        .await;
    assert_eq!(late.unwrap_err().code(), "desk.triage.settled");
    let ticket = desk
        .read(move |tx| ticket::store::load(tx, number))
        .await
        .unwrap();
    assert_eq!(ticket.unwrap().category, Category::Hardware);
    assert_eq!(
        category_proposal(&desk, number).await.unwrap().outcome,
        Outcome::Corrected
    );
}

#[tokio::test]
async fn a_team_that_is_proposed_never_takes_the_ticket_from_who_works_on_it() {
    let desk = Desk::open().await;
    let (number, bob, manager) = (desk.printer().await.number, desk.bob.user, desk.manager.cx());
    let team = crate::fixture::team(2);
    let proposed = Proposed {
        field: Field::Team,
        label: team.to_string(),
        confidence: 990,
        words: Vec::new(),
        outcome: Outcome::Open,
        at: desk.clock.now(),
    };
    let ticket = desk
        .write(move |tx| {
            ticket::assign(tx, &manager, number, ticket::Assign::Person(bob))?;
            store::propose(tx, number, &proposed)?;
            proposing::accept(tx, &manager, number, Field::Team)
        })
        .await
        .unwrap();
    assert_eq!((ticket.team, ticket.assignee), (Some(team), Some(bob)));
    let mut held = crate::fixture::ticket(1);
    (held.team, held.assignee) = (None, Some(bob));
    assert!(!Field::Team.is_unset(&held));
    held.assignee = None;
    assert!(Field::Team.is_unset(&held));
}

#[tokio::test]
async fn what_the_desk_refuses_to_apply_is_still_proposed() {
    let desk = with_a_past().await;
    let number = desk.report(desk.ann_reports("My VPN drops")).await.number;
    let gone = Proposed {
        field: Field::Category,
        label: "no longer a category".to_owned(),
        confidence: 990,
        words: Vec::new(),
        outcome: Outcome::Open,
        at: desk.clock.now(),
    };
    let (cx, sure) = (desk.system(), Thresholds::from([(Field::Category, 50)]));
    hearing::kept(&desk.db, &cx, number, vec![gone], sure)
        .await
        .unwrap();
    let proposed = category_proposal(&desk, number).await.unwrap();
    assert_eq!(proposed.outcome, Outcome::Open);
}

#[tokio::test]
async fn what_repeated_last_month_is_grouped_for_whoever_sees_all_tickets() {
    let desk = Desk::open().await;
    for floor in 0..5 {
        desk.report(desk.ann_reports(&format!("Printer jams on floor {floor}")))
            .await;
    }
    let mut other = desk.ann_reports("VPN certificate expired");
    "The tunnel stays closed.".clone_into(&mut other.body);
    desk.report(other).await;
    group(&desk.db, desk.clock.now().add_millis(31 * DAY))
        .await
        .unwrap();
    group(&desk.db, desk.clock.now().add_millis(31 * DAY))
        .await
        .unwrap();
    let manager = desk.manager.cx();
    let found = desk
        .read(move |tx| clustering::clusters(tx, &manager, "2026-03"))
        .await
        .unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].count, 5);
    assert!(found[0].words.contains("printer"), "{found:?}");
    let manager = desk.manager.cx();
    let (_, rows) = desk
        .read(move |tx| clustering::tickets(tx, &manager, "2026-03", 0))
        .await
        .unwrap();
    assert_eq!(rows.len(), 5);
    let bob = desk.bob.cx();
    let refused = desk
        .read(move |tx| clustering::clusters(tx, &bob, "2026-03"))
        .await;
    assert_eq!(refused.unwrap_err().kind(), Kind::Forbidden);
}
