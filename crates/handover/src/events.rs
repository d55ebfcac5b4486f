//! The events this slice sends. Subject of those about packages: `handover:ID`.

/// A ticket was handed over: `ticket`, `severity`, `team`, `developer`, `tracker`, `due_at`, `pieces`.
pub const PACKAGE_CREATED: &str = "handover.package.created";
/// A developer took it on: `ticket`, `developer`.
pub const PACKAGE_TAKEN: &str = "handover.package.taken";
/// The tracker named its issue, or only its page: `ticket`, `issue` (none for a page).
pub const PACKAGE_ISSUE_KNOWN: &str = "handover.package.issue_known";
/// The tracker says that it is fixed: `ticket`, `issue`.
pub const PACKAGE_FIX_DELIVERED: &str = "handover.package.fix_delivered";
/// The tracker opened the issue again: `ticket`, `issue`.
pub const PACKAGE_FIX_TAKEN_BACK: &str = "handover.package.fix_taken_back";
/// The desk took it back: `ticket`.
pub const PACKAGE_WITHDRAWN: &str = "handover.package.withdrawn";
/// The report is asked for: `ticket`, `round`, `step` (0 half the time, 1 due, 2 and on each day after), `mails`.
pub const PACKAGE_CHASED: &str = "handover.package.chased";
/// The root cause was reported: `ticket`, `number`.
pub const REPORT_WRITTEN: &str = "handover.report.written";
/// The desk accepted the report: `ticket`, `number`.
pub const REPORT_ACCEPTED: &str = "handover.report.accepted";
/// The desk returned it; the clock runs again: `ticket`, `number`, `round`, `due_at`.
pub const REPORT_RETURNED: &str = "handover.report.returned";

// Subject of these: `handover.tracker:ID`.

/// A tracker was added or changed: `version`, `name`, `kind`, `enabled`, `host`.
pub const TRACKER_SAVED: &str = "handover.tracker.saved";
/// A tracker was removed: `name`.
pub const TRACKER_REMOVED: &str = "handover.tracker.removed";
/// Its secrets were made anew: `version`.
pub const TRACKER_SECRETS_CHANGED: &str = "handover.tracker.secrets_changed";

/// All of them.
pub const ALL: &[&str] = &[
    PACKAGE_CREATED,
    PACKAGE_TAKEN,
    PACKAGE_ISSUE_KNOWN,
    PACKAGE_FIX_DELIVERED,
    PACKAGE_FIX_TAKEN_BACK,
    PACKAGE_WITHDRAWN,
    PACKAGE_CHASED,
    REPORT_WRITTEN,
    REPORT_ACCEPTED,
    REPORT_RETURNED,
    TRACKER_SAVED,
    TRACKER_REMOVED,
    TRACKER_SECRETS_CHANGED,
];
