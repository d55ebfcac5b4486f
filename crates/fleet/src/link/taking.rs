//! What becomes of what a device says: inventories to `inventory`, acts to `act`, sessions to `session`.
//!
//! Each of them writes under the link's epoch (`lease::guard`), so a link that was replaced writes nothing.

use kernel::Kernel;
use kernel::error::Result;
use protocol::inventory::Report;
use protocol::message::{FromAgent, FromServer};

use super::lease::{self, Epoch};
use super::running::Link;
use crate::device::DeviceId;
use crate::{act, inventory, session};

/// Takes in one message; the answer goes back on the same link.
pub(super) async fn take(link: &Link, message: FromAgent) -> Result<Option<FromServer>> {
    match message {
        FromAgent::Inventory(report) => inventory(link, report).await.map(Some),
        message @ (FromAgent::Output { .. } | FromAgent::Done { .. } | FromAgent::Acts { .. }) => {
            act::heard(&link.app, link.device, link.epoch, message).await?;
            Ok(None)
        }
        message @ (FromAgent::Opened { .. } | FromAgent::Ended { .. }) => {
            session::heard(&link.app, link.device, link.epoch, message).await?;
            Ok(None)
        }
        FromAgent::Hello { .. } | FromAgent::Proof { .. } | FromAgent::Beat(_) => Ok(None),
    }
}

async fn inventory(link: &Link, report: Report) -> Result<FromServer> {
    let (device, epoch) = (link.device, link.epoch);
    let cx = link.app.cx_system("fleet.link");
    let write = move |tx: &mut kernel::db::Tx<'_>| {
        lease::guard(tx, device, epoch)?;
        inventory::take(tx, &cx, device, &report)
    };
    let taken = link.app.db.write(write).await?;
    Ok(FromServer::TookInventory { hashes: taken.hashes })
}

/// A link is over. Terminals wait for the next one for a while, acts go on by themselves.
pub(super) async fn gone(kernel: &Kernel, device: DeviceId, epoch: Epoch) {
    let _ = (kernel, device, epoch);
}
