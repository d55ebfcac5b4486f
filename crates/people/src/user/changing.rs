//! Changing a person's record, and letting them in or keeping them out.

use kernel::db::Tx;
use kernel::error::Kind;
use kernel::event::{self, New};
use kernel::id::UserId;
use kernel::{Cx, Error, Locale, Result};
use serde_json::json;

use super::{Profile, User, is_time_zone, normal_email, store};
use crate::{events, role, sign_in, team, token};

/// Stores what a form says of a person.
///
/// # Errors
/// Names the wrong fields; `people.user.last_admin` when nobody could administer any more.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, id: UserId, profile: &Profile) -> Result<User> {
    cx.require("people.user.manage")?;
    profile.check()?;
    role::check_known(tx, &profile.roles)?;
    super::adding::check_manager(tx, profile)?;
    tx.lock("people.user", id)?;
    let before = store::load(tx, id)?;
    role::guard_not_above(tx, cx, id)?;
    store::update(tx, id, profile, cx.now()).map_err(|error| {
        if error.kind() == Kind::Conflict {
            Error::invalid("people.user.email_taken").field("email")
        } else {
            error
        }
    })?;
    role::set_of_user(tx, cx, id, &profile.roles)?;
    team::set_of_user(tx, cx, id, &profile.teams)?;
    event::append(
        tx,
        cx,
        New {
            kind: events::USER_CHANGED,
            subject: format!("user:{id}"),
            data: json!({ "roles": profile.roles, "tier": [before.tier, profile.tier] }),
            personal: Some(json!({
                "email": [before.email, normal_email(&profile.email)],
                "name": [before.name, profile.name.trim()],
            })),
        },
    )?;
    store::load(tx, id)
}

/// Keeps a person out: no sign-in, no new work, all sessions and tokens ended.
///
/// # Errors
/// `people.user.last_admin`, `people.user.not_yourself`.
pub fn deactivate(tx: &mut Tx<'_>, cx: &Cx, id: UserId) -> Result<()> {
    cx.require("people.user.manage")?;
    if cx.user_id() == Some(id) {
        return Err(Error::conflict("people.user.not_yourself"));
    }
    tx.lock("people.user", id)?;
    store::load(tx, id)?;
    role::guard_not_above(tx, cx, id)?;
    store::set_active(tx, id, false, cx.now())?;
    if role::store::of_user(tx, id)?
        .iter()
        .any(|role| role == role::ADMIN)
    {
        role::guard_last_admin(tx)?;
    }
    sign_in::store::end_all(tx, id, None)?;
    token::store::revoke_all(tx, id)?;
    note(tx, cx, id, events::USER_DEACTIVATED)
}

/// Lets a person in again.
///
/// # Errors
/// Not found.
pub fn activate(tx: &mut Tx<'_>, cx: &Cx, id: UserId) -> Result<()> {
    cx.require("people.user.manage")?;
    store::load(tx, id)?;
    role::guard_not_above(tx, cx, id)?;
    store::set_active(tx, id, true, cx.now())?;
    note(tx, cx, id, events::USER_ACTIVATED)
}

/// A person's own language and time zone.
///
/// # Errors
/// `people.time_zone_unknown` on `time_zone`.
pub fn set_preferences(tx: &mut Tx<'_>, cx: &Cx, locale: Locale, time_zone: &str) -> Result<()> {
    let id = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let zone = Some(time_zone.trim()).filter(|zone| !zone.is_empty());
    if zone.is_some_and(|zone| !is_time_zone(zone)) {
        return Err(Error::invalid("people.time_zone_unknown").field("time_zone"));
    }
    store::set_preferences(tx, id, locale, zone, cx.now())
}

/// The language a person chose in the menu.
///
/// # Errors
/// The database's.
pub(crate) fn remember_locale(tx: &mut Tx<'_>, cx: &Cx, locale: Locale) -> Result<()> {
    let id = cx.user_id().ok_or_else(Error::unauthenticated)?;
    store::set_locale(tx, id, locale, cx.now())
}

fn note(tx: &mut Tx<'_>, cx: &Cx, id: UserId, kind: &'static str) -> Result<()> {
    event::append(
        tx,
        cx,
        New {
            kind,
            subject: format!("user:{id}"),
            data: json!({}),
            personal: None,
        },
    )?;
    Ok(())
}
