//! The manager's pages: the board of this moment, the figures of a period, the tickets behind each figure, and the files.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Method;
use kernel::error::{Error, Kind};
use kernel::i18n::{Locale, format_duration};
use serde::Deserialize;
use web::{
    App, Choice, FormView, Group, NavigationItem, Need, Page, Path, Query, Routes, Shell, download_bytes,
    html, unprocessable, urlencoded,
};

use super::api;
use super::board::{self, Board};
use super::overview::{self, Asked, Overview};
use super::sheet;
use super::store::{self, Behind};
use crate::ticket::access;

/// The routes.
#[must_use]
pub fn routes() -> Routes {
    let need = Need::permission(access::REPORT);
    Routes::new()
        .page(Method::GET, "/board", need, show_board)
        .page(Method::GET, "/board/live", need, live_board)
        .page(Method::GET, "/figures", need, show_figures)
        .page(Method::GET, "/figures/file/{format}", need, file)
        .page(Method::GET, "/figures/{name}/tickets", need, behind)
        .api(need, utoipa_axum::routes!(api::get_figures))
        .api(need, utoipa_axum::routes!(api::get_board))
}

/// The entries in the menu.
#[must_use]
pub fn navigation() -> Vec<NavigationItem> {
    let entry = |key, href, icon| {
        NavigationItem::new(key, href, icon)
            .needs(access::REPORT)
            .group(Group::Insight)
    };
    vec![
        entry("desk-board-title", "/board", "layout-dashboard"),
        entry("desk-figures-title", "/figures", "trending-up"),
    ]
}

/// A bar of a chart: place, height, and what it says.
struct Bar {
    x: usize,
    y: i64,
    height: i64,
    text: String,
}

const CHART_HEIGHT: i64 = 40;

fn bars(values: impl Iterator<Item = (String, i64)> + Clone) -> Vec<Bar> {
    let most = values.clone().map(|(_, n)| n).max().unwrap_or(0).max(1);
    values
        .enumerate()
        .map(|(x, (name, n))| {
            // Something is never drawn as nothing.
            let height = (n * CHART_HEIGHT / most).max(i64::from(n > 0));
            Bar {
                x: x * 10,
                y: CHART_HEIGHT - height,
                height,
                text: format!("{name}: {n}"),
            }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "figures/views/board.html", blocks = ["live"])]
struct BoardPage {
    shell: Shell,
    board: Board,
    hours: Vec<Bar>,
    came: i64,
}

async fn read_board(app: &App, page: &Page, shell: Shell) -> web::Result<BoardPage> {
    let cx = page.cx.clone();
    let board = app.db.read(move |tx| board::read(tx, &cx)).await?;
    let hours = bars(
        board
            .arrivals
            .iter()
            .map(|hour| (shell.exact(&hour.at), hour.opened)),
    );
    let came = board.arrivals.iter().map(|hour| hour.opened).sum();
    Ok(BoardPage {
        shell,
        board,
        hours,
        came,
    })
}

async fn show_board(State(app): State<App>, page: Page) -> web::Result {
    let shell = page.shell(&app, page.t("desk-board-title")).await?;
    html(read_board(&app, &page, shell).await?)
}

async fn live_board(State(app): State<App>, page: Page) -> web::Result {
    let shell = page.bare(&app, "");
    html(read_board(&app, &page, shell).await?.as_live())
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    from: String,
    to: String,
    team: String,
    after: String,
}

impl Wanted {
    fn asked(&self) -> kernel::Result<Asked> {
        api::asked(&self.from, &self.to, &self.team)
    }

    fn query(&self) -> String {
        let pairs = [
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("team", self.team.as_str()),
        ];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if pairs.is_empty() {
            String::new()
        } else {
            format!("?{}", urlencoded::join(&pairs))
        }
    }

    fn view(&self) -> FormView {
        FormView::of([
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("team", self.team.clone()),
        ])
    }
}

/// 20260302 as `2026-03-02`, 202603 as `2026-03`.
pub(super) fn day_text(day: i64) -> String {
    if day < 1_000_000 {
        format!("{:04}-{:02}", day / 100, day % 100)
    } else {
        format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
    }
}

/// A figure with the way to its tickets.
struct Figure {
    name: &'static str,
    key: &'static str,
    value: i64,
    share: Option<i64>,
    is_bad: bool,
}

fn figures(overview: &Overview) -> Vec<Figure> {
    let solved = overview.solved;
    let promised = overview.met + overview.missed;
    let one = |name, key, value, of: Option<i64>, is_bad| Figure {
        name,
        key,
        value,
        share: of.filter(|of| *of > 0).map(|of| (value * 100 + of / 2) / of),
        is_bad,
    };
    vec![
        one("opened", "desk-figures-opened", overview.opened, None, false),
        one("solved", "desk-figures-solved", solved, None, false),
        one("met", "desk-figures-met", overview.met, Some(promised), false),
        one(
            "missed",
            "desk-figures-missed",
            overview.missed,
            Some(promised),
            overview.missed > 0,
        ),
        one(
            "first_contact",
            "desk-figures-first_contact",
            overview.first_contact,
            Some(solved),
            false,
        ),
        one(
            "reopened",
            "desk-figures-reopened",
            overview.reopened,
            Some(solved),
            false,
        ),
        one(
            "bounced",
            "desk-figures-bounced",
            overview.bounced,
            Some(solved),
            false,
        ),
    ]
}

struct Times {
    key: &'static str,
    tickets: i64,
    p50: String,
    p90: String,
    p95: String,
    exact: bool,
}

#[derive(Template)]
#[template(path = "figures/views/figures.html")]
struct FiguresPage {
    shell: Shell,
    form: FormView,
    teams: Vec<Choice>,
    query: String,
    overview: Option<Overview>,
    figures: Vec<Figure>,
    times: Vec<Times>,
    opened: Vec<Bar>,
    solved: Vec<Bar>,
    width: usize,
    backlog: Vec<(String, i64)>,
    days: Vec<(String, i64, i64)>,
    priorities: Vec<(String, i64)>,
}

fn times(key: &'static str, spread: &overview::Spread, locale: Locale) -> Times {
    let text = |millis: i64| format_duration(millis / 1000, locale);
    Times {
        key,
        tickets: spread.tickets,
        p50: text(spread.p50),
        p90: text(spread.p90),
        p95: text(spread.p95),
        exact: spread.exact,
    }
}

/// A period that cannot be read is told beside its field; all else that fails is the page's failure.
type Outcome = Result<Overview, Error>;

async fn read_figures(
    app: &App,
    page: &Page,
    wanted: &Wanted,
) -> web::Result<(Vec<people::team::Team>, Outcome)> {
    let cx = page.cx.clone();
    let asked = match wanted.asked() {
        Ok(asked) => asked,
        Err(error) => return Ok((app.db.read(people::team::store::list).await?, Err(error))),
    };
    let both = app.db.read(move |tx| {
        let teams = people::team::store::list(tx)?;
        match overview::read(tx, &cx, &asked) {
            Err(error) if error.kind() == Kind::Invalid => Ok((teams, Err(error))),
            read => Ok((teams, Ok(read?))),
        }
    });
    Ok(both.await?)
}

async fn show_figures(State(app): State<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let (teams, outcome) = read_figures(&app, &page, &wanted).await?;
    let mut choices = vec![Choice::new("", page.t("desk-figures-all-teams"))];
    choices.extend(
        teams
            .into_iter()
            .map(|team| Choice::new(team.id.to_string(), team.name)),
    );
    let shell = page.shell(&app, page.t("desk-figures-title")).await?;
    let mut view = FiguresPage::empty(shell, choices, &wanted);
    match outcome {
        Err(error) => {
            view.form = view.form.refused(&error, page.cx.locale);
            unprocessable(view)
        }
        Ok(overview) => {
            view.fill(overview, &wanted, page.cx.locale);
            html(view)
        }
    }
}

impl FiguresPage {
    fn empty(shell: Shell, teams: Vec<Choice>, wanted: &Wanted) -> FiguresPage {
        FiguresPage {
            shell,
            form: wanted.view(),
            teams,
            query: wanted.query(),
            overview: None,
            figures: Vec::new(),
            times: Vec::new(),
            opened: Vec::new(),
            solved: Vec::new(),
            width: 1,
            backlog: Vec::new(),
            days: Vec::new(),
            priorities: Vec::new(),
        }
    }

    fn fill(&mut self, overview: Overview, wanted: &Wanted, locale: Locale) {
        if wanted.from.is_empty() && wanted.to.is_empty() {
            let shown = Wanted {
                from: day_text(overview.from),
                to: day_text(overview.to),
                ..wanted.clone()
            };
            self.form = shown.view();
        }
        self.figures = figures(&overview);
        self.times = vec![
            times("desk-figures-response", &overview.response, locale),
            times("desk-figures-solution", &overview.solution, locale),
        ];
        self.opened = bars(overview.flow.iter().map(|flow| (day_text(flow.at), flow.opened)));
        self.solved = bars(overview.flow.iter().map(|flow| (day_text(flow.at), flow.solved)));
        self.width = overview.flow.len().max(1) * 10;
        let name = |place: usize| locale.t(&format!("desk-figures-age-{place}"));
        self.backlog = (0..)
            .zip(&overview.backlog)
            .map(|(place, n)| (name(place), *n))
            .collect();
        self.priorities = (0..)
            .zip(&overview.opened_by_priority)
            .map(|(place, n): (i64, &i64)| (format!("P{place}"), *n))
            .collect();
        self.days = overview
            .flow
            .iter()
            .map(|flow| (day_text(flow.at), flow.opened, flow.solved))
            .collect();
        self.overview = Some(overview);
    }
}

async fn file(
    State(app): State<App>,
    page: Page,
    Path(format): Path<String>,
    Query(wanted): Query<Wanted>,
) -> web::Result {
    let (cx, asked) = (page.cx.clone(), wanted.asked()?);
    let overview = app.db.read(move |tx| overview::read(tx, &cx, &asked)).await?;
    let locale = page.cx.locale;
    let name = format!("figures-{}-{}", overview.from, overview.to);
    match format.as_str() {
        "csv" => download_bytes(
            Bytes::from(sheet::csv(&overview, locale)?),
            &format!("{name}.csv"),
            "text/csv; charset=utf-8",
        ),
        "xlsx" => download_bytes(
            Bytes::from(sheet::xlsx(&overview, locale)?),
            &format!("{name}.xlsx"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        _ => Err(Error::not_found().into()),
    }
}

#[derive(Template)]
#[template(path = "figures/views/tickets.html")]
struct TicketsPage {
    shell: Shell,
    back: String,
    rows: Vec<BehindRow>,
    more: Option<String>,
}

struct BehindRow {
    ticket: Behind,
    day: String,
    waited: Option<String>,
}

const PAGE: i64 = 50;

/// The day a figure counts by, and what it counts.
fn condition(name: &str) -> kernel::Result<(&'static str, &'static str)> {
    Ok(match name {
        "opened" => ("opened_day", ""),
        "solved" => ("solved_day", ""),
        "met" => ("solved_day", " AND f.met"),
        "missed" => ("solved_day", " AND NOT f.met"),
        "first_contact" => ("solved_day", " AND f.first_contact"),
        "reopened" => ("solved_day", " AND f.reopenings > 0"),
        "bounced" => ("solved_day", " AND f.team_changes + f.tier_changes > 0"),
        _ => return Err(Error::not_found()),
    })
}

fn place(text: &str) -> kernel::Result<(i64, i64)> {
    if text.is_empty() {
        return Ok((0, 0));
    }
    let parts = text.split_once('.');
    parts
        .and_then(|(day, ticket)| Some((day.parse().ok()?, ticket.parse().ok()?)))
        .ok_or_else(|| Error::invalid("desk.ticket.cursor_malformed").field("after"))
}

async fn behind(
    State(app): State<App>,
    page: Page,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> web::Result {
    let condition = condition(&name)?;
    let (cx, asked, after) = (page.cx.clone(), wanted.asked()?, place(&wanted.after)?);
    let mut rows = app
        .db
        .read(move |tx| {
            let teams = overview::teams(&cx, asked.team)?;
            let period = overview::period(tx, &cx, &asked)?;
            store::behind(tx, condition, period, teams.as_deref(), after, PAGE + 1)
        })
        .await?;
    let more = usize::try_from(PAGE).is_ok_and(|page| rows.len() > page);
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let query = wanted.query();
    let joint = if query.is_empty() { '?' } else { '&' };
    let next = rows.last().filter(|_| more);
    let next = next.map(|last| {
        format!(
            "/figures/{name}/tickets{query}{joint}after={}.{}",
            last.day, last.number
        )
    });
    let locale = page.cx.locale;
    let key = format!("desk-figures-{name}");
    html(TicketsPage {
        shell: page.shell(&app, page.t(&key)).await?,
        back: format!("/figures{query}"),
        more: next,
        rows: rows
            .into_iter()
            .map(|ticket| BehindRow {
                day: day_text(ticket.day),
                waited: ticket.waited.map(|millis| format_duration(millis / 1000, locale)),
                ticket,
            })
            .collect(),
    })
}
