//! Hand-over to development: the package, the root-cause report on its clock, and the issue trackers.
//!
//! Start at `package`: what goes along and how long development has. `report` is the answer and the desk's verdict on it,
//! `tracker` the way to and from GitHub, GitLab, Jira, and others. `access` says who may do what. Tickets change by the desk's own
//! operations only. README.md lists words, tables, and rights.

pub mod access;
pub mod deadline;
pub mod events;
pub mod package;
pub mod report;
pub mod tracker;

use kernel::db::Migration;
use kernel::i18n::Locale;
use web::{Group, NavigationItem, Panel, Routes, Slice};

/// The tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_handover",
    sql: include_str!("../migrations/0001_handover.sql"),
}];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/handover.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/handover.ftl")),
    (
        Locale::En,
        include_str!("../../../locales/en/handover_trackers.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/handover_trackers.ftl"),
    ),
];

const NAVIGATION: NavigationItem =
    NavigationItem::new("handover-title", "/handovers", "forward").needs(access::READ);

const TRACKER_NAVIGATION: NavigationItem =
    NavigationItem::new("handover-trackers", "/settings/trackers", "webhook")
        .needs(access::TRACKERS)
        .group(Group::Settings);

const PANEL: Panel = Panel::new("handover.ticket", "ticket.side", package::pages::panel::render);

fn routes() -> Routes {
    package::pages::routes()
        .merge(package::api::routes())
        .merge(report::pages::routes())
        .merge(report::api::routes())
        .merge(tracker::pages::routes())
        .merge(tracker::routes::routes())
}

/// What this capability hands in.
#[must_use]
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        routes,
        jobs: vec![
            package::chasing::HANDLER,
            tracker::turns::HANDLER,
            tracker::delivering::FORGETTING,
        ],
        schedules: vec![package::chasing::SCHEDULE, tracker::delivering::SCHEDULE],
        events: events::ALL.to_vec(),
        subscribers: vec![package::following::subscriber()],
        permissions: access::PERMISSIONS,
        navigation: vec![NAVIGATION, TRACKER_NAVIGATION],
        panels: vec![PANEL],
        palette: vec![package::pages::palette::SOURCE],
        locales: LOCALES,
        ..Slice::new("handover")
    }
}
