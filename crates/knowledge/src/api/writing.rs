//! Beginning articles, saving their words, saying what they are about.

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::error::Error;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Reply, Routes};

use super::shapes::{ArticleJson, FactsJson, language};
use crate::text::Words;
use crate::writing::{self, Save};
use crate::{WRITE, reading};

pub(super) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(WRITE), routes!(create_article))
        .api(Need::permission(WRITE), routes!(change_article))
        .api(Need::permission(WRITE), routes!(save_article_text))
}

/// A new article.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleWanted)]
pub(crate) struct CreateJson {
    #[serde(flatten)]
    facts: FactsJson,
    /// The language of the words, which is the article's original.
    #[schema(example = "en")]
    locale: String,
    /// The words.
    text: Words,
}

/// Begin an article
///
/// It is a draft that readers do not see.
#[utoipa::path(post, path = "/knowledge/articles", tag = "knowledge", request_body = CreateJson,
    responses((status = 201, body = ArticleJson), (status = 422)))]
pub(crate) async fn create_article(
    Given(app): Given<App>,
    CxX(cx): CxX,
    once: Once,
    Json(wanted): Json<CreateJson>,
) -> web::Result<Reply> {
    let facts = wanted.facts.into();
    let write = move |tx: &mut Tx<'_>| {
        let locale = language(&wanted.locale)?;
        let article = writing::create(tx, &cx, &facts, locale, &wanted.text)?;
        let place = format!("/api/v1/knowledge/articles/{}", article.number);
        once.created(tx, &place, &ArticleJson::from(article))
    };
    Ok(app.db.write(write).await?)
}

/// What an article is about from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleChange)]
pub(crate) struct ChangeJson {
    #[serde(flatten)]
    facts: FactsJson,
    /// The version that was read.
    version: i64,
}

/// Say what an article is about
#[utoipa::path(put, path = "/knowledge/articles/{number}", tag = "knowledge", params(("number" = i64, Path)),
    request_body = ChangeJson, responses((status = 200, body = ArticleJson), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn change_article(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
    Json(wanted): Json<ChangeJson>,
) -> web::Result<Json<ArticleJson>> {
    let (facts, version) = (wanted.facts.into(), wanted.version);
    let write = move |tx: &mut Tx<'_>| writing::change(tx, &cx, number, version, &facts);
    Ok(Json(app.db.write(write).await?.into()))
}

/// Words to save.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleSave)]
pub(crate) struct SaveJson {
    /// The words.
    text: Words,
    /// The words they were made from. With them, what others saved meanwhile is merged; without, that is refused.
    #[serde(default)]
    base: Option<Words>,
    /// The step that was read; 0 without a working copy.
    #[serde(default)]
    step: i64,
    /// What you say of the change.
    #[serde(default)]
    note: String,
}

/// What stands there now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleSaved)]
pub(crate) struct SavedJson {
    /// The words.
    text: Words,
    /// Their step.
    step: i64,
    /// Whether they hold somebody else's changes too.
    merged: bool,
    /// How often both had changed the same lines; both stand there.
    conflicts: usize,
    /// The version that was made.
    version: Option<i64>,
}

/// Save the words of a language
///
/// They go into the working copy, which readers see when the article is published.
#[utoipa::path(put, path = "/knowledge/articles/{number}/texts/{locale}", tag = "knowledge",
    params(("number" = i64, Path), ("locale" = String, Path)), request_body = SaveJson,
    responses((status = 200, body = SavedJson), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn save_article_text(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path((number, locale)): Path<(i64, String)>,
    Json(wanted): Json<SaveJson>,
) -> web::Result<Json<SavedJson>> {
    let has_base = wanted.base.is_some();
    let mut save = Save {
        words: wanted.text,
        base: wanted.base.unwrap_or_default(),
        step: wanted.step,
        by_itself: false,
        note: wanted.note,
    };
    let write = move |tx: &mut Tx<'_>| {
        let locale = language(&locale)?;
        if !has_base {
            let (now, step) = reading::open_draft(tx, &cx, number, locale)?;
            if step != save.step {
                return Err(Error::conflict("knowledge.changed_meanwhile"));
            }
            save.base = now;
        }
        writing::save(tx, &cx, number, locale, &save)
    };
    let saved = app.db.write(write).await?;
    Ok(Json(SavedJson {
        text: saved.words,
        step: saved.step,
        merged: saved.merged,
        conflicts: saved.conflicts,
        version: saved.version,
    }))
}
