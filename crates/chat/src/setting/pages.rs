//! The page of the setting.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Kind;
use web::{
    App, FormData, FormView, Need, Page, Routes, Shell, Tone, html, see_other, unprocessable, with_toast,
};

use super::{patience, set};
use crate::SETTINGS;

const PATH: &str = "/settings/chat";

pub(crate) fn routes() -> Routes {
    let needed = Need::permission(SETTINGS);
    Routes::new()
        .page(Method::GET, PATH, needed, show)
        .page(Method::POST, PATH, needed, save)
}

#[derive(Template)]
#[template(path = "setting/views/setting.html")]
struct View {
    shell: Shell,
    form: FormView,
}

/// `GET /settings/chat`
async fn show(State(app): State<App>, page: Page) -> web::Result {
    let patience = app.db.read(patience).await?;
    html(View {
        shell: page.shell(&app, page.t("chat-settings")).await?,
        form: FormView::of([("idle_minutes", patience.minutes.to_string())]),
    })
}

/// `POST /settings/chat`
async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, minutes) = (page.cx.clone(), form.text("idle_minutes").parse().ok());
    match app.db.write(move |tx| set(tx, &cx, minutes)).await {
        Ok(_) => Ok(with_toast(
            see_other(PATH)?,
            &page,
            Tone::Success,
            &page.t("chat-settings-saved"),
        )),
        Err(error) if error.kind() == Kind::Invalid => unprocessable(View {
            shell: page.shell(&app, page.t("chat-settings")).await?,
            form: form.refused(&error, page.cx.locale),
        }),
        Err(error) => Err(error.into()),
    }
}
