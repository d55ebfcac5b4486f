//! Search over everything the reader may find: `GET /api/v1/search` and the page `/search`.
//!
//! What a reader may find is a list of terms that slices compute; it is part of the query itself.

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::search::{Hit, SearchQuery};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::html;
use crate::app::App;
use crate::extract::{Json, Query};
use crate::failure::Result;
use crate::page::{CxX, Page};
use crate::shell::Shell;

const HITS_AT_MOST: usize = 100;
const HITS: usize = 20;
const LETTERS_AT_MOST: usize = 500;

/// What is asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The words, in either language.
    #[serde(default)]
    q: String,
    /// Only this kind of thing, such as `ticket`; several are separated by commas.
    kind: Option<String>,
    /// At most so many hits, 20 unless told, 100 at most.
    limit: Option<usize>,
}

/// The hits, best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Found {
    items: Vec<FoundItem>,
}

/// One thing that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundItem {
    /// What it is.
    #[schema(example = "ticket")]
    kind: String,
    /// Its number or name.
    #[schema(example = "1042")]
    key: String,
    /// Higher is better; comparable within one answer only.
    score: f64,
    /// Its title as HTML with the words marked by `<mark>`.
    title_html: String,
    /// The passage that fits best, as HTML with the words marked.
    snippet_html: String,
    /// The page that shows it.
    href: String,
}

/// Find things by words
#[utoipa::path(get, path = "/search", tag = "search", params(Asked), responses((status = 200, body = Found)))]
pub(crate) async fn search(
    State(app): State<App>,
    cx: CxX,
    Query(asked): Query<Asked>,
) -> Result<Json<Found>> {
    let hits = find(&app, &cx, &asked).await?;
    Ok(Json(Found {
        items: hits.into_iter().map(|hit| item(&app, &cx, hit)).collect(),
    }))
}

fn item(app: &App, cx: &Cx, hit: Hit) -> FoundItem {
    let source = app
        .search_sources()
        .find(|source| source.kinds.contains(&hit.kind.as_str()));
    FoundItem {
        href: source.map_or_else(String::new, |source| (source.href)(cx, &hit.key)),
        kind: hit.kind,
        key: hit.key,
        score: hit.score,
        title_html: hit.title_html,
        snippet_html: hit.snippet_html,
    }
}

async fn find(app: &App, cx: &Cx, asked: &Asked) -> kernel::Result<Vec<Hit>> {
    let text: String = asked.q.trim().chars().take(LETTERS_AT_MOST).collect();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let kinds = asked.kind.as_deref().unwrap_or_default();
    let kinds = kinds
        .split(',')
        .map(str::trim)
        .filter(|kind| !kind.is_empty())
        .map(str::to_owned)
        .collect();
    let limit = asked.limit.unwrap_or(HITS).clamp(1, HITS_AT_MOST);
    app.search
        .query(SearchQuery {
            text,
            kinds,
            rights: app.search_rights(cx),
            limit,
        })
        .await
}

#[derive(Template)]
#[template(path = "search.html")]
struct View {
    shell: Shell,
    text: String,
    items: Vec<FoundItem>,
}

/// `GET /search`
pub(super) async fn page(State(app): State<App>, page: Page, Query(asked): Query<Asked>) -> Result {
    let items = find(&app, &page.cx, &asked)
        .await?
        .into_iter()
        .map(|hit| item(&app, &page.cx, hit))
        .collect();
    let shell = page.shell(&app, page.t("web-search-title")).await?;
    html(View {
        shell,
        text: asked.q,
        items,
    })
}
