//! Every SQL statement about what devices are known by, and about doubts.

use kernel::db::{Row, Tx, Value, insert_many, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::merging::{Doubt, DoubtId, DoubtState};
use super::rules::{Identifier, Why};
use crate::device::DeviceId;

/// Devices with one identifier; a sign that more have says nothing.
const HOLDERS: i64 = 5;

/// Who has which of these.
pub fn holders(tx: &mut Tx<'_>, wanted: &[Identifier]) -> Result<Vec<(Why, DeviceId)>> {
    let mut found = Vec::new();
    for one in wanted {
        let ids = tx.query(
            "SELECT device FROM fleet_identifier WHERE kind = $1 AND value = $2 LIMIT $3",
            params![one.kind.as_str(), &one.value, HOLDERS],
            |row| row.get("device"),
        )?;
        found.extend(ids.into_iter().map(|id| (one.kind, id)));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Writes what a device is known by now, in place of what it was known by.
pub fn put(tx: &mut Tx<'_>, id: DeviceId, identifiers: &[Identifier]) -> Result<()> {
    tx.execute("DELETE FROM fleet_identifier WHERE device = $1", params![id])?;
    let mut rows: Vec<Value> = Vec::with_capacity(identifiers.len() * 3);
    for one in identifiers {
        rows.extend([one.kind.as_str().into(), one.value.as_str().into(), id.into()]);
    }
    insert_many(
        tx,
        "INSERT INTO fleet_identifier (kind, value, device) VALUES",
        3,
        &rows,
    )
}

const SELECT: &str = "SELECT id, device, other, why, at, state, by_person, decided_at FROM fleet_merge";

fn doubt(row: &Row<'_>) -> Result<Doubt> {
    let (why, state): (String, String) = (row.get("why")?, row.get("state")?);
    let damaged = |word: &str| Error::internal(format!("unknown word {word:?} in a doubt"));
    Ok(Doubt {
        id: row.get("id")?,
        device: row.get("device")?,
        other: row.get("other")?,
        why: Why::known(&why).ok_or_else(|| damaged(&why))?,
        at: row.get("at")?,
        state: DoubtState::known(&state).ok_or_else(|| damaged(&state))?,
        by: row.get("by_person")?,
        decided_at: row.get("decided_at")?,
    })
}

/// Writes a doubt.
pub fn insert(tx: &mut Tx<'_>, doubt: &Doubt) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_merge (id, device, other, why, at, state, by_person, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            doubt.id,
            doubt.device,
            doubt.other,
            doubt.why.as_str(),
            doubt.at,
            doubt.state.as_str(),
            doubt.by,
            doubt.decided_at
        ],
    )?;
    Ok(())
}

/// One of them.
pub fn find(tx: &mut Tx<'_>, id: DoubtId) -> Result<Option<Doubt>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], doubt)
}

/// Those about two devices, in either order.
pub fn between(tx: &mut Tx<'_>, one: DeviceId, other: DeviceId) -> Result<Vec<Doubt>> {
    tx.query(
        &format!("{SELECT} WHERE (device = $1 AND other = $2) OR (device = $2 AND other = $1) LIMIT 10"),
        params![one, other],
        doubt,
    )
}

/// Those that wait for somebody, the oldest first.
pub fn open(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Doubt>> {
    tx.query(
        &format!("{SELECT} WHERE state = 'open' ORDER BY id LIMIT $1"),
        params![limit],
        doubt,
    )
}

/// Those about a device that wait for somebody.
pub fn open_of(tx: &mut Tx<'_>, id: DeviceId) -> Result<Vec<Doubt>> {
    tx.query(
        &format!("{SELECT} WHERE state = 'open' AND (device = $1 OR other = $1) ORDER BY id LIMIT 20"),
        params![id],
        doubt,
    )
}

/// Writes what was decided.
pub fn decide(
    tx: &mut Tx<'_>,
    id: DoubtId,
    state: DoubtState,
    by: Option<UserId>,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE fleet_merge SET state = $2, by_person = $3, decided_at = $4 WHERE id = $1",
        params![id, state.as_str(), by, at],
    )?;
    Ok(())
}

/// Ends the open doubts about a device that is no more.
pub fn settle_of(tx: &mut Tx<'_>, id: DeviceId, by: Option<UserId>, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_merge SET state = 'merged', by_person = $2, decided_at = $3
         WHERE state = 'open' AND (device = $1 OR other = $1)",
        params![id, by, at],
    )?;
    Ok(())
}
