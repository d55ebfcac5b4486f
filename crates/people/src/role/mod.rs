//! Roles: named sets of permissions with how far each reaches.
//!
//! The six built-in roles are code: each slice's permissions say which of them have it (`Permission::granted`), so an
//! upgrade that brings a permission brings its grants. An administrator can make further roles; those are rows.
//! A person's rights are the widest of all their roles'.

pub(crate) mod api;
mod pages;
pub mod store;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::events;
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::event::{self, New};
use kernel::i18n::has_key;
use kernel::id::UserId;
use kernel::{Cx, Error, Locale, Permission, Result, Scope};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use web::{Routes, Shell};

/// Employees.
pub const REQUESTER: &str = "requester";
/// Administrators.
pub const ADMIN: &str = "admin";
/// The roles every installation has, from the least to the most.
pub const BUILT_IN: [&str; 6] = [REQUESTER, "technician", "engineer", "manager", "auditor", ADMIN];

/// The pages and endpoints about roles.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

static PERMISSIONS: OnceLock<Vec<Permission>> = OnceLock::new();

/// Tells which permissions exist; called once at the start with those of all slices.
pub fn register(permissions: Vec<Permission>) {
    // A second call comes only from tests that build several installations of the same program.
    let _ = PERMISSIONS.set(permissions);
}

/// All permissions of the installation.
pub fn permissions() -> &'static [Permission] {
    PERMISSIONS.get().map_or(&[], Vec::as_slice)
}

/// A role with what it grants.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Role {
    /// Its name: `technician`.
    pub name: String,
    /// Its title, when an administrator made it; built-in ones are translated.
    pub title: String,
    /// Whether it is code.
    pub built_in: bool,
    /// Permission to scope.
    #[schema(value_type = BTreeMap<String, String>)]
    pub grants: BTreeMap<String, Scope>,
}

impl Role {
    /// Its name for the reader.
    pub fn words(&self, shell: &Shell) -> String {
        if self.built_in {
            shell.t(&format!("people-role-{}", self.name))
        } else {
            self.title.clone()
        }
    }

    /// What it is for; only built-in ones say so.
    pub fn purpose(&self, shell: &Shell) -> String {
        if self.built_in {
            shell.t(&format!("people-role-{}-purpose", self.name))
        } else {
            String::new()
        }
    }
}

/// A permission in words; its name where nobody wrote any.
pub fn title_of(locale: Locale, permission: &str) -> String {
    let key = format!("permission-{}", permission.replace('.', "-"));
    if has_key(locale, &key) {
        locale.t(&key)
    } else {
        permission.to_owned()
    }
}

/// What a built-in role grants.
pub fn built_in_grants(role: &str) -> BTreeMap<String, Scope> {
    let mut grants = BTreeMap::new();
    for permission in permissions() {
        for (_, scope) in permission.granted.iter().filter(|(name, _)| *name == role) {
            grants.insert(permission.name.to_owned(), *scope);
        }
    }
    grants
}

/// The rights that several roles give together.
///
/// # Errors
/// The database's.
pub fn grants_of(tx: &mut Tx<'_>, roles: &[String]) -> Result<BTreeMap<String, Scope>> {
    let mut grants: BTreeMap<String, Scope> = BTreeMap::new();
    let mut widen = |more: BTreeMap<String, Scope>| {
        for (permission, scope) in more {
            let had = grants.entry(permission).or_insert(scope);
            *had = (*had).max(scope);
        }
    };
    let mut made = false;
    for role in roles {
        if BUILT_IN.contains(&role.as_str()) {
            widen(built_in_grants(role));
        } else {
            made = true;
        }
    }
    if made {
        widen(store::grants_of_made(tx, roles)?);
    }
    Ok(grants)
}

/// All roles, built-in ones first.
///
/// # Errors
/// Without the right, or the database's.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Role>> {
    cx.require("people.role.read")?;
    all(tx)
}

/// The same for forms that offer roles; what they grant is not shown there.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Role>> {
    let built_in = BUILT_IN.iter().map(|name| Role {
        name: (*name).to_owned(),
        title: String::new(),
        built_in: true,
        grants: built_in_grants(name),
    });
    let mut roles: Vec<Role> = built_in.collect();
    roles.extend(store::list_made(tx)?);
    Ok(roles)
}

/// Makes a role of the department's own.
///
/// # Errors
/// Names the wrong field, as [`save`] does; `people.role.name_taken`.
pub fn add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    name: &str,
    title: &str,
    grants: &BTreeMap<String, Scope>,
) -> Result<()> {
    cx.require("people.role.manage")?;
    if store::list_made(tx)?.iter().any(|role| role.name == name) {
        return Err(Error::invalid("people.role.name_taken").field("name"));
    }
    put(tx, cx, name, title, grants)
}

/// Changes a role of the department's own.
///
/// # Errors
/// Not found; names the wrong field; nobody can give away more than they have.
pub fn save(
    tx: &mut Tx<'_>,
    cx: &Cx,
    name: &str,
    title: &str,
    grants: &BTreeMap<String, Scope>,
) -> Result<()> {
    cx.require("people.role.manage")?;
    store::made(tx, name)?;
    put(tx, cx, name, title, grants)
}

fn put(tx: &mut Tx<'_>, cx: &Cx, name: &str, title: &str, grants: &BTreeMap<String, Scope>) -> Result<()> {
    let well_formed = |name: &str| {
        !name.is_empty()
            && name != "new"
            && name.len() <= 40
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if !well_formed(name) || BUILT_IN.contains(&name) {
        return Err(Error::invalid("people.role.name_malformed").field("name"));
    }
    if title.trim().is_empty() {
        return Err(Error::invalid("people.role.title_missing").field("title"));
    }
    for (permission, scope) in grants {
        let known = permissions().iter().find(|known| known.name == permission);
        let known = known.ok_or_else(|| Error::invalid("people.role.permission_unknown").field("grants"))?;
        if !known.scopes.contains(scope) {
            return Err(Error::invalid("people.role.scope_unknown").field("grants"));
        }
        if cx.may(permission).is_none_or(|mine| mine < *scope) {
            return Err(Error::invalid("people.role.more_than_own").field("grants"));
        }
    }
    store::save(tx, name, title.trim(), grants, cx.now())?;
    let data = json!({ "grants": grants });
    event::append(
        tx,
        cx,
        New {
            kind: events::ROLE_SAVED,
            subject: format!("role:{name}"),
            data,
            personal: None,
        },
    )?;
    Ok(())
}

/// Removes a role of the department's own; people lose it.
///
/// # Errors
/// Not found; built-in roles stay.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, name: &str) -> Result<()> {
    cx.require("people.role.manage")?;
    if store::remove(tx, name)? == 0 {
        return Err(Error::not_found());
    }
    event::append(
        tx,
        cx,
        New {
            kind: events::ROLE_REMOVED,
            subject: format!("role:{name}"),
            data: json!({}),
            personal: None,
        },
    )?;
    Ok(())
}

/// Refuses names of roles that do not exist.
pub fn check_known(tx: &mut Tx<'_>, roles: &[String]) -> Result<()> {
    let unknown = |role: &&String| !BUILT_IN.contains(&role.as_str());
    let asked: Vec<&String> = roles.iter().filter(unknown).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let made = store::list_made(tx)?;
    match asked
        .into_iter()
        .find(|role| !made.iter().any(|known| known.name == **role))
    {
        Some(role) => Err(Error::invalid("people.role.unknown")
            .field("roles")
            .arg("role", role.as_str())),
        None => Ok(()),
    }
}

/// Gives a person exactly these roles. Nobody can give rights that they do not have.
pub(crate) fn set_of_user(tx: &mut Tx<'_>, cx: &Cx, user: UserId, roles: &[String]) -> Result<()> {
    let before = store::of_user(tx, user)?;
    let mut wanted = roles.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if before == wanted {
        return Ok(());
    }
    let added: Vec<String> = wanted
        .iter()
        .filter(|role| !before.contains(role))
        .cloned()
        .collect();
    for (permission, scope) in grants_of(tx, &added)? {
        if cx.may(&permission).is_none_or(|mine| mine < scope) {
            return Err(Error::invalid("people.role.more_than_own").field("roles"));
        }
    }
    store::replace(tx, user, &wanted)?;
    if before.iter().any(|role| role == ADMIN) && !wanted.iter().any(|role| role == ADMIN) {
        guard_last_admin(tx)?;
    }
    let data = json!({ "before": before, "after": wanted });
    event::append(
        tx,
        cx,
        New {
            kind: events::USER_ROLES,
            subject: format!("user:{user}"),
            data,
            personal: None,
        },
    )?;
    Ok(())
}

/// Nobody may take over the account of somebody who may do more than they: no new password, address, or token.
pub(crate) fn guard_not_above(tx: &mut Tx<'_>, cx: &Cx, user: UserId) -> Result<()> {
    if cx.user_id() == Some(user) {
        return Ok(());
    }
    let roles = store::of_user(tx, user)?;
    let above = grants_of(tx, &roles)?
        .into_iter()
        .any(|(permission, scope)| cx.may(&permission).is_none_or(|mine| mine < scope));
    if above {
        Err(Error::new(Kind::Forbidden, "people.user.more_rights_than_you"))
    } else {
        Ok(())
    }
}

/// Somebody must be left who can administer.
pub(crate) fn guard_last_admin(tx: &mut Tx<'_>) -> Result<()> {
    // Two administrators who put each other out at the same time must not both succeed.
    tx.lock("people.role", ADMIN)?;
    if store::has_active_admin(tx)? {
        Ok(())
    } else {
        Err(Error::conflict("people.user.last_admin"))
    }
}
