//! The request catalogue: what people can ask the department for, each with a form of its own.
//!
//! A [`RequestType`] says what becomes of a request (type, category, weight, team, tier), who sees it, what is asked
//! (`form.rs`, pure), and who must approve it (`approval.rs`, pure). Its definition is versioned: a ticket keeps the version
//! it was asked with, so that an old answer always reads as it was asked. `answering.rs` holds answers against a form,
//! `asking.rs` makes a ticket of them, `approving.rs` takes decisions, `tasking.rs` leads the tasks of several
//! teams (`task.rs`, pure), `settings.rs` keeps the types.
//!
//! Types are never deleted: tickets speak of them, and one that came with the house must not come back.

use std::collections::{BTreeMap, BTreeSet};

use kernel::cx::Cx;
use kernel::error::{Errors, Result};
use kernel::i18n::Locale;
use kernel::id::TeamId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::article;
use crate::ticket::access;
use crate::ticket::value::{Category, Impact, TicketType, Tier, Urgency};

pub mod answering;
pub mod approval;
pub mod approving;
pub mod asking;
pub mod deciding;
pub mod form;
pub mod ready;
pub mod reminding;
pub mod settings;
pub mod showing;
pub mod store;
pub mod task;
pub mod task_reading;
pub mod task_store;
pub mod tasking;
pub mod telling;

pub use answering::{Answer, Answers, Given};
pub use approval::Step;
pub use form::{Field, FieldKind, Offer, ShownWhen};
pub use task::Task;

/// A text in each language (`en`, `zh-CN`); one of them is enough.
pub type Texts = BTreeMap<String, String>;

/// The text of this language, else of another; empty when there is none.
#[must_use]
pub fn said(texts: &Texts, locale: Locale) -> &str {
    let own = texts.get(locale.tag()).filter(|text| !text.is_empty());
    own.or_else(|| texts.values().find(|text| !text.is_empty()))
        .map_or("", String::as_str)
}

/// Who finds a type on the portal. The desk itself can file all that are switched on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = RequestAudience)]
pub struct Audience {
    /// Not on the portal at all.
    pub desk_only: bool,
    /// Departments whose people see it; none named: everybody.
    pub departments: BTreeSet<String>,
}

impl Audience {
    /// Whether somebody of this department sees it on the portal.
    #[must_use]
    pub fn reaches(&self, department: &str) -> bool {
        let named = self
            .departments
            .iter()
            .any(|one| one.eq_ignore_ascii_case(department.trim()));
        !self.desk_only && (self.departments.is_empty() || named)
    }
}

/// A type as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestTypeDefinition)]
pub struct Definition {
    /// What it is called.
    pub name: BTreeMap<String, String>,
    /// In a sentence, for who chooses.
    #[serde(default)]
    pub description: BTreeMap<String, String>,
    /// Name of a sign, one of `ICONS`.
    #[serde(default = "first_icon")]
    pub icon: String,
    /// What sort of ticket it becomes.
    #[serde(rename = "type", default = "request")]
    pub ticket_type: TicketType,
    /// Which part of the work it belongs to; the portal groups by it.
    pub category: Category,
    /// With the urgency it decides the priority, and so the service level.
    #[serde(default = "one_person")]
    pub impact: Impact,
    /// See the impact.
    #[serde(default = "medium")]
    pub urgency: Urgency,
    /// The team it goes to; none: the category's.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub team: Option<TeamId>,
    /// The tier it begins at.
    #[serde(default = "first_tier")]
    pub tier: Tier,
    /// Who sees it on the portal.
    #[serde(default)]
    pub audience: Audience,
    /// What is asked, in this order.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Who must approve, one step after the other; none: nobody.
    #[serde(default)]
    pub approval: Vec<Step>,
    /// What several teams must do, stage by stage; none: the ticket alone is the work.
    #[serde(default)]
    pub tasks: Vec<Task>,
}

fn first_icon() -> String {
    ICONS[0].to_owned()
}

const fn request() -> TicketType {
    TicketType::Request
}

const fn one_person() -> Impact {
    Impact::Person
}

const fn medium() -> Urgency {
    Urgency::Medium
}

const fn first_tier() -> Tier {
    Tier::FIRST
}

/// The signs a type can have.
pub const ICONS: [&str; 14] = [
    "package",
    "user-plus",
    "user-x",
    "key-round",
    "folder",
    "monitor",
    "laptop",
    "printer",
    "shield-check",
    "calendar",
    "circle-alert",
    "phone",
    "mail",
    "headset",
];

/// As many types as an installation keeps.
pub const TYPES_MAX: i64 = 200;
const NAME_MAX: usize = 80;
const DESCRIPTION_MAX: usize = 300;
const DEPARTMENTS_MAX: usize = 50;

/// A type in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestType {
    /// Short and stable, `new-employee`; tickets carry it as a tag.
    pub id: String,
    pub place: i64,
    pub version: i64,
    pub is_on: bool,
    pub definition: Definition,
}

impl RequestType {
    /// The name for the reader.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &str {
        Some(said(&self.definition.name, locale))
            .filter(|name| !name.is_empty())
            .unwrap_or(&self.id)
    }

    /// The description for the reader.
    #[must_use]
    pub fn description(&self, locale: Locale) -> &str {
        said(&self.definition.description, locale)
    }

    /// Whether words in any language find it.
    #[must_use]
    pub fn is_found_by(&self, words: &str) -> bool {
        let texts = self
            .definition
            .name
            .values()
            .chain(self.definition.description.values());
        let all: String = texts
            .map(|text| text.to_lowercase())
            .collect::<Vec<_>>()
            .join(" ");
        words
            .to_lowercase()
            .split_whitespace()
            .all(|word| all.contains(word))
    }

    /// Whether the actor, of this department, may ask for it.
    #[must_use]
    pub fn is_open_to(&self, cx: &Cx, department: &str) -> bool {
        self.is_on && (cx.may(access::INTERNAL).is_some() || self.definition.audience.reaches(department))
    }
}

impl Definition {
    /// Refuses what could not be asked or approved: every wrong field at once.
    pub fn check(&self) -> Result<()> {
        let mut errors = Errors::new();
        if said(&self.name, Locale::En).trim().is_empty() {
            errors.push("name", "desk.catalogue.name_missing");
        }
        for (field, texts, max) in [
            ("name", &self.name, NAME_MAX),
            ("description", &self.description, DESCRIPTION_MAX),
        ] {
            for text in texts.values() {
                article::line(&mut errors, field, text, max);
            }
        }
        if !ICONS.contains(&self.icon.as_str()) {
            errors.push("icon", "desk.catalogue.icon_unknown");
        }
        if self.audience.departments.len() > DEPARTMENTS_MAX {
            errors.push("audience.departments", "desk.catalogue.too_many_departments");
        }
        form::check(&self.fields, &mut errors);
        approval::check(&self.approval, &mut errors);
        task::check(&self.tasks, &mut errors);
        errors.finish()
    }

    /// Texts without what surrounds them, and without empty ones.
    #[must_use]
    pub fn tidied(mut self) -> Definition {
        let mut all = vec![&mut self.name, &mut self.description];
        for field in &mut self.fields {
            all.extend([&mut field.label, &mut field.help]);
            all.extend(field.choices.iter_mut().map(|choice| &mut choice.label));
        }
        all.extend(self.tasks.iter_mut().map(|task| &mut task.title));
        for texts in all {
            let trimmed = std::mem::take(texts)
                .into_iter()
                .map(|(tag, text)| (tag, text.split_whitespace().collect::<Vec<_>>().join(" ")));
            *texts = trimmed.filter(|(_, text)| !text.is_empty()).collect();
        }
        self
    }
}

/// Whether this can be the short name of a type: letters, digits, hyphens; `new` is the address where one is made.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let fits = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    (2..=40).contains(&text.len())
        && text.bytes().all(fits)
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && !text.ends_with('-')
        && text != "new"
}
