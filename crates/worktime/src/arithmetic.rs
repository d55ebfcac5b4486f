//! The questions a clock asks: add working time, measure it, is it open, when does it open.
//!
//! Each question exists for milliseconds since 1970 UTC, as the product stores instants, and where it is asked in
//! code with jiff's types. Every answer takes bounded time; a calendar that has closed for good gives
//! [`Error::NoOpening`].

use jiff::{SignedDuration, Timestamp};

use crate::timeline::{LONGEST_MILLIS, calendar_year};
use crate::{Calendar, Error, Result};

impl Calendar {
    /// The earliest instant at which `duration` of working time has passed since `start`.
    ///
    /// It may be a closing time. Adding nothing gives `start` itself, open or not.
    ///
    /// # Errors
    /// [`Error::NegativeDuration`], [`Error::NoOpening`], [`Error::OutOfRange`].
    pub fn add(&self, start: Timestamp, duration: SignedDuration) -> Result<Timestamp> {
        let millis = i64::try_from(duration.as_millis()).map_err(|_| Error::OutOfRange)?;
        to_timestamp(self.add_millis(start.as_millisecond(), millis)?)
    }

    /// [`Calendar::add`] in milliseconds.
    ///
    /// # Errors
    /// As [`Calendar::add`].
    pub fn add_millis(&self, start: i64, duration: i64) -> Result<i64> {
        if duration < 0 {
            return Err(Error::NegativeDuration);
        }
        let mut index = self.timeline.find(&self.rules, start)?;
        if duration == 0 {
            return Ok(start);
        }
        if duration > LONGEST_MILLIS {
            return Err(self.no_more(start));
        }
        let mut year = self.timeline.year(&self.rules, index)?;
        let mut remaining = duration + year.open_before(start);
        while remaining > year.total {
            remaining -= year.total;
            index = self.next_year(index, start)?;
            year = self
                .timeline
                .year(&self.rules, index)
                .map_err(|_| self.no_more(start))?;
        }
        year.instant_after(remaining).ok_or(Error::OutOfRange)
    }

    /// The working time from `from` to `to`; negative when `to` is the earlier one.
    ///
    /// # Errors
    /// [`Error::OutOfRange`].
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Result<SignedDuration> {
        self.between_millis(from.as_millisecond(), to.as_millisecond())
            .map(SignedDuration::from_millis)
    }

    /// [`Calendar::between`] in milliseconds.
    ///
    /// # Errors
    /// As [`Calendar::between`].
    pub fn between_millis(&self, from: i64, to: i64) -> Result<i64> {
        if to < from {
            return self.between_millis(to, from).map(|millis| -millis);
        }
        let first = self.timeline.find(&self.rules, from)?;
        let last = self.timeline.find(&self.rules, to)?;
        let mut total = -self.timeline.year(&self.rules, first)?.open_before(from);
        for index in first..last {
            total += self.timeline.year(&self.rules, index)?.total;
        }
        Ok(total + self.timeline.year(&self.rules, last)?.open_before(to))
    }

    /// Whether working time runs at `at`. At an opening time it does, at a closing time it does not.
    ///
    /// # Errors
    /// [`Error::OutOfRange`].
    pub fn is_open(&self, at: Timestamp) -> Result<bool> {
        self.is_open_millis(at.as_millisecond())
    }

    /// [`Calendar::is_open`] in milliseconds.
    ///
    /// # Errors
    /// As [`Calendar::is_open`].
    pub fn is_open_millis(&self, at: i64) -> Result<bool> {
        let index = self.timeline.find(&self.rules, at)?;
        Ok(self.timeline.year(&self.rules, index)?.is_open(at))
    }

    /// `at` itself when it is open, else the instant at which the calendar opens next.
    ///
    /// # Errors
    /// [`Error::NoOpening`], [`Error::OutOfRange`].
    pub fn next_opening(&self, at: Timestamp) -> Result<Timestamp> {
        to_timestamp(self.next_opening_millis(at.as_millisecond())?)
    }

    /// [`Calendar::next_opening`] in milliseconds.
    ///
    /// # Errors
    /// As [`Calendar::next_opening`].
    pub fn next_opening_millis(&self, at: i64) -> Result<i64> {
        let mut index = self.timeline.find(&self.rules, at)?;
        loop {
            let year = self
                .timeline
                .year(&self.rules, index)
                .map_err(|_| self.no_more(at))?;
            if let Some(opening) = year.next_opening(at) {
                return Ok(opening);
            }
            index = self.next_year(index, at)?;
        }
    }

    /// Stops the search where nothing can come any more.
    fn next_year(&self, index: usize, asked: i64) -> Result<usize> {
        let is_last = self
            .rules
            .last_special_year()
            .is_none_or(|last_special| calendar_year(index) >= last_special);
        if self.rules.weekly_is_empty() && is_last {
            return Err(self.no_more(asked));
        }
        Ok(index + 1)
    }

    fn no_more(&self, asked: i64) -> Error {
        match to_timestamp(asked) {
            Ok(after) if self.rules.weekly_is_empty() => Error::NoOpening { after },
            _ => Error::OutOfRange,
        }
    }
}

pub(crate) fn to_timestamp(millis: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(millis).map_err(|_| Error::OutOfRange)
}
