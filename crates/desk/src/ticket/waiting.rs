//! Starting work, waiting for others with a reason, and resuming.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::time::Timestamp;

use super::saving::{self, Told};
use super::state::{self, Step};
use super::value::WaitingFor;
use super::{Ticket, access};
use crate::{article, events};

/// Whom the desk waits for, and why.
#[derive(Debug, Clone)]
pub struct Wait {
    pub whom: WaitingFor,
    pub reason: String,
    /// When the desk will ask again.
    pub until: Option<Timestamp>,
}

const REASON_MAX: usize = 500;

/// Begins the work on a new ticket.
pub fn start(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Ticket> {
    let before = saving::begin(tx, cx, number, access::RESOLVE)?;
    let mut after = before.clone();
    after.state = state::next(before.state, Step::Start)?;
    saving::finish(tx, cx, &before, after, Told::new(events::TICKET_STARTED))
}

/// Waits for somebody outside of the desk. The reason is what the next reader needs to know, so it cannot be left out.
pub fn wait(tx: &mut Tx, cx: &Cx, number: i64, wait: Wait) -> Result<Ticket> {
    let before = saving::begin(tx, cx, number, access::RESOLVE)?;
    let mut errors = Errors::new();
    let reason = article::line(&mut errors, "reason", &wait.reason, REASON_MAX);
    if reason.is_empty() {
        errors.push("reason", "desk.ticket.reason_missing");
    }
    errors.finish()?;
    if wait.until.is_some_and(|until| until <= cx.now()) {
        return Err(Error::invalid("desk.ticket.until_past").field("until"));
    }
    let mut after = before.clone();
    after.state = state::next(before.state, Step::Wait(wait.whom))?;
    after.waiting_reason = Some(reason.clone());
    if wait.until.is_some() {
        after.next_step = Some(reason);
        after.next_step_at = wait.until;
    }
    let told = Told::new(events::TICKET_WAITING).with("waiting_for", wait.whom.as_str());
    saving::finish(tx, cx, &before, after, told)
}

/// Goes on with a ticket that waited.
pub fn resume(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Ticket> {
    let before = saving::begin(tx, cx, number, access::RESOLVE)?;
    let mut after = before.clone();
    after.state = state::next(before.state, Step::Resume)?;
    after.waiting_reason = None;
    saving::finish(tx, cx, &before, after, Told::new(events::TICKET_RESUMED))
}
