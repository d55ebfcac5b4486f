//! A new person: by an administrator, by the command line, or because an unknown sender wrote.

use kernel::db::Tx;
use kernel::error::Kind;
use kernel::event::{self, New};
use kernel::id::UserId;
use kernel::{Cx, Error, Result};
use serde_json::json;

use super::{Profile, User, is_email, name_from_email, normal_email, store};
use crate::{events, role, team};

/// Adds a person with roles and teams.
///
/// # Errors
/// Names the wrong fields; `people.user.email_taken` on `email`.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, profile: &Profile) -> Result<User> {
    cx.require("people.user.manage")?;
    profile.check()?;
    role::check_known(tx, &profile.roles)?;
    check_manager(tx, profile)?;
    let id = insert(tx, cx, profile)?;
    role::set_of_user(tx, cx, id, &profile.roles)?;
    team::set_of_user(tx, cx, id, &profile.teams)?;
    store::load(tx, id)
}

/// Refuses a manager whom nobody knows.
pub(super) fn check_manager(tx: &mut Tx<'_>, profile: &Profile) -> Result<()> {
    if profile.manager.trim().is_empty() || store::find_by_email(tx, &profile.manager)?.is_some() {
        return Ok(());
    }
    Err(Error::invalid("people.user.manager_unknown").field("manager"))
}

/// The person with this address; made as a requester when unknown. Whoever may open a ticket may name its requester,
/// so this asks for no right of its own.
///
/// # Errors
/// `people.user.email_malformed` on `requester`.
pub fn find_or_add_requester(tx: &mut Tx<'_>, cx: &Cx, email: &str, name: &str) -> Result<User> {
    let email = normal_email(email);
    if !is_email(&email) {
        return Err(Error::invalid("people.user.email_malformed").field("requester"));
    }
    if let Some(found) = store::find_by_email(tx, &email)? {
        return Ok(found);
    }
    tx.lock("people.email", &email)?;
    if let Some(found) = store::find_by_email(tx, &email)? {
        return Ok(found);
    }
    let name: String = name.trim().chars().take(200).collect();
    let name = if name.is_empty() {
        name_from_email(&email)
    } else {
        name
    };
    let profile = Profile {
        email,
        name,
        ..Profile::default()
    };
    let id = insert(tx, cx, &profile)?;
    role::store::add(tx, id, role::REQUESTER)?;
    store::load(tx, id)
}

fn insert(tx: &mut Tx<'_>, cx: &Cx, profile: &Profile) -> Result<UserId> {
    let id: UserId = cx.new_id();
    store::insert(tx, id, profile, cx.now()).map_err(|error| {
        if error.kind() == Kind::Conflict {
            Error::invalid("people.user.email_taken").field("email")
        } else {
            error
        }
    })?;
    event::append(
        tx,
        cx,
        New {
            kind: events::USER_ADDED,
            subject: format!("user:{id}"),
            data: json!({ "roles": profile.roles, "tier": profile.tier }),
            personal: Some(json!({ "email": normal_email(&profile.email), "name": profile.name.trim() })),
        },
    )?;
    Ok(id)
}
