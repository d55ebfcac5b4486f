//! Working calendars and sites in the JSON interface.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::db::Tx;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Routes};
use worktime::Definition;

use super::site::{self, NewSite};
use super::store::{self, Site};
use super::{CalendarId, Stored};
use crate::calendar;
use crate::listed::Listed;

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.calendar.manage"),
    );
    Routes::new()
        .api(read, routes!(list_calendars))
        .api(manage, routes!(add_calendar))
        .api(read, routes!(get_calendar))
        .api(manage, routes!(change_calendar))
        .api(read, routes!(list_sites))
        .api(manage, routes!(add_site))
        .api(manage, routes!(change_site))
}

/// A calendar: `{"name": "Office", "definition": {"time_zone": "Asia/Shanghai", "weekly": {"monday": ["09:00-18:00"]},
/// "holidays": {"2026-10-01": "National Day"}, "replaced": {"2026-10-10": {"hours": ["09:00-18:00"]}}}}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCalendar {
    /// Name on screen.
    name: String,
    /// Time zone, weekly hours, holidays, and days with hours of their own.
    #[schema(value_type = Object)]
    definition: Definition,
}

/// All calendars.
#[utoipa::path(get, path = "/calendars", tag = "people", responses((status = 200, body = Listed<Stored>)))]
pub(crate) async fn list_calendars(State(app): State<App>) -> web::Result<Json<Listed<Stored>>> {
    Ok(Json(Listed::whole(app.db.read(store::list).await?)))
}

/// Adds a calendar.
#[utoipa::path(post, path = "/calendars", tag = "people", request_body = NewCalendar,
    responses((status = 201, body = Stored)))]
pub(crate) async fn add_calendar(
    State(app): State<App>,
    cx: CxX,
    Json(new): Json<NewCalendar>,
) -> web::Result<(StatusCode, Json<Stored>)> {
    let cx = cx.0;
    let add = move |tx: &mut Tx<'_>| {
        let id = calendar::add(tx, &cx, &new.name, &new.definition)?;
        store::load(tx, &id.to_string())
    };
    Ok((StatusCode::CREATED, Json(app.db.write(add).await?)))
}

/// One calendar.
#[utoipa::path(get, path = "/calendars/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = Stored)))]
pub(crate) async fn get_calendar(
    State(app): State<App>,
    Path(id): Path<CalendarId>,
) -> web::Result<Json<Stored>> {
    Ok(Json(
        app.db.read(move |tx| store::load(tx, &id.to_string())).await?,
    ))
}

/// Changes a calendar.
#[utoipa::path(put, path = "/calendars/{id}", tag = "people", params(("id" = String, Path)), request_body = NewCalendar,
    responses((status = 200, body = Stored)))]
pub(crate) async fn change_calendar(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<CalendarId>,
    Json(new): Json<NewCalendar>,
) -> web::Result<Json<Stored>> {
    let cx = cx.0;
    let change = move |tx: &mut Tx<'_>| {
        calendar::change(tx, &cx, id, &new.name, &new.definition)?;
        store::load(tx, &id.to_string())
    };
    Ok(Json(app.db.write(change).await?))
}

/// All sites.
#[utoipa::path(get, path = "/sites", tag = "people", responses((status = 200, body = Listed<Site>)))]
pub(crate) async fn list_sites(State(app): State<App>) -> web::Result<Json<Listed<Site>>> {
    Ok(Json(Listed::whole(app.db.read(store::sites).await?)))
}

/// Adds a site.
#[utoipa::path(post, path = "/sites", tag = "people", request_body = NewSite, responses((status = 201, body = Site)))]
pub(crate) async fn add_site(
    State(app): State<App>,
    cx: CxX,
    Json(new): Json<NewSite>,
) -> web::Result<(StatusCode, Json<Site>)> {
    let cx = cx.0;
    Ok((
        StatusCode::CREATED,
        Json(app.db.write(move |tx| site::save(tx, &cx, None, &new)).await?),
    ))
}

/// Changes a site.
#[utoipa::path(put, path = "/sites/{id}", tag = "people", params(("id" = String, Path)), request_body = NewSite,
    responses((status = 200, body = Site)))]
pub(crate) async fn change_site(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<String>,
    Json(new): Json<NewSite>,
) -> web::Result<Json<Site>> {
    let cx = cx.0;
    Ok(Json(
        app.db
            .write(move |tx| site::save(tx, &cx, Some(&id), &new))
            .await?,
    ))
}
