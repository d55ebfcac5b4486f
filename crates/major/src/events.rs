//! The events this slice sends: its public contract. The subject is `major:ID`, for settings and plans `major.settings` and
//! `major.plan:KEY`.
//!
//! Data names tickets by number, people by id, states and roles by word; the personal part, in brackets, holds what people wrote.

/// A ticket became a major incident: `ticket`, `priority_before`, `plan`, `links`, `on_status` [`title`].
pub const DECLARED: &str = "major.declared";
/// Title, impact, services, or the rhythm of updates were changed, or whether the status page tells of it: `update_minutes`, `on_status` [`title`].
pub const CHANGED: &str = "major.changed";
/// It moved on, or came back: `state`, `before`.
pub const STATE_CHANGED: &str = "major.state_changed";
/// A role has somebody, or nobody any more: `role`, `person`.
pub const ROLE_ASSIGNED: &str = "major.role_assigned";
/// A ticket belongs to it: `ticket`.
pub const LINKED: &str = "major.linked";
/// A ticket does no longer: `ticket`.
pub const UNLINKED: &str = "major.unlinked";
/// A step was added to the plan: `step` [`text`].
pub const STEP_ADDED: &str = "major.step_added";
/// A step was ticked, or not after all: `step`, `done` [`text`].
pub const STEP_TICKED: &str = "major.step_ticked";
/// Words to those affected: `words`, `state`, `tickets` [`text`].
pub const UPDATED: &str = "major.updated";
/// Words were taken off the status page, or put back: `words`, `hidden`.
pub const UPDATE_HIDDEN: &str = "major.update_hidden";
/// Everybody was told of some words: `words`, `told`, `resolved`, `skipped`.
pub const TOLD: &str = "major.told";
/// Words are overdue: `minutes`, `time` (1 or 2).
pub const UPDATE_OVERDUE: &str = "major.update_overdue";
/// It is over: `by_ticket` when its ticket was resolved first.
pub const RESOLVED: &str = "major.resolved";
/// The review waits for its owner: `owner`, `due_at`.
pub const REVIEW_OPENED: &str = "major.review_opened";
/// The review was written: `state`, `version`.
pub const REVIEW_SAVED: &str = "major.review_saved";
/// The review is done, and the incident with it.
pub const REVIEW_CLOSED: &str = "major.review_closed";
/// The review is overdue: `owner`.
pub const REVIEW_OVERDUE: &str = "major.review_overdue";
/// An action follows from the review: `action`, `owner`, `due_on` [`what`].
pub const ACTION_ADDED: &str = "major.action_added";
/// An action was done, or not after all: `action`, `done` [`what`].
pub const ACTION_TICKED: &str = "major.action_ticked";
/// A plan was saved: `definition`.
pub const PLAN_SAVED: &str = "major.plan_saved";
/// A plan was removed.
pub const PLAN_REMOVED: &str = "major.plan_removed";

/// All of them.
pub const ALL: &[&str] = &[
    DECLARED,
    CHANGED,
    STATE_CHANGED,
    ROLE_ASSIGNED,
    LINKED,
    UNLINKED,
    STEP_ADDED,
    STEP_TICKED,
    UPDATED,
    UPDATE_HIDDEN,
    TOLD,
    UPDATE_OVERDUE,
    RESOLVED,
    REVIEW_OPENED,
    REVIEW_SAVED,
    REVIEW_CLOSED,
    REVIEW_OVERDUE,
    ACTION_ADDED,
    ACTION_TICKED,
    PLAN_SAVED,
    PLAN_REMOVED,
];
