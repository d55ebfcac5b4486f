//! Articles beside tickets in the JSON interface.

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::time::Timestamp;
use knowledge::Number;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Reply, Routes};

use super::store::Use;
use super::using::{self, How};
use super::{Suggestion, find, flagging, store};
use crate::USE;

pub(crate) fn routes() -> Routes {
    let need = Need::permission(USE);
    Routes::new()
        .api(need, routes!(list_ticket_articles))
        .api(need, routes!(use_ticket_article))
        .api(need, routes!(flag_ticket_for_article))
}

/// An article that fits a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketArticle)]
pub(crate) struct SuggestionJson {
    /// Its number.
    article: Number,
    /// `how_to`, `fault`, …
    kind: knowledge::Kind,
    /// Its title in the caller's language.
    title: String,
    /// Tickets it solved.
    tickets_solved: i64,
    /// Of a hundred who said so, those whom it helped.
    helped_percent: Option<i64>,
    /// Whether the requester may read it.
    open_to_requester: bool,
    /// For a reply, in the requester's language: a link.
    link: String,
    /// For a reply: the steps.
    text: String,
}

impl From<Suggestion> for SuggestionJson {
    fn from(one: Suggestion) -> Self {
        Self {
            article: one.number,
            kind: one.kind,
            title: one.title,
            tickets_solved: one.solved,
            helped_percent: one.share,
            open_to_requester: one.is_open,
            link: one.link,
            text: one.text,
        }
    }
}

/// An article that was used in a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketArticleUse)]
pub(crate) struct UseJson {
    /// Its number.
    article: Number,
    /// How.
    how: How,
    /// Somebody said that it answered the ticket.
    answered: bool,
    /// When it was used first.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What became of the ticket; missing while nobody knows.
    solved: Option<bool>,
}

impl From<Use> for UseJson {
    fn from(one: Use) -> Self {
        Self {
            article: one.article,
            how: one.how,
            answered: one.is_answer,
            at: one.at,
            solved: one.solved,
        }
    }
}

/// Articles beside a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketArticles)]
pub(crate) struct ArticlesJson {
    /// Those that fit, the best first.
    suggestions: Vec<SuggestionJson>,
    /// Those that were used.
    used: Vec<UseJson>,
    /// Whether its solution waits to be written down.
    flagged: bool,
    /// Drafts that were made of it.
    drafts: Vec<Number>,
}

/// The best articles for a ticket, and those that were used in it.
#[utoipa::path(get, path = "/tickets/{number}/knowledge", tag = "knowledge", params(("number" = i64, Path)),
    responses((status = 200, body = ArticlesJson), (status = 404)))]
pub(crate) async fn list_ticket_articles(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
) -> web::Result<Json<ArticlesJson>> {
    let beside = find(&app, &cx, number).await?;
    Ok(Json(ArticlesJson {
        flagged: beside.flag.is_some_and(|flag| flag.is_open()),
        suggestions: beside.suggestions.into_iter().map(SuggestionJson::from).collect(),
        used: beside
            .used
            .into_iter()
            .map(|one| UseJson::from(one.how))
            .collect(),
        drafts: beside.drafts,
    }))
}

/// An article that is used in a ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketArticleUseWanted)]
#[serde(deny_unknown_fields)]
pub(crate) struct UseWanted {
    /// Its number.
    article: Number,
    /// `link`, `text`, or `named`.
    how: How,
}

/// Keeps that an article was used in a ticket. It writes no reply.
#[utoipa::path(post, path = "/tickets/{number}/knowledge", tag = "knowledge", params(("number" = i64, Path)),
    request_body = UseWanted, responses((status = 201, body = UseJson), (status = 404), (status = 409)))]
pub(crate) async fn use_ticket_article(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
    once: Once,
    Json(wanted): Json<UseWanted>,
) -> web::Result<Reply> {
    let write = move |tx: &mut Tx<'_>| {
        // What the clerk does is the clerk's to say.
        let how = if wanted.how == How::Clerk {
            How::Link
        } else {
            wanted.how
        };
        using::record(tx, &cx, number, wanted.article, how)?;
        let uses = store::of_ticket(tx, number)?;
        let found = uses.into_iter().find(|one| one.article == wanted.article);
        let found = found.ok_or_else(kernel::error::Error::not_found)?;
        once.created(
            tx,
            &format!("/api/v1/tickets/{number}/knowledge"),
            &UseJson::from(found),
        )
    };
    Ok(app.db.write(write).await?)
}

/// Whether the solution of a ticket should be written down.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketArticleFlag)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlagWanted {
    /// Whether it should.
    flagged: bool,
    /// What should be in it.
    #[serde(default)]
    note: String,
}

/// Says that the solution of a ticket should become an article, or takes that back.
#[utoipa::path(put, path = "/tickets/{number}/article-flag", tag = "knowledge", params(("number" = i64, Path)),
    request_body = FlagWanted, responses((status = 204), (status = 404), (status = 422)))]
pub(crate) async fn flag_ticket_for_article(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
    Json(wanted): Json<FlagWanted>,
) -> web::Result<axum::http::StatusCode> {
    let write = move |tx: &mut Tx<'_>| {
        if wanted.flagged {
            flagging::flag(tx, &cx, number, &wanted.note)
        } else {
            flagging::unflag(tx, &cx, number)
        }
    };
    app.db.write(write).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
