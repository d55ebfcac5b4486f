//! The devices of a ticket: those a person named on it, and those its requester uses.

use desk::ticket::{self, Ticket, access};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::link;

use super::{Device, DeviceId, State, find, may, of_person, of_subject, store, subject};
use crate::READ;

/// The kind of the link from a ticket to a device.
pub const ON_DEVICE: &str = "on_device";
/// Devices of one ticket.
const MOST: usize = 20;
const LINKS: i64 = 100;

/// The devices of a ticket.
#[derive(Clone, Debug)]
pub struct OfTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// Named on it.
    pub named: Vec<Device>,
    /// The requester's, not named yet.
    pub offered: Vec<Device>,
    /// Whether the reader may name some.
    pub may_change: bool,
}

fn see(tx: &mut Tx<'_>, cx: &Cx, number: i64, permission: &str) -> Result<Ticket> {
    cx.require(READ)?;
    let found = ticket::store::load(tx, number)?.ok_or_else(Error::not_found)?;
    access::check(cx, permission, &found)?;
    Ok(found)
}

/// The ids of the devices named on a ticket, whoever asks.
///
/// # Errors
/// The database's.
pub fn named(tx: &mut Tx<'_>, number: i64) -> Result<Vec<DeviceId>> {
    let links = link::of(tx, &ticket::subject(number), LINKS)?;
    Ok(links
        .iter()
        .filter(|link| link.kind == ON_DEVICE)
        .filter_map(|link| of_subject(&link.to))
        .take(MOST)
        .collect())
}

/// The devices of a ticket, as far as the reader may see both.
///
/// # Errors
/// Not found for a ticket they may not see; forbidden without the right to see devices.
pub fn devices(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<OfTicket> {
    let ticket = see(tx, cx, number, access::READ)?;
    let ids = named(tx, number)?;
    let mut named = store::find_many(tx, &ids)?;
    named.retain(|device| may(cx, READ, device));
    let mut offered = of_person(tx, cx, ticket.requester)?;
    offered.retain(|device| !ids.contains(&device.id));
    Ok(OfTicket {
        may_change: access::may(cx, access::CHANGE, &ticket),
        ticket,
        named,
        offered,
    })
}

/// Names a device on a ticket. Whether that is new.
///
/// # Errors
/// Not found for a ticket or a device they may not see; `fleet.ticket.too_many_devices`; `fleet.device.retired`.
pub fn connect(tx: &mut Tx<'_>, cx: &Cx, number: i64, id: DeviceId) -> Result<bool> {
    let ticket = see(tx, cx, number, access::CHANGE)?;
    let device = find(tx, cx, id)?;
    if device.state == State::Retired {
        return Err(Error::conflict("fleet.device.retired"));
    }
    if named(tx, number)?.len() >= MOST {
        return Err(Error::conflict("fleet.ticket.too_many_devices"));
    }
    link::add(tx, cx, &ticket.subject(), &subject(id), ON_DEVICE)
}

/// Takes a device from a ticket. Whether it was there.
///
/// # Errors
/// Not found for a ticket or a device they may not see.
pub fn disconnect(tx: &mut Tx<'_>, cx: &Cx, number: i64, id: DeviceId) -> Result<bool> {
    let ticket = see(tx, cx, number, access::CHANGE)?;
    find(tx, cx, id)?;
    link::remove(tx, cx, &ticket.subject(), &subject(id), ON_DEVICE)
}

/// The tickets on which a device is named that the reader may see, the latest first.
///
/// # Errors
/// The database's.
pub fn tickets(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId) -> Result<Vec<Ticket>> {
    let own = subject(id);
    let mut numbers: Vec<i64> = link::of(tx, &own, LINKS)?
        .iter()
        .filter(|link| link.kind == ON_DEVICE && link.to == own)
        .filter_map(|link| link.from.strip_prefix("ticket:")?.parse().ok())
        .collect();
    numbers.sort_unstable_by_key(|number| std::cmp::Reverse(*number));
    let mut tickets = ticket::store::load_many(tx, &numbers)?;
    tickets.retain(|ticket| access::may(cx, access::READ, ticket));
    tickets.sort_unstable_by_key(|ticket| std::cmp::Reverse(ticket.number));
    Ok(tickets)
}
