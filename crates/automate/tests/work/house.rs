//! What the tests share: a rule from its text, and the log of it.

use automate::firing::{self, Firing};
use automate::rule::{Rule, RuleId, keeping, text_reading};
use desk::ticket::{self, Category, Channel, Opening, Ticket, View};
use testkit::TestApp;

/// Adds a rule as the person at the machine.
pub async fn rule(app: &TestApp, text: &str) -> Rule {
    let cx = app.cx();
    let definition = text_reading::read(text, cx.locale).unwrap().remove(0).definition;
    app.write(move |tx| keeping::add(tx, &cx, &definition))
        .await
        .unwrap()
}

/// The latest firings of a rule.
pub async fn log(app: &TestApp, rule: RuleId) -> Vec<Firing> {
    let cx = app.cx();
    app.read(move |tx| firing::of_rule(tx, &cx, rule, i64::MAX, 100))
        .await
        .unwrap()
}

/// Li Na reports something.
pub async fn report(app: &TestApp, title: &str) -> Ticket {
    let (li_na, title) = (app.cast.li_na.clone(), title.to_owned());
    let (requester, team) = (li_na.id, app.cast.service_desk);
    app.act(&li_na, move |tx, cx| {
        let mut opening = Opening::new(requester, title.clone(), "It is as I say.", Channel::Portal);
        opening.category = Category::Other;
        opening.team = Some(team);
        ticket::open(tx, cx, opening)
    })
    .await
}

/// A ticket as it is.
pub async fn view(app: &TestApp, number: i64) -> View {
    let cx = app.cx();
    app.read(move |tx| ticket::load(tx, &cx, number)).await.unwrap()
}
