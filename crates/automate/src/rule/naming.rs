//! From names to ids and back: people write teams, sites, and addresses, a stored rule holds ids, so that a renamed team
//! breaks no rule.

use kernel::db::Tx;
use kernel::error::{Errors, Result};
use kernel::id::{TeamId, UserId};

use super::word::{Kind, Takes};
use super::{Definition, path};

/// A definition as it is stored: names turned into ids, texts tidied.
///
/// # Errors
/// The fields that name nobody.
pub fn resolved(tx: &mut Tx<'_>, definition: &Definition) -> Result<Definition> {
    let mut stored = definition.clone();
    let mut errors = Errors::new();
    stored.name = stored.name.split_whitespace().collect::<Vec<_>>().join(" ");
    for (group, found) in stored.groups.iter_mut().enumerate() {
        for (index, test) in found.tests.iter_mut().enumerate() {
            let kind = test.field.kind();
            for value in &mut test.values {
                *value = value.trim().to_owned();
                if let Some(code) = to_id(tx, kind, value)? {
                    let arguments = vec![("name".to_owned(), value.clone().into())];
                    errors.push_with(path::test(group, index, "values"), code, arguments);
                }
            }
        }
    }
    for (index, action) in stored.then.iter_mut().enumerate() {
        action.text = action.text.replace("\r\n", "\n").replace(['\r', '\0'], "");
        action.value = action.value.trim().to_owned();
        let (prefix, kind) = named(&action.kind.takes(), &action.value);
        let mut value = action.value[prefix.len()..].trim().to_owned();
        if let Some(code) = to_id(tx, kind, &mut value)? {
            let arguments = vec![("name".to_owned(), value.clone().into())];
            errors.push_with(path::action(index, "value"), code, arguments);
        }
        action.value = format!("{prefix}{value}");
    }
    errors.finish()?;
    Ok(stored)
}

/// A stored definition as people read it: ids turned into names. What is gone stays an id.
pub fn spoken(tx: &mut Tx<'_>, definition: &Definition) -> Result<Definition> {
    let mut shown = definition.clone();
    for test in shown.groups.iter_mut().flat_map(|group| &mut group.tests) {
        let kind = test.field.kind();
        for value in &mut test.values {
            to_name(tx, kind, value)?;
        }
    }
    for action in &mut shown.then {
        let (prefix, kind) = named(&action.kind.takes(), &action.value);
        let mut value = action.value[prefix.len()..].to_owned();
        to_name(tx, kind, &mut value)?;
        action.value = format!("{prefix}{value}");
    }
    Ok(shown)
}

/// What the value of an action names, behind which prefix.
fn named(takes: &Takes, value: &str) -> (&'static str, Kind) {
    match takes {
        Takes::Team => ("", Kind::Team),
        Takes::Person => ("", Kind::Person),
        Takes::Whom if value.starts_with("team:") => ("team:", Kind::Team),
        Takes::Whom if value.starts_with("person:") => ("person:", Kind::Person),
        _ => ("", Kind::Text),
    }
}

/// Turns a name into an id in place; the code of what is wrong when nothing has it.
fn to_id(tx: &mut Tx<'_>, kind: Kind, value: &mut String) -> Result<Option<&'static str>> {
    match kind {
        Kind::Team => {
            if let Some(team) = people::team::store::find_by_name(tx, value)? {
                *value = team.id.to_string();
            } else if team(tx, value)?.is_none() {
                return Ok(Some("automate.rule.team_unknown"));
            }
        }
        Kind::Person => {
            let email = people::user::normal_email(value);
            if let Some(person) = people::user::store::find_by_email(tx, &email)? {
                *value = person.id.to_string();
            } else if person(tx, value)?.is_none() {
                return Ok(Some("automate.rule.person_unknown"));
            }
        }
        Kind::Site => {
            let sites = people::calendar::store::sites(tx)?;
            match sites.iter().find(|site| site.name == *value || site.id == *value) {
                Some(site) => value.clone_from(&site.id),
                None => return Ok(Some("automate.rule.site_unknown")),
            }
        }
        _ => {}
    }
    Ok(None)
}

fn to_name(tx: &mut Tx<'_>, kind: Kind, value: &mut String) -> Result<()> {
    let name = match kind {
        Kind::Team => team(tx, value)?,
        Kind::Person => person(tx, value)?,
        Kind::Site => {
            let sites = people::calendar::store::sites(tx)?;
            sites
                .into_iter()
                .find(|site| site.id == *value)
                .map(|site| site.name)
        }
        _ => None,
    };
    if let Some(name) = name {
        *value = name;
    }
    Ok(())
}

fn team(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>> {
    let Ok(id) = id.parse::<TeamId>() else {
        return Ok(None);
    };
    let teams = people::team::store::list(tx)?;
    Ok(teams.into_iter().find(|team| team.id == id).map(|team| team.name))
}

fn person(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>> {
    let Ok(id) = id.parse::<UserId>() else {
        return Ok(None);
    };
    Ok(people::user::store::find(tx, id)?.map(|person| person.email))
}
