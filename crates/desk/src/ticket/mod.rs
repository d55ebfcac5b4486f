//! The ticket: one request or incident from its report to the requester's word that it is solved.
//!
//! The types are here, the rules in `state.rs`, `priority.rs`, and `access.rs` (pure), the SQL in `store.rs`, and each
//! behaviour in a file of its name. Every operation has the same shape: take the ticket's lock, load it, check who asks,
//! decide, save, and append one event (`saving.rs`), all in the caller's transaction.
//! Clocks, assignment, and the question to the requester are aggregates of their own beside this folder.

use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

pub mod access;
pub mod assigning;
pub mod attaching;
pub mod calling;
pub mod changing;
pub mod checklist;
pub mod closing;
pub mod drafting;
pub mod escalating;
pub mod family;
pub mod listing;
pub(crate) mod mentioning;
pub mod merging;
pub mod noting;
pub mod opening;
pub mod presence;
pub mod reopening;
pub mod replying;
pub mod resolving;
pub(crate) mod saving;
pub mod splitting;
pub mod state;
pub mod store;
pub mod timeline;
pub mod timing;
pub mod value;
pub mod verifying;
pub mod waiting;
pub mod watching;

pub use crate::batch::{Many, many};
pub use assigning::{Assign, assign, take};
pub use attaching::{NewAttachment, attach, attachment};
pub use calling::{Call, log_call};
pub use changing::{Change, change};
pub use closing::close_silent;
pub use drafting::{discard_draft, discard_form_draft, draft, form_draft, save_draft, save_form_draft};
pub use escalating::{Escalate, escalate};
pub use listing::{Filter, Order, Page, TicketRow, count_up_to, forgotten, list, without_news};
pub use merging::{merge, unmerge};
pub use noting::{Note, note};
pub use opening::{Opening, open};
pub use reopening::reopen;
pub use replying::{Reply, reply};
pub use resolving::{Resolve, resolve, resolve_past_gate};
pub use splitting::split;
pub use timeline::{Entry, Timeline, View, load, said, timeline};
pub use value::{
    Category, Channel, Impact, Priority, Stage, State, TicketType, Tier, Urgency, Voice, WaitingFor,
};
pub use verifying::{Verify, verify};
pub use waiting::{Wait, resume, start, wait};
pub use watching::{unwatch, watch, watchers};

/// What a ticket is about, technically: filled by the requester, the caller's device, or the technician.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Environment {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A ticket as its row says. Its number is its identity.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    pub number: i64,
    pub title: String,
    pub ticket_type: TicketType,
    pub category: Category,
    pub impact: Impact,
    pub urgency: Urgency,
    pub priority: Priority,
    /// True when a person set the priority by hand: the matrix no longer moves it.
    pub priority_pinned: bool,
    pub state: State,
    pub tier: Tier,
    /// How much work it looks like, 1 to 3: weighs in assignment and workload.
    pub complexity: i64,
    pub team: Option<TeamId>,
    pub assignee: Option<UserId>,
    pub requester: UserId,
    pub organisation: Option<String>,
    pub site: Option<String>,
    pub channel: Channel,
    pub environment: Environment,
    pub steps: Option<String>,
    pub error_text: Option<String>,
    pub waiting_reason: Option<String>,
    /// Who said the last public word: a queue shows what awaits an answer.
    pub last_voice: Voice,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub first_response_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    /// How often a fix was refused or a closed ticket came back.
    pub reopen_count: i64,
    /// The nearest deadline of a running clock.
    pub next_due_at: Option<Timestamp>,
    /// True when a clock that still runs has passed its deadline.
    pub overdue: bool,
    pub next_step: Option<String>,
    pub next_step_at: Option<Timestamp>,
    /// The service level that holds for it, as `policy@version`; none when no policy fits.
    pub policy: Option<String>,
    /// Grows with each change: an editor that read an older one is told so instead of overwriting.
    pub version: i64,
}

impl Ticket {
    /// The name under which the event log and links know this ticket.
    #[must_use]
    pub fn subject(&self) -> String {
        subject(self.number)
    }
}

/// The name under which the event log and links know the ticket of this number.
#[must_use]
pub fn subject(number: i64) -> String {
    format!("ticket:{number}")
}

/// Longest title taken; longer ones are cut by mail intake and refused from forms.
pub const TITLE_MAX: usize = 200;
/// Longest text of one article, in characters.
pub const BODY_MAX: usize = 200_000;
