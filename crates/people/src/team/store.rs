//! Every statement about teams.

use kernel::Result;
use kernel::db::{Row, Tx, params};
use kernel::id::{TeamId, UserId};

use super::{NewTeam, Team};

const SELECT: &str = "SELECT t.id, t.name, t.tier, t.calendar, t.description,
  (SELECT COUNT(*) FROM people_member m JOIN people_user u ON u.id = m.user_id WHERE m.team = t.id AND u.active) AS members
  FROM people_team t";

fn team(row: &Row<'_>) -> Result<Team> {
    Ok(Team {
        id: row.get("id")?,
        name: row.get("name")?,
        tier: row.get("tier")?,
        calendar: row.get("calendar")?,
        description: row.get("description")?,
        members: row.get("members")?,
    })
}

/// All teams by tier and name; a department has dozens, not thousands.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Team>> {
    tx.query(&format!("{SELECT} ORDER BY t.tier, t.name LIMIT 500"), &[], team)
}

/// One team.
///
/// # Errors
/// Not found.
pub fn load(tx: &mut Tx<'_>, id: TeamId) -> Result<Team> {
    tx.query_opt(&format!("{SELECT} WHERE t.id = $1"), params![id], team)?
        .ok_or_else(kernel::Error::not_found)
}

/// A team by its name.
///
/// # Errors
/// The database's.
pub fn find_by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Team>> {
    tx.query_opt(&format!("{SELECT} WHERE t.name = $1"), params![name], team)
}

/// Identifiers of a person's teams, sorted.
///
/// # Errors
/// The database's.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<TeamId>> {
    tx.query(
        "SELECT team FROM people_member WHERE user_id = $1 ORDER BY team",
        params![user],
        |row| row.get("team"),
    )
}

/// Who belongs to a team.
///
/// # Errors
/// The database's.
pub fn members(tx: &mut Tx<'_>, team: TeamId) -> Result<Vec<UserId>> {
    let sql = "SELECT m.user_id FROM people_member m JOIN people_user u ON u.id = m.user_id
               WHERE m.team = $1 AND u.active ORDER BY u.name, u.id LIMIT 1000";
    tx.query(sql, params![team], |row| row.get("user_id"))
}

pub(super) fn insert(tx: &mut Tx<'_>, id: TeamId, new: &NewTeam) -> Result<()> {
    tx.execute(
        "INSERT INTO people_team (id, name, tier, calendar, description) VALUES ($1, $2, $3, $4, $5)",
        params![
            id,
            new.name.trim(),
            new.tier,
            calendar(new),
            new.description.trim()
        ],
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx<'_>, id: TeamId, new: &NewTeam) -> Result<()> {
    tx.execute(
        "UPDATE people_team SET name = $2, tier = $3, calendar = $4, description = $5 WHERE id = $1",
        params![
            id,
            new.name.trim(),
            new.tier,
            calendar(new),
            new.description.trim()
        ],
    )?;
    Ok(())
}

fn calendar(new: &NewTeam) -> Option<&str> {
    Some(new.calendar.trim()).filter(|calendar| !calendar.is_empty())
}

pub(super) fn replace_members(tx: &mut Tx<'_>, team: TeamId, members: &[UserId]) -> Result<()> {
    tx.execute("DELETE FROM people_member WHERE team = $1", params![team])?;
    for member in members {
        join(tx, team, *member)?;
    }
    Ok(())
}

pub(super) fn replace_of_user(tx: &mut Tx<'_>, user: UserId, teams: &[TeamId]) -> Result<()> {
    tx.execute("DELETE FROM people_member WHERE user_id = $1", params![user])?;
    for team in teams {
        join(tx, *team, user)?;
    }
    Ok(())
}

fn join(tx: &mut Tx<'_>, team: TeamId, user: UserId) -> Result<()> {
    tx.execute(
        "INSERT INTO people_member (team, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        params![team, user],
    )?;
    Ok(())
}
