//! The queue of devices that wait: who they are, and yes or no to many at once.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind as Failure, Result};

use super::store::{self, Enrolled};
use crate::MANAGE;
use crate::device::{self, Device, DeviceId, Filter, State};

/// Shown and decided at a time.
pub const MOST: i64 = 200;

/// A device that waits, with how it came.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The device.
    pub device: Device,
    /// The name of the document it came by; empty for what came otherwise.
    pub document: String,
    /// Where it called from then.
    pub address: String,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be used.
    Admit,
    /// It is sent away; its record stays as one out of use.
    Refuse,
}

/// Who waits, by name.
///
/// # Errors
/// 403.
pub fn waiting(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Waiting>> {
    cx.require(MANAGE)?;
    let filter = Filter {
        states: vec![State::Pending],
        ..Filter::default()
    };
    let mut devices = device::list(tx, cx, &filter, None, MOST)?;
    devices.retain(|one| device::may(cx, MANAGE, one));
    let ids: Vec<DeviceId> = devices.iter().map(|one| one.id).collect();
    let mut came = store::enrolled(tx, &ids)?;
    let each = devices.into_iter().map(|device| {
        let Enrolled { name, address, .. } = came.remove(&device.id).unwrap_or_else(|| Enrolled {
            name: String::new(),
            at: device.created_at,
            address: device.address.clone(),
        });
        Waiting {
            device,
            document: name,
            address,
        }
    });
    Ok(each.collect())
}

/// Decides about several; answers how many. What somebody else decided meanwhile is left as it is.
///
/// # Errors
/// 403; 404 for a device that the reader may not see: then nothing is decided.
pub fn decide(tx: &mut Tx<'_>, cx: &Cx, devices: &[DeviceId], decision: Decision) -> Result<usize> {
    cx.require(MANAGE)?;
    let mut decided = 0;
    for id in devices {
        let device = device::with_right(tx, cx, MANAGE, *id)?;
        if device.state != State::Pending {
            continue;
        }
        let outcome = match decision {
            Decision::Admit => device::admit(tx, cx, *id),
            Decision::Refuse => device::retire(tx, cx, *id),
        };
        match outcome {
            Ok(_) => decided += 1,
            Err(error) if error.kind() == Failure::Conflict => {}
            Err(error) => return Err(error),
        }
    }
    Ok(decided)
}
