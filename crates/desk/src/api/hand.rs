//! Calls for macros, templates, merging, splitting, and links.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::error::Error;
use kernel::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, CxX, Json, Path};

use super::call::Call;
use super::json::TicketJson;
use crate::macros;
use crate::reply_template::{self, Both};
use crate::ticket::family::{self, Relation};
use crate::ticket::{self, State as TicketState};

/// A macro.
#[derive(Debug, Serialize, ToSchema)]
pub struct MacroJson {
    /// Identifier.
    id: String,
    /// In the caller's language.
    name: String,
    /// Everybody's, or the caller's own.
    shared: bool,
    /// What it does, one thing a line.
    does: Vec<String>,
}

/// A template.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplyTemplateJson {
    /// Identifier.
    id: String,
    /// In the caller's language.
    name: String,
    /// Everybody's, or the caller's own.
    shared: bool,
    /// The text in English, with its variables.
    en: String,
    /// The text in Chinese, with its variables.
    zh: String,
}

/// Another ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeJson {
    /// The number of the ticket that goes on.
    into: i64,
}

/// A new ticket out of an article.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitJson {
    /// The article.
    article: i64,
    /// One line.
    title: String,
}

/// A link to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLinkJson {
    /// What this ticket is to the other.
    relation: Relation,
    /// The number of the other.
    other: i64,
}

/// A link.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkJson {
    /// What this ticket is to the other.
    relation: Relation,
    /// The number of the other.
    other: i64,
    /// Its title.
    title: String,
    /// Where it stands.
    state: TicketState,
}

/// The macros that the caller may run.
#[utoipa::path(get, path = "/macros", tag = "macros", responses((status = 200, body = Vec<MacroJson>)))]
pub async fn list_macros(call: Call) -> web::Result<Json<Vec<MacroJson>>> {
    call.read(|tx, cx| {
        let mut found = Vec::new();
        for one in macros::list(tx, cx)? {
            found.push(MacroJson {
                id: one.id.to_string(),
                name: one.name.of(cx.locale).to_owned(),
                shared: one.owner.is_none(),
                does: macros::running::summary(tx, cx, &one.definition)?,
            });
        }
        Ok(found)
    })
    .await
}

/// Run a macro on a ticket: all of it, or nothing.
#[utoipa::path(post, path = "/tickets/{number}/macros/{id}", tag = "macros",
    params(("number" = i64, Path), ("id" = String, Path)), responses((status = 201, body = TicketJson)))]
pub async fn run_macro(call: Call, Path((number, id)): Path<(i64, String)>) -> web::Result<Response> {
    let id: Id<macros::Macro> = id.parse().map_err(|_| Error::not_found())?;
    call.act(StatusCode::CREATED, move |tx, cx| macros::run(tx, cx, number, id))
        .await
}

/// The templates that the caller may use.
#[utoipa::path(get, path = "/templates", tag = "macros", responses((status = 200, body = Vec<ReplyTemplateJson>)))]
pub async fn list_templates(call: Call) -> web::Result<Json<Vec<ReplyTemplateJson>>> {
    call.read(|tx, cx| {
        let one = |one: reply_template::ReplyTemplate| {
            let Both { en, zh } = one.body;
            ReplyTemplateJson {
                id: one.id.to_string(),
                name: one.name.of(cx.locale).to_owned(),
                shared: one.owner.is_none(),
                en,
                zh,
            }
        };
        Ok(reply_template::list(tx, cx)?.into_iter().map(one).collect())
    })
    .await
}

/// Make a ticket part of another; answers with that one.
#[utoipa::path(post, path = "/tickets/{number}/merge", tag = "tickets", params(("number" = i64, Path)),
    request_body = MergeJson, responses((status = 201, body = TicketJson)))]
pub async fn merge(call: Call, Path(number): Path<i64>, Json(new): Json<MergeJson>) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        ticket::merge(tx, cx, number, new.into)
    })
    .await
}

/// Take a merge back: the ticket stands where it stood.
#[utoipa::path(delete, path = "/tickets/{number}/merge", tag = "tickets", params(("number" = i64, Path)),
    responses((status = 200, body = TicketJson)))]
pub async fn unmerge(call: Call, Path(number): Path<i64>) -> web::Result<Response> {
    call.act(StatusCode::OK, move |tx, cx| ticket::unmerge(tx, cx, number))
        .await
}

/// Make a new ticket of a public article, linked to this one; answers with the new one.
#[utoipa::path(post, path = "/tickets/{number}/split", tag = "tickets", params(("number" = i64, Path)),
    request_body = SplitJson, responses((status = 201, body = TicketJson)))]
pub async fn split(call: Call, Path(number): Path<i64>, Json(new): Json<SplitJson>) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        ticket::split(tx, cx, number, new.article, &new.title)
    })
    .await
}

/// The tickets that this one is linked to, as far as the caller may see them.
#[utoipa::path(get, path = "/tickets/{number}/links", tag = "tickets", params(("number" = i64, Path)),
    responses((status = 200, body = Vec<LinkJson>)))]
pub async fn list_links(call: Call, Path(number): Path<i64>) -> web::Result<Json<Vec<LinkJson>>> {
    call.read(move |tx, cx| {
        let view = ticket::load(tx, cx, number)?;
        if !view.internal {
            return Ok(Vec::new());
        }
        let one = |one: family::Linked| LinkJson {
            relation: one.relation,
            other: one.ticket.number,
            title: one.ticket.title,
            state: one.ticket.state,
        };
        Ok(family::linked(tx, cx, &view.ticket)?
            .into_iter()
            .map(one)
            .collect())
    })
    .await
}

/// Link this ticket to another.
#[utoipa::path(post, path = "/tickets/{number}/links", tag = "tickets", params(("number" = i64, Path)),
    request_body = NewLinkJson, responses((status = 201, body = TicketJson)))]
pub async fn link(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<NewLinkJson>,
) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        family::relate(tx, cx, number, new.relation, new.other)?;
        Ok(ticket::load(tx, cx, number)?.ticket)
    })
    .await
}

/// Take a link away.
#[utoipa::path(delete, path = "/tickets/{number}/links/{relation}/{other}", tag = "tickets",
    params(("number" = i64, Path), ("relation" = Relation, Path), ("other" = i64, Path)),
    responses((status = 204, description = "It is gone")))]
pub async fn unlink(
    State(app): State<App>,
    cx: CxX,
    Path((number, relation, other)): Path<(i64, String, i64)>,
) -> web::Result<Response> {
    let cx = cx.0;
    let relation = Relation::parse(&relation)?;
    app.db
        .write(move |tx| family::part(tx, &cx, number, relation, other))
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
