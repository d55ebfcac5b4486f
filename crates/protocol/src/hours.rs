//! Hours of the week in which something may be done: `["mon-fri 08:00-18:00", "sat 09:00-12:00"]`.
//!
//! Kept as spans of minutes of the week. Several lines add up; two sets of hours are cut with each other when a floor is
//! tightened, and what is left is again a set of hours.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// How many lines one may write.
const LINES_MOST: usize = 2000;

/// A minute of the week by the device's own clock and time zone; Monday 00:00 is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeekMinute(u16);

impl WeekMinute {
    /// From the day (Monday is 1, Sunday 7), hour, and minute.
    pub fn new(day: u8, hour: u8, minute: u8) -> Option<Self> {
        let fits = (1..=7).contains(&day) && hour < 24 && minute < 60;
        fits.then(|| Self((u16::from(day) - 1) * DAY + u16::from(hour) * 60 + u16::from(minute)))
    }
}

/// Hours of the week. None at all means never.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// From and until, apart from each other and in order.
    spans: Vec<(u16, u16)>,
}

/// A line of hours that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursError(String);

impl fmt::Display for HoursError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"{}\" are no hours; write \"mon-fri 08:00-18:00\"", self.0)
    }
}

impl std::error::Error for HoursError {}

impl Hours {
    /// From lines such as `mon-fri 08:00-18:00`; a span that ends before it begins goes on into the next day.
    pub fn read<S: AsRef<str>>(lines: &[S]) -> Result<Self, HoursError> {
        let wrong = |line: &str| HoursError(crate::text::line(line, 80));
        if let Some(line) = lines.get(LINES_MOST) {
            return Err(wrong(line.as_ref()));
        }
        let mut spans = Vec::new();
        for line in lines {
            let line = line.as_ref();
            spans.extend(spans_of(line).ok_or_else(|| wrong(line))?);
        }
        Ok(Self { spans: joined(spans) })
    }

    /// Whether the moment lies within.
    pub fn hold(&self, moment: WeekMinute) -> bool {
        self.spans
            .iter()
            .any(|(from, until)| (*from..*until).contains(&moment.0))
    }

    /// What lies within both.
    pub fn cut(&self, other: &Self) -> Self {
        let mut spans = Vec::new();
        for (from, until) in &self.spans {
            for (other_from, other_until) in &other.spans {
                let span = (*from.max(other_from), *until.min(other_until));
                if span.0 < span.1 {
                    spans.push(span);
                }
            }
        }
        Self { spans: joined(spans) }
    }

    /// The lines that say the same, one for each day.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (from, until) in &self.spans {
            let mut from = *from;
            while from < *until {
                let day = from / DAY;
                let end = (*until).min((day + 1) * DAY);
                let name = DAYS.get(usize::from(day)).copied().unwrap_or_default();
                lines.push(format!(
                    "{name} {}-{}",
                    clock(from - day * DAY),
                    clock(end - day * DAY)
                ));
                from = end;
            }
        }
        lines
    }
}

/// `08:05` for 485.
fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The spans of one line.
fn spans_of(line: &str) -> Option<Vec<(u16, u16)>> {
    let (days, times) = line.trim().split_once(char::is_whitespace)?;
    let (from, until) = times.trim().split_once('-')?;
    let (from, until) = (minute_of(from)?, minute_of(until)?);
    if from == until || from == DAY {
        return None;
    }
    let mut spans = Vec::new();
    for day in days_of(days)? {
        let start = day * DAY;
        if from < until {
            spans.push((start + from, start + until));
            continue;
        }
        let next = (day + 1) % 7 * DAY;
        spans.push((start + from, start + DAY));
        spans.push((next, next + until));
    }
    spans.retain(|(from, until)| from < until);
    Some(spans)
}

/// The days in `mon`, `mon-fri`, `fri-mon`.
fn days_of(text: &str) -> Option<Vec<u16>> {
    let index = |name: &str| {
        DAYS.iter()
            .position(|day| name.eq_ignore_ascii_case(day))
            .and_then(|at| u16::try_from(at).ok())
    };
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (index(first)?, index(last)?),
        None => (index(text)?, index(text)?),
    };
    let count = (last + 7 - first) % 7;
    Some((0..=count).map(|step| (first + step) % 7).collect())
}

/// The minute of the day in `08:30`; `24:00` is the end of the day.
fn minute_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    if hour.len() != 2
        || minute.len() != 2
        || !text
            .trim()
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':')
    {
        return None;
    }
    let (hour, minute) = (u16::from_str(hour).ok()?, u16::from_str(minute).ok()?);
    let sum = hour * 60 + minute;
    (minute < 60 && sum <= DAY).then_some(sum)
}

/// Spans in order, those that touch made one.
fn joined(mut spans: Vec<(u16, u16)>) -> Vec<(u16, u16)> {
    spans.sort_unstable();
    let mut apart: Vec<(u16, u16)> = Vec::with_capacity(spans.len());
    for (from, until) in spans {
        let until = until.min(WEEK);
        match apart.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => apart.push((from, until)),
        }
    }
    apart
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.lines())
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let lines = Vec::<String>::deserialize(from)?;
        Self::read(&lines).map_err(serde::de::Error::custom)
    }
}
