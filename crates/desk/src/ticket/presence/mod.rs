//! Who else is looking at a ticket, and who is writing on it: so that two people do not answer at once.
//!
//! A window says every twenty seconds that it is there; who was not heard of for forty-five is gone. It is no event and no
//! history: nobody is watched, the rows are thrown away.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;

use super::{access, saving};

pub mod store;

/// Longer than two beats, so that one that is lost makes nobody vanish.
pub const EXPIRES_AFTER_MILLIS: i64 = 45_000;

/// Somebody who has the ticket open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Present {
    pub person: UserId,
    pub is_typing: bool,
}

/// Notes that the actor looks at the ticket, or writes on it; gives back whether that is news to others.
pub fn look(tx: &mut Tx, cx: &Cx, number: i64, is_typing: bool) -> Result<bool> {
    let person = desk_person(tx, cx, number)?;
    let now = cx.now().millis();
    store::forget_before(tx, now)?;
    let before = store::typing(tx, number, person)?;
    store::save(
        tx,
        number,
        Present { person, is_typing },
        now + EXPIRES_AFTER_MILLIS,
    )?;
    Ok(before != Some(is_typing))
}

/// Notes that the actor went away.
pub fn leave(tx: &mut Tx, cx: &Cx, number: i64) -> Result<()> {
    let person = desk_person(tx, cx, number)?;
    store::delete(tx, number, person)
}

/// Who else is there.
pub fn others(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Vec<Present>> {
    let person = desk_person(tx, cx, number)?;
    let mut present = store::present(tx, number, cx.now().millis())?;
    present.retain(|one| one.person != person);
    Ok(present)
}

/// Only the desk sees who of the desk is there.
fn desk_person(tx: &mut Tx, cx: &Cx, number: i64) -> Result<UserId> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    cx.user_id().ok_or_else(Error::unauthenticated)
}
