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
/// It was taken over from another desk, long after it was opened: all first values in `after`, `source`, `foreign_id`, `article`, `tags`
/// [`title`]. What happened to it there follows as `recorded`. Neither is news: notices and rules leave both alone.
pub const TICKET_IMPORTED: &str = "desk.ticket.imported";
/// What another desk recorded: `before` and `after`.
pub const TICKET_RECORDED: &str = "desk.ticket.recorded";
/// A macro was run: `macro` [`name`]. What it did is told by events of its own, after this one.
pub const TICKET_MACRO_RAN: &str = "desk.ticket.macro_ran";
/// It became part of another and is closed, but not solved: `into`.
pub const TICKET_MERGED: &str = "desk.ticket.merged";
/// Another became part of it: `from`.
pub const TICKET_TOOK_OVER: &str = "desk.ticket.took_over";
/// A merge was taken back; it stands where it stood: `into`.
pub const TICKET_UNMERGED: &str = "desk.ticket.unmerged";
/// Another is no longer part of it: `from`.
pub const TICKET_GAVE_BACK: &str = "desk.ticket.gave_back";
/// A word became a ticket of its own: `article`, `into`.
pub const TICKET_SPLIT: &str = "desk.ticket.split";
/// One of the six questions was answered anew: `question` [`text`, `was`].
pub const TICKET_DIAGNOSED: &str = "desk.ticket.diagnosed";
/// Evidence was added: `evidence`, `kind`, `hash`, `size` [`title`].
pub const TICKET_EVIDENCE_ADDED: &str = "desk.ticket.evidence_added";
/// Evidence was taken out: `evidence`, `kind`, `hash` [`title`].
pub const TICKET_EVIDENCE_REMOVED: &str = "desk.ticket.evidence_removed";
/// A cause was noted or judged: `cause`, `outcome`, `outcome_before` [`cause`, `tested_how`].
pub const TICKET_CAUSE_NOTED: &str = "desk.ticket.cause_noted";
/// A cause was struck out: `cause`, `outcome` [`cause`].
pub const TICKET_CAUSE_REMOVED: &str = "desk.ticket.cause_removed";
/// A risky step was noted or done: `step`, `done`, `covered` [`step`, `backup`, `way_back`].
pub const TICKET_RISK_NOTED: &str = "desk.ticket.risk_noted";
/// A risky step was struck out: `step` [`step`].
pub const TICKET_RISK_REMOVED: &str = "desk.ticket.risk_removed";
/// A close gate was passed without what it asks for: `missing` (the fields), `gates` [`reason`].
pub const TICKET_GATE_OVERRIDDEN: &str = "desk.ticket.gate_overridden";
/// The cause was written down in its two texts: `technical_letters`, `plain_letters` [`technical`, `plain`].
pub const TICKET_FINDING_WRITTEN: &str = "desk.ticket.finding_written";
/// The requester said how satisfied they are, or changed it: `question`, `score` (1 to 5), `score_before` [`comment`].
pub const TICKET_RATED: &str = "desk.ticket.rated";
/// Time spent was written down: `time`, `minutes` [`what`].
pub const TICKET_TIME_LOGGED: &str = "desk.ticket.time_logged";
/// Time spent was taken back by its writer: `time`, `minutes`.
pub const TICKET_TIME_TAKEN_BACK: &str = "desk.ticket.time_taken_back";
/// Its checklist was changed: `did` (`added`, `done`, `undone`, `removed`), `items` [`item`].
pub const TICKET_CHECKLIST: &str = "desk.ticket.checklist";
/// A clock came near its deadline: `clock`, `policy`, `percent`, `reached_at`, `deadline`, `actions`, `assignee`, `team`.
pub const CLOCK_WARNED: &str = "desk.clock.warned";
/// A clock passed its deadline (or a later step): like `warned`.
pub const CLOCK_BREACHED: &str = "desk.clock.breached";
/// A template was saved. Subject `desk.reply_template:ID`.
pub const REPLY_TEMPLATE_SAVED: &str = "desk.reply_template.saved";
/// A template was thrown away. Subject `desk.reply_template:ID`.
pub const REPLY_TEMPLATE_REMOVED: &str = "desk.reply_template.removed";
/// A macro was saved. Subject `desk.macro:ID`.
pub const MACRO_SAVED: &str = "desk.macro.saved";
/// A macro was thrown away. Subject `desk.macro:ID`.
pub const MACRO_REMOVED: &str = "desk.macro.removed";
/// A service level was saved as a new version: `version`, `place`, `definition`. Subject `desk.policy:ID`.
pub const POLICY_SAVED: &str = "desk.policy.saved";
/// A service level is out of force. Subject `desk.policy:ID`.
pub const POLICY_REMOVED: &str = "desk.policy.removed";
/// The priority matrix was changed: `cells`. Subject `desk.matrix`.
pub const MATRIX_SAVED: &str = "desk.matrix.saved";
/// Where a category goes was changed. Subject `desk.route:CATEGORY`.
pub const ROUTE_SAVED: &str = "desk.route.saved";
/// A view was made or changed: `audience` [`name`]. Subject `desk.view:ID`.
pub const VIEW_SAVED: &str = "desk.view.saved";
/// A view is gone [`name`]. Subject `desk.view:ID`.
pub const VIEW_REMOVED: &str = "desk.view.removed";

/// People were asked to approve it: `step`, `people`.
pub const TICKET_APPROVAL_ASKED: &str = "desk.ticket.approval_asked";
/// They were reminded: likewise.
pub const TICKET_APPROVAL_REMINDED: &str = "desk.ticket.approval_reminded";
/// One of them decided: `approval`, `step`, `person`, `instead_of`, `decision`, `decided_via` (`page`, `link`) [`comment`].
pub const TICKET_APPROVAL_DECIDED: &str = "desk.ticket.approval_decided";
/// A link that was used, expired, settled, or another's was tried: `approval`, `why`.
pub const TICKET_APPROVAL_LINK_REFUSED: &str = "desk.ticket.approval_link_refused";
/// Everybody who had to approve it did; the desk has it now.
pub const TICKET_APPROVED: &str = "desk.ticket.approved";
/// It was not approved and is closed [`comment`].
pub const TICKET_DECLINED: &str = "desk.ticket.declined";
/// A request was taken back while it waited for approval.
pub const TICKET_WITHDRAWN: &str = "desk.ticket.withdrawn";
/// Tasks can be done now, one event for each team: `stage`, `tasks` (identifiers), `team` [`titles`, by language].
pub const TICKET_TASK_OPENED: &str = "desk.ticket.task_opened";
/// Somebody took a task: `tasks` (one), `stage`, `person` [`titles`].
pub const TICKET_TASK_TAKEN: &str = "desk.ticket.task_taken";
/// A task was given back to its team: like `task_taken`; `person` had it.
pub const TICKET_TASK_PUT_BACK: &str = "desk.ticket.task_put_back";
/// A task was done: `tasks` (one), `stage` [`titles`, `remark`].
pub const TICKET_TASK_DONE: &str = "desk.ticket.task_done";
/// A task is not needed: like `task_done`. Or the ticket ended without its tasks: `withdrawn` (how many).
pub const TICKET_TASK_SKIPPED: &str = "desk.ticket.task_skipped";
/// All tasks are done or skipped; the ticket can be resolved: `count`.
pub const TICKET_TASKS_DONE: &str = "desk.ticket.tasks_done";
/// A request type was saved: `version`, `place`, `is_on`, `definition`. Subject `desk.request_type:ID`.
pub const REQUEST_TYPE_SAVED: &str = "desk.request_type.saved";
/// A request type was removed. Subject `desk.request_type:ID`.
pub const REQUEST_TYPE_REMOVED: &str = "desk.request_type.removed";

/// A close gate was saved: `version`, `place`, `definition`. Subject `desk.gate:ID`.
pub const GATE_SAVED: &str = "desk.gate.saved";
/// A close gate was removed. Subject `desk.gate:ID`.
pub const GATE_REMOVED: &str = "desk.gate.removed";

/// A term of the glossary was saved: `language`, `term`, `plain`, `version`. Subject `desk.term:ID`.
pub const TERM_SAVED: &str = "desk.term.saved";
/// A term of the glossary was removed: like `saved`. Subject `desk.term:ID`.
pub const TERM_REMOVED: &str = "desk.term.removed";

/// Somebody's telephone rings. Nothing is said of the caller. Subject `ringing:PERSON`.
pub const CALL_RANG: &str = "desk.call.rang";
/// It rings no longer, or they do not want to see it: like `rang`.
pub const CALL_OVER: &str = "desk.call.over";

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
    TICKET_IMPORTED,
    TICKET_RECORDED,
    TICKET_MACRO_RAN,
    TICKET_MERGED,
    TICKET_TOOK_OVER,
    TICKET_UNMERGED,
    TICKET_GAVE_BACK,
    TICKET_SPLIT,
    TICKET_DIAGNOSED,
    TICKET_EVIDENCE_ADDED,
    TICKET_EVIDENCE_REMOVED,
    TICKET_CAUSE_NOTED,
    TICKET_CAUSE_REMOVED,
    TICKET_RISK_NOTED,
    TICKET_RISK_REMOVED,
    TICKET_GATE_OVERRIDDEN,
    GATE_SAVED,
    GATE_REMOVED,
    TICKET_FINDING_WRITTEN,
    TICKET_RATED,
    TERM_SAVED,
    TERM_REMOVED,
    TICKET_TIME_LOGGED,
    TICKET_TIME_TAKEN_BACK,
    TICKET_CHECKLIST,
    TICKET_APPROVAL_ASKED,
    TICKET_APPROVAL_REMINDED,
    TICKET_APPROVAL_DECIDED,
    TICKET_APPROVAL_LINK_REFUSED,
    TICKET_APPROVED,
    TICKET_DECLINED,
    TICKET_WITHDRAWN,
    TICKET_TASK_OPENED,
    TICKET_TASK_TAKEN,
    TICKET_TASK_PUT_BACK,
    TICKET_TASK_DONE,
    TICKET_TASK_SKIPPED,
    TICKET_TASKS_DONE,
    REQUEST_TYPE_SAVED,
    REQUEST_TYPE_REMOVED,
    CLOCK_WARNED,
    CLOCK_BREACHED,
    REPLY_TEMPLATE_SAVED,
    REPLY_TEMPLATE_REMOVED,
    MACRO_SAVED,
    MACRO_REMOVED,
    POLICY_SAVED,
    POLICY_REMOVED,
    MATRIX_SAVED,
    ROUTE_SAVED,
    VIEW_SAVED,
    VIEW_REMOVED,
    CALL_RANG,
    CALL_OVER,
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
            | TICKET_APPROVED
            | TICKET_DECLINED
            | TICKET_WITHDRAWN
    )
}
