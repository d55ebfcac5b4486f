//! `/devices/{id}`: how a device is now, what it is, its last day, its tickets, and what changed last.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use desk::ticket::Ticket;
use kernel::db::Tx;
use kernel::i18n::format_size;
use protocol::inventory::Section;
use protocol::message::Beat;
use web::{App, Need, Page, PanelCard, Path, Routes, Shell, html};

use super::charts::{self, Chart, Shows};
use super::head::Head;
use super::wording::{self, Line};
use crate::READ;
use crate::device::{self, DeviceId, of_ticket, seeing};
use crate::inventory::overlay::{ShownItem, laid_over};
use crate::inventory::{self, Asked};

pub(super) fn routes() -> Routes {
    Routes::new().page(Method::GET, "/devices/{id}", Need::permission(READ), show)
}

/// Sections that stand on the first page.
const SUMMED: &[Section] = &[
    Section::Hardware,
    Section::System,
    Section::Processor,
    Section::Memory,
    Section::Disks,
    Section::Network,
];
const LATEST: usize = 8;
const DISKS: usize = 8;

/// A disk of the last heartbeat.
struct Disk {
    mount: String,
    percent: u64,
    words: String,
}

#[derive(Template)]
#[template(path = "pages/views/show.html", blocks = ["sheet"])]
struct View {
    shell: Shell,
    head: Head,
    facts: Vec<(String, String)>,
    beat: Option<Beat>,
    disks: Vec<Disk>,
    charts: Vec<Chart>,
    sections: Vec<(String, Vec<Vec<String>>)>,
    latest: Vec<(kernel::Timestamp, Line)>,
    tickets: Vec<Ticket>,
    main: Vec<PanelCard>,
    side: Vec<PanelCard>,
}

struct Read {
    head: Head,
    beat: Option<Beat>,
    measures: Vec<seeing::Measure>,
    summed: Vec<(Section, Vec<ShownItem>)>,
    latest: Vec<inventory::Changed>,
    tickets: Vec<Ticket>,
}

fn read(tx: &mut Tx<'_>, cx: &kernel::Cx, id: DeviceId) -> kernel::Result<Read> {
    let head = Head::read(tx, cx, id, "now")?;
    let entered = inventory::store::entered(tx, id)?;
    let mut items = inventory::items_of(tx, id, SUMMED)?;
    let summed = SUMMED.iter().map(|section| {
        let told = items.remove(section).unwrap_or_default();
        (*section, laid_over(*section, told, &entered))
    });
    Ok(Read {
        summed: summed.filter(|(_, items)| !items.is_empty()).collect(),
        beat: seeing::last_beat(tx, id)?,
        measures: seeing::last_day(tx, id, cx.now())?,
        latest: inventory::changes(tx, cx, id, &Asked::default())?
            .into_iter()
            .take(LATEST)
            .collect(),
        tickets: of_ticket::tickets(tx, cx, id)?,
        head,
    })
}

/// `GET /devices/{id}`
async fn show(State(app): State<App>, page: Page, Path(id): Path<DeviceId>) -> web::Result {
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| read(tx, &cx, id)).await?;
    let subject = device::subject(id);
    let main = app.panels("device.main", &page.cx, &subject).await;
    let side = app.panels("device.side", &page.cx, &subject).await;
    let (locale, now) = (page.cx.locale, page.cx.now());
    let shell = page.shell(&app, found.head.device.name.clone()).await?;
    let charts = Shows::ALL
        .into_iter()
        .filter_map(|shows| charts::draw(shows, &found.measures, now));
    let view = View {
        facts: facts(&shell, &found.head),
        charts: charts.collect(),
        disks: found
            .beat
            .as_ref()
            .map(|beat| disks(locale, beat))
            .unwrap_or_default(),
        beat: found.beat,
        sections: found
            .summed
            .into_iter()
            .map(|(section, items)| {
                let rows = items
                    .into_iter()
                    .take(12)
                    .map(|item| row(locale, &item))
                    .collect();
                (wording::section(locale, section), rows)
            })
            .collect(),
        latest: found
            .latest
            .iter()
            .map(|change| (change.at, wording::line(locale, change)))
            .collect(),
        tickets: found.tickets,
        head: found.head,
        main,
        side,
        shell,
    };
    if page.is_live {
        html(view.as_sheet())
    } else {
        html(view)
    }
}

/// What a person entered and by what the device is known.
fn facts(shell: &Shell, head: &Head) -> Vec<(String, String)> {
    let device = &head.device;
    let identity = &device.identity;
    let all = [
        ("fleet-fact-team", head.team.clone()),
        ("fleet-fact-location", device.location.clone()),
        ("fleet-fact-host", identity.host.clone()),
        ("fleet-fact-address", device.address.clone()),
        ("fleet-fact-serial", identity.serial.clone()),
        ("fleet-fact-uuid", identity.uuid.clone()),
        ("fleet-fact-macs", identity.macs.join(", ")),
        ("fleet-fact-arch", identity.arch.clone()),
        ("fleet-fact-source", shell.t(&device.source.text_key())),
        ("fleet-fact-agent", device.agent_version.clone()),
    ];
    all.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(key, text)| (shell.t(key), text))
        .collect()
}

fn disks(locale: kernel::Locale, beat: &Beat) -> Vec<Disk> {
    let disk = |disk: &protocol::message::DiskUse| Disk {
        mount: disk.mount.clone(),
        percent: disk
            .used
            .saturating_mul(100)
            .checked_div(disk.total)
            .unwrap_or(0)
            .min(100),
        words: format!(
            "{} / {}",
            format_size(disk.used, locale),
            format_size(disk.total, locale)
        ),
    };
    beat.disks.iter().take(DISKS).map(disk).collect()
}

/// An item in a line: what it is called, then its most telling values.
fn row(locale: kernel::Locale, item: &ShownItem) -> Vec<String> {
    const TELLING: &[&str] = &[
        "vendor",
        "model",
        "full_name",
        "version",
        "kernel",
        "chassis",
        "serial",
        "cores",
        "threads",
        "megabytes",
        "bytes",
        "kind",
        "health",
        "addresses",
        "address",
        "mac",
        "state",
        "gateway",
        "servers",
    ];
    let mut parts = vec![wording::thing(locale, &item.key)];
    parts.extend(
        TELLING
            .iter()
            .filter(|name| !item.value(name).is_empty())
            .take(5)
            .map(|name| wording::value(locale, name, item.value(name))),
    );
    parts.dedup();
    parts
}

impl View {
    fn memory(&self, beat: &Beat) -> String {
        format!(
            "{} / {}",
            wording::memory(self.shell.cx.locale, beat.memory_used),
            wording::memory(self.shell.cx.locale, beat.memory_total)
        )
    }

    fn uptime(&self, beat: &Beat) -> String {
        let seconds = i64::try_from(beat.uptime).unwrap_or(i64::MAX);
        kernel::i18n::format_duration(seconds, self.shell.cx.locale)
    }

    fn cpu(&self, beat: &Beat) -> String {
        format!("{:.0} %", beat.cpu.clamp(0.0, 100.0))
    }
}
