//! The desk's pages: a share while it lasts and its recording afterwards, the list, and asking for one.

use askama::Template;
use axum::extract::State as Given;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, Method};
use desk::ticket::{self, Reply, State as TicketState, Ticket, access};
use futures::{StreamExt as _, TryStreamExt as _};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use web::{App, FormData, FormView, Need, Page, Path, Routes, Shell, go_to, html, unprocessable};

use super::{REASONS, Share, ShareId, ending, reason_key, seeing, sharing_path, socket::watching, store};
use crate::{CHANGE, READ};

/// Where they are.
pub(super) const PATH: &str = "/shares";
/// Shares in the list.
const LISTED: i64 = 300;

pub(super) fn routes() -> Routes {
    let (read, change) = (Need::permission(READ), Need::permission(CHANGE));
    let reply = Need::permission(access::REPLY);
    Routes::new()
        .page(Method::GET, PATH, read, list)
        .page(Method::GET, "/shares/{id}", read, show)
        .page(Method::GET, "/shares/{id}/stream", read, stream)
        .page(Method::GET, "/shares/{id}/recording", read, recording)
        .page(Method::POST, "/shares/{id}/end", change, end)
        .page(Method::GET, "/tickets/{number}/shares/asking", reply, asking)
        .page(Method::POST, "/tickets/{number}/shares/asking", reply, ask)
}

async fn stream(
    Given(app): Given<App>,
    page: Page,
    Path(id): Path<ShareId>,
    headers: HeaderMap,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> web::Result {
    watching::open(app, page, id, &headers, upgrade).await
}

#[derive(Template)]
#[template(path = "share/views/list.html")]
struct List {
    shell: Shell,
    shares: Vec<Share>,
}

async fn list(Given(app): Given<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let shares = store::latest(tx, None, LISTED)?;
        seeing::seen(tx, &cx, shares)
    };
    let shares = app.db.read(read).await?;
    let shell = page.shell(&app, page.t("fleet-shares-title")).await?;
    html(List { shell, shares })
}

#[derive(Template)]
#[template(path = "share/views/watch.html")]
struct Show {
    shell: Shell,
    share: Share,
    may_end: bool,
    people: Vec<String>,
    reason: String,
}

impl Show {
    /// The words for each code of why it is over, for the script.
    fn reasons(&self) -> String {
        let word = |code: &&str| ((*code).to_owned(), self.shell.t(&reason_key(code)).into());
        serde_json::Value::Object(REASONS.iter().map(word).collect()).to_string()
    }
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: ShareId) -> Result<(Share, Vec<String>)> {
    let share = seeing::load(tx, cx, id)?;
    let there = store::people(tx, id)?;
    let cards = people::user::store::cards(tx, &there)?;
    let names = there
        .iter()
        .filter_map(|person| cards.get(person).map(|card| card.name.clone()));
    Ok((share, names.collect()))
}

async fn show(Given(app): Given<App>, page: Page, Path(id): Path<ShareId>) -> web::Result {
    let cx = page.cx.clone();
    let (share, people) = app.db.read(move |tx| read(tx, &cx, id)).await?;
    let title = page
        .cx
        .locale
        .t_with("fleet-share-of", &[("name", share.person_name.as_str().into())]);
    let reason = if share.is_over() {
        page.t(&reason_key(&share.reason))
    } else {
        String::new()
    };
    html(Show {
        shell: page.shell(&app, title).await?,
        may_end: page.cx.may(CHANGE).is_some(),
        people,
        reason,
        share,
    })
}

/// The recording as a file. Not while it lasts: whoever looks on then is seen in it.
async fn recording(Given(app): Given<App>, page: Page, Path(id): Path<ShareId>) -> web::Result {
    let cx = page.cx.clone();
    let find = move |tx: &mut Tx<'_>| {
        let share = ending::over(seeing::load(tx, &cx, id)?)?;
        Ok((share.ticket, store::pieces(tx, id)?))
    };
    let (ticket, pieces) = app.db.read(find).await?;
    if pieces.is_empty() {
        return Err(Error::not_found().into());
    }
    let files = app.files.clone();
    let contents = futures::stream::iter(pieces).then(move |hash| {
        let files = files.clone();
        async move { files.get_stream(&hash).await.map(|content| content.stream) }
    });
    // A piece that is gone ends the body within itself, which no reader takes for a whole one.
    let whole = contents
        .map_ok(|stream| stream.map_err(std::io::Error::other))
        .map_err(std::io::Error::other)
        .try_flatten();
    web::download(
        axum::body::Body::from_stream(whole),
        &format!("share-{ticket}-{id}.fbs"),
        "application/octet-stream",
    )
}

async fn end(Given(app): Given<App>, page: Page, Path(id): Path<ShareId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| ending::by_desk(tx, &cx, id)).await?;
    go_to(&page, &format!("{PATH}/{id}"))
}

#[derive(Template)]
#[template(path = "share/views/ask.html")]
struct Ask {
    shell: Shell,
    form: FormView,
    number: i64,
}

impl Ask {
    async fn of(app: &App, page: &Page, number: i64, form: FormView) -> web::Result<Self> {
        let title = page.t("fleet-share-ask-title");
        Ok(Self {
            shell: page.shell(app, title).await?,
            form,
            number,
        })
    }
}

/// The ticket whose requester the reader may ask.
fn askable(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Ticket> {
    let found = ticket::store::load(tx, number)?.ok_or_else(Error::not_found)?;
    if !crate::act::seeing::sees(cx, &found) {
        return Err(Error::not_found());
    }
    access::check(cx, access::REPLY, &found)?;
    if found.state == TicketState::Closed {
        return Err(Error::conflict("fleet.share.ticket_closed"));
    }
    Ok(found)
}

/// The words for the requester, in their language, to be changed before they are sent.
async fn asking(Given(app): Given<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    let (cx, link) = (
        page.cx.clone(),
        format!("{}{}", app.base_url(), sharing_path(number)),
    );
    let read = move |tx: &mut Tx<'_>| {
        let found = askable(tx, &cx, number)?;
        let person = people::user::store::find(tx, found.requester)?;
        Ok(person.and_then(|person| person.locale).unwrap_or(cx.locale))
    };
    let locale = app.db.read(read).await?;
    let body = locale.t_with("fleet-share-asking", &[("link", link.as_str().into())]);
    html(Ask::of(&app, &page, number, FormView::of([("body", body.as_str())])).await?)
}

/// Sends them as a reply.
async fn ask(Given(app): Given<App>, page: Page, Path(number): Path<i64>, posted: FormData) -> web::Result {
    let (cx, body) = (page.cx.clone(), posted.text("body").to_owned());
    let write = move |tx: &mut Tx<'_>| {
        askable(tx, &cx, number)?;
        let reply = Reply {
            body: body.clone(),
            ..Reply::default()
        };
        ticket::reply(tx, &cx, number, reply)
    };
    match app.db.write(write).await {
        Ok(_) => go_to(&page, &format!("/tickets/{number}")),
        Err(error) if error.kind() == Kind::Invalid => {
            let view = posted.refused(&error, page.cx.locale);
            unprocessable(Ask::of(&app, &page, number, view).await?)
        }
        Err(error) => Err(error.into()),
    }
}
