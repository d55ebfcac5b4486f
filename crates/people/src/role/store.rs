//! Every statement about roles.

use std::collections::BTreeMap;

use kernel::db::{Tx, params};
use kernel::id::UserId;
use kernel::{Result, Scope, Timestamp};

use super::{ADMIN, Role};

/// Roles of a person, sorted.
///
/// # Errors
/// The database's.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<String>> {
    tx.query(
        "SELECT role FROM people_user_role WHERE user_id = $1 ORDER BY role",
        params![user],
        |row| row.get("role"),
    )
}

/// Gives a person one more role.
///
/// # Errors
/// The database's.
pub fn add(tx: &mut Tx<'_>, user: UserId, role: &str) -> Result<()> {
    let sql = "INSERT INTO people_user_role (user_id, role) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute(sql, params![user, role])?;
    Ok(())
}

pub(super) fn replace(tx: &mut Tx<'_>, user: UserId, roles: &[String]) -> Result<()> {
    tx.execute("DELETE FROM people_user_role WHERE user_id = $1", params![user])?;
    for role in roles {
        add(tx, user, role)?;
    }
    Ok(())
}

pub(super) fn has_active_admin(tx: &mut Tx<'_>) -> Result<bool> {
    let sql = "SELECT u.id FROM people_user_role r JOIN people_user u ON u.id = r.user_id
               WHERE r.role = $1 AND u.active LIMIT 1";
    Ok(tx.query_opt(sql, params![ADMIN], |_| Ok(()))?.is_some())
}

/// People with a role.
///
/// # Errors
/// The database's.
pub fn users_with(tx: &mut Tx<'_>, role: &str) -> Result<Vec<UserId>> {
    let sql = "SELECT u.id FROM people_user_role r JOIN people_user u ON u.id = r.user_id
               WHERE r.role = $1 AND u.active ORDER BY u.id LIMIT 500";
    tx.query(sql, params![role], |row| row.get("id"))
}

pub(super) fn grants_of_made(tx: &mut Tx<'_>, roles: &[String]) -> Result<BTreeMap<String, Scope>> {
    let mut grants: BTreeMap<String, Scope> = BTreeMap::new();
    for role in roles {
        let sql = "SELECT permission, scope FROM people_role_grant WHERE role = $1";
        let rows = tx.query(sql, params![role], |row| {
            Ok((row.get::<String>("permission")?, row.get::<String>("scope")?))
        })?;
        for (permission, scope) in rows {
            let Some(scope) = Scope::parse(&scope) else {
                continue;
            };
            let had = grants.entry(permission).or_insert(scope);
            *had = (*had).max(scope);
        }
    }
    Ok(grants)
}

pub(super) fn list_made(tx: &mut Tx<'_>) -> Result<Vec<Role>> {
    let rows = tx.query(
        "SELECT r.name, r.title, g.permission, g.scope FROM people_role r
         LEFT JOIN people_role_grant g ON g.role = r.name ORDER BY r.name, g.permission LIMIT 20000",
        &[],
        |row| {
            Ok((
                row.get::<String>("name")?,
                row.get::<String>("title")?,
                row.get::<Option<String>>("permission")?,
                row.get::<Option<String>>("scope")?,
            ))
        },
    )?;
    let mut roles: Vec<Role> = Vec::new();
    for (name, title, permission, scope) in rows {
        if roles.last().is_none_or(|last| last.name != name) {
            roles.push(Role {
                name,
                title,
                built_in: false,
                grants: BTreeMap::new(),
            });
        }
        if let (Some(role), Some(permission), Some(scope)) = (
            roles.last_mut(),
            permission,
            scope.as_deref().and_then(Scope::parse),
        ) {
            role.grants.insert(permission, scope);
        }
    }
    Ok(roles)
}

/// A role of the department's own.
///
/// # Errors
/// Not found, also for built-in ones.
pub(super) fn made(tx: &mut Tx<'_>, name: &str) -> Result<Role> {
    list_made(tx)?
        .into_iter()
        .find(|role| role.name == name)
        .ok_or_else(kernel::Error::not_found)
}

pub(super) fn save(
    tx: &mut Tx<'_>,
    name: &str,
    title: &str,
    grants: &BTreeMap<String, Scope>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO people_role (name, title, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET title = excluded.title",
        params![name, title, now],
    )?;
    tx.execute("DELETE FROM people_role_grant WHERE role = $1", params![name])?;
    for (permission, scope) in grants {
        tx.execute(
            "INSERT INTO people_role_grant (role, permission, scope) VALUES ($1, $2, $3)",
            params![name, permission, scope.as_str()],
        )?;
    }
    Ok(())
}

pub(super) fn remove(tx: &mut Tx<'_>, name: &str) -> Result<u64> {
    tx.execute("DELETE FROM people_role_grant WHERE role = $1", params![name])?;
    tx.execute("DELETE FROM people_user_role WHERE role = $1", params![name])?;
    tx.execute("DELETE FROM people_role WHERE name = $1", params![name])
}
