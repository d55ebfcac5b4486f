//! Search over everything the reader may find: `GET /api/v1/search` and the page `/search`.
//!
//! What a reader may find is a list of terms that slices compute; it is part of the query itself. What was searched for is told
//! to whichever slice keeps it ([`Slice::searched`](crate::Slice)), and which hit was opened by way of `/search/open`: the
//! links of the page lead there with the search's short name, the name is written down, and the browser goes on to the thing's
//! own address, which therefore never carries it.

mod asked;
pub mod telling;

use std::collections::HashSet;

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::error::Error;
use kernel::i18n::Locale;
use kernel::search::{Answer, Hit};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use self::asked::Understood;
use crate::answer::{html, see_other};
use crate::app::App;
use crate::extract::{Json, Query};
use crate::failure::Result;
use crate::page::{CxX, Page};
use crate::shell::Shell;
use crate::urlencoded;

const HITS_AT_MOST: usize = 100;
const HITS: usize = 20;
/// Longer keys are identifiers that say nothing to people.
const LONGEST_NUMBER: usize = 12;

/// What is asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The words, in either language, and filters among them: `type:incident state:open before:2026-10`.
    #[serde(default)]
    q: String,
    /// Only this kind of thing, such as `ticket`; several are separated by commas.
    kind: Option<String>,
    /// At most so many hits, 20 unless told, 100 at most.
    limit: Option<usize>,
    /// Somebody is still typing: the last word counts as unfinished, and the search is not kept.
    typing: Option<bool>,
}

/// The hits, best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Found {
    items: Vec<FoundItem>,
    /// The same question with better-known words, when next to nothing was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "printer toner")]
    did_you_mean: Option<String>,
    /// Filters that mean nothing were left out; each says which and what it takes, in the caller's language.
    notes: Vec<String>,
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
    let (understood, answer) = find(&app, &cx, &asked).await?;
    if !asked.typing.unwrap_or_default() {
        telling::searched(&app, &cx, &asked.q, "api", answer.hits.len());
    }
    Ok(Json(Found {
        items: answer.hits.into_iter().map(|hit| item(&app, &cx, hit)).collect(),
        did_you_mean: answer.did_you_mean.map(|words| with_filters(&words, &understood)),
        notes: understood.notes,
    }))
}

fn item(app: &App, cx: &Cx, hit: Hit) -> FoundItem {
    FoundItem {
        href: href(app, cx, &hit.kind, &hit.key).unwrap_or_default(),
        kind: hit.kind,
        key: hit.key,
        score: hit.score,
        title_html: hit.title_html,
        snippet_html: hit.snippet_html,
    }
}

/// The page that shows a thing to this reader; none for a kind that nobody puts into the index.
fn href(app: &App, cx: &Cx, kind: &str, key: &str) -> Option<String> {
    let source = app.search_sources().find(|source| source.kinds.contains(&kind))?;
    Some((source.href)(cx, key))
}

async fn find(app: &App, cx: &Cx, asked: &Asked) -> kernel::Result<(Understood, Answer)> {
    let kinds = asked
        .kind
        .as_deref()
        .unwrap_or_default()
        .split(',')
        .map(str::trim);
    let kinds = kinds.filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
    let mut understood = asked::understand(app, cx, &asked.q, kinds).await?;
    let limit = asked.limit.unwrap_or(HITS).clamp(1, HITS_AT_MOST);
    // Each language of a thing is a hit of its own at first.
    understood.query.limit = limit * Locale::ALL.len();
    let query = understood.query.clone();
    let answer = if asked.typing.unwrap_or_default() {
        Answer {
            hits: app.search.suggest(query).await?,
            ..Answer::default()
        }
    } else {
        app.search.answer(query).await?
    };
    let mut answer = once_each(app, answer);
    answer.hits.truncate(limit);
    Ok((understood, answer))
}

/// Without the languages of a thing that answer less well than another of its languages.
fn once_each(app: &App, mut answer: Answer) -> Answer {
    let mut shown = HashSet::new();
    answer.hits.retain(|hit| {
        let place = app
            .search_sources()
            .position(|source| source.is_translated && source.kinds.contains(&hit.kind.as_str()));
        place.is_none_or(|place| shown.insert((place, hit.key.clone())))
    });
    answer
}

/// Words with the filters that stood beside them.
fn with_filters(words: &str, understood: &Understood) -> String {
    let filters = understood.filters.iter().map(|filter| filter.written.as_str());
    filters.chain([words]).collect::<Vec<_>>().join(" ")
}

/// A link of the page.
struct Link {
    text: String,
    href: String,
    is_current: bool,
}

/// A hit as the page shows it.
struct Row {
    item: FoundItem,
    kind: String,
    number: String,
    time: Timestamp,
}

#[derive(Template)]
#[template(path = "search.html")]
struct View {
    shell: Shell,
    text: String,
    kind: String,
    rows: Vec<Row>,
    kinds: Vec<Link>,
    filters: Vec<Link>,
    notes: Vec<String>,
    meant: Option<Link>,
    names: Vec<&'static str>,
}

/// `GET /search`
pub(super) async fn page(State(app): State<App>, page: Page, Query(asked): Query<Asked>) -> Result {
    let (understood, answer) = find(&app, &page.cx, &asked).await?;
    let told = telling::searched(&app, &page.cx, &asked.q, "console", answer.hits.len());
    let kind = asked.kind.clone().unwrap_or_default();
    let meant = answer.did_you_mean.as_deref().map(|words| Link {
        text: words.to_owned(),
        href: address(&with_filters(words, &understood), &kind),
        is_current: false,
    });
    let filters = understood.filters.iter().map(|filter| Link {
        text: filter.written.clone(),
        href: address(&filter.rest, &kind),
        is_current: false,
    });
    let filters = filters.collect();
    let kinds = kinds(&app, &page, &asked, &answer);
    let rows = answer
        .hits
        .into_iter()
        .map(|hit| row(&app, &page.cx, hit, told.as_deref()));
    let rows = rows.collect();
    let shell = page.shell(&app, page.t("web-search-title")).await?;
    html(View {
        shell,
        text: asked.q,
        kind,
        rows,
        kinds,
        filters,
        notes: understood.notes,
        meant,
        names: asked::names(&app, page.cx.locale),
    })
}

fn row(app: &App, cx: &Cx, hit: Hit, search: Option<&str>) -> Row {
    let time = hit.time;
    let mut item = item(app, cx, hit);
    if let Some(search) = search {
        let pairs = [("found", search), ("kind", &item.kind), ("key", &item.key)];
        item.href = format!("/search/open?{}", urlencoded::join(&pairs));
    }
    Row {
        kind: asked::kind_name(app, cx.locale, &item.kind),
        number: if item.key.len() <= LONGEST_NUMBER {
            item.key.clone()
        } else {
            String::new()
        },
        time,
        item,
    }
}

/// All kinds, and those that were found or chosen.
fn kinds(app: &App, page: &Page, asked: &Asked, answer: &Answer) -> Vec<Link> {
    let chosen = asked.kind.clone().unwrap_or_default();
    let mut found: Vec<&str> = answer.hits.iter().map(|hit| hit.kind.as_str()).collect();
    found.extend((!chosen.is_empty()).then_some(chosen.as_str()));
    found.sort_unstable();
    found.dedup();
    if found.len() < 2 && chosen.is_empty() {
        return Vec::new();
    }
    let all = Link {
        text: page.t("web-search-all-kinds"),
        href: address(&asked.q, ""),
        is_current: chosen.is_empty(),
    };
    let each = found.into_iter().map(|kind| Link {
        text: asked::kind_name(app, page.cx.locale, kind),
        href: address(&asked.q, kind),
        is_current: kind == chosen,
    });
    [all].into_iter().chain(each).collect()
}

fn address(text: &str, kind: &str) -> String {
    let mut pairs = vec![("q", text)];
    if !kind.is_empty() {
        pairs.push(("kind", kind));
    }
    format!("/search?{}", urlencoded::join(&pairs))
}

/// Which hit of which search is opened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Opened {
    found: String,
    kind: String,
    key: String,
}

/// `GET /search/open`: on to what was found; whoever keeps searches hears of it. What the reader may see is the business of the
/// page this leads to.
pub(super) async fn open(State(app): State<App>, page: Page, Query(opened): Query<Opened>) -> Result {
    let href = href(&app, &page.cx, &opened.kind, &opened.key).filter(|href| !href.is_empty());
    let href = href.ok_or_else(Error::not_found)?;
    telling::opened(&app, &page.cx, &opened.found, &opened.kind, &opened.key);
    see_other(&href)
}
