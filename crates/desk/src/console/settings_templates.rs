//! The settings pages of templates: everybody's and one's own.

use askama::Template;
use axum::extract::State;
use kernel::id::Id;
use web::{App, FormData, FormView, Page, Path, Shell, html};

use super::settings::{answer, keep, saved};
use crate::reply_template::{self, Both, KNOWN, ReplyTemplate, Wanted};
use crate::ticket::access;

pub(super) const PATH: &str = "/settings/desk/templates";

/// A line of a list: of templates, and of macros.
pub(super) struct Line {
    pub href: String,
    pub name: String,
    pub text: String,
    pub shared: bool,
}

#[derive(Template)]
#[template(path = "console/views/settings_templates.html")]
struct List {
    shell: Shell,
    lines: Vec<Line>,
}

/// `GET /settings/desk/templates`
pub(super) async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| reply_template::list(tx, &cx)).await?;
    let line = |one: ReplyTemplate| Line {
        href: format!("{PATH}/{}", one.id),
        name: one.name.of(page.cx.locale).to_owned(),
        text: one.body.of(page.cx.locale).chars().take(120).collect(),
        shared: one.owner.is_none(),
    };
    let lines = found.into_iter().map(line).collect();
    let shell = page.shell(&app, page.t("desk-page-nav-hand")).await?;
    html(List { shell, lines })
}

#[derive(Template)]
#[template(path = "console/views/settings_template.html")]
struct Edit {
    shell: Shell,
    action: String,
    is_new: bool,
    may_share: bool,
    may_change: bool,
    form: FormView,
    known: [&'static str; KNOWN.len()],
}

async fn view(
    app: &App,
    page: &Page,
    id: Option<Id<ReplyTemplate>>,
    form: FormView,
    may_change: bool,
) -> web::Result<Edit> {
    let key = if id.is_some() {
        "desk-page-template"
    } else {
        "desk-page-template-new"
    };
    Ok(Edit {
        shell: page.shell(app, page.t(key)).await?,
        action: id.map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}")),
        is_new: id.is_none(),
        may_share: page.cx.may(access::SETTINGS).is_some(),
        may_change,
        form,
        known: KNOWN,
    })
}

/// `GET /settings/desk/templates/new`
pub(super) async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None, FormView::empty(), true).await?)
}

/// `GET /settings/desk/templates/{id}`
pub(super) async fn edit(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let id = parse(&id)?;
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| reply_template::load(tx, &cx, id)).await?;
    let may_change = reply_template::may_change(&page.cx, found.owner).is_ok();
    let form = FormView::of([
        ("name_en", found.name.en),
        ("name_zh", found.name.zh),
        ("body_en", found.body.en),
        ("body_zh", found.body.zh),
        ("shared", found.owner.is_none().to_string()),
    ]);
    html(view(&app, &page, Some(id), form, may_change).await?)
}

/// `POST /settings/desk/templates`
pub(super) async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    store(&app, &page, None, &form).await
}

/// `POST /settings/desk/templates/{id}`
pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    form: FormData,
) -> web::Result {
    store(&app, &page, Some(parse(&id)?), &form).await
}

async fn store(app: &App, page: &Page, id: Option<Id<ReplyTemplate>>, form: &FormData) -> web::Result {
    let wanted = Wanted {
        shared: form.checked("shared"),
        name: both(form, "name"),
        body: both(form, "body"),
    };
    let keeping = keep(app, page, Ok(wanted), move |tx, cx, wanted| {
        reply_template::save(tx, cx, id, wanted)
    });
    let keeping = keeping.await;
    let again = async |form| view(app, page, id, form, true).await;
    answer(page, keeping, form, PATH, again).await
}

/// `POST /settings/desk/templates/{id}/removal`
pub(super) async fn remove(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let (id, cx) = (parse(&id)?, page.cx.clone());
    app.db
        .write(move |tx| reply_template::remove(tx, &cx, id))
        .await?;
    saved(&page, PATH)
}

/// A field in both languages.
pub(super) fn both(form: &FormData, name: &str) -> Both {
    Both {
        en: form.text(&format!("{name}_en")).to_owned(),
        zh: form.text(&format!("{name}_zh")).to_owned(),
    }
}

/// An address with anything else in it leads nowhere.
pub(super) fn parse<T>(text: &str) -> kernel::Result<Id<T>> {
    text.parse().map_err(|_| kernel::Error::not_found())
}
