//! Leases: which node has the link of a device, and since which epoch.
//!
//! A link takes the lease when it is welcomed, and the epoch grows. What a link says is written only while its epoch is the
//! present one ([`guard`]), so a node that was replaced, however late it wakes, writes nothing. A lease needs no renewal of its
//! own: it counts as long as its node is heard of (see `node`), which is one row for twenty thousand devices.

pub(crate) mod store;

use std::collections::BTreeSet;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};

use super::node;
use crate::device::DeviceId;

/// A link's right to speak for its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(pub i64);

/// Takes the lease for a node, away from whoever had it.
///
/// # Errors
/// The database's.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, device: DeviceId, node: &str) -> Result<Epoch> {
    hold(tx, device)?;
    store::take(tx, device, node, cx.now()).map(Epoch)
}

/// Gives the lease back; nothing happens when another link has it by now.
///
/// # Errors
/// The database's.
pub fn release(tx: &mut Tx<'_>, device: DeviceId, epoch: Epoch) -> Result<()> {
    hold(tx, device)?;
    store::release(tx, device, epoch.0)
}

/// Holds the lease until the end of the transaction; whoever writes what a link said calls this first.
///
/// # Errors
/// 409 `fleet.lease.lost` when another link has taken the device over.
pub fn guard(tx: &mut Tx<'_>, device: DeviceId, epoch: Epoch) -> Result<()> {
    hold(tx, device)?;
    if store::is_held(tx, device, epoch.0)? {
        Ok(())
    } else {
        Err(Error::conflict("fleet.lease.lost"))
    }
}

/// The node that has the link of a device now, with the epoch; none when it has none or its node is not heard of.
///
/// # Errors
/// The database's.
pub fn holder(tx: &mut Tx<'_>, cx: &Cx, device: DeviceId) -> Result<Option<(String, Epoch)>> {
    let found = store::holder(tx, device, node::alive_since(cx.now()))?;
    Ok(found.map(|(node, epoch)| (node, Epoch(epoch))))
}

/// Which of these devices have a link now.
///
/// # Errors
/// The database's.
pub fn online(tx: &mut Tx<'_>, cx: &Cx, devices: &[DeviceId]) -> Result<BTreeSet<DeviceId>> {
    store::online(tx, devices, node::alive_since(cx.now()))
}

fn hold(tx: &mut Tx<'_>, device: DeviceId) -> Result<()> {
    tx.lock("fleet.lease", device)
}
