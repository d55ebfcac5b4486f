//! Moving an article on, voting on it, and talking about it.

use axum::extract::State as Given;
use kernel::Error;
use kernel::db::Tx;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes};

use super::shapes::{ArticleJson, language};
use crate::article::State;
use crate::comment::{self, Comment};
use crate::voting::{self, Place, Voter};
use crate::{READ, WRITE, writing};

pub(super) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(WRITE), routes!(set_article_state))
        .api(Need::permission(READ), routes!(vote_article))
        .api(Need::permission(READ), routes!(list_article_comments))
        .api(Need::permission(READ), routes!(add_article_comment))
}

/// Where an article goes.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleMove)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveJson {
    /// The state.
    state: State,
    /// What you say of it.
    #[serde(default)]
    note: String,
}

/// Move an article on
///
/// `published` puts every working copy before the readers, also of an article that is published already.
#[utoipa::path(put, path = "/knowledge/articles/{number}/state", tag = "knowledge", params(("number" = i64, Path)),
    request_body = MoveJson, responses((status = 200, body = ArticleJson), (status = 403), (status = 404), (status = 409)))]
pub(crate) async fn set_article_state(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
    Json(wanted): Json<MoveJson>,
) -> web::Result<Json<ArticleJson>> {
    let write = move |tx: &mut Tx<'_>| writing::set_state(tx, &cx, number, wanted.state, &wanted.note);
    Ok(Json(app.db.write(write).await?.into()))
}

/// Whether an article solved it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleVote)]
#[serde(deny_unknown_fields)]
pub(crate) struct VoteJson {
    /// It did, or it did not.
    solved: bool,
    /// Why not.
    #[serde(default)]
    reason: String,
    /// Where it was said; `article` when missing.
    #[serde(default = "under_the_article")]
    place: Place,
    /// What was looked for, when it was found by a search.
    #[serde(default)]
    asked: String,
}

const fn under_the_article() -> Place {
    Place::Article
}

/// Say whether an article solved it
///
/// Once for each person: a changed mind replaces what was said before.
#[utoipa::path(put, path = "/knowledge/articles/{number}/vote", tag = "knowledge", params(("number" = i64, Path)),
    request_body = VoteJson, responses((status = 200, body = ArticleJson), (status = 404)))]
pub(crate) async fn vote_article(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
    Json(said): Json<VoteJson>,
) -> web::Result<Json<ArticleJson>> {
    let voter = Voter::User(cx.user_id().ok_or_else(Error::unauthenticated)?);
    let write = move |tx: &mut Tx<'_>| {
        voting::vote(
            tx,
            &cx,
            number,
            &voter,
            said.solved,
            &said.reason,
            said.place,
            &said.asked,
        )
    };
    Ok(Json(app.db.write(write).await?.into()))
}

/// Words about an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleComment)]
pub(crate) struct CommentJson {
    id: i64,
    locale: String,
    /// The person's identifier.
    author: String,
    /// The words.
    body: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// When it was settled.
    #[schema(value_type = Option<String>, format = DateTime)]
    settled_at: Option<Timestamp>,
}

impl From<Comment> for CommentJson {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id,
            locale: comment.locale.tag().to_owned(),
            author: comment.author.to_string(),
            body: comment.body,
            at: comment.at,
            settled_at: comment.settled_at,
        }
    }
}

/// Comments, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleComments)]
pub(crate) struct CommentsJson {
    items: Vec<CommentJson>,
}

/// Where an answer begins.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// The id of the last comment that is known.
    after: Option<i64>,
}

/// List the comments of an article
#[utoipa::path(get, path = "/knowledge/articles/{number}/comments", tag = "knowledge",
    params(("number" = i64, Path), After), responses((status = 200, body = CommentsJson), (status = 404)))]
pub(crate) async fn list_article_comments(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
    Query(from): Query<After>,
) -> web::Result<Json<CommentsJson>> {
    let read = move |tx: &mut Tx<'_>| comment::list(tx, &cx, number, from.after.unwrap_or(0));
    let found = app.db.read(read).await?;
    Ok(Json(CommentsJson {
        items: found.into_iter().map(CommentJson::from).collect(),
    }))
}

/// A new comment.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleCommentWanted)]
#[serde(deny_unknown_fields)]
pub(crate) struct SayJson {
    /// The words.
    body: String,
    /// The language of the article they are about; the caller's when missing.
    #[serde(default)]
    locale: Option<String>,
}

/// Comment an article
#[utoipa::path(post, path = "/knowledge/articles/{number}/comments", tag = "knowledge", params(("number" = i64, Path)),
    request_body = SayJson, responses((status = 201, body = CommentJson), (status = 404)))]
pub(crate) async fn add_article_comment(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
    once: Once,
    Json(said): Json<SayJson>,
) -> web::Result<Reply> {
    let write = move |tx: &mut Tx<'_>| {
        let locale = said.locale.as_deref().map(language).transpose()?;
        let comment = comment::add(tx, &cx, number, locale.unwrap_or(cx.locale), &said.body)?;
        let place = format!("/api/v1/knowledge/articles/{number}/comments");
        once.created(tx, &place, &CommentJson::from(comment))
    };
    Ok(app.db.write(write).await?)
}
