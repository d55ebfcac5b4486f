//! Why so much working time passed: the time between two instants, cut into open and closed spans with reasons.
//!
//! The spans lie end to end without gaps, neighbours differ in kind, and the open ones add up to what
//! [`Calendar::between`] measures. Words for the reasons are left to the page that shows them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::arithmetic::to_timestamp;
use crate::calendar::{Day, Special};
use crate::{Calendar, Error, Result};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The usual hours.
    Open,
    /// Open by hours that hold for this date only, such as a make-up working day; with the date's name.
    Replaced(String),
    Closed(Reason),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Before the first opening or after the last closing of a day that has hours.
    Night,
    /// Between two spans of one day.
    Break,
    /// A day of the week without hours, Sunday or another.
    Weekend,
    /// A date off, with its name (may be empty).
    Holiday(String),
}

impl Span {
    pub fn millis(&self) -> i64 {
        self.to.as_millisecond() - self.from.as_millisecond()
    }

    pub fn is_open(&self) -> bool {
        !matches!(self.kind, Kind::Closed(_))
    }
}

impl Calendar {
    /// Cuts the time from `from` to `to` into open and closed spans; nothing when `to` is not later.
    ///
    /// # Errors
    /// [`Error::OutOfRange`].
    pub fn explain(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Span>> {
        self.explain_millis(from.as_millisecond(), to.as_millisecond())
    }

    /// [`Calendar::explain`] in milliseconds.
    ///
    /// # Errors
    /// As [`Calendar::explain`].
    pub fn explain_millis(&self, from: i64, to: i64) -> Result<Vec<Span>> {
        if to <= from {
            return Ok(Vec::new());
        }
        self.timeline.find(&self.rules, from)?;
        self.timeline.find(&self.rules, to)?;
        let mut spans = Vec::new();
        // Where clocks go back over midnight an instant can bear yesterday's date again: begin a day early.
        let mut date = self
            .rules
            .date_of(to_timestamp(from)?)
            .yesterday()
            .map_err(|_| Error::OutOfRange)?;
        let mut start_of_day = self.rules.start_of(date)?;
        while start_of_day < to {
            let day = self.rules.day(date, start_of_day)?;
            for (piece_from, piece_to, kind) in self.pieces(date, &day) {
                push(&mut spans, piece_from.max(from), piece_to.min(to), kind)?;
            }
            start_of_day = day.until;
            date = date.tomorrow().map_err(|_| Error::OutOfRange)?;
        }
        Ok(spans)
    }

    fn pieces(&self, date: Date, day: &Day) -> Vec<(i64, i64, Kind)> {
        if day.open.is_empty() {
            return vec![(day.from, day.until, self.closed_day(date))];
        }
        let open = match self.rules.special(date) {
            Some(Special::Replaced { name, .. }) => Kind::Replaced(name.clone()),
            _ => Kind::Open,
        };
        let mut pieces = Vec::with_capacity(day.open.len() * 2 + 1);
        let mut cursor = day.from;
        let mut reason = Reason::Night;
        for &(start, end) in &day.open {
            pieces.push((cursor, start, Kind::Closed(reason)));
            pieces.push((start, end, open.clone()));
            cursor = end;
            reason = Reason::Break;
        }
        pieces.push((cursor, day.until, Kind::Closed(Reason::Night)));
        pieces
    }

    /// The reason for a date on which nothing is open.
    fn closed_day(&self, date: Date) -> Kind {
        Kind::Closed(match self.rules.special(date) {
            Some(Special::Holiday { name }) => Reason::Holiday(name.clone()),
            // Hours that a clock change swallowed whole leave a day that has hours and never opens.
            Some(Special::Replaced { .. }) => Reason::Night,
            None if self.rules.weekly_hours(date).is_empty() => Reason::Weekend,
            None => Reason::Night,
        })
    }
}

fn push(spans: &mut Vec<Span>, from: i64, to: i64, kind: Kind) -> Result<()> {
    if to <= from {
        return Ok(());
    }
    let to = to_timestamp(to)?;
    match spans.last_mut() {
        Some(last) if last.kind == kind => last.to = to,
        _ => spans.push(Span {
            from: to_timestamp(from)?,
            to,
            kind,
        }),
    }
    Ok(())
}
