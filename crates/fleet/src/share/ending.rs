//! The end of a share: once, whoever says it how often.

use desk::ticket::{self, State as TicketState};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use serde_json::json;

use super::{ENDED, Share, ShareId, seeing, store};

/// Ends a share for this reason; whether it was not over before.
pub(super) fn end(tx: &mut Tx<'_>, cx: &Cx, id: ShareId, reason: &str) -> Result<bool> {
    match store::end(tx, id, reason, cx.now())? {
        Some(share) => tell(tx, cx, &share).map(|()| true),
        None => Ok(false),
    }
}

/// Tells that one is over.
pub(super) fn tell(tx: &mut Tx<'_>, cx: &Cx, share: &Share) -> Result<()> {
    let new = New {
        kind: ENDED,
        subject: ticket::subject(share.ticket),
        data: json!({
            "share": share.id.to_string(),
            "reason": share.reason,
            "line": super::line(share.id, "fleet-share-line-ended"),
        }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// Somebody of the desk ends it.
///
/// # Errors
/// 404 for what they may not see, 403 without the right.
pub(super) fn by_desk(tx: &mut Tx<'_>, cx: &Cx, id: ShareId) -> Result<Share> {
    seeing::load(tx, cx, id)?;
    cx.require(crate::CHANGE)?;
    end(tx, cx, id, "stopped_by_desk")?;
    seeing::load(tx, cx, id)
}

/// Why a share may not go on, when something about its ticket or its person changed.
pub(super) fn verdict(tx: &mut Tx<'_>, share: &Share) -> Result<Option<&'static str>> {
    let found = ticket::store::load(tx, share.ticket)?;
    let Some(found) = found.filter(|ticket| ticket.state != TicketState::Closed) else {
        return Ok(Some("ticket_closed"));
    };
    if found.requester != share.person {
        return Ok(Some("requester_changed"));
    }
    let person = people::user::store::find(tx, share.person)?;
    Ok((!person.is_some_and(|person| person.active)).then_some("person_left"))
}

/// Ends those of some shares that may not go on.
///
/// # Errors
/// The database's.
pub(super) fn judge(tx: &mut Tx<'_>, cx: &Cx, shares: &[Share]) -> Result<()> {
    for share in shares {
        if let Some(reason) = verdict(tx, share)? {
            end(tx, cx, share.id, reason)?;
        }
    }
    Ok(())
}

/// Not found for a share that is not over.
pub(super) fn over(share: Share) -> Result<Share> {
    if share.is_over() {
        Ok(share)
    } else {
        Err(Error::not_found())
    }
}
