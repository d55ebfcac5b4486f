//! Every SQL statement about rules and their versions.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Definition, Rule, RuleId};

const SELECT: &str = "SELECT id, place, enabled, version, definition, failures, switched_off_at, updated_at
                      FROM automate_rule WHERE removed_at IS NULL";
/// More rules than this nobody can oversee.
const MOST: i64 = 500;

fn rule(row: &Row<'_>) -> Result<Rule> {
    let definition: serde_json::Value = row.get("definition")?;
    let mut definition: Definition = serde_json::from_value(definition)?;
    definition.enabled = row.get("enabled")?;
    definition.place = row.get("place")?;
    Ok(Rule {
        id: row.get("id")?,
        version: row.get("version")?,
        definition,
        failures: row.get("failures")?,
        switched_off_at: row.get("switched_off_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// All rules, in the order in which they are asked.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Rule>> {
    tx.query(
        &format!("{SELECT} ORDER BY place, name, id LIMIT $1"),
        params![MOST],
        rule,
    )
}

/// Those that are on, in their order.
pub fn enabled(tx: &mut Tx<'_>) -> Result<Vec<Rule>> {
    let mut rules = list(tx)?;
    rules.retain(|rule| rule.definition.enabled);
    Ok(rules)
}

/// One rule.
pub fn find(tx: &mut Tx<'_>, id: RuleId) -> Result<Option<Rule>> {
    tx.query_opt(&format!("{SELECT} AND id = $1"), params![id], rule)
}

/// One rule that must be there.
pub fn load(tx: &mut Tx<'_>, id: RuleId) -> Result<Rule> {
    find(tx, id)?.ok_or_else(Error::not_found)
}

/// The rule of a name.
pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Rule>> {
    tx.query_opt(&format!("{SELECT} AND name = $1"), params![name], rule)
}

/// Writes a new rule.
pub fn insert(tx: &mut Tx<'_>, rule: &Rule) -> Result<()> {
    let definition = &rule.definition;
    tx.execute(
        "INSERT INTO automate_rule (id, place, name, enabled, version, definition, failures, switched_off_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, NULL, $7)",
        params![
            rule.id,
            definition.place,
            &definition.name,
            definition.enabled,
            rule.version,
            serde_json::to_string(definition)?,
            rule.updated_at
        ],
    )?;
    Ok(())
}

/// Writes a rule that was changed.
pub fn update(tx: &mut Tx<'_>, rule: &Rule) -> Result<()> {
    let definition = &rule.definition;
    tx.execute(
        "UPDATE automate_rule SET place = $2, name = $3, enabled = $4, version = $5, definition = $6, failures = $7,
             switched_off_at = $8, updated_at = $9 WHERE id = $1",
        params![
            rule.id,
            definition.place,
            &definition.name,
            definition.enabled,
            rule.version,
            serde_json::to_string(definition)?,
            rule.failures,
            rule.switched_off_at,
            rule.updated_at
        ],
    )?;
    Ok(())
}

/// Takes a rule out of all lists.
pub fn remove(tx: &mut Tx<'_>, id: RuleId, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE automate_rule SET removed_at = $2, enabled = $3 WHERE id = $1",
        params![id, at, false],
    )?;
    Ok(())
}

/// How many firings in a row could not be done.
pub fn set_failures(tx: &mut Tx<'_>, id: RuleId, failures: i64) -> Result<()> {
    tx.execute(
        "UPDATE automate_rule SET failures = $2 WHERE id = $1",
        params![id, failures],
    )?;
    Ok(())
}

/// Keeps what a rule says as of a version.
pub fn insert_version(tx: &mut Tx<'_>, rule: &Rule, by: Option<UserId>) -> Result<()> {
    tx.execute(
        "INSERT INTO automate_rule_version (rule, version, definition, saved_by, at) VALUES ($1, $2, $3, $4, $5)",
        params![
            rule.id,
            rule.version,
            serde_json::to_string(&rule.definition)?,
            by,
            rule.updated_at
        ],
    )?;
    Ok(())
}

/// A version of a rule, with who saved it and when.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number.
    pub version: i64,
    /// What the rule said.
    pub definition: Definition,
    /// Who saved it; none: the house.
    pub saved_by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

fn version(row: &Row<'_>) -> Result<Version> {
    let definition: serde_json::Value = row.get("definition")?;
    Ok(Version {
        version: row.get("version")?,
        definition: serde_json::from_value(definition)?,
        saved_by: row.get("saved_by")?,
        at: row.get("at")?,
    })
}

/// The latest versions of a rule, the newest first.
pub fn versions(tx: &mut Tx<'_>, id: RuleId, limit: i64) -> Result<Vec<Version>> {
    tx.query(
        "SELECT version, definition, saved_by, at FROM automate_rule_version WHERE rule = $1
         ORDER BY version DESC LIMIT $2",
        params![id, limit],
        version,
    )
}

/// One version of a rule, removed or not.
pub fn version_of(tx: &mut Tx<'_>, id: RuleId, number: i64) -> Result<Option<Version>> {
    tx.query_opt(
        "SELECT version, definition, saved_by, at FROM automate_rule_version WHERE rule = $1 AND version = $2",
        params![id, number],
        version,
    )
}
