//! Days and times of the clock on the wall: days as `2026-03-09`, and what `<input type="datetime-local">` sends and shows. Pure.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use kernel::error::{Error, Result};
use kernel::i18n::{Locale, format_date};
use kernel::time::Timestamp;

const HALF_A_DAY: i64 = 12 * 3_600;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The day of an instant somewhere.
#[must_use]
pub fn day(at: Timestamp, time_zone: &str) -> String {
    at.jiff().to_zoned(zone(time_zone)).date().to_string()
}

/// The year of an instant somewhere.
#[must_use]
pub fn year(at: Timestamp, time_zone: &str) -> i64 {
    i64::from(at.jiff().to_zoned(zone(time_zone)).year())
}

/// The last day that is over everywhere on earth: who is told that a day has passed should not still be in it.
#[must_use]
pub fn day_over_everywhere(now: Timestamp) -> String {
    let last_zone = now.add_secs(-HALF_A_DAY);
    let today = last_zone.jiff().to_zoned(TimeZone::UTC).date();
    today.yesterday().unwrap_or(today).to_string()
}

/// A day so many days after another; the same one at the end of time.
#[must_use]
pub fn later(day: &str, days: i64) -> String {
    let Ok(date) = day.parse::<Date>() else {
        return day.to_owned();
    };
    let span = jiff::Span::new().try_days(days).unwrap_or_default();
    date.checked_add(span).unwrap_or(date).to_string()
}

/// Reads a day from a form; blank is none.
///
/// # Errors
/// 422 when there is no such day.
pub fn read_day(text: &str, field: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let found = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let found = found.ok_or_else(|| Error::invalid("training.day_malformed").field(field))?;
    Ok(Some(found.to_string()))
}

/// A day in the reader's language.
#[must_use]
pub fn show_day(day: &str, locale: Locale) -> String {
    day.parse::<Date>().map_or_else(
        |_| day.to_owned(),
        |date| format_date(date.year(), date.month(), date.day(), locale),
    )
}

/// Reads a date and time in somebody's zone.
///
/// # Errors
/// 422 when it is missing or none.
pub fn read_instant(text: &str, time_zone: &str, field: &str) -> Result<Timestamp> {
    let malformed = || Error::invalid("training.time_malformed").field(field);
    let local: DateTime = text.trim().parse().map_err(|_| malformed())?;
    let zoned = local.to_zoned(zone(time_zone)).map_err(|_| malformed())?;
    Ok(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

/// Writes an instant as a form wants it.
#[must_use]
pub fn show_instant(at: Timestamp, time_zone: &str) -> String {
    at.jiff()
        .to_zoned(zone(time_zone))
        .strftime("%Y-%m-%dT%H:%M")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_ends_where_the_person_is() {
        let at: Timestamp = "2026-12-31T18:00:00Z".parse::<jiff::Timestamp>().unwrap().into();
        assert_eq!(year(at, "Asia/Shanghai"), 2027);
        assert_eq!(year(at, "Europe/Berlin"), 2026);
        assert_eq!(day(at, "Asia/Shanghai"), "2027-01-01");
    }

    #[test]
    fn a_day_is_over_when_it_is_over_everywhere() {
        let at = |text: &str| Timestamp::from(text.parse::<jiff::Timestamp>().unwrap());
        assert_eq!(day_over_everywhere(at("2026-03-10T11:59:00Z")), "2026-03-08");
        assert_eq!(day_over_everywhere(at("2026-03-10T12:00:00Z")), "2026-03-09");
    }

    #[test]
    fn a_day_is_one_that_exists() {
        assert_eq!(read_day("2026-02-28", "due_on").unwrap().unwrap(), "2026-02-28");
        assert_eq!(read_day(" ", "due_on").unwrap(), None);
        for text in [
            "2026-02-30",
            "9.3.2026",
            "2026-3-9",
            "20260309",
            "2026-03-09T10:00",
        ] {
            assert!(read_day(text, "due_on").is_err(), "{text}");
        }
        assert_eq!(later("2026-12-25", 14), "2027-01-08");
        assert_eq!(show_day("2026-03-09", Locale::ZhCn), "2026年3月9日");
    }

    #[test]
    fn a_time_is_read_and_shown_where_the_reader_is() {
        let at = read_instant("2026-11-21T18:30", "Asia/Shanghai", "at").unwrap();
        assert_eq!(at.to_string(), "2026-11-21T10:30:00Z");
        assert_eq!(show_instant(at, "Asia/Shanghai"), "2026-11-21T18:30");
        assert!(read_instant("soon", "UTC", "at").is_err());
    }
}
