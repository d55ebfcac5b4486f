//! The events about patches: part of the slice's public contract.
//!
//! Data names patches, rules, packages, and people; the personal part, in brackets, holds words.

/// A patch was approved or declined, or waits again: `patch`, `name`, `version`, `state` (`approved`, `declined`, `waiting`), `rule` when
/// one decided [`note`]. The subject is `patch:ID`.
pub const DECIDED: &str = "fleet.patch_decided";
/// Somebody made a rule: `rule`, `pattern`, `security_only`, `after_days`, `verdict`. The subject is `patch_rule:ID`.
pub const RULE_SAVED: &str = "fleet.patch_rule_saved";
/// Somebody ended a rule: `rule`, `pattern`. The subject is `patch_rule:ID`.
pub const RULE_ENDED: &str = "fleet.patch_rule_ended";

/// All of them.
pub const ALL: &[&str] = &[DECIDED, RULE_SAVED, RULE_ENDED];
