//! Every SQL statement about rollouts, their targets, and their commands.

use std::collections::BTreeMap;

use ::rollout::{CommandId, Position, Step, Target};
use kernel::db::{Row, Tx, Value, insert_many, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Rollout, RolloutId, course_word, phase_word};
use crate::act::ActId;
use crate::device::DeviceId;
use crate::patch::PatchId;

const SELECT: &str = "SELECT id, ticket, title, query, first, content, plan, head, person, person_name, created_at, ended_at FROM fleet_rollout";

fn rollout(row: &Row<'_>) -> Result<Rollout> {
    let json = |name: &str| row.get::<String>(name);
    Ok(Rollout {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        title: row.get("title")?,
        query: row.get("query")?,
        first: row.get("first")?,
        content: serde_json::from_str(&json("content")?)?,
        plan: serde_json::from_str(&json("plan")?)?,
        head: serde_json::from_str(&json("head")?)?,
        person: row.get("person")?,
        person_name: row.get("person_name")?,
        created_at: row.get("created_at")?,
        ended_at: row.get("ended_at")?,
    })
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, new: &Rollout) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_rollout (id, ticket, title, query, first, content, plan, head, phase, course, person, person_name, created_at,
             ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL)",
        params![
            new.id,
            new.ticket,
            &new.title,
            &new.query,
            &new.first,
            serde_json::to_string(&new.content)?,
            serde_json::to_string(&new.plan)?,
            serde_json::to_string(&new.head)?,
            phase_word(new.head.phase),
            course_word(&new.head.course),
            new.person,
            &new.person_name,
            new.created_at
        ],
    )?;
    Ok(())
}

/// Writes how far one is.
pub fn update(tx: &mut Tx<'_>, one: &Rollout) -> Result<()> {
    tx.execute(
        "UPDATE fleet_rollout SET head = $2, phase = $3, course = $4, ended_at = $5 WHERE id = $1",
        params![
            one.id,
            serde_json::to_string(&one.head)?,
            phase_word(one.head.phase),
            course_word(&one.head.course),
            one.ended_at
        ],
    )?;
    Ok(())
}

/// It goes on in the name of somebody else.
pub fn hand_over(tx: &mut Tx<'_>, id: RolloutId, person: UserId, name: &str) -> Result<()> {
    tx.execute(
        "UPDATE fleet_rollout SET person = $2, person_name = $3 WHERE id = $1",
        params![id, person, name],
    )?;
    Ok(())
}

/// One.
pub fn find(tx: &mut Tx<'_>, id: RolloutId) -> Result<Option<Rollout>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], rollout)
}

/// The latest first, before one of them.
pub fn latest(tx: &mut Tx<'_>, before: Option<RolloutId>, limit: i64) -> Result<Vec<Rollout>> {
    match before {
        Some(before) => tx.query(
            &format!("{SELECT} WHERE id < $1 ORDER BY id DESC LIMIT $2"),
            params![before, limit],
            rollout,
        ),
        None => tx.query(
            &format!("{SELECT} ORDER BY id DESC LIMIT $1"),
            params![limit],
            rollout,
        ),
    }
}

/// Those of a ticket, the latest first.
pub fn of_ticket(tx: &mut Tx<'_>, ticket: i64, limit: i64) -> Result<Vec<Rollout>> {
    tx.query(
        &format!("{SELECT} WHERE ticket = $1 ORDER BY id DESC LIMIT $2"),
        params![ticket, limit],
        rollout,
    )
}

/// Those that a device is a target of, the latest first.
pub fn of_device(tx: &mut Tx<'_>, device: DeviceId, limit: i64) -> Result<Vec<Rollout>> {
    tx.query(
        &format!(
            "{SELECT} WHERE id IN (SELECT rollout FROM fleet_rollout_target WHERE device = $1) ORDER BY id DESC LIMIT $2"
        ),
        params![device, limit],
        rollout,
    )
}

/// Those that were planned from a patch, the latest first.
pub fn of_patch(tx: &mut Tx<'_>, patch: PatchId, limit: i64) -> Result<Vec<Rollout>> {
    tx.query(
        &format!(
            "{SELECT} WHERE id IN (SELECT rollout FROM fleet_rollout_patch WHERE patch = $1) ORDER BY id DESC LIMIT $2"
        ),
        params![patch, limit],
        rollout,
    )
}

/// The approved patches that one was planned from.
pub fn patches_of(tx: &mut Tx<'_>, id: RolloutId) -> Result<Vec<PatchId>> {
    tx.query(
        "SELECT patch FROM fleet_rollout_patch WHERE rollout = $1 ORDER BY patch",
        params![id],
        |row| row.get("patch"),
    )
}

/// Writes the approved patches that one was planned from.
pub fn insert_patches(tx: &mut Tx<'_>, id: RolloutId, patches: &[PatchId]) -> Result<()> {
    let values: Vec<Value> = patches
        .iter()
        .flat_map(|patch| [Value::from(id), Value::from(*patch)])
        .collect();
    insert_many(
        tx,
        "INSERT INTO fleet_rollout_patch (rollout, patch) VALUES",
        2,
        &values,
    )
}

/// Those that began and are not over.
pub fn under_way(tx: &mut Tx<'_>) -> Result<Vec<RolloutId>> {
    tx.query(
        "SELECT id FROM fleet_rollout WHERE ended_at IS NULL AND phase <> 'draft' ORDER BY id",
        params![],
        |row| row.get("id"),
    )
}

/// Those under way in which something is still to be done with a device.
pub fn waiting_for(tx: &mut Tx<'_>, device: DeviceId) -> Result<Vec<RolloutId>> {
    tx.query(
        "SELECT t.rollout AS id FROM fleet_rollout_target t JOIN fleet_rollout r ON r.id = t.rollout
         WHERE t.device = $1 AND t.status IN ('pending', 'offline', 'running', 'unknown') AND r.ended_at IS NULL AND r.phase <> 'draft'",
        params![device],
        |row| row.get("id"),
    )
}

/// Writes what a step is.
pub fn insert_step(tx: &mut Tx<'_>, id: RolloutId, step: Step, body: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_rollout_step (rollout, step, body) VALUES ($1, $2, $3)",
        params![id, step.as_str(), body],
    )?;
    Ok(())
}

/// What a step is; none when the rollout has no such step.
pub fn step(tx: &mut Tx<'_>, id: RolloutId, step: Step) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT body FROM fleet_rollout_step WHERE rollout = $1 AND step = $2",
        params![id, step.as_str()],
        |row| row.get("body"),
    )
}

/// A target with its device.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Its place in the snapshot.
    pub position: Position,
    /// Which device.
    pub device: DeviceId,
    /// In which ring.
    pub ring: usize,
    /// How far it is.
    pub target: Target,
}

fn placed(row: &Row<'_>) -> Result<Placed> {
    let position: i64 = row.get("position")?;
    let ring: i64 = row.get("ring")?;
    Ok(Placed {
        position: Position(u32::try_from(position).map_err(Error::internal)?),
        device: row.get("device")?,
        ring: usize::try_from(ring).map_err(Error::internal)?,
        target: serde_json::from_str(&row.get::<String>("state")?)?,
    })
}

/// Writes the targets of a new one.
pub fn insert_targets(tx: &mut Tx<'_>, id: RolloutId, targets: &[Placed]) -> Result<()> {
    let mut values: Vec<Value> = Vec::with_capacity(targets.len() * 6);
    for one in targets {
        values.push(id.into());
        values.push(i64::from(one.position.0).into());
        values.push(one.device.into());
        values.push(i64::try_from(one.ring).unwrap_or(i64::MAX).into());
        values.push(one.target.status.as_str().into());
        values.push(serde_json::to_string(&one.target)?.into());
    }
    insert_many(
        tx,
        "INSERT INTO fleet_rollout_target (rollout, position, device, ring, status, state) VALUES",
        6,
        &values,
    )
}

/// Writes how far a target is.
pub fn update_target(tx: &mut Tx<'_>, id: RolloutId, position: Position, target: &Target) -> Result<()> {
    tx.execute(
        "UPDATE fleet_rollout_target SET status = $3, state = $4 WHERE rollout = $1 AND position = $2",
        params![
            id,
            i64::from(position.0),
            target.status.as_str(),
            serde_json::to_string(target)?
        ],
    )?;
    Ok(())
}

/// All targets, by position.
pub fn targets(tx: &mut Tx<'_>, id: RolloutId) -> Result<Vec<Placed>> {
    tx.query(
        "SELECT position, device, ring, state FROM fleet_rollout_target WHERE rollout = $1 ORDER BY position",
        params![id],
        placed,
    )
}

/// Some targets by position, after one of them; of one status only when it is named.
pub fn page_of_targets(
    tx: &mut Tx<'_>,
    id: RolloutId,
    status: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<Placed>> {
    const COLUMNS: &str = "SELECT position, device, ring, state FROM fleet_rollout_target";
    match status {
        Some(status) => tx.query(
            &format!(
                "{COLUMNS} WHERE rollout = $1 AND status = $2 AND position > $3 ORDER BY position LIMIT $4"
            ),
            params![id, status, after, limit],
            placed,
        ),
        None => tx.query(
            &format!("{COLUMNS} WHERE rollout = $1 AND position > $2 ORDER BY position LIMIT $3"),
            params![id, after, limit],
            placed,
        ),
    }
}

/// The act of a command.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// Which command.
    pub command: CommandId,
    /// Its act.
    pub act: ActId,
    /// The number of its target's link when it was asked.
    pub epoch: u64,
}

fn kept(row: &Row<'_>) -> Result<Kept> {
    let (position, attempt, epoch): (i64, i64, i64) =
        (row.get("position")?, row.get("attempt")?, row.get("epoch")?);
    let step: String = row.get("step")?;
    Ok(Kept {
        command: CommandId {
            target: Position(u32::try_from(position).map_err(Error::internal)?),
            step: Step::known(&step).ok_or_else(|| Error::internal(format!("unknown step {step:?}")))?,
            attempt: u32::try_from(attempt).map_err(Error::internal)?,
        },
        act: row.get("act")?,
        epoch: u64::try_from(epoch).map_err(Error::internal)?,
    })
}

const COMMAND: &str = "SELECT position, step, attempt, act, epoch FROM fleet_rollout_command";

/// Those commands whose end has not been taken in.
pub fn unheard(tx: &mut Tx<'_>, id: RolloutId) -> Result<Vec<Kept>> {
    tx.query(
        &format!("{COMMAND} WHERE rollout = $1 AND heard_at IS NULL ORDER BY position"),
        params![id],
        kept,
    )
}

/// All commands of a target, in the order they were given.
pub fn of_target(tx: &mut Tx<'_>, id: RolloutId, position: Position) -> Result<Vec<Kept>> {
    tx.query(
        &format!("{COMMAND} WHERE rollout = $1 AND position = $2 ORDER BY act"),
        params![id, i64::from(position.0)],
        kept,
    )
}

/// The command of an act.
pub fn of_act(tx: &mut Tx<'_>, act: ActId) -> Result<Option<Kept>> {
    tx.query_opt(&format!("{COMMAND} WHERE act = $1"), params![act], kept)
}

/// Whether a command has its act.
pub fn is_asked(tx: &mut Tx<'_>, id: RolloutId, command: CommandId) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT act FROM fleet_rollout_command WHERE rollout = $1 AND position = $2 AND step = $3 AND attempt = $4",
        params![
            id,
            i64::from(command.target.0),
            command.step.as_str(),
            i64::from(command.attempt)
        ],
        |row| row.get::<ActId>("act"),
    )?;
    Ok(found.is_some())
}

/// Notes the act of a command.
pub fn insert_command(tx: &mut Tx<'_>, id: RolloutId, one: &Kept) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_rollout_command (rollout, position, step, attempt, act, epoch, heard_at) VALUES ($1, $2, $3, $4, $5, $6, NULL)",
        params![
            id,
            i64::from(one.command.target.0),
            one.command.step.as_str(),
            i64::from(one.command.attempt),
            one.act,
            i64::try_from(one.epoch).unwrap_or(i64::MAX)
        ],
    )?;
    Ok(())
}

/// Notes that the end of an act was taken in.
pub fn heard(tx: &mut Tx<'_>, act: ActId, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_rollout_command SET heard_at = $2 WHERE act = $1",
        params![act, at],
    )?;
    Ok(())
}

/// The last act of each of some targets.
pub fn last_acts(tx: &mut Tx<'_>, id: RolloutId, positions: &[i64]) -> Result<BTreeMap<i64, ActId>> {
    let mut found = BTreeMap::new();
    kernel::db::each_listed(positions, |list, values| {
        let place = values.len() + 1;
        let mut values = values.to_vec();
        values.push(id.into());
        let rows = tx.query(
            &format!(
                "SELECT position, MAX(act) AS act FROM fleet_rollout_command WHERE position IN ({list}) AND rollout = ${place} GROUP BY position"
            ),
            &values,
            |row| Ok((row.get::<i64>("position")?, row.get::<ActId>("act")?)),
        )?;
        found.extend(rows);
        Ok(())
    })?;
    Ok(found)
}

/// What a device is in each of the rollouts that it is part of, the latest first.
pub fn places_of_device(tx: &mut Tx<'_>, device: DeviceId, limit: i64) -> Result<Vec<(RolloutId, Placed)>> {
    tx.query(
        "SELECT rollout, position, device, ring, state FROM fleet_rollout_target WHERE device = $1 ORDER BY rollout DESC LIMIT $2",
        params![device, limit],
        |row| Ok((row.get("rollout")?, placed(row)?)),
    )
}

/// One target.
pub fn target(tx: &mut Tx<'_>, id: RolloutId, position: Position) -> Result<Option<Placed>> {
    tx.query_opt(
        "SELECT position, device, ring, state FROM fleet_rollout_target WHERE rollout = $1 AND position = $2",
        params![id, i64::from(position.0)],
        placed,
    )
}
