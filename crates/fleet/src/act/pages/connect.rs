//! `/devices/{id}/connect?ticket=N`: everything that can be asked of a device for a ticket, and what was asked lately.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use desk::ticket;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use protocol::verb::{FILE_MOST, Verb};
use serde::Deserialize;
use web::{App, FormData, FormView, Need, Page, Path, Query, Routes, Shell, html, see_other, unprocessable};

use super::{mend, reading};
use crate::act::asking::{self, Moving};
use crate::act::{Act, seeing, stopping, store, telling};
use crate::device::{self, Device, DeviceId};
use crate::script::{self, Script};
use crate::{CHANGE, DIAGNOSE, RUN, link};

const LATEST: i64 = 12;
/// The verbs without fields, as buttons.
const PLAIN: [&str; 6] = [
    "health.check",
    "process.list",
    "service.list",
    "disk.list",
    "update.list",
    "net.throughput",
];

pub(super) fn routes() -> Routes {
    let needed = Need::permission(DIAGNOSE);
    Routes::new()
        .page(Method::GET, "/devices/{id}/connect", needed, show)
        .page(Method::GET, "/devices/{id}/connect/acts", needed, acts)
        .page(Method::POST, "/devices/{id}/acts", needed, ask)
}

#[derive(Deserialize)]
struct For {
    ticket: Option<i64>,
    path: Option<String>,
}

/// An act in a list.
pub(crate) struct Row {
    /// Which.
    pub act: Act,
    /// What it is about.
    pub target: String,
    /// What came of it.
    pub result: String,
}

impl Row {
    /// An act as a list shows it.
    pub(crate) fn of(cx: &Cx, act: Act) -> Self {
        Self {
            target: telling::target_of(&act),
            result: telling::result_beside_state(cx.locale, &act),
            act,
        }
    }
}

struct Contents {
    device: Device,
    is_online: bool,
    /// The ticket that acts are done for; none when none is open.
    ticket: Option<i64>,
    tickets: Vec<(i64, String)>,
    acts: Vec<Act>,
    scripts: Vec<Script>,
    is_stopped: bool,
    may_change: bool,
    may_run: bool,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId, wanted: Option<i64>) -> Result<Contents> {
    let device = device::with_right(tx, cx, DIAGNOSE, id)?;
    let mut tickets = Vec::new();
    for link in kernel::link::of(tx, &device.subject(), 50)? {
        let number = link
            .from
            .strip_prefix("ticket:")
            .and_then(|number| number.parse().ok());
        if let Some(number) = number.filter(|_| link.kind == device::of_ticket::ON_DEVICE) {
            tickets.extend(open(tx, cx, number)?);
        }
    }
    let named = match wanted {
        Some(number) => open(tx, cx, number)?,
        None => tickets.last().cloned(),
    };
    if let Some(named) = &named
        && !tickets.contains(named)
    {
        tickets.push(named.clone());
    }
    let acts = store::of_device(tx, id, None, LATEST)?;
    Ok(Contents {
        is_online: link::online(tx, cx, &[id])?.contains(&id),
        ticket: named.map(|(number, _)| number),
        tickets,
        acts: seeing::seen(tx, cx, acts)?,
        scripts: script::list(tx, cx)?
            .into_iter()
            .filter(|one| one.current.is_some() && one.retired_at.is_none())
            .collect(),
        is_stopped: stopping::is_stopped(tx)?,
        may_change: device::may(cx, CHANGE, &device),
        may_run: device::may(cx, RUN, &device),
        device,
    })
}

/// A ticket that acts can be done for, with its title.
fn open(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Option<(i64, String)>> {
    match asking::open_ticket(tx, cx, &ticket::subject(number)) {
        Ok(number) => Ok(ticket::store::load(tx, number)?.map(|ticket| (number, ticket.title))),
        Err(error) if error.kind() == Kind::Internal => Err(error),
        Err(_) => Ok(None),
    }
}

#[derive(Template)]
#[template(path = "act/views/connect.html", blocks = ["latest"])]
struct Connect {
    shell: Shell,
    form: FormView,
    device: Device,
    is_online: bool,
    ticket: Option<i64>,
    tickets: Vec<(i64, String)>,
    rows: Vec<Row>,
    scripts: Vec<Script>,
    is_stopped: bool,
    may_change: bool,
    may_run: bool,
    path: String,
}

impl Connect {
    fn verb(&self, name: &str) -> String {
        telling::verb_name(self.shell.cx.locale, name)
    }

    fn icon(&self, name: &str) -> &'static str {
        telling::icon(name)
    }

    fn plain(&self) -> [&'static str; 6] {
        PLAIN
    }

    fn kinds(&self) -> [&'static str; 8] {
        ["A", "AAAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT"]
    }
}

async fn view(app: &App, page: &Page, id: DeviceId, from: For, form: FormView) -> web::Result<Connect> {
    let (cx, wanted) = (page.cx.clone(), from.ticket);
    let found = app.db.read(move |tx| read(tx, &cx, id, wanted)).await?;
    let title = page.cx.locale.t_with(
        "fleet-connect-title",
        &[("name", found.device.name.as_str().into())],
    );
    Ok(Connect {
        shell: page.shell(app, title).await?,
        form,
        device: found.device,
        is_online: found.is_online,
        ticket: found.ticket,
        tickets: found.tickets,
        rows: found.acts.into_iter().map(|act| Row::of(&page.cx, act)).collect(),
        scripts: found.scripts,
        is_stopped: found.is_stopped,
        may_change: found.may_change,
        may_run: found.may_run,
        path: from
            .path
            .filter(|path| path.starts_with('/'))
            .unwrap_or_else(|| "/".to_owned()),
    })
}

/// `GET /devices/{id}/connect`
async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<DeviceId>,
    Query(from): Query<For>,
) -> web::Result {
    html(view(&app, &page, id, from, FormView::empty()).await?)
}

/// `GET /devices/{id}/connect/acts`
async fn acts(
    State(app): State<App>,
    page: Page,
    Path(id): Path<DeviceId>,
    Query(from): Query<For>,
) -> web::Result {
    html(view(&app, &page, id, from, FormView::empty()).await?.as_latest())
}

/// `POST /devices/{id}/acts`
async fn ask(State(app): State<App>, page: Page, Path(id): Path<DeviceId>, form: FormData) -> web::Result {
    match asked(&app, &page, id, &form).await {
        Ok(act) => see_other(&act.href()),
        Err(error) => {
            let from = For {
                ticket: form.text("ticket").parse().ok(),
                path: form.optional("path").map(str::to_owned),
            };
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, id, from, form).await?)
        }
    }
}

async fn asked(app: &App, page: &Page, id: DeviceId, form: &FormData) -> Result<Act> {
    let (cx, subject) = (page.cx.clone(), format!("ticket:{}", form.text("ticket")));
    let (verb, file) = if form.text("verb") == "file.put" {
        let (verb, file) = putting(app, form).await?;
        (verb, Some(file))
    } else {
        (reading::verb(form)?, None)
    };
    let write = move |tx: &mut Tx<'_>| {
        let acts = asking::ask_with(tx, &cx, &[id], &subject, verb.clone(), file.clone())?;
        acts.into_iter().next().ok_or_else(Error::not_found)
    };
    app.db.write(write).await
}

/// A file that was handed in with the form is on its way: its hash is the name under which it is stored.
async fn putting(_app: &App, form: &FormData) -> Result<(Verb, Moving)> {
    let file = form
        .files("file")
        .next()
        .ok_or_else(|| Error::invalid("fleet.file_missing").field("file"))?;
    let size = u64::try_from(file.stored.size).unwrap_or(u64::MAX);
    if size > FILE_MOST {
        return Err(Error::too_large("fleet.file_too_large"));
    }
    let path = form.text("path");
    let path = if path.ends_with(['/', '\\']) {
        format!("{path}{}", file.name)
    } else {
        path.to_owned()
    };
    let verb = Verb::FilePut {
        path,
        size,
        sha256: file.stored.hash.clone(),
        offset: 0,
        overwrite: form.checked("overwrite"),
    };
    let moving = Moving {
        name: file.name.clone(),
        hash: Some(file.stored.hash.clone()),
        continues: None,
    };
    Ok((verb, moving))
}
