//! Entering a code: the document of the guest, once.

use desk::ticket::{self, Stage};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;

use super::{State, asking, events, note, store};
use crate::link::sealing;

/// Hands the document out for a code. None for one that is wrong, is over, or was entered before: nobody learns which.
///
/// # Errors
/// The database's.
pub fn enter(tx: &mut Tx<'_>, cx: &Cx, typed: &str) -> Result<Option<Vec<u8>>> {
    let Some(code) = asking::digits(typed) else {
        return Ok(None);
    };
    let key = asking::key(tx, cx)?;
    let mut found = None;
    // All are compared, so that the time says nothing of which one it was.
    for one in store::waiting(tx, cx.now(), asking::WAITING_MOST)? {
        if asking::is_code(&key, &one, &code) {
            found = Some(one.id);
        }
    }
    let Some(id) = found else {
        return Ok(None);
    };
    // Two at once must not both have it.
    tx.lock("fleet.assist", id)?;
    let counts = store::find(tx, id)?
        .filter(|one| one.state == State::Waiting && one.reason.is_empty() && one.code_until > cx.now());
    let Some(mut assist) = counts else {
        return Ok(None);
    };
    // The news that a ticket was closed may still be on its way.
    let ticket = ticket::store::load(tx, assist.ticket)?;
    if ticket.is_none_or(|ticket| ticket.state.stage() != Stage::Open) {
        return Ok(None);
    }
    let Some(sealed) = assist.document.take() else {
        return Ok(None);
    };
    let document = sealing::open(tx, cx, &asking::place("document", id), &sealed)?;
    assist.state = State::Fetched;
    assist.code = None;
    assist.fetched_at = Some(cx.now());
    store::update(tx, &assist)?;
    note(tx, cx, &assist, events::FETCHED, None)?;
    Ok(Some(document))
}
