//! `/settings/training`: how many hours a year are wanted.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Error;
use web::{App, FormData, FormView, Need, Page, Routes, Shell, html, unprocessable};

use super::{done, given, mend};
use crate::{SETTINGS, hours};

const PATH: &str = "/settings/training";

pub(super) fn routes() -> Routes {
    let needed = Need::permission(SETTINGS);
    Routes::new()
        .page(Method::GET, PATH, needed, show)
        .page(Method::POST, PATH, needed, save)
}

#[derive(Template)]
#[template(path = "pages/views/settings.html")]
struct View {
    shell: Shell,
    form: FormView,
}

/// `GET /settings/training`
async fn show(State(app): State<App>, page: Page) -> web::Result {
    let hours = app.db.read(hours::wanted).await?;
    html(View {
        shell: page.shell(&app, page.t("training-title")).await?,
        form: FormView::of([("hours", hours.to_string())]),
    })
}

/// `POST /settings/training`
async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let wanted = given(&form, "hours")
        .and_then(|hours| hours.ok_or_else(|| Error::invalid("web.form.missing").field("hours")));
    let saving = match wanted {
        Ok(wanted) => app.db.write(move |tx| hours::set_wanted(tx, &cx, wanted)).await,
        Err(error) => Err(error),
    };
    match saving {
        Ok(()) => done(&page, PATH, "training-saved"),
        Err(error) => unprocessable(View {
            form: mend(&page, &form, error)?,
            shell: page.shell(&app, page.t("training-title")).await?,
        }),
    }
}
