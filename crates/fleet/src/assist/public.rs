//! `/assist`: where whoever needs help enters the code, and is handed one file for it: the program with its document behind it.
//!
//! It is for anybody, so it says the same of every code that does not count, and every try costs one.

use askama::Template;
use axum::body::Body;
use axum::extract::State as Given;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::StreamExt as _;
use kernel::error::{Error, Kind, Result};
use protocol::trailer;
use web::rate::Limit;
use web::{App, FormData, FormView, Need, Page, Routes, Shell, html, unprocessable};

use super::{entering, program};

const PATH: &str = "/assist";

/// Tries from one address. A whole office may stand behind it, but seldom needs help all at once.
const OF_ADDRESS: Limit = Limit {
    name: "fleet.assist",
    burst: 10.0,
    per_minute: 2.0,
};
/// Tries of all together.
const OF_ALL: Limit = Limit {
    name: "fleet.assist.all",
    burst: 120.0,
    per_minute: 60.0,
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, PATH, Need::Public, ask)
        .page(Method::POST, PATH, Need::Public, answer)
}

/// What people are told to open.
pub(super) fn address(base_url: &str) -> String {
    format!("{}{PATH}", base_url.trim_end_matches('/'))
}

#[derive(Template)]
#[template(path = "assist/views/public.html")]
struct View {
    shell: Shell,
    form: FormView,
    /// Whether there is something for the system of this browser.
    fits: bool,
}

impl View {
    fn new(app: &App, page: &Page, form: FormView) -> Self {
        Self {
            shell: page.bare(app, page.t("fleet-assist-public-title")),
            form,
            fits: fits(&page.user_agent),
        }
    }
}

/// Whether a browser says of its system that the program runs there. One that says nothing may try.
fn fits(agent: &str) -> bool {
    const OTHERS: [&str; 12] = [
        "windows",
        "mac os",
        "macintosh",
        "android",
        "iphone",
        "ipad",
        "cros",
        "freebsd",
        "openbsd",
        "aarch64",
        "armv",
        "riscv",
    ];
    let agent = agent.to_lowercase();
    !OTHERS.iter().any(|other| agent.contains(other))
}

/// `GET /assist`
async fn ask(Given(app): Given<App>, page: Page) -> web::Result {
    html(View::new(&app, &page, FormView::empty()))
}

/// `POST /assist`
async fn answer(Given(app): Given<App>, page: Page, form: FormData) -> web::Result {
    match hand_out(&app, &page, form.text("code")).await {
        Ok(response) => Ok(response),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::TooMany) => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(View::new(&app, &page, form))
        }
        Err(error) => Err(error.into()),
    }
}

async fn hand_out(app: &App, page: &Page, code: &str) -> Result<Response> {
    let now = page.cx.now();
    app.rates.take(OF_ADDRESS, &page.client_address, now)?;
    app.rates.take(OF_ALL, "all", now)?;
    // A code is not spent on a file that would be of no use.
    if !fits(&page.user_agent) {
        return Err(Error::conflict("fleet.assist.system"));
    }
    let found = app.db.read(|tx| program::program(tx, program::LINUX)).await?;
    let wrong = || Error::invalid("fleet.assist.code").field("code");
    let program = found.ok_or_else(wrong)?;
    let content = app.files.get_stream(&program.hash).await?;
    let (cx, code) = (page.cx.clone(), code.to_owned());
    let document = app.db.write(move |tx| entering::enter(tx, &cx, &code)).await?;
    let end = trailer::written(&document.ok_or_else(wrong)?);
    let size = content
        .size
        .saturating_add(i64::try_from(end.len()).unwrap_or_default());
    let end = futures::stream::iter([Ok::<_, Error>(Bytes::from(end))]);
    Ok(file(Body::from_stream(content.stream.chain(end)), size))
}

fn file(body: Body, size: i64) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"mainstay-help\""),
        ),
        // It holds a secret of this one person.
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
        (header::CONTENT_LENGTH, HeaderValue::from(size)),
    ];
    (headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_of_another_system_is_told_so() {
        assert!(fits(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140"
        ));
        assert!(fits(""));
        for other in [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)",
            "Mozilla/5.0 (Linux; Android 16)",
            "Mozilla/5.0 (X11; Linux aarch64)",
        ] {
            assert!(!fits(other), "{other}");
        }
    }
}
