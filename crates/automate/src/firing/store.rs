//! Every SQL statement about firings.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

use super::{Deed, Firing, Outcome};
use crate::rule::RuleId;

const SELECT: &str = "SELECT id, rule, version, occasion, seq, ticket, depth, outcome, matched, actions, at FROM automate_firing";

fn firing(row: &Row<'_>) -> Result<Firing> {
    let (outcome, matched, deeds): (String, serde_json::Value, serde_json::Value) =
        (row.get("outcome")?, row.get("matched")?, row.get("actions")?);
    Ok(Firing {
        id: row.get("id")?,
        rule: row.get("rule")?,
        version: row.get("version")?,
        occasion: row.get("occasion")?,
        seq: row.get("seq")?,
        ticket: row.get("ticket")?,
        depth: row.get("depth")?,
        outcome: Outcome::known(&outcome)
            .ok_or_else(|| Error::internal(format!("unknown outcome {outcome:?}")))?,
        matched: serde_json::from_value(matched)?,
        deeds: serde_json::from_value(deeds)?,
        at: row.get("at")?,
    })
}

/// Writes a firing down before its actions are done; none when this occasion has been taken.
pub fn insert(tx: &mut Tx<'_>, firing: &Firing) -> Result<Option<i64>> {
    tx.query_opt(
        "INSERT INTO automate_firing (rule, version, occasion, seq, ticket, depth, outcome, matched, actions, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (rule, occasion) DO NOTHING RETURNING id",
        params![
            firing.rule,
            firing.version,
            &firing.occasion,
            firing.seq,
            firing.ticket,
            firing.depth,
            firing.outcome.as_str(),
            serde_json::to_string(&firing.matched)?,
            serde_json::to_string(&firing.deeds)?,
            firing.at
        ],
        |row| row.get("id"),
    )
}

/// What was done.
pub fn set_deeds(tx: &mut Tx<'_>, id: i64, outcome: Outcome, deeds: &[Deed]) -> Result<()> {
    tx.execute(
        "UPDATE automate_firing SET outcome = $2, actions = $3 WHERE id = $1",
        params![id, outcome.as_str(), serde_json::to_string(deeds)?],
    )?;
    Ok(())
}

/// One firing.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Firing>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], firing)
}

/// The firing of a rule on an occasion.
pub fn on(tx: &mut Tx<'_>, rule: RuleId, occasion: &str) -> Result<Option<Firing>> {
    tx.query_opt(
        &format!("{SELECT} WHERE rule = $1 AND occasion = $2"),
        params![rule, occasion],
        firing,
    )
}

/// Of a rule, newest first.
pub fn of_rule(tx: &mut Tx<'_>, rule: RuleId, before: i64, limit: i64) -> Result<Vec<Firing>> {
    tx.query(
        &format!("{SELECT} WHERE rule = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
        params![rule, before, limit],
        firing,
    )
}

/// On a ticket, newest first.
pub fn of_ticket(tx: &mut Tx<'_>, ticket: i64, before: i64, limit: i64) -> Result<Vec<Firing>> {
    tx.query(
        &format!("{SELECT} WHERE ticket = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
        params![ticket, before, limit],
        firing,
    )
}

/// How often rules fired on a ticket since an instant; those that a limit stopped do not count. `most` is enough.
pub fn count_on_ticket(tx: &mut Tx<'_>, ticket: i64, since: Timestamp, most: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM automate_firing
             WHERE ticket = $1 AND at > $2 AND outcome IN ('done', 'refused') LIMIT $3) AS firings",
        params![ticket, since, most],
        |row| row.get("count"),
    )
}

/// How often a rule fired since an instant.
pub fn count_of_rule(tx: &mut Tx<'_>, rule: RuleId, since: Timestamp, most: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM automate_firing
             WHERE rule = $1 AND at > $2 AND outcome IN ('done', 'refused') LIMIT $3) AS firings",
        params![rule, since, most],
        |row| row.get("count"),
    )
}

/// When a rule last fired.
pub fn last_of_rule(tx: &mut Tx<'_>, rule: RuleId) -> Result<Option<Timestamp>> {
    tx.query_opt(
        "SELECT at FROM automate_firing WHERE rule = $1 ORDER BY id DESC LIMIT 1",
        params![rule],
        |row| row.get("at"),
    )
}
