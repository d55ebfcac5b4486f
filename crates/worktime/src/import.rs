//! Reads holidays and make-up working days from an iCalendar file (RFC 5545).
//!
//! All-day events are days off. An event that marks itself as a working day is one instead: by "(班)" in its summary,
//! as Chinese calendars do, or by `X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY`. Only the few properties that matter are
//! read; events that happen at hours, repeat by rule, or were cancelled are skipped and listed, never guessed at.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::{DayPlan, Error, Result};

/// Longer than any holiday; a bound against a slip in a year that would close a service for a decade.
const LONGEST_EVENT_DAYS: i32 = 100;

/// What a file held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Import {
    pub days: DayPlan,
    pub skipped: Vec<Skipped>,
}

/// An event that was not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The line on which the event begins.
    pub line: usize,
    pub summary: String,
    pub why: WhySkipped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhySkipped {
    /// It has hours: an appointment, not a holiday.
    NotAllDay,
    /// It repeats by rule; export the file with its single dates.
    Repeats,
    Cancelled,
}

#[derive(Default)]
struct Event {
    line: usize,
    summary: String,
    start: Option<(usize, String)>,
    end: Option<(usize, String)>,
    duration: Option<(usize, String)>,
    is_repeating: bool,
    is_cancelled: bool,
    special_day: String,
}

/// Reads an iCalendar file.
///
/// # Errors
/// [`Error::NotICalendar`], or [`Error::UnreadableEvent`] with the line of the first event whose dates make no sense.
pub fn import(text: &str) -> Result<Import> {
    let mut import = Import::default();
    let mut event: Option<Event> = None;
    // Inside an event there may be alarms, whose properties are none of the event's.
    let mut inner_depth = 0_usize;
    let mut is_calendar = false;
    for (line, content) in unfold(text) {
        let Some(property) = Property::parse(&content) else {
            continue;
        };
        let value = property.value.trim();
        match (property.name.as_str(), event.as_mut()) {
            ("BEGIN", None) if value.eq_ignore_ascii_case("VCALENDAR") => is_calendar = true,
            ("BEGIN", None) if value.eq_ignore_ascii_case("VEVENT") => {
                event = Some(Event {
                    line,
                    ..Event::default()
                });
            }
            ("BEGIN", Some(_)) => inner_depth += 1,
            ("END", Some(_)) if inner_depth > 0 => inner_depth -= 1,
            ("END", Some(_)) => {
                if let Some(done) = event.take() {
                    done.take_over(&mut import)?;
                }
            }
            (_, Some(open)) if inner_depth == 0 => open.set(line, &property),
            _ => {}
        }
    }
    if is_calendar {
        Ok(import)
    } else {
        Err(Error::NotICalendar)
    }
}

impl Event {
    fn set(&mut self, line: usize, property: &Property) {
        let value = property.value.trim();
        match property.name.as_str() {
            "SUMMARY" => self.summary = unescape(value),
            "DTSTART" => self.start = Some((line, value.to_owned())),
            "DTEND" => self.end = Some((line, value.to_owned())),
            "DURATION" => self.duration = Some((line, value.to_owned())),
            "RRULE" | "RDATE" => self.is_repeating = true,
            "STATUS" => self.is_cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "X-APPLE-SPECIAL-DAY" => self.special_day = value.to_ascii_uppercase(),
            _ => {}
        }
    }

    fn take_over(self, import: &mut Import) -> Result<()> {
        if let Some(why) = self.why_skip() {
            import.skipped.push(Skipped {
                line: self.line,
                summary: self.summary,
                why,
            });
            return Ok(());
        }
        let (first, end) = self.dates()?;
        let (name, is_working) = self.name_and_kind();
        let days = if is_working {
            &mut import.days.working
        } else {
            &mut import.days.off
        };
        days.extend(
            first
                .series(1.day())
                .take_while(|date| *date < end)
                .map(|date| (date, name.clone())),
        );
        Ok(())
    }

    fn why_skip(&self) -> Option<WhySkipped> {
        if self.is_cancelled {
            return Some(WhySkipped::Cancelled);
        }
        if self.is_repeating {
            return Some(WhySkipped::Repeats);
        }
        // A date has 8 digits, a date with time has a T after them.
        self.start
            .as_ref()
            .is_some_and(|(_, value)| value.contains('T'))
            .then_some(WhySkipped::NotAllDay)
    }

    /// First date and the date after the last: `DTEND` is exclusive, and without it an event lasts one day.
    fn dates(&self) -> Result<(Date, Date)> {
        let missing = || Error::UnreadableEvent {
            line: self.line,
            text: "DTSTART is missing".to_owned(),
        };
        let (start_line, start) = self.start.as_ref().ok_or_else(missing)?;
        let first = parse_date(*start_line, start)?;
        let (line, text, end) = match (&self.end, &self.duration) {
            (Some((line, text)), _) => (*line, text, parse_date(*line, text)?),
            (None, Some((line, text))) => (*line, text, after_duration(*line, first, text)?),
            (None, None) => (
                *start_line,
                start,
                first.tomorrow().map_err(|_| Error::OutOfRange)?,
            ),
        };
        // Some programs write the last day, or the first again, as the end of a single day.
        let end = if end == first {
            first.tomorrow().map_err(|_| Error::OutOfRange)?
        } else {
            end
        };
        let days = first.until(end).map_or(i32::MAX, |span| span.get_days());
        if !(1..=LONGEST_EVENT_DAYS).contains(&days) {
            return Err(Error::UnreadableEvent {
                line,
                text: text.clone(),
            });
        }
        Ok((first, end))
    }

    /// The summary without its mark, and whether the event is a working day.
    fn name_and_kind(&self) -> (String, bool) {
        let marks = [
            ("(班)", true),
            ("（班）", true),
            ("(休)", false),
            ("（休）", false),
        ];
        match marks.iter().find(|(mark, _)| self.summary.contains(mark)) {
            Some((mark, is_working)) => (self.summary.replace(mark, "").trim().to_owned(), *is_working),
            None => (
                self.summary.trim().to_owned(),
                self.special_day == "ALTERNATE-WORKDAY",
            ),
        }
    }
}

fn parse_date(line: usize, text: &str) -> Result<Date> {
    let unreadable = || Error::UnreadableEvent {
        line,
        text: text.to_owned(),
    };
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(unreadable());
    }
    let number = |range| {
        text.get(range)
            .and_then(|digits: &str| digits.parse::<i16>().ok())
    };
    let (year, month, day) = (number(0..4), number(4..6), number(6..8));
    let small = |value: Option<i16>| value.and_then(|value| i8::try_from(value).ok());
    match (year, small(month), small(day)) {
        (Some(year), Some(month), Some(day)) => Date::new(year, month, day).map_err(|_| unreadable()),
        _ => Err(unreadable()),
    }
}

/// All-day events last whole days or weeks: `P3D`, `P1W`.
fn after_duration(line: usize, first: Date, text: &str) -> Result<Date> {
    let unreadable = || Error::UnreadableEvent {
        line,
        text: text.to_owned(),
    };
    let body = text
        .trim_start_matches('+')
        .strip_prefix('P')
        .ok_or_else(unreadable)?;
    let days = match (body.strip_suffix('D'), body.strip_suffix('W')) {
        (Some(days), _) => days.parse::<i32>().ok(),
        (_, Some(weeks)) => weeks.parse::<i32>().ok().and_then(|weeks| weeks.checked_mul(7)),
        _ => None,
    };
    let days = days
        .filter(|days| (0..=LONGEST_EVENT_DAYS).contains(days))
        .ok_or_else(unreadable)?;
    first.checked_add(days.days()).map_err(|_| unreadable())
}

struct Property<'a> {
    name: String,
    value: &'a str,
}

impl<'a> Property<'a> {
    /// `NAME;PARAMETER="a:b":value`: the value begins at the first colon outside quotes.
    fn parse(content: &'a str) -> Option<Self> {
        let mut is_quoted = false;
        let colon = content.char_indices().find_map(|(index, sign)| {
            is_quoted ^= sign == '"';
            (sign == ':' && !is_quoted).then_some(index)
        })?;
        let (head, value) = (content.get(..colon)?, content.get(colon + 1..)?);
        let name = head.split(';').next()?.trim().to_ascii_uppercase();
        Some(Self { name, value })
    }
}

/// Joins continued lines (those that begin with a blank) and keeps the number of the first.
fn unfold(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut signs = value.chars();
    while let Some(sign) = signs.next() {
        match (sign, if sign == '\\' { signs.next() } else { None }) {
            ('\\', Some('n' | 'N')) => text.push(' '),
            ('\\', Some(escaped)) => text.push(escaped),
            _ => text.push(sign),
        }
    }
    text
}
