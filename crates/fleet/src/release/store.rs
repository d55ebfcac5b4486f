//! Every SQL statement about releases of the agent.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, Value, each_listed, insert_many, params};
use kernel::error::Result;
use update::repository::Metadata;

use super::{Program, Release, Trust};

/// Versions of agents that are told apart.
const VERSIONS_MOST: i64 = 500;

/// What is trusted; none while nothing was published.
pub fn trust(tx: &mut Tx<'_>) -> Result<Option<Trust>> {
    tx.query_opt(
        "SELECT root, root_version, expires_at, published_at FROM fleet_release_trust WHERE id = 1",
        params![],
        |row| {
            Ok(Trust {
                root: row.get("root")?,
                root_version: row.get("root_version")?,
                expires_at: row.get("expires_at")?,
                published_at: row.get("published_at")?,
            })
        },
    )
}

/// Writes what is trusted from now on.
pub fn set_trust(tx: &mut Tx<'_>, trust: &Trust) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_release_trust (id, root, root_version, expires_at, published_at) VALUES (1, $1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET root = $1, root_version = $2, expires_at = $3, published_at = $4",
        params![
            &trust.root,
            trust.root_version,
            trust.expires_at,
            trust.published_at
        ],
    )?;
    Ok(())
}

/// The metadata that was published.
pub fn metadata(tx: &mut Tx<'_>) -> Result<Metadata> {
    let rows = tx.query(
        "SELECT name, body FROM fleet_release_metadata ORDER BY name",
        params![],
        |row| Ok((row.get("name")?, row.get("body")?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Writes other metadata instead.
pub fn set_metadata(tx: &mut Tx<'_>, metadata: &Metadata) -> Result<()> {
    tx.execute("DELETE FROM fleet_release_metadata", params![])?;
    let values: Vec<Value> = metadata
        .iter()
        .flat_map(|(name, body)| [Value::from(name.as_str()), Value::from(body.as_str())])
        .collect();
    insert_many(
        tx,
        "INSERT INTO fleet_release_metadata (name, body) VALUES",
        2,
        &values,
    )
}

/// The releases, the latest first.
pub fn releases(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Release>> {
    tx.query(
        "SELECT version, published_at, published_name FROM fleet_release ORDER BY published_at DESC, version DESC LIMIT $1",
        params![limit],
        |row| {
            Ok(Release {
                version: row.get("version")?,
                published_at: row.get("published_at")?,
                published_name: row.get("published_name")?,
            })
        },
    )
}

/// Writes a release, unless it is there already.
pub fn insert_release(tx: &mut Tx<'_>, release: &Release) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_release (version, published_at, published_name) VALUES ($1, $2, $3) ON CONFLICT (version) DO NOTHING",
        params![&release.version, release.published_at, &release.published_name],
    )?;
    Ok(())
}

/// Forgets a release that has no programs any more.
pub fn delete_release(tx: &mut Tx<'_>, version: &str) -> Result<()> {
    tx.execute("DELETE FROM fleet_release WHERE version = $1", params![version])?;
    Ok(())
}

const PROGRAM: &str =
    "SELECT version, platform, size, raw_hash, bundle_size, hash FROM fleet_release_program";

fn program(row: &Row<'_>) -> Result<Program> {
    Ok(Program {
        version: row.get("version")?,
        platform: row.get("platform")?,
        size: row.get("size")?,
        raw_hash: row.get("raw_hash")?,
        bundle_size: row.get("bundle_size")?,
        hash: row.get("hash")?,
    })
}

/// The programs of a version, by platform.
pub fn programs(tx: &mut Tx<'_>, version: &str) -> Result<Vec<Program>> {
    tx.query(
        &format!("{PROGRAM} WHERE version = $1 ORDER BY platform"),
        params![version],
        program,
    )
}

/// The programs of some versions, by platform.
pub fn programs_of(tx: &mut Tx<'_>, versions: &[String]) -> Result<BTreeMap<String, Vec<Program>>> {
    let mut found: BTreeMap<String, Vec<Program>> = BTreeMap::new();
    each_listed(versions, |list, values| {
        let sql = format!("{PROGRAM} WHERE version IN ({list}) ORDER BY platform");
        for one in tx.query(&sql, values, program)? {
            found.entry(one.version.clone()).or_default().push(one);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The program whose bundle a stored file is.
pub fn program_of_bundle(tx: &mut Tx<'_>, hash: &str) -> Result<Option<Program>> {
    tx.query_opt(
        &format!("{PROGRAM} WHERE hash = $1 LIMIT 1"),
        params![hash],
        program,
    )
}

/// Writes other programs instead.
pub fn set_programs(tx: &mut Tx<'_>, programs: &[Program]) -> Result<()> {
    tx.execute("DELETE FROM fleet_release_program", params![])?;
    let mut values: Vec<Value> = Vec::with_capacity(programs.len() * 6);
    for one in programs {
        values.push(one.version.as_str().into());
        values.push(one.platform.as_str().into());
        values.push(one.size.into());
        values.push(one.raw_hash.as_str().into());
        values.push(one.bundle_size.into());
        values.push(one.hash.as_str().into());
    }
    insert_many(
        tx,
        "INSERT INTO fleet_release_program (version, platform, size, raw_hash, bundle_size, hash) VALUES",
        6,
        &values,
    )
}

/// How many devices in use run each of some versions.
pub fn running(tx: &mut Tx<'_>, versions: &[String]) -> Result<BTreeMap<String, i64>> {
    let mut found = BTreeMap::new();
    each_listed(versions, |list, values| {
        let rows = tx.query(
            &format!(
                "SELECT agent_version, COUNT(*) AS count FROM fleet_device WHERE agent_version IN ({list}) AND state <> 'retired'
                 GROUP BY agent_version"
            ),
            values,
            |row| Ok((row.get::<String>("agent_version")?, row.get::<i64>("count")?)),
        )?;
        found.extend(rows);
        Ok(())
    })?;
    Ok(found)
}

/// The versions of agents that devices tell, each once: a walk from one to the next over the index, not over the devices.
pub fn agent_versions(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    tx.query(
        "WITH RECURSIVE step (version) AS (
             SELECT MIN(agent_version) FROM fleet_device WHERE agent_version > ''
             UNION ALL
             SELECT (SELECT MIN(d.agent_version) FROM fleet_device d WHERE d.agent_version > step.version) FROM step
             WHERE step.version IS NOT NULL
         )
         SELECT version FROM step WHERE version IS NOT NULL LIMIT $1",
        params![VERSIONS_MOST],
        |row| row.get("version"),
    )
}
