//! Carrying out what was ordered: each order is checked, written down, done once, and told until the server has it.
//!
//! Two halves. `executor` is the actor that owns the act log, the spool, and the open channels. `perform` is what one act
//! does: it dispatches a verb to `verbs`, `health`, or `terminal`, which know nothing of links, spools, or grants. They
//! are handed three things:
//!
//! - a [`Teller`]: what they say while they work (`out`, `err`, `note`) and how they hear that they were cancelled. What
//!   is told is kept on disk and sent again until the server has it; a full spool cuts output, never the outcome;
//! - a [`Channel`] where the order named one (files, terminals): bytes both ways under flow control. It is not kept:
//!   when the link drops it says so. To have a terminal back, the server sends the same order again with a channel of the
//!   new link, for an act that `Acts` named as running;
//! - the [`Surroundings`]: below which folder the device lies (always `/`, but for unit tests), the floor, who we are,
//!   and where our own files lie (`--root`).
//!
//! Before `perform` runs, the grant, the floor (verb, hours, `run_as`), and replay were checked, and the act was written to
//! the log. What `perform` must still check itself is what depends on the disk: that a path, after links are resolved,
//! lies within the floor's folders.
//!
//! Verbs that name a user (`command.run`, `script.run`, `terminal`) are performed in a session helper, a process of its
//! own that already runs as that user, in a transient scope with the order's limits where systemd runs. So their code
//! starts children plainly, as whoever it is.

mod channel;
mod executor;
pub mod log;
mod orders;
mod outbox;
mod restarting;
mod running;
mod surroundings;
mod teller;
mod vitals;

pub use channel::{Channel, Gone, Heard, Passed, Receiving, Sending, Switchboard};
pub use executor::{End, Executor};
pub use surroundings::{Asker, Surroundings};
pub use teller::{Size, Teller, Telling};

use protocol::message::Outcome;
use protocol::verb::Verb;

/// Does what a verb says. Never panics for what it finds: whatever happens has an outcome.
///
/// When the teller says it was cancelled, it stops what it began (children and their children) and answers
/// `Outcome::Cancelled`.
pub async fn perform(
    verb: Verb,
    teller: &Teller,
    transfer: Option<Channel>,
    surroundings: &Surroundings,
) -> Outcome {
    match verb {
        Verb::HealthCheck => crate::health::perform(teller, surroundings).await,
        Verb::Terminal { .. } => crate::terminal::perform(verb, teller, transfer, surroundings).await,
        Verb::Screen { .. } => crate::screen::perform(verb, teller, transfer, surroundings).await,
        other => crate::verbs::perform(other, teller, transfer, surroundings).await,
    }
}
