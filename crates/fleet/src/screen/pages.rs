//! The pages: asking for a screen, a session while it runs and its recording afterwards, and the list.

use askama::Template;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use futures::{StreamExt as _, TryStreamExt as _};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::UserId;
use protocol::message::Outcome;
use serde::Deserialize;
use web::{
    App, FormData, FormView, Need, Page, Path, Query, Routes, Shell, go_to, html, see_other, unprocessable,
};

use super::{Screen, Session, Wish, load, may_take_part, open, store};
use crate::act::{self, Act, ActId, cancelling, telling};
use crate::device::{self, Device, DeviceId};
use crate::session::socket;
use crate::{CHANGE, READ};

/// Sessions in the list.
const LISTED: i64 = 300;

pub(super) fn routes() -> Routes {
    let (read, change) = (Need::permission(READ), Need::permission(CHANGE));
    Routes::new()
        .page(Method::GET, "/screens", read, list)
        .page(Method::GET, "/screens/{id}", read, show)
        .page(Method::GET, "/screens/{id}/stream", read, stream)
        .page(Method::GET, "/screens/{id}/recording", read, recording)
        .page(Method::POST, "/screens/{id}/end", read, end)
        .page(Method::GET, "/devices/{id}/screens/new", change, new)
        .page(Method::POST, "/devices/{id}/screens", change, create)
}

/// `GET /screens/{id}/stream`: a browser in it.
async fn stream(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ActId>,
    Query(asked): Query<socket::Asked>,
    headers: HeaderMap,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> web::Result {
    socket::open::<Screen>(app, page, id, asked, &headers, upgrade, allowed).await
}

fn allowed(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<(Session, bool)> {
    let (_, session) = load(tx, cx, id)?;
    let may = may_take_part(tx, cx, &session)?;
    Ok((session, may))
}

/// A session in a list.
pub(super) struct Row {
    pub session: Session,
    pub act: Act,
    pub device: String,
}

impl Row {
    /// The text for how it stands.
    pub fn state_key(&self) -> &'static str {
        state_key(&self.session, &self.act)
    }
}

fn state_key(session: &Session, act: &Act) -> &'static str {
    match session.state.as_str() {
        "ended" => "fleet-screen-state-ended",
        _ if act.state.is_over() => "fleet-screen-state-ended",
        "open" => "fleet-screen-state-open",
        "asking" => "fleet-screen-state-asking",
        _ => "fleet-screen-state-waiting",
    }
}

/// Those sessions that the reader may see.
pub(super) fn rows(tx: &mut Tx<'_>, cx: &Cx, sessions: Vec<Session>) -> Result<Vec<Row>> {
    let ids: Vec<ActId> = sessions.iter().map(|session| session.act).collect();
    let seen = act::seeing::on_devices(tx, cx, &ids)?;
    let row = |session: Session| {
        let (act, device) = seen.iter().find(|(act, _)| act.id == session.act)?;
        Some(Row {
            act: act.clone(),
            device: device.clone(),
            session,
        })
    };
    Ok(sessions.into_iter().filter_map(row).collect())
}

#[derive(Template)]
#[template(path = "screen/views/list.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
}

async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let sessions = store::latest(tx, LISTED)?;
        rows(tx, &cx, sessions)
    };
    let rows = app.db.read(read).await?;
    let shell = page.shell(&app, page.t("fleet-screens-title")).await?;
    html(List { shell, rows })
}

#[derive(Template)]
#[template(path = "screen/views/show.html")]
struct Show {
    shell: Shell,
    session: Session,
    act: Act,
    device: Device,
    /// Whether it can still be joined.
    is_live: bool,
    may_take_part: bool,
    /// Whether this reader takes part at once: they asked for it.
    joins: bool,
    may_end: bool,
    people: Vec<Person>,
    reason: String,
}

impl Show {
    fn state_key(&self) -> &'static str {
        state_key(&self.session, &self.act)
    }

    /// The words for each code of why it is over, for the script.
    fn reasons(&self) -> String {
        let word = |code: &&str| ((*code).to_owned(), self.shell.t(&reason_key(code)).into());
        serde_json::Value::Object(REASONS.iter().map(word).collect()).to_string()
    }
}

/// Somebody who was there.
struct Person {
    name: String,
    took_part: bool,
}

struct Read {
    act: Act,
    session: Session,
    device: Device,
    may_take_part: bool,
    people: Vec<Person>,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<Read> {
    let (act, session) = load(tx, cx, id)?;
    let device = device::find(tx, cx, session.device)?;
    let there = store::people(tx, id)?;
    let ids: Vec<UserId> = there.iter().map(|(person, _)| *person).collect();
    let cards = people::user::store::cards(tx, &ids)?;
    let person = |(id, took_part): (UserId, bool)| {
        let card = cards.get(&id)?;
        Some(Person {
            name: card.name.clone(),
            took_part,
        })
    };
    Ok(Read {
        may_take_part: may_take_part(tx, cx, &session)?,
        people: there.into_iter().filter_map(person).collect(),
        act,
        session,
        device,
    })
}

async fn show(State(app): State<App>, page: Page, Path(id): Path<ActId>) -> web::Result {
    let cx = page.cx.clone();
    let read = app.db.read(move |tx| read(tx, &cx, id)).await?;
    let own = Some(read.act.person) == page.cx.user_id();
    let title = page
        .cx
        .locale
        .t_with("fleet-screen-on", &[("device", read.device.name.as_str().into())]);
    let view = Show {
        shell: page.shell(&app, title).await?,
        is_live: !read.session.is_over() && !read.act.state.is_over(),
        joins: own && read.may_take_part,
        may_end: own || read.may_take_part,
        reason: reason(page.cx.locale, &read),
        may_take_part: read.may_take_part,
        session: read.session,
        act: read.act,
        device: read.device,
        people: read.people,
    };
    html(view)
}

/// The codes of why a session is over, for which there are words.
const REASONS: [&str; 13] = [
    "cancelled",
    "closed",
    "failed",
    "gone",
    "link_lost",
    "no_desktop",
    "recording_failed",
    "refused",
    "stopped_by_user",
    "unanswered",
    "unreadable",
    "unwatched",
    "wayland",
];

fn reason_key(code: &str) -> String {
    format!("fleet-screen-reason-{}", code.replace('_', "-"))
}

/// Why it is over, in words.
fn reason(locale: kernel::Locale, read: &Read) -> String {
    // Why the device did not even begin stands in its outcome.
    let failed = match &read.act.outcome {
        Some(Outcome::Failed { code, .. }) if read.session.agreed_at.is_none() => Some(code.as_str()),
        _ => None,
    };
    let code = failed
        .filter(|code| REASONS.contains(code))
        .unwrap_or(&read.session.reason);
    if REASONS.contains(&code) {
        return locale.t(&reason_key(code));
    }
    if read.act.state.is_over() {
        telling::result(locale, &read.act)
    } else {
        String::new()
    }
}

/// The recording as a file: `GET /screens/{id}/recording`. Not while the session runs: whoever looks on then is seen in it.
async fn recording(State(app): State<App>, page: Page, Path(id): Path<ActId>) -> web::Result {
    let cx = page.cx.clone();
    let find = move |tx: &mut Tx<'_>| {
        let (_, session) = load(tx, &cx, id)?;
        if !session.is_over() {
            return Err(Error::not_found());
        }
        let name = device::find(tx, &cx, session.device)?.name;
        Ok((session.ticket, name, store::pieces(tx, id)?))
    };
    let (ticket, device, pieces) = app.db.read(find).await?;
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
        &format!("{device}-{ticket}-{id}.fbs"),
        "application/octet-stream",
    )
}

async fn end(State(app): State<App>, page: Page, Path(id): Path<ActId>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| {
            load(tx, &cx, id)?;
            cancelling::cancel(tx, &cx, id)
        })
        .await?;
    go_to(&page, &format!("/screens/{id}"))
}

#[derive(Template)]
#[template(path = "screen/views/new.html")]
struct New {
    shell: Shell,
    form: FormView,
    device: Device,
    ticket: String,
}

#[derive(Deserialize)]
struct For {
    #[serde(default)]
    ticket: String,
}

async fn form(app: &App, page: &Page, id: DeviceId, form: FormView, ticket: String) -> web::Result<New> {
    let cx = page.cx.clone();
    let device = app
        .db
        .read(move |tx| device::with_right(tx, &cx, CHANGE, id))
        .await?;
    let title = page
        .cx
        .locale
        .t_with("fleet-screen-on", &[("device", device.name.as_str().into())]);
    Ok(New {
        shell: page.shell(app, title).await?,
        form,
        device,
        ticket,
    })
}

async fn new(
    State(app): State<App>,
    page: Page,
    Path(id): Path<DeviceId>,
    Query(asked): Query<For>,
) -> web::Result {
    let ticket = asked
        .ticket
        .chars()
        .filter(char::is_ascii_digit)
        .take(18)
        .collect();
    html(form(&app, &page, id, FormView::of([("mode", "view")]), ticket).await?)
}

async fn create(
    State(app): State<App>,
    page: Page,
    Path(id): Path<DeviceId>,
    posted: FormData,
) -> web::Result<Response> {
    let cx = page.cx.clone();
    let subject = format!("ticket:{}", posted.text("ticket"));
    let wish = Wish {
        control: posted.text("mode") == "control",
        clipboard: posted.checked("clipboard"),
        ask: !posted.checked("unasked"),
    };
    let write = move |tx: &mut Tx<'_>| open(tx, &cx, id, &subject, wish);
    match app.db.write(write).await {
        Ok(act) => see_other(&format!("/screens/{act}")),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let view = posted.refused(&error, page.cx.locale);
            let ticket = posted.text("ticket").to_owned();
            unprocessable(form(&app, &page, id, view, ticket).await?)
        }
        Err(error) => Err(error.into()),
    }
}
