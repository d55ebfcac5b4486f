//! The people a letter is about: who gets it, in which language and time zone, and the names it mentions.

use std::collections::BTreeMap;

use kernel::cx::{Credential, Identity};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::{TeamId, UserId};

use crate::neighbours;
use crate::ticket::access;

/// Managers hear of breaches and of what is forgotten.
const MANAGER: &str = "manager";

/// Somebody who gets a letter.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub(super) user: UserId,
    pub(super) name: String,
    pub(super) email: String,
    /// The chosen language; the mailbox's when none was chosen.
    pub(super) locale: Locale,
    pub(super) time_zone: String,
}

/// A person as a reader; none when they are gone.
pub(super) fn reader(tx: &mut Tx, user: UserId, fallback: Locale) -> Result<Option<Reader>> {
    let Some(person) = people::user::store::find(tx, user)?.filter(|person| person.active) else {
        return Ok(None);
    };
    let time_zone = match person.shown_time_zone {
        Some(zone) => zone,
        None => neighbours::calendar(tx, "default")?.time_zone().to_owned(),
    };
    let locale = person.locale.unwrap_or(fallback);
    Ok(Some(Reader {
        user,
        name: person.name,
        email: person.email,
        locale,
        time_zone,
    }))
}

/// A person with all their rights, as who acts by a mail of theirs.
pub(crate) fn identity(tx: &mut Tx, person: &people::user::User) -> Result<Identity> {
    let credential = Credential::Session {
        session: "mail".to_owned(),
        elevated: false,
    };
    people::identity_of(tx, person, credential)
}

/// Whether a person works at the desk: only they read what it keeps to itself.
pub(crate) fn is_staff(identity: &Identity) -> bool {
    identity.grants.contains_key(access::INTERNAL)
}

/// Those of these people who work at the desk.
pub(super) fn staff_among(tx: &mut Tx, users: &[UserId]) -> Result<Vec<UserId>> {
    let mut staff = Vec::new();
    for user in users {
        let Some(person) = people::user::store::find(tx, *user)? else {
            continue;
        };
        if is_staff(&identity(tx, &person)?) {
            staff.push(*user);
        }
    }
    Ok(staff)
}

pub(super) fn managers(tx: &mut Tx) -> Result<Vec<UserId>> {
    people::role::store::users_with(tx, MANAGER)
}

pub(super) fn members(tx: &mut Tx, team: Option<TeamId>) -> Result<Vec<UserId>> {
    team.map_or_else(|| Ok(Vec::new()), |team| people::team::store::members(tx, team))
}

/// Names of people and of a team, for a letter.
pub(super) fn names(tx: &mut Tx, users: &[UserId]) -> Result<BTreeMap<UserId, String>> {
    let cards = people::user::store::cards(tx, users)?;
    Ok(cards.into_iter().map(|(user, card)| (user, card.name)).collect())
}

pub(super) fn team_name(tx: &mut Tx, team: Option<TeamId>) -> Result<String> {
    let Some(team) = team else {
        return Ok(String::new());
    };
    match people::team::store::load(tx, team) {
        Ok(team) => Ok(team.name),
        Err(error) if error.kind() == kernel::error::Kind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}
