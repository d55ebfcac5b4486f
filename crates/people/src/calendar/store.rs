//! Every statement about calendars and sites.

use kernel::db::{Tx, params};
use kernel::id::{TeamId, UserId};
use kernel::{Error, Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use worktime::Definition;

use super::{CalendarId, Stored};

/// A place where people work.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Site {
    /// Identifier.
    pub id: String,
    /// Name on screen.
    pub name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Calendar identifier.
    pub calendar: Option<String>,
}

/// All calendars by name.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Stored>> {
    tx.query(
        "SELECT id, name, definition FROM people_calendar ORDER BY name LIMIT 500",
        &[],
        |row| {
            let definition = serde_json::from_str(&row.get::<String>("definition")?)?;
            Ok(Stored {
                id: row.get("id")?,
                name: row.get("name")?,
                definition,
            })
        },
    )
}

/// One calendar.
///
/// # Errors
/// Not found.
pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<Stored> {
    tx.query_opt(
        "SELECT id, name, definition FROM people_calendar WHERE id = $1",
        params![id],
        |row| {
            let definition = serde_json::from_str(&row.get::<String>("definition")?)?;
            Ok(Stored {
                id: row.get("id")?,
                name: row.get("name")?,
                definition,
            })
        },
    )?
    .ok_or_else(Error::not_found)
}

pub(super) fn definition_text(tx: &mut Tx<'_>, id: &str) -> Result<String> {
    tx.query_opt(
        "SELECT definition FROM people_calendar WHERE id = $1",
        params![id],
        |row| row.get("definition"),
    )?
    .ok_or_else(Error::not_found)
}

pub(super) fn text_of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Option<String>> {
    let sql = "SELECT c.definition FROM people_user u LEFT JOIN people_site s ON s.id = u.site
               JOIN people_calendar c ON c.id = COALESCE(u.calendar, s.calendar) WHERE u.id = $1";
    tx.query_opt(sql, params![user], |row| row.get("definition"))
}

pub(super) fn text_of_team(tx: &mut Tx<'_>, team: TeamId) -> Result<Option<String>> {
    let sql =
        "SELECT c.definition FROM people_team t JOIN people_calendar c ON c.id = t.calendar WHERE t.id = $1";
    tx.query_opt(sql, params![team], |row| row.get("definition"))
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: CalendarId,
    name: &str,
    definition: &Definition,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO people_calendar (id, name, definition, updated_at) VALUES ($1, $2, $3, $4)",
        params![id, name, serde_json::to_string(definition)?, now],
    )?;
    Ok(())
}

pub(super) fn update(
    tx: &mut Tx<'_>,
    id: CalendarId,
    name: &str,
    definition: &Definition,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE people_calendar SET name = $2, definition = $3, updated_at = $4 WHERE id = $1",
        params![id, name, serde_json::to_string(definition)?, now],
    )?;
    Ok(())
}

/// All sites by name.
///
/// # Errors
/// The database's.
pub fn sites(tx: &mut Tx<'_>) -> Result<Vec<Site>> {
    tx.query(
        "SELECT id, name, time_zone, calendar FROM people_site ORDER BY name LIMIT 500",
        &[],
        |row| {
            Ok(Site {
                id: row.get("id")?,
                name: row.get("name")?,
                time_zone: row.get("time_zone")?,
                calendar: row.get("calendar")?,
            })
        },
    )
}

/// Stores a site, new or changed.
///
/// # Errors
/// Conflict when the name is taken.
pub fn save_site(tx: &mut Tx<'_>, site: &Site) -> Result<()> {
    tx.execute(
        "INSERT INTO people_site (id, name, time_zone, calendar) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone, calendar = excluded.calendar",
        params![&site.id, &site.name, &site.time_zone, &site.calendar],
    )?;
    Ok(())
}
