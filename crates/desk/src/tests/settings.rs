//! Settings of the desk: service levels, matrix, routes; and every text in both languages.

use std::collections::BTreeMap;

use kernel::error::Kind;
use kernel::i18n::Locale;

use crate::fixture::{Desk, MINUTE};
use crate::service_level::{
    ClockKind, Conditions, Definition, Target, Unit, policies, replay_all, save_policy,
};
use crate::ticket::value::{Category, Impact, Priority, Urgency};
use crate::triage::{self, Route};

fn quick() -> Definition {
    Definition {
        name: BTreeMap::from([("en".to_owned(), "Quick".to_owned())]),
        conditions: Conditions {
            priorities: vec![Priority::P2],
            ..Conditions::default()
        },
        calendar: "always".to_owned(),
        pauses: Vec::new(),
        targets: vec![Target {
            clock: ClockKind::Solution,
            amount: 15,
            unit: Unit::Minute,
            steps: Vec::new(),
        }],
    }
}

#[tokio::test]
async fn an_edited_service_level_holds_for_new_tickets_and_leaves_old_promises() {
    let desk = Desk::open().await;
    let old = desk.printer().await;
    let manager = desk.manager.cx();
    let saved = desk
        .write(move |tx| save_policy(tx, &manager, Some("p2"), 5, quick()))
        .await
        .unwrap();
    assert_eq!(saved.reference(), "p2@2");
    let new = desk.printer().await;
    assert_eq!(
        (old.policy.as_deref(), new.policy.as_deref()),
        (Some("p2@1"), Some("p2@2"))
    );
    assert_eq!(new.next_due_at, Some(desk.clock.now().add_millis(15 * MINUTE)));
    assert_eq!(replay_all(&desk.db).await.unwrap().differing, 0);
    let bob = desk.bob.cx();
    let current = desk.read(move |tx| policies(tx, &bob)).await.unwrap();
    assert_eq!(current.iter().filter(|policy| policy.id == "p2").count(), 1);
}

#[tokio::test]
async fn an_impossible_service_level_is_refused_with_every_wrong_field() {
    let desk = Desk::open().await;
    let manager = desk.manager.cx();
    let mut wrong = quick();
    wrong.name.clear();
    wrong.targets[0].amount = 0;
    wrong.pauses = vec![crate::ticket::State::New];
    let error = desk
        .write(move |tx| save_policy(tx, &manager, None, 5, wrong.clone()))
        .await
        .unwrap_err();
    let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["name", "pauses", "targets[0].amount"]);
    let bob = desk.bob.cx();
    let error = desk
        .write(move |tx| save_policy(tx, &bob, None, 5, quick()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Forbidden);
}

#[tokio::test]
async fn the_matrix_as_delivered_gives_p0_for_a_site_that_stands_still() {
    let desk = Desk::open().await;
    let bob = desk.bob.cx();
    let matrix = desk.read(move |tx| triage::matrix(tx, &bob)).await.unwrap();
    assert_eq!(matrix.len(), Impact::ALL.len() * Urgency::ALL.len());
    assert_eq!(matrix[&(Impact::Site, Urgency::High)], Priority::P0);
    assert_eq!(matrix[&(Impact::Person, Urgency::Low)], Priority::P3);
}

#[tokio::test]
async fn a_route_sends_its_category_to_a_team() {
    let desk = Desk::open().await;
    let manager = desk.manager.cx();
    let route = Route {
        category: Category::Hardware,
        team: Some(crate::fixture::team(2)),
        skill: Some("hardware".to_owned()),
        level: 2,
        complexity: 2,
        automatic: false,
    };
    desk.write(move |tx| triage::save_route(tx, &manager, &route))
        .await
        .unwrap();
    let mut opening = desk.ann_reports("Screen");
    opening.team = None;
    let ticket = desk.report(opening).await;
    assert_eq!(
        (ticket.team, ticket.complexity),
        (Some(crate::fixture::team(2)), 2)
    );
}

/// Every text that the code names stands in both languages.
#[test]
fn every_text_key_has_words_in_both_languages() {
    let keys = |locale: Locale| -> std::collections::BTreeSet<String> {
        let texts = crate::LOCALES.iter().filter(|(of, _)| *of == locale);
        texts
            .flat_map(|(_, text)| text.lines())
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned()))
            .collect()
    };
    let (english, chinese) = (keys(Locale::En), keys(Locale::ZhCn));
    assert_eq!(english, chinese);
    let mut wanted: Vec<String> = Vec::new();
    wanted.extend(
        crate::events::ALL
            .iter()
            .map(|kind| format!("event-{}", kind.replace('.', "-"))),
    );
    wanted.extend(
        crate::PERMISSIONS
            .iter()
            .map(|permission| format!("permission-{}", permission.name.replace('.', "-"))),
    );
    macro_rules! words { ($($name:path),* $(,)?) => { $(
        wanted.extend(<$name>::ALL.iter().map(|value| value.text_key().to_owned()));
    )* } }
    words!(
        crate::ticket::TicketType,
        crate::ticket::Category,
        crate::ticket::Impact,
        crate::ticket::Urgency,
        crate::ticket::Priority,
        crate::ticket::State,
        crate::ticket::Stage,
        crate::ticket::Channel,
        crate::ticket::WaitingFor,
        crate::ticket::Voice,
        crate::ticket::Order,
        crate::saved_view::Audience,
        crate::saved_view::Column,
        crate::saved_view::Only,
        crate::batch::trace::Part,
        crate::article::ArticleKind,
        crate::service_level::ClockKind,
        crate::service_level::ClockState,
        crate::service_level::Unit,
        crate::service_level::Action,
        crate::assignment::Outcome,
        crate::assignment::LeftOut,
        crate::diagnosis::Question,
        crate::diagnosis::EvidenceKind,
        crate::diagnosis::Outcome,
        crate::gate::Part,
        crate::verification::Answer,
        crate::verification::AnsweredBy,
        crate::macros::Move,
        crate::macros::Voice,
        crate::ticket::family::ParentRule,
        crate::ticket::family::Relation,
    );
    let missing: Vec<&String> = wanted.iter().filter(|key| !english.contains(*key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
