//! The events this slice sends. Subject of all: `automate.rule:ID`.

/// A rule was added or changed: `version`, `enabled`, `place`; its name and texts stand in the version.
pub const RULE_SAVED: &str = "automate.rule.saved";
/// A rule was switched on or off by a person: `enabled`.
pub const RULE_SWITCHED: &str = "automate.rule.switched";
/// A rule was removed; its log stays.
pub const RULE_REMOVED: &str = "automate.rule.removed";
/// The house switched a rule off, because its actions could not be done so many times in a row: `failures`, `firing`.
pub const RULE_SWITCHED_OFF: &str = "automate.rule.switched_off";
