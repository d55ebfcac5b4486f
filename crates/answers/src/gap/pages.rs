//! `/knowledge/missing`: what is missing, as a list that people work through.

use askama::Template;
use axum::extract::State as Given;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Kind as ErrorKind, Result};
use kernel::id::UserId;
use serde::Deserialize;
use web::{
    App, Choice, FormData, Need, Page, Path, Query, Routes, Shell, Tone, html, urlencoded, with_toast,
};

use super::{Filter, Gap, Kind, PAGE, State, changing};
use crate::{REPORT, USE};

/// Where it is.
pub const PATH: &str = "/knowledge/missing";

/// The routes.
#[must_use]
pub fn routes() -> Routes {
    let (look, change) = (Need::permission(REPORT), Need::permission(USE));
    Routes::new()
        .page(Method::GET, PATH, look, show)
        .page(Method::POST, "/knowledge/missing/{id}/owner", change, give)
        .page(Method::POST, "/knowledge/missing/{id}/dismissal", change, dismiss)
        .page(Method::POST, "/knowledge/missing/{id}/reopening", change, reopen)
        .page(Method::POST, "/knowledge/missing/{id}/draft", change, draft)
}

/// Which lines, as addresses say it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    state: String,
    kind: String,
    owner: String,
    from: usize,
}

impl Wanted {
    fn filter(&self, me: Option<UserId>) -> Filter {
        Filter {
            state: State::parse(&self.state).unwrap_or_default(),
            kind: Kind::parse(&self.kind),
            owner: me.filter(|_| self.owner == "me"),
        }
    }

    fn path(&self, state: &str, kind: &str, owner: &str, from: usize) -> String {
        let from = from.to_string();
        let pairs = [
            ("state", state),
            ("kind", kind),
            ("owner", owner),
            ("from", from.as_str()),
        ];
        let pairs: Vec<(&str, &str)> = pairs
            .into_iter()
            .filter(|(name, value)| !value.is_empty() && (*name, *value) != ("from", "0"))
            .collect();
        if pairs.is_empty() {
            PATH.to_owned()
        } else {
            format!("{PATH}?{}", urlencoded::join(&pairs))
        }
    }
}

struct Tab {
    href: String,
    text: String,
    count: Option<i64>,
    is_current: bool,
}

struct Row {
    gap: Gap,
    owner: Option<String>,
    /// Articles it is about, with their titles.
    articles: Vec<(i64, String)>,
}

#[derive(Template)]
#[template(path = "gap/views/list.html")]
struct List {
    shell: Shell,
    states: Vec<Tab>,
    kinds: Vec<Tab>,
    rows: Vec<Row>,
    staff: Vec<Choice>,
    more: Option<String>,
    may_change: bool,
    may_write: bool,
    is_filtered: bool,
}

impl List {
    fn is_owner(&self, row: &Row, choice: &Choice) -> bool {
        row.gap
            .owner
            .is_some_and(|owner| owner.to_string() == choice.value)
    }
}

/// `GET /knowledge/missing`
async fn show(Given(app): Given<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let (cx, asked) = (page.cx.clone(), wanted.clone());
    let filter = wanted.filter(page.cx.user_id());
    let state = filter.state;
    let (gaps, more, counts, articles, people) = app
        .db
        .read(move |tx| {
            let (gaps, more) = super::list(tx, &cx, &filter, asked.from)?;
            let counts = super::counts(tx, &cx, filter.state)?;
            let mut numbers: Vec<i64> = gaps.iter().flat_map(|gap| gap.about.articles.clone()).collect();
            numbers.extend(gaps.iter().filter_map(|gap| gap.article));
            numbers.sort_unstable();
            numbers.dedup();
            let lines = knowledge::reading::lines(tx, &cx, &numbers)?;
            let mut people = people::user::store::staff(tx)?;
            let known: Vec<UserId> = people.iter().map(|card| card.id).collect();
            let others: Vec<UserId> = gaps
                .iter()
                .filter_map(|gap| gap.owner)
                .filter(|owner| !known.contains(owner))
                .collect();
            people.extend(people::user::store::cards(tx, &others)?.into_values());
            Ok((gaps, more, counts, lines, people))
        })
        .await?;
    let title = |number: i64| {
        let line = articles.iter().find(|line| line.number == number);
        (
            number,
            line.map_or_else(|| format!("KB-{number}"), |line| line.title.clone()),
        )
    };
    let rows = gaps.into_iter().map(|gap| Row {
        owner: gap
            .owner
            .and_then(|owner| people.iter().find(|card| card.id == owner))
            .map(|card| card.name.clone()),
        articles: gap.about.articles.iter().map(|number| title(*number)).collect(),
        gap,
    });
    let shell = page.shell(&app, page.t("answers-gap-title")).await?;
    html(List {
        states: states(&page, &wanted, state),
        kinds: kinds(&page, &wanted, &counts),
        rows: rows.collect(),
        more: more.then(|| wanted.path(&wanted.state, &wanted.kind, &wanted.owner, wanted.from + PAGE)),
        staff: people
            .iter()
            .map(|card| Choice::new(card.id.to_string(), card.name.clone()))
            .collect(),
        may_change: shell.may(USE),
        may_write: shell.may(knowledge::WRITE),
        is_filtered: !wanted.kind.is_empty() || !wanted.owner.is_empty() || !wanted.state.is_empty(),
        shell,
    })
}

fn states(page: &Page, wanted: &Wanted, state: State) -> Vec<Tab> {
    let mut tabs: Vec<Tab> = State::ALL
        .into_iter()
        .map(|one| Tab {
            href: wanted.path(
                if one == State::Open { "" } else { one.as_str() },
                &wanted.kind,
                "",
                0,
            ),
            text: page.t(&one.text_key()),
            count: None,
            is_current: one == state && wanted.owner.is_empty(),
        })
        .collect();
    tabs.insert(
        1,
        Tab {
            href: wanted.path("", &wanted.kind, "me", 0),
            text: page.t("answers-gap-mine"),
            count: None,
            is_current: wanted.owner == "me",
        },
    );
    tabs
}

fn kinds(page: &Page, wanted: &Wanted, counts: &[(Kind, i64)]) -> Vec<Tab> {
    let all: i64 = counts.iter().map(|one| one.1).sum();
    let tab = |kind: &str, text: String, count| Tab {
        href: wanted.path(&wanted.state, kind, &wanted.owner, 0),
        text,
        count: Some(count),
        is_current: wanted.kind == kind,
    };
    let mut tabs = vec![tab("", page.t("answers-gap-all"), all)];
    tabs.extend(
        counts
            .iter()
            .map(|(kind, count)| tab(kind.as_str(), page.t(&kind.text_key()), *count)),
    );
    tabs
}

/// Back to the list, with what was done.
fn back(page: &Page, key: &str) -> web::Result {
    let response = web::go_to(page, PATH)?;
    Ok(with_toast(response, page, Tone::Success, &page.t(key)))
}

/// What is wrong with a field of a line is said above the list.
fn refused(page: &Page, error: &Error) -> web::Result {
    let text = error.fields().first().map_or_else(
        || error.message(page.cx.locale),
        |field| field.message(page.cx.locale),
    );
    let response = web::go_to(page, PATH)?;
    Ok(with_toast(response, page, Tone::Danger, &text))
}

async fn change(
    app: &App,
    page: &Page,
    key: &str,
    act: impl FnMut(&mut Tx<'_>) -> Result<Gap> + Send + 'static,
) -> web::Result {
    match app.db.write(act).await {
        Ok(_) => back(page, key),
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict) => {
            refused(page, &error)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /knowledge/missing/{id}/owner`
async fn give(Given(app): Given<App>, page: Page, Path(id): Path<i64>, form: FormData) -> web::Result {
    let owner = form.optional("owner").map(str::parse::<UserId>).transpose();
    let owner = owner.map_err(|_| Error::invalid("web.form.choice").field("owner"))?;
    let cx = page.cx.clone();
    change(&app, &page, "answers-gap-given", move |tx| {
        changing::give(tx, &cx, id, owner)
    })
    .await
}

/// `POST /knowledge/missing/{id}/dismissal`
async fn dismiss(Given(app): Given<App>, page: Page, Path(id): Path<i64>, form: FormData) -> web::Result {
    let (cx, reason) = (page.cx.clone(), form.text("reason").to_owned());
    change(&app, &page, "answers-gap-dismissed", move |tx| {
        changing::dismiss(tx, &cx, id, &reason)
    })
    .await
}

/// `POST /knowledge/missing/{id}/reopening`
async fn reopen(Given(app): Given<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    change(&app, &page, "answers-gap-reopened", move |tx| {
        changing::reopen(tx, &cx, id)
    })
    .await
}

/// `POST /knowledge/missing/{id}/draft`: goes on to the article.
async fn draft(Given(app): Given<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    match app.db.write(move |tx| changing::draft(tx, &cx, id)).await {
        Ok((_, article)) => {
            let response = web::go_to(&page, &format!("/knowledge/{article}"))?;
            Ok(with_toast(
                response,
                &page,
                Tone::Success,
                &page.t("answers-gap-drafted"),
            ))
        }
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict) => {
            refused(&page, &error)
        }
        Err(error) => Err(error.into()),
    }
}
