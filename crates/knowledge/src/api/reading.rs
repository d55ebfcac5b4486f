//! Listing and reading articles, their versions, and spaces; finding articles.

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Query, Routes};

use super::shapes::{LineJson, SeenJson, VersionJson, language};
use crate::article::{Kind, State};
use crate::reading::{self, Filter};
use crate::space::{self, Space};
use crate::text::Words;
use crate::{READ, WRITE, searching};

/// Lines in one answer.
const PIECE: usize = 50;
/// Versions in one answer.
const VERSIONS: i64 = 50;
/// Hits in one answer.
const HITS_MOST: usize = 50;

pub(super) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(READ), routes!(list_articles))
        .api(Need::permission(READ), routes!(get_article))
        .api(Need::permission(WRITE), routes!(get_article_text))
        .api(Need::permission(WRITE), routes!(list_article_versions))
        .api(Need::permission(WRITE), routes!(get_article_version))
        .api(Need::permission(READ), routes!(find_articles))
        .api(Need::permission(READ), routes!(list_spaces))
}

/// Which articles.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// In this space.
    space: Option<String>,
    /// Of this kind.
    kind: Option<Kind>,
    /// In this state.
    state: Option<State>,
    /// Looked after by this person.
    #[param(value_type = Option<String>)]
    owner: Option<UserId>,
    /// For this category of tickets.
    category: Option<String>,
    /// About this software.
    software: Option<String>,
    /// With words in this language.
    locale: Option<String>,
    /// Only those that somebody should look over now.
    due: Option<bool>,
    /// Templates, instead of articles.
    templates: Option<bool>,
    /// The cursor of the answer before.
    cursor: Option<String>,
}

/// Articles, the latest changed first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticles)]
pub(crate) struct LinesJson {
    items: Vec<LineJson>,
    /// Pass as `cursor` for more; missing at the end. An answer can be short and have more behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// List articles
#[utoipa::path(get, path = "/knowledge/articles", tag = "knowledge", params(Wanted),
    responses((status = 200, body = LinesJson)))]
pub(crate) async fn list_articles(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(wanted): Query<Wanted>,
) -> web::Result<Json<LinesJson>> {
    cx.require(READ)?;
    let after = wanted.cursor.as_deref().map(str::parse).transpose()?;
    let filter = Filter {
        space: wanted.space,
        kind: wanted.kind,
        state: wanted.state,
        owner: wanted.owner,
        category: wanted.category,
        software: wanted.software,
        locale: wanted.locale.as_deref().map(language).transpose()?,
        due: wanted.due.unwrap_or_default(),
        is_template: wanted.templates.unwrap_or_default(),
    };
    let read = move |tx: &mut Tx<'_>| reading::list(tx, &cx, &filter, after, PIECE);
    let page = app.db.read(read).await?;
    Ok(Json(LinesJson {
        items: page.items.into_iter().map(LineJson::from).collect(),
        cursor: page.next.map(|cursor| cursor.to_string()),
    }))
}

/// In which language.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct InLanguage {
    /// `en` or `zh-CN`; the caller's when missing. Without words in it, the original is given.
    locale: Option<String>,
}

/// Read an article
#[utoipa::path(get, path = "/knowledge/articles/{number}", tag = "knowledge",
    params(("number" = i64, Path), InLanguage), responses((status = 200, body = SeenJson), (status = 404)))]
pub(crate) async fn get_article(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
    Query(wanted): Query<InLanguage>,
) -> web::Result<Json<SeenJson>> {
    let read = move |tx: &mut Tx<'_>| {
        cx.require(READ)?;
        let locale = wanted.locale.as_deref().map(language).transpose()?;
        reading::see(tx, &cx, number, locale)
    };
    Ok(Json(app.db.read(read).await?.into()))
}

/// The words to go on writing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleDraft)]
pub(crate) struct DraftJson {
    /// The working copy, or the published words when there is none.
    text: Words,
    /// Give it back when you save; 0 without a working copy.
    step: i64,
}

/// Read the working copy of a language
#[utoipa::path(get, path = "/knowledge/articles/{number}/texts/{locale}", tag = "knowledge",
    params(("number" = i64, Path), ("locale" = String, Path)), responses((status = 200, body = DraftJson), (status = 404)))]
pub(crate) async fn get_article_text(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path((number, locale)): Path<(i64, String)>,
) -> web::Result<Json<DraftJson>> {
    let read = move |tx: &mut Tx<'_>| reading::open_draft(tx, &cx, number, language(&locale)?);
    let (text, step) = app.db.read(read).await?;
    Ok(Json(DraftJson { text, step }))
}

/// Where an answer begins.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Before {
    /// The cursor of the answer before.
    cursor: Option<i64>,
}

/// Versions, the latest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleVersions)]
pub(crate) struct VersionsJson {
    items: Vec<VersionJson>,
    /// Pass as `cursor` for older ones; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<i64>,
}

/// List the versions of a language
#[utoipa::path(get, path = "/knowledge/articles/{number}/versions/{locale}", tag = "knowledge",
    params(("number" = i64, Path), ("locale" = String, Path), Before),
    responses((status = 200, body = VersionsJson), (status = 404)))]
pub(crate) async fn list_article_versions(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path((number, locale)): Path<(i64, String)>,
    Query(before): Query<Before>,
) -> web::Result<Json<VersionsJson>> {
    let read = move |tx: &mut Tx<'_>| {
        let before = before.cursor.unwrap_or(i64::MAX);
        reading::versions(tx, &cx, number, language(&locale)?, before, VERSIONS)
    };
    let found = app.db.read(read).await?;
    let is_full = i64::try_from(found.len()).unwrap_or(0) >= VERSIONS;
    let cursor = found.last().filter(|_| is_full).map(|last| last.version);
    Ok(Json(VersionsJson {
        items: found.into_iter().map(VersionJson::head).collect(),
        cursor,
    }))
}

/// Read a version
#[utoipa::path(get, path = "/knowledge/articles/{number}/versions/{locale}/{version}", tag = "knowledge",
    params(("number" = i64, Path), ("locale" = String, Path), ("version" = i64, Path)),
    responses((status = 200, body = VersionJson), (status = 404)))]
pub(crate) async fn get_article_version(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path((number, locale, version)): Path<(i64, String, i64)>,
) -> web::Result<Json<VersionJson>> {
    let read = move |tx: &mut Tx<'_>| reading::version(tx, &cx, number, language(&locale)?, version);
    Ok(Json(VersionJson::whole(app.db.read(read).await?)))
}

/// What is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The words, in either language or both.
    q: String,
    /// At most so many hits, 10 unless told, 50 at most.
    limit: Option<usize>,
    /// Somebody is still typing: the last word counts as unfinished.
    typing: Option<bool>,
}

/// An article that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleHit)]
pub(crate) struct HitJson {
    #[serde(flatten)]
    line: LineJson,
    /// Higher is better; comparable within one answer only.
    score: f64,
    /// The passage that fits best, as HTML with the words marked by `<mark>`.
    snippet_html: String,
}

/// Articles, the best first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleHits)]
pub(crate) struct HitsJson {
    items: Vec<HitJson>,
}

/// Find published articles by words
#[utoipa::path(get, path = "/knowledge/search", tag = "knowledge", params(Asked),
    responses((status = 200, body = HitsJson)))]
pub(crate) async fn find_articles(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(asked): Query<Asked>,
) -> web::Result<Json<HitsJson>> {
    cx.require(READ)?;
    let limit = asked.limit.unwrap_or(10).clamp(1, HITS_MOST);
    let (search, context) = (app.search.clone(), cx.clone());
    let ask = move || match asked.typing.unwrap_or_default() {
        true => searching::suggest(&search, &context, &asked.q, limit),
        false => searching::find(&search, &context, &asked.q, limit),
    };
    let hits = tokio::task::spawn_blocking(ask)
        .await
        .map_err(kernel::Error::internal)??;
    let items = app
        .db
        .read(move |tx| {
            let numbers: Vec<i64> = hits.iter().map(|(number, _)| *number).collect();
            let lines = reading::lines(tx, &cx, &numbers)?;
            let items = lines.into_iter().filter_map(|line| {
                let (_, hit) = hits.iter().find(|(number, _)| *number == line.number)?;
                Some(HitJson {
                    score: hit.score,
                    snippet_html: hit.snippet_html.clone(),
                    line: line.into(),
                })
            });
            Ok::<_, kernel::Error>(items.collect())
        })
        .await?;
    Ok(Json(HitsJson { items }))
}

/// Spaces, in their order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSpaces)]
pub(crate) struct SpacesJson {
    items: Vec<Space>,
}

/// List the spaces
#[utoipa::path(get, path = "/knowledge/spaces", tag = "knowledge", responses((status = 200, body = SpacesJson)))]
pub(crate) async fn list_spaces(Given(app): Given<App>, CxX(cx): CxX) -> web::Result<Json<SpacesJson>> {
    let read = move |tx: &mut Tx<'_>| -> Result<Vec<Space>> {
        cx.require(READ)?;
        Ok(space::all(tx)?.to_vec())
    };
    Ok(Json(SpacesJson {
        items: app.db.read(read).await?,
    }))
}
