//! Fleet: the devices of the department, what is known of each, and what changed on it.
//!
//! Start at `device`: what a device is and who may see it. `matching` decides whether somebody who reports is a device that is known
//! already, `inventory` keeps what devices say of themselves and what changed, `pages` shows it. README.md lists words, tables,
//! rights, and events.
//!
//! Nothing that a device says is trusted: it is typed and capped by `protocol`, and escaped where it is shown. What a person entered
//! is never overwritten by it.

pub mod act;
pub mod api;
pub mod assist;
pub mod device;
pub mod enrolment;
pub mod events;
pub mod grant;
pub mod intake;
pub mod inventory;
pub mod link;
pub mod matching;
pub mod pages;
pub mod patch;
mod permissions;
pub mod release;
pub mod rollout;
pub mod sample;
pub mod screen;
pub mod script;
mod searching;
mod session;
pub mod share;
pub mod signing;
pub mod terminal;

use kernel::cx::Cx;
use kernel::db::{Migration, Tx, Watched};
use kernel::event::{Event, Subscriber};
use kernel::i18n::Locale;
use kernel::job::{JobHandler, Schedule};
use web::{Group, NavigationItem, Panel, Routes, Slice, Topic};

pub use permissions::{APPROVE, CHANGE, DIAGNOSE, INTAKE, MANAGE, PERMISSIONS, READ, RUN};

/// The tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_fleet",
        sql: include_str!("../migrations/0001_fleet.sql"),
    },
    link::MIGRATION,
    act::MIGRATION,
    terminal::MIGRATION,
    screen::MIGRATION,
    rollout::MIGRATION,
    patch::MIGRATION,
    share::MIGRATION,
    release::MIGRATION,
    assist::MIGRATION,
];

/// Asked with every greeting of a device.
const KEPT: &[Watched] = &[link::keys::KEPT];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/fleet.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/fleet.ftl")),
    (Locale::En, include_str!("../../../locales/en/fleet_pages.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/fleet_pages.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/fleet_link.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/fleet_link.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/fleet_acts.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/fleet_acts.ftl"),
    ),
    (Locale::En, include_str!("../../../locales/en/fleet_intake.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/fleet_intake.ftl"),
    ),
    terminal::LOCALES[0],
    terminal::LOCALES[1],
    screen::LOCALES[0],
    screen::LOCALES[1],
    rollout::LOCALES[0],
    rollout::LOCALES[1],
    rollout::LOCALES[2],
    rollout::LOCALES[3],
    patch::LOCALES[0],
    patch::LOCALES[1],
    share::LOCALES[0],
    share::LOCALES[1],
    release::LOCALES[0],
    release::LOCALES[1],
    release::LOCALES[2],
    release::LOCALES[3],
    assist::LOCALES[0],
    assist::LOCALES[1],
];

const DEVICES: NavigationItem = NavigationItem::new("fleet-title", pages::PATH, "monitor")
    .needs(READ)
    .group(Group::Work);

const ROLLOUTS: NavigationItem = NavigationItem::new("fleet-rollouts-title", rollout::pages::PATH, "layers")
    .needs(READ)
    .group(Group::Work);

const PATCHES: NavigationItem =
    NavigationItem::new("fleet-patches-title", patch::pages::PATH, "package-check")
        .needs(READ)
        .group(Group::Work);

fn navigation() -> Vec<NavigationItem> {
    vec![DEVICES, ROLLOUTS, PATCHES, act::SAFETY]
}

fn panels() -> Vec<Panel> {
    let mut panels = pages::panels();
    panels.push(act::panel::PANEL);
    panels.extend(terminal::panels());
    panels.extend(screen::panels());
    panels.push(share::PANEL);
    panels.extend(rollout::panels());
    panels.extend(assist::panels());
    panels.push(patch::PANEL);
    panels.push(act::panel::DEVICE_PANEL);
    panels
}

fn routes() -> Routes {
    pages::routes()
        .merge(api::routes())
        .merge(link::routes())
        .merge(enrolment::routes())
        .merge(intake::routes())
        .merge(act::routes())
        .merge(script::pages::routes())
        .merge(terminal::routes())
        .merge(screen::routes())
        .merge(rollout::routes())
        .merge(patch::routes())
        .merge(share::routes())
        .merge(release::routes())
        .merge(assist::routes())
}

fn jobs() -> Vec<JobHandler> {
    vec![
        inventory::forgetting::HANDLER,
        act::expiring::HANDLER,
        act::keeping::HANDLER,
        terminal::HANDLER,
        screen::HANDLER,
        rollout::HANDLER,
        patch::HANDLER,
        share::HANDLER,
        assist::ending::HANDLER,
    ]
}

fn schedules() -> Vec<Schedule> {
    vec![
        inventory::forgetting::SCHEDULE,
        act::expiring::SCHEDULE,
        terminal::SCHEDULE,
        screen::SCHEDULE,
        rollout::SCHEDULE,
        patch::SCHEDULE,
        share::SCHEDULE,
        assist::ending::SCHEDULE,
    ]
}

fn subscribers() -> Vec<Subscriber> {
    let [judging, closing] = share::subscribers();
    vec![
        link::subscriber(),
        act::sending::subscriber(),
        grant::revoking::subscriber(),
        rollout::subscriber(),
        patch::subscriber(),
        judging,
        closing,
        assist::ending::subscriber(),
    ]
}

/// A device's page hears of the device.
fn topics() -> Vec<Topic> {
    vec![
        Topic {
            prefix: "device",
            may: |tx: &mut Tx<'_>, cx: &Cx, id: &str| {
                let Ok(id) = id.parse() else {
                    return Ok(false);
                };
                Ok(device::store::find(tx, id)?.is_some_and(|device| device::may(cx, READ, &device)))
            },
        },
        act::TOPIC,
        rollout::TOPIC,
        rollout::LIST_TOPIC,
        patch::TOPIC,
        assist::TOPIC,
    ]
}

/// Whoever looks at the list hears that some device changed.
fn topics_of(event: &Event) -> Vec<String> {
    let mut topics = act::topics_of(event);
    topics.extend(rollout::topics_of(event));
    topics.extend(assist::topics_of(event));
    topics
}

/// What this capability hands in.
#[must_use]
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        kept: KEPT,
        routes,
        jobs: jobs(),
        schedules: schedules(),
        events: [
            events::ALL,
            act::events::ALL,
            link::events::ALL,
            rollout::events::ALL,
            patch::events::ALL,
            release::events::ALL,
            assist::events::ALL,
            &[terminal::ENDED, screen::ENDED, share::STARTED, share::ENDED],
        ]
        .concat(),
        subscribers: subscribers(),
        permissions: PERMISSIONS,
        navigation: navigation(),
        panels: panels(),
        locales: LOCALES,
        topics: topics(),
        event_topics: Some(topics_of),
        search: vec![searching::SOURCE],
        search_rights: Some(searching::rights),
        palette: vec![pages::palette::SOURCE],
        ..Slice::new("fleet")
    }
}
