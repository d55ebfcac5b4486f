//! Training: courses of articles, videos, sessions, and short tests; who is to take them by when; and the time that counts.
//!
//! Start at `course` and `part`: what a course is. `assignment` says who is to take it, `learner` how far somebody is, `quiz` marks
//! tests, `session` keeps dates, seats, and attendance, `hours` adds up what counts, `watching` is the clock. What an article says
//! and who may read it is knowledge's. README.md lists words, rights, and events.

mod api;
pub mod assignment;
pub mod course;
pub mod events;
pub mod hours;
pub mod learner;
mod letters;
pub mod moment;
mod pages;
pub mod part;
pub mod quiz;
pub mod session;
pub mod watching;

use kernel::cx::{Cx, Permission, Scope};
use kernel::db::{Migration, Tx};
use kernel::error::Result;
use kernel::event::{self, New};
use kernel::i18n::Locale;
use serde_json::Value;
use web::{Group, NavigationItem, Routes, Slice};

/// Taking courses.
pub const LEARN: &str = "training.learn";
/// Making courses and dates, assigning them, and saying who was there.
pub const TEACH: &str = "training.teach";
/// Reading who has how many hours: of one's teams and of whom one leads, or of everybody.
pub const REPORT: &str = "training.report";
/// How many hours a year are wanted.
pub const SETTINGS: &str = "training.settings";

/// The tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_training",
    sql: include_str!("../migrations/0001_training.sql"),
}];

const ALL: &[Scope] = &[Scope::All];

/// The rights this slice knows.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        name: LEARN,
        scopes: ALL,
        granted: &[
            ("requester", Scope::All),
            ("technician", Scope::All),
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("auditor", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: TEACH,
        scopes: ALL,
        granted: &[
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: REPORT,
        scopes: &[Scope::Team, Scope::All],
        granted: &[
            ("manager", Scope::Team),
            ("auditor", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: SETTINGS,
        scopes: ALL,
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/training.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/training.ftl")),
];

const NAVIGATION: NavigationItem = NavigationItem::new("training-title", "/training", "user-check")
    .needs(LEARN)
    .group(Group::Insight);

const SETTINGS_NAVIGATION: NavigationItem =
    NavigationItem::new("training-title", "/settings/training", "user-check")
        .needs(SETTINGS)
        .group(Group::Settings);

fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

/// Writes an event about a course.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    course: course::CourseId,
    kind: &'static str,
    data: Value,
    personal: Option<Value>,
) -> Result<()> {
    let subject = course::subject(course);
    let new = New {
        kind,
        subject,
        data,
        personal,
    };
    event::append(tx, cx, new).map(drop)
}

/// A text in the reader's language, else in the other.
#[must_use]
pub fn in_language<'a>(locale: Locale, en: &'a str, zh: &'a str) -> &'a str {
    let (first, second) = match locale {
        Locale::ZhCn => (zh, en),
        Locale::En => (en, zh),
    };
    if first.trim().is_empty() { second } else { first }
}

/// What this capability hands in.
#[must_use]
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        routes,
        jobs: vec![watching::HANDLER, assignment::spreading::HANDLER],
        schedules: vec![watching::SCHEDULE],
        events: events::ALL.to_vec(),
        permissions: PERMISSIONS,
        locales: LOCALES,
        navigation: vec![NAVIGATION, SETTINGS_NAVIGATION],
        ..Slice::new("training")
    }
}
