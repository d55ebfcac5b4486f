//! Who and which team is meant: by mail address or identifier, by name or identifier.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};

/// The person that a call names; `me` is the caller.
pub(super) fn person(tx: &mut Tx, cx: &Cx, field: &str, text: &str) -> Result<UserId> {
    let unknown = || {
        Error::invalid("desk.api.person_unknown")
            .field(field)
            .arg("value", short(text))
    };
    if text == "me" {
        return cx.user_id().ok_or_else(unknown);
    }
    if text.contains('@') {
        return people::user::store::find_by_email(tx, text)?
            .map(|person| person.id)
            .ok_or_else(unknown);
    }
    let id: UserId = text.parse().map_err(|_| unknown())?;
    people::user::store::find(tx, id)?
        .map(|person| person.id)
        .ok_or_else(unknown)
}

/// The team that a call names.
pub(super) fn team(tx: &mut Tx, field: &str, text: &str) -> Result<TeamId> {
    let unknown = || {
        Error::invalid("desk.api.team_unknown")
            .field(field)
            .arg("value", short(text))
    };
    if let Ok(id) = text.parse::<TeamId>()
        && people::team::store::load(tx, id).is_ok()
    {
        return Ok(id);
    }
    people::team::store::find_by_name(tx, text)?
        .map(|team| team.id)
        .ok_or_else(unknown)
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
