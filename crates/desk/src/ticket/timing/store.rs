//! Every SQL statement about time spent.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::Spent;

/// The latest so many are listed; the sum counts all.
const AT_MOST: i64 = 100;

pub(super) fn insert(
    tx: &mut Tx,
    ticket: i64,
    (person, minutes, what): (UserId, i64, &str),
    at: Timestamp,
) -> Result<i64> {
    tx.query_one(
        "INSERT INTO desk_time (ticket, person, minutes, what, at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        params![ticket, person, minutes, what, at],
        |row| row.get("id"),
    )
}

/// The minutes of the entry that is gone now; none when it was not this person's.
pub(super) fn delete(tx: &mut Tx, ticket: i64, id: i64, person: UserId) -> Result<Option<i64>> {
    tx.query_opt(
        "DELETE FROM desk_time WHERE id = $1 AND ticket = $2 AND person = $3 RETURNING minutes",
        params![id, ticket, person],
        |row| row.get("minutes"),
    )
}

/// What was written down, the latest last, and the sum of all; one statement.
pub fn of_ticket(tx: &mut Tx, ticket: i64) -> Result<(Vec<Spent>, i64)> {
    let mut sum = 0;
    let mut found = tx.query(
        "SELECT id, person, minutes, what, at, CAST(SUM(minutes) OVER () AS BIGINT) AS total
         FROM desk_time WHERE ticket = $1 ORDER BY id DESC LIMIT $2",
        params![ticket, AT_MOST],
        |row| {
            sum = row.get("total")?;
            Ok(Spent {
                id: row.get("id")?,
                person: row.get("person")?,
                minutes: row.get("minutes")?,
                what: row.get("what")?,
                at: row.get("at")?,
            })
        },
    )?;
    found.reverse();
    Ok((found, sum))
}
