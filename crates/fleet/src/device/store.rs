//! Every SQL statement about the records of devices.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, Value, each_listed, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::seeing::{Measure, slot};
use super::{Device, DeviceId, Kind, Source, State};

/// A device with when it was last heard of.
pub(super) const SELECT: &str = "SELECT d.id, d.name, d.kind, d.state, d.team, d.owner, d.source, d.identity, d.agent_key,
     d.agent_version, d.os, d.os_version, d.location, d.note, d.entered, d.inventory_at, d.created_at, d.retired_at,
     d.merged_into, d.version, s.at AS seen_at, s.address
     FROM fleet_device d LEFT JOIN fleet_seen s ON s.device = d.id";

pub(super) fn device(row: &Row<'_>) -> Result<Device> {
    let (kind, state, source): (String, String, String) =
        (row.get("kind")?, row.get("state")?, row.get("source")?);
    let (identity, entered): (String, String) = (row.get("identity")?, row.get("entered")?);
    Ok(Device {
        id: row.get("id")?,
        name: row.get("name")?,
        kind: Kind::stored(&kind)?,
        state: State::stored(&state)?,
        team: row.get("team")?,
        owner: row.get("owner")?,
        identity: serde_json::from_str(&identity)?,
        source: Source::stored(&source)?,
        agent_key: row.get("agent_key")?,
        agent_version: row.get("agent_version")?,
        seen_at: row.get("seen_at")?,
        address: row.get::<Option<String>>("address")?.unwrap_or_default(),
        inventory_at: row.get("inventory_at")?,
        os: row.get("os")?,
        os_version: row.get("os_version")?,
        location: row.get("location")?,
        note: row.get("note")?,
        entered: serde_json::from_str(&entered)?,
        created_at: row.get("created_at")?,
        retired_at: row.get("retired_at")?,
        merged_into: row.get("merged_into")?,
        version: row.get("version")?,
    })
}

/// The name as lists are ordered by it.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// What the words of a list's search are looked for in.
fn words(device: &Device) -> String {
    let identity = &device.identity;
    let mut parts = vec![
        device.name.as_str(),
        identity.host.as_str(),
        identity.serial.as_str(),
        identity.vendor.as_str(),
        identity.model.as_str(),
        device.os.as_str(),
        device.os_version.as_str(),
        device.location.as_str(),
        device.note.as_str(),
    ];
    parts.extend(identity.macs.iter().map(String::as_str));
    parts.retain(|part| !part.is_empty());
    parts.join("\n").to_lowercase()
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, device: &Device) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_device (id, name, name_key, kind, state, team, owner, source, identity, agent_key, agent_version,
             os, os_version, location, note, entered, words, inventory_at, created_at, retired_at, merged_into, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        params![
            device.id,
            &device.name,
            name_key(&device.name),
            device.kind.as_str(),
            device.state.as_str(),
            device.team,
            device.owner,
            device.source.as_str(),
            serde_json::to_string(&device.identity)?,
            device.agent_key.as_deref(),
            &device.agent_version,
            &device.os,
            &device.os_version,
            &device.location,
            &device.note,
            serde_json::to_string(&device.entered)?,
            words(device),
            device.inventory_at,
            device.created_at,
            device.retired_at,
            device.merged_into,
            device.version
        ],
    )?;
    Ok(())
}

/// Writes one that was changed; its version grows. False when somebody else changed it since it was read.
pub fn update(tx: &mut Tx<'_>, device: &Device) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE fleet_device SET name = $2, name_key = $3, kind = $4, state = $5, team = $6, owner = $7, source = $8,
             identity = $9, agent_version = $10, os = $11, os_version = $12, location = $13, note = $14, entered = $15,
             words = $16, retired_at = $17, merged_into = $18, version = version + 1 WHERE id = $1 AND version = $19",
        params![
            device.id,
            &device.name,
            name_key(&device.name),
            device.kind.as_str(),
            device.state.as_str(),
            device.team,
            device.owner,
            device.source.as_str(),
            serde_json::to_string(&device.identity)?,
            &device.agent_version,
            &device.os,
            &device.os_version,
            &device.location,
            &device.note,
            serde_json::to_string(&device.entered)?,
            words(device),
            device.retired_at,
            device.merged_into,
            device.version
        ],
    )?;
    Ok(rows > 0)
}

/// One, whoever asks: who may see it is the operation's to know.
pub fn find(tx: &mut Tx<'_>, id: DeviceId) -> Result<Option<Device>> {
    tx.query_opt(&format!("{SELECT} WHERE d.id = $1"), params![id], device)
}

/// Several, in no order; unknown ones are left out.
pub fn find_many(tx: &mut Tx<'_>, ids: &[DeviceId]) -> Result<Vec<Device>> {
    let mut found = BTreeMap::new();
    each_listed(ids, |list, values| {
        let sql = format!("{SELECT} WHERE d.id IN ({list})");
        found.extend(
            tx.query(&sql, values, device)?
                .into_iter()
                .map(|device| (device.id, device)),
        );
        Ok(())
    })?;
    Ok(found.into_values().collect())
}

/// The one whose agent has a key.
pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<Device>> {
    tx.query_opt(&format!("{SELECT} WHERE d.agent_key = $1"), params![key], device)
}

/// Those in use that somebody has, by name.
pub fn of_owner(tx: &mut Tx<'_>, owner: UserId, limit: i64) -> Result<Vec<Device>> {
    tx.query(
        &format!("{SELECT} WHERE d.owner = $1 AND d.state <> 'retired' ORDER BY d.name_key, d.id LIMIT $2"),
        params![owner, limit],
        device,
    )
}

/// Writes or takes away the key of its agent.
pub fn set_key(tx: &mut Tx<'_>, id: DeviceId, key: Option<&str>) -> Result<()> {
    tx.execute(
        "UPDATE fleet_device SET agent_key = $2, version = version + 1 WHERE id = $1",
        params![id, key],
    )?;
    Ok(())
}

/// Writes when it told what is in it.
pub fn set_inventory_at(tx: &mut Tx<'_>, id: DeviceId, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_device SET inventory_at = $2 WHERE id = $1",
        params![id, at],
    )?;
    Ok(())
}

/// A page of a list: what to ask for besides the order, and where it goes on.
pub fn list(
    tx: &mut Tx<'_>,
    wanted: &[(String, Vec<Value>)],
    after: Option<&(String, DeviceId)>,
    limit: i64,
) -> Result<Vec<Device>> {
    let mut values: Vec<Value> = Vec::new();
    let mut sql = SELECT.to_owned();
    let mut conditions: Vec<String> = Vec::new();
    for (condition, arguments) in wanted {
        // Each `?` of a condition is the next argument.
        let mut text = String::with_capacity(condition.len() + 8);
        let mut arguments = arguments.iter();
        for letter in condition.chars() {
            match (letter, letter == '?') {
                (_, true) => {
                    values.extend(arguments.next().cloned());
                    text.push_str(&format!("${}", values.len()));
                }
                (letter, false) => text.push(letter),
            }
        }
        conditions.push(text);
    }
    if let Some((name, id)) = after {
        values.push(Value::from(name.as_str()));
        values.push(Value::from(*id));
        let (name, id) = (values.len() - 1, values.len());
        conditions.push(format!(
            "(d.name_key > ${name} OR (d.name_key = ${name} AND d.id > ${id}))"
        ));
    }
    if !conditions.is_empty() {
        sql.push_str(" WHERE ");
        sql.push_str(&conditions.join(" AND "));
    }
    values.push(Value::from(limit));
    sql.push_str(&format!(" ORDER BY d.name_key, d.id LIMIT ${}", values.len()));
    tx.query(&sql, &values, device)
}

/// How many devices are in a state.
pub fn count(tx: &mut Tx<'_>, state: State) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM fleet_device WHERE state = $1",
        params![state.as_str()],
        |row| row.get("n"),
    )
}

/// The next ids after one, in their order: for feeding the search index.
pub fn ids_after(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT id FROM fleet_device WHERE id > $1 ORDER BY id LIMIT $2",
        params![after, limit],
        |row| row.get("id"),
    )
}

/// Writes that a device was heard of. An earlier word that arrives late changes nothing.
pub fn put_seen(tx: &mut Tx<'_>, id: DeviceId, at: Timestamp, address: &str, beat: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_seen (device, at, address, beat) VALUES ($1, $2, $3, $4)
         ON CONFLICT (device) DO UPDATE SET at = excluded.at, address = excluded.address,
             beat = CASE WHEN excluded.beat = '' THEN fleet_seen.beat ELSE excluded.beat END
         WHERE fleet_seen.at <= excluded.at",
        params![id, at, address, beat],
    )?;
    Ok(())
}

/// The last heartbeat as it was kept.
pub fn last_beat(tx: &mut Tx<'_>, id: DeviceId) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT beat FROM fleet_seen WHERE device = $1",
        params![id],
        |row| row.get("beat"),
    )
}

/// Writes one measure of its day over that of yesterday. The first of its five minutes stays: the others would write the same
/// page of the database again, for each of many devices.
pub fn put_measure(tx: &mut Tx<'_>, id: DeviceId, measure: &Measure) -> Result<()> {
    let (slot, begins) = slot(measure.at);
    tx.execute(
        "INSERT INTO fleet_beat (device, slot, at, load, cpu, memory_used, memory_total, disk)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (device, slot) DO UPDATE SET at = excluded.at, load = excluded.load, cpu = excluded.cpu,
             memory_used = excluded.memory_used, memory_total = excluded.memory_total, disk = excluded.disk
         WHERE fleet_beat.at <> excluded.at",
        params![
            id,
            slot,
            begins,
            measure.load,
            measure.cpu,
            measure.memory_used,
            measure.memory_total,
            measure.disk
        ],
    )?;
    Ok(())
}

/// The measures since an instant, oldest first.
pub fn measures(tx: &mut Tx<'_>, id: DeviceId, since: Timestamp) -> Result<Vec<Measure>> {
    tx.query(
        "SELECT at, load, cpu, memory_used, memory_total, disk FROM fleet_beat
         WHERE device = $1 AND at > $2 ORDER BY at LIMIT 288",
        params![id, since],
        |row| {
            Ok(Measure {
                at: row.get("at")?,
                load: row.get("load")?,
                cpu: row.get("cpu")?,
                memory_used: row.get("memory_used")?,
                memory_total: row.get("memory_total")?,
                disk: row.get("disk")?,
            })
        },
    )
}
