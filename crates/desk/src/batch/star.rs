//! Starring: a person's own mark on a ticket, by which the queue "Starred" finds it. Nobody else sees it, and no event
//! tells of it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};

use super::store;
use crate::ticket::{access, saving};

/// Stars a ticket that the actor may see.
pub fn set(tx: &mut Tx, cx: &Cx, number: i64) -> Result<()> {
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    saving::see(tx, cx, number, access::READ)?;
    store::star(tx, person, number)
}

/// Takes the star away.
pub fn unset(tx: &mut Tx, cx: &Cx, number: i64) -> Result<()> {
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    store::unstar(tx, person, number)
}
