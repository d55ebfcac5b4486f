//! Every SQL statement about plans.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::Plan;

/// What somebody made of which key; nothing where it was removed. There are never more than a few dozen.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<(String, Option<Plan>)>> {
    tx.query(
        "SELECT key, definition, removed_at FROM major_plan ORDER BY key LIMIT 1000",
        params![],
        |row| {
            let (definition, removed): (String, Option<Timestamp>) =
                (row.get("definition")?, row.get("removed_at")?);
            let plan = match removed {
                Some(_) => None,
                None => Some(serde_json::from_str(&definition)?),
            };
            Ok((row.get("key")?, plan))
        },
    )
}

/// Keeps a plan.
pub fn put(tx: &mut Tx<'_>, plan: &Plan, at: Timestamp) -> Result<()> {
    write(tx, plan, at, None)
}

/// Takes it out of the list. The row stays, so that a shipped one does not come back.
pub fn remove(tx: &mut Tx<'_>, plan: &Plan, at: Timestamp) -> Result<()> {
    write(tx, plan, at, Some(at))
}

fn write(tx: &mut Tx<'_>, plan: &Plan, at: Timestamp, removed: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "INSERT INTO major_plan (key, definition, at, removed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (key) DO UPDATE SET definition = excluded.definition, at = excluded.at, removed_at = excluded.removed_at",
        params![&plan.key, serde_json::to_string(plan)?, at, removed],
    )?;
    Ok(())
}
