//! The desk: requests and incidents, from the report to the requester's word that it is solved.
//!
//! Start at `ticket`: its types, rules, and one file for each thing that can be done with it. `service_level` keeps the
//! clocks, `assignment` chooses and explains, `verification` asks the requester, `view` counts. What happens is told in
//! `events`. README.md lists the operations with their rights.

pub mod api;
pub mod article;
pub mod assignment;
pub mod batch;
pub mod bulk;
pub mod catalogue;
pub mod console;
pub mod diagnosis;
pub mod escalation;
pub mod events;
pub mod figures;
pub mod finding;
pub mod gate;
pub mod glossary;
pub mod import;
pub mod intake;
pub mod jobs;
pub mod learned;
pub mod macros;
pub mod neighbours;
pub mod notice;
pub mod permissions;
pub mod rating;
pub mod reply_template;
pub mod ringing;
pub mod saved_view;
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
use kernel::db::{Migration, Tx, Watched};
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
        name: "0003_views",
        sql: include_str!("../migrations/0003_views.sql"),
    },
    Migration {
        name: "0004_hand",
        sql: include_str!("../migrations/0004_hand.sql"),
    },
    Migration {
        name: "0006_past",
        sql: include_str!("../migrations/0006_past.sql"),
    },
    Migration {
        name: "0007_diagnosis",
        sql: include_str!("../migrations/0007_diagnosis.sql"),
    },
    Migration {
        name: "0008_together",
        sql: include_str!("../migrations/0008_together.sql"),
    },
    Migration {
        name: "0009_learned",
        sql: include_str!("../migrations/0009_learned.sql"),
    },
    Migration {
        name: "0010_words",
        sql: include_str!("../migrations/0010_words.sql"),
    },
    Migration {
        name: "0011_catalogue",
        sql: include_str!("../migrations/0011_catalogue.sql"),
    },
    Migration {
        name: "0012_tasks",
        sql: include_str!("../migrations/0012_tasks.sql"),
    },
    Migration {
        name: "0013_ringing",
        sql: include_str!("../migrations/0013_ringing.sql"),
    },
];

/// What is asked for with every ticket and changed once a month.
const KEPT: &[Watched] = &[
    Watched::Table("desk_policy"),
    Watched::Table("desk_route"),
    Watched::Table("desk_matrix"),
    Watched::Table("desk_term"),
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
    (Locale::En, include_str!("../../../locales/en/desk_views.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/desk_views.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/desk_api.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/desk_api.ftl")),
    (Locale::En, include_str!("../../../locales/en/desk_mail.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/desk_mail.ftl")),
    (Locale::En, include_str!("../../../locales/en/desk_hand.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/desk_hand.ftl")),
    (Locale::En, include_str!("../../../locales/en/desk_past.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/desk_past.ftl")),
    (Locale::En, include_str!("../../../locales/en/desk_rules.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/desk_rules.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/desk_diagnosis.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/desk_diagnosis.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/desk_learned.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/desk_learned.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/desk_words.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/desk_words.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/desk_catalogue.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/desk_catalogue.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/desk_tasks.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/desk_tasks.ftl"),
    ),
];

/// The desk as the house takes it in.
#[must_use]
pub fn slice() -> Slice {
    intake::register();
    Slice {
        migrations: MIGRATIONS,
        kept: KEPT,
        routes,
        jobs: jobs::handlers(),
        schedules: jobs::schedules(),
        events: events::ALL.to_vec(),
        subscribers: jobs::subscribers(),
        permissions: PERMISSIONS,
        locales: LOCALES,
        search: search::sources(),
        search_rights: Some(search::rights),
        search_filters: search::filters(),
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
    items.extend(figures::pages::navigation());
    items
}

fn routes() -> Routes {
    api::routes()
        .merge(console::routes())
        .merge(notice::pages::routes())
        .merge(figures::pages::routes())
        .merge(rating::pages::routes())
}

/// Makes what must be there before the first request: the key of the signed links, so that reading can use it, and the
/// request types that come with the house and were never there.
pub fn install_defaults(tx: &mut Tx, cx: &Cx) -> Result<()> {
    secret::prepare(tx, cx, &[verification::SECRET])?;
    catalogue::ready::install(tx, cx)
}
