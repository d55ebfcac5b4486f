//! Satisfaction as a page beside the figures, and as JSON.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::{Error, Kind};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{App, Choice, CxX, FormView, Json, Need, Page, Query, Routes, Shell, html, unprocessable};

use super::summary::{self, Asked, Part, Satisfaction};
use crate::ticket::access;

/// The routes.
#[must_use]
pub fn routes() -> Routes {
    let need = Need::permission(access::REPORT);
    Routes::new()
        .page(Method::GET, "/figures/satisfaction", need, show)
        .api(need, utoipa_axum::routes!(get_satisfaction))
}

/// Which months, and of whom.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// First month, `2026-03`. Default: five months before the last.
    from: String,
    /// Last month. Default: this one.
    to: String,
    /// Identifier of a team.
    team: String,
}

fn month(field: &str, text: &str) -> kernel::Result<Option<i64>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text.split_once('-');
    let read = parts.and_then(|(year, month)| {
        let (year, month): (i64, i64) = (year.parse().ok()?, month.parse().ok()?);
        Some(year.checked_mul(100)? + month)
    });
    read.map(Some)
        .ok_or_else(|| Error::invalid("desk.rating.month_wrong").field(field))
}

impl Wanted {
    fn asked(&self) -> kernel::Result<Asked> {
        let team = match self.team.trim() {
            "" => None,
            team => Some(
                team.parse()
                    .map_err(|_| Error::invalid("desk.figures.team_wrong").field("team"))?,
            ),
        };
        Ok(Asked {
            from: month("from", &self.from)?,
            to: month("to", &self.to)?,
            team,
        })
    }
}

/// A table of the page.
struct Table {
    title: &'static str,
    parts: Vec<Part>,
}

#[derive(Template)]
#[template(path = "rating/views/satisfaction.html")]
struct View {
    shell: Shell,
    form: FormView,
    teams: Vec<Choice>,
    found: Option<Satisfaction>,
    tables: Vec<Table>,
    /// How often five to one was given.
    spread: Vec<(i64, i64)>,
}

async fn show(State(app): State<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let cx = page.cx.clone();
    let asked = wanted.asked();
    let (teams, outcome) = app
        .db
        .read(move |tx| {
            let teams = people::team::store::list(tx)?;
            let outcome = match &asked {
                Ok(asked) => summary::read(tx, &cx, asked),
                Err(_) => Ok(Satisfaction::default()),
            };
            match outcome {
                Err(error) if error.kind() == Kind::Invalid => Ok((teams, Err(error))),
                read => Ok((teams, Ok(read?))),
            }
        })
        .await?;
    let outcome = match wanted.asked() {
        Err(error) => Err(error),
        Ok(_) => outcome,
    };
    let mut choices = vec![Choice::new("", page.t("desk-figures-all-teams"))];
    choices.extend(
        teams
            .into_iter()
            .map(|team| Choice::new(team.id.to_string(), team.name)),
    );
    let mut view = View {
        shell: page.shell(&app, page.t("desk-rating-title")).await?,
        form: FormView::of([
            ("from", wanted.from),
            ("to", wanted.to),
            ("team", wanted.team.clone()),
        ]),
        teams: choices,
        found: None,
        tables: Vec::new(),
        spread: Vec::new(),
    };
    match outcome {
        Err(error) => {
            view.form = view.form.refused(&error, page.cx.locale);
            unprocessable(view)
        }
        Ok(found) => {
            let text = |month: i64| format!("{:04}-{:02}", month / 100, month % 100);
            view.form = FormView::of([
                ("from", text(found.from)),
                ("to", text(found.to)),
                ("team", wanted.team),
            ]);
            let table = |title, parts: &[Part]| Table {
                title,
                parts: parts.to_vec(),
            };
            view.tables = vec![
                table("desk-rating-by-month", &found.by_month),
                table("desk-rating-by-team", &found.by_team),
                table("desk-rating-by-person", &found.by_person),
            ];
            view.spread = (1..).zip(found.all.scores).collect();
            view.spread.reverse();
            view.found = Some(found);
            html(view)
        }
    }
}

/// How satisfied requesters were.
#[utoipa::path(get, path = "/satisfaction", tag = "figures", params(Wanted), responses((status = 200, body = Satisfaction)))]
pub async fn get_satisfaction(
    State(app): State<App>,
    cx: CxX,
    Query(wanted): Query<Wanted>,
) -> web::Result<Json<Satisfaction>> {
    let (cx, asked) = (cx.0, wanted.asked()?);
    Ok(Json(app.db.read(move |tx| summary::read(tx, &cx, &asked)).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_year_and_a_number() {
        assert_eq!(month("from", "2026-03").unwrap(), Some(202_603));
        assert_eq!(month("from", " ").unwrap(), None);
        for wrong in ["2026", "2026-3-1", "x-03", "-"] {
            assert_eq!(
                month("from", wrong).unwrap_err().code(),
                "desk.rating.month_wrong",
                "{wrong}"
            );
        }
    }
}
