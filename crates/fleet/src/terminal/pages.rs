//! The pages: asking for a terminal, a session while it runs and its recording afterwards, and the list with its search.

use askama::Template;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::UserId;
use serde::Deserialize;
use web::{
    App, FormData, FormView, Need, Page, Path, Query, Routes, Shell, go_to, html, see_other, unprocessable,
};

use super::store::{self, Line};
use super::{Session, Terminal, keeping, load, may_take_part, open};
use crate::act::{self, Act, ActId, cancelling, telling};
use crate::device::{self, Device, DeviceId};
use crate::session::socket;
use crate::{READ, RUN};

/// Sessions that are looked through.
const LISTED: i64 = 300;
const FOUND_MOST: usize = 100;
/// Lines shown on a page; the file holds all.
const LINES_SHOWN: i64 = 2_000;

pub(super) fn routes() -> Routes {
    let (read, run) = (Need::permission(READ), Need::permission(RUN));
    Routes::new()
        .page(Method::GET, "/terminals", read, list)
        .page(Method::GET, "/terminals/{id}", read, show)
        .page(Method::GET, "/terminals/{id}/stream", read, stream)
        .page(Method::GET, "/terminals/{id}/recording", read, recording)
        .page(Method::POST, "/terminals/{id}/end", read, end)
        .page(Method::GET, "/devices/{id}/terminals/new", run, new)
        .page(Method::POST, "/devices/{id}/terminals", run, create)
}

/// `GET /terminals/{id}/stream`: a browser in it.
async fn stream(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ActId>,
    Query(asked): Query<socket::Asked>,
    headers: HeaderMap,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> web::Result {
    socket::open::<Terminal>(app, page, id, asked, &headers, upgrade, allowed).await
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
        "ended" => "fleet-terminal-state-ended",
        _ if act.state.is_over() => "fleet-terminal-state-ended",
        "open" => "fleet-terminal-state-open",
        _ => "fleet-terminal-state-waiting",
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

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "terminal/views/list.html")]
struct List {
    shell: Shell,
    q: String,
    rows: Vec<Row>,
    found: Vec<(ActId, Line)>,
}

impl List {
    fn found_in(&self, id: &ActId) -> Vec<&Line> {
        const EACH: usize = 5;
        let of = self.found.iter().filter(|(act, _)| act == id);
        of.map(|(_, line)| line).take(EACH).collect()
    }
}

async fn list(State(app): State<App>, page: Page, Query(asked): Query<Asked>) -> web::Result {
    let cx = page.cx.clone();
    let q: String = asked.q.trim().chars().take(200).collect();
    let words = q.clone();
    let read = move |tx: &mut Tx<'_>| {
        let sessions = store::latest(tx, LISTED)?;
        let mut rows = rows(tx, &cx, sessions)?;
        if words.is_empty() {
            return Ok((rows, Vec::new()));
        }
        let ids: Vec<ActId> = rows.iter().map(|row| row.session.act).collect();
        let found = store::search(tx, &ids, &words, FOUND_MOST)?;
        rows.retain(|row| found.iter().any(|(id, _)| *id == row.session.act));
        Ok((rows, found))
    };
    let (rows, found) = app.db.read(read).await?;
    let shell = page.shell(&app, page.t("fleet-terminals-title")).await?;
    html(List {
        shell,
        q,
        rows,
        found,
    })
}

#[derive(Template)]
#[template(path = "terminal/views/show.html")]
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
    lines: Vec<Line>,
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

    fn moment(&self, line: &Line) -> String {
        clock(line.at)
    }
}

/// Minutes and seconds since it began.
fn clock(millis: i64) -> String {
    format!("{:02}:{:02}", millis / 60_000, millis / 1_000 % 60)
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
    lines: Vec<Line>,
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
        lines: store::lines(tx, id, LINES_SHOWN)?,
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
    let title = page.cx.locale.t_with(
        "fleet-terminal-on",
        &[("device", read.device.name.as_str().into())],
    );
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
        lines: read.lines,
        people: read.people,
    };
    html(view).map(web::with_inline_styles)
}

/// The codes of why a session is over, for which there are words.
const REASONS: [&str; 7] = [
    "cancelled",
    "closed",
    "exit",
    "link_lost",
    "recording_failed",
    "stopped",
    "unreadable",
];

fn reason_key(code: &str) -> String {
    format!("fleet-terminal-reason-{}", code.replace('_', "-"))
}

/// Why it is over, in words.
fn reason(locale: kernel::Locale, read: &Read) -> String {
    let code = read.session.reason.as_str();
    if REASONS.contains(&code) {
        return locale.t(&reason_key(code));
    }
    if read.act.state.is_over() {
        telling::result(locale, &read.act)
    } else {
        String::new()
    }
}

/// The recording as a file: `GET /terminals/{id}/recording`. While the session runs, what is kept by now.
async fn recording(State(app): State<App>, page: Page, Path(id): Path<ActId>) -> web::Result {
    let cx = page.cx.clone();
    let find = move |tx: &mut Tx<'_>| {
        let (_, session) = load(tx, &cx, id)?;
        let name = device::find(tx, &cx, session.device)?.name;
        let pieces = if session.hash.is_none() {
            store::pieces(tx, id)?
        } else {
            String::new()
        };
        Ok((session, name, pieces))
    };
    let (session, device, pieces) = app.db.read(find).await?;
    let name = format!("{device}-{}-{id}.cast", session.ticket);
    match &session.hash {
        Some(hash) => {
            let content = app.files.get_stream(hash).await?;
            web::download(
                axum::body::Body::from_stream(content.stream),
                &name,
                "application/x-asciicast",
            )
        }
        None if pieces.is_empty() => Err(Error::not_found().into()),
        None => web::download(
            keeping::file(&session, &device, &pieces),
            &name,
            "application/x-asciicast",
        ),
    }
}

async fn end(State(app): State<App>, page: Page, Path(id): Path<ActId>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| {
            load(tx, &cx, id)?;
            cancelling::cancel(tx, &cx, id)
        })
        .await?;
    go_to(&page, &format!("/terminals/{id}"))
}

#[derive(Template)]
#[template(path = "terminal/views/new.html")]
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
        .read(move |tx| device::with_right(tx, &cx, RUN, id))
        .await?;
    let title = page
        .cx
        .locale
        .t_with("fleet-terminal-on", &[("device", device.name.as_str().into())]);
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
    html(form(&app, &page, id, FormView::of([("run_as", "root")]), ticket).await?)
}

async fn create(
    State(app): State<App>,
    page: Page,
    Path(id): Path<DeviceId>,
    posted: FormData,
) -> web::Result<Response> {
    let cx = page.cx.clone();
    let (subject, run_as) = (
        format!("ticket:{}", posted.text("ticket")),
        posted.text("run_as").to_owned(),
    );
    match app.db.write(move |tx| open(tx, &cx, id, &subject, &run_as)).await {
        Ok(act) => see_other(&format!("/terminals/{act}")),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let view = posted.refused(&error, page.cx.locale);
            let ticket = posted.text("ticket").to_owned();
            unprocessable(form(&app, &page, id, view, ticket).await?)
        }
        Err(error) => Err(error.into()),
    }
}
