//! Messages to and from WeCom, DingTalk, Feishu, Slack, Teams, and plain webhooks: people report, ask, answer, are told, and confirm.
//!
//! Start at `service`: what a chat service is, one small file each. `channel` is one robot at one service with its settings,
//! `person` who somebody is there, `hearing` what comes in, `telling` what goes out. Everything done to a ticket is done by the
//! desk's operations, as the person who asked for it. README.md lists words, tables, and rights; docs/chat-channels.md is for people.

pub mod channel;
pub mod crypto;
pub mod events;
pub mod hearing;
pub mod person;
pub mod service;
pub mod telling;

use kernel::cx::{Permission, Scope};
use kernel::db::Migration;
use kernel::i18n::Locale;
use web::{Group, NavigationItem, Routes, Slice};

/// Setting channels up, with their secrets and their log.
pub const CHANNELS: &str = "im.channels";

/// The tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_im",
    sql: include_str!("../migrations/0001_im.sql"),
}];

/// The rights this slice knows. A channel carries words out of the house and lets people act from outside, so that is an
/// administrator's.
pub const PERMISSIONS: &[Permission] = &[Permission {
    name: CHANNELS,
    scopes: &[Scope::All],
    granted: &[("admin", Scope::All)],
}];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/im.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/im.ftl")),
    (Locale::En, include_str!("../../../locales/en/im_services.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/im_services.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/im_words.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/im_words.ftl")),
];

const CHANNEL_NAVIGATION: NavigationItem =
    NavigationItem::new("im-channels", "/settings/channels", "message-circle")
        .needs(CHANNELS)
        .group(Group::Settings);

const CONNECT_NAVIGATION: NavigationItem =
    NavigationItem::new("im-connect", "/im/connect", "link").group(Group::Settings);

fn routes() -> Routes {
    hearing::api::routes()
        .merge(channel::pages::routes())
        .merge(channel::api::routes())
        .merge(person::pages::routes())
}

/// What this capability hands in.
#[must_use]
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        routes,
        jobs: vec![
            telling::turns::HANDLER,
            telling::delivering::FORGETTING,
            telling::subscribing::HANDLER,
            hearing::introducing::HANDLER,
        ],
        schedules: vec![telling::delivering::SCHEDULE],
        events: events::ALL.to_vec(),
        subscribers: vec![telling::subscribing::subscriber()],
        permissions: PERMISSIONS,
        navigation: vec![CHANNEL_NAVIGATION, CONNECT_NAVIGATION],
        locales: LOCALES,
        ..Slice::new("im")
    }
}
