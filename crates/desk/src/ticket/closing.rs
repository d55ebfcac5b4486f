//! Closing by silence: the stated time passed and the requester said neither yes nor no.
//!
//! It is counted apart from a yes. Nobody can do it by hand; a yes is in `verifying.rs`.

use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Result};

use super::saving::{self, Told};
use super::state::{self, Step};
use super::{Ticket, access};
use crate::events;
use crate::verification::{self, Answer, AnsweredBy};

/// Closes a resolved ticket whose requester stayed silent.
pub fn close_silent(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Ticket> {
    if !matches!(cx.actor, Actor::System(_)) {
        return Err(Error::forbidden().arg("permission", access::RESOLVE));
    }
    let before = saving::begin(tx, cx, number, access::RESOLVE)?;
    let mut after = before.clone();
    after.state = state::next(before.state, Step::Silence)?;
    let question = verification::store::open_question(tx, number)?.ok_or_else(Error::not_found)?;
    if question.closes_at > cx.now() {
        // The requester spoke between the job's look and this one.
        return Err(Error::conflict("desk.ticket.not_silent_yet"));
    }
    after.closed_at = Some(cx.now());
    verification::store::answer(
        tx,
        &question,
        Answer::Silent,
        AnsweredBy::Nobody,
        None,
        None,
        cx.now(),
    )?;
    let told = Told::new(events::TICKET_CLOSED_SILENT).with("question", question.id.to_string());
    saving::finish(tx, cx, &before, after, told)
}
