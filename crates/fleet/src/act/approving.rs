//! The second person: lets pass what one person may not do alone, or says no.

use desk::ticket;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use protocol::grant::hash_of;
use protocol::message::Outcome;
use serde_json::json;

use super::{Act, State, asking, ending, events, store};
use crate::signing::approval::Wish;
use crate::{APPROVE, device};

/// What the second person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// Let it pass.
    Yes,
    /// Leave it.
    No,
}

/// Decides about all acts of a batch that wait.
///
/// # Errors
/// 403 without the right, for the one who asked, and where a device is out of reach; 404 when nothing waits.
pub fn decide(tx: &mut Tx<'_>, cx: &Cx, batch: &str, say: Say) -> Result<Vec<Act>> {
    cx.require(APPROVE)?;
    tx.lock("fleet.batch", batch)?;
    let mut acts = waiting(tx, cx, batch, say)?;
    for act in &mut acts {
        match say {
            Say::No => {
                ending::settle(
                    tx,
                    cx,
                    act,
                    Outcome::Refused {
                        code: "second_person".to_owned(),
                    },
                )?;
            }
            Say::Yes => {
                (act.state, act.approved_by) = (State::Asked, cx.user_id());
                act.due_at = cx.now().add_secs(asking::PICK_UP_SECONDS);
                store::update(tx, act)?;
            }
        }
    }
    if say == Say::Yes {
        tell(tx, cx, batch, &acts)?;
    }
    Ok(acts)
}

/// What the signer is told where it asks second persons for a code.
///
/// # Errors
/// As [`decide`].
pub fn wish(tx: &mut Tx<'_>, cx: &Cx, batch: &str, code: &str) -> Result<Wish> {
    cx.require(APPROVE)?;
    let acts = waiting(tx, cx, batch, Say::Yes)?;
    let (Some(first), Some(person)) = (acts.first(), cx.user_id()) else {
        return Err(Error::not_found());
    };
    Ok(Wish {
        person: person.to_string(),
        code: code.to_owned(),
        act: hash_of(&first.body),
        subject: ticket::subject(first.ticket),
        devices: acts.iter().map(|act| act.device.to_string()).collect(),
    })
}

fn waiting(tx: &mut Tx<'_>, cx: &Cx, batch: &str, say: Say) -> Result<Vec<Act>> {
    let acts = store::held_of_batch(tx, batch)?;
    if acts.is_empty() {
        return Err(Error::not_found());
    }
    for act in &acts {
        device::find(tx, cx, act.device)?;
    }
    if say == Say::Yes && acts.iter().any(|act| Some(act.person) == cx.user_id()) {
        return Err(Error::conflict("fleet.second_person"));
    }
    Ok(acts)
}

/// The signer asks for a second person where we did not: the act waits for one.
pub(super) fn hold(tx: &mut Tx<'_>, cx: &Cx, act: &mut Act) -> Result<()> {
    (act.state, act.approved_by) = (State::Held, None);
    act.due_at = cx.now().add_secs(asking::HELD_SECONDS);
    store::update(tx, act)?;
    asking::tell(tx, cx, act)
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, batch: &str, acts: &[Act]) -> Result<()> {
    let ids: Vec<String> = acts.iter().map(|act| act.id.to_string()).collect();
    let new = New {
        kind: events::APPROVED,
        subject: format!("batch:{batch}"),
        data: json!({ "batch": batch, "acts": ids, "ticket": acts.first().map(|act| act.ticket) }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
