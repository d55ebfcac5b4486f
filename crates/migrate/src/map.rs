//! What the words of the other desk mean here: the table of each desk, and the department's own in a mapping file over it.
//!
//! A word that neither knows is refused with its ticket and never guessed; only categories, which every department names for
//! itself, become `other` and stay on the ticket as a tag. docs/leave-another-desk.md describes the keys.

use std::collections::BTreeMap;

use desk::import::dates::Dates;
use desk::ticket::value::{Category, Channel, Impact, Priority, State, TicketType, Urgency};
use kernel::error::{Error, Result};
use serde::Deserialize;

use crate::desk::Desk;
use crate::record::Word;
use crate::refusal::{Read, wrong};

/// Pairs of a word of theirs, in lower case, and ours.
pub type Table = &'static [(&'static str, &'static str)];

/// What the words of one desk mean.
#[derive(Debug, Clone, Copy, Default)]
pub struct Words {
    pub states: Table,
    pub priorities: Table,
    pub types: Table,
    pub urgencies: Table,
    pub impacts: Table,
    pub channels: Table,
}

/// What becomes of a ticket one of whose files is not in the export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingFiles {
    #[default]
    Refuse,
    /// The ticket is taken, and a note names the file.
    Name,
}

/// The mapping file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    source: Option<String>,
    time_zone: Option<String>,
    address_domain: Option<String>,
    requester: Option<String>,
    staff_role: Option<String>,
    missing_files: MissingFiles,
    states: BTreeMap<String, String>,
    priorities: BTreeMap<String, String>,
    types: BTreeMap<String, String>,
    urgencies: BTreeMap<String, String>,
    impacts: BTreeMap<String, String>,
    channels: BTreeMap<String, String>,
    categories: BTreeMap<String, String>,
    teams: BTreeMap<String, String>,
}

/// The mapping that holds for one import.
#[derive(Debug, Clone)]
pub struct Map {
    pub desk: Desk,
    /// With the foreign id it makes a ticket unique.
    pub source: String,
    pub dates: Dates,
    /// The role of those who work on tickets over there.
    pub staff_role: String,
    pub missing_files: MissingFiles,
    /// Where those live who have no address.
    pub address_domain: Option<String>,
    /// Who stands in for a requester whom the export does not know.
    pub requester: Option<String>,
    written: Written,
}

/// The states that something from elsewhere can be in: nobody here was asked to approve it.
const STATES: [State; 7] = [
    State::New,
    State::InProgress,
    State::WaitingRequester,
    State::WaitingSupplier,
    State::WaitingDevelopment,
    State::Resolved,
    State::Closed,
];

fn state(word: &str) -> Result<State> {
    let state = State::parse(word)?;
    if STATES.contains(&state) {
        Ok(state)
    } else {
        Err(Error::invalid("migrate.map_wrong"))
    }
}

fn map_wrong(key: &str, value: &str) -> Error {
    Error::invalid("migrate.map_wrong")
        .arg("key", key)
        .arg("value", value)
}

impl Map {
    /// That of a desk with what the mapping file says over it; no file says nothing.
    pub fn of(desk: Desk, text: Option<&str>) -> Result<Map> {
        let mut written: Written = toml::from_str(text.unwrap_or_default())
            .map_err(|error| Error::invalid("migrate.map_unreadable").arg("why", error.to_string().trim()))?;
        written.check()?;
        written.fold_case();
        let ways = ["iso", "%Y-%m-%dT%H:%M:%S%.f%z"].map(str::to_owned);
        let zone = written.time_zone.clone().unwrap_or_else(|| "UTC".to_owned());
        Ok(Map {
            desk,
            source: written.source.clone().unwrap_or_else(|| desk.as_str().to_owned()),
            dates: Dates::new(&ways, &zone).map_err(|_| map_wrong("time_zone", &zone))?,
            staff_role: written
                .staff_role
                .clone()
                .unwrap_or_else(|| "technician".to_owned()),
            missing_files: written.missing_files,
            address_domain: written.address_domain.clone(),
            requester: written.requester.clone(),
            written,
        })
    }

    /// Reads the mapping file of an order.
    pub fn load(desk: Desk, file: Option<&std::path::Path>) -> Result<Map> {
        let text = file.map(|path| {
            std::fs::read_to_string(path)
                .map_err(|error| Error::invalid("migrate.map_unreadable").arg("why", error.to_string()))
        });
        Map::of(desk, text.transpose()?.as_deref())
    }

    pub fn state(&self, word: &Word) -> Read<State> {
        let words = self.desk.words().states;
        known("states", "state", word, &self.written.states, words, state)
    }

    pub fn priority(&self, word: &Word) -> Read<Priority> {
        let words = self.desk.words().priorities;
        known(
            "priorities",
            "priority",
            word,
            &self.written.priorities,
            words,
            Priority::parse,
        )
    }

    pub fn kind(&self, word: &Word) -> Read<TicketType> {
        let words = self.desk.words().types;
        known(
            "types",
            "type",
            word,
            &self.written.types,
            words,
            TicketType::parse,
        )
    }

    pub fn urgency(&self, word: &Word) -> Read<Urgency> {
        let words = self.desk.words().urgencies;
        known(
            "urgencies",
            "urgency",
            word,
            &self.written.urgencies,
            words,
            Urgency::parse,
        )
    }

    pub fn impact(&self, word: &Word) -> Read<Impact> {
        let words = self.desk.words().impacts;
        known(
            "impacts",
            "impact",
            word,
            &self.written.impacts,
            words,
            Impact::parse,
        )
    }

    /// The door it came in by; one that is not known tells nothing that anybody would miss.
    #[must_use]
    pub fn channel(&self, word: &Word) -> Channel {
        let words = self.desk.words().channels;
        known(
            "channels",
            "channel",
            word,
            &self.written.channels,
            words,
            Channel::parse,
        )
        .unwrap_or(Channel::Api)
    }

    /// The category; one that the mapping file does not name is `other`.
    #[must_use]
    pub fn category(&self, name: &str) -> Category {
        let found = self.written.categories.get(&name.to_lowercase());
        found
            .and_then(|word| Category::parse(word).ok())
            .unwrap_or(Category::Other)
    }

    /// The team's name here; none when the mapping file says that it shall have none.
    #[must_use]
    pub fn team(&self, name: &str) -> Option<String> {
        let found = self.written.teams.get(&name.to_lowercase());
        let name = found.map_or(name, String::as_str).trim();
        (!name.is_empty()).then(|| name.chars().take(100).collect())
    }
}

fn known<T>(
    section: &str,
    field: &str,
    word: &Word,
    written: &BTreeMap<String, String>,
    table: Table,
    parse: fn(&str) -> Result<T>,
) -> Read<T> {
    let ours = |said: &str| {
        let said = said.to_lowercase();
        let own = written.get(&said).map(String::as_str);
        own.or_else(|| {
            table
                .iter()
                .find(|(theirs, _)| *theirs == said)
                .map(|(_, ours)| *ours)
        })
    };
    let found = ours(&word.said).or_else(|| word.wider.as_deref().and_then(ours));
    found
        .and_then(|word| parse(word).ok())
        .ok_or_else(|| wrong(field, &word.said, "migrate.word_unknown").arg("section", section))
}

impl Written {
    fn check(&self) -> Result<()> {
        fn words<T>(key: &str, words: &BTreeMap<String, String>, parse: fn(&str) -> Result<T>) -> Result<()> {
            match words.values().find(|word| parse(word).is_err()) {
                Some(word) => Err(map_wrong(key, word)),
                None => Ok(()),
            }
        }
        words("states", &self.states, state)?;
        words("priorities", &self.priorities, Priority::parse)?;
        words("types", &self.types, TicketType::parse)?;
        words("urgencies", &self.urgencies, Urgency::parse)?;
        words("impacts", &self.impacts, Impact::parse)?;
        words("channels", &self.channels, Channel::parse)?;
        words("categories", &self.categories, Category::parse)?;
        let named = |key: &str, text: &Option<String>, is_right: fn(&str) -> bool| match text {
            Some(text) if !is_right(text) => Err(map_wrong(key, text)),
            _ => Ok(()),
        };
        named("source", &self.source, |text| {
            !text.trim().is_empty() && text.len() <= 60
        })?;
        named("requester", &self.requester, people::user::is_email)?;
        named("address_domain", &self.address_domain, |text| {
            people::user::is_email(&format!("somebody@{text}"))
        })
    }

    /// Desks do not tell large letters from small ones in such words, and people do not either.
    fn fold_case(&mut self) {
        for words in [
            &mut self.states,
            &mut self.priorities,
            &mut self.types,
            &mut self.urgencies,
            &mut self.impacts,
            &mut self.channels,
            &mut self.categories,
            &mut self.teams,
        ] {
            *words = std::mem::take(words)
                .into_iter()
                .map(|(theirs, ours)| (theirs.to_lowercase(), ours))
                .collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_asked_before_the_table_and_the_wider_word_last() {
        let map = Map::of(
            Desk::Zammad,
            Some("[states]\n\"With Vendor\" = \"waiting_supplier\"\n"),
        )
        .unwrap();
        assert_eq!(
            map.state(&Word::of("with vendor")).unwrap(),
            State::WaitingSupplier
        );
        assert_eq!(map.state(&Word::of("Open")).unwrap(), State::InProgress);
        let wider = Word {
            said: "Parked".to_owned(),
            wider: Some("closed".to_owned()),
        };
        assert_eq!(map.state(&wider).unwrap(), State::Closed);
        let unknown = map.state(&Word::of("Parked")).unwrap_err();
        assert_eq!(
            (unknown.field.as_str(), unknown.value.as_str()),
            ("state", "Parked")
        );
    }

    #[test]
    fn a_mapping_file_with_a_wrong_word_or_an_unknown_key_is_refused() {
        for text in [
            "[states]\nopen = \"finished\"\n",
            "[states]\nopen = \"waiting_approval\"\n",
            "time_zone = \"Mars/Olympus\"\n",
            "requester = \"nobody\"\n",
            "colour = \"red\"\n",
        ] {
            assert!(Map::of(Desk::Zammad, Some(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn every_word_of_every_table_is_one_of_ours() {
        for desk in Desk::ALL {
            let map = Map::of(*desk, None).unwrap();
            let words = desk.words();
            for (theirs, _) in words.states {
                assert!(map.state(&Word::of(*theirs)).is_ok(), "{desk:?} {theirs}");
            }
            for (theirs, _) in words.priorities {
                assert!(map.priority(&Word::of(*theirs)).is_ok(), "{desk:?} {theirs}");
            }
            for (theirs, _) in words.types {
                assert!(map.kind(&Word::of(*theirs)).is_ok(), "{desk:?} {theirs}");
            }
            for (theirs, _) in words.urgencies {
                assert!(map.urgency(&Word::of(*theirs)).is_ok(), "{desk:?} {theirs}");
            }
            for (theirs, _) in words.impacts {
                assert!(map.impact(&Word::of(*theirs)).is_ok(), "{desk:?} {theirs}");
            }
            for (_, ours) in words.channels {
                assert!(Channel::parse(ours).is_ok(), "{desk:?} {ours}");
            }
        }
    }
}
