//! Who and what the tickets of GLPI name by number: people with their addresses, and the names of groups, categories, places.

use std::collections::{BTreeMap, BTreeSet};

use kernel::error::Result;

use super::super::Taker;
use super::{Reader, decoded};
use crate::field::{flag, id, joined, text};
use crate::folder::Folder;
use crate::index::Index;
use crate::objects::Objects;
use crate::record::Person;
use crate::refusal::{Refusal, wrong};
use serde_json::Value;

/// Names by id, the whole way down a tree where there is one.
pub(super) fn names(
    folder: &Folder,
    name: &str,
    refuse: &mut dyn FnMut(Refusal),
) -> Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    for file in folder.files(name)? {
        for object in Objects::open(&file)? {
            match object.value {
                Ok(value) => {
                    let name = text(&value, "completename").or_else(|| text(&value, "name"));
                    names.extend(id(&value, "id").zip(name.map(|name| decoded(&name))));
                }
                Err(wrong) => refuse(wrong.at(&object.place, "")),
            }
        }
    }
    Ok(names)
}

/// Who may use the technicians' side of GLPI: a profile whose interface is `central`.
pub(super) fn staff(folder: &Folder, refuse: &mut dyn FnMut(Refusal)) -> Result<BTreeSet<String>> {
    let mut central = BTreeSet::new();
    let mut all = |name: &str, take: &mut dyn FnMut(&Value)| -> Result<()> {
        for file in folder.files(name)? {
            for object in Objects::open(&file)? {
                match object.value {
                    Ok(value) => take(&value),
                    Err(wrong) => refuse(wrong.at(&object.place, "")),
                }
            }
        }
        Ok(())
    };
    all("Profile", &mut |value| {
        if text(value, "interface").as_deref() == Some("central") {
            central.extend(id(value, "id"));
        }
    })?;
    let mut staff = BTreeSet::new();
    all("Profile_User", &mut |value| {
        if id(value, "profiles_id").is_some_and(|profile| central.contains(&profile)) {
            staff.extend(id(value, "users_id"));
        }
    })?;
    Ok(staff)
}

impl Reader<'_> {
    pub(super) fn everybody(
        &mut self,
        emails: &Index,
        staff: &BTreeSet<String>,
        taker: &mut dyn Taker,
    ) -> Result<()> {
        for file in self.folder.files("User")? {
            for object in Objects::open(&file)? {
                let value = match object.value {
                    Ok(value) => value,
                    Err(wrong) => {
                        taker.refuse(wrong.at(&object.place, ""))?;
                        continue;
                    }
                };
                let (Some(id), Some(login)) = (id(&value, "id"), text(&value, "name")) else {
                    taker.refuse(wrong("name", "", "migrate.value_missing").at(&object.place, ""))?;
                    continue;
                };
                // The name under which GLPI itself acts.
                if login == "glpi-system" {
                    continue;
                }
                let addresses = emails.rows(&id)?;
                let chosen = addresses.iter().find(|(_, row)| flag(row, "is_default"));
                let email = chosen
                    .or(addresses.first())
                    .and_then(|(_, row)| text(row, "email"));
                let name = joined(&[text(&value, "firstname"), text(&value, "realname")]);
                let person = Person {
                    email: email.unwrap_or_default(),
                    name: if name.is_empty() {
                        login.clone()
                    } else {
                        decoded(&name)
                    },
                    phone: text(&value, "phone")
                        .or_else(|| text(&value, "mobile"))
                        .unwrap_or_default(),
                    place: self
                        .named(&self.locations, &value, "locations_id")
                        .unwrap_or_default(),
                    department: self.named(&self.groups, &value, "groups_id").unwrap_or_default(),
                    language: text(&value, "language").unwrap_or_default(),
                    staff: staff.contains(&id) && flag(&value, "is_active"),
                    ..Person::default()
                };
                self.people.add(taker, &object.place, (&id, &login), person)?;
            }
        }
        Ok(())
    }
}
