//! The card on a ticket: the device it is about, how it is now, and what changed on it in the two hours before the report.
//!
//! It is fetched after the ticket's page, which pays nothing for it; without a script its place is a link to it as a page.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, FormData, Need, Page, PanelCard, Path, Routes, Shell, html};

use super::wording::{self, Line};
use super::{done, given};
use crate::READ;
use crate::device::of_ticket::{self, OfTicket};
use crate::device::{self, Device, DeviceId, listing, seeing};
use crate::inventory::{self, Asked};

/// So long before the report changes are looked for.
const BEFORE_MILLIS: i64 = 2 * 60 * 60 * 1000;
/// Changes that are shown for each device.
const LINES: usize = 6;
/// Devices whose changes are looked for.
const LOOKED: usize = 3;
const FOUND: i64 = 8;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(READ);
    Routes::new()
        .page(Method::GET, "/tickets/{number}/devices", needed, show)
        .page(Method::POST, "/tickets/{number}/devices", needed, change)
}

#[derive(Template)]
#[template(path = "pages/views/ticket_place.html")]
struct Place {
    number: i64,
    title: String,
}

/// The place of the card, for readers who may see devices.
pub(super) fn panel(_app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let number: Option<i64> = subject
            .strip_prefix("ticket:")
            .and_then(|number| number.parse().ok());
        let Some(number) = number.filter(|_| cx.may(READ).is_some()) else {
            return Ok(None);
        };
        let place = Place {
            number,
            title: cx.locale.t("fleet-ticket-title"),
        };
        place.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}

/// A device of the ticket with how it is.
struct Shown {
    device: Device,
    is_online: bool,
    load: String,
    /// What changed before the report.
    lines: Vec<Line>,
    left_out: usize,
    /// Keys of other parts: health check, terminal.
    panels: Vec<PanelCard>,
}

#[derive(Template)]
#[template(path = "pages/views/ticket.html", blocks = ["card"])]
struct View {
    shell: Shell,
    number: i64,
    shown: Vec<Shown>,
    offered: Vec<Device>,
    found: Vec<Device>,
    q: String,
    /// What other parts hand in below all devices.
    below: Vec<PanelCard>,
    may_change: bool,
    is_beside: bool,
    since: i64,
    until: i64,
}

impl View {
    fn href(&self) -> String {
        format!("/tickets/{}/devices", self.number)
    }

    /// What the device is, and how busy.
    fn line(&self, one: &Shown) -> String {
        let load = match one.load.as_str() {
            "" => String::new(),
            load => format!("{} {load}", self.shell.t("fleet-chart-cpu")),
        };
        let parts = [one.device.model(), one.device.system(), load];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    }

    fn changes(&self, device: &Device) -> String {
        format!(
            "/devices/{}/changes?since={}&until={}",
            device.id, self.since, self.until
        )
    }
}

struct Read {
    of: OfTicket,
    shown: Vec<(Device, String, Vec<inventory::Changed>)>,
    found: Vec<Device>,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, number: i64, q: &str) -> Result<Read> {
    let of = of_ticket::devices(tx, cx, number)?;
    let until = of.ticket.created_at;
    let asked = Asked {
        since: Some(until.add_millis(-BEFORE_MILLIS)),
        until: Some(until.add_millis(1)),
        ..Asked::default()
    };
    let mut shown = Vec::new();
    for (place, device) in of.named.iter().enumerate() {
        let changes = if place < LOOKED {
            inventory::changes(tx, cx, device.id, &asked)?
        } else {
            Vec::new()
        };
        let beat = seeing::last_beat(tx, device.id)?;
        let load = beat
            .map(|beat| format!("{:.0} %", beat.cpu.clamp(0.0, 100.0)))
            .unwrap_or_default();
        shown.push((device.clone(), load, changes));
    }
    let mut found = Vec::new();
    if !q.trim().is_empty() && of.may_change {
        let filter = listing::read(tx, cx, q)?;
        found = listing::list(tx, cx, &filter, None, FOUND)?;
        found.retain(|device| !of.named.iter().any(|named| named.id == device.id));
    }
    Ok(Read { of, shown, found })
}

async fn view(app: &App, page: &Page, number: i64, q: String) -> web::Result<View> {
    let (cx, asked) = (page.cx.clone(), q.clone());
    let read = app.db.read(move |tx| read(tx, &cx, number, &asked)).await?;
    let (locale, now) = (page.cx.locale, page.cx.now());
    let mut shown = Vec::new();
    for (device, load, changes) in read.shown {
        // Other parts hand in what can be done on the device from this ticket.
        let subject = format!("ticket:{number} {}", device.subject());
        let panels = app.panels("ticket.device", &page.cx, &subject).await;
        shown.push(Shown {
            is_online: device.is_online(now),
            left_out: changes.len().saturating_sub(LINES),
            lines: changes
                .iter()
                .take(LINES)
                .map(|change| wording::line(locale, change))
                .collect(),
            load: if device.is_online(now) {
                load
            } else {
                String::new()
            },
            panels,
            device,
        });
    }
    let title = page.t("fleet-ticket-title");
    let until = read.of.ticket.created_at.millis();
    Ok(View {
        shell: if page.partial {
            page.bare(app, title)
        } else {
            page.shell(app, title).await?
        },
        number,
        shown,
        offered: read.of.offered,
        found: read.found,
        below: app
            .panels("ticket.devices", &page.cx, &format!("ticket:{number}"))
            .await,
        q,
        may_change: read.of.may_change,
        is_beside: page.partial,
        since: until - BEFORE_MILLIS,
        until: until + 1,
    })
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Wanted {
    q: String,
}

/// `GET /tickets/{number}/devices`
async fn show(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    web::Query(wanted): web::Query<Wanted>,
) -> web::Result {
    let view = view(&app, &page, number, wanted.q).await?;
    if page.partial {
        html(view.as_card())
    } else {
        html(view)
    }
}

/// `POST /tickets/{number}/devices`
async fn change(State(app): State<App>, page: Page, Path(number): Path<i64>, form: FormData) -> web::Result {
    let malformed = || Error::invalid("web.form.malformed").field("device");
    let id: DeviceId = given(&form, "device")?.ok_or_else(malformed)?;
    let (cx, takes_away) = (page.cx.clone(), form.text("do") == "remove");
    app.db
        .write(move |tx| {
            if takes_away {
                of_ticket::disconnect(tx, &cx, number, id)
            } else {
                of_ticket::connect(tx, &cx, number, id)
            }
        })
        .await?;
    if page.partial {
        return html(view(&app, &page, number, String::new()).await?.as_card());
    }
    let key = if takes_away {
        "fleet-ticket-removed"
    } else {
        "fleet-ticket-added"
    };
    done(&page, &format!("/tickets/{number}"), key)
}

/// Kept here so that other parts find the device behind the subject of `ticket.device`: `ticket:N device:ID`.
#[must_use]
pub fn of_subject(subject: &str) -> Option<(i64, DeviceId)> {
    let (ticket, device) = subject.split_once(' ')?;
    Some((
        ticket.strip_prefix("ticket:")?.parse().ok()?,
        device::of_subject(device)?,
    ))
}
