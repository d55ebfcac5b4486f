//! Who may see a patch: whoever may see devices. Devices out of their reach are counted, not named.

use std::collections::BTreeMap;

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};

use super::{Patch, PatchId, State, planning, store};
use crate::READ;
use crate::device::{Device, DeviceId, listing};

/// A patch.
///
/// # Errors
/// 403 without the right to see devices, 404 when there is none.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: PatchId) -> Result<Patch> {
    cx.require(READ)?;
    store::find(tx, id)?.ok_or_else(Error::not_found)
}

/// A device that reports a patch.
#[derive(Debug, Clone)]
pub struct Reporter {
    /// Which.
    pub device: Device,
    /// The version that it has; empty when the update would bring the package anew.
    pub installed: String,
}

/// The devices that report a patch and that the reader may see, by name, after one of them.
///
/// # Errors
/// 403 without the right to see devices.
pub fn reporters(
    tx: &mut Tx<'_>,
    cx: &Cx,
    patch: &Patch,
    after: Option<&(String, DeviceId)>,
    limit: i64,
) -> Result<Vec<Reporter>> {
    let filter = listing::Filter {
        updates: vec![planning::update(patch)],
        ..listing::Filter::default()
    };
    let devices = listing::list(tx, cx, &filter, after, limit)?;
    let ids: Vec<DeviceId> = devices.iter().map(|device| device.id).collect();
    let mut installed = store::installed_on(tx, patch.id, &ids)?;
    let reporters = devices.into_iter().map(|device| Reporter {
        installed: installed.remove(&device.id).unwrap_or_default(),
        device,
    });
    Ok(reporters.collect())
}

/// How many devices that report a patch the reader may not see.
///
/// # Errors
/// The database's.
pub fn out_of_reach(tx: &mut Tx<'_>, cx: &Cx, patch: &Patch) -> Result<i64> {
    match cx.may(READ) {
        Some(Scope::All) => Ok(0),
        Some(Scope::Team) => {
            let seen = store::count_of_teams(tx, patch.id, cx.team_ids())?;
            Ok((patch.devices - seen).max(0))
        }
        Some(Scope::Own) | None => Ok(patch.devices),
    }
}

/// How many patches of one state a device reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// All of them.
    pub all: i64,
    /// Those that close holes.
    pub security: i64,
}

/// How many patches of each state a device reports.
///
/// # Errors
/// The database's.
pub fn counts(tx: &mut Tx<'_>, device: DeviceId) -> Result<BTreeMap<&'static str, Count>> {
    let mut counts: BTreeMap<&'static str, Count> = BTreeMap::new();
    for (state, is_security, number) in store::counts_of_device(tx, device)? {
        let count = counts.entry(State::as_str(state)).or_default();
        count.all += number;
        count.security += if is_security { number } else { 0 };
    }
    Ok(counts)
}
