//! `/im/connect`: where a person is known, whether they are told there, and the code by which they become known.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use web::{App, FormData, Need, Page, Path, Routes, Shell, Tone, html, see_other, with_toast};

use super::{Connection, connecting, store};
use crate::channel::store::{Stored, list};
use crate::channel::{ChannelId, service_key};

const PATH: &str = "/im/connect";

pub(crate) fn routes() -> Routes {
    let needed = Need::SignedIn;
    Routes::new()
        .page(Method::GET, PATH, needed, show)
        .page(Method::POST, PATH, needed, fetch)
        .page(Method::POST, "/im/connect/{channel}/told", needed, tell)
        .page(Method::POST, "/im/connect/{channel}/removal", needed, disconnect)
}

/// A channel as its users see it.
struct Line {
    id: ChannelId,
    name: String,
    service: String,
    connection: Option<Connection>,
}

impl Line {
    fn is_told(&self) -> bool {
        self.connection.as_ref().is_some_and(|known| known.told)
    }
}

#[derive(Template)]
#[template(path = "person/views/connect.html")]
struct Body {
    shell: Shell,
    lines: Vec<Line>,
    /// A fresh code with its end; shown once.
    code: Option<(String, Timestamp)>,
}

#[derive(Template)]
#[template(path = "person/views/console_frame.html")]
struct ConsoleFrame {
    shell: Shell,
    body: String,
}

#[derive(Template)]
#[template(path = "person/views/portal_frame.html")]
struct PortalFrame {
    shell: Shell,
    body: String,
}

/// The frame of the console for whoever works there, of the portal for everybody else.
fn framed(body: &Body) -> web::Result {
    let (shell, body) = (body.shell.clone(), body.render()?);
    if shell.may("people.user.read") {
        html(ConsoleFrame { shell, body })
    } else {
        html(PortalFrame { shell, body })
    }
}

async fn body(app: &App, page: &Page, code: Option<(String, Timestamp)>) -> web::Result<Body> {
    let user = page.cx.user_id().ok_or_else(Error::unauthenticated)?;
    let read = move |tx: &mut Tx<'_>| -> Result<_> { Ok((list(tx)?, store::of_person(tx, user)?)) };
    let (channels, known) = app.db.read(read).await?;
    let line = |channel: Stored| Line {
        connection: known.iter().find(|one| one.channel == channel.id).cloned(),
        service: page.t(&service_key(channel.service)),
        id: channel.id,
        name: channel.name,
    };
    Ok(Body {
        shell: page.shell(app, page.t("im-connect")).await?,
        lines: channels
            .into_iter()
            .filter(|channel| channel.enabled)
            .map(line)
            .collect(),
        code,
    })
}

/// `GET /im/connect`
async fn show(State(app): State<App>, page: Page) -> web::Result {
    framed(&body(&app, &page, None).await?)
}

/// `POST /im/connect`: a code, shown in this answer and nowhere else.
async fn fetch(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, told) = (page.cx.clone(), form.checked("told"));
    let code = app.db.write(move |tx| connecting::code(tx, &cx, told)).await?;
    framed(&body(&app, &page, Some(code)).await?)
}

/// `POST /im/connect/{channel}/told`
async fn tell(State(app): State<App>, page: Page, Path(id): Path<ChannelId>, form: FormData) -> web::Result {
    let (cx, told) = (page.cx.clone(), form.checked("told"));
    app.db
        .write(move |tx| connecting::set_told(tx, &cx, id, told))
        .await?;
    let key = if told {
        "im-connect-told-on"
    } else {
        "im-connect-told-off"
    };
    Ok(with_toast(see_other(PATH)?, &page, Tone::Success, &page.t(key)))
}

/// `POST /im/connect/{channel}/removal`
async fn disconnect(State(app): State<App>, page: Page, Path(id): Path<ChannelId>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| connecting::disconnect(tx, &cx, id))
        .await?;
    let words = page.t("im-connect-gone");
    Ok(with_toast(see_other(PATH)?, &page, Tone::Success, &words))
}
