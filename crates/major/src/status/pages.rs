//! The status page as HTML, as JSON, and as a feed that programs subscribe to.

use askama::Template;
use axum::extract::State as Given;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::rate::Limit;
use web::{App, Json, Need, Page, Routes, Shell, html};

use super::{Board, Said, Shown};
use crate::incident::State;
use crate::update::Words;

pub(crate) fn routes() -> Routes {
    // Whether it is for anybody is a setting, which the operation asks.
    Routes::new()
        .page(Method::GET, "/status", Need::Public, show)
        .page(Method::GET, "/status.json", Need::Public, as_json)
        .page(Method::GET, "/status.atom", Need::Public, as_feed)
}

pub(crate) async fn read(app: &App, cx: &kernel::Cx) -> kernel::Result<Board> {
    let cx = cx.clone();
    app.db.read(move |tx| super::board(tx, &cx)).await
}

#[derive(Template)]
#[template(path = "status/views/status.html", blocks = ["board"])]
struct View {
    shell: Shell,
    board: Board,
}

impl View {
    fn words<'a>(&self, said: &'a Said) -> &'a str {
        said.words.read(self.shell.cx.locale)
    }
}

/// `GET /status`
async fn show(Given(app): Given<App>, page: Page) -> web::Result {
    limited(&app, &page)?;
    let view = View {
        board: read(&app, &page.cx).await?,
        shell: page.bare(&app, page.t("major-status-title")),
    };
    if page.partial {
        html(view.as_board())
    } else {
        html(view)
    }
}

/// What was said, in JSON.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusUpdate)]
pub(crate) struct SaidJson {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    state: State,
    text: Words,
}

/// An incident as everybody sees it, in JSON.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusIncident)]
pub(crate) struct ShownJson {
    /// Names it.
    id: String,
    title: String,
    impact: String,
    services: Vec<String>,
    state: State,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// The latest first.
    updates: Vec<SaidJson>,
}

impl From<Shown> for ShownJson {
    fn from(shown: Shown) -> Self {
        Self {
            id: shown.id.to_string(),
            title: shown.title,
            impact: shown.impact,
            services: shown.services,
            state: public(shown.state),
            since: shown.declared_at,
            until: shown.resolved_at,
            updates: shown.said.into_iter().map(SaidJson::from).collect(),
        }
    }
}

impl From<Said> for SaidJson {
    fn from(said: Said) -> Self {
        Self {
            at: said.at,
            state: public(said.state),
            text: said.words,
        }
    }
}

/// Whether a review was held is the department's business.
fn public(state: State) -> State {
    if state == State::Reviewed {
        State::Resolved
    } else {
        state
    }
}

/// The status page, in JSON.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct StatusJson {
    /// `ok`, or `incident` while something does not work.
    status: &'static str,
    /// What does not work now.
    incidents: Vec<ShownJson>,
    /// What was in the last 90 days.
    history: Vec<ShownJson>,
}

impl From<Board> for StatusJson {
    fn from(board: Board) -> Self {
        Self {
            status: if board.present.is_empty() {
                "ok"
            } else {
                "incident"
            },
            incidents: board.present.into_iter().map(ShownJson::from).collect(),
            history: board.past.into_iter().map(ShownJson::from).collect(),
        }
    }
}

/// `GET /status.json`
async fn as_json(Given(app): Given<App>, page: Page) -> web::Result {
    limited(&app, &page)?;
    let status = StatusJson::from(read(&app, &page.cx).await?);
    Ok(keepable(&page, Json(status).into_response()))
}

#[derive(Template)]
#[template(path = "status/views/feed.xml", escape = "html")]
struct Feed {
    shell: Shell,
    base: String,
    changed_at: Timestamp,
    shown: Vec<Shown>,
}

impl Feed {
    fn words(&self, said: &Said) -> String {
        printable(said.words.read(self.shell.cx.locale))
    }

    fn title(&self, one: &Shown) -> String {
        printable(&one.title)
    }
}

/// `GET /status.atom`
async fn as_feed(Given(app): Given<App>, page: Page) -> web::Result {
    limited(&app, &page)?;
    let board = read(&app, &page.cx).await?;
    let feed = Feed {
        shell: page.bare(&app, page.t("major-status-title")),
        base: app.base_url().trim_end_matches('/').to_owned(),
        // A feed without news is as old as this page; any constant would do.
        changed_at: board.changed_at().unwrap_or_default(),
        shown: board.present.into_iter().chain(board.past).collect(),
    };
    let mut response = feed.render()?.into_response();
    let media_type = HeaderValue::from_static("application/atom+xml; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    Ok(keepable(&page, response))
}

/// Looks by people whom nobody knows, by address. A whole office may stand behind one address, and all of it looks.
const LOOKS: Limit = Limit {
    name: "major.status",
    burst: 600.0,
    per_minute: 600.0,
};

fn limited(app: &App, page: &Page) -> kernel::Result<()> {
    match page.cx.identity() {
        Some(_) => Ok(()),
        None => app.rates.take(LOOKS, &page.client_address, page.cx.now()),
    }
}

/// What strangers may read, whatever stands between may keep for a moment: it is the same for all of them, by language. The
/// page itself is not, for it carries its reader's token.
fn keepable(page: &Page, mut response: Response) -> Response {
    if page.cx.identity().is_none() {
        let headers = response.headers_mut();
        let moment = HeaderValue::from_static("public, max-age=15");
        headers.insert(header::CACHE_CONTROL, moment);
        let by = HeaderValue::from_static("Cookie, Accept-Language");
        headers.insert(header::VARY, by);
    }
    response
}

/// Text without the control letters that XML 1.0 does not allow (its production 2, `Char`), even as references.
fn printable(text: &str) -> String {
    let is_allowed = |letter: &char| {
        matches!(letter, '\n' | '\t') || !(letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}'))
    };
    text.chars().filter(is_allowed).collect()
}
