//! `/devices/{id}/software` and `/devices/{id}/inventory`: everything a device says is in it, with what people entered laid over.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use protocol::inventory::Section;
use serde::Deserialize;
use web::{App, Need, Page, Path, Query, Routes, Shell, html};

use super::head::Head;
use super::wording;
use crate::READ;
use crate::device::DeviceId;
use crate::inventory::overlay::{self, Shown, ShownItem};
use crate::inventory::{self, Held};

/// Lines of one page.
const PIECE: usize = 200;

pub(super) fn routes() -> Routes {
    Routes::new()
        .page(
            Method::GET,
            "/devices/{id}/software",
            Need::permission(READ),
            software,
        )
        .page(
            Method::GET,
            "/devices/{id}/inventory",
            Need::permission(READ),
            inventory,
        )
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    q: String,
    section: String,
    /// How many lines were shown before.
    from: usize,
}

#[derive(Template)]
#[template(path = "pages/views/software.html", blocks = ["rows"])]
struct SoftwareView {
    shell: Shell,
    head: Head,
    q: String,
    found: usize,
    all: usize,
    items: Vec<ShownItem>,
    updates: Vec<ShownItem>,
    more: Option<String>,
}

impl SoftwareView {
    /// What a thing is called: its name, else its key.
    fn name<'a>(&self, item: &'a ShownItem) -> &'a str {
        match item.value("name") {
            "" => &item.key,
            name => name,
        }
    }

    /// What is left to say of it.
    fn origin(&self, item: &ShownItem) -> String {
        let parts = [item.value("source"), item.value("publisher")];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    }

    fn is_security(&self, item: &ShownItem) -> bool {
        item.value("security") == "true"
    }

    fn securities(&self) -> usize {
        self.updates.iter().filter(|item| self.is_security(item)).count()
    }

    /// The version that could be had.
    fn offered<'a>(&self, item: &'a ShownItem) -> &'a str {
        ["available", "new_version", "version", "to"]
            .into_iter()
            .map(|name| item.value(name))
            .find(|value| !value.is_empty())
            .unwrap_or("")
    }
}

fn holds(item: &ShownItem, words: &[String]) -> bool {
    let text = format!(
        "{}\n{}\n{}",
        item.key,
        item.value("name"),
        item.value("publisher")
    )
    .to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// `GET /devices/{id}/software`
async fn software(
    State(app): State<App>,
    page: Page,
    Path(id): Path<DeviceId>,
    Query(wanted): Query<Wanted>,
) -> web::Result {
    let cx = page.cx.clone();
    let (head, packages, updates) = app
        .db
        .read(move |tx| {
            let head = Head::read(tx, &cx, id, "software")?;
            let packages = overlay::shown(tx, id, Section::Packages)?;
            Ok((head, packages, overlay::shown(tx, id, Section::Updates)?))
        })
        .await?;
    let words: Vec<String> = wanted
        .q
        .split_whitespace()
        .take(8)
        .map(str::to_lowercase)
        .collect();
    let all = packages.len();
    let mut items: Vec<ShownItem> = packages.into_iter().filter(|item| holds(item, &words)).collect();
    let found = items.len();
    let until = wanted.from.saturating_add(PIECE);
    let more = (found > until).then(|| {
        let from = until.to_string();
        let pairs = [("q", wanted.q.as_str()), ("from", from.as_str())];
        format!("/devices/{id}/software?{}", web::urlencoded::join(&pairs))
    });
    items = items.into_iter().skip(wanted.from).take(PIECE).collect();
    let view = SoftwareView {
        shell: page.shell(&app, head.device.name.clone()).await?,
        head,
        q: wanted.q,
        found,
        all,
        items,
        updates,
        more,
    };
    if page.partial && wanted.from > 0 {
        html(view.as_rows())
    } else {
        html(view)
    }
}

#[derive(Template)]
#[template(path = "pages/views/inventory.html")]
struct InventoryView {
    shell: Shell,
    head: Head,
    sections: Vec<Held>,
    open: Option<Section>,
    items: Vec<ShownItem>,
    left_out: usize,
}

impl InventoryView {
    fn name(&self, section: &Section) -> String {
        wording::section(self.shell.cx.locale, *section)
    }

    fn thing(&self, item: &ShownItem) -> String {
        wording::thing(self.shell.cx.locale, &item.key)
    }

    fn label(&self, field: &str) -> String {
        wording::field(self.shell.cx.locale, field)
    }

    fn value(&self, shown: &Shown) -> String {
        wording::value(self.shell.cx.locale, &shown.field, &shown.value)
    }

    fn is_open(&self, section: &Section) -> bool {
        self.open == Some(*section)
    }

    /// Where a value is entered over this one.
    fn entering(&self, item: &ShownItem, field: &str) -> String {
        let section = self.open.map_or("", Section::name);
        let pairs = [
            ("section", section),
            ("item", item.key.as_str()),
            ("field", field),
        ];
        format!("{}/value?{}", self.head.href(), web::urlencoded::join(&pairs))
    }
}

/// `GET /devices/{id}/inventory`
async fn inventory(
    State(app): State<App>,
    page: Page,
    Path(id): Path<DeviceId>,
    Query(wanted): Query<Wanted>,
) -> web::Result {
    let cx = page.cx.clone();
    let (head, sections, open, mut items) = app
        .db
        .read(move |tx| {
            let head = Head::read(tx, &cx, id, "inventory")?;
            let sections = inventory::sections(tx, id)?;
            let open = Section::named(&wanted.section).or_else(|| sections.first().map(|one| one.section));
            let items = match open {
                Some(open) => overlay::shown(tx, id, open)?,
                None => Vec::new(),
            };
            Ok((head, sections, open, items))
        })
        .await?;
    let left_out = items.len().saturating_sub(PIECE);
    items.truncate(PIECE);
    html(InventoryView {
        shell: page.shell(&app, head.device.name.clone()).await?,
        head,
        sections,
        open,
        items,
        left_out,
    })
}
