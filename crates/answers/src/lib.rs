//! Answers: where articles and tickets meet.
//!
//! `beside` shows the best articles beside a ticket and puts them into the reply, `drafting` makes an article of a solved ticket
//! without what is private in it, `outcome` hears what became of tickets and keeps the sums, `figures` shows them. `clerk` answers
//! reports that a proven article fits, `asked` keeps what people search for, `gap` is the work list of what is missing. Tickets change
//! by the desk's operations only, articles by those of knowledge. README.md lists words, tables, rights, and events.

pub mod asked;
pub mod beside;
pub mod clerk;
pub mod drafting;
pub mod events;
pub mod figures;
pub mod gap;
pub mod outcome;

use kernel::cx::{Permission, Scope};
use kernel::db::{Migration, Tx, Watched};
use kernel::event::Subscriber;
use kernel::i18n::Locale;
use kernel::job::{JobHandler, Schedule};
use web::{Group, NavigationItem, Panel, Routes, Slice};

/// Using articles beside tickets, and making drafts of solved ones.
pub const USE: &str = "answers.use";
/// Looking at what knowledge saves.
pub const REPORT: &str = "answers.report";
/// Setting the clerk up.
pub const CLERK: &str = "answers.clerk";

/// The tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_answers",
        sql: include_str!("../migrations/0001_answers.sql"),
    },
    Migration {
        name: "0002_clerk",
        sql: include_str!("../migrations/0002_clerk.sql"),
    },
];

/// What the clerk learned is asked for with every report and changes once a night.
const KEPT: &[Watched] = &[Watched::Table("answers_scorer")];

const ALL: &[Scope] = &[Scope::All];

/// The rights this slice knows.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        name: USE,
        scopes: ALL,
        granted: &[
            ("technician", Scope::All),
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: REPORT,
        scopes: ALL,
        granted: &[
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("auditor", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: CLERK,
        scopes: ALL,
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/answers.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/answers.ftl")),
    (Locale::En, include_str!("../../../locales/en/answers_clerk.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/answers_clerk.ftl"),
    ),
];

const FIGURES: NavigationItem =
    NavigationItem::new("answers-figures-title", figures::pages::PATH, "trending-up")
        .needs(REPORT)
        .group(Group::Insight);

const MISSING: NavigationItem = NavigationItem::new("answers-gap-title", gap::pages::PATH, "list-checks")
    .needs(REPORT)
    .group(Group::Insight);

const CLERK_REPORT: NavigationItem = NavigationItem::new("answers-clerk-title", clerk::pages::PATH, "bot")
    .needs(REPORT)
    .group(Group::Insight);

const CLERK_SETTINGS: NavigationItem =
    NavigationItem::new("answers-clerk-settings-title", clerk::pages::SETTINGS, "bot")
        .needs(CLERK)
        .group(Group::Settings);

fn navigation() -> Vec<NavigationItem> {
    vec![FIGURES, MISSING, CLERK_REPORT, CLERK_SETTINGS]
}

/// Makes what must be there before the first request: the key of the clerk's links.
///
/// # Errors
/// The database's.
pub fn install_defaults(tx: &mut Tx<'_>, cx: &kernel::Cx) -> kernel::Result<()> {
    clerk::prepare(tx, cx)
}

fn panels() -> Vec<Panel> {
    vec![
        Panel {
            // Under what is on fire, above everything else that is only known.
            order: -5,
            ..Panel::new("answers.ticket", "ticket.side", beside::panel)
        },
        Panel::new("answers.article", "article.side", outcome::panel::render),
    ]
}

fn jobs() -> Vec<JobHandler> {
    vec![
        figures::reckoning::HANDLER,
        clerk::learning_past::HANDLER,
        clerk::handing::HANDLER,
        asked::HANDLER,
        gap::building::HANDLER,
    ]
}

fn schedules() -> Vec<Schedule> {
    vec![
        figures::reckoning::SCHEDULE,
        clerk::learning_past::SCHEDULE,
        clerk::handing::SCHEDULE,
        asked::SCHEDULE,
        gap::building::SCHEDULE,
    ]
}

fn subscribers() -> Vec<Subscriber> {
    vec![
        outcome::subscriber(),
        figures::cases::subscriber(),
        clerk::hearing::subscriber(),
    ]
}

fn routes() -> Routes {
    beside::pages::routes()
        .merge(beside::api::routes())
        .merge(drafting::pages::routes())
        .merge(figures::pages::routes())
        .merge(figures::api::routes())
        .merge(clerk::pages::routes())
        .merge(clerk::api::routes())
        .merge(gap::pages::routes())
        .merge(gap::api::routes())
}

/// What this capability hands in.
#[must_use]
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        kept: KEPT,
        searched: Some(asked::searched),
        found: Some(asked::found),
        routes,
        jobs: jobs(),
        schedules: schedules(),
        events: [events::ALL, clerk::events::ALL].concat(),
        subscribers: subscribers(),
        permissions: PERMISSIONS,
        navigation: navigation(),
        panels: panels(),
        locales: LOCALES,
        ..Slice::new("answers")
    }
}
