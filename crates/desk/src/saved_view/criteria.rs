//! Which tickets a view shows, as a person says it: by words that mean the reader ("me", "my teams") and days that move
//! with the calendar. Pure; what it comes to for one reader at one moment is a [`Filter`].
//!
//! In an address each field is a parameter, several values of one are parted by commas; stored and in JSON it is an object.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ticket::Filter;
use crate::ticket::listing::{Between, Held};
use crate::ticket::value::{Category, Priority, Stage, State, TicketType, Tier, words};

/// Somebody's, nobody's, or the reader's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String", bound = "")]
pub enum Whose<T: Copy + fmt::Display + FromStr> {
    /// The reader's: `me`.
    Mine,
    /// `none`.
    Nobody,
    By(T),
}

impl<T: Copy + fmt::Display + FromStr> FromStr for Whose<T> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "me" | "mine" => Ok(Whose::Mine),
            "none" => Ok(Whose::Nobody),
            id => id
                .parse()
                .map(Whose::By)
                .map_err(|_| Error::invalid("web.form.malformed")),
        }
    }
}

impl<T: Copy + fmt::Display + FromStr> TryFrom<String> for Whose<T> {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        text.parse()
            .map_err(|_| format!("{text:?} is neither me, none, nor an identifier"))
    }
}

impl<T: Copy + fmt::Display + FromStr> From<Whose<T>> for String {
    fn from(whose: Whose<T>) -> String {
        whose.to_string()
    }
}

impl<T: Copy + fmt::Display + FromStr> fmt::Display for Whose<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Whose::Mine => f.write_str("me"),
            Whose::Nobody => f.write_str("none"),
            Whose::By(id) => id.fmt(f),
        }
    }
}

/// A day: by the calendar, or so many days before today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Day {
    On(Date),
    /// `7d`; `0d` is today.
    Ago(u16),
}

impl FromStr for Day {
    type Err = Error;

    fn from_str(text: &str) -> Result<Day> {
        let bad = || Error::invalid("desk.view.day_malformed");
        match text.strip_suffix(['d', 'D']) {
            Some(days) => days.trim().parse().map(Day::Ago).map_err(|_| bad()),
            None => text.parse().map(Day::On).map_err(|_| bad()),
        }
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Day, String> {
        text.parse()
            .map_err(|_| format!("{text:?} is neither a date like 2026-11-21 nor days like 7d"))
    }
}

impl From<Day> for String {
    fn from(day: Day) -> String {
        day.to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Day::On(date) => date.fmt(f),
            Day::Ago(days) => write!(f, "{days}d"),
        }
    }
}

impl Day {
    /// The moment at which it begins where the reader is.
    fn begins(self, now: Timestamp, time_zone: &str) -> Result<Timestamp> {
        let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
        let out_of_range = |_| Error::invalid("desk.view.day_malformed");
        let date = match self {
            Day::On(date) => date,
            Day::Ago(days) => now
                .jiff()
                .to_zoned(zone.clone())
                .date()
                .checked_sub(jiff::Span::new().days(i64::from(days)))
                .map_err(out_of_range)?,
        };
        let begins = date.to_zoned(zone).map_err(out_of_range)?;
        Ok(Timestamp::from_millis(begins.timestamp().as_millisecond()))
    }
}

words!(
    /// What a ticket must be besides: late, unanswered, forgotten, or starred by the reader.
    Only, "only" {
        /// Past a deadline.
        Overdue => "overdue",
        /// The requester spoke last.
        Unanswered => "unanswered",
        /// Open without a next step and its date.
        Forgotten => "forgotten",
        /// Starred by the reader.
        Starred => "starred",
    }
);

/// See the module's text. What is left out does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Criteria {
    /// `open` (neither resolved nor closed), `resolved`, or `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Any of these states.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<State>,
    #[serde(rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub ticket_type: Vec<TicketType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Category>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<Priority>,
    /// An identifier, `me` (any of the reader's teams), or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub team: Option<Whose<TeamId>>,
    /// An identifier, `me`, or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub assignee: Option<Whose<UserId>>,
    /// An identifier or `me`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub requester: Option<Whose<UserId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// All of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Only>,
    /// A date, or days before today as `7d`; from its beginning on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub created_after: Option<Day>,
    /// Before its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub created_before: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub changed_after: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub changed_before: Option<Day>,
    /// Words to find.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

const WORDS_MAX: usize = 200;
const TAG_MAX: usize = 40;

impl Criteria {
    /// Reads the parameters of an address; what is wrong names its parameter. Unknown parameters are somebody else's.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Criteria> {
        let mut criteria = Criteria::default();
        for (name, value) in pairs {
            let value = value.trim();
            if !value.is_empty() {
                criteria.take(name, value).map_err(|error| named(error, name))?;
            }
        }
        Ok(criteria)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "state" => self.take_states(value)?,
            "type" => self.ticket_type = several(value, TicketType::parse)?,
            "category" => self.category = several(value, Category::parse)?,
            "priority" => self.priority = several(value, Priority::parse)?,
            "only" => self.only = several(value, Only::parse)?,
            "team" => self.team = Some(value.parse()?),
            "assignee" => self.assignee = Some(value.parse()?),
            "requester" => self.requester = Some(value.parse()?),
            "tag" => self.tag = Some(value.chars().take(TAG_MAX).collect::<String>().to_lowercase()),
            "tier" => {
                let level = value.trim_start_matches(['L', 'l']).parse();
                self.tier = Some(Tier::new(level.unwrap_or_default())?);
            }
            "created_after" => self.created_after = Some(value.parse()?),
            "created_before" => self.created_before = Some(value.parse()?),
            "changed_after" => self.changed_after = Some(value.parse()?),
            "changed_before" => self.changed_before = Some(value.parse()?),
            "q" => self.words = Some(value.chars().take(WORDS_MAX).collect()),
            _ => {}
        }
        Ok(())
    }

    /// `open` and `waiting` stand for several states.
    fn take_states(&mut self, value: &str) -> Result<()> {
        for word in value.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "open" => self.stage = Some(Stage::Open),
                "waiting" => self
                    .state
                    .extend(State::ALL.iter().filter(|state| state.is_waiting())),
                word => self.state.push(State::parse(word)?),
            }
        }
        self.state.sort_unstable();
        self.state.dedup();
        Ok(())
    }

    /// The parameters of its address: [`Criteria::read`] gives the same criteria back.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let text = |value: Option<String>| value.unwrap_or_default();
        let mut states: Vec<&str> = self.state.iter().map(|state| state.as_str()).collect();
        if self
            .state
            .iter()
            .copied()
            .eq(State::ALL.iter().copied().filter(|state| state.is_waiting()))
        {
            states = vec!["waiting"];
        }
        if let Some(stage) = self.stage {
            states.insert(0, stage.as_str());
        }
        let all = [
            ("state", states.join(",")),
            ("priority", joined(&self.priority)),
            ("type", joined(&self.ticket_type)),
            ("category", joined(&self.category)),
            ("team", text(self.team.map(String::from))),
            ("assignee", text(self.assignee.map(String::from))),
            ("requester", text(self.requester.map(String::from))),
            ("tier", text(self.tier.map(|tier| tier.level().to_string()))),
            ("tag", text(self.tag.clone())),
            ("only", joined(&self.only)),
            ("created_after", text(self.created_after.map(String::from))),
            ("created_before", text(self.created_before.map(String::from))),
            ("changed_after", text(self.changed_after.map(String::from))),
            ("changed_before", text(self.changed_before.map(String::from))),
            ("q", text(self.words.clone())),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Narrows a filter for this reader at this moment. What the words find is for the caller to ask the search.
    pub fn narrow(&self, cx: &Cx, mut filter: Filter) -> Result<Filter> {
        let me = || cx.user_id().ok_or_else(Error::unauthenticated);
        filter.stage = self.stage.or(filter.stage);
        if !self.state.is_empty() {
            filter.states.clone_from(&self.state);
        }
        filter.types.extend(&self.ticket_type);
        filter.categories.extend(&self.category);
        filter.priorities.extend(&self.priority);
        match self.team {
            Some(Whose::Mine) => filter.my_teams = true,
            Some(Whose::Nobody) => filter.team = Some(Held::Nobody),
            Some(Whose::By(team)) => filter.team = Some(Held::By(team)),
            None => {}
        }
        match self.assignee {
            Some(Whose::Mine) => filter.assignee = Some(Held::By(me()?)),
            Some(Whose::Nobody) => filter.assignee = Some(Held::Nobody),
            Some(Whose::By(person)) => filter.assignee = Some(Held::By(person)),
            None => {}
        }
        match self.requester {
            Some(Whose::Mine) => filter.requester = Some(me()?),
            Some(Whose::By(person)) => filter.requester = Some(person),
            Some(Whose::Nobody) | None => {}
        }
        filter.tag = self.tag.clone().or(filter.tag);
        filter.tier = self.tier.or(filter.tier);
        for only in &self.only {
            match only {
                Only::Overdue => filter.only_overdue = true,
                Only::Unanswered => filter.only_unanswered = true,
                Only::Forgotten => filter.only_forgotten = true,
                Only::Starred => filter.starred_by = Some(me()?),
            }
        }
        filter.created = between(cx, self.created_after, self.created_before)?;
        filter.updated = between(cx, self.changed_after, self.changed_before)?;
        Ok(filter)
    }

    /// Whether a sum over the figures that are kept counts it: they know state, priority, team, owner, type, and
    /// lateness of what is not closed.
    #[must_use]
    pub fn is_kept_count(&self) -> bool {
        let closed = match self.stage {
            Some(stage) => stage == Stage::Closed,
            None => self.state.is_empty(),
        };
        !closed
            && !self.state.contains(&State::Closed)
            && self.category.is_empty()
            && self.requester.is_none()
            && self.tag.is_none()
            && self.tier.is_none()
            && self.only.iter().all(|only| *only == Only::Overdue)
            && self.created_after.is_none()
            && self.created_before.is_none()
            && self.changed_after.is_none()
            && self.changed_before.is_none()
            && self.words.is_none()
    }
}

fn between(cx: &Cx, from: Option<Day>, before: Option<Day>) -> Result<Between> {
    let begins = |day: Option<Day>| day.map(|day| day.begins(cx.now(), &cx.time_zone)).transpose();
    Ok(Between {
        from: begins(from)?,
        before: begins(before)?,
    })
}

fn named(error: Error, name: &str) -> Error {
    if error.fields().is_empty() {
        error.field(name)
    } else {
        error
    }
}

fn several<T>(text: &str, parse: fn(&str) -> Result<T>) -> Result<Vec<T>> {
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(parse)
        .collect()
}

fn joined<T: fmt::Display>(values: &[T]) -> String {
    let words: Vec<String> = values.iter().map(ToString::to_string).collect();
    words.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Who;

    fn read(pairs: &[(&str, &str)]) -> Result<Criteria> {
        Criteria::read(pairs.iter().copied())
    }

    #[test]
    fn criteria_survive_their_address_and_their_json() {
        let pairs = [
            ("state", "open,waiting"),
            ("priority", "P0,P1"),
            ("team", "mine"),
            ("assignee", "none"),
            ("tier", "L2"),
            ("tag", "VIP"),
            ("only", "overdue,starred"),
            ("created_after", "7d"),
            ("changed_before", "2026-03-01"),
            ("q", "打印机"),
        ];
        let criteria = read(&pairs).unwrap();
        let again = criteria.pairs();
        let again: Vec<(&str, &str)> = again
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(read(&again).unwrap(), criteria);
        let json = serde_json::to_string(&criteria).unwrap();
        assert_eq!(serde_json::from_str::<Criteria>(&json).unwrap(), criteria);
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_the_name_of_its_field() {
        for (name, value) in [
            ("state", "asleep"),
            ("priority", "P9"),
            ("team", "x"),
            ("tier", "7"),
            ("created_after", "soon"),
            ("only", "pretty"),
        ] {
            let error = read(&[(name, value)]).unwrap_err();
            assert_eq!(error.fields()[0].field, name, "{error}");
        }
    }

    #[test]
    fn me_and_the_days_mean_the_reader_and_the_readers_today() {
        let bob = Who::technician(1, 1);
        let criteria = read(&[("assignee", "me"), ("team", "me"), ("created_after", "1d")]).unwrap();
        let filter = criteria.narrow(&bob.cx(), Filter::default()).unwrap();
        assert_eq!(filter.assignee, Some(Held::By(bob.user)));
        assert!(filter.my_teams);
        assert_eq!(filter.created.from.unwrap().to_string(), "2026-03-01T00:00:00Z");
    }

    #[test]
    fn only_what_the_kept_figures_know_is_counted_by_them() {
        let kept = |pairs: &[(&str, &str)]| read(pairs).unwrap().is_kept_count();
        assert!(kept(&[
            ("state", "open"),
            ("priority", "P1"),
            ("only", "overdue")
        ]));
        assert!(kept(&[("state", "resolved"), ("team", "me")]));
        for pairs in [
            &[][..],
            &[("state", "closed")],
            &[("state", "open"), ("tag", "vip")],
            &[("state", "open"), ("category", "network")],
            &[("state", "open"), ("only", "unanswered")],
            &[("state", "open"), ("created_after", "7d")],
            &[("state", "open"), ("q", "vpn")],
        ] {
            assert!(!kept(pairs), "{pairs:?}");
        }
    }
}
