//! `/devices`: the devices that a reader may see, by words and typed filters, with the columns they chose.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde::Deserialize;
use web::{App, Need, Page, Query, Routes, Shell, html};

use super::PATH;
use super::viewing::{self, Saved};
use crate::device::{self, Device, State as Progress, listing};
use crate::{CHANGE, MANAGE, READ, matching};

/// Lines of a page.
const PIECE: usize = 50;

pub(super) fn routes() -> Routes {
    Routes::new().page(Method::GET, PATH, Need::permission(READ), show)
}

/// What a line of the list can show besides the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Owner,
    Team,
    System,
    Model,
    Serial,
    Address,
    Location,
    Seen,
    Inventory,
    State,
    Source,
    Agent,
}

impl Column {
    const ALL: [Self; 12] = [
        Self::Owner,
        Self::Team,
        Self::System,
        Self::Model,
        Self::Serial,
        Self::Address,
        Self::Location,
        Self::Seen,
        Self::Inventory,
        Self::State,
        Self::Source,
        Self::Agent,
    ];
    const USUAL: [Self; 5] = [Self::Owner, Self::System, Self::Model, Self::Location, Self::Seen];

    const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Team => "team",
            Self::System => "system",
            Self::Model => "model",
            Self::Serial => "serial",
            Self::Address => "address",
            Self::Location => "location",
            Self::Seen => "seen",
            Self::Inventory => "inventory",
            Self::State => "state",
            Self::Source => "source",
            Self::Agent => "agent",
        }
    }

    fn text_key(self) -> String {
        format!("fleet-fact-{}", self.word())
    }

    /// Reads `owner,seen`; the usual ones when nobody chose.
    pub(super) fn read(text: &str) -> Vec<Self> {
        let words: Vec<&str> = text.split(',').collect();
        let chosen: Vec<Self> = Self::ALL
            .into_iter()
            .filter(|column| words.contains(&column.word()))
            .collect();
        if chosen.is_empty() {
            Self::USUAL.to_vec()
        } else {
            chosen
        }
    }

    pub(super) fn written(columns: &[Self]) -> String {
        let words: Vec<&str> = columns.iter().map(|column| column.word()).collect();
        words.join(",")
    }
}

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    q: String,
    columns: String,
    after: String,
}

/// One value of a line.
struct Cell {
    label: String,
    text: String,
    at: Option<Timestamp>,
}

struct Row {
    device: Device,
    is_online: bool,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "pages/views/list.html", blocks = ["rows"])]
struct View {
    shell: Shell,
    q: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    unknown: Vec<String>,
    more: Option<String>,
    pending: i64,
    doubts: usize,
    views: Vec<Saved>,
}

impl View {
    fn heads(&self) -> Vec<String> {
        self.columns
            .iter()
            .map(|column| self.shell.t(&column.text_key()))
            .collect()
    }

    /// Columns with their names and whether they are shown.
    fn choices(&self) -> Vec<(&'static str, String, bool)> {
        Column::ALL
            .into_iter()
            .map(|column| {
                (
                    column.word(),
                    self.shell.t(&column.text_key()),
                    self.columns.contains(&column),
                )
            })
            .collect()
    }

    fn columns_text(&self) -> String {
        Column::written(&self.columns)
    }

    fn may_roll_out(&self) -> bool {
        self.shell.may(CHANGE)
    }

    /// The form of a rollout for the devices that are listed.
    fn roll_out(&self) -> String {
        format!("/rollouts/new?{}", web::urlencoded::join(&[("q", &self.q)]))
    }

    fn is_current(&self, view: &Saved) -> bool {
        view.query == self.q && view.columns == self.columns_text()
    }

    fn may_keep(&self) -> bool {
        self.shell.cx.user_id().is_some()
    }

    fn is_mine(&self, view: &Saved) -> bool {
        self.shell.cx.user_id() == Some(view.owner)
    }
}

struct Found {
    devices: Vec<Device>,
    unknown: Vec<String>,
    people: BTreeMap<UserId, String>,
    teams: BTreeMap<TeamId, String>,
    pending: i64,
    doubts: usize,
    views: Vec<Saved>,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, wanted: &Wanted) -> kernel::Result<Found> {
    cx.require(READ)?;
    let filter = listing::read(tx, cx, &wanted.q)?;
    let after = listing::after(&wanted.after)?;
    let limit = i64::try_from(PIECE + 1).unwrap_or(i64::MAX);
    let devices = listing::list(tx, cx, &filter, after.as_ref(), limit)?;
    let owners: Vec<UserId> = devices.iter().filter_map(|device| device.owner).collect();
    let people = people::user::store::cards(tx, &owners)?
        .into_iter()
        .map(|(id, card)| (id, card.name))
        .collect();
    let teams = if devices.iter().any(|device| device.team.is_some()) {
        people::team::store::list(tx)?
            .into_iter()
            .map(|team| (team.id, team.name))
            .collect()
    } else {
        BTreeMap::new()
    };
    let manages = cx.may(MANAGE).is_some() && wanted.after.is_empty();
    Ok(Found {
        devices,
        unknown: filter.unknown,
        people,
        teams,
        pending: if manages {
            device::store::count(tx, Progress::Pending)?
        } else {
            0
        },
        doubts: if manages {
            matching::merging::waiting(tx, cx)?.len()
        } else {
            0
        },
        views: viewing::of_reader(tx, cx)?,
    })
}

/// `GET /devices`
async fn show(State(app): State<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let (cx, asked) = (page.cx.clone(), wanted.clone());
    let mut found = app.db.read(move |tx| read(tx, &cx, &asked)).await?;
    let columns = Column::read(&wanted.columns);
    let more = if found.devices.len() > PIECE {
        found.devices.truncate(PIECE);
        let last = found.devices.last().map(listing::cursor).transpose()?;
        let after = last.unwrap_or_default();
        let pairs = [
            ("q", wanted.q.as_str()),
            ("columns", wanted.columns.as_str()),
            ("after", after.as_str()),
        ];
        Some(format!("{PATH}?{}", web::urlencoded::join(&pairs)))
    } else {
        None
    };
    let shell = page.shell(&app, page.t("fleet-title")).await?;
    let now = page.cx.now();
    let devices = std::mem::take(&mut found.devices);
    let rows = devices.into_iter().map(|device| Row {
        is_online: device.is_online(now) && device.state != Progress::Retired,
        cells: columns
            .iter()
            .map(|column| cell(&shell, &found, &device, *column))
            .collect(),
        device,
    });
    let view = View {
        rows: rows.collect(),
        shell,
        q: wanted.q,
        columns,
        unknown: found.unknown,
        more,
        pending: found.pending,
        doubts: found.doubts,
        views: found.views,
    };
    if page.partial {
        html(view.as_rows())
    } else {
        html(view)
    }
}

fn cell(shell: &Shell, found: &Found, device: &Device, column: Column) -> Cell {
    let mut at = None;
    let text = match column {
        Column::Owner => device
            .owner
            .and_then(|id| found.people.get(&id))
            .cloned()
            .unwrap_or_default(),
        Column::Team => device
            .team
            .and_then(|id| found.teams.get(&id))
            .cloned()
            .unwrap_or_default(),
        Column::System => device.system(),
        Column::Model => device.model(),
        Column::Serial => device.identity.serial.clone(),
        Column::Address => device.address.clone(),
        Column::Location => device.location.clone(),
        Column::State => shell.t(&device.state.text_key()),
        Column::Source => shell.t(&device.source.text_key()),
        Column::Agent => device.agent_version.clone(),
        Column::Seen => {
            at = device.seen_at;
            String::new()
        }
        Column::Inventory => {
            at = device.inventory_at;
            String::new()
        }
    };
    Cell {
        label: shell.t(&column.text_key()),
        text,
        at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_nobody_knows_are_left_out() {
        assert_eq!(Column::read("serial,<b>"), [Column::Serial]);
        assert_eq!(Column::read(""), Column::USUAL);
    }
}
