//! Who may see an act: whoever may see its device and work on its ticket. Others do not hear that there was one.

use desk::ticket;
use kernel::cx::{Credential, Cx, Via};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;

use super::{Act, ActId, store};
use crate::device::DeviceId;
use crate::{CHANGE, DIAGNOSE, READ, RUN, device};

/// An act that the reader may see.
///
/// # Errors
/// 404 for what they may not.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<Act> {
    let act = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    device::find(tx, cx, act.device)?;
    if may_see_ticket(tx, cx, act.ticket)? {
        Ok(act)
    } else {
        Err(Error::not_found())
    }
}

/// Whether the reader sees what the desk keeps to itself about a ticket.
pub(crate) fn may_see_ticket(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<bool> {
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(false);
    };
    Ok(sees(cx, &ticket))
}

/// Whether the reader sees what the desk keeps to itself about this ticket.
pub(crate) fn sees(cx: &Cx, ticket: &ticket::Ticket) -> bool {
    ticket::access::may(cx, ticket::access::READ, ticket) && ticket::access::sees_internal(cx, ticket)
}

/// Those of some acts that the reader may see, when they may see the devices.
pub fn seen(tx: &mut Tx<'_>, cx: &Cx, mut acts: Vec<Act>) -> Result<Vec<Act>> {
    let mut numbers: Vec<i64> = acts.iter().map(|act| act.ticket).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut known = ticket::store::load_many(tx, &numbers)?;
    known.retain(|one| sees(cx, one));
    acts.retain(|act| known.iter().any(|one| one.number == act.ticket));
    Ok(acts)
}

/// Those of some acts that the reader may see, each with the name of its device.
///
/// # Errors
/// The database's.
pub(crate) fn on_devices(tx: &mut Tx<'_>, cx: &Cx, ids: &[ActId]) -> Result<Vec<(Act, String)>> {
    let acts = store::find_many(tx, ids)?;
    let acts = seen(tx, cx, acts)?;
    let ids: Vec<DeviceId> = acts.iter().map(|act| act.device).collect();
    let devices = device::store::find_many(tx, &ids)?;
    let named = |act: Act| {
        let device = devices.iter().find(|device| device.id == act.device)?;
        device::may(cx, READ, device).then(|| (act, device.name.clone()))
    };
    Ok(acts.into_iter().filter_map(named).collect())
}

/// The right that this act asked for.
#[must_use]
pub fn right_of(act: &Act) -> &'static str {
    match act.danger.as_str() {
        "view" => DIAGNOSE,
        "change" => CHANGE,
        _ => RUN,
    }
}

/// A person with the rights they have now, for what goes on in their name; none when they are not there any more.
///
/// # Errors
/// The database's.
pub(crate) fn as_person(tx: &mut Tx<'_>, cx: &Cx, person: UserId) -> Result<Option<Cx>> {
    let Some(person) = people::user::store::find(tx, person)?.filter(|person| person.active) else {
        return Ok(None);
    };
    let credential = Credential::Session {
        session: String::new(),
        elevated: false,
    };
    let identity = people::identity_of(tx, &person, credential)?;
    Ok(Some(cx.acting_as(identity, Via::Job)))
}
