//! The log of firings: of a rule, on a ticket, and one alone.

use askama::Template;
use axum::extract::State;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde::Deserialize;
use web::{App, Page, Path, Query, Shell, html};

use super::{PATH, dry};
use crate::RULES;
use crate::firing::{self, Deed, Firing, Outcome};
use crate::rule::{Definition, RuleId, naming, store};

const PIECE: i64 = 50;

/// What an action came to.
struct Done {
    text: String,
    changed: bool,
    refusal: Option<String>,
}

/// A firing in the reader's words.
struct Line {
    firing: Firing,
    name: String,
    matched: Vec<String>,
    deeds: Vec<Done>,
}

#[derive(Template)]
#[template(path = "pages/views/firings.html")]
struct Log {
    shell: Shell,
    back: String,
    back_text: String,
    /// Whether the rule is named on each line.
    names_rule: bool,
    lines: Vec<Line>,
    /// Leads to older ones.
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/views/firing.html")]
struct One {
    shell: Shell,
    line: Line,
    text: String,
}

/// Where a page of the log begins.
#[derive(Debug, Deserialize)]
pub(super) struct Before {
    before: Option<i64>,
}

/// Turns ids of a firing into names and adds the rule's.
fn named(tx: &mut Tx<'_>, mut firing: Firing) -> Result<(Firing, String, Definition)> {
    let version = store::version_of(tx, firing.rule, firing.version)?.map(|version| version.definition);
    let definition = version.unwrap_or_default();
    let acts = Definition {
        then: firing.deeds.iter().map(|deed| deed.action.clone()).collect(),
        ..Definition::default()
    };
    let acts = naming::spoken(tx, &acts)?;
    for (deed, action) in firing.deeds.iter_mut().zip(acts.then) {
        deed.action = action;
    }
    let spoken = naming::spoken(tx, &definition)?;
    Ok((firing, definition.name, spoken))
}

fn line(page: &Page, firing: Firing, name: String) -> Line {
    let locale = page.cx.locale;
    let deed = |deed: &Deed| Done {
        text: dry::action(locale, &deed.action),
        changed: deed.changed,
        refusal: deed
            .refusal
            .as_ref()
            .map(|refusal| refusal.message(locale).to_owned()),
    };
    Line {
        matched: firing.matched.iter().map(|one| one.told()).collect(),
        deeds: firing.deeds.iter().map(deed).collect(),
        name,
        firing,
    }
}

async fn log(
    app: &App,
    page: &Page,
    title: String,
    back: (String, String),
    found: Vec<(Firing, String)>,
    names_rule: bool,
) -> web::Result {
    let is_full = i64::try_from(found.len()).unwrap_or(0) >= PIECE;
    let older = found
        .last()
        .filter(|_| is_full)
        .map(|(firing, _)| format!("?before={}", firing.id));
    html(Log {
        shell: page.shell(app, title).await?,
        back: back.0,
        back_text: back.1,
        names_rule,
        lines: found
            .into_iter()
            .map(|(firing, name)| line(page, firing, name))
            .collect(),
        older,
    })
}

/// `GET /settings/rules/{id}/firings`
pub(super) async fn of_rule(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RuleId>,
    Query(from): Query<Before>,
) -> web::Result {
    let cx = page.cx.clone();
    let (rule, found) = app
        .db
        .read(move |tx| {
            let rule = store::load(tx, id)?;
            let firings = firing::of_rule(tx, &cx, id, from.before.unwrap_or(i64::MAX), PIECE)?;
            Ok((rule, spoken(tx, firings)?))
        })
        .await?;
    let name = rule.definition.name;
    let title = page.cx.locale.t_with("automate-log-of", &[("name", name.into())]);
    let back = (format!("{PATH}/{id}"), page.t("automate-back"));
    log(&app, &page, title, back, found, false).await
}

/// `GET /tickets/{number}/rules`
pub(super) async fn of_ticket(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(from): Query<Before>,
) -> web::Result {
    let cx = page.cx.clone();
    let found = app
        .db
        .read(move |tx| {
            let firings = firing::of_ticket(tx, &cx, number, from.before.unwrap_or(i64::MAX), PIECE)?;
            spoken(tx, firings)
        })
        .await?;
    let title = page
        .cx
        .locale
        .t_with("automate-log-ticket", &[("number", number.to_string().into())]);
    let back = (format!("/tickets/{number}"), format!("#{number}"));
    log(&app, &page, title, back, found, true).await
}

fn spoken(tx: &mut Tx<'_>, firings: Vec<Firing>) -> Result<Vec<(Firing, String)>> {
    let named = firings
        .into_iter()
        .map(|one| named(tx, one).map(|(firing, name, _)| (firing, name)));
    named.collect()
}

/// `GET /settings/rules/firings/{id}`
pub(super) async fn firing(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    let (firing, name, definition) = app
        .db
        .read(move |tx| {
            cx.require(RULES)?;
            let firing = firing::store::find(tx, id)?.ok_or_else(Error::not_found)?;
            named(tx, firing)
        })
        .await?;
    let title = page
        .cx
        .locale
        .t_with("automate-firing", &[("number", id.to_string().into())]);
    html(One {
        shell: page.shell(&app, title).await?,
        line: line(&page, firing, name),
        text: crate::rule::text::write(&definition),
    })
}

impl Line {
    fn tone(&self) -> &'static str {
        match self.firing.outcome {
            Outcome::Done => "success",
            Outcome::Refused => "danger",
            Outcome::TooDeep | Outcome::TicketLimit | Outcome::RuleLimit => "warning",
        }
    }
}
