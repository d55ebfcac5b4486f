//! A rule: when something happens, if its conditions hold, do its actions.
//!
//! The types are here; `word` holds the closed sets they are written with, `checking` what is refused, `text` the text
//! form, `naming` the way from names to ids, `keeping` the operations, `store` the SQL.

pub mod checking;
pub mod keeping;
pub mod naming;
pub mod store;
pub mod text;
pub mod text_reading;
pub mod word;

use kernel::id::Id;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use word::{ActionKind, Field, Join, Kind, Operator, Trigger};

/// Marks the identifiers of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleMark;
/// Names a rule.
pub type RuleId = Id<RuleMark>;

/// Everything a person says of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What it is called; events name it.
    pub name: String,
    /// Whether it is asked at all.
    #[serde(default)]
    pub enabled: bool,
    /// Lower is asked first.
    #[serde(default = "middle")]
    pub place: i64,
    /// When it is asked.
    pub when: Vec<Trigger>,
    /// How the groups go together.
    #[serde(default = "all")]
    pub join: Join,
    /// The conditions; none: always.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// What it does, in order.
    pub then: Vec<Action>,
}

fn middle() -> i64 {
    100
}

fn all() -> Join {
    Join::All
}

impl Default for Definition {
    fn default() -> Self {
        Self {
            name: String::new(),
            enabled: false,
            place: middle(),
            when: Vec::new(),
            join: Join::All,
            groups: Vec::new(),
            then: Vec::new(),
        }
    }
}

/// Conditions that go together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Whether all must hold or one is enough.
    pub join: Join,
    /// The conditions.
    pub tests: Vec<Test>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// What it looks at.
    pub field: Field,
    /// How it compares.
    pub operator: Operator,
    /// With what; any of them is enough.
    #[serde(default)]
    pub values: Vec<String>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// What.
    pub kind: ActionKind,
    /// To what or whom.
    #[serde(default)]
    pub value: String,
    /// What it says, with variables: `{{ title }}`.
    #[serde(default)]
    pub text: String,
}

/// A rule as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name among rules.
    pub id: RuleId,
    /// Grows with each change.
    pub version: i64,
    /// What it says; teams, people, and sites by id.
    pub definition: Definition,
    /// Firings in a row of which an action could not be done.
    pub failures: i64,
    /// Set while it is off because of them.
    pub switched_off_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How the fields of a definition are called in errors, forms, and JSON alike.
pub mod path {
    /// A part of a condition: `groups.0.tests.1.values`.
    #[must_use]
    pub fn test(group: usize, test: usize, part: &str) -> String {
        format!("groups.{group}.tests.{test}.{part}")
    }

    /// A part of an action: `then.0.value`.
    #[must_use]
    pub fn action(index: usize, part: &str) -> String {
        format!("then.{index}.{part}")
    }
}
