//! Chat on the portal: a conversation that becomes a ticket with its transcript.
//!
//! `conversation` is the whole of it: what it is, what can be done with it, how it ends. `duty` is who answers and whether anybody
//! does. `portal` is what employees see, `console` what technicians see, `api` both for programs. It writes no table of the
//! desk's: tickets are made by the desk's own operations. README.md lists words, tables, events, and rights.

pub(crate) mod api;
mod console;
pub mod conversation;
pub mod duty;
pub mod events;
mod live;
mod portal;
pub mod setting;

use kernel::cx::{Permission, Scope};
use kernel::db::Migration;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use web::rate::Limit;
use web::{App, Group, NavigationItem, Panel, Routes, Slice};

/// Answering conversations: taking, handing over, ending them.
pub const ANSWER: &str = "chat.answer";
/// How long a silence may be.
pub const SETTINGS: &str = "chat.settings";
/// A conversation becomes a ticket, so whoever may report may ask.
pub const ASK: &str = "desk.ticket.open";

/// The tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_chat",
    sql: include_str!("../migrations/0001_chat.sql"),
}];

/// The rights this slice knows.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        name: ANSWER,
        scopes: &[Scope::All],
        granted: &[
            ("technician", Scope::All),
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: SETTINGS,
        scopes: &[Scope::All],
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/chat.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/chat.ftl")),
];

const SETTINGS_NAVIGATION: NavigationItem =
    NavigationItem::new("chat-settings", "/settings/chat", "message-circle")
        .needs(SETTINGS)
        .group(Group::Settings);

/// The entry in the rail stands below the desk's queues and counts live, for somebody waits at the other end.
const RAIL: Panel = Panel {
    order: 1,
    ..Panel::new("chat.rail", "rail", console::rail::render)
};

/// Messages of one person. Nobody types this fast; a script that does must not fill the desk's screens.
const FLOOD: Limit = Limit {
    name: "chat",
    burst: 15.0,
    per_minute: 30.0,
};

/// Lets pass who does not write faster than people do.
fn not_flooding(app: &App, cx: &kernel::Cx) -> Result<()> {
    app.rates
        .take(FLOOD, &cx.actor.key(), cx.now())
        .map_err(|_| Error::too_many("chat.message.flood"))
}

fn routes() -> Routes {
    portal::routes()
        .merge(console::routes())
        .merge(setting::pages::routes())
        .merge(api::routes())
}

/// What this capability hands in.
#[must_use]
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        routes,
        jobs: vec![conversation::idling::HANDLER],
        schedules: vec![conversation::idling::SCHEDULE],
        events: events::ALL.to_vec(),
        permissions: PERMISSIONS,
        navigation: vec![SETTINGS_NAVIGATION],
        panels: vec![RAIL],
        palette: vec![console::palette::SOURCE],
        locales: LOCALES,
        topics: live::TOPICS.to_vec(),
        event_topics: Some(live::topics_of),
        ..Slice::new("chat")
    }
}
