//! `/training/hours`: who has how many hours of a year, and the same as CSV.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use bytes::Bytes;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::TeamId;
use serde::Deserialize;
use web::{App, Choice, FormView, Need, Page, Query, Routes, Shell, download_bytes, html};

use super::length;
use crate::hours::{self, Line, sheet};
use crate::{REPORT, moment};

/// Years to choose from, this one and those before.
const YEARS: i64 = 5;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(REPORT);
    Routes::new()
        .page(Method::GET, "/training/hours", needed, show)
        .page(Method::GET, "/training/hours.csv", needed, file)
}

/// Which year, whose.
#[derive(Deserialize)]
struct Wanted {
    year: Option<i64>,
    team: Option<String>,
}

impl Wanted {
    fn year(&self, page: &Page) -> i64 {
        let this = moment::year(page.cx.now(), &page.cx.time_zone);
        self.year.unwrap_or(this)
    }

    fn team(&self) -> Result<Option<TeamId>> {
        let team = self.team.as_deref().filter(|team| !team.is_empty());
        // What is no team is one that the reader may not look into.
        team.map(|team| team.parse().map_err(|_| kernel::Error::not_found()))
            .transpose()
    }
}

#[derive(Template)]
#[template(path = "pages/views/hours.html")]
struct View {
    shell: Shell,
    form: FormView,
    years: Vec<Choice>,
    teams: Vec<Choice>,
    lines: Vec<Line>,
    wanted: i64,
    file: String,
}

impl View {
    fn length(&self, line: &Line) -> String {
        length(line.minutes, self.shell.cx.locale)
    }

    fn percent(&self, line: &Line) -> i64 {
        line.percent(self.wanted)
    }

    fn wanted(&self) -> String {
        length(self.wanted.saturating_mul(60), self.shell.cx.locale)
    }

    fn reached(&self) -> usize {
        self.lines.iter().filter(|line| self.percent(line) >= 100).count()
    }

    fn late(&self) -> i64 {
        self.lines.iter().map(|line| line.late).sum()
    }

    /// Of everybody, on the middle.
    fn average(&self) -> String {
        let people = crate::quiz::count(self.lines.len()).max(1);
        let minutes: i64 = self.lines.iter().map(|line| line.minutes).sum();
        length(minutes / people, self.shell.cx.locale)
    }
}

/// `GET /training/hours?year=2026&team=…`
async fn show(State(app): State<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let (cx, year, team) = (page.cx.clone(), wanted.year(&page), wanted.team()?);
    let read = move |tx: &mut Tx<'_>| {
        let lines = hours::report(tx, &cx, year, team)?;
        Ok((lines, hours::teams(tx, &cx)?, hours::wanted(tx)?))
    };
    let (lines, teams, hours) = app.db.read(read).await?;
    let this = moment::year(page.cx.now(), &page.cx.time_zone);
    let mut years: Vec<i64> = (0..YEARS).map(|back| this - back).collect();
    if !years.contains(&year) {
        years.push(year);
    }
    let mut choices = vec![Choice::new("", page.t("training-all-people"))];
    choices.extend(
        teams
            .iter()
            .map(|team| Choice::new(team.id.to_string(), &team.name)),
    );
    let team = team.map(|team| team.to_string()).unwrap_or_default();
    html(View {
        shell: page.shell(&app, page.t("training-hours")).await?,
        file: format!("/training/hours.csv?year={year}&team={team}"),
        form: FormView::of([("year", year.to_string()), ("team", team)]),
        years: years
            .iter()
            .map(|year| Choice::new(year.to_string(), year.to_string()))
            .collect(),
        teams: choices,
        lines,
        wanted: hours,
    })
}

/// `GET /training/hours.csv`
async fn file(State(app): State<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let (cx, year, team) = (page.cx.clone(), wanted.year(&page), wanted.team()?);
    let read = move |tx: &mut Tx<'_>| Ok((hours::report(tx, &cx, year, team)?, hours::wanted(tx)?));
    let (lines, hours) = app.db.read(read).await?;
    let content = Bytes::from(sheet::csv(&lines, hours, page.cx.locale)?);
    download_bytes(
        content,
        &format!("training-{year}.csv"),
        "text/csv; charset=utf-8",
    )
}
