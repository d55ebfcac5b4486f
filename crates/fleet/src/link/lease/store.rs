//! Every SQL statement about leases.

use std::collections::BTreeSet;

use kernel::db::{Tx, Value, each_listed, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use crate::device::DeviceId;

/// Answers the new epoch.
pub(super) fn take(tx: &mut Tx<'_>, device: DeviceId, node: &str, now: Timestamp) -> Result<i64> {
    tx.query_one(
        "INSERT INTO fleet_lease (device, epoch, node, taken_at) VALUES ($1, 1, $2, $3)
         ON CONFLICT (device) DO UPDATE SET epoch = fleet_lease.epoch + 1, node = excluded.node, taken_at = excluded.taken_at
         RETURNING epoch",
        params![device, node, now],
        |row| row.get("epoch"),
    )
}

pub(super) fn release(tx: &mut Tx<'_>, device: DeviceId, epoch: i64) -> Result<()> {
    tx.execute(
        "UPDATE fleet_lease SET node = NULL WHERE device = $1 AND epoch = $2",
        params![device, epoch],
    )?;
    Ok(())
}

/// Gives back every lease of a node that ends.
pub(in crate::link) fn release_all(tx: &mut Tx<'_>, node: &str) -> Result<u64> {
    tx.execute(
        "UPDATE fleet_lease SET node = NULL WHERE node = $1",
        params![node],
    )
}

pub(super) fn is_held(tx: &mut Tx<'_>, device: DeviceId, epoch: i64) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT epoch FROM fleet_lease WHERE device = $1 AND epoch = $2 AND node IS NOT NULL",
        params![device, epoch],
        |row| row.get::<i64>("epoch"),
    )?;
    Ok(found.is_some())
}

/// The epochs of some devices as they are, for writing many beats at once.
pub(in crate::link) fn epochs(tx: &mut Tx<'_>, devices: &[DeviceId]) -> Result<Vec<(DeviceId, i64)>> {
    let mut found = Vec::with_capacity(devices.len());
    each_listed(devices, |list, values: &[Value]| {
        let sql =
            format!("SELECT device, epoch FROM fleet_lease WHERE node IS NOT NULL AND device IN ({list})");
        found.extend(tx.query(&sql, values, |row| Ok((row.get("device")?, row.get("epoch")?)))?);
        Ok(())
    })?;
    Ok(found)
}

pub(super) fn holder(
    tx: &mut Tx<'_>,
    device: DeviceId,
    alive_since: Timestamp,
) -> Result<Option<(String, i64)>> {
    tx.query_opt(
        "SELECT lease.node AS node, lease.epoch AS epoch FROM fleet_lease lease JOIN fleet_node one ON one.node = lease.node
         WHERE lease.device = $1 AND one.seen_at >= $2",
        params![device, alive_since],
        |row| Ok((row.get("node")?, row.get("epoch")?)),
    )
}

pub(super) fn online(
    tx: &mut Tx<'_>,
    devices: &[DeviceId],
    alive_since: Timestamp,
) -> Result<BTreeSet<DeviceId>> {
    let nodes: BTreeSet<String> = super::super::node::store::alive(tx, alive_since)?
        .into_iter()
        .map(|node| node.node)
        .collect();
    let mut found = BTreeSet::new();
    each_listed(devices, |list, values: &[Value]| {
        let sql =
            format!("SELECT device, node FROM fleet_lease WHERE node IS NOT NULL AND device IN ({list})");
        let rows = tx.query(&sql, values, |row| {
            Ok((row.get::<DeviceId>("device")?, row.get::<String>("node")?))
        })?;
        found.extend(
            rows.into_iter()
                .filter(|(_, node)| nodes.contains(node))
                .map(|(device, _)| device),
        );
        Ok(())
    })?;
    Ok(found)
}
