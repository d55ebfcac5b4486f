//! Sharing one's screen from one's own request: the page, and the stream of its browser. What comes of it is `fleet::share`'s.

use askama::Template;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::HeaderMap;
use fleet::share::socket::sharing;
use fleet::share::starting;
use web::{App, Page, Path, Shell, html};

#[derive(Template)]
#[template(path = "sharing.html")]
struct Sharing {
    shell: Shell,
    number: i64,
    title: String,
}

pub async fn show(State(app): State<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    let ticket = app
        .db
        .read(move |tx| starting::own_ticket(tx, &cx, number))
        .await?;
    html(Sharing {
        shell: page.bare(&app, page.t("portal-share-title")),
        number,
        title: ticket.title,
    })
}

pub async fn stream(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> web::Result {
    sharing::open(app, page, number, &headers, upgrade).await
}
