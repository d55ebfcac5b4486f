//! Schedules: jobs that come back by the clock, each fired once however many nodes there are.
//!
//! A schedule is a row with its next instant. Whoever moves that on by compare-and-swap enqueues the job in the same
//! transaction. Runs that were missed while nothing ran are made up for by one.

use jiff::civil;
use jiff::tz::TimeZone;
use serde_json::json;

use super::store;
use super::{New, enqueue};
use crate::cx::Cx;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// How often a schedule fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// So many seconds after it fired last; at least one.
    Seconds(i64),
    /// Every day at an hour and minute of a time zone (IANA name). Where the clock is set forward over it, it fires
    /// as much later; where the clock is set back, at the first of the two.
    DailyAt(i8, i8, &'static str),
}

/// A job that is enqueued by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// `desk.sla_sweep`
    pub name: &'static str,
    /// How often.
    pub every: Every,
    /// The kind of the job; its data is the name of the schedule.
    pub job: &'static str,
}

impl Every {
    /// The first instant after another at which it fires.
    pub fn next_after(self, instant: Timestamp) -> Result<Timestamp> {
        match self {
            Self::Seconds(seconds) => Ok(instant.add_secs(seconds.max(1))),
            Self::DailyAt(hour, minute, zone) => next_daily(hour, minute, zone, instant),
        }
    }
}

fn next_daily(hour: i8, minute: i8, zone: &str, instant: Timestamp) -> Result<Timestamp> {
    let zone = TimeZone::get(zone).map_err(Error::internal)?;
    let time = civil::Time::new(hour, minute, 0, 0).map_err(Error::internal)?;
    let mut day = instant.jiff().to_zoned(zone.clone()).date();
    loop {
        let at: Timestamp = day
            .to_datetime(time)
            .to_zoned(zone.clone())
            .map_err(Error::internal)?
            .timestamp()
            .into();
        if at > instant {
            return Ok(at);
        }
        day = day.tomorrow().map_err(Error::internal)?;
    }
}

/// Makes the rows of schedules that are new, and brings forward those that now come more often.
pub async fn prepare(db: &Db, cx: &Cx, schedules: &[Schedule]) -> Result<()> {
    for schedule in schedules.iter().copied() {
        let next = schedule.every.next_after(cx.now())?;
        db.write(move |tx| {
            store::insert_schedule(tx, schedule.name, next)?;
            store::bring_forward(tx, schedule.name, next)
        })
        .await?;
    }
    Ok(())
}

/// Fires what is due; gives back how many schedules this node fired.
pub async fn fire_due(db: &Db, cx: &Cx, schedules: &[Schedule]) -> Result<usize> {
    let now = cx.now();
    let mut fired = 0;
    for (name, due) in db.read(move |tx| store::due_schedules(tx, now)).await? {
        // A row without a schedule belongs to an older or newer version that runs beside this one.
        let Some(schedule) = schedules.iter().copied().find(|schedule| schedule.name == name) else {
            continue;
        };
        let cx = cx.clone();
        if db.write(move |tx| fire(tx, &cx, schedule, due)).await? {
            fired += 1;
        }
    }
    Ok(fired)
}

fn fire(tx: &mut Tx<'_>, cx: &Cx, schedule: Schedule, due: Timestamp) -> Result<bool> {
    let now = cx.now();
    let next = schedule.every.next_after(now)?;
    if !store::fire_schedule(tx, schedule.name, due, next, now)? {
        return Ok(false);
    }
    // The key keeps a slow job from piling up; the few attempts leave it to the next firing to try again.
    let new = New::now(schedule.job, json!({ "schedule": schedule.name }))
        .key(schedule.name)
        .max_attempts(3);
    enqueue(tx, cx, new)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse::<jiff::Timestamp>().unwrap().into()
    }

    #[test]
    fn a_daily_schedule_fires_at_its_hour_of_the_zone() {
        let every = Every::DailyAt(3, 30, "Asia/Shanghai");
        assert_eq!(
            every.next_after(at("2026-03-01T12:00:00Z")).unwrap(),
            at("2026-03-01T19:30:00Z")
        );
        assert_eq!(
            every.next_after(at("2026-03-01T19:30:00Z")).unwrap(),
            at("2026-03-02T19:30:00Z")
        );
    }

    #[test]
    fn a_daily_schedule_fires_once_on_the_days_the_clock_is_set() {
        let every = Every::DailyAt(2, 30, "Europe/Berlin");
        // On 2026-03-29 the clock jumps from 02:00 to 03:00; on 2026-10-25 from 03:00 back to 02:00.
        assert_eq!(
            every.next_after(at("2026-03-28T12:00:00Z")).unwrap(),
            at("2026-03-29T01:30:00Z")
        );
        assert_eq!(
            every.next_after(at("2026-03-29T01:30:00Z")).unwrap(),
            at("2026-03-30T00:30:00Z")
        );
        assert_eq!(
            every.next_after(at("2026-10-24T12:00:00Z")).unwrap(),
            at("2026-10-25T00:30:00Z")
        );
        assert_eq!(
            every.next_after(at("2026-10-25T00:30:00Z")).unwrap(),
            at("2026-10-26T01:30:00Z")
        );
    }

    #[test]
    fn a_schedule_with_an_impossible_hour_or_zone_is_an_error() {
        assert!(
            Every::DailyAt(24, 0, "UTC")
                .next_after(at("2026-01-01T00:00:00Z"))
                .is_err()
        );
        assert!(
            Every::DailyAt(1, 0, "Mars/Olympus")
                .next_after(at("2026-01-01T00:00:00Z"))
                .is_err()
        );
    }
}
