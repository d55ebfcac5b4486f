//! Figures and board as JSON.

use axum::extract::State;
use kernel::error::Error;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{App, CxX, Json, Query};

use super::board::{self, Board};
use super::overview::{self, Asked, Overview};

/// Which period, and of whom.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct FiguresQuery {
    /// First day, `2026-03-02`. Default: 29 days ago.
    from: Option<String>,
    /// Last day. Default: today.
    to: Option<String>,
    /// Identifier of a team.
    team: Option<String>,
}

/// A day as a form or an address writes it.
pub fn day(field: &str, text: &str) -> kernel::Result<Option<i64>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let day: jiff::civil::Date = text
        .trim()
        .parse()
        .map_err(|_| Error::invalid("desk.figures.day_wrong").field(field))?;
    Ok(Some(
        i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day()),
    ))
}

/// What a form or an address asks for.
pub fn asked(from: &str, to: &str, team: &str) -> kernel::Result<Asked> {
    let team = match team.trim() {
        "" => None,
        team => Some(
            team.parse()
                .map_err(|_| Error::invalid("desk.figures.team_wrong").field("team"))?,
        ),
    };
    Ok(Asked {
        from: day("from", from)?,
        to: day("to", to)?,
        team,
    })
}

/// Figures of a period.
#[utoipa::path(get, path = "/figures", tag = "figures", params(FiguresQuery), responses((status = 200, body = Overview)))]
pub async fn get_figures(
    State(app): State<App>,
    cx: CxX,
    Query(query): Query<FiguresQuery>,
) -> web::Result<Json<Overview>> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let asked = asked(&text(&query.from), &text(&query.to), &text(&query.team))?;
    let cx = cx.0;
    Ok(Json(
        app.db.read(move |tx| overview::read(tx, &cx, &asked)).await?,
    ))
}

/// The desk at this moment.
#[utoipa::path(get, path = "/board", tag = "figures", responses((status = 200, body = Board)))]
pub async fn get_board(State(app): State<App>, cx: CxX) -> web::Result<Json<Board>> {
    let cx = cx.0;
    Ok(Json(app.db.read(move |tx| board::read(tx, &cx)).await?))
}
