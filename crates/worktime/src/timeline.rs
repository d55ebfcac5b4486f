//! The open spans of a calendar in order, with running totals, one year at a time.
//!
//! Adding or measuring time becomes a binary search in a year and a walk over the totals of the years between, which
//! is what makes a million additions a second possible. A year is computed when it is first needed and kept. The
//! years are limited, so that no question can run for ever.

use std::sync::OnceLock;

use jiff::civil;

use crate::calendar::Rules;
use crate::{Error, Result};

const FIRST_YEAR: i16 = 1900;
const LAST_YEAR: i16 = 2299;
const YEARS: usize = (LAST_YEAR - FIRST_YEAR + 1) as usize;
/// The mean length of a Gregorian year, to guess the year of an instant.
const MEAN_YEAR_MILLIS: i64 = 31_556_952_000;

/// More than this cannot pass between two instants that the time line knows.
pub(crate) const LONGEST_MILLIS: i64 = YEARS as i64 * MEAN_YEAR_MILLIS;

#[derive(Debug)]
pub(crate) struct Timeline {
    years: Box<[OnceLock<Year>]>,
}

/// One year `[from, until)` in local time.
#[derive(Debug)]
pub(crate) struct Year {
    pub from: i64,
    pub until: i64,
    /// Open milliseconds in the whole year.
    pub total: i64,
    open: Vec<Open>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    start: i64,
    end: i64,
    /// Open milliseconds of the year before `start`.
    before: i64,
}

impl Timeline {
    pub fn new() -> Self {
        Self {
            years: (0..YEARS).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The year at `index`, counted from [`FIRST_YEAR`].
    pub fn year(&self, rules: &Rules, index: usize) -> Result<&Year> {
        let slot = self.years.get(index).ok_or(Error::OutOfRange)?;
        if let Some(year) = slot.get() {
            return Ok(year);
        }
        let built = Year::build(rules, calendar_year(index))?;
        Ok(slot.get_or_init(|| built))
    }

    /// The index of the year that contains an instant.
    pub fn find(&self, rules: &Rules, at: i64) -> Result<usize> {
        let guess = at.div_euclid(MEAN_YEAR_MILLIS) + 1970 - i64::from(FIRST_YEAR);
        // One year beyond either end is still a guess that the correction below may bring inside.
        if !(-1..=YEARS as i64).contains(&guess) {
            return Err(Error::OutOfRange);
        }
        let mut index = guess.clamp(0, YEARS as i64 - 1) as usize;
        loop {
            let year = self.year(rules, index)?;
            if at < year.from {
                index = index.checked_sub(1).ok_or(Error::OutOfRange)?;
            } else if at >= year.until {
                index += 1;
            } else {
                return Ok(index);
            }
        }
    }
}

pub(crate) fn calendar_year(index: usize) -> i16 {
    i16::try_from(index).map_or(LAST_YEAR, |offset| FIRST_YEAR.saturating_add(offset))
}

impl Year {
    fn build(rules: &Rules, number: i16) -> Result<Self> {
        let mut date = civil::Date::new(number, 1, 1).map_err(|_| Error::OutOfRange)?;
        let from = rules.start_of(date)?;
        let mut until = from;
        let mut total = 0;
        let mut open: Vec<Open> = Vec::new();
        while date.year() == number {
            let day = rules.day(date, until)?;
            for (start, end) in day.open {
                match open.last_mut() {
                    Some(last) if last.end == start => last.end = end,
                    _ => open.push(Open {
                        start,
                        end,
                        before: total,
                    }),
                }
                total += end - start;
            }
            until = day.until;
            date = date.tomorrow().map_err(|_| Error::OutOfRange)?;
        }
        open.shrink_to_fit();
        Ok(Self {
            from,
            until,
            total,
            open,
        })
    }

    /// How much of the year's open time lies before `at`.
    pub fn open_before(&self, at: i64) -> i64 {
        let after = self.open.partition_point(|open| open.start < at);
        match after.checked_sub(1).and_then(|index| self.open.get(index)) {
            Some(open) => open.before + at.min(open.end) - open.start,
            None => 0,
        }
    }

    /// The earliest instant before which `amount` of the year's open time lies; `0 < amount <= total`.
    pub fn instant_after(&self, amount: i64) -> Option<i64> {
        let after = self.open.partition_point(|open| open.before < amount);
        let open = self.open.get(after.checked_sub(1)?)?;
        Some(open.start + amount - open.before)
    }

    pub fn is_open(&self, at: i64) -> bool {
        let after = self.open.partition_point(|open| open.start <= at);
        after
            .checked_sub(1)
            .and_then(|index| self.open.get(index))
            .is_some_and(|open| at < open.end)
    }

    /// `at` itself when open, else the next opening of the year.
    pub fn next_opening(&self, at: i64) -> Option<i64> {
        let index = self.open.partition_point(|open| open.end <= at);
        self.open.get(index).map(|open| open.start.max(at))
    }
}
