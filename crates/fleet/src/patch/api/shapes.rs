//! How patches and rules are written in the JSON interface.

use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Patch, Rule};

/// A patch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Patch)]
pub(crate) struct PatchJson {
    /// Identifier.
    id: String,
    /// The package, with its architecture behind a colon where that is not the system's own.
    name: String,
    /// The version that is offered.
    version: String,
    /// Whether some device said that it closes a hole.
    is_security: bool,
    /// When it was first reported.
    #[schema(value_type = String, format = DateTime)]
    first_seen_at: Timestamp,
    /// `waiting`, `approved`, `declined`.
    state: String,
    /// The person who spoke last; also whoever took a decision back.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// When it was decided.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<Timestamp>,
    /// The rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// What was said with the decision.
    note: String,
    /// How many devices report it, within the caller's reach or not.
    devices: i64,
    /// Since when none does.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    gone_at: Option<Timestamp>,
}

impl PatchJson {
    pub(super) fn of(patch: &Patch) -> Self {
        Self {
            id: patch.id.to_string(),
            name: patch.name.clone(),
            version: patch.version.clone(),
            is_security: patch.is_security,
            first_seen_at: patch.first_seen_at,
            state: patch.state.as_str().to_owned(),
            decided_by: patch.decided_by.map(|person| person.to_string()),
            decided_at: patch.decided_at,
            rule: patch.rule.map(|rule| rule.to_string()),
            note: patch.note.clone(),
            devices: patch.devices,
            gone_at: patch.gone_at,
        }
    }
}

/// Patches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Patches)]
pub(crate) struct PatchesJson {
    /// Those that close holes first, then those that most devices report.
    pub(super) items: Vec<PatchJson>,
    /// Pass as `cursor` for more; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cursor: Option<String>,
}

/// Patches that were decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DecidedPatches)]
pub(crate) struct DecidedJson {
    /// As they stand now.
    pub(super) items: Vec<PatchJson>,
}

/// A rule about patches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PatchRule)]
pub(crate) struct RuleJson {
    /// Identifier.
    id: String,
    /// The name of a package; `*` stands for anything.
    pattern: String,
    /// Whether it is only for what closes holes.
    security_only: bool,
    /// So many days after a patch was first seen.
    after_days: i64,
    /// `approve` or `decline`.
    verdict: String,
    /// Who made it.
    created_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

impl RuleJson {
    pub(super) fn of(rule: &Rule) -> Self {
        Self {
            id: rule.id.to_string(),
            pattern: rule.pattern.clone(),
            security_only: rule.security_only,
            after_days: rule.after_days,
            verdict: rule.verdict.as_str().to_owned(),
            created_by: rule.created_by.to_string(),
            created_at: rule.created_at,
            ended_at: rule.ended_at,
        }
    }
}

/// Rules about patches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PatchRules)]
pub(crate) struct RulesJson {
    /// Those that hold, the oldest first: the first that fits decides.
    pub(super) items: Vec<RuleJson>,
    /// The last that were ended, the latest first.
    pub(super) ended: Vec<RuleJson>,
}
