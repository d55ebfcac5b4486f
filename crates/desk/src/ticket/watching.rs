//! Watching: people who are told of what happens to a ticket.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;

use super::saving::{self, Told};
use super::{access, store};
use crate::events;

/// Lets a person watch the ticket. One may enter oneself; entering others takes the right to change the ticket.
pub fn watch(tx: &mut Tx, cx: &Cx, number: i64, person: UserId) -> Result<()> {
    let ticket = saving::see(tx, cx, number, needed(cx, person))?;
    if store::add_watcher(tx, number, person)? {
        Told::new(events::TICKET_WATCHED)
            .with("person", person.to_string())
            .append(tx, cx, ticket.subject())?;
    }
    Ok(())
}

/// Ends it.
pub fn unwatch(tx: &mut Tx, cx: &Cx, number: i64, person: UserId) -> Result<()> {
    let ticket = saving::see(tx, cx, number, needed(cx, person))?;
    if store::remove_watcher(tx, number, person)? {
        Told::new(events::TICKET_UNWATCHED)
            .with("person", person.to_string())
            .append(tx, cx, ticket.subject())?;
    }
    Ok(())
}

fn needed(cx: &Cx, person: UserId) -> &'static str {
    if cx.user_id() == Some(person) {
        access::READ
    } else {
        access::CHANGE
    }
}

/// Who watches the ticket; the desk's to know.
pub fn watchers(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Vec<UserId>> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    store::watchers(tx, number)
}
