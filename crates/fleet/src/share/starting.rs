//! Beginning, and coming back: the requester of an open ticket, by their own act.

use desk::ticket::{self, State as TicketState, Ticket, access};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use serde_json::json;

use super::{STARTED, Share, ShareMark, store};

/// Shares of one person at a time, on different tickets.
const OPEN_MOST: usize = 2;
/// Shares that one person begins in an hour.
const HOURLY_MOST: i64 = 20;
const HOUR_MILLIS: i64 = 3_600_000;

/// The ticket from which the reader may share: their own, and not closed.
///
/// # Errors
/// 404 for a ticket that is not theirs, 409 `fleet.share.ticket_closed`.
pub fn own_ticket(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Ticket> {
    let found = ticket::store::load(tx, number)?.ok_or_else(Error::not_found)?;
    access::check(cx, access::REPLY, &found)?;
    if cx.user_id() != Some(found.requester) {
        return Err(Error::not_found());
    }
    if found.state == TicketState::Closed {
        return Err(Error::conflict("fleet.share.ticket_closed"));
    }
    Ok(found)
}

/// Begins to share from a ticket, or goes on with what the same person shares from it already; this node keeps it from now on.
///
/// # Errors
/// As [`own_ticket`]; 409 `fleet.share.too_many` with too many open shares, 429 `fleet.share.too_often`.
pub fn start(tx: &mut Tx<'_>, cx: &Cx, number: i64, node: &str) -> Result<Share> {
    let identity = cx.identity().ok_or_else(Error::unauthenticated)?;
    let person = identity.user;
    // Two windows of one person are counted one after the other.
    tx.lock("fleet.sharing", person)?;
    // A ticket that is closed meanwhile is closed before this or after it, and whoever looks on its end finds this.
    tx.lock("desk.ticket", number)?;
    own_ticket(tx, cx, number)?;
    let open = store::open_of_person(tx, person)?;
    if let Some(share) = open.iter().find(|share| share.ticket == number) {
        // It may have ended since it was read: then the statement finds nothing, and another begins.
        if let Some(share) = store::take(tx, share.id, node, cx.now())? {
            return Ok(share);
        }
    }
    if open.len() >= OPEN_MOST {
        return Err(Error::conflict("fleet.share.too_many").arg("most", OPEN_MOST));
    }
    if store::count_since(tx, person, cx.now().add_millis(-HOUR_MILLIS))? >= HOURLY_MOST {
        return Err(Error::too_many("fleet.share.too_often"));
    }
    let id = cx.new_id::<ShareMark>();
    store::insert(tx, id, number, (person, &identity.name), cx.now())?;
    let new = New {
        kind: STARTED,
        subject: ticket::subject(number),
        data: json!({ "share": id.to_string(), "line": super::line(id, "fleet-share-line-started") }),
        personal: None,
    };
    event::append(tx, cx, new)?;
    store::take(tx, id, node, cx.now())?.ok_or_else(Error::not_found)
}
