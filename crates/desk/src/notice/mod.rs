//! The letters by which people hear what happens to a ticket: who is told what (`planning.rs`, pure), in which words
//! (`template.rs`), and on which thread (`posting.rs`).
//!
//! A subscriber walks the event log and writes letters into the outbox, each under a key of its own, so that an event
//! that is read twice is told once. Where something stands is told when it has stood there for a moment (`gathering.rs`), so
//! that several changes in a row are one letter. Nothing here sends: that is the mail slice's. Without a mailbox that can send, nothing
//! is written, and everything else works.

mod as_html;
pub mod bounce;
mod context;
pub mod forgotten;
pub mod gathering;
pub mod pages;
pub(crate) mod people;
pub mod planning;
pub(crate) mod posting;
pub(crate) mod store;
mod subscriber;
pub mod template;

use kernel::error::{Error, Kind};

use crate::ticket::value::words;

pub(crate) use subscriber::tell_held;
pub use subscriber::{received_by_mail, subscriber, tell};

words!(
    /// What a letter is for.
    Notice, "notice" {
        /// To the requester: we have it, this is its number, this happens next.
        Received => "received",
        /// To the requester: this person has it.
        Assigned => "assigned",
        /// To the requester: another team or level has it now.
        Moved => "moved",
        /// To the requester and participants: what the desk said.
        Replied => "replied",
        /// To the requester: we need something from you.
        Waiting => "waiting",
        /// To the requester: we wait for somebody outside, and when there is news.
        WaitingElsewhere => "waiting_elsewhere",
        /// To the requester: does it work?
        Resolved => "resolved",
        /// To the requester: it is closed.
        Closed => "closed",
        /// To the requester: we go on with it.
        Reopened => "reopened",
        /// To the owner, or to the team of an urgent ticket that nobody has.
        AssignedToYou => "assigned_to_you",
        /// To the owner and watchers.
        RequesterReplied => "requester_replied",
        /// To the owner: a clock comes near its end.
        Warning => "warning",
        /// To the owner and managers: a clock ran out.
        Breach => "breach",
        /// To the owner: with the hand-off note.
        EscalatedToYou => "escalated_to_you",
        /// To the owner and watchers: the fix was refused, or the ticket reopened.
        CameBack => "came_back",
        /// To somebody who was named in a note.
        Mentioned => "mentioned",
        /// To who must approve a request: yes or no?
        ApprovalAsked => "approval_asked",
        /// To the requester: it was approved, the desk has it.
        Approved => "approved",
        /// To the requester: it was not approved, and why.
        Declined => "declined",
        /// To a team: it can begin with its tasks.
        TaskOpened => "task_opened",
        /// To the owner, or to the team of a ticket that nobody has: all tasks are done.
        TasksDone => "tasks_done",
        /// To managers, daily: open tickets without a next step.
        Forgotten => "forgotten",
    }
);

/// A template was saved; subject `desk.template:NOTICE:LOCALE`.
pub const TEMPLATE_SAVED: &str = "desk.template.saved";
/// A template was taken back to the shipped words.
pub const TEMPLATE_RESET: &str = "desk.template.reset";

/// Whether an error is the fault of one letter and not of the database: trying again would not help.
pub(crate) fn is_hopeless(error: &Error) -> bool {
    error.kind() != Kind::Unavailable
}
