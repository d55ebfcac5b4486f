//! Every SQL statement about findings.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::Finding;

pub fn of_ticket(tx: &mut Tx, ticket: i64) -> Result<Option<Finding>> {
    tx.query_opt(
        "SELECT technical, plain, by_person, at FROM desk_finding WHERE ticket = $1",
        params![ticket],
        |row| {
            Ok(Finding {
                technical: row.get("technical")?,
                plain: row.get("plain")?,
                by: row.get("by_person")?,
                at: Some(row.get("at")?),
            })
        },
    )
}

pub fn save(tx: &mut Tx, ticket: i64, finding: &Finding, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_finding (ticket, technical, plain, by_person, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (ticket) DO UPDATE SET technical = excluded.technical, plain = excluded.plain,
         by_person = excluded.by_person, at = excluded.at",
        params![ticket, &finding.technical, &finding.plain, finding.by, at],
    )?;
    Ok(())
}
