//! Every SQL statement about patches, who reports them, and their rules.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, Value, each_listed, insert_many, params};
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;

use super::listing::{Asked, Place, Tab};
use super::{Patch, PatchId, Rule, RuleId, State, Verdict};
use crate::device::DeviceId;
use crate::device::listing::{Update, like};

const SELECT: &str = "SELECT id, name, version, is_security, first_seen_at, state, decided_by, decided_name, decided_at, rule, note, devices,
     gone_at FROM fleet_patch";

fn patch(row: &Row<'_>) -> Result<Patch> {
    Ok(Patch {
        id: row.get("id")?,
        name: row.get("name")?,
        version: row.get("version")?,
        is_security: row.get("is_security")?,
        first_seen_at: row.get("first_seen_at")?,
        state: State::stored(&row.get::<String>("state")?)?,
        decided_by: row.get("decided_by")?,
        decided_name: row.get("decided_name")?,
        decided_at: row.get("decided_at")?,
        rule: row.get("rule")?,
        note: row.get("note")?,
        devices: row.get("devices")?,
        gone_at: row.get("gone_at")?,
    })
}

/// One.
pub fn find(tx: &mut Tx<'_>, id: PatchId) -> Result<Option<Patch>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], patch)
}

/// Several, by id; unknown ones are left out.
pub fn find_many(tx: &mut Tx<'_>, ids: &[PatchId]) -> Result<BTreeMap<PatchId, Patch>> {
    let mut found = BTreeMap::new();
    each_listed(ids, |list, values| {
        let sql = format!("{SELECT} WHERE id IN ({list})");
        let rows = tx.query(&sql, values, patch)?;
        found.extend(rows.into_iter().map(|one| (one.id, one)));
        Ok(())
    })?;
    Ok(found)
}

/// Names and versions in one statement.
const PAIRS: usize = 50;

/// Those of some names and versions that were seen before. Versions that nobody asks for are not read: one device can make up thousands.
pub fn known(tx: &mut Tx<'_>, wanted: &[(&str, &str)]) -> Result<Vec<Patch>> {
    let each: Vec<String> = (0..PAIRS)
        .map(|at| format!("(name = ${} AND version = ${})", 2 * at + 1, 2 * at + 2))
        .collect();
    let sql = format!("{SELECT} WHERE {}", each.join(" OR "));
    let mut found = Vec::new();
    for part in wanted.chunks(PAIRS) {
        // One text for any number of them: what is left over asks for the last once more.
        let padded = part.iter().chain(part.last().into_iter().cycle()).take(PAIRS);
        let values: Vec<Value> = padded
            .flat_map(|(name, version)| [Value::from(*name), Value::from(*version)])
            .collect();
        found.extend(tx.query(&sql, &values, patch)?);
    }
    Ok(found)
}

/// A page of a list: what closes holes first, then what most devices report, then by name.
pub fn list(tx: &mut Tx<'_>, asked: &Asked, after: Option<&Place>, limit: i64) -> Result<Vec<Patch>> {
    let mut wanted: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    match asked.tab {
        Tab::All => {}
        Tab::Waiting => wanted.push("state = 'waiting' AND devices > 0".to_owned()),
        Tab::Approved => wanted.push("state = 'approved' AND devices > 0".to_owned()),
        Tab::Declined => wanted.push("state = 'declined'".to_owned()),
    }
    if let Some(is_security) = asked.security {
        values.push(is_security.into());
        wanted.push(format!("is_security = ${}", values.len()));
    }
    for word in &asked.words {
        values.push(like(word).into());
        wanted.push(format!("LOWER(name) LIKE ${} ESCAPE '!'", values.len()));
    }
    if let Some(after) = after {
        let first = values.len() + 1;
        let (devices, name, version) = (first + 1, first + 2, first + 3);
        values.push(after.is_security.into());
        values.push(after.devices.into());
        values.push(after.name.as_str().into());
        values.push(after.version.as_str().into());
        wanted.push(format!(
            "(is_security < ${first} OR (is_security = ${first} AND (devices < ${devices} OR (devices = ${devices}
              AND (name > ${name} OR (name = ${name} AND version > ${version}))))))"
        ));
    }
    let mut sql = SELECT.to_owned();
    if !wanted.is_empty() {
        sql.push_str(" WHERE ");
        sql.push_str(&wanted.join(" AND "));
    }
    values.push(limit.into());
    sql.push_str(&format!(
        " ORDER BY is_security DESC, devices DESC, name, version LIMIT ${}",
        values.len()
    ));
    tx.query(&sql, &values, patch)
}

/// Writes new ones that no device reports yet.
pub fn insert(tx: &mut Tx<'_>, patches: &[Patch]) -> Result<()> {
    let mut values: Vec<Value> = Vec::with_capacity(patches.len() * 9);
    for one in patches {
        values.push(one.id.into());
        values.push(one.name.as_str().into());
        values.push(one.version.as_str().into());
        values.push(one.is_security.into());
        values.push(one.first_seen_at.into());
        values.push(one.state.as_str().into());
        values.push(one.decided_name.as_str().into());
        values.push(one.note.as_str().into());
        values.push(one.devices.into());
    }
    insert_many(
        tx,
        "INSERT INTO fleet_patch (id, name, version, is_security, first_seen_at, state, decided_name, note, devices) VALUES",
        9,
        &values,
    )
}

/// Writes what was decided.
pub fn update(tx: &mut Tx<'_>, one: &Patch) -> Result<()> {
    tx.execute(
        "UPDATE fleet_patch SET state = $2, decided_by = $3, decided_name = $4, decided_at = $5, rule = $6, note = $7 WHERE id = $1",
        params![
            one.id,
            one.state.as_str(),
            one.decided_by,
            &one.decided_name,
            one.decided_at,
            one.rule,
            &one.note
        ],
    )?;
    Ok(())
}

/// Writes what a rule decided, unless a person has spoken meanwhile; whether it did.
pub fn decide_by_rule(tx: &mut Tx<'_>, id: PatchId, rule: &Rule, at: Timestamp) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE fleet_patch SET state = $2, decided_at = $3, rule = $4 WHERE id = $1 AND state = 'waiting' AND decided_by IS NULL",
        params![id, rule.verdict.state().as_str(), at, rule.id],
    )?;
    Ok(rows > 0)
}

/// Notes that some of them close a hole. What a rule declined before that was known waits again.
pub fn raise(tx: &mut Tx<'_>, ids: &[PatchId]) -> Result<()> {
    each_listed(ids, |list, values| {
        let declined = "state = 'declined' AND decided_by IS NULL";
        let sql = format!(
            "UPDATE fleet_patch SET is_security = TRUE,
                 rule = CASE WHEN {declined} THEN NULL ELSE rule END,
                 decided_at = CASE WHEN {declined} THEN NULL ELSE decided_at END,
                 state = CASE WHEN {declined} THEN 'waiting' ELSE state END
             WHERE id IN ({list})"
        );
        tx.execute(&sql, values).map(drop)
    })
}

/// Those that devices report and nobody has decided, by id, after one of them.
pub fn undecided(tx: &mut Tx<'_>, after: Option<PatchId>, limit: i64) -> Result<Vec<PatchId>> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    tx.query(
        "SELECT id FROM fleet_patch WHERE state = 'waiting' AND decided_by IS NULL AND devices > 0 AND id > $1 ORDER BY id LIMIT $2",
        params![after, limit],
        |row| row.get("id"),
    )
}

/// Forgets what no device has reported since before an instant, no person has spoken of, and no rollout was planned from; how many.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM fleet_patch WHERE gone_at < $1 AND decided_by IS NULL AND devices = 0 AND id IN (SELECT p.id FROM fleet_patch p
             WHERE p.gone_at IS NOT NULL AND p.gone_at < $1 AND p.decided_by IS NULL AND p.devices = 0
               AND NOT EXISTS (SELECT 1 FROM fleet_rollout_patch r WHERE r.patch = p.id)
             ORDER BY p.gone_at LIMIT $2)",
        params![before, limit],
    )
}

/// What a device reports of a patch, as it is kept.
#[derive(Debug, Clone)]
pub struct Held {
    /// Which patch.
    pub patch: PatchId,
    /// The package.
    pub name: String,
    /// The version that is offered.
    pub version: String,
    /// Whether it closes a hole, by the word of any device.
    pub is_security: bool,
    /// The version that is installed.
    pub installed: String,
}

/// All that a device reports.
pub fn of_device(tx: &mut Tx<'_>, device: DeviceId) -> Result<Vec<Held>> {
    tx.query(
        "SELECT d.patch, p.name, p.version, p.is_security, d.installed FROM fleet_patch_device d JOIN fleet_patch p ON p.id = d.patch
         WHERE d.device = $1",
        params![device],
        |row| {
            Ok(Held {
                patch: row.get("patch")?,
                name: row.get("name")?,
                version: row.get("version")?,
                is_security: row.get("is_security")?,
                installed: row.get("installed")?,
            })
        },
    )
}

/// A patch that a device reports.
#[derive(Debug, Clone)]
pub struct Reported {
    /// Which.
    pub patch: PatchId,
    /// The version that is installed; empty where the update would bring the package anew.
    pub installed: String,
}

/// Writes that a device reports some patches which it did not report before, and counts it.
pub fn add(tx: &mut Tx<'_>, device: DeviceId, reported: &[Reported]) -> Result<()> {
    let mut values: Vec<Value> = Vec::with_capacity(reported.len() * 3);
    for one in reported {
        values.push(one.patch.into());
        values.push(device.into());
        values.push(one.installed.as_str().into());
    }
    insert_many(
        tx,
        "INSERT INTO fleet_patch_device (patch, device, installed) VALUES",
        3,
        &values,
    )?;
    let ids: Vec<PatchId> = reported.iter().map(|one| one.patch).collect();
    each_listed(&ids, |list, values| {
        let sql =
            format!("UPDATE fleet_patch SET devices = devices + 1, gone_at = NULL WHERE id IN ({list})");
        tx.execute(&sql, values).map(drop)
    })
}

/// Writes that a device does not report some patches any more, and counts it.
pub fn take_away(tx: &mut Tx<'_>, device: DeviceId, patches: &[PatchId], at: Timestamp) -> Result<()> {
    each_listed(patches, |list, values| {
        let next = values.len() + 1;
        let mut values = values.to_vec();
        values.push(device.into());
        tx.execute(
            &format!("DELETE FROM fleet_patch_device WHERE patch IN ({list}) AND device = ${next}"),
            &values,
        )?;
        values.pop();
        values.push(at.into());
        tx.execute(
            &format!(
                "UPDATE fleet_patch SET devices = devices - 1, gone_at = CASE WHEN devices <= 1 THEN ${next} ELSE gone_at END
                 WHERE id IN ({list})"
            ),
            &values,
        )
        .map(drop)
    })
}

/// Writes the version that is installed now.
pub fn set_installed(tx: &mut Tx<'_>, patch: PatchId, device: DeviceId, installed: &str) -> Result<()> {
    tx.execute(
        "UPDATE fleet_patch_device SET installed = $3 WHERE patch = $1 AND device = $2",
        params![patch, device, installed],
    )?;
    Ok(())
}

/// The installed versions on some devices that report a patch.
pub fn installed_on(
    tx: &mut Tx<'_>,
    patch: PatchId,
    devices: &[DeviceId],
) -> Result<BTreeMap<DeviceId, String>> {
    let mut found = BTreeMap::new();
    each_listed(devices, |list, values| {
        let place = values.len() + 1;
        let mut values = values.to_vec();
        values.push(patch.into());
        let rows = tx.query(
            &format!(
                "SELECT device, installed FROM fleet_patch_device WHERE device IN ({list}) AND patch = ${place}"
            ),
            &values,
            |row| Ok((row.get::<DeviceId>("device")?, row.get::<String>("installed")?)),
        )?;
        found.extend(rows);
        Ok(())
    })?;
    Ok(found)
}

/// How many of the devices that report a patch some teams look after.
pub fn count_of_teams(tx: &mut Tx<'_>, patch: PatchId, teams: &[TeamId]) -> Result<i64> {
    let mut count = 0;
    // Each team stands in one list only, so no device is counted twice.
    each_listed(teams, |list, values| {
        let place = values.len() + 1;
        let mut values = values.to_vec();
        values.push(patch.into());
        count += tx.query_one(
            &format!(
                "SELECT COUNT(*) AS n FROM fleet_patch_device r JOIN fleet_device d ON d.id = r.device
                 WHERE d.team IN ({list}) AND r.patch = ${place}"
            ),
            &values,
            |row| row.get::<i64>("n"),
        )?;
        Ok(())
    })?;
    Ok(count)
}

/// Whether a patch would bring its package anew to some of the devices that report it.
pub fn is_anew_somewhere(tx: &mut Tx<'_>, patch: PatchId) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT device FROM fleet_patch_device WHERE patch = $1 AND installed = '' LIMIT 1",
        params![patch],
        |row| row.get::<DeviceId>("device"),
    )?;
    Ok(found.is_some())
}

/// How many patches of each state a device reports, those that close holes apart.
pub fn counts_of_device(tx: &mut Tx<'_>, device: DeviceId) -> Result<Vec<(State, bool, i64)>> {
    tx.query(
        "SELECT p.state, p.is_security, COUNT(*) AS n FROM fleet_patch_device d JOIN fleet_patch p ON p.id = d.patch
         WHERE d.device = $1 GROUP BY p.state, p.is_security",
        params![device],
        |row| {
            let state = State::stored(&row.get::<String>("state")?)?;
            Ok((state, row.get("is_security")?, row.get("n")?))
        },
    )
}

/// Asks of a device `d` that it reports one of some updates, as a condition of the list of devices.
#[must_use]
pub fn reports(updates: &[Update]) -> (String, Vec<Value>) {
    let (mut each, mut values): (Vec<&str>, Vec<Value>) = (Vec::new(), Vec::new());
    for one in updates {
        values.push(one.name.as_str().into());
        match &one.version {
            Some(version) => {
                values.push(version.as_str().into());
                each.push("(p.name = ? AND p.version = ?)");
            }
            None => each.push("p.name = ?"),
        }
    }
    let condition = format!(
        "EXISTS (SELECT 1 FROM fleet_patch_device r
                 WHERE r.device = d.id AND r.patch IN (SELECT p.id FROM fleet_patch p WHERE {}))",
        each.join(" OR ")
    );
    (condition, values)
}

const RULE: &str = "SELECT id, pattern, security_only, after_days, verdict, created_by, created_name, created_at, ended_at FROM fleet_patch_rule";

fn rule(row: &Row<'_>) -> Result<Rule> {
    let verdict: String = row.get("verdict")?;
    Ok(Rule {
        id: row.get("id")?,
        pattern: row.get("pattern")?,
        security_only: row.get("security_only")?,
        after_days: row.get("after_days")?,
        verdict: Verdict::known(&verdict)
            .ok_or_else(|| Error::internal(format!("unknown verdict {verdict:?}")))?,
        created_by: row.get::<UserId>("created_by")?,
        created_name: row.get("created_name")?,
        created_at: row.get("created_at")?,
        ended_at: row.get("ended_at")?,
    })
}

/// Writes a new rule.
pub fn insert_rule(tx: &mut Tx<'_>, new: &Rule) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_patch_rule (id, pattern, security_only, after_days, verdict, created_by, created_name, created_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)",
        params![
            new.id,
            &new.pattern,
            new.security_only,
            new.after_days,
            new.verdict.as_str(),
            new.created_by,
            &new.created_name,
            new.created_at
        ],
    )?;
    Ok(())
}

/// Writes when a rule ended.
pub fn end_rule(tx: &mut Tx<'_>, id: RuleId, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_patch_rule SET ended_at = $2 WHERE id = $1",
        params![id, at],
    )?;
    Ok(())
}

/// One rule.
pub fn find_rule(tx: &mut Tx<'_>, id: RuleId) -> Result<Option<Rule>> {
    tx.query_opt(&format!("{RULE} WHERE id = $1"), params![id], rule)
}

/// The rules that hold, the oldest first.
pub fn rules(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Rule>> {
    tx.query(
        &format!("{RULE} WHERE ended_at IS NULL ORDER BY created_at, id LIMIT $1"),
        params![limit],
        rule,
    )
}

/// The rules that were ended, the latest first.
pub fn ended_rules(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Rule>> {
    tx.query(
        &format!("{RULE} WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT $1"),
        params![limit],
        rule,
    )
}
