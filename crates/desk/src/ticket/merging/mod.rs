//! Merging: two tickets turn out to be one. One becomes part of the other, and there is a way back.
//!
//! The merged ticket is closed without being solved: nobody is asked, no solution is written down, and its record stays.
//! What was said on it is shown in the other's conversation without being moved, so that taking the merge back moves
//! nothing either. Who took part in it watches the other from now on, and mail to it goes there.
//! To the clocks a merge is a closing; one that was taken back never happened (`service_level::history`).

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::saving::{self, Told};
use super::state::{self, Step};
use super::value::{Stage, State};
use super::{Ticket, access};
use crate::events;

pub mod store;

/// What a merged ticket was, for the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Before {
    state: State,
    waiting_reason: Option<String>,
    next_step: Option<String>,
    next_step_at: Option<Timestamp>,
    /// Who began to watch the other ticket by the merge.
    watchers: Vec<UserId>,
}

/// A chain longer than this is no work of people.
const CHAIN_MAX: usize = 20;

/// Makes a ticket part of another and answers with that one. Takes the right to change both.
pub fn merge(tx: &mut Tx, cx: &Cx, number: i64, into: i64) -> Result<Ticket> {
    if number == into {
        return Err(Error::invalid("desk.ticket.merge_itself").field("into"));
    }
    let (before, target) = both(tx, cx, number, into)?;
    if before.state.stage() != Stage::Open {
        return Err(Error::conflict("desk.ticket.merge_not_open").arg("number", number));
    }
    if target.state.stage() == Stage::Closed {
        return Err(Error::invalid("desk.ticket.merge_target_closed")
            .field("into")
            .arg("number", into));
    }
    let mut after = before.clone();
    after.state = state::next(before.state, Step::Merge)?;
    after.closed_at = Some(cx.now());
    after.waiting_reason = None;
    after.next_step = None;
    after.next_step_at = None;
    let kept = Before {
        state: before.state,
        waiting_reason: before.waiting_reason.clone(),
        next_step: before.next_step.clone(),
        next_step_at: before.next_step_at,
        watchers: invite(tx, &before, &target)?,
    };
    store::insert(tx, number, into, &kept, (cx.user_id(), cx.now()))?;
    saving::finish(
        tx,
        cx,
        &before,
        after,
        Told::new(events::TICKET_MERGED).with("into", into),
    )?;
    let told = Told::new(events::TICKET_TOOK_OVER).with("from", number);
    saving::finish(tx, cx, &target, target.clone(), told)
}

/// Takes a merge back: the ticket stands where it stood, and the other is without it again.
pub fn unmerge(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Ticket> {
    saving::see(tx, cx, number, access::CHANGE)?;
    let not_merged = || Error::conflict("desk.ticket.not_merged").arg("number", number);
    let into = store::target(tx, number)?.ok_or_else(not_merged)?;
    let (before, target) = both(tx, cx, number, into)?;
    // Read again: both are locked only now.
    let kept = store::load(tx, number, into)?.ok_or_else(not_merged)?;
    let mut after = before.clone();
    after.state = kept.state;
    after.closed_at = None;
    after.waiting_reason = kept.waiting_reason;
    after.next_step = kept.next_step;
    after.next_step_at = kept.next_step_at;
    for person in kept.watchers {
        super::store::remove_watcher(tx, into, person)?;
    }
    store::delete(tx, number)?;
    let told = Told::new(events::TICKET_GAVE_BACK).with("from", number);
    saving::finish(tx, cx, &target, target.clone(), told)?;
    let told = Told::new(events::TICKET_UNMERGED).with("into", into);
    saving::finish(tx, cx, &before, after, told)
}

/// The ticket in which this one goes on; itself when it was not merged.
pub(crate) fn follow(tx: &mut Tx, ticket: Ticket) -> Result<Ticket> {
    let mut ticket = ticket;
    for _ in 0..CHAIN_MAX {
        // Only a closed ticket can have been merged: an open one costs no look.
        if ticket.state != State::Closed {
            break;
        }
        let Some(target) = store::target(tx, ticket.number)? else {
            break;
        };
        let Some(next) = super::store::load(tx, target)? else {
            break;
        };
        ticket = next;
    }
    Ok(ticket)
}

/// Refuses what cannot be done to a merged ticket, and says where it goes on.
pub(crate) fn refuse_merged(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    if ticket.state == State::Closed
        && let Some(into) = store::target(tx, ticket.number)?
    {
        return Err(Error::conflict("desk.ticket.merged")
            .arg("number", ticket.number)
            .arg("into", into));
    }
    Ok(())
}

/// Both tickets, locked in the order of their numbers.
fn both(tx: &mut Tx, cx: &Cx, number: i64, into: i64) -> Result<(Ticket, Ticket)> {
    let mut locks = [number, into];
    locks.sort_unstable();
    for lock in locks {
        tx.lock("desk.ticket", lock)?;
    }
    let one = saving::see(tx, cx, number, access::CHANGE)?;
    let other = saving::see(tx, cx, into, access::CHANGE);
    // What one may not see does not exist: said at the field, as for a number that was never given.
    let other = other.map_err(|error| match error.kind() {
        kernel::error::Kind::NotFound => Error::invalid("desk.ticket.other_unknown")
            .field("into")
            .arg("number", into),
        _ => error,
    })?;
    Ok((one, other))
}

/// Who reported or watched the one watches the other; gives back who did not before.
fn invite(tx: &mut Tx, from: &Ticket, into: &Ticket) -> Result<Vec<UserId>> {
    let mut people = super::store::watchers(tx, from.number)?;
    people.push(from.requester);
    people.sort_unstable();
    people.dedup();
    let mut added = Vec::new();
    for person in people {
        if person != into.requester && super::store::add_watcher(tx, into.number, person)? {
            added.push(person);
        }
    }
    Ok(added)
}
