//! People: users, teams, roles, sign-in, API tokens, skills, working calendars, shifts, and absences.
//!
//! Everything else asks here who somebody is, what they may do, what they can do, and whether they are there. It
//! deliberately knows nothing of tickets.

mod account;
pub mod calendar;
mod cursor;
pub mod events;
mod input;
pub mod letters;
mod listed;
mod purge;
pub mod role;
pub mod shift;
pub mod sign_in;
pub mod skill;
pub mod team;
pub mod token;
pub mod user;

use kernel::cx::{Cx, Permission, Scope};
use kernel::db::{Migration, Tx, Watched};
use kernel::{Locale, Result};
use web::{Group, NavigationItem, Routes, Slice};

pub use shift::{Candidate, roster};
pub use sign_in::{authenticate, identity_of};

/// The tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_people",
        sql: include_str!("../migrations/0001_people.sql"),
    },
    Migration {
        name: "0002_manager",
        sql: include_str!("../migrations/0002_manager.sql"),
    },
];

const ALL: &[Scope] = &[Scope::All];

/// The rights this slice knows.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        name: "people.user.read",
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
        name: "people.user.manage",
        scopes: ALL,
        granted: &[("admin", Scope::All)],
    },
    Permission {
        name: "people.team.manage",
        scopes: ALL,
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
    Permission {
        name: "people.role.read",
        scopes: ALL,
        granted: &[
            ("manager", Scope::All),
            ("auditor", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: "people.role.manage",
        scopes: ALL,
        granted: &[("admin", Scope::All)],
    },
    Permission {
        name: "people.skill.manage",
        scopes: ALL,
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
    Permission {
        name: "people.shift.manage",
        scopes: ALL,
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
    Permission {
        name: "people.calendar.manage",
        scopes: ALL,
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
];

/// What identities and rosters are made of. A new person has no rights and no team before rows elsewhere say so.
const KEPT: &[Watched] = &[
    Watched::Changes("people_user"),
    Watched::Table("people_role"),
    Watched::Table("people_role_grant"),
    Watched::Table("people_user_role"),
    Watched::Table("people_team"),
    Watched::Table("people_member"),
    Watched::Table("people_site"),
    Watched::Table("people_calendar"),
    Watched::Table("people_user_skill"),
    Watched::Table("people_shift"),
    Watched::Table("people_absence"),
];

const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/people.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/people.ftl")),
    // worktime knows no language; what its answers say is shown on this slice's pages first.
    (Locale::En, include_str!("../../../locales/en/worktime.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/worktime.ftl")),
];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        kept: KEPT,
        routes,
        jobs: vec![purge::HANDLER, sign_in::letter::HANDLER],
        schedules: vec![purge::SCHEDULE],
        events: events::ALL.to_vec(),
        permissions: PERMISSIONS,
        navigation: navigation(),
        locales: LOCALES,
        palette: vec![user::palette::SOURCE],
        search: vec![user::searching::SOURCE],
        search_rights: Some(user::searching::rights),
        authenticate: Some(authenticate),
        remember_locale: Some(remember_locale),
        ..Slice::new("people")
    }
}

fn routes() -> Routes {
    sign_in::pages::routes()
        .merge(account::routes())
        .merge(user::routes())
        .merge(team::routes())
        .merge(role::routes())
        .merge(skill::routes())
        .merge(shift::routes())
        .merge(calendar::routes())
        .merge(token::routes())
}

fn navigation() -> Vec<NavigationItem> {
    let entry = |key, href, icon, permission| {
        NavigationItem::new(key, href, icon)
            .needs(permission)
            .group(Group::Settings)
    };
    vec![
        entry(
            "people-list-title",
            "/settings/people",
            "users",
            "people.user.read",
        ),
        entry("people-teams", "/settings/teams", "boxes", "people.user.read"),
        entry(
            "people-skills",
            "/settings/skills",
            "sparkles",
            "people.user.read",
        ),
        entry(
            "people-nav-shifts",
            "/settings/shifts",
            "calendar-clock",
            "people.user.read",
        ),
        entry("people-roles", "/settings/roles", "shield", "people.role.read"),
        entry(
            "people-nav-calendars",
            "/settings/calendars",
            "calendar-days",
            "people.calendar.manage",
        ),
        entry(
            "people-sites",
            "/settings/sites",
            "building-2",
            "people.calendar.manage",
        ),
    ]
}

fn remember_locale(tx: &mut Tx<'_>, cx: &Cx, locale: Locale) -> Result<()> {
    user::changing::remember_locale(tx, cx, locale)
}
