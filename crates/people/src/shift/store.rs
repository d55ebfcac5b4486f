//! Every statement about shifts and absences.

use kernel::db::{Row, Tx, params};
use kernel::id::{TeamId, UserId};
use kernel::{Error, Result, Timestamp};

use super::{PersonSpan, SpanId, SpanOf};
use crate::calendar;

fn span(row: &Row<'_>) -> Result<PersonSpan> {
    Ok(PersonSpan {
        id: row.get("id")?,
        user: row.get("user_id")?,
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        note: row.get("note")?,
    })
}

const fn table(of: SpanOf) -> (&'static str, &'static str) {
    match of {
        SpanOf::Shift => ("people_shift", "note"),
        SpanOf::Absence => ("people_absence", "reason"),
    }
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    of: SpanOf,
    id: SpanId,
    user: UserId,
    (starts_at, ends_at): (Timestamp, Timestamp),
    note: &str,
) -> Result<()> {
    let (table, column) = table(of);
    let sql = format!(
        "INSERT INTO {table} (id, user_id, starts_at, ends_at, {column}) VALUES ($1, $2, $3, $4, $5)"
    );
    tx.execute(&sql, params![id, user, starts_at, ends_at, note])?;
    Ok(())
}

pub(super) fn load(tx: &mut Tx<'_>, of: SpanOf, id: SpanId) -> Result<PersonSpan> {
    let (table, column) = table(of);
    let sql = format!("SELECT id, user_id, starts_at, ends_at, {column} AS note FROM {table} WHERE id = $1");
    tx.query_opt(&sql, params![id], span)?
        .ok_or_else(Error::not_found)
}

pub(super) fn delete(tx: &mut Tx<'_>, of: SpanOf, id: SpanId) -> Result<()> {
    let (table, _) = table(of);
    tx.execute(&format!("DELETE FROM {table} WHERE id = $1"), params![id])?;
    Ok(())
}

/// A page of spans that end after an instant, soonest first; `after` is where the page before ended.
///
/// # Errors
/// The database's.
pub fn upcoming(
    tx: &mut Tx<'_>,
    of: SpanOf,
    now: Timestamp,
    after: Option<(Timestamp, SpanId)>,
    limit: i64,
) -> Result<Vec<PersonSpan>> {
    let (table, column) = table(of);
    let (at, id) = after.map_or((Timestamp::from_millis(i64::MIN), String::new()), |(at, id)| {
        (at, id.to_string())
    });
    let sql = format!(
        "SELECT id, user_id, starts_at, ends_at, {column} AS note FROM {table}
         WHERE ends_at > $1 AND (starts_at, id) > ($2, $3) ORDER BY starts_at, id LIMIT $4"
    );
    tx.query(&sql, params![now, at, id, limit], span)
}

pub(super) fn of_team(tx: &mut Tx<'_>, of: SpanOf, team: TeamId, at: Timestamp) -> Result<Vec<PersonSpan>> {
    let (table, column) = table(of);
    // Two weeks ahead are enough to say when somebody next works.
    let sql = format!(
        "SELECT s.id, s.user_id, s.starts_at, s.ends_at, s.{column} AS note FROM people_member m
         JOIN {table} s ON s.user_id = m.user_id WHERE m.team = $1 AND s.ends_at > $2 AND s.starts_at < $3
         ORDER BY s.starts_at, s.id LIMIT 5000"
    );
    tx.query(&sql, params![team, at, at.add_secs(14 * 86_400)], span)
}

pub(super) struct Member {
    pub user: UserId,
    pub name: String,
    pub tier: i64,
    /// Their usual hours; `None` means round the clock.
    pub calendar: Option<worktime::Calendar>,
}

pub(super) fn members_with_hours(tx: &mut Tx<'_>, team: TeamId) -> Result<Vec<Member>> {
    let sql = "SELECT u.id, u.name, COALESCE(u.tier, 1) AS tier, c.definition AS hours
               FROM people_member m JOIN people_user u ON u.id = m.user_id
               LEFT JOIN people_site s ON s.id = u.site
               LEFT JOIN people_calendar c ON c.id = COALESCE(u.calendar, s.calendar)
               WHERE m.team = $1 AND u.active AND u.tier IS NOT NULL ORDER BY u.id LIMIT 1000";
    tx.query(sql, params![team], |row| {
        Ok(Member {
            user: row.get("id")?,
            name: row.get("name")?,
            tier: row.get("tier")?,
            calendar: row
                .get::<Option<String>>("hours")?
                .as_deref()
                .map(calendar::compiled)
                .transpose()?,
        })
    })
}

/// A person's spans that end after an instant, soonest first.
///
/// # Errors
/// The database's.
pub fn upcoming_of_user(
    tx: &mut Tx<'_>,
    of: SpanOf,
    user: UserId,
    after: Timestamp,
) -> Result<Vec<PersonSpan>> {
    let (table, column) = table(of);
    let sql = format!(
        "SELECT id, user_id, starts_at, ends_at, {column} AS note FROM {table}
         WHERE user_id = $1 AND ends_at > $2 ORDER BY starts_at, id LIMIT 200"
    );
    tx.query(&sql, params![user, after], span)
}
