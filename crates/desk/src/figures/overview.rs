//! The figures of a period, from the sums of its days: what a page, a sheet, and the JSON interface show.
//!
//! What came counts by the day it came, what was solved by the day it was solved. Percentiles are exact while the period has few
//! tickets and read from the histogram beyond; the answer says which. A year costs what it has days and teams.

use std::collections::BTreeMap;

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::TeamId;
use serde::Serialize;
use utoipa::ToSchema;

use super::daily;
use super::fact::{day, zone};
use super::record::percentile;
use super::store;
use crate::ticket::access;

/// Which period, and of whom.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Days, 20260302, both included; the last thirty when left out.
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub team: Option<TeamId>,
}

/// A duration that is spread over many tickets, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Spread {
    /// How many tickets have it.
    pub tickets: i64,
    /// Half took no longer.
    pub p50: i64,
    /// Nine of ten took no longer.
    pub p90: i64,
    /// Nineteen of twenty took no longer.
    pub p95: i64,
    /// False when read from the histogram: then within a tenth.
    pub exact: bool,
}

/// What came and what was solved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Flow {
    /// The day (20260302) or month (202603).
    pub at: i64,
    /// Reported in it.
    pub opened: i64,
    /// Solved in it.
    pub solved: i64,
}

/// The figures of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overview {
    /// First day, 20260302.
    pub from: i64,
    /// Last day.
    pub to: i64,
    /// Tickets that came.
    pub opened: i64,
    /// Tickets held solved.
    pub solved: i64,
    /// Solved within the promised time.
    pub met: i64,
    /// Solved later.
    pub missed: i64,
    /// Solved by the first who had it, with one answer, for good.
    pub first_contact: i64,
    /// Solved that had come back.
    pub reopened: i64,
    /// Solved that had gone from team to team or tier to tier.
    pub bounced: i64,
    /// P0 to P3 of what came.
    pub opened_by_priority: Vec<i64>,
    /// From the report to the first word of the desk.
    pub response: Spread,
    /// From the report to the solution.
    pub solution: Spread,
    /// By day up to three months, else by month.
    pub flow: Vec<Flow>,
    /// Open tickets by age: up to a day, three days, a week, a month, more.
    pub backlog: Vec<i64>,
}

/// Up to so many tickets a percentile is read from the tickets themselves.
const EXACT_AT_MOST: i64 = 20_000;
/// Days beyond which a chart shows months.
const DAYS_SHOWN: i32 = 92;
/// Ages of the backlog in days.
pub const AGES: [i64; 4] = [1, 3, 7, 30];

/// The teams that the actor may see figures of; none for all.
pub fn teams(cx: &Cx, asked: Option<TeamId>) -> Result<Option<Vec<TeamId>>> {
    let scope = cx.require(access::REPORT)?.min(cx.require(access::READ)?);
    match (scope, asked) {
        (Scope::All, asked) => Ok(asked.map(|team| vec![team])),
        (_, None) => Ok(Some(cx.team_ids().to_vec())),
        (_, Some(team)) if cx.team_ids().contains(&team) => Ok(Some(vec![team])),
        (_, Some(_)) => Err(Error::not_found()),
    }
}

fn date(day: i64) -> Option<jiff::civil::Date> {
    let part = |value: i64| i8::try_from(value).ok();
    jiff::civil::Date::new(
        i16::try_from(day / 10_000).ok()?,
        part(day / 100 % 100)?,
        part(day % 100)?,
    )
    .ok()
}

/// The first and last day that are asked for.
pub fn period(tx: &mut Tx, cx: &Cx, asked: &Asked) -> Result<(i64, i64)> {
    let today = cx.now();
    let zone = zone(tx)?;
    let from = asked
        .from
        .unwrap_or_else(|| day(today.add_secs(-29 * 86_400), &zone));
    let to = asked.to.unwrap_or_else(|| day(today, &zone));
    if date(from).is_none() || date(to).is_none() || from > to {
        return Err(Error::invalid("desk.figures.period_wrong").field("from"));
    }
    Ok((from, to))
}

/// Reads the figures.
pub fn read(tx: &mut Tx, cx: &Cx, asked: &Asked) -> Result<Overview> {
    let teams = teams(cx, asked.team)?;
    let (from, to) = period(tx, cx, asked)?;
    let teams = teams.as_deref();
    let mut overview = Overview {
        from,
        to,
        opened_by_priority: vec![0; 4],
        ..Overview::default()
    };
    let (mut response, mut solution) = (BTreeMap::new(), BTreeMap::new());
    for sum in store::sums(tx, (from, to), teams)? {
        let n = sum.n;
        match sum.figure.as_str() {
            daily::OPENED => {
                overview.opened += n;
                let place = usize::try_from(sum.bucket).unwrap_or(3).min(3);
                overview.opened_by_priority[place] += n;
            }
            daily::SOLVED => overview.solved += n,
            daily::MET => overview.met += n,
            daily::MISSED => overview.missed += n,
            daily::FIRST_CONTACT => overview.first_contact += n,
            daily::REOPENED => overview.reopened += n,
            daily::BOUNCED => overview.bounced += n,
            daily::RESPONSE => *response.entry(sum.bucket).or_default() += n,
            daily::SOLUTION => *solution.entry(sum.bucket).or_default() += n,
            _ => {}
        }
    }
    overview.response = spread(tx, store::Duration::Response, &response, (from, to), teams)?;
    overview.solution = spread(tx, store::Duration::Solution, &solution, (from, to), teams)?;
    overview.flow = flow(tx, (from, to), teams)?;
    let ages = AGES.map(|days| cx.now().add_secs(-days * 86_400));
    overview.backlog = store::backlog(tx, &ages, teams)?;
    Ok(overview)
}

fn spread(
    tx: &mut Tx,
    which: store::Duration,
    buckets: &BTreeMap<i64, i64>,
    days: (i64, i64),
    teams: Option<&[TeamId]>,
) -> Result<Spread> {
    let tickets: i64 = buckets.values().sum();
    if tickets <= EXACT_AT_MOST {
        let sorted = store::durations(tx, which, days, teams, EXACT_AT_MOST)?;
        return Ok(Spread {
            tickets: i64::try_from(sorted.len()).unwrap_or(0),
            p50: percentile(&sorted, 50),
            p90: percentile(&sorted, 90),
            p95: percentile(&sorted, 95),
            exact: true,
        });
    }
    Ok(Spread {
        tickets,
        p50: from_buckets(buckets, 50),
        p90: from_buckets(buckets, 90),
        p95: from_buckets(buckets, 95),
        exact: false,
    })
}

fn from_buckets(buckets: &BTreeMap<i64, i64>, percent: i64) -> i64 {
    let all: i64 = buckets.values().sum();
    let rank = (all * percent + 99) / 100;
    let mut seen = 0;
    for (bucket, n) in buckets {
        seen += n;
        if seen >= rank {
            return daily::middle(*bucket);
        }
    }
    0
}

fn flow(tx: &mut Tx, (from, to): (i64, i64), teams: Option<&[TeamId]>) -> Result<Vec<Flow>> {
    let (Some(first), Some(last)) = (date(from), date(to)) else {
        return Ok(Vec::new());
    };
    let is_daily = first.until(last).is_ok_and(|span| span.get_days() < DAYS_SHOWN);
    let mut flow: BTreeMap<i64, Flow> = BTreeMap::new();
    let place = |day: i64| if is_daily { day } else { day / 100 };
    // Days on which nothing happened belong to the picture.
    for date in first
        .series(jiff::Span::new().days(1))
        .take_while(|date| *date <= last)
        .take(4_000)
    {
        let number = i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day());
        flow.entry(place(number)).or_default();
    }
    for (day, opened, solved) in store::flow(tx, (from, to), teams)? {
        let entry = flow.entry(place(day)).or_default();
        entry.opened += opened;
        entry.solved += solved;
    }
    Ok(flow.into_iter().map(|(at, entry)| Flow { at, ..entry }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_a_histogram_are_in_the_step_of_the_true_one() {
        let durations: Vec<i64> = (1..=1000).map(|minutes| minutes * 60_000).collect();
        let mut buckets = BTreeMap::new();
        for millis in &durations {
            *buckets.entry(daily::bucket(*millis)).or_insert(0) += 1;
        }
        for percent in [50, 90, 95] {
            let read = from_buckets(&buckets, percent);
            let place = usize::try_from(percent).unwrap();
            assert_eq!(daily::bucket(read), daily::bucket(percentile(&durations, place)));
        }
    }
}
