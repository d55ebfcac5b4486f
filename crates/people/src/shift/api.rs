//! Shifts and absences in the JSON interface.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::db::Tx;
use kernel::id::UserId;
use kernel::{Cx, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Query, Routes, no_content};

use super::{PersonSpan, SpanId, SpanOf, store};
use crate::listed::{Asked, Listed};
use crate::{cursor, shift};

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.shift.manage"),
    );
    Routes::new()
        .api(read, routes!(list_shifts))
        .api(manage, routes!(add_shift))
        .api(manage, routes!(remove_shift))
        .api(read, routes!(list_absences))
        // One's own absence needs no right; the operation refuses others'.
        .api(Need::SignedIn, routes!(add_absence))
        .api(Need::SignedIn, routes!(remove_absence))
}

/// A stretch of time of one person.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSpan {
    /// Whose.
    #[schema(value_type = String)]
    user: UserId,
    /// From (included).
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// To (excluded).
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// A word about it.
    #[serde(default)]
    note: String,
}

async fn list(app: &App, cx: &Cx, of: SpanOf, asked: &Asked) -> web::Result<Json<Listed<PersonSpan>>> {
    let (now, limit) = (cx.now(), asked.limit());
    let after: Option<(i64, SpanId)> = if asked.cursor.is_empty() {
        None
    } else {
        Some(cursor::read(&asked.cursor)?)
    };
    let after = after.map(|(at, id)| (Timestamp::from_millis(at), id));
    let mut items = app
        .db
        .read(move |tx| store::upcoming(tx, of, now, after, limit + 1))
        .await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| more);
    let cursor = last
        .map(|last| cursor::write(&(last.starts_at.millis(), last.id)))
        .transpose()?;
    Ok(Json(Listed { items, cursor }))
}

async fn add(app: &App, cx: Cx, of: SpanOf, new: NewSpan) -> web::Result<(StatusCode, Json<PersonSpan>)> {
    let add = move |tx: &mut Tx<'_>| {
        let id = shift::add(tx, &cx, of, new.user, (new.starts_at, new.ends_at), &new.note)?;
        store::load(tx, of, id)
    };
    Ok((StatusCode::CREATED, Json(app.db.write(add).await?)))
}

async fn remove(app: &App, cx: Cx, of: SpanOf, id: SpanId) -> web::Result<Response> {
    app.db.write(move |tx| shift::remove(tx, &cx, of, id)).await?;
    no_content()
}

/// Shifts that have not ended, soonest first.
#[utoipa::path(get, path = "/shifts", tag = "people", params(Asked), responses((status = 200, body = Listed<PersonSpan>)))]
pub(crate) async fn list_shifts(
    State(app): State<App>,
    cx: CxX,
    Query(asked): Query<Asked>,
) -> web::Result<Json<Listed<PersonSpan>>> {
    list(&app, &cx, SpanOf::Shift, &asked).await
}

/// Notes a shift.
#[utoipa::path(post, path = "/shifts", tag = "people", request_body = NewSpan, responses((status = 201, body = PersonSpan)))]
pub(crate) async fn add_shift(
    State(app): State<App>,
    cx: CxX,
    Json(new): Json<NewSpan>,
) -> web::Result<(StatusCode, Json<PersonSpan>)> {
    add(&app, cx.0, SpanOf::Shift, new).await
}

/// Takes a shift back.
#[utoipa::path(delete, path = "/shifts/{id}", tag = "people", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn remove_shift(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<SpanId>,
) -> web::Result<Response> {
    remove(&app, cx.0, SpanOf::Shift, id).await
}

/// Absences that have not ended, soonest first.
#[utoipa::path(get, path = "/absences", tag = "people", params(Asked),
    responses((status = 200, body = Listed<PersonSpan>)))]
pub(crate) async fn list_absences(
    State(app): State<App>,
    cx: CxX,
    Query(asked): Query<Asked>,
) -> web::Result<Json<Listed<PersonSpan>>> {
    list(&app, &cx, SpanOf::Absence, &asked).await
}

/// Notes an absence: one's own, or with the right somebody else's.
#[utoipa::path(post, path = "/absences", tag = "people", request_body = NewSpan,
    responses((status = 201, body = PersonSpan)))]
pub(crate) async fn add_absence(
    State(app): State<App>,
    cx: CxX,
    Json(new): Json<NewSpan>,
) -> web::Result<(StatusCode, Json<PersonSpan>)> {
    add(&app, cx.0, SpanOf::Absence, new).await
}

/// Takes an absence back.
#[utoipa::path(delete, path = "/absences/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove_absence(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<SpanId>,
) -> web::Result<Response> {
    remove(&app, cx.0, SpanOf::Absence, id).await
}
