//! What the tests share: Amy hands a ticket over to the systems team, where Cheng Li looks into it.

use desk::ticket::{self, View};
use handover::package::giving::{self, Giving};
use handover::package::{Fault, Package, PackageId, Severity, store};
use handover::report::judging::{self, Judgement};
use handover::report::{Findings, Report, Verdict, writing};
use kernel::error::Result;
use mail::mailbox::{MailboxInput, Security};
use testkit::TestApp;
use testkit::app::Person;

/// Where this house is.
pub const BASE: &str = "http://desk.test";

/// What Amy says of the fault.
pub fn fault() -> Fault {
    Fault {
        title: "Printing stops at page 7".to_owned(),
        severity: Severity::High,
        steps: "1. Print 10 pages\n2. Wait".to_owned(),
        expected: "Ten pages".to_owned(),
        actual: "Seven pages and 49.4C02".to_owned(),
        environment: "kingfisher, third floor".to_owned(),
        found: String::new(),
        tried: "- another driver".to_owned(),
        versions: "4.2.1".to_owned(),
    }
}

/// To the systems team, without evidence.
pub fn to_systems(app: &TestApp) -> Giving {
    Giving {
        team: Some(app.cast.systems),
        ..Giving::of(fault())
    }
}

/// Amy hands over.
pub async fn given(app: &TestApp, number: i64, giving: Giving) -> Package {
    app.act(&app.cast.amy.clone(), move |tx, cx| {
        giving::hand_over(tx, cx, number, &giving, BASE)
    })
    .await
}

/// Amy has handed Li Na's printer over to the systems team.
pub async fn handed_over(app: &TestApp) -> Package {
    let ticket = app.li_na_cannot_print().await;
    given(app, ticket.number, to_systems(app)).await
}

/// What development found.
pub fn findings() -> Findings {
    Findings {
        cause_technical: "The spooler keeps seven buffers and never frees one.".to_owned(),
        cause_plain: "The printing service ran out of room.".to_owned(),
        fix: "Buffers are freed after each page.".to_owned(),
        fixed_in: "4.2.2".to_owned(),
        prevention: "A test prints a hundred pages.".to_owned(),
    }
}

/// Somebody reports.
pub async fn reported(app: &TestApp, person: &Person, id: PackageId) -> Report {
    app.act(person, move |tx, cx| {
        writing::report(tx, cx, id, &findings(), BASE)
    })
    .await
}

/// Somebody decides; what came of it.
pub async fn judged(
    app: &TestApp,
    person: &Person,
    id: PackageId,
    verdict: Verdict,
    reason: &str,
) -> Result<Report> {
    let judgement = Judgement {
        verdict,
        reason: reason.to_owned(),
        number: None,
    };
    app.act(person, move |tx, cx| {
        Ok(judging::judge(tx, cx, id, &judgement, BASE))
    })
    .await
}

/// A package as it is.
pub async fn package(app: &TestApp, id: PackageId) -> Package {
    app.read(move |tx| store::find(tx, id)).await.unwrap().unwrap()
}

/// A ticket as it is.
pub async fn view(app: &TestApp, number: i64) -> View {
    let cx = app.cx();
    app.read(move |tx| ticket::load(tx, &cx, number)).await.unwrap()
}

/// The notes of a ticket, oldest first.
pub async fn notes(app: &TestApp, number: i64) -> Vec<String> {
    let cx = app.cx();
    let entries = app
        .read(move |tx| Ok(ticket::timeline(tx, &cx, number)?.entries))
        .await
        .unwrap();
    let bodies = entries.into_iter().filter_map(|entry| match entry {
        ticket::Entry::Article(article) if !article.public => Some(article.body),
        _ => None,
    });
    bodies.collect()
}

/// A mailbox that letters leave by, as far as the outbox.
pub async fn mailbox(app: &TestApp) {
    let cx = app.cx();
    let input = MailboxInput {
        name: "Desk".to_owned(),
        address: "desk@example.test".to_owned(),
        enabled: true,
        locale: "en".to_owned(),
        purpose: mail::DESK.to_owned(),
        smtp_host: "127.0.0.1".to_owned(),
        smtp_port: Some(9),
        smtp_security: Security::None,
        ..MailboxInput::default()
    };
    app.write(move |tx| mail::mailbox::create(tx, &cx, &input))
        .await
        .unwrap();
}

/// The letters about packages: to whom, and their subject.
pub async fn letters(app: &TestApp) -> Vec<(String, String)> {
    let cx = app.cx();
    let all = app
        .read(move |tx| mail::outbound::list(tx, &cx, None, i64::MAX, 200))
        .await
        .unwrap();
    let ours = all
        .into_iter()
        .filter(|one| one.letter.about.starts_with("handover:"));
    let mut found: Vec<_> = ours
        .map(|one| (one.letter.recipients().remove(0), one.letter.subject))
        .collect();
    found.sort();
    found
}
