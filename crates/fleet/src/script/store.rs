//! Every SQL statement about scripts.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Script, ScriptId, Version, shell_of, shell_word};

const SELECT: &str =
    "SELECT id, name, purpose, current, latest, retired_at, created_at, version FROM fleet_script";
const VERSION: &str = "SELECT script, number, shell, body, parameters, author, at, reviewed_by, reviewed_at FROM fleet_script_version";
const SCRIPTS_MOST: i64 = 1_000;

fn script(row: &Row<'_>) -> Result<Script> {
    Ok(Script {
        id: row.get("id")?,
        name: row.get("name")?,
        purpose: row.get("purpose")?,
        current: row.get("current")?,
        latest: row.get("latest")?,
        retired_at: row.get("retired_at")?,
        created_at: row.get("created_at")?,
        version: row.get("version")?,
    })
}

fn version_of(row: &Row<'_>) -> Result<Version> {
    let (shell, parameters): (String, String) = (row.get("shell")?, row.get("parameters")?);
    Ok(Version {
        script: row.get("script")?,
        number: row.get("number")?,
        shell: shell_of(&shell).ok_or_else(|| Error::internal(format!("unknown shell {shell:?}")))?,
        body: row.get("body")?,
        parameters: serde_json::from_str(&parameters)?,
        author: row.get("author")?,
        at: row.get("at")?,
        reviewed_by: row.get("reviewed_by")?,
        reviewed_at: row.get("reviewed_at")?,
    })
}

/// All of them, by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Script>> {
    tx.query(
        &format!("{SELECT} ORDER BY name_key LIMIT $1"),
        params![SCRIPTS_MOST],
        script,
    )
}

/// One.
pub fn find(tx: &mut Tx<'_>, id: ScriptId) -> Result<Option<Script>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], script)
}

/// Which has this name, whatever its case.
pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<ScriptId>> {
    tx.query_opt(
        "SELECT id FROM fleet_script WHERE name_key = $1",
        params![name.to_lowercase()],
        |row| row.get("id"),
    )
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, script: &Script) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_script (id, name, name_key, purpose, current, latest, retired_at, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            script.id,
            &script.name,
            script.name.to_lowercase(),
            &script.purpose,
            script.current,
            script.latest,
            script.retired_at,
            script.created_at,
            script.version
        ],
    )?;
    Ok(())
}

/// Writes one that was changed.
pub fn update(tx: &mut Tx<'_>, script: &Script) -> Result<()> {
    tx.execute(
        "UPDATE fleet_script SET name = $2, name_key = $3, purpose = $4, current = $5, latest = $6, retired_at = $7, version = $8
         WHERE id = $1",
        params![
            script.id,
            &script.name,
            script.name.to_lowercase(),
            &script.purpose,
            script.current,
            script.latest,
            script.retired_at,
            script.version
        ],
    )?;
    Ok(())
}

/// Writes a version.
pub fn insert_version(tx: &mut Tx<'_>, version: &Version) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_script_version (script, number, shell, body, parameters, author, at, reviewed_by, reviewed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL)",
        params![
            version.script,
            version.number,
            shell_word(version.shell),
            &version.body,
            serde_json::to_string(&version.parameters)?,
            version.author,
            version.at
        ],
    )?;
    Ok(())
}

/// One version.
pub fn version(tx: &mut Tx<'_>, script: ScriptId, number: i64) -> Result<Option<Version>> {
    tx.query_opt(
        &format!("{VERSION} WHERE script = $1 AND number = $2"),
        params![script, number],
        version_of,
    )
}

/// The versions, the latest first.
pub fn versions(tx: &mut Tx<'_>, script: ScriptId, limit: i64) -> Result<Vec<Version>> {
    tx.query(
        &format!("{VERSION} WHERE script = $1 ORDER BY number DESC LIMIT $2"),
        params![script, limit],
        version_of,
    )
}

/// Notes who looked at a version.
pub fn review(
    tx: &mut Tx<'_>,
    script: ScriptId,
    number: i64,
    by: Option<UserId>,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE fleet_script_version SET reviewed_by = $3, reviewed_at = $4 WHERE script = $1 AND number = $2",
        params![script, number, by, at],
    )?;
    Ok(())
}
