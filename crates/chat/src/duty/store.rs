//! Every SQL statement about who answers.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

/// More nobody can oversee: some hundreds of people with their roles.
const MOST: i64 = 1_000;

/// Writes down that somebody answers.
pub fn put(tx: &mut Tx<'_>, person: UserId, until: Timestamp, any_hour: bool) -> Result<()> {
    tx.execute(
        "INSERT INTO chat_duty (person, until, any_hour) VALUES ($1, $2, $3)
         ON CONFLICT (person) DO UPDATE SET until = excluded.until, any_hour = excluded.any_hour",
        params![person, until, any_hour],
    )?;
    Ok(())
}

/// Somebody does not answer any more.
pub fn remove(tx: &mut Tx<'_>, person: UserId) -> Result<()> {
    tx.execute("DELETE FROM chat_duty WHERE person = $1", params![person])?;
    Ok(())
}

/// The switch of somebody while it is on: until when, and whether it holds outside of the desk's hours.
pub fn switch(tx: &mut Tx<'_>, person: UserId, now: Timestamp) -> Result<Option<(Timestamp, bool)>> {
    tx.query_opt(
        "SELECT until, any_hour FROM chat_duty WHERE person = $1 AND until > $2",
        params![person, now],
        |row| Ok((row.get("until")?, row.get("any_hour")?)),
    )
}

/// Whose switch is on and holds now, once with each of their roles. Whoever was deactivated meanwhile does not answer.
pub fn switched_on(tx: &mut Tx<'_>, now: Timestamp, in_hours: bool) -> Result<Vec<(UserId, String)>> {
    tx.query(
        "SELECT d.person, r.role FROM chat_duty d
             JOIN people_user u ON u.id = d.person JOIN people_user_role r ON r.user_id = d.person
         WHERE d.until > $1 AND (d.any_hour OR $2) AND u.active ORDER BY d.until, d.person, r.role LIMIT $3",
        params![now, in_hours, MOST],
        |row| Ok((row.get("person")?, row.get("role")?)),
    )
}
