//! How long development has for its report: a number of hours, of the clock or of a calendar's working time. A setting of the
//! house, changed on the page of the trackers.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind, Result};
use kernel::i18n::{InstantStyle, Locale, format_instant};
use kernel::setting;
use kernel::time::Timestamp;

use crate::access;
use crate::package::clock::REPORT_HOURS;

/// Hours until the first report is due.
pub const HOURS: &str = "handover.report_hours";
/// The calendar whose hours count; none: every hour does.
pub const CALENDAR: &str = "handover.report_calendar";
const HOURS_MOST: i64 = 24 * 60;
const HOUR_MILLIS: i64 = 3_600_000;

/// The hours that are set.
///
/// # Errors
/// The database's.
pub fn hours(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(setting::get(tx, HOURS)?.unwrap_or(REPORT_HOURS))
}

/// The calendar that is set.
///
/// # Errors
/// The database's.
pub fn calendar(tx: &mut Tx<'_>) -> Result<Option<String>> {
    setting::get(tx, CALENDAR)
}

/// The instant so many hours later, by the calendar that is set.
///
/// # Errors
/// When the calendar never opens.
pub fn after(tx: &mut Tx<'_>, start: Timestamp, hours: i64) -> Result<Timestamp> {
    let plain = start.add_millis(hours * HOUR_MILLIS);
    let Some(chosen) = calendar(tx)? else {
        return Ok(plain);
    };
    match people::calendar::load(tx, &chosen) {
        // A calendar that somebody removed must not keep tickets from being handed over.
        Err(error) if error.kind() == Kind::NotFound => Ok(plain),
        Err(error) => Err(error),
        Ok(calendar) => calendar
            .add_millis(start.millis(), hours * HOUR_MILLIS)
            .map(Timestamp::from_millis)
            .map_err(|error| Error::internal(error.to_string())),
    }
}

/// Sets both; packages that are out keep their clocks.
///
/// # Errors
/// The fields that are wrong.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, hours: &str, calendar: &str) -> Result<()> {
    cx.require(access::TRACKERS)?;
    let mut errors = Errors::new();
    let wanted = hours
        .trim()
        .parse()
        .ok()
        .filter(|hours| (1..=HOURS_MOST).contains(hours));
    if wanted.is_none() {
        errors.push_with(
            "hours",
            "handover.deadline.hours",
            vec![("most".to_owned(), HOURS_MOST.into())],
        );
    }
    let is_known = calendar.is_empty() || people::calendar::load(tx, calendar).is_ok();
    if !is_known {
        errors.push("calendar", "handover.deadline.calendar_unknown");
    }
    errors.finish()?;
    setting::put(tx, cx, HOURS, &wanted.unwrap_or(REPORT_HOURS))?;
    if calendar.is_empty() {
        setting::clear(tx, cx, CALENDAR)
    } else {
        setting::put(tx, cx, CALENDAR, calendar)
    }
}

/// An instant in somebody's language and zone.
#[must_use]
pub fn words(at: Timestamp, locale: Locale, time_zone: &str) -> String {
    format_instant(at, locale, time_zone, InstantStyle::Full)
}
