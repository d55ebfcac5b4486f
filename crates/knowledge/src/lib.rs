//! Knowledge: articles in several languages with every version, what people say of them, and how they are found.
//!
//! Start at `article` and `text`: what an article is. `reading` and `writing` are what one may do with it, `visibility` who may
//! see it, `merging` how two writers' changes become one, `reviewing` how articles stay true, `searching` how they are found.
//! It knows nothing of tickets: a category is a word here, and a ticket a number. README.md lists words, rights, and events.

mod api;
pub mod article;
pub mod comment;
pub mod content;
mod diagram;
pub mod events;
pub mod exporting;
pub mod file;
pub mod guide;
pub mod importing;
pub mod installing;
mod letters;
pub mod merging;
pub mod outcome;
mod pages;
pub mod popular;
pub mod reading;
pub mod rendering;
pub mod reviewing;
pub mod searching;
pub mod software;
pub mod space;
pub mod synonym;
pub mod text;
pub mod visibility;
pub mod voting;
pub mod worth;
pub mod writing;

use kernel::cx::{Permission, Scope};
use kernel::db::{Migration, Watched};
use kernel::event::Event;
use kernel::i18n::Locale;
use web::{Routes, Slice, Topic};

pub use article::{Article, Facts, Kind, Number, ReviewReason, State};
pub use text::{Draft, Seen, Text, Version, Words};

/// Reading what is published for everyone.
pub const READ: &str = "knowledge.read";
/// Reading what is published for the department.
pub const INTERNAL: &str = "knowledge.internal";
/// Making and editing drafts; seeing what is not published.
pub const WRITE: &str = "knowledge.write";
/// Publishing, marking as outdated, withdrawing.
pub const PUBLISH: &str = "knowledge.publish";
/// Spaces, templates, guides, synonyms, software, and bringing articles over.
pub const MANAGE: &str = "knowledge.manage";

/// The tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_knowledge",
    sql: include_str!("../migrations/0001_knowledge.sql"),
}];

/// Short lists that every page or question needs.
const KEPT: &[Watched] = &[
    Watched::Table("knowledge_space"),
    Watched::Table("knowledge_synonym"),
    Watched::Table("knowledge_guide"),
];

const ALL: &[Scope] = &[Scope::All];

/// The rights this slice knows.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        name: READ,
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
        name: INTERNAL,
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
        name: WRITE,
        scopes: ALL,
        granted: &[
            ("technician", Scope::All),
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: PUBLISH,
        scopes: ALL,
        granted: &[
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("admin", Scope::All),
        ],
    },
    Permission {
        name: MANAGE,
        scopes: ALL,
        granted: &[("manager", Scope::All), ("admin", Scope::All)],
    },
];

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/knowledge.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/knowledge.ftl")),
    (
        Locale::En,
        include_str!("../../../locales/en/knowledge_voting.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/knowledge_voting.ftl"),
    ),
    (
        Locale::En,
        include_str!("../../../locales/en/knowledge_pages.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/knowledge_pages.ftl"),
    ),
    (
        Locale::En,
        include_str!("../../../locales/en/knowledge_import.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../locales/zh-CN/knowledge_import.ftl"),
    ),
];

fn routes() -> Routes {
    api::routes()
        .merge(pages::routes())
        .merge(importing::routes())
        .merge(exporting::routes())
        .merge(file::pages::routes())
        .merge(file::api::routes())
        .merge(guide::api::routes())
}

/// An article is heard by whoever may see it; that something changed, by whoever writes.
fn topics() -> Vec<Topic> {
    vec![
        Topic {
            prefix: "article",
            may: |tx, cx, number| {
                let Ok(number) = number.parse() else {
                    return Ok(false);
                };
                let found = article::store::find(tx, number)?;
                Ok(found.is_some_and(|article| visibility::may_see(cx, &article)))
            },
        },
        Topic {
            prefix: "knowledge",
            may: |_, cx, _| Ok(cx.may(WRITE).is_some()),
        },
    ]
}

fn topics_of(event: &Event) -> Vec<String> {
    let is_ours = event.kind.starts_with("knowledge.");
    is_ours.then(|| "knowledge".to_owned()).into_iter().collect()
}

/// What this capability hands in.
#[must_use]
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        kept: KEPT,
        routes,
        jobs: vec![
            reviewing::due::HANDLER,
            reviewing::due::SOFTWARE_HANDLER,
            worth::reckoning::HANDLER,
            worth::falling::HANDLER,
            importing::HANDLER,
        ],
        schedules: vec![reviewing::due::SCHEDULE, worth::reckoning::SCHEDULE],
        events: events::ALL.to_vec(),
        permissions: PERMISSIONS,
        locales: LOCALES,
        search: vec![searching::SOURCE],
        navigation: vec![pages::NAVIGATION, pages::SETTINGS_NAVIGATION],
        palette: vec![pages::palette::SOURCE],
        search_rights: Some(searching::rights),
        search_filters: searching::filter::filters(),
        synonyms: Some(synonym::all),
        topics: topics(),
        event_topics: Some(topics_of),
        ..Slice::new("knowledge")
    }
}
