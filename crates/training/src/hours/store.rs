//! Every SQL statement about what counts.

use std::collections::BTreeMap;

use kernel::db::{Tx, Value, each_listed, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

/// People of one report.
const MOST: i64 = 2_000;

/// Lets minutes count; a source counts once.
pub fn insert(
    tx: &mut Tx<'_>,
    person: UserId,
    source: &str,
    year: i64,
    minutes: i64,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO training_credit (person, source, year, minutes, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person, source) DO NOTHING",
        params![person, source, year, minutes, at],
    )?;
    Ok(())
}

/// Lets them no longer count.
pub fn remove(tx: &mut Tx<'_>, person: UserId, source: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM training_credit WHERE person = $1 AND source = $2",
        params![person, source],
    )?;
    Ok(())
}

/// Minutes of a year by person; whoever has none is left out.
pub fn sums(tx: &mut Tx<'_>, year: i64, people: &[UserId]) -> Result<BTreeMap<UserId, i64>> {
    let mut found = BTreeMap::new();
    each_listed(people, |list, values| {
        let values: Vec<Value> = values.iter().cloned().chain([Value::from(year)]).collect();
        let last = values.len();
        let sql = format!(
            "SELECT person, CAST(SUM(minutes) AS BIGINT) AS minutes FROM training_credit
             WHERE person IN ({list}) AND year = ${last} GROUP BY person"
        );
        let rows: Vec<(UserId, i64)> =
            tx.query(&sql, &values, |row| Ok((row.get("person")?, row.get("minutes")?)))?;
        found.extend(rows);
        Ok(())
    })?;
    Ok(found)
}

/// Courses by person: done, to be done by a day, and of these late.
pub fn courses(tx: &mut Tx<'_>, people: &[UserId], today: &str) -> Result<BTreeMap<UserId, (i64, i64, i64)>> {
    let mut found = BTreeMap::new();
    each_listed(people, |list, values| {
        let values: Vec<Value> = values.iter().cloned().chain([Value::from(today)]).collect();
        let last = values.len();
        let sql = format!(
            "SELECT l.person, COUNT(l.done_at) AS done,
                 COUNT(CASE WHEN l.done_at IS NULL AND c.state = 'open' AND l.due_on IS NOT NULL THEN 1 END) AS waiting,
                 COUNT(CASE WHEN l.done_at IS NULL AND c.state = 'open' AND l.due_on < ${last} THEN 1 END) AS late
             FROM training_learner l JOIN training_course c ON c.id = l.course
             WHERE l.person IN ({list}) GROUP BY l.person"
        );
        let rows: Vec<(UserId, (i64, i64, i64))> = tx.query(&sql, &values, |row| {
            let counts = (row.get("done")?, row.get("waiting")?, row.get("late")?);
            Ok((row.get("person")?, counts))
        })?;
        found.extend(rows);
        Ok(())
    })?;
    Ok(found)
}

/// Whoever has something of a year.
pub fn credited(tx: &mut Tx<'_>, year: i64) -> Result<Vec<UserId>> {
    tx.query(
        "SELECT DISTINCT person FROM training_credit WHERE year = $1 ORDER BY person LIMIT $2",
        params![year, MOST],
        |row| row.get("person"),
    )
}

/// Whom somebody leads.
pub fn led_by(tx: &mut Tx<'_>, manager: UserId) -> Result<Vec<UserId>> {
    tx.query(
        "SELECT id FROM people_user WHERE manager = $1 AND active ORDER BY id LIMIT $2",
        params![manager, MOST],
        |row| row.get("id"),
    )
}
