//! The desk: requests and incidents, from the report to the requester's word that it is solved.
//!
//! Start at `ticket`: its types, rules, and one file for each thing that can be done with it. `service_level` keeps the
//! clocks, `assignment` chooses and explains, `verification` asks the requester, `view` counts. What happens is told in
//! `events`. README.md lists the operations with their rights.

pub mod api;
pub mod article;
pub mod assignment;
pub mod bulk;
pub mod console;
pub mod escalation;
pub mod events;
pub mod intake;
pub mod jobs;
pub mod learned;
pub mod neighbours;
pub mod notice;
pub mod permissions;
pub mod search;
pub mod service_level;
pub mod ticket;
pub mod triage;
pub mod verification;
pub mod view;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

use kernel::cx::Cx;
use kernel::db::{Migration, Tx};
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::secret;
use web::{Routes, Slice};

pub use permissions::ALL_PERMISSIONS as PERMISSIONS;

/// The tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_desk",
        sql: include_str!("../migrations/0001_desk.sql"),
    },
    Migration {
        name: "0002_notices",
        sql: include_str!("../migrations/0002_notices.sql"),
    },
    Migration {
        name: "0005_learned",
        sql: include_str!("../migrations/0005_learned.sql"),
    },
];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/desk.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/desk.ftl")),
    (Locale::En, include_str!("../../../locales/en/desk_pages.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/desk_pages.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/desk_api.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/desk_api.ftl")),
    (Locale::En, include_str!("../../../locales/en/desk_mail.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/desk_mail.ftl")),
    (Locale::En, include_str!("../../../locales/en/desk_learned.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/desk_learned.ftl"),
    ),
];

/// The desk as the house takes it in.
#[must_use]
pub fn slice() -> Slice {
    intake::register();
    Slice {
        migrations: MIGRATIONS,
        routes,
        jobs: jobs::handlers(),
        schedules: jobs::schedules(),
        subscribers: jobs::subscribers(),
        permissions: PERMISSIONS,
        locales: LOCALES,
        search: search::sources(),
        search_rights: Some(search::rights),
        navigation: navigation(),
        panels: console::panels(),
        palette: console::palette(),
        topics: console::topics(),
        event_topics: Some(console::topics_of),
        ..Slice::new("desk")
    }
}

fn navigation() -> Vec<web::NavigationItem> {
    let mut items = console::navigation();
    items.push(notice::pages::navigation());
    items
}

fn routes() -> Routes {
    api::routes()
        .merge(console::routes())
        .merge(notice::pages::routes())
}

/// Makes what must be there before the first request: the key of the signed links, so that reading can use it.
pub fn install_defaults(tx: &mut Tx, cx: &Cx) -> Result<()> {
    secret::prepare(tx, cx, &[verification::SECRET])
}
