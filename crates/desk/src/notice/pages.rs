//! The settings page of notices: which words go out, changed, looked at with made-up values, and taken back.

use axum::extract::State;
use axum::http::Method;
use kernel::Locale;
use kernel::error::{Error, Kind};
use web::{
    App, FormData, FormView, NavigationItem, Need, Page, Path, Routes, Shell, Tone, html, see_other,
    unprocessable, with_toast,
};

use super::Notice;
use super::template::{self, Rendered, Template};
use crate::ticket::access;

const NEED: Need = Need::permission(access::SETTINGS);
const LOCALES: [Locale; 2] = [Locale::En, Locale::ZhCn];

/// The routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/settings/notices", NEED, index)
        .page(Method::GET, "/settings/notices/{notice}/{locale}", NEED, edit)
        .page(Method::POST, "/settings/notices/{notice}/{locale}", NEED, save)
        .page(
            Method::POST,
            "/settings/notices/{notice}/{locale}/preview",
            NEED,
            preview,
        )
        .page(
            Method::POST,
            "/settings/notices/{notice}/{locale}/reset",
            NEED,
            reset,
        )
}

/// The entry in the menu.
#[must_use]
pub fn navigation() -> NavigationItem {
    NavigationItem::new("desk-notices-nav", "/settings/notices", "mail")
        .needs(access::SETTINGS)
        .group(web::Group::Settings)
}

struct Written {
    language: String,
    href: String,
    is_changed: bool,
}

struct Row {
    title: String,
    languages: Vec<Written>,
}

#[derive(askama::Template)]
#[template(path = "notice/views/list.html")]
struct Index {
    shell: Shell,
    rows: Vec<Row>,
}

#[derive(askama::Template)]
#[template(path = "notice/views/edit.html")]
struct Edit {
    shell: Shell,
    action: String,
    language: String,
    is_changed: bool,
    form: FormView,
    names: Vec<&'static str>,
    shown: Option<Rendered>,
}

type Place = Path<(String, String)>;

fn place(notice: &str, locale: &str) -> kernel::Result<(Notice, Locale)> {
    let notice = Notice::ALL.iter().find(|known| known.as_str() == notice).copied();
    let locale = LOCALES.into_iter().find(|known| known.tag() == locale);
    notice.zip(locale).ok_or_else(Error::not_found)
}

fn path(notice: Notice, locale: Locale) -> String {
    format!("/settings/notices/{}/{}", notice.as_str(), locale.tag())
}

async fn index(State(app): State<App>, page: Page) -> web::Result {
    let changed = app.db.read(template::changed).await?;
    let rows = Notice::ALL
        .iter()
        .map(|notice| Row {
            title: page.t(notice.text_key()),
            languages: LOCALES
                .into_iter()
                .map(|locale| Written {
                    language: language(&page, locale),
                    href: path(*notice, locale),
                    is_changed: changed
                        .iter()
                        .any(|(of, tag)| of == notice.as_str() && tag == locale.tag()),
                })
                .collect(),
        })
        .collect();
    let shell = page.shell(&app, page.t("desk-notices-title")).await?;
    html(Index { shell, rows })
}

fn language(page: &Page, locale: Locale) -> String {
    page.t(&format!("desk-notices-language-{}", locale.tag()))
}

async fn page_of(
    app: &App,
    page: &Page,
    (notice, locale): (Notice, Locale),
    form: Option<FormView>,
    shown: Option<Rendered>,
) -> web::Result<Edit> {
    let (current, is_changed) = app
        .db
        .read(move |tx| template::current(tx, notice, locale))
        .await?;
    let form = form.unwrap_or_else(|| FormView::of([("subject", current.subject), ("body", current.body)]));
    Ok(Edit {
        shell: page.shell(app, page.t(notice.text_key())).await?,
        action: path(notice, locale),
        language: language(page, locale),
        is_changed,
        form,
        names: template::names(notice),
        shown,
    })
}

async fn edit(State(app): State<App>, page: Page, Path((notice, locale)): Place) -> web::Result {
    let place = place(&notice, &locale)?;
    html(page_of(&app, &page, place, None, None).await?)
}

fn read(form: &FormData) -> Template {
    Template {
        subject: form.text("subject").to_owned(),
        body: form.text("body").replace("\r\n", "\n") + "\n",
    }
}

async fn save(
    State(app): State<App>,
    page: Page,
    Path((notice, locale)): Place,
    form: FormData,
) -> web::Result {
    let (notice, locale) = place(&notice, &locale)?;
    let (cx, template) = (page.cx.clone(), read(&form));
    match app
        .db
        .write(move |tx| template::save(tx, &cx, notice, locale, &template))
        .await
    {
        Ok(()) => said(&page, "desk-notices-saved", &path(notice, locale)),
        Err(error) => refused(&app, &page, (notice, locale), &form, error).await,
    }
}

async fn preview(
    State(app): State<App>,
    page: Page,
    Path((notice, locale)): Place,
    form: FormData,
) -> web::Result {
    let (notice, locale) = place(&notice, &locale)?;
    match template::preview(notice, locale, &read(&form)) {
        Ok(shown) => html(page_of(&app, &page, (notice, locale), Some(form.view()), Some(shown)).await?),
        Err(error) => refused(&app, &page, (notice, locale), &form, error).await,
    }
}

async fn reset(State(app): State<App>, page: Page, Path((notice, locale)): Place) -> web::Result {
    let (notice, locale) = place(&notice, &locale)?;
    let cx = page.cx.clone();
    app.db
        .write(move |tx| template::reset(tx, &cx, notice, locale))
        .await?;
    said(&page, "desk-notices-reset-done", &path(notice, locale))
}

fn said(page: &Page, key: &str, path: &str) -> web::Result {
    Ok(with_toast(see_other(path)?, page, Tone::Success, &page.t(key)))
}

async fn refused(
    app: &App,
    page: &Page,
    place: (Notice, Locale),
    form: &FormData,
    error: Error,
) -> web::Result {
    if error.kind() != Kind::Invalid {
        return Err(error.into());
    }
    unprocessable(page_of(app, page, place, Some(form.refused(&error, page.cx.locale)), None).await?)
}
