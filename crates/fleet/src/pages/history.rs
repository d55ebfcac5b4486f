//! `/devices/{id}/changes`: what changed on a device, in the groups in which it told of it, for a section and a time.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::time::Timestamp;
use protocol::inventory::Section;
use serde::Deserialize;
use web::{App, Need, Page, Path, Query, Routes, Shell, html};

use super::head::Head;
use super::wording::{self, Line};
use crate::READ;
use crate::device::DeviceId;
use crate::inventory::{self, Asked, Changed};

pub(super) fn routes() -> Routes {
    Routes::new().page(Method::GET, "/devices/{id}/changes", Need::permission(READ), show)
}

/// Stretches of time that a reader chooses, in hours.
const SPANS: &[(&str, i64)] = &[("2h", 2), ("24h", 24), ("7d", 168), ("30d", 720)];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    section: String,
    span: String,
    since: Option<i64>,
    until: Option<i64>,
    before: String,
}

/// What a device told at one time.
struct Group {
    at: Timestamp,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "pages/views/changes.html", blocks = ["rows"])]
struct View {
    shell: Shell,
    head: Head,
    wanted: Wanted,
    sections: Vec<(&'static str, String)>,
    groups: Vec<Group>,
    older: Option<String>,
}

impl View {
    fn spans(&self) -> Vec<(&'static str, String, bool)> {
        let mut spans: Vec<(&'static str, String, bool)> = SPANS
            .iter()
            .map(|(span, _)| {
                (
                    *span,
                    self.shell.t(&format!("fleet-span-{span}")),
                    self.wanted.span == *span,
                )
            })
            .collect();
        spans.insert(
            0,
            ("", self.shell.t("fleet-span-all"), self.wanted.span.is_empty()),
        );
        spans
    }

    /// Between which instants, when somebody came from a ticket.
    fn between(&self) -> Option<(String, String)> {
        let (since, until) = (self.wanted.since?, self.wanted.until?);
        Some((
            self.shell.exact(&Timestamp::from_millis(since)),
            self.shell.exact(&Timestamp::from_millis(until)),
        ))
    }
}

fn asked(wanted: &Wanted, now: Timestamp) -> kernel::Result<Asked> {
    let hours = SPANS
        .iter()
        .find(|(span, _)| *span == wanted.span)
        .map(|(_, hours)| *hours);
    Ok(Asked {
        since: wanted
            .since
            .map(Timestamp::from_millis)
            .or_else(|| hours.map(|hours| now.add_secs(-hours * 3600))),
        until: wanted.until.map(Timestamp::from_millis),
        section: Section::named(&wanted.section),
        before: inventory::place_of(&wanted.before)?,
    })
}

/// Changes with the same instant stand together.
fn grouped(locale: kernel::Locale, changes: &[Changed]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for change in changes {
        let line = wording::line(locale, change);
        match groups.last_mut().filter(|group| group.at == change.at) {
            Some(group) => group.lines.push(line),
            None => groups.push(Group {
                at: change.at,
                lines: vec![line],
            }),
        }
    }
    // The latest group stands first; within one, things stand in the order in which they were told.
    for group in &mut groups {
        group.lines.reverse();
    }
    groups
}

/// `GET /devices/{id}/changes`
async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<DeviceId>,
    Query(wanted): Query<Wanted>,
) -> web::Result {
    let (cx, asked) = (page.cx.clone(), asked(&wanted, page.cx.now())?);
    let (head, held, changes) = app
        .db
        .read(move |tx| {
            let head = Head::read(tx, &cx, id, "changes")?;
            let held = inventory::sections(tx, id)?;
            Ok((head, held, inventory::changes(tx, &cx, id, &asked)?))
        })
        .await?;
    let locale = page.cx.locale;
    let older = inventory::place_after(&changes).map(|before| {
        let (since, until) = (
            wanted.since.map(|at| at.to_string()).unwrap_or_default(),
            wanted.until.map(|at| at.to_string()).unwrap_or_default(),
        );
        let mut pairs = vec![("before", before.as_str())];
        for (name, value) in [
            ("section", &wanted.section),
            ("span", &wanted.span),
            ("since", &since),
            ("until", &until),
        ] {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        format!("/devices/{id}/changes?{}", web::urlencoded::join(&pairs))
    });
    let view = View {
        shell: page.shell(&app, head.device.name.clone()).await?,
        sections: held
            .iter()
            .map(|one| (one.section.name(), wording::section(locale, one.section)))
            .collect(),
        groups: grouped(locale, &changes),
        head,
        wanted,
        older,
    };
    if page.partial && !view.wanted.before.is_empty() {
        html(view.as_rows())
    } else {
        html(view)
    }
}
