//! Reading instants as other desks write them.
//!
//! A mapping lists the ways in which dates are written: `iso` (RFC 3339, or a date and time without a zone), `epoch` (seconds), `epoch_ms`,
//! or a pattern such as `%d/%m/%Y %H:%M`. The first that fits counts. What names no zone is in the mapping's.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

/// The ways in which a file writes its dates.
#[derive(Debug, Clone)]
pub struct Dates {
    ways: Vec<Way>,
    zone: TimeZone,
}

#[derive(Debug, Clone)]
enum Way {
    Iso,
    Epoch { millis: i64 },
    Pattern(String),
}

impl Dates {
    /// From the words of a mapping.
    pub fn new(ways: &[String], zone: &str) -> Result<Dates> {
        let zone = TimeZone::get(zone).map_err(|_| {
            Error::invalid("desk.import.mapping_wrong")
                .arg("key", "time_zone")
                .arg("value", zone)
        })?;
        let ways = ways.iter().map(|way| match way.as_str() {
            "iso" => Ok(Way::Iso),
            "epoch" => Ok(Way::Epoch { millis: 1000 }),
            "epoch_ms" => Ok(Way::Epoch { millis: 1 }),
            pattern if pattern.contains('%') => Ok(Way::Pattern(pattern.to_owned())),
            other => Err(Error::invalid("desk.import.mapping_wrong")
                .arg("key", "dates")
                .arg("value", other)),
        });
        Ok(Dates {
            ways: ways.collect::<Result<_>>()?,
            zone,
        })
    }

    /// The instant that this text means; none when it is written in none of the ways.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        self.ways.iter().find_map(|way| self.read_as(way, text.trim()))
    }

    fn read_as(&self, way: &Way, text: &str) -> Option<Timestamp> {
        match way {
            Way::Iso => match text.parse::<jiff::Timestamp>() {
                Ok(instant) => Some(instant.into()),
                Err(_) => self.local(text.parse::<DateTime>().ok()?),
            },
            Way::Epoch { millis } => {
                let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
                let whole: i64 = whole.parse().ok()?;
                let known = fraction.bytes().all(|digit| digit.is_ascii_digit());
                known.then(|| Timestamp::from_millis(whole.saturating_mul(*millis)))
            }
            Way::Pattern(pattern) => {
                let parsed = strtime::parse(pattern, text).ok()?;
                if parsed.offset().is_some() {
                    return parsed.to_timestamp().ok().map(Timestamp::from);
                }
                self.local(parsed.to_datetime().ok()?)
            }
        }
    }

    fn local(&self, at: DateTime) -> Option<Timestamp> {
        let zoned = at.to_zoned(self.zone.clone()).ok()?;
        Some(zoned.timestamp().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(way: &str, zone: &str, text: &str) -> Option<String> {
        let dates = Dates::new(&[way.to_owned()], zone).unwrap();
        dates.read(text).map(|at| at.to_string())
    }

    #[test]
    fn days_and_months_need_no_leading_zero() {
        let zulu = |text: &str| read("%d/%m/%Y %H:%M", "UTC", text);
        assert_eq!(zulu("5/3/2016 12:00").as_deref(), Some("2016-03-05T12:00:00Z"));
        assert_eq!(zulu("29/2/2016 01:16").as_deref(), Some("2016-02-29T01:16:00Z"));
        assert_eq!(zulu("29/2/2015 01:16"), None);
        assert_eq!(zulu("2016-02-29 01:16"), None);
    }

    #[test]
    fn a_time_without_a_zone_is_in_the_mappings() {
        let text = "2026-03-02 10:00:00";
        assert_eq!(
            read("iso", "Asia/Shanghai", text).as_deref(),
            Some("2026-03-02T02:00:00Z")
        );
        let with_zone = "2026-03-02T10:00:00+01:00";
        assert_eq!(
            read("iso", "Asia/Shanghai", with_zone).as_deref(),
            Some("2026-03-02T09:00:00Z")
        );
        assert_eq!(
            read("%Y-%m-%d", "Europe/Berlin", "2026-03-02").as_deref(),
            Some("2026-03-01T23:00:00Z")
        );
    }

    #[test]
    fn epochs_are_seconds_or_milliseconds() {
        assert_eq!(
            read("epoch", "UTC", "1772445600").as_deref(),
            Some("2026-03-02T10:00:00Z")
        );
        assert_eq!(
            read("epoch_ms", "UTC", "1772445600000").as_deref(),
            Some("2026-03-02T10:00:00Z")
        );
        assert_eq!(read("epoch", "UTC", "yesterday"), None);
    }

    #[test]
    fn a_way_that_nobody_knows_is_refused_with_the_mapping() {
        assert!(Dates::new(&["german".to_owned()], "UTC").is_err());
        assert!(Dates::new(&["iso".to_owned()], "Mars/Olympus").is_err());
    }
}
