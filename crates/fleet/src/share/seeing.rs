//! Who may see a share: whoever sees the internal side of its ticket and may look at devices. Others do not hear that there was one.

use desk::ticket;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};

use super::{Share, ShareId, store};
use crate::READ;
use crate::act::seeing;

/// A share that the reader may see.
///
/// # Errors
/// 404 for what they may not.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: ShareId) -> Result<Share> {
    cx.require(READ)?;
    let share = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    if seeing::may_see_ticket(tx, cx, share.ticket)? {
        Ok(share)
    } else {
        Err(Error::not_found())
    }
}

/// Those of some shares that the reader may see.
pub(super) fn seen(tx: &mut Tx<'_>, cx: &Cx, mut shares: Vec<Share>) -> Result<Vec<Share>> {
    cx.require(READ)?;
    let mut numbers: Vec<i64> = shares.iter().map(|share| share.ticket).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut known = ticket::store::load_many(tx, &numbers)?;
    known.retain(|one| seeing::sees(cx, one));
    shares.retain(|share| known.iter().any(|one| one.number == share.ticket));
    Ok(shares)
}
