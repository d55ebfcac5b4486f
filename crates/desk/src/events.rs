//! The events the desk sends: its public contract. The subject of all that begin with `desk.ticket.` or `desk.clock.` is
//! `ticket:NUMBER`.
//!
//! Data (never personal): `at` (milliseconds; the instant that counts), `before` and `after` with the values that changed
//! (`state type category impact urgency priority priority_pinned tier complexity team assignee requester organisation site
//! policy next_step_at reopen_count`), and what is named below. Personal part: `before` and `after` of what people wrote (`title
//! steps error_text next_step waiting_reason device os application version`), and the words named below in brackets.

/// A request came in: all first values in `after`, `article`, `tags` [`title`].
pub const TICKET_OPENED: &str = "desk.ticket.opened";
/// A public word: `article`, `voice` (`requester` or `staff`), `attachments`; `spoke` when the desk spoke.
pub const TICKET_REPLIED: &str = "desk.ticket.replied";
/// An internal note: `article`, `mentions`, `attachments`.
pub const TICKET_NOTED: &str = "desk.ticket.noted";
/// A call was logged: `article`, `minutes`, `spoke`.
pub const TICKET_CALLED: &str = "desk.ticket.called";
/// A file was added to an article: `article`, `attachment`, `public`, `hash`, `size` [`name`].
pub const TICKET_ATTACHED: &str = "desk.ticket.attached";
/// Values were changed: `tags_added`, `tags_removed`.
pub const TICKET_CHANGED: &str = "desk.ticket.changed";
/// The house is about to apply what it learned: `field`, `value`, `confidence` in thousandths [`words`].
pub const TICKET_TRIAGED: &str = "desk.ticket.triaged";
/// It got a team or an owner: `team`, `assignee`, `by_hand`, `outcome`.
pub const TICKET_ASSIGNED: &str = "desk.ticket.assigned";
/// It went up a tier: `escalation`, `clock` (none when a person did it), `outcome` [`tried`, `known`, `boundary`].
pub const TICKET_ESCALATED: &str = "desk.ticket.escalated";
/// Work began.
pub const TICKET_STARTED: &str = "desk.ticket.started";
/// The desk waits: `waiting_for`.
pub const TICKET_WAITING: &str = "desk.ticket.waiting";
/// The desk goes on.
pub const TICKET_RESUMED: &str = "desk.ticket.resumed";
/// The desk holds it solved and asks: `resolution`, `question`, `closes_at`, `tested`, `spoke` [`solution`, `untested_reason`].
pub const TICKET_RESOLVED: &str = "desk.ticket.resolved";
/// The requester's yes; it is closed: `question`, `answered_by`, `article` [`comment`].
pub const TICKET_CONFIRMED: &str = "desk.ticket.confirmed";
/// The requester's no, a failed fix; it is open again with the same owner: like `confirmed`.
pub const TICKET_REFUSED: &str = "desk.ticket.refused";
/// The requester stayed silent; it is closed: `question`.
pub const TICKET_CLOSED_SILENT: &str = "desk.ticket.closed_silent";
/// It came back [`reason`].
pub const TICKET_REOPENED: &str = "desk.ticket.reopened";
/// Somebody watches: `person`.
pub const TICKET_WATCHED: &str = "desk.ticket.watched";
/// Somebody watches no longer: `person`.
pub const TICKET_UNWATCHED: &str = "desk.ticket.unwatched";
/// A clock came near its deadline: `clock`, `policy`, `percent`, `reached_at`, `deadline`, `actions`, `assignee`, `team`.
pub const CLOCK_WARNED: &str = "desk.clock.warned";
/// A clock passed its deadline (or a later step): like `warned`.
pub const CLOCK_BREACHED: &str = "desk.clock.breached";
/// A service level was saved as a new version: `version`, `place`, `definition`. Subject `desk.policy:ID`.
pub const POLICY_SAVED: &str = "desk.policy.saved";
/// A service level is out of force. Subject `desk.policy:ID`.
pub const POLICY_REMOVED: &str = "desk.policy.removed";
/// The priority matrix was changed: `cells`. Subject `desk.matrix`.
pub const MATRIX_SAVED: &str = "desk.matrix.saved";
/// Where a category goes was changed. Subject `desk.route:CATEGORY`.
pub const ROUTE_SAVED: &str = "desk.route.saved";

/// All of them.
pub const ALL: &[&str] = &[
    TICKET_OPENED,
    TICKET_REPLIED,
    TICKET_NOTED,
    TICKET_CALLED,
    TICKET_ATTACHED,
    TICKET_CHANGED,
    TICKET_TRIAGED,
    TICKET_ASSIGNED,
    TICKET_ESCALATED,
    TICKET_STARTED,
    TICKET_WAITING,
    TICKET_RESUMED,
    TICKET_RESOLVED,
    TICKET_CONFIRMED,
    TICKET_REFUSED,
    TICKET_CLOSED_SILENT,
    TICKET_REOPENED,
    TICKET_WATCHED,
    TICKET_UNWATCHED,
    CLOCK_WARNED,
    CLOCK_BREACHED,
    POLICY_SAVED,
    POLICY_REMOVED,
    MATRIX_SAVED,
    ROUTE_SAVED,
];

/// Whether a requester may read of this kind of event on an own ticket: what happened to it, not what the desk
/// keeps to itself.
#[must_use]
pub fn is_public(kind: &str) -> bool {
    matches!(
        kind,
        TICKET_OPENED
            | TICKET_ASSIGNED
            | TICKET_STARTED
            | TICKET_WAITING
            | TICKET_RESUMED
            | TICKET_RESOLVED
            | TICKET_CONFIRMED
            | TICKET_REFUSED
            | TICKET_CLOSED_SILENT
            | TICKET_REOPENED
    )
}
