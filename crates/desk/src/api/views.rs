//! Saved views: kept, and read as lists.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Timestamp;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::search::SearchQuery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, CxX, Json, Once, Path, Query};

use super::reading::{FOUND_AT_MOST, TicketPageJson};
use crate::saved_view::{self, Audience, Definition, SavedView, ViewId, Wish};
use crate::ticket::{self, Filter};

/// A view to make or to change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewViewJson {
    /// One line, at most 60 letters.
    pub name: String,
    /// Left out: the owner alone.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// Which tickets, in which order, showing what.
    #[serde(default)]
    pub definition: Definition,
}

impl NewViewJson {
    fn wish(&self) -> Wish {
        Wish {
            name: self.name.clone(),
            audience: self.audience.unwrap_or(Audience::Mine),
            definition: self.definition.clone(),
        }
    }
}

/// A saved view.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewJson {
    #[schema(value_type = String)]
    id: ViewId,
    name: String,
    audience: Audience,
    #[schema(value_type = String)]
    owner: UserId,
    definition: Definition,
    /// Whether it stands in the caller's rail.
    favourite: bool,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<SavedView> for ViewJson {
    fn from(view: SavedView) -> Self {
        Self {
            id: view.id,
            name: view.name,
            audience: view.audience,
            owner: view.owner,
            definition: view.definition,
            favourite: view.is_favourite,
            updated_at: view.updated_at,
        }
    }
}

/// All views of a caller; they are few.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewsJson {
    items: Vec<ViewJson>,
}

/// List the views that the caller may use.
#[utoipa::path(get, path = "/views", tag = "tickets", responses((status = 200, body = ViewsJson)))]
pub async fn list_views(State(app): State<App>, cx: CxX) -> web::Result<Json<ViewsJson>> {
    let cx = cx.0;
    let views = app.db.read(move |tx| saved_view::list(tx, &cx)).await?;
    let items = views.into_iter().map(ViewJson::from).collect();
    Ok(Json(ViewsJson { items }))
}

/// Make a view.
#[utoipa::path(post, path = "/views", tag = "tickets", request_body = NewViewJson,
    responses((status = 201, body = ViewJson)))]
pub async fn add_view(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Json(new): Json<NewViewJson>,
) -> web::Result<Response> {
    let cx = cx.0;
    let reply = app
        .db
        .write(move |tx| {
            let view = saved_view::add(tx, &cx, new.wish())?;
            once.created(tx, &format!("/api/v1/views/{}", view.id), &ViewJson::from(view))
        })
        .await?;
    Ok(reply.into_response())
}

/// Read a view.
#[utoipa::path(get, path = "/views/{id}", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, body = ViewJson)))]
pub async fn get_view(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ViewId>,
) -> web::Result<Json<ViewJson>> {
    let cx = cx.0;
    let view = app.db.read(move |tx| saved_view::load(tx, &cx, id)).await?;
    Ok(Json(view.into()))
}

/// Change a view, as a whole.
#[utoipa::path(put, path = "/views/{id}", tag = "tickets", params(("id" = String, Path)), request_body = NewViewJson,
    responses((status = 200, body = ViewJson)))]
pub async fn save_view(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ViewId>,
    Json(new): Json<NewViewJson>,
) -> web::Result<Json<ViewJson>> {
    let cx = cx.0;
    let view = app
        .db
        .write(move |tx| saved_view::save(tx, &cx, id, new.wish()))
        .await?;
    Ok(Json(view.into()))
}

/// Remove a view.
#[utoipa::path(delete, path = "/views/{id}", tag = "tickets", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn remove_view(State(app): State<App>, cx: CxX, Path(id): Path<ViewId>) -> web::Result<StatusCode> {
    let cx = cx.0;
    app.db.write(move |tx| saved_view::remove(tx, &cx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which part of a view's list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct PartQuery {
    /// 1 to 200. Default: 50.
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// List the tickets of a view that the caller may see.
#[utoipa::path(get, path = "/views/{id}/tickets", tag = "tickets", params(("id" = String, Path), PartQuery),
    responses((status = 200, body = TicketPageJson)))]
pub async fn list_view_tickets(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ViewId>,
    Query(part): Query<PartQuery>,
) -> web::Result<Json<TicketPageJson>> {
    let cx = cx.0;
    let context = cx.clone();
    let definition = app
        .db
        .read(move |tx| saved_view::load(tx, &context, id))
        .await?
        .definition;
    let found = match definition.filter.words.clone() {
        Some(text) => Some(numbers(&app, &cx, text).await?),
        None => None,
    };
    let page = app.db.read(move |tx| {
        let mut filter = definition.filter.narrow(&cx, Filter::default())?;
        filter.order = definition.sort;
        filter.numbers.clone_from(&found);
        let page = ticket::list(tx, &cx, &filter, part.cursor.as_deref(), part.limit.unwrap_or(50))?;
        TicketPageJson::of(tx, page)
    });
    Ok(Json(page.await?))
}

/// The numbers of the tickets that a view's words find, as its page finds them.
async fn numbers(app: &App, cx: &kernel::Cx, text: String) -> Result<Vec<i64>> {
    let query = SearchQuery {
        text,
        kinds: vec!["ticket".to_owned(), "ticket_note".to_owned()],
        rights: app.search_rights(cx),
        limit: FOUND_AT_MOST,
        ..SearchQuery::default()
    };
    let hits = app.search.query(query).await?;
    let mut numbers: Vec<i64> = hits.iter().filter_map(|hit| hit.key.parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}
