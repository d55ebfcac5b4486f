//! Resolving: the last words to those affected, the tickets resolved alike, and the review opened.
//!
//! The words are the solution that each requester is asked about; so a ticket that is resolved gets them once, as its solution,
//! and one that is not gets them as a reply.

use desk::ticket::Stage;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde_json::json;

use super::{Incident, IncidentId, State, lead, save, store};
use crate::update::{self, Act, Words};
use crate::{events, review};

const REASON_MOST: usize = 500;

/// How it ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ending {
    /// What those affected are told, and asked about.
    pub words: Words,
    /// Resolve its own ticket with them.
    pub own_ticket: bool,
    /// Resolve the tickets that belong to it with them.
    pub linked_tickets: bool,
    /// Whether the solution was tested.
    pub tested: bool,
    /// Why not.
    pub untested_reason: String,
}

/// Ends it: everybody is told, the chosen tickets are resolved, the review is opened.
///
/// # Errors
/// 403, 409 when those affected were told already, 422 with the fields.
pub fn resolve(tx: &mut Tx<'_>, cx: &Cx, base: &str, id: IncidentId, ending: &Ending) -> Result<Incident> {
    let mut incident = lead(tx, cx, id)?;
    if !incident.state.is_open() && !incident.asks_last_words {
        return Err(Error::conflict("major.is_over"));
    }
    let words = ending.words.checked()?;
    let reason = super::declaring::line(&ending.untested_reason);
    let resolves = ending.own_ticket || ending.linked_tickets;
    if resolves && !ending.tested && (reason.is_empty() || reason.chars().count() > REASON_MOST) {
        return Err(Error::invalid("major.untested_reason_missing").field("untested_reason"));
    }
    let was_open = incident.state.is_open();
    finish(cx, &mut incident);
    incident.asks_last_words = false;
    let mut update = update::fresh(cx, &incident, words);
    update.tested = ending.tested;
    update.untested_reason = (!reason.is_empty()).then_some(reason);
    let acts = acts(tx, &incident, ending)?;
    update::say(tx, cx, &mut incident, &update, &acts)?;
    if was_open {
        save(
            tx,
            cx,
            &mut incident,
            events::RESOLVED,
            json!({ "by_ticket": false }),
            None,
        )?;
    }
    review::open(tx, cx, base, &incident)?;
    Ok(incident)
}

/// Its ticket was resolved by itself: it is over, and the last words are asked for.
pub(crate) fn by_ticket(tx: &mut Tx<'_>, cx: &Cx, base: &str, id: IncidentId) -> Result<()> {
    tx.lock("major.incident", id)?;
    let Some(mut incident) = store::find(tx, id)?.filter(|incident| incident.state.is_open()) else {
        return Ok(());
    };
    finish(cx, &mut incident);
    incident.asks_last_words = true;
    save(
        tx,
        cx,
        &mut incident,
        events::RESOLVED,
        json!({ "by_ticket": true }),
        None,
    )?;
    review::open(tx, cx, base, &incident)
}

fn finish(cx: &Cx, incident: &mut Incident) {
    incident.state = State::Resolved;
    incident.resolved_at = incident.resolved_at.or(Some(cx.now()));
    incident.stop();
}

/// What is done to which ticket: only what is still open can be resolved.
fn acts(tx: &mut Tx<'_>, incident: &Incident, ending: &Ending) -> Result<Vec<(i64, Act)>> {
    let mut tickets = vec![incident.ticket];
    tickets.extend(store::links(tx, incident.id)?);
    let known = desk::ticket::store::load_many(tx, &tickets)?;
    let act = |ticket: &desk::ticket::Ticket| {
        let is_chosen = if ticket.number == incident.ticket {
            ending.own_ticket
        } else {
            ending.linked_tickets
        };
        if is_chosen && ticket.state.stage() == Stage::Open {
            Act::Resolve
        } else {
            Act::Reply
        }
    };
    Ok(known.iter().map(|ticket| (ticket.number, act(ticket))).collect())
}
