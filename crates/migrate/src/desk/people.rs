//! Everybody of an export by the id that tickets name them by.
//!
//! People are known here by their mail address. Who has none gets one in the domain that the mapping file names, or is
//! refused; a ticket that needs such a person is refused with the same remedy.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::error::Result;

use super::Taker;
use crate::map::Map;
use crate::record::{Person, Place, Record, Who};
use crate::refusal::{Read, wrong};

/// Everybody.
pub(crate) struct People {
    known: HashMap<String, Option<Who>>,
    domain: Option<String>,
    stand_in: Option<Who>,
}

impl People {
    /// Nobody yet.
    pub(crate) fn none(map: &Map) -> People {
        let stand_in = map.requester.as_ref().map(|email| {
            Arc::new(Person {
                email: people::user::normal_email(email),
                name: people::user::name_from_email(email),
                ..Person::default()
            })
        });
        People {
            known: HashMap::new(),
            domain: map.address_domain.clone(),
            stand_in,
        }
    }

    /// Puts the address right, or tells why there can be none. `login` makes one where there is none.
    fn addressed(&self, mut person: Person, login: &str) -> Read<Person> {
        person.email = people::user::normal_email(&person.email);
        if person.email.is_empty() {
            let slug: Vec<&str> = login
                .split(|letter: char| !letter.is_alphanumeric())
                .filter(|part| !part.is_empty())
                .collect();
            let (Some(domain), false) = (&self.domain, slug.is_empty()) else {
                return Err(wrong("email", login, "migrate.address_missing"));
            };
            person.email = format!("{}@{domain}", slug.join("-")).to_lowercase();
        }
        if !people::user::is_email(&person.email) {
            return Err(wrong("email", &person.email, "migrate.address_malformed"));
        }
        if person.name.trim().is_empty() {
            person.name = people::user::name_from_email(&person.email);
        }
        person.name = person.name.chars().take(200).collect();
        Ok(person)
    }

    /// Adds somebody of a list of people, and hands them on.
    pub(crate) fn add(
        &mut self,
        taker: &mut dyn Taker,
        place: &Place,
        (id, login): (&str, &str),
        person: Person,
    ) -> Result<()> {
        match self.addressed(person, login) {
            Ok(person) => {
                let person = Arc::new(person);
                self.known.insert(id.to_owned(), Some(Arc::clone(&person)));
                taker.take(Record::Person(place.clone(), person))
            }
            Err(wrong) => {
                self.known.insert(id.to_owned(), None);
                taker.refuse(wrong.at(place, login))
            }
        }
    }

    /// Somebody who only stands with the ticket itself; listed people come first.
    pub(crate) fn met(&mut self, id: &str, login: &str, person: Person) -> Option<Who> {
        if let Some(known) = self.known.get(id) {
            return known.clone();
        }
        let person = self.addressed(person, login).ok().map(Arc::new);
        self.known.insert(id.to_owned(), person.clone());
        person
    }

    /// Somebody who may be left out: who wrote, who had it.
    pub(crate) fn by_id(&self, id: Option<&str>) -> Option<Who> {
        self.known.get(id?).cloned().flatten()
    }

    /// Who asked: this ticket needs somebody.
    pub(crate) fn requester(&self, field: &str, id: Option<&str>) -> Read<Who> {
        if let Some(found) = self.by_id(id).or_else(|| self.stand_in.clone()) {
            return Ok(found);
        }
        Err(match id {
            None => wrong(field, "", "migrate.requester_missing"),
            Some(id) if self.known.contains_key(id) => wrong(field, id, "migrate.address_missing"),
            Some(id) => wrong(field, id, "migrate.person_unknown"),
        })
    }
}
