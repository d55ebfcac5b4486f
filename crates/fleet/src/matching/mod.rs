//! Whether whoever reports is a device that is known already.
//!
//! Serial number with its vendor, the board's UUID, the system's machine id, and hardware addresses tell machines apart, as far as they are
//! no filling words of a factory and no address of a dock that goes from desk to desk. What is sure is taken; what is in doubt becomes
//! a device of its own and a question to a person (`merging`), never a silent merge.

pub mod merging;
mod rules;
pub mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use protocol::message::Identity;

use crate::device::{self, Device, DeviceId, Source};

pub use rules::{Identifier, Why, identifiers};

/// Where a report belongs.
#[derive(Clone, Debug, PartialEq)]
pub enum Placed {
    /// To this device.
    Known(Box<Device>),
    /// To none that is known.
    New,
    /// Perhaps to this one: make a new device, and ask.
    Doubt {
        /// The one it may be.
        with: DeviceId,
        /// What speaks for it.
        why: Why,
    },
}

/// Finds the device that has this identity. What was merged away is known by nothing any more.
///
/// # Errors
/// The database's.
pub fn place(tx: &mut Tx<'_>, cx: &Cx, identity: &Identity, source: Source) -> Result<Placed> {
    let _ = cx;
    let identity = device::describing::capped(identity);
    let wanted = identifiers(&identity);
    let holders = store::holders(tx, &wanted)?;
    let mut ids: Vec<DeviceId> = holders.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = device::store::find_many(tx, &ids)?;
    Ok(rules::judge(&identity, &holders, known, source))
}

/// Keeps by what a device is known again.
///
/// # Errors
/// The database's.
pub fn remember(tx: &mut Tx<'_>, id: DeviceId, identity: &Identity) -> Result<()> {
    store::put(tx, id, &identifiers(identity))
}
