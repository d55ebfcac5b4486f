//! Major incidents: the room, its roles and plan, the status page, and the review.
//!
//! Start at `incident`: what it is and who may do what in its room. `update` is what is said to those affected, `plan` the emergency
//! plans, `timeline` the record read back, `review` what is learned, `status` the page for everybody, `watching` the clock.
//! A ticket is only ever touched by the desk's own operations. README.md lists words, rights, and events.

mod api;
pub mod events;
pub mod incident;
mod letters;
mod pages;
pub mod plan;
pub mod review;
pub mod status;
pub mod timeline;
pub mod update;
pub mod watching;

use kernel::cx::{Cx, Permission, Scope};
use kernel::db::{Migration, Tx, Watched};
use kernel::error::Result;
use kernel::event::Event;
use kernel::i18n::Locale;
use web::{Group, NavigationItem, Panel, Routes, Slice, Topic};

/// Looking into the room.
pub const READ: &str = "major.read";
/// Making a ticket a major incident.
pub const DECLARE: &str = "major.declare";
/// Leading one: state, roles, the end, the review. Whoever has a role in an incident takes part in it without.
pub const LEAD: &str = "major.lead";
/// Who may read the status page, and the plans.
pub const SETTINGS: &str = "major.settings";

/// The tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_major",
    sql: include_str!("../migrations/0001_major.sql"),
}];

/// The status page is asked for most when least can be spared.
const KEPT: &[Watched] = &[Watched::Table("major_incident"), Watched::Table("major_update")];

const ALL: &[Scope] = &[Scope::All];

/// Leaders of an incident: second line up.
const LEADERS: &[(&str, Scope)] = &[
    ("engineer", Scope::All),
    ("manager", Scope::All),
    ("admin", Scope::All),
];

/// The rights this slice knows. A major incident is the whole department's: whoever works there may look in.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        name: READ,
        scopes: ALL,
        granted: &[
            ("technician", Scope::All),
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("auditor", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: DECLARE,
        scopes: ALL,
        granted: LEADERS,
    },
    Permission {
        name: LEAD,
        scopes: ALL,
        granted: LEADERS,
    },
    Permission {
        name: SETTINGS,
        scopes: ALL,
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/major.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/major.ftl")),
];

const NAVIGATION: NavigationItem = NavigationItem::new("major-title", "/major", "flame")
    .needs(READ)
    .count(open_count);

const SETTINGS_NAVIGATION: NavigationItem =
    NavigationItem::new("major-settings-title", "/settings/major", "flame")
        .needs(SETTINGS)
        .group(Group::Settings);

/// Stands above the other cards: whoever opens the ticket must see it first.
const PANEL: Panel = Panel {
    order: -10,
    ..Panel::new("major.ticket", "ticket.side", pages::panel::render)
};

/// What goes on, for the menu.
fn open_count(tx: &mut Tx<'_>, _cx: &Cx) -> Result<u64> {
    const MOST: i64 = 100;
    let open = tx.kept("major.open", &["major_incident"], |tx| {
        incident::store::open(tx, MOST)
    })?;
    Ok(u64::try_from(open.len()).unwrap_or_default())
}

fn routes() -> Routes {
    pages::routes()
        .merge(status::pages::routes())
        .merge(api::routes())
}

/// Rooms are heard by whoever may look in; that the status page changed, by everybody who may read it.
fn topics() -> Vec<Topic> {
    vec![
        Topic {
            prefix: "major",
            may: |_, cx, _| Ok(cx.may(READ).is_some()),
        },
        Topic {
            prefix: "status",
            may: |_, cx, _| Ok(cx.identity().is_some()),
        },
    ]
}

fn topics_of(event: &Event) -> Vec<String> {
    let is_public = [
        events::DECLARED,
        events::CHANGED,
        events::STATE_CHANGED,
        events::UPDATED,
        events::UPDATE_HIDDEN,
        events::RESOLVED,
    ];
    if is_public.contains(&event.kind.as_str()) {
        return vec!["major".to_owned(), "status".to_owned()];
    }
    if event.kind.starts_with("major.") {
        return vec!["major".to_owned()];
    }
    Vec::new()
}

/// What this capability hands in.
#[must_use]
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        kept: KEPT,
        routes,
        jobs: vec![update::telling::HANDLER, watching::HANDLER],
        schedules: vec![watching::SCHEDULE],
        events: events::ALL.to_vec(),
        subscribers: vec![incident::hearing::subscriber()],
        permissions: PERMISSIONS,
        locales: LOCALES,
        navigation: vec![NAVIGATION, SETTINGS_NAVIGATION],
        panels: vec![PANEL],
        palette: vec![pages::palette::SOURCE],
        topics: topics(),
        event_topics: Some(topics_of),
        ..Slice::new("major")
    }
}
