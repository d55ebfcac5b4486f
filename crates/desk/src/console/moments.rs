//! Instants in forms: what `<input type="datetime-local">` sends and shows, in the reader's time zone.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

/// Reads a field; blank is none. In the hour that a clock change skips or repeats, the later reading of the zone's own
/// rule is taken, as calendars do.
pub(super) fn read(text: &str, time_zone: &str, field: &str) -> Result<Option<Timestamp>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let malformed = || Error::invalid("web.form.malformed").field(field);
    let local: DateTime = text.parse().map_err(|_| malformed())?;
    let zoned = local.to_zoned(zone(time_zone)).map_err(|_| malformed())?;
    Ok(Some(Timestamp::from_millis(zoned.timestamp().as_millisecond())))
}

/// Writes an instant as the field wants it.
pub(super) fn show(at: Timestamp, time_zone: &str) -> String {
    at.jiff()
        .to_zoned(zone(time_zone))
        .strftime("%Y-%m-%dT%H:%M")
        .to_string()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_time_is_read_in_the_readers_zone_and_shown_likewise() {
        let at = read("2026-11-21T18:30", "Asia/Shanghai", "at").unwrap().unwrap();
        assert_eq!(at.to_string(), "2026-11-21T10:30:00Z");
        assert_eq!(show(at, "Asia/Shanghai"), "2026-11-21T18:30");
    }

    #[test]
    fn a_blank_field_is_none_and_nonsense_names_the_field() {
        assert_eq!(read(" ", "UTC", "at").unwrap(), None);
        assert_eq!(read("tomorrow", "UTC", "at").unwrap_err().fields()[0].field, "at");
    }
}
