//! A checked calendar: parses a [`Definition`], refuses what is wrong, and knows the hours of each date.
//!
//! The hours of a date become instants here, because this is where wall clock and time zone meet. Counting over them
//! is done in `timeline` and `arithmetic`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::civil::{Date, Time};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};

use crate::hours::{Hours, MINUTES_PER_DAY};
use crate::timeline::Timeline;
use crate::{Definition, Error, Replaced, Result};

/// A working calendar, ready to compute. Cloning is cheap and shares what has been computed.
///
/// In JSON it is its [`Definition`]; reading one checks it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Definition", into = "Definition")]
pub struct Calendar {
    definition: Arc<Definition>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) timeline: Arc<Timeline>,
}

/// The checked content of a definition.
#[derive(Debug)]
pub(crate) struct Rules {
    zone: TimeZone,
    weekly: [Hours; 7],
    special: BTreeMap<Date, Special>,
    known_until: Option<Date>,
}

/// A date that does not follow the usual week.
#[derive(Debug)]
pub(crate) enum Special {
    Holiday { name: String },
    Replaced { hours: Hours, name: String },
}

/// One date on the time line: `[from, until)` in milliseconds, and what is open in it.
#[derive(Debug)]
pub(crate) struct Day {
    pub from: i64,
    pub until: i64,
    pub open: Vec<(i64, i64)>,
}

impl Calendar {
    /// Checks a definition.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its field and remedy.
    pub fn new(definition: &Definition) -> Result<Self> {
        let rules = Rules::parse(definition)?;
        Ok(Self {
            definition: Arc::new(rules.to_definition(definition)),
            rules: Arc::new(rules),
            timeline: Arc::new(Timeline::new()),
        })
    }

    /// The definition in its stored form: dates and hours written one way, spans sorted.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The name of the time zone.
    pub fn time_zone(&self) -> &str {
        &self.definition.time_zone
    }

    /// The last date for which public holidays are known, if the calendar says so.
    pub fn known_until(&self) -> Option<Date> {
        self.rules.known_until
    }

    /// Whether `at` lies beyond the dates for which public holidays are published: what is computed there is
    /// provisional and may move when they are.
    pub fn is_provisional(&self, at: Timestamp) -> bool {
        self.rules
            .known_until
            .is_some_and(|last| self.rules.date_of(at) > last)
    }
}

impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        self.definition == other.definition
    }
}

impl TryFrom<Definition> for Calendar {
    type Error = Error;

    fn try_from(definition: Definition) -> Result<Self> {
        Self::new(&definition)
    }
}

impl From<Calendar> for Definition {
    fn from(calendar: Calendar) -> Self {
        Arc::unwrap_or_clone(calendar.definition)
    }
}

impl Rules {
    fn parse(definition: &Definition) -> Result<Self> {
        let zone = find_zone(definition.time_zone.trim())?;
        let mut weekly: [Hours; 7] = Default::default();
        for (slot, (name, spans)) in weekly.iter_mut().zip(definition.weekly.days()) {
            *slot = Hours::parse(&format!("weekly.{name}"), spans)?;
        }
        let mut special = BTreeMap::new();
        for (text, name) in &definition.holidays {
            let date = parse_date(&format!("holidays.{text}"), text)?;
            special.insert(
                date,
                Special::Holiday {
                    name: name.trim().to_owned(),
                },
            );
        }
        for (text, replaced) in &definition.replaced {
            let field = format!("replaced.{text}");
            let date = parse_date(&field, text)?;
            let hours = Hours::parse(&field, &replaced.hours)?;
            if hours.is_empty() {
                return Err(Error::MissingHours { field });
            }
            special.insert(
                date,
                Special::Replaced {
                    hours,
                    name: replaced.name.trim().to_owned(),
                },
            );
        }
        let known_until = definition
            .known_until
            .as_deref()
            .filter(|text| !text.trim().is_empty())
            .map(|text| parse_date("known_until", text))
            .transpose()?;
        let rules = Self {
            zone,
            weekly,
            special,
            known_until,
        };
        if rules.weekly_is_empty() && !rules.special.values().any(Special::is_replaced) {
            return Err(Error::NeverOpens {
                field: "weekly".to_owned(),
            });
        }
        Ok(rules)
    }

    fn to_definition(&self, given: &Definition) -> Definition {
        let mut definition = Definition {
            time_zone: given.time_zone.trim().to_owned(),
            ..Definition::default()
        };
        for ((_, day), hours) in definition.weekly.days_mut().into_iter().zip(&self.weekly) {
            *day = hours.to_texts();
        }
        for (date, special) in &self.special {
            match special {
                Special::Holiday { name } => {
                    definition.holidays.insert(date.to_string(), name.clone());
                }
                Special::Replaced { hours, name } => {
                    let replaced = Replaced {
                        hours: hours.to_texts(),
                        name: name.clone(),
                    };
                    definition.replaced.insert(date.to_string(), replaced);
                }
            }
        }
        // A holiday with replaced hours stays in the form: who takes the hours away wants the holiday back.
        for (text, name) in &given.holidays {
            if let Ok(date) = parse_date("holidays", text) {
                definition
                    .holidays
                    .entry(date.to_string())
                    .or_insert_with(|| name.trim().to_owned());
            }
        }
        definition.known_until = self.known_until.map(|date| date.to_string());
        definition
    }

    pub fn weekly_is_empty(&self) -> bool {
        self.weekly.iter().all(Hours::is_empty)
    }

    /// The last year in which something deviates from the usual week.
    pub fn last_special_year(&self) -> Option<i16> {
        self.special.last_key_value().map(|(date, _)| date.year())
    }

    pub fn special(&self, date: Date) -> Option<&Special> {
        self.special.get(&date)
    }

    pub fn weekly_hours(&self, date: Date) -> &Hours {
        // Monday is 0 and there are seven days, so the index is always inside.
        &self.weekly[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()) % 7]
    }

    fn hours(&self, date: Date) -> Option<&Hours> {
        match self.special.get(&date) {
            None => Some(self.weekly_hours(date)),
            Some(Special::Replaced { hours, .. }) => Some(hours),
            Some(Special::Holiday { .. }) => None,
        }
    }

    pub fn date_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The instant at which a date begins.
    pub fn start_of(&self, date: Date) -> Result<i64> {
        self.instant(date, Time::midnight())
    }

    /// Puts a date on the time line, given where it begins.
    ///
    /// Days are kept apart whatever the clocks do: a date that a country skipped (Samoa, 30 December 2011) is empty,
    /// and hours pushed forward by a clock change end with the day at the latest.
    pub fn day(&self, date: Date, from: i64) -> Result<Day> {
        let next = date.tomorrow().map_err(|_| Error::OutOfRange)?;
        let until = self.start_of(next)?.max(from);
        let mut open: Vec<(i64, i64)> = Vec::new();
        let mut cursor = from;
        for opening in self.hours(date).into_iter().flat_map(Hours::iter) {
            let start = self.wall_clock(date, opening.from, until)?.clamp(cursor, until);
            let end = self.wall_clock(date, opening.until, until)?.min(until);
            if end <= start {
                continue;
            }
            cursor = end;
            match open.last_mut() {
                Some(last) if last.1 == start => last.1 = end,
                _ => open.push((start, end)),
            }
        }
        Ok(Day { from, until, open })
    }

    fn wall_clock(&self, date: Date, minutes: u16, midnight_after: i64) -> Result<i64> {
        if minutes >= MINUTES_PER_DAY {
            return Ok(midnight_after);
        }
        let (hour, minute) = ((minutes / 60) as i8, (minutes % 60) as i8);
        self.instant(date, civil::time(hour, minute, 0, 0))
    }

    /// "Compatible" resolution (RFC 5545, section 3.3.5): skipped times move forward, repeated ones mean the first.
    fn instant(&self, date: Date, time: Time) -> Result<i64> {
        self.zone
            .to_ambiguous_timestamp(date.to_datetime(time))
            .compatible()
            .map(Timestamp::as_millisecond)
            .map_err(|_| Error::OutOfRange)
    }
}

impl Special {
    fn is_replaced(&self) -> bool {
        matches!(self, Self::Replaced { .. })
    }
}

/// Only the compiled-in rules are used: with the system's, two nodes could compute two deadlines.
fn find_zone(name: &str) -> Result<TimeZone> {
    static ZONES: OnceLock<TimeZoneDatabase> = OnceLock::new();
    ZONES
        .get_or_init(TimeZoneDatabase::bundled)
        .get(name)
        .map_err(|_| Error::UnknownTimeZone {
            field: "time_zone".to_owned(),
            name: name.to_owned(),
        })
}

fn parse_date(field: &str, text: &str) -> Result<Date> {
    text.trim().parse().map_err(|_| Error::UnreadableDate {
        field: field.to_owned(),
        text: text.to_owned(),
    })
}
