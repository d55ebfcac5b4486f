//! `POST /locale`: the language from the menu. A cookie keeps it for this browser; for somebody who is signed in it is
//! also stored with their settings, which are the people slice's and go before the cookie.

use axum::extract::State;
use axum::http::header;
use kernel::error::Error;
use kernel::i18n::Locale;

use crate::answer::{go_to, local_path};
use crate::app::App;
use crate::failure::Result;
use crate::form::FormData;
use crate::page::Page;

pub(super) async fn choose(State(app): State<App>, page: Page, form: FormData) -> Result {
    let chosen = form.optional("locale").and_then(Locale::parse);
    let locale = chosen.ok_or_else(|| Error::invalid("web.form.choice").field("locale"))?;
    if let (Some(remember), Some(_)) = (app.remember_locale(), page.cx.identity()) {
        let cx = page.cx.clone();
        app.db.write(move |tx| remember(tx, &cx, locale)).await?;
    }
    let mut response = go_to(&page, local_path(form.text("next")))?;
    if let Some(cookie) = page.transport.remember_locale(locale.tag()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
