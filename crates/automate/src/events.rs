//! The events this slice sends. Subject of those about rules: `automate.rule:ID`.

/// A rule was added or changed: `version`, `enabled`, `place`; its name and texts stand in the version.
pub const RULE_SAVED: &str = "automate.rule.saved";
/// A rule was switched on or off by a person: `enabled`.
pub const RULE_SWITCHED: &str = "automate.rule.switched";
/// A rule was removed; its log stays.
pub const RULE_REMOVED: &str = "automate.rule.removed";
/// The house switched a rule off, because its actions could not be done so many times in a row: `failures`, `firing`.
pub const RULE_SWITCHED_OFF: &str = "automate.rule.switched_off";

// Subject of these: `automate.webhook:ID`.

/// A webhook was added or changed: `version`, `name`, `enabled`, `events`, `host`.
pub const WEBHOOK_SAVED: &str = "automate.webhook.saved";
/// A webhook was removed: `name`.
pub const WEBHOOK_REMOVED: &str = "automate.webhook.removed";
/// Its secret was exchanged; the former one signs for a day more: `version`.
pub const WEBHOOK_SECRET_CHANGED: &str = "automate.webhook.secret_changed";
/// The house switched it off, because it answered nothing for days or said that it is gone: `status`.
pub const WEBHOOK_SWITCHED_OFF: &str = "automate.webhook.switched_off";

/// All of them.
pub const ALL: &[&str] = &[
    RULE_SAVED,
    RULE_SWITCHED,
    RULE_REMOVED,
    RULE_SWITCHED_OFF,
    WEBHOOK_SAVED,
    WEBHOOK_REMOVED,
    WEBHOOK_SECRET_CHANGED,
    WEBHOOK_SWITCHED_OFF,
];
