//! Reading one answer: as a page, or opened in place below what somebody types.

use askama::Template;
use axum::extract::State;
use kernel::error::{Error, Kind};
use knowledge::rendering::{self, Hrefs};
use knowledge::{Number, Seen, popular, reading, voting};
use web::{App, Page, Path, Query, Shell, html, see_other, telling};

use super::limited;
use super::saying::voter;
use super::searching::shortened;

#[derive(Template)]
#[template(path = "help/article.html", blocks = ["answer"])]
struct View {
    shell: Shell,
    seen: Seen,
    html: String,
    /// What the reader said of it before.
    said: Option<bool>,
    /// Just now: `solved` or `unsolved`.
    heard: String,
    asked: String,
    place: &'static str,
    /// Whether it stands below what somebody types, inside another form.
    is_in_place: bool,
}

/// How the section is headed that says what to do.
const SOLUTION: &[&str] = &["Solution", "解决办法", "解决方法", "解决方案"];

/// Where the reader came from.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct From {
    asked: String,
    found: String,
    place: String,
    heard: String,
}

/// Where people read, as votes keep it.
pub(super) fn place(text: &str) -> &'static str {
    match text {
        "report" => "report",
        "guide" => "guide",
        "search" => "search",
        _ => "article",
    }
}

pub async fn show(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    Query(from): Query<From>,
) -> web::Result {
    limited(&app, &page)?;
    let view = read(&app, &page, number, from, false).await?;
    html(view)
}

/// `GET /help/{number}/answer`: the answer alone, for a script; everybody else gets the page.
pub async fn in_place(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    Query(from): Query<From>,
) -> web::Result {
    limited(&app, &page)?;
    if !page.partial {
        return see_other(&format!("/help/{number}"));
    }
    let view = read(&app, &page, number, from, true).await?;
    html(view.as_answer())
}

async fn read(app: &App, page: &Page, number: Number, from: From, is_in_place: bool) -> kernel::Result<View> {
    let cx = page.cx.clone();
    let who = voter(app, page).await?;
    let reading = app.db.read(move |tx| {
        let seen = reading::see(tx, &cx, number, None)?;
        if !seen.article.state.is_read() {
            return Err(Error::not_found());
        }
        let said = voting::mine(tx, &cx, number, &who)?;
        let body = &seen.text.words.body;
        // Below what somebody types, what to do comes at once; the rest is on the page.
        let solution = is_in_place.then(|| rendering::section(body, SOLUTION)).flatten();
        let body = solution.as_deref().unwrap_or(body);
        let page = rendering::page(body, &Hrefs::help(seen.text.locale));
        Ok((seen, said, page))
    });
    let (seen, said, rendered) = reading.await.map_err(|error| hidden(page, error))?;
    let key = format!("KB-{number}");
    telling::opened(
        app,
        &page.cx,
        &from.found,
        knowledge::searching::kind(seen.text.locale),
        &key,
    );
    popular::count(app, page.cx.now(), number);
    let place = place(&from.place);
    Ok(View {
        shell: page.bare(app, seen.text.words.title.clone()),
        seen,
        html: rendered.html,
        said,
        heard: from.heard,
        place: if place == "article" && !from.asked.is_empty() {
            "search"
        } else {
            place
        },
        asked: shortened(&from.asked),
        is_in_place,
    })
}

/// Who is not signed in is asked to, whether there is such an article or not.
fn hidden(page: &Page, error: Error) -> Error {
    if error.kind() == Kind::NotFound && page.cx.identity().is_none() {
        Error::unauthenticated()
    } else {
        error
    }
}
