//! Answers offered while somebody types: on the first page, and on the form that reports a problem.

use askama::Template;
use axum::extract::State;
use knowledge::searching;
use web::{App, Page, Query, Shell, html, see_other, urlencoded};

use super::searching::{find, shortened};
use super::{Answer, limited};

#[derive(Template)]
#[template(path = "help/suggestions.html")]
struct View {
    shell: Shell,
    answers: Vec<Answer>,
    text: String,
    /// Words of the address: what was asked and where.
    query: String,
}

/// What has been typed so far: in the one box, or in the form's two.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    q: String,
    title: String,
    body: String,
}

const ANSWERS: usize = 4;
/// Shorter questions fit everything.
const LETTERS: usize = 2;

pub async fn suggest(State(app): State<App>, page: Page, Query(typed): Query<Typed>) -> web::Result {
    limited(&app, &page)?;
    let text = shortened(&[typed.q, typed.title, typed.body].join(" "));
    if !page.partial {
        return see_other(&format!("/help?{}", urlencoded::join(&[("q", &text)])));
    }
    let answers = if text.chars().count() < LETTERS {
        Vec::new()
    } else {
        find(&app, &page, &text, ANSWERS, searching::suggest).await?
    };
    html(View {
        shell: page.bare(&app, ""),
        answers,
        query: urlencoded::join(&[("asked", text.as_str()), ("place", "report")]),
        text,
    })
}
