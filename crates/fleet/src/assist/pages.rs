//! The technician's pages: offering help on a ticket, and following it live until the screen can be asked for.

use askama::Template;
use axum::extract::State as Given;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use web::{App, Need, Page, Path, Routes, Shell, go_to, html, see_other};

use super::{Assist, AssistId, State, asking, load};
use crate::device::{self, Device};
use crate::{CHANGE, READ};

pub(super) fn routes() -> Routes {
    let (read, change) = (Need::permission(READ), Need::permission(CHANGE));
    Routes::new()
        .page(Method::POST, "/tickets/{number}/assists", change, offer)
        .page(Method::GET, "/assists/{id}", read, show)
        .page(Method::POST, "/assists/{id}/end", change, end)
}

/// `POST /tickets/{number}/assists`
async fn offer(Given(app): Given<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    let signer = crate::signing::client::public_key(&app.config)?;
    let (cx, base) = (page.cx.clone(), app.base_url().to_owned());
    let subject = desk::ticket::subject(number);
    let made = app
        .db
        .write(move |tx| asking::offer(tx, &cx, &base, signer, &subject))
        .await?;
    see_other(&made.href())
}

#[derive(Template)]
#[template(path = "assist/views/show.html", blocks = ["live"])]
struct View {
    shell: Shell,
    assist: Assist,
    /// Only while it counts, and only for whoever offered it.
    code: Option<String>,
    /// What the person is told.
    address: String,
    device: Option<Device>,
    may_end: bool,
}

impl View {
    fn screen_href(&self, device: &Device) -> String {
        format!("/devices/{}/screens/new?ticket={}", device.id, self.assist.ticket)
    }

    fn is_connected(&self) -> bool {
        self.assist.state == State::Connected
    }

    /// Whether its end waits for that of a session.
    fn is_ending(&self) -> bool {
        !self.assist.is_over() && !self.assist.reason.is_empty()
    }

    fn reason(&self) -> String {
        self.shell.t(&format!(
            "fleet-assist-reason-{}",
            self.assist.reason.replace('_', "-")
        ))
    }

    fn title(&self) -> String {
        self.shell.t("fleet-assist-title")
    }
}

struct Read {
    assist: Assist,
    code: Option<String>,
    device: Option<Device>,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: AssistId) -> Result<Read> {
    let assist = load(tx, cx, id)?;
    let code = asking::code_of(tx, cx, &assist)?;
    let device = match assist.device {
        Some(id) => device::store::find(tx, id)?.filter(|device| device::may(cx, READ, device)),
        None => None,
    };
    Ok(Read { assist, code, device })
}

/// `GET /assists/{id}`
async fn show(Given(app): Given<App>, page: Page, Path(id): Path<AssistId>) -> web::Result {
    let cx = page.cx.clone();
    let Read { assist, code, device } = app.db.read(move |tx| read(tx, &cx, id)).await?;
    let title = page.t("fleet-assist-title");
    let view = View {
        shell: if page.partial {
            page.bare(&app, title)
        } else {
            page.shell(&app, title).await?
        },
        may_end: !assist.is_over() && page.cx.may(CHANGE).is_some(),
        assist,
        code,
        address: super::public::address(app.base_url()),
        device,
    };
    if page.partial {
        html(view.as_live())
    } else {
        html(view)
    }
}

/// `POST /assists/{id}/end`
async fn end(Given(app): Given<App>, page: Page, Path(id): Path<AssistId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| asking::end(tx, &cx, id)).await?;
    go_to(&page, &format!("/assists/{id}"))
}
