//! One box: words in, answers out, and beside them what can be asked for. Without words: what is read most, and the guides.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::search::{Search, SearchQuery};
use knowledge::{Number, reading, searching};
use web::{App, Page, Query, Shell, html, telling, urlencoded};

use super::{Answer, GuideLink, guides, limited, popular};

#[derive(Template)]
#[template(path = "help/search.html")]
struct View {
    shell: Shell,
    text: String,
    answers: Vec<Hit>,
    /// What can be asked for, by its title and address.
    offers: Vec<(String, String)>,
    meant: Option<(String, String)>,
    popular: Vec<Answer>,
    guides: Vec<GuideLink>,
    report: String,
}

/// An answer and the address that says which search found it.
struct Hit {
    answer: Answer,
    href: String,
}

/// What is asked.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
}

const ANSWERS: usize = 12;
const OFFERS: usize = 3;
const POPULAR: usize = 8;
pub(super) const LETTERS_AT_MOST: usize = 300;

pub async fn show(State(app): State<App>, page: Page, Query(asked): Query<Asked>) -> web::Result {
    limited(&app, &page)?;
    let text = shortened(&asked.q);
    let mut view = View {
        shell: page.bare(&app, page.t("portal-help-title")),
        report: format!("/portal/report?{}", urlencoded::join(&[("title", &text)])),
        text,
        answers: Vec::new(),
        offers: Vec::new(),
        meant: None,
        popular: Vec::new(),
        guides: Vec::new(),
    };
    if view.text.is_empty() {
        let cx = page.cx.clone();
        (view.popular, view.guides) = app
            .db
            .read(move |tx| Ok((popular(tx, &cx, POPULAR)?, guides(tx, cx.locale)?)))
            .await?;
        return html(view);
    }
    let answers = find(&app, &page, &view.text, ANSWERS, searching::find).await?;
    (view.offers, view.meant) = beside(&app, &page, &view.text, answers.is_empty()).await?;
    let found = answers.len() + view.offers.len();
    let search = telling::searched(&app, &page.cx, &view.text, "portal", found).unwrap_or_default();
    view.answers = answers
        .into_iter()
        .map(|answer| Hit {
            href: address(&answer, &view.text, &search),
            answer,
        })
        .collect();
    html(view)
}

/// As it is asked: without what surrounds it, and not endless.
pub(super) fn shortened(text: &str) -> String {
    text.trim().chars().take(LETTERS_AT_MOST).collect()
}

/// The page of an answer, which hears what was asked.
pub(super) fn address(answer: &Answer, text: &str, search: &str) -> String {
    let pairs = [("asked", text), ("found", search)];
    let pairs: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    format!("/help/{}?{}", answer.line.number, urlencoded::join(&pairs))
}

/// A finished question, or one that is still being typed: `searching::find`, `searching::suggest`.
pub(super) type Ask = fn(&Search, &Cx, &str, usize) -> Result<Vec<(Number, kernel::search::Hit)>>;

/// The answers to a question, best first.
pub(super) async fn find(app: &App, page: &Page, text: &str, most: usize, ask: Ask) -> Result<Vec<Answer>> {
    let (search, cx, words) = (app.search.clone(), page.cx.clone(), text.to_owned());
    let asking = tokio::task::spawn_blocking(move || ask(&search, &cx, &words, most));
    let hits = asking.await.map_err(Error::internal)??;
    let numbers: Vec<_> = hits.iter().map(|(number, _)| *number).collect();
    let mut snippets: HashMap<_, _> = hits
        .into_iter()
        .map(|(number, hit)| (number, hit.snippet_html))
        .collect();
    let cx = page.cx.clone();
    let lines = app.db.read(move |tx| reading::lines(tx, &cx, &numbers)).await?;
    Ok(lines
        .into_iter()
        .filter(|line| line.state.is_read())
        .map(|line| {
            let snippet = snippets.remove(&line.number);
            Answer::of(line, snippet)
        })
        .collect())
}

type Beside = (Vec<(String, String)>, Option<(String, String)>);

/// What can be asked for by these words, and a better spelling of them.
async fn beside(app: &App, page: &Page, text: &str, is_lost: bool) -> Result<Beside> {
    let query = SearchQuery {
        text: text.to_owned(),
        kinds: vec!["request_type".to_owned()],
        rights: app.search_rights(&page.cx),
        limit: OFFERS,
        ..SearchQuery::default()
    };
    let offers = match page.cx.identity() {
        Some(_) => app.search.query(query).await?,
        None => Vec::new(),
    };
    let offers = offers.into_iter().filter_map(|hit| {
        let source = app
            .search_sources()
            .find(|source| source.kinds.contains(&hit.kind.as_str()))?;
        Some((hit.title_html, (source.href)(&page.cx, &hit.key)))
    });
    let offers = offers.collect();
    if !is_lost {
        return Ok((offers, None));
    }
    let query = SearchQuery {
        text: text.to_owned(),
        kinds: searching::KINDS.iter().map(|kind| (*kind).to_owned()).collect(),
        rights: searching::rights(&page.cx),
        limit: 1,
        ..SearchQuery::default()
    };
    let meant = app.search.answer(query).await?.did_you_mean;
    let meant = meant.map(|words| {
        let href = format!("/help?{}", urlencoded::join(&[("q", words.as_str())]));
        (words, href)
    });
    Ok((offers, meant))
}
