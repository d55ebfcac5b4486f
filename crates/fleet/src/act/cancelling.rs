//! Ending an act before its end.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use protocol::message::Outcome;
use serde_json::json;

use super::{Act, ActId, State, ending, events, seeing, store};
use crate::device;

/// Asks an act to end: whoever asked for it may, and whoever could have.
///
/// # Errors
/// 404 for what one may not see, 403 without the right.
pub fn cancel(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<()> {
    seeing::load(tx, cx, id)?;
    tx.lock("fleet.act", id)?;
    let mut act = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    if Some(act.person) != cx.user_id() {
        device::with_right(tx, cx, seeing::right_of(&act), act.device)?;
    }
    begin(tx, cx, &mut act)
}

/// The house itself asks an act to end; one that is over or not there stays so.
pub(crate) fn by_house(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<()> {
    tx.lock("fleet.act", id)?;
    match store::find(tx, id)? {
        Some(mut act) => begin(tx, cx, &mut act),
        None => Ok(()),
    }
}

/// The same without asking who wants it.
pub(crate) fn begin(tx: &mut Tx<'_>, cx: &Cx, act: &mut Act) -> Result<()> {
    if act.state.is_over() {
        return Ok(());
    }
    if matches!(act.state, State::Held | State::Asked) {
        return ending::settle(tx, cx, act, Outcome::Cancelled).map(drop);
    }
    act.cancel_at = Some(cx.now());
    store::update(tx, act)?;
    let new = New {
        kind: events::CANCELLING,
        subject: device::subject(act.device),
        data: json!({ "act": act.id.to_string(), "device": act.device.to_string() }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
