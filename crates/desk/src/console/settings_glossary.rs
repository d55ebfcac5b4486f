//! The glossary in the settings: the list with its search, and one term as a form.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Error;
use kernel::i18n::Locale;
use web::{App, Choice, FormData, FormView, Need, Page, Path, Query, Routes, Shell, html, urlencoded};

use super::settings::{answer, keep, saved};
use crate::glossary::{self, Asked, Term, Wanted};
use crate::ticket::access;

pub(super) const PATH: &str = "/settings/desk/glossary";

/// The routes: whoever works at the desk reads the glossary, whoever keeps it writes.
pub(super) fn routes() -> Routes {
    let keeps = Need::permission(access::GLOSSARY);
    Routes::new()
        .page(Method::GET, PATH, keeps, list)
        .page(Method::POST, PATH, keeps, add)
        .page(Method::GET, "/settings/desk/glossary/new", keeps, new)
        .page(Method::GET, "/settings/desk/glossary/{id}", keeps, edit)
        .page(Method::POST, "/settings/desk/glossary/{id}", keeps, save)
        .page(
            Method::POST,
            "/settings/desk/glossary/{id}/removal",
            keeps,
            remove,
        )
}

/// What the address asks for.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    language: String,
    q: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "console/views/settings_glossary.html", blocks = ["lines"])]
struct List {
    shell: Shell,
    form: FormView,
    languages: Vec<Choice>,
    lines: Vec<Term>,
    count: usize,
    more: Option<String>,
}

fn languages(page: &Page) -> Vec<Choice> {
    Locale::ALL
        .into_iter()
        .map(|locale| Choice::new(locale.tag(), language(page, locale)))
        .collect()
}

fn language(page: &Page, locale: Locale) -> String {
    page.t(&format!("desk-notices-language-{}", locale.tag()))
}

/// `GET /settings/desk/glossary`
async fn list(State(app): State<App>, page: Page, Query(wish): Query<Wish>) -> web::Result {
    let cx = page.cx.clone();
    let asked = Asked {
        language: Locale::parse(&wish.language),
        q: wish.q.clone(),
        after: wish.after.clone().filter(|after| !after.is_empty()),
    };
    let found = app.db.read(move |tx| glossary::list(tx, &cx, &asked)).await?;
    let more = found.next.map(|next| {
        let pairs = [
            ("language", wish.language.as_str()),
            ("q", wish.q.as_str()),
            ("after", next.as_str()),
        ];
        format!("{PATH}?{}", urlencoded::join(&pairs))
    });
    let mut choices = languages(&page);
    choices.insert(0, Choice::new("", page.t("desk-page-glossary-all-languages")));
    let title = page.t("desk-page-nav-glossary");
    let is_part = page.partial && wish.after.is_some();
    let view = List {
        shell: if is_part {
            page.bare(&app, title)
        } else {
            page.shell(&app, title).await?
        },
        form: FormView::of([("language", wish.language), ("q", wish.q)]),
        languages: choices,
        lines: found.items,
        count: found.count,
        more,
    };
    if is_part {
        html(view.as_lines())
    } else {
        html(view)
    }
}

#[derive(Template)]
#[template(path = "console/views/settings_term.html")]
struct Edit {
    shell: Shell,
    action: String,
    is_new: bool,
    form: FormView,
    languages: Vec<Choice>,
}

async fn view(app: &App, page: &Page, id: Option<i64>, form: FormView) -> web::Result<Edit> {
    let key = if id.is_some() {
        "desk-page-term"
    } else {
        "desk-page-term-new"
    };
    Ok(Edit {
        shell: page.shell(app, page.t(key)).await?,
        action: id.map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}")),
        is_new: id.is_none(),
        form,
        languages: languages(page),
    })
}

/// `GET /settings/desk/glossary/new`
async fn new(State(app): State<App>, page: Page) -> web::Result {
    let form = FormView::of([("language", page.cx.locale.tag())]);
    html(view(&app, &page, None, form).await?)
}

/// `GET /settings/desk/glossary/{id}`
async fn edit(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    let term = app.db.read(move |tx| glossary::load(tx, &cx, id)).await?;
    let form = FormView::of([
        ("language", term.language.tag().to_owned()),
        ("term", term.term),
        ("plain", term.plain),
        ("version", term.version.to_string()),
    ]);
    html(view(&app, &page, Some(id), form).await?)
}

fn wanted(form: &FormData) -> kernel::Result<Wanted> {
    let language = Locale::parse(form.text("language"));
    let read = form.optional("version").map(str::parse).transpose();
    Ok(Wanted {
        language: language.ok_or_else(|| Error::invalid("web.form.choice").field("language"))?,
        term: form.text("term").to_owned(),
        plain: form.text("plain").to_owned(),
        read: read.map_err(|_| Error::invalid("web.form.malformed").field("version"))?,
    })
}

/// `POST /settings/desk/glossary`
async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    store(&app, &page, None, &form).await
}

/// `POST /settings/desk/glossary/{id}`
async fn save(State(app): State<App>, page: Page, Path(id): Path<i64>, form: FormData) -> web::Result {
    store(&app, &page, Some(id), &form).await
}

async fn store(app: &App, page: &Page, id: Option<i64>, form: &FormData) -> web::Result {
    let keeping = keep(app, page, wanted(form), move |tx, cx, wanted| {
        glossary::save(tx, cx, id, wanted)
    });
    let keeping = keeping.await;
    let again = async |form| view(app, page, id, form).await;
    answer(page, keeping, form, PATH, again).await
}

/// `POST /settings/desk/glossary/{id}/removal`
async fn remove(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| glossary::remove(tx, &cx, id)).await?;
    saved(&page, PATH)
}
