//! Reopening: the desk takes back a resolution, or a closed ticket comes back, with its owner.
//!
//! A requester's no to an open question is `verify`; this is for what comes later or from the other side.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};

use super::saving::{self, Told};
use super::state::{self, Step};
use super::value::State;
use super::{Ticket, access};
use crate::verification::{self, Answer, AnsweredBy};
use crate::{article, events};

const REASON_MAX: usize = 500;

/// Brings a resolved or closed ticket back to work.
pub fn reopen(tx: &mut Tx, cx: &Cx, number: i64, reason: &str) -> Result<Ticket> {
    let before = saving::begin(tx, cx, number, access::REOPEN)?;
    super::merging::refuse_merged(tx, &before)?;
    crate::catalogue::approving::refuse_declined(tx, &before)?;
    let mut after = before.clone();
    after.state = state::next(before.state, Step::Reopen)?;
    let mut errors = Errors::new();
    let reason = article::line(&mut errors, "reason", reason, REASON_MAX);
    if reason.is_empty() {
        errors.push("reason", "desk.ticket.reason_missing");
    }
    errors.finish()?;
    if before.state == State::Resolved {
        if let Some(question) = verification::store::open_question(tx, number)? {
            let by = cx.user_id();
            verification::store::answer(
                tx,
                &question,
                Answer::Withdrawn,
                AnsweredBy::Nobody,
                by,
                None,
                cx.now(),
            )?;
        }
    } else if let Some(last) = verification::store::resolutions(tx, number)?.last() {
        // It was thought solved, and it was not.
        verification::store::mark_failed(tx, last.id)?;
    }
    after.resolved_at = None;
    after.closed_at = None;
    after.reopen_count += 1;
    let told = Told::new(events::TICKET_REOPENED).with_words("reason", &reason);
    saving::finish(tx, cx, &before, after, told)
}
