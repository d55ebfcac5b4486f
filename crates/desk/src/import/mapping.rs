//! The mapping: how the file of another desk is to be read, as a TOML document. Checked whole before a row is read.
//!
//! Each key is described in docs/import.md. What a field's text means is told by tables of values; what is not in the
//! table is refused with the row, never guessed.

use std::collections::{BTreeMap, BTreeSet};

use kernel::error::{Error, Result};
use serde::Deserialize;

use super::dates::Dates;
use super::template::Template;
use crate::ticket::value::{Category, Channel, Impact, Priority, State, TicketType, Tier, Urgency};

/// What the rows are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Tickets,
    People,
}

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Csv,
    /// JSON lines: an object on each line.
    Jsonl,
}

/// A mapping file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The name of the other desk; with the foreign id it makes a ticket unique.
    pub source: String,
    #[serde(default)]
    pub kind: Kind,
    pub format: Format,
    #[serde(default = "comma")]
    pub delimiter: char,
    /// Texts that mean "not known".
    #[serde(default = "nothing")]
    pub missing: Vec<String>,
    #[serde(default = "utc")]
    pub time_zone: String,
    #[serde(default = "iso")]
    pub dates: Vec<String>,
    /// There when a row is one event of a ticket and not a whole ticket.
    pub log: Option<Log>,
    pub ticket: Option<TicketMap>,
    pub person: Option<ProfileMap>,
    pub conversation: Option<Conversation>,
}

fn comma() -> char {
    ','
}

fn nothing() -> Vec<String> {
    vec![String::new()]
}

fn utc() -> String {
    "UTC".to_owned()
}

fn iso() -> Vec<String> {
    vec!["iso".to_owned()]
}

fn requester() -> String {
    people::role::REQUESTER.to_owned()
}

/// How rows of one ticket follow each other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The column with the time of the event.
    pub at: String,
    /// A column with a number that orders events of the same time.
    pub then: Option<String>,
    /// Who did it.
    pub by: Option<PersonMap>,
}

/// Whether a missing value in a later row says nothing or takes the earlier value away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenMissing {
    #[default]
    Keep,
    Clear,
}

/// What happens to a text that is not in the table of values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    #[default]
    Refuse,
    /// As if it were missing: no change.
    Keep,
    /// The default takes its place.
    Default,
}

/// A field with a closed set of words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueMap {
    pub column: Option<String>,
    /// Text in the file to our word; the empty word means "no change".
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Our word where the file has none.
    pub default: Option<String>,
    #[serde(default)]
    pub unknown: Unknown,
}

/// A person whom a row names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonMap {
    /// The mail address: people are known by it.
    pub email: Template,
    pub name: Option<Template>,
    /// Who stands in where the file names nobody.
    pub otherwise: Option<String>,
    #[serde(default)]
    pub create: bool,
    #[serde(default = "requester")]
    pub role: String,
    #[serde(default)]
    pub when_missing: WhenMissing,
}

/// A team that a row names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamMap {
    pub name: Template,
    #[serde(default)]
    pub create: bool,
    #[serde(default = "first_tier")]
    pub tier: i64,
    #[serde(default)]
    pub when_missing: WhenMissing,
}

fn first_tier() -> i64 {
    1
}

/// Columns with words that were added along the way.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comments {
    pub public: Option<String>,
    pub internal: Option<String>,
}

/// A ticket.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketMap {
    /// The column with the foreign id; rows of a log are grouped by it.
    pub id: String,
    pub title: Template,
    pub body: Option<Template>,
    pub opened: String,
    pub updated: Option<String>,
    pub resolved: Option<String>,
    pub closed: Option<String>,
    #[serde(default)]
    pub state: ValueMap,
    #[serde(default, rename = "type")]
    pub ticket_type: ValueMap,
    #[serde(default)]
    pub category: ValueMap,
    #[serde(default)]
    pub impact: ValueMap,
    #[serde(default)]
    pub urgency: ValueMap,
    #[serde(default)]
    pub priority: ValueMap,
    #[serde(default)]
    pub channel: ValueMap,
    #[serde(default)]
    pub tier: ValueMap,
    pub requester: PersonMap,
    pub assignee: Option<PersonMap>,
    pub team: Option<TeamMap>,
    pub organisation: Option<Template>,
    pub device: Option<Template>,
    pub os: Option<Template>,
    pub application: Option<Template>,
    pub version: Option<Template>,
    pub error_text: Option<Template>,
    /// How it was solved.
    pub solution: Option<Template>,
    #[serde(default)]
    pub tags: Vec<Template>,
    /// Whether the other desk kept its promise: `true` or `false`.
    #[serde(default)]
    pub target_met: ValueMap,
    /// What the other desk counted itself.
    pub reassignments: Option<String>,
    pub reopenings: Option<String>,
    #[serde(default)]
    pub comments: Comments,
}

/// A list of words inside a JSON row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    pub list: String,
    pub body: String,
    pub at: String,
    pub author: Option<PersonMap>,
    /// The key that says whether the requester may read it.
    pub public: Option<String>,
}

/// A person of a file of people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileMap {
    pub email: Template,
    pub name: Template,
    pub phone: Option<Template>,
    pub organisation: Option<Template>,
    pub department: Option<Template>,
    pub job_title: Option<Template>,
    pub place: Option<Template>,
    #[serde(default)]
    pub locale: ValueMap,
    #[serde(default)]
    pub role: ValueMap,
    #[serde(default)]
    pub tier: ValueMap,
    pub team: Option<TeamMap>,
}

fn wrong(key: &str, value: &str) -> Error {
    Error::invalid("desk.import.mapping_wrong")
        .arg("key", key)
        .arg("value", value)
}

impl Mapping {
    /// Reads and checks a mapping.
    pub fn parse(text: &str) -> Result<Mapping> {
        let mapping: Mapping = toml::from_str(text).map_err(|error| {
            Error::invalid("desk.import.mapping_unreadable").arg("why", error.to_string().trim())
        })?;
        mapping.check()?;
        Ok(mapping)
    }

    /// How its dates are read.
    pub fn dates(&self) -> Result<Dates> {
        Dates::new(&self.dates, &self.time_zone)
    }

    fn check(&self) -> Result<()> {
        if self.source.trim().is_empty() {
            return Err(wrong("source", &self.source));
        }
        if !self.delimiter.is_ascii() {
            return Err(wrong("delimiter", &self.delimiter.to_string()));
        }
        self.dates()?;
        match (self.kind, &self.ticket, &self.person) {
            (Kind::Tickets, Some(ticket), _) => ticket.check(),
            (Kind::Tickets, None, _) => Err(wrong("ticket", "")),
            (Kind::People, _, Some(person)) => person.check(),
            (Kind::People, _, None) => Err(wrong("person", "")),
        }
    }

    /// The columns that are read, each once.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        if let Some(ticket) = &self.ticket {
            ticket.columns(&mut names);
        }
        if let Some(person) = &self.person {
            person.columns(&mut names);
        }
        if let Some(log) = &self.log {
            names.insert(log.at.clone());
            names.extend(log.then.clone());
            log.by.iter().for_each(|by| by.columns(&mut names));
        }
        names.extend(self.conversation.iter().map(|talk| talk.list.clone()));
        names.into_iter().collect()
    }
}

/// A state that a ticket of another desk can be in: nobody here was asked to approve it.
pub(super) fn state_of_another(word: &str) -> Result<State> {
    let state = State::parse(word)?;
    if state == State::WaitingApproval {
        return Err(crate::ticket::value::unknown("state", word, &[]));
    }
    Ok(state)
}

impl TicketMap {
    fn check(&self) -> Result<()> {
        self.state
            .check("ticket.state", |word| state_of_another(word).map(drop))?;
        self.ticket_type
            .check("ticket.type", |word| TicketType::parse(word).map(drop))?;
        self.category
            .check("ticket.category", |word| Category::parse(word).map(drop))?;
        self.impact
            .check("ticket.impact", |word| Impact::parse(word).map(drop))?;
        self.urgency
            .check("ticket.urgency", |word| Urgency::parse(word).map(drop))?;
        self.priority
            .check("ticket.priority", |word| Priority::parse(word).map(drop))?;
        self.channel
            .check("ticket.channel", |word| Channel::parse(word).map(drop))?;
        self.tier.check("ticket.tier", |word| tier(word).map(drop))?;
        self.target_met
            .check("ticket.target_met", |word| truth(word).map(drop))?;
        let team = self.team.iter().map(|team| team.tier);
        team.map(Tier::new)
            .try_for_each(|tier| tier.map(drop))
            .map_err(|_| wrong("ticket.team.tier", ""))
    }

    fn columns(&self, names: &mut BTreeSet<String>) {
        names.insert(self.id.clone());
        names.insert(self.opened.clone());
        let plain = [
            &self.updated,
            &self.resolved,
            &self.closed,
            &self.reassignments,
            &self.reopenings,
            &self.comments.public,
            &self.comments.internal,
        ];
        names.extend(plain.into_iter().flatten().cloned());
        let values = [
            &self.state,
            &self.ticket_type,
            &self.category,
            &self.impact,
            &self.urgency,
            &self.priority,
            &self.channel,
            &self.tier,
            &self.target_met,
        ];
        names.extend(values.into_iter().filter_map(|map| map.column.clone()));
        let templates = [
            &self.body,
            &self.organisation,
            &self.device,
            &self.os,
            &self.application,
            &self.version,
            &self.error_text,
            &self.solution,
        ];
        self.title.columns(names);
        for template in templates.into_iter().flatten().chain(&self.tags) {
            template.columns(names);
        }
        self.requester.columns(names);
        self.assignee.iter().for_each(|person| person.columns(names));
        self.team.iter().for_each(|team| team.name.columns(names));
    }
}

impl ProfileMap {
    fn check(&self) -> Result<()> {
        self.tier.check("person.tier", |word| tier(word).map(drop))
    }

    fn columns(&self, names: &mut BTreeSet<String>) {
        let templates = [
            &self.phone,
            &self.organisation,
            &self.department,
            &self.job_title,
            &self.place,
        ];
        self.email.columns(names);
        self.name.columns(names);
        for template in templates.into_iter().flatten() {
            template.columns(names);
        }
        let values = [&self.locale, &self.role, &self.tier];
        names.extend(values.into_iter().filter_map(|map| map.column.clone()));
        self.team.iter().for_each(|team| team.name.columns(names));
    }
}

impl PersonMap {
    /// The columns (or keys) of its texts.
    #[must_use]
    pub fn columns_used(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.columns(&mut names);
        names
    }

    fn columns(&self, names: &mut BTreeSet<String>) {
        self.email.columns(names);
        self.name.iter().for_each(|name| name.columns(names));
    }
}

impl ValueMap {
    fn check(&self, key: &str, parse: impl Fn(&str) -> Result<()>) -> Result<()> {
        let words = self.values.values().chain(&self.default);
        for word in words.filter(|word| !word.is_empty()) {
            parse(word).map_err(|_| wrong(key, word))?;
        }
        if self.unknown == Unknown::Default && self.default.is_none() {
            return Err(wrong(key, "unknown = \"default\""));
        }
        Ok(())
    }
}

/// A level of support as a word.
pub fn tier(word: &str) -> Result<Tier> {
    Tier::new(word.trim_start_matches(['L', 'l']).parse().unwrap_or(0))
}

/// Yes or no as a word.
pub fn truth(word: &str) -> Result<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(wrong("target_met", word)),
    }
}
