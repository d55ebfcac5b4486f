//! Automation: rules that act on tickets when something happens, if their conditions hold, and webhooks that tell other programs.
//!
//! Start at `rule`: what a rule is, its text form, and keeping it. `matching` judges conditions (pure), `running` fires rules
//! behind the event log, `firing` is the log of that, `dry_run` shows what a rule would have done, `template` the ones that
//! come with the product. A rule acts only by the desk's own operations. `webhook` is the whole of the other half. README.md lists
//! words, limits, and rights.

pub mod api;
pub mod dry_run;
pub mod events;
pub mod firing;
pub mod matching;
mod pages;
pub mod rule;
pub mod running;
mod telling;
pub mod template;
pub mod webhook;

use kernel::cx::{Permission, Scope};
use kernel::db::Migration;
use kernel::i18n::Locale;
use web::{Group, NavigationItem, Panel, Routes, Slice};

/// Making, switching, and trying rules, and reading their log.
pub const RULES: &str = "automate.rules";
/// Telling other programs what happens, with their secrets and the log of messages.
pub const WEBHOOKS: &str = "automate.webhooks";

/// The tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_rules",
        sql: include_str!("../migrations/0001_rules.sql"),
    },
    Migration {
        name: "0002_webhooks",
        sql: include_str!("../migrations/0002_webhooks.sql"),
    },
    Migration {
        name: "0003_webhook_turns",
        sql: include_str!("../migrations/0003_webhook_turns.sql"),
    },
];

/// The rights this slice knows. A rule acts as the house does, on every ticket: who makes rules manages the desk.
/// A webhook carries what happens out of the house, so that is an administrator's.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        name: RULES,
        scopes: &[Scope::All],
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
    Permission {
        name: WEBHOOKS,
        scopes: &[Scope::All],
        granted: &[("admin", Scope::All)],
    },
];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/automate.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/automate.ftl")),
    (
        Locale::En,
        include_str!("../../../locales/en/automate_webhooks.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/automate_webhooks.ftl"),
    ),
];

const NAVIGATION: NavigationItem = NavigationItem::new("automate-title", "/settings/rules", "workflow")
    .needs(RULES)
    .group(Group::Settings);

const WEBHOOK_NAVIGATION: NavigationItem =
    NavigationItem::new("automate-webhooks", "/settings/webhooks", "webhook")
        .needs(WEBHOOKS)
        .group(Group::Settings);

const PANEL: Panel = Panel::new("automate.ticket-firings", "ticket.side", pages::panel::render);

fn routes() -> Routes {
    pages::routes()
        .merge(api::routes())
        .merge(webhook::pages::routes())
        .merge(webhook::api::routes())
}

/// The slice.
#[must_use]
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        routes,
        jobs: vec![
            running::hourly::HANDLER,
            webhook::turns::HANDLER,
            webhook::delivering::FORGETTING,
        ],
        schedules: vec![running::hourly::SCHEDULE, webhook::delivering::SCHEDULE],
        events: events::ALL.to_vec(),
        subscribers: vec![running::hearing::subscriber(), webhook::hearing::subscriber()],
        permissions: PERMISSIONS,
        navigation: vec![NAVIGATION, WEBHOOK_NAVIGATION],
        panels: vec![PANEL],
        palette: vec![pages::palette::SOURCE],
        locales: LOCALES,
        ..Slice::new("automate")
    }
}
