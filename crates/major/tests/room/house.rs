//! What the tests share: tickets of two people, an incident of one of them, and what was said on them.

use desk::article::{Article, ArticleKind};
use desk::ticket::{self, Ticket, View};
use kernel::Locale;
use major::incident::declaring::{Declaration, Facts, declare};
use major::incident::{Incident, IncidentId, store};
use major::update::{self, Update, Words};
use testkit::TestApp;

pub const BASE: &str = "http://desk.test";

/// What an engineer says of it.
pub fn declaration(links: &[i64]) -> Declaration {
    Declaration {
        facts: Facts {
            title: "Mail is down".to_owned(),
            impact: "Nobody can send mail.".to_owned(),
            services: vec!["Mail".to_owned()],
            update_minutes: 30,
            on_status: None,
        },
        commander: None,
        plan: Some("core-system-down".to_owned()),
        links: links.to_vec(),
        words: None,
    }
}

/// Li Na's and Bruno's tickets about the same trouble.
pub async fn two_tickets(app: &TestApp) -> (Ticket, Ticket) {
    let first = app.li_na_misses_her_mail().await;
    let bruno = app.cast.bruno.clone();
    let second = app.reported(&bruno, "I cannot send mail").await;
    (first, second)
}

/// Cheng Li makes the first one a major incident, with the second linked.
pub async fn incident(app: &TestApp) -> (Incident, Ticket, Ticket) {
    let (first, second) = two_tickets(app).await;
    let (number, declaration) = (first.number, declaration(&[second.number]));
    let incident = app
        .act(&app.cast.cheng_li, move |tx, cx| {
            declare(tx, cx, BASE, number, &declaration)
        })
        .await;
    (incident, first, second)
}

/// Cheng Li's words, in both languages.
pub async fn say(app: &TestApp, id: IncidentId, en: &str, zh: &str) -> Update {
    let words = Words {
        en: Some(en.to_owned()),
        zh: Some(zh.to_owned()),
    };
    app.act(&app.cast.cheng_li, move |tx, cx| {
        update::write(tx, cx, id, &words, None)
    })
    .await
}

/// An incident as it is.
pub async fn now(app: &TestApp, id: IncidentId) -> Incident {
    app.read(move |tx| store::find(tx, id)).await.unwrap().unwrap()
}

/// A ticket as it is.
pub async fn view(app: &TestApp, number: i64) -> View {
    let cx = app.cx();
    app.read(move |tx| ticket::load(tx, &cx, number)).await.unwrap()
}

/// What was said on a ticket in one way.
pub async fn said(app: &TestApp, number: i64, kind: ArticleKind) -> Vec<Article> {
    let view = view(app, number).await;
    let all = app.read(move |tx| ticket::said(tx, &view)).await.unwrap();
    all.into_iter().filter(|article| article.kind == kind).collect()
}

/// The public replies on a ticket.
pub async fn replies(app: &TestApp, number: i64) -> Vec<String> {
    let all = said(app, number, ArticleKind::Reply).await;
    all.into_iter().map(|article| article.body).collect()
}

/// The texts of the product, in a language.
pub fn t(locale: Locale, key: &str) -> String {
    locale.t(key)
}
