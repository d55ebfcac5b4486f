//! The page of sites.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Kind;
use kernel::{Error, Result};
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::site::{self, NewSite};
use super::store::{self, Site};
use crate::input;

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.calendar.manage"),
    );
    Routes::new()
        .page(Method::GET, "/settings/sites", read, list)
        .page(Method::GET, "/settings/sites/new", manage, new)
        .page(Method::POST, "/settings/sites", manage, create)
        .page(Method::GET, "/settings/sites/{id}", manage, edit)
        .page(Method::POST, "/settings/sites/{id}", manage, save)
}

#[derive(Template)]
#[template(path = "calendar/views/sites.html")]
struct ListView {
    shell: Shell,
    /// Each with the name of its calendar.
    sites: Vec<(Site, String)>,
}

#[derive(Template)]
#[template(path = "calendar/views/site.html")]
struct EditView {
    shell: Shell,
    form: FormView,
    id: String,
    calendars: Vec<Choice>,
    zones: &'static [&'static str],
}

async fn list(State(app): State<App>, page: Page) -> web::Result {
    let (sites, calendars) = app
        .db
        .read(|tx| Ok((store::sites(tx)?, store::list(tx)?)))
        .await?;
    let named = sites.into_iter().map(|site| {
        let calendar = calendars
            .iter()
            .find(|calendar| site.calendar.as_deref() == Some(&*calendar.id.to_string()));
        let name = calendar.map(|calendar| calendar.name.clone()).unwrap_or_default();
        (site, name)
    });
    html(ListView {
        shell: page.shell(&app, page.t("people-sites")).await?,
        sites: named.collect(),
    })
}

async fn view(app: &App, page: &Page, id: &str, form: FormView) -> web::Result<EditView> {
    let calendars = app.db.read(store::list).await?;
    let none = Choice::new("", page.t("people-calendar-always"));
    let choices = calendars
        .into_iter()
        .map(|calendar| Choice::new(calendar.id.to_string(), calendar.name));
    Ok(EditView {
        shell: page
            .shell(
                app,
                page.t(if id.is_empty() {
                    "people-site-add"
                } else {
                    "people-site-edit"
                }),
            )
            .await?,
        form,
        id: id.to_owned(),
        calendars: [none].into_iter().chain(choices).collect(),
        zones: input::time_zones(),
    })
}

async fn new(State(app): State<App>, page: Page) -> web::Result {
    let form = FormView::of([("time_zone", page.cx.time_zone.to_string())]);
    html(view(&app, &page, "", form).await?)
}

async fn edit(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let sites = app.db.read(store::sites).await?;
    let site = sites
        .into_iter()
        .find(|site| site.id == id)
        .ok_or_else(Error::not_found)?;
    let values = [
        ("name", site.name),
        ("time_zone", site.time_zone),
        ("calendar", site.calendar.unwrap_or_default()),
    ];
    html(view(&app, &page, &id, FormView::of(values)).await?)
}

async fn answered(app: &App, page: &Page, id: &str, form: &FormData, outcome: Result<Site>) -> web::Result {
    match outcome {
        Ok(_) => Ok(with_toast(
            see_other("/settings/sites")?,
            page,
            Tone::Success,
            &page.t("people-saved"),
        )),
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(view(app, page, id, form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn create(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match form.read::<NewSite>() {
        Ok(new) => app.db.write(move |tx| site::save(tx, &cx, None, &new)).await,
        Err(error) => Err(error),
    };
    answered(&app, &page, "", &form, outcome).await
}

async fn save(State(app): State<App>, page: Page, Path(id): Path<String>, form: FormData) -> web::Result {
    let (cx, wanted) = (page.cx.clone(), id.clone());
    let outcome = match form.read::<NewSite>() {
        Ok(new) => {
            app.db
                .write(move |tx| site::save(tx, &cx, Some(&wanted), &new))
                .await
        }
        Err(error) => Err(error),
    };
    answered(&app, &page, &id, &form, outcome).await
}
