//! The hours of one day: spans of wall-clock minutes, sorted and apart.
//!
//! Reads what people write ("9:00-12:00, 13:30-18:00", also with full-width signs) and writes it back in one form.
//! It knows nothing of dates or time zones.

use std::fmt;

use crate::{Error, Result};

pub(crate) const MINUTES_PER_DAY: u16 = 24 * 60;

/// From opening (included) to closing (excluded), in minutes after midnight; closing may be 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Opening {
    pub from: u16,
    pub until: u16,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hours(Vec<Opening>);

impl Hours {
    /// Reads a day's spans. Spans that touch become one; spans that overlap are refused, because one of them is
    /// most likely a slip of the pen.
    pub fn parse(field: &str, spans: &[String]) -> Result<Self> {
        let mut openings = spans
            .iter()
            .flat_map(|text| split_hours(text))
            .map(|text| Opening::parse(field, &text))
            .collect::<Result<Vec<_>>>()?;
        openings.sort_unstable();
        let mut merged: Vec<Opening> = Vec::with_capacity(openings.len());
        for opening in openings {
            match merged.last_mut() {
                Some(last) if opening.from < last.until => {
                    return Err(Error::OverlappingHours {
                        field: field.to_owned(),
                        first: last.to_string(),
                        second: opening.to_string(),
                    });
                }
                Some(last) if opening.from == last.until => last.until = opening.until,
                _ => merged.push(opening),
            }
        }
        Ok(Self(merged))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = Opening> + '_ {
        self.0.iter().copied()
    }

    /// The spans in the one form in which they are stored.
    pub fn to_texts(&self) -> Vec<String> {
        self.0.iter().map(Opening::to_string).collect()
    }
}

impl Opening {
    fn parse(field: &str, text: &str) -> Result<Self> {
        let unreadable = || Error::UnreadableHours {
            field: field.to_owned(),
            text: text.to_owned(),
        };
        let plain: String = text
            .chars()
            .map(to_plain)
            .filter(|sign| !sign.is_whitespace())
            .collect();
        let (from, until) = plain.split_once('-').ok_or_else(unreadable)?;
        let from = parse_minutes(from).ok_or_else(unreadable)?;
        let until = parse_minutes(until).ok_or_else(unreadable)?;
        if from >= until {
            return Err(Error::HoursBackwards {
                field: field.to_owned(),
                text: text.to_owned(),
            });
        }
        Ok(Self { from, until })
    }
}

impl fmt::Display for Opening {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, until) = (self.from, self.until);
        write!(
            out,
            "{:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            until / 60,
            until % 60
        )
    }
}

/// Cuts one line of a form into spans: at commas, semicolons, line breaks, and the Chinese signs for them.
pub fn split_hours(text: &str) -> Vec<String> {
    text.split([',', ';', '\n', '，', '；', '、'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Chinese keyboards write full-width digits and colons; people write a span with any dash, a tilde, or 至.
fn to_plain(sign: char) -> char {
    match sign {
        '０'..='９' => char::from_u32(u32::from(sign) - u32::from('０') + u32::from('0')).unwrap_or(sign),
        '：' => ':',
        '–' | '—' | '－' | '~' | '～' | '至' | '到' => '-',
        other => other,
    }
}

fn parse_minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !all_digits(hour) || !all_digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= MINUTES_PER_DAY).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(spans: &[&str]) -> Result<Vec<String>> {
        let spans: Vec<String> = spans.iter().map(|span| (*span).to_owned()).collect();
        Hours::parse("weekly.monday", &spans).map(|hours| hours.to_texts())
    }

    #[test]
    fn spans_are_sorted_and_touching_ones_become_one() {
        assert_eq!(
            parse(&["13:00-18:00", "9:00-12:00", "12:00-13:00", "22:00-24:00"]).unwrap(),
            ["09:00-18:00", "22:00-24:00"]
        );
    }

    #[test]
    fn full_width_signs_and_one_line_for_several_spans_are_read() {
        assert_eq!(
            parse(&["９：００～１２：００，13:30 至 18:00"]).unwrap(),
            ["09:00-12:00", "13:30-18:00"]
        );
    }

    #[test]
    fn overlapping_spans_are_refused_by_name() {
        let error = parse(&["09:00-12:00", "11:30-18:00"]).unwrap_err();
        assert_eq!(error.code(), "worktime.overlapping_hours");
        assert_eq!(error.field(), Some("weekly.monday"));
        assert!(
            error.to_string().contains("09:00-12:00 and 11:30-18:00 overlap"),
            "{error}"
        );
    }

    #[test]
    fn hours_past_midnight_are_refused_with_the_remedy() {
        let error = parse(&["22:00-06:00"]).unwrap_err();
        assert_eq!(error.code(), "worktime.hours_backwards");
        assert!(
            error.to_string().contains("22:00-24:00 and 00:00-06:00"),
            "{error}"
        );
        assert_eq!(
            parse(&["09:00-09:00"]).unwrap_err().code(),
            "worktime.hours_backwards"
        );
    }

    #[test]
    fn what_is_not_a_span_is_refused() {
        for text in [
            "",
            "-",
            "9-18",
            "09:00",
            "09:60-18:00",
            "24:01-25:00",
            "09:0-18:00",
            "+9:00-18:00",
            "09:00-18:00-19:00",
        ] {
            let error = Opening::parse("weekly.monday", text).unwrap_err();
            assert_eq!(error.code(), "worktime.unreadable_hours", "{text}");
        }
    }
}
