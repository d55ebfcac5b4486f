//! Every SQL statement about who answers.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

/// More nobody can oversee.
const MOST: i64 = 500;

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

/// Until when somebody answers.
pub fn until(tx: &mut Tx<'_>, person: UserId, now: Timestamp) -> Result<Option<Timestamp>> {
    tx.query_opt(
        "SELECT until FROM chat_duty WHERE person = $1 AND until > $2",
        params![person, now],
        |row| row.get("until"),
    )
}

/// How many answer now, one person left out.
pub fn count(tx: &mut Tx<'_>, now: Timestamp, in_hours: bool, but: Option<UserId>) -> Result<i64> {
    let there = answering(tx, now, in_hours)?;
    let others = there.iter().filter(|one| Some(**one) != but).count();
    Ok(i64::try_from(others).unwrap_or(MOST))
}

/// Who answers now. Whoever was deactivated meanwhile does not.
pub fn answering(tx: &mut Tx<'_>, now: Timestamp, in_hours: bool) -> Result<Vec<UserId>> {
    tx.query(
        "SELECT d.person FROM chat_duty d JOIN people_user u ON u.id = d.person
         WHERE d.until > $1 AND (d.any_hour OR $2) AND u.active ORDER BY d.until, d.person LIMIT $3",
        params![now, in_hours, MOST],
        |row| row.get("person"),
    )
}
