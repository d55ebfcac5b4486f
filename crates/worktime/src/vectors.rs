//! Checks this crate against working-time cases that other engines computed, one JSON object a line.
//!
//! A case is `{"id", "tz", "days": ["mon", …], "hours": {"09:00": "18:00"}, "holidays": [date, …],
//! "shifts": {date: hours}, "start", "add", "deadline", "end", "within"}` with instants in Unix seconds and durations
//! in seconds. A line that cannot be read counts as failed; nothing is skipped silently. The stopwatch for the
//! additions per second is the only clock in this crate.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::{self, BufRead};
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::{Calendar, Definition, Replaced, Result};

/// Long enough to outlast a scheduler's slice, short enough not to be noticed.
const STOPWATCH: Duration = Duration::from_millis(400);
/// Additions between two looks at the stopwatch.
const ROUND: usize = 10_000;

/// The outcome of a check.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    pub agreed: usize,
    pub failed: Vec<Failure>,
    /// Additions of the cases on this machine in this build, one thread; 0 when no case could be read.
    pub additions_per_second: f64,
}

/// A case on which the results differ, or that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub line: usize,
    /// The case's own identifier, when it has one.
    pub id: Option<String>,
    pub what: String,
}

#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    id: serde_json::Value,
    tz: String,
    #[serde(default)]
    days: Vec<String>,
    #[serde(default)]
    hours: BTreeMap<String, String>,
    #[serde(default)]
    holidays: Vec<String>,
    #[serde(default)]
    shifts: BTreeMap<String, BTreeMap<String, String>>,
    start: i64,
    add: i64,
    deadline: i64,
    end: i64,
    within: i64,
}

/// A case with its calendar built, for the stopwatch.
struct Addition {
    calendar: Calendar,
    start: i64,
    duration: i64,
}

/// Checks every line of a file.
///
/// # Errors
/// Only what reading the lines gives; wrong cases are in the report.
pub fn check_lines(reader: impl BufRead) -> io::Result<Report> {
    let mut report = Report::default();
    let mut additions = Vec::new();
    for (index, text) in reader.lines().enumerate() {
        let text = text?;
        if text.trim().is_empty() {
            continue;
        }
        match check_line(&text) {
            Ok(addition) => {
                report.agreed += 1;
                additions.push(addition);
            }
            Err((id, what)) => report.failed.push(Failure {
                line: index + 1,
                id,
                what,
            }),
        }
    }
    report.additions_per_second = measure(&additions);
    Ok(report)
}

fn check_line(text: &str) -> Result<Addition, (Option<String>, String)> {
    let case: Case =
        serde_json::from_str(text).map_err(|error| (None, format!("not a working-time case: {error}")))?;
    let id = match &case.id {
        serde_json::Value::Null => None,
        serde_json::Value::String(id) => Some(id.clone()),
        other => Some(other.to_string()),
    };
    case.check().map_err(|what| (id, what))
}

impl Case {
    fn check(&self) -> Result<Addition, String> {
        let calendar = Calendar::new(&self.definition()?).map_err(|error| error.to_string())?;
        let seconds = |value: i64| {
            value
                .checked_mul(1000)
                .ok_or_else(|| format!("{value} is out of range"))
        };
        let (start, duration, end) = (seconds(self.start)?, seconds(self.add)?, seconds(self.end)?);
        let (deadline, within) = (seconds(self.deadline)?, seconds(self.within)?);
        let got = calendar
            .add_millis(start, duration)
            .map_err(|error| error.to_string())?;
        if got != deadline {
            let got = got as f64 / 1000.0;
            return Err(format!("deadline: expected {}, got {got}", self.deadline));
        }
        let got = calendar
            .between_millis(start, end)
            .map_err(|error| error.to_string())?;
        if got != within {
            let got = got as f64 / 1000.0;
            return Err(format!("within: expected {}, got {got}", self.within));
        }
        Ok(Addition {
            calendar,
            start,
            duration,
        })
    }

    fn definition(&self) -> Result<Definition, String> {
        let mut definition = Definition {
            time_zone: self.tz.clone(),
            ..Definition::default()
        };
        let mut week = definition.weekly.days_mut();
        for short in &self.days {
            let day = week
                .iter_mut()
                .find(|(name, _)| name.get(..3) == Some(short.as_str()));
            match day {
                Some((_, spans)) => **spans = to_spans(&self.hours),
                None => {
                    return Err(format!(
                        "days: `{short}` is not one of mon tue wed thu fri sat sun"
                    ));
                }
            }
        }
        definition.holidays = self
            .holidays
            .iter()
            .map(|date| (date.clone(), String::new()))
            .collect();
        definition.replaced = self
            .shifts
            .iter()
            .map(|(date, hours)| {
                (
                    date.clone(),
                    Replaced {
                        hours: to_spans(hours),
                        name: String::new(),
                    },
                )
            })
            .collect();
        Ok(definition)
    }
}

fn to_spans(hours: &BTreeMap<String, String>) -> Vec<String> {
    hours
        .iter()
        .map(|(from, until)| format!("{from}-{until}"))
        .collect()
}

fn measure(additions: &[Addition]) -> f64 {
    if additions.is_empty() {
        return 0.0;
    }
    let mut done = 0_usize;
    let begun = Instant::now();
    while begun.elapsed() < STOPWATCH {
        for addition in additions.iter().cycle().take(ROUND) {
            // What was just checked cannot fail; the result is only kept from being optimised away.
            let _ = black_box(
                addition
                    .calendar
                    .add_millis(black_box(addition.start), addition.duration),
            );
        }
        done += ROUND;
    }
    done as f64 / begun.elapsed().as_secs_f64()
}
