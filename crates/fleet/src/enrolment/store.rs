//! Every SQL statement about enrolment.

use std::collections::HashMap;

use kernel::db::{Row, Tx, Value, each_listed, params};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

use super::{Enrolment, EnrolmentId, Rule};
use crate::device::{DeviceId, Kind};

const COLUMNS: &str = "id, name, rule, kind, team, uses_most, uses, made_by, made_at, expires_at, revoked_at, document IS NOT NULL AS has_document";

fn read(row: &Row<'_>) -> Result<Enrolment> {
    let rule: String = row.get("rule")?;
    let kind: String = row.get("kind")?;
    Ok(Enrolment {
        id: row.get("id")?,
        name: row.get("name")?,
        rule: Rule::known(&rule).ok_or_else(|| Error::internal(format!("unknown rule {rule:?}")))?,
        kind: Kind::stored(&kind)?,
        team: row.get("team")?,
        uses_most: row.get("uses_most")?,
        uses: row.get("uses")?,
        made_by: row.get("made_by")?,
        made_at: row.get("made_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
        has_document: row.get("has_document")?,
    })
}

pub(super) fn insert(tx: &mut Tx<'_>, one: &Enrolment, token_hash: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_enrolment (id, name, token_hash, rule, kind, team, uses_most, uses, made_by, made_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            one.id,
            &one.name,
            token_hash,
            one.rule.as_str(),
            one.kind.as_str(),
            one.team,
            one.uses_most,
            one.uses,
            one.made_by,
            one.made_at,
            one.expires_at
        ],
    )?;
    Ok(())
}

pub(super) fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Enrolment>> {
    tx.query(
        &format!("SELECT {COLUMNS} FROM fleet_enrolment
             WHERE NOT EXISTS (SELECT 1 FROM fleet_assist a WHERE a.enrolment = fleet_enrolment.id) ORDER BY made_at DESC, id DESC LIMIT $1"),
        params![limit],
        read,
    )
}

pub(super) fn find(tx: &mut Tx<'_>, id: EnrolmentId) -> Result<Option<Enrolment>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM fleet_enrolment WHERE id = $1"),
        params![id],
        read,
    )
}

pub(super) fn by_token(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<EnrolmentId>> {
    tx.query_opt(
        "SELECT id FROM fleet_enrolment WHERE token_hash = $1",
        params![token_hash],
        |row| row.get("id"),
    )
}

pub(crate) fn revoke(tx: &mut Tx<'_>, id: EnrolmentId, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE fleet_enrolment SET revoked_at = $2, document = NULL WHERE id = $1",
        params![id, now],
    )?;
    Ok(())
}

pub(super) fn use_once(tx: &mut Tx<'_>, id: EnrolmentId) -> Result<()> {
    tx.execute(
        "UPDATE fleet_enrolment SET uses = uses + 1 WHERE id = $1",
        params![id],
    )?;
    Ok(())
}

pub(super) fn put_document(tx: &mut Tx<'_>, id: EnrolmentId, sealed: Option<&str>) -> Result<()> {
    tx.execute(
        "UPDATE fleet_enrolment SET document = $2 WHERE id = $1",
        params![id, sealed],
    )?;
    Ok(())
}

pub(super) fn document(tx: &mut Tx<'_>, id: EnrolmentId) -> Result<Option<String>> {
    let found = tx.query_opt(
        "SELECT document FROM fleet_enrolment WHERE id = $1",
        params![id],
        |row| row.get::<Option<String>>("document"),
    )?;
    Ok(found.flatten())
}

pub(super) fn put_enrolled(
    tx: &mut Tx<'_>,
    device: DeviceId,
    id: EnrolmentId,
    at: Timestamp,
    address: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_enrolled (device, enrolment, at, address) VALUES ($1, $2, $3, $4)
         ON CONFLICT (device) DO UPDATE SET enrolment = excluded.enrolment, at = excluded.at, address = excluded.address",
        params![device, id, at, address],
    )?;
    Ok(())
}

/// By which document some devices came, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enrolled {
    pub name: String,
    pub at: Timestamp,
    pub address: String,
}

pub(super) fn enrolled(tx: &mut Tx<'_>, devices: &[DeviceId]) -> Result<HashMap<DeviceId, Enrolled>> {
    let mut found = HashMap::new();
    each_listed(devices, |list, values: &[Value]| {
        let sql = format!(
            "SELECT came.device AS device, came.at AS at, came.address AS address, one.name AS name
             FROM fleet_enrolled came JOIN fleet_enrolment one ON one.id = came.enrolment WHERE came.device IN ({list})"
        );
        found.extend(tx.query(&sql, values, |row| {
            let enrolled = Enrolled {
                name: row.get("name")?,
                at: row.get("at")?,
                address: row.get("address")?,
            };
            Ok((row.get("device")?, enrolled))
        })?);
        Ok(())
    })?;
    Ok(found)
}
