//! The second person: lets pass what one person may not do alone, or says no.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use protocol::message::Outcome;
use serde_json::json;

use super::{Act, State, ending, events, store};
use crate::{APPROVE, device};

const PICK_UP_SECONDS: i64 = 15 * 60;

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
    let mut acts = store::of_batch(tx, batch)?;
    acts.retain(|act| act.state == State::Held);
    if acts.is_empty() {
        return Err(Error::not_found());
    }
    for act in &acts {
        device::find(tx, cx, act.device)?;
    }
    if say == Say::Yes && acts.iter().any(|act| Some(act.person) == cx.user_id()) {
        return Err(Error::conflict("fleet.second_person"));
    }
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
                act.due_at = cx.now().add_secs(PICK_UP_SECONDS);
                store::update(tx, act)?;
            }
        }
    }
    if say == Say::Yes {
        tell(tx, cx, batch, &acts)?;
    }
    Ok(acts)
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
