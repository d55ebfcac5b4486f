//! Heartbeats gathered in memory and written many at a time.
//!
//! Twenty thousand devices send three hundred a second; each in a transaction of its own would keep the database busy with nothing
//! else. A beat is worth little: what is lost with the process comes again within a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::Kernel;
use kernel::error::Result;
use kernel::time::Timestamp;
use protocol::message::Beat;

use super::hub::Hub;
use super::lease::{self, Epoch};
use crate::device::{self, DeviceId};

/// So many devices in one transaction.
const BATCH: usize = 256;

/// A beat that was not written yet.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub epoch: Epoch,
    pub at: Timestamp,
    pub beat: Beat,
    pub address: Arc<str>,
}

/// The last beat of each device since the last writing.
#[derive(Debug, Default)]
pub(super) struct Beats {
    heard: Mutex<HashMap<DeviceId, Heard>>,
}

impl Beats {
    pub fn put(&self, device: DeviceId, heard: Heard) {
        self.lock().insert(device, heard);
    }

    /// How many wait.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    fn take(&self) -> Vec<(DeviceId, Heard)> {
        std::mem::take(&mut *self.lock()).into_iter().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<DeviceId, Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what was heard. Links whose lease another has taken are ended.
pub(super) async fn flush(kernel: &Kernel, hub: &Hub) -> Result<()> {
    let mut heard = hub.beats.take();
    // In one order, so that two nodes never wait for each other.
    heard.sort_unstable_by_key(|(device, _)| *device);
    for part in heard.chunks(BATCH) {
        let part = Arc::new(part.to_vec());
        let lost = kernel.db.write(move |tx| write(tx, &part)).await?;
        for (device, epoch) in lost {
            hub.cut(&device, epoch, "replaced");
        }
    }
    Ok(())
}

/// Answers whose lease is lost.
fn write(tx: &mut kernel::db::Tx<'_>, heard: &[(DeviceId, Heard)]) -> Result<Vec<(DeviceId, Epoch)>> {
    let devices: Vec<DeviceId> = heard.iter().map(|(device, _)| *device).collect();
    let held: HashMap<DeviceId, i64> = lease::store::epochs(tx, &devices)?.into_iter().collect();
    let mut lost = Vec::new();
    for (device, heard) in heard {
        if held.get(device) == Some(&heard.epoch.0) {
            device::seen(tx, *device, heard.at, &heard.beat, &heard.address)?;
        } else {
            lost.push((*device, heard.epoch));
        }
    }
    Ok(lost)
}
