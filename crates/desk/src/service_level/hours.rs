//! The hours in which a clock runs: always, or those of a working calendar.
//!
//! This is the seam to `worktime`. Calendars are checked when people save them; one that has become impossible (closed for
//! good) is an error that names itself, never an endless loop and never a silent "round the clock".

use std::collections::HashMap;

use kernel::error::{Error, Result};
use kernel::time::Timestamp;

/// When time counts.
#[derive(Debug, Clone)]
pub enum Hours {
    /// Day and night.
    Always,
    /// The opening hours of a calendar.
    Calendar(worktime::Calendar),
}

const DAY: i64 = 24 * 3_600_000;

impl Hours {
    /// The earliest instant at which this much counted time has passed; none when the calendar has closed for good: a
    /// report must still be taken in then, only its deadline cannot be known.
    pub fn add(&self, start: Timestamp, millis: i64) -> Result<Option<Timestamp>> {
        let calendar = match self {
            Hours::Always => return Ok(Some(start.add_millis(millis))),
            Hours::Calendar(calendar) => calendar,
        };
        match calendar.add_millis(start.millis(), millis) {
            Ok(at) => Ok(Some(Timestamp::from_millis(at))),
            Err(worktime::Error::NoOpening { .. }) => Ok(None),
            Err(error) => Err(impossible(error)),
        }
    }

    /// The counted time between two instants.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Result<i64> {
        match self {
            Hours::Always => Ok(to.since(from)),
            Hours::Calendar(calendar) => calendar
                .between_millis(from.millis(), to.millis())
                .map_err(impossible),
        }
    }

    /// How long a usual working day is: the longest of the week's. A week without hours counts as days of 24.
    #[must_use]
    pub fn day_millis(&self) -> i64 {
        match self {
            Hours::Always => DAY,
            Hours::Calendar(calendar) => usual_day(calendar.definition()).unwrap_or(DAY),
        }
    }

    /// The calendar's time zone, none for "always".
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        match self {
            Hours::Always => None,
            Hours::Calendar(calendar) => Some(calendar.time_zone()),
        }
    }
}

/// The length that most days with hours have; of several equally frequent ones the longest.
fn usual_day(definition: &worktime::Definition) -> Option<i64> {
    let mut lengths: HashMap<i64, usize> = HashMap::new();
    for (_, spans) in definition.weekly.days() {
        let length: i64 = spans.iter().filter_map(|span| span_millis(span)).sum();
        if length > 0 {
            *lengths.entry(length).or_default() += 1;
        }
    }
    lengths
        .into_iter()
        .max_by_key(|(length, days)| (*days, *length))
        .map(|(length, _)| length)
}

/// The stored form of a span is `09:00-18:00`; the calendar has checked it.
fn span_millis(span: &str) -> Option<i64> {
    let (open, close) = span.split_once('-')?;
    let minutes = |text: &str| -> Option<i64> {
        let (hour, minute) = text.trim().split_once(':')?;
        Some(hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?)
    };
    Some((minutes(close)? - minutes(open)?).max(0) * 60_000)
}

pub(super) fn impossible(error: worktime::Error) -> Error {
    Error::conflict("desk.policy.calendar_impossible")
        .arg("why", error.code())
        .caused_by(error)
}

/// The hours used before anybody has made a calendar: Monday to Friday, nine to six with an hour of rest at noon, in
/// the zone of the installation.
#[must_use]
pub fn fallback(time_zone: &str) -> worktime::Definition {
    worktime::Definition::weekdays(time_zone, &["09:00-12:00", "13:00-18:00"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_working_day_is_as_long_as_most_days_of_the_week() {
        let mut definition = fallback("Asia/Shanghai");
        definition.weekly.saturday = vec!["09:00-12:00".to_owned()];
        let hours = Hours::Calendar(worktime::Calendar::new(&definition).unwrap());
        assert_eq!(hours.day_millis(), 8 * 3_600_000);
        assert_eq!(Hours::Always.day_millis(), DAY);
    }
}
