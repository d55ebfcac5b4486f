//! Guided questions: one question a page, each answer a link, at the end an answer to read or the form to report with.

use askama::Template;
use axum::extract::State;
use kernel::error::{Error, Result};
use knowledge::guide::{self, Target};
use knowledge::{Number, reading};
use web::{App, Page, Path, Query, Shell, html, urlencoded};

use super::limited;

/// A guide on the first page.
pub struct GuideLink {
    pub title: String,
    pub icon: String,
    pub href: String,
}

/// One answer to a question.
struct Choice {
    label: String,
    href: String,
    icon: &'static str,
}

#[derive(Template)]
#[template(path = "help/guide.html")]
struct View {
    shell: Shell,
    question: String,
    help: String,
    choices: Vec<Choice>,
    restart: Option<String>,
}

/// Where one is.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct At {
    step: String,
}

pub async fn show(
    State(app): State<App>,
    page: Page,
    Path(key): Path<String>,
    Query(at): Query<At>,
) -> web::Result {
    limited(&app, &page)?;
    let cx = page.cx.clone();
    let read = app.db.read(move |tx| {
        let guide = guide::find(tx, &key)?
            .filter(|guide| guide.enabled)
            .ok_or_else(Error::not_found)?;
        let articles = articles(tx, &cx, &guide.definition)?;
        Ok((guide, articles))
    });
    let (guide, articles) = read.await?;
    let start = format!("/help/guides/{}", guide.key);
    let definition = &guide.definition;
    let name = if at.step.is_empty() {
        &definition.start
    } else {
        &at.step
    };
    let step = definition.steps.get(name).ok_or_else(Error::not_found)?;
    let locale = page.cx.locale;
    let title = definition.title.read(locale).to_owned();
    let choices = step.options.iter().map(|option| {
        let (href, icon) = match &option.target {
            Target::Step(step) => (
                format!("{start}?{}", urlencoded::join(&[("step", step.as_str())])),
                "chevron-right",
            ),
            // What the reader may not read, they report.
            Target::Article(article) => articles.iter().find(|(name, _)| name == article).map_or_else(
                || (report(&title), "square-pen"),
                |(_, number)| (format!("/help/{number}?place=guide"), "book-open"),
            ),
            Target::Report(words) => (report(words.read(locale)), "square-pen"),
        };
        Choice {
            label: option.label.read(locale).to_owned(),
            href,
            icon,
        }
    });
    html(View {
        question: step.question.read(locale).to_owned(),
        help: step.help.read(locale).to_owned(),
        choices: choices.collect(),
        restart: (name != &definition.start).then(|| start.clone()),
        shell: page.bare(&app, title.clone()),
    })
}

fn report(title: &str) -> String {
    format!("/portal/report?{}", urlencoded::join(&[("title", title)]))
}

/// The articles that a guide leads to and its reader may read.
fn articles(
    tx: &mut kernel::db::Tx<'_>,
    cx: &kernel::cx::Cx,
    definition: &guide::Definition,
) -> Result<Vec<(String, Number)>> {
    let options = definition.steps.values().flat_map(|step| &step.options);
    let names: Vec<String> = options
        .filter_map(|option| match &option.target {
            Target::Article(name) => Some(name.clone()),
            Target::Step(_) | Target::Report(_) => None,
        })
        .collect();
    let numbers = guide::articles(tx, &names)?;
    let asked: Vec<Number> = numbers.iter().map(|(_, number)| *number).collect();
    let shown = reading::lines(tx, cx, &asked)?;
    Ok(numbers
        .into_iter()
        .filter(|(_, number)| {
            shown
                .iter()
                .any(|line| line.number == *number && line.state.is_read())
        })
        .collect())
}
