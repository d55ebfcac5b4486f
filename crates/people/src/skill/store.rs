//! Every statement about skills.

use std::collections::BTreeMap;

use kernel::Result;
use kernel::db::{Tx, params};
use kernel::id::{TeamId, UserId};

use super::Skill;

/// All skills by title.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Skill>> {
    tx.query(
        "SELECT name, title FROM people_skill ORDER BY title, name LIMIT 500",
        &[],
        |row| {
            Ok(Skill {
                name: row.get("name")?,
                title: row.get("title")?,
            })
        },
    )
}

/// What a person can do.
///
/// # Errors
/// The database's.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<BTreeMap<String, i64>> {
    let rows = tx.query(
        "SELECT skill, level FROM people_user_skill WHERE user_id = $1 LIMIT 500",
        params![user],
        |row| Ok((row.get::<String>("skill")?, row.get::<i64>("level")?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// What everybody in a team can do, in one statement.
///
/// # Errors
/// The database's.
pub fn of_team(tx: &mut Tx<'_>, team: TeamId) -> Result<BTreeMap<UserId, BTreeMap<String, i64>>> {
    let rows = tx.query(
        "SELECT s.user_id, s.skill, s.level FROM people_user_skill s JOIN people_member m ON m.user_id = s.user_id
         WHERE m.team = $1 LIMIT 20000",
        params![team],
        |row| Ok((row.get::<UserId>("user_id")?, row.get::<String>("skill")?, row.get::<i64>("level")?)),
    )?;
    let mut skills: BTreeMap<UserId, BTreeMap<String, i64>> = BTreeMap::new();
    for (user, skill, level) in rows {
        skills.entry(user).or_default().insert(skill, level);
    }
    Ok(skills)
}

/// The whole matrix: everybody who works on tickets.
///
/// # Errors
/// The database's.
pub fn matrix(tx: &mut Tx<'_>) -> Result<BTreeMap<UserId, BTreeMap<String, i64>>> {
    let rows = tx.query(
        "SELECT s.user_id, s.skill, s.level FROM people_user_skill s JOIN people_user u ON u.id = s.user_id
         WHERE u.active LIMIT 50000",
        &[],
        |row| {
            Ok((
                row.get::<UserId>("user_id")?,
                row.get::<String>("skill")?,
                row.get::<i64>("level")?,
            ))
        },
    )?;
    let mut skills: BTreeMap<UserId, BTreeMap<String, i64>> = BTreeMap::new();
    for (user, skill, level) in rows {
        skills.entry(user).or_default().insert(skill, level);
    }
    Ok(skills)
}

pub(super) fn save(tx: &mut Tx<'_>, name: &str, title: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO people_skill (name, title) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET title = excluded.title",
        params![name, title],
    )?;
    Ok(())
}

pub(super) fn remove(tx: &mut Tx<'_>, name: &str) -> Result<u64> {
    tx.execute("DELETE FROM people_user_skill WHERE skill = $1", params![name])?;
    tx.execute("DELETE FROM people_skill WHERE name = $1", params![name])
}

pub(super) fn replace_of_user(tx: &mut Tx<'_>, user: UserId, skills: &BTreeMap<String, i64>) -> Result<()> {
    tx.execute("DELETE FROM people_user_skill WHERE user_id = $1", params![user])?;
    for (skill, level) in skills.iter().filter(|(_, level)| **level > 0) {
        tx.execute(
            "INSERT INTO people_user_skill (user_id, skill, level) VALUES ($1, $2, $3)",
            params![user, skill, *level],
        )?;
    }
    Ok(())
}
