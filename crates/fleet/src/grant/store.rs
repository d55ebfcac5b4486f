//! Every SQL statement about grants.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::Kept;
use crate::act::ActId;
use crate::device::DeviceId;

const SELECT: &str = "SELECT act, device, ticket, signed, issued_at, expires_at, revoked_at FROM fleet_grant";

fn kept(row: &Row<'_>) -> Result<Kept> {
    Ok(Kept {
        act: row.get("act")?,
        device: row.get("device")?,
        ticket: row.get("ticket")?,
        signed: serde_json::from_str(&row.get::<String>("signed")?)?,
        issued_at: row.get("issued_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}

/// Keeps a grant that was signed.
pub fn insert(tx: &mut Tx<'_>, kept: &Kept) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_grant (id, act, device, ticket, signed, issued_at, expires_at, revoked_at)
         VALUES ($1, $1, $2, $3, $4, $5, $6, NULL)",
        params![
            kept.act,
            kept.device,
            kept.ticket,
            serde_json::to_string(&kept.signed)?,
            kept.issued_at,
            kept.expires_at
        ],
    )?;
    Ok(())
}

/// The grant of an act.
pub fn of_act(tx: &mut Tx<'_>, act: ActId) -> Result<Option<Kept>> {
    tx.query_opt(&format!("{SELECT} WHERE act = $1"), params![act], kept)
}

/// Those of a ticket that hold.
pub fn of_ticket(tx: &mut Tx<'_>, ticket: i64, now: Timestamp) -> Result<Vec<Kept>> {
    tx.query(
        &format!("{SELECT} WHERE ticket = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY issued_at, id LIMIT 2000"),
        params![ticket, now],
        kept,
    )
}

/// Those of a device that were taken back and would hold otherwise.
pub fn revoked_of_device(tx: &mut Tx<'_>, device: DeviceId, now: Timestamp) -> Result<Vec<ActId>> {
    tx.query(
        "SELECT act FROM fleet_grant WHERE device = $1 AND revoked_at IS NOT NULL AND expires_at > $2 ORDER BY issued_at LIMIT 2000",
        params![device, now],
        |row| row.get("act"),
    )
}

/// Takes one back.
pub fn revoke(tx: &mut Tx<'_>, act: ActId, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_grant SET revoked_at = $2 WHERE act = $1 AND revoked_at IS NULL",
        params![act, now],
    )?;
    Ok(())
}
