//! Figures from the record, exact: every ticket of a source and a period is looked at once. For the command, for checking what was
//! imported, and for reports; pages read the sums of days instead.
//!
//! Percentiles are by nearest rank: the smallest duration that so many percent do not exceed.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::Result;
use kernel::id::TeamId;
use serde::Serialize;

use super::fact::Fact;
use super::store;
use crate::ticket::access;

/// Which tickets.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub source: Option<String>,
    /// Days on which they were opened, 20260302, both included.
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// The figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Record {
    pub tickets: u64,
    pub by_state: BTreeMap<String, u64>,
    pub by_priority: BTreeMap<String, u64>,
    /// By the name of the team; those of no team under the empty name.
    pub by_team: BTreeMap<String, u64>,
    pub reassignments: Reassignments,
    pub reopenings: Reopenings,
    pub targets: Targets,
    pub hours_to_solve: Hours,
    /// By the month in which they were opened, `2026-03`.
    pub by_month: BTreeMap<String, Month>,
}

/// How often tickets changed hands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reassignments {
    /// As the other desk counted.
    pub stated: i64,
    pub tickets_stated: u64,
    /// As the record shows.
    pub team_changes: i64,
    pub assignee_changes: i64,
    pub tier_changes: i64,
    /// Tickets that changed team or owner at all.
    pub tickets_moved: u64,
}

/// How often tickets came back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reopenings {
    pub stated: i64,
    pub tickets_stated: u64,
    pub seen: i64,
    pub tickets_seen: u64,
}

/// Promises kept and broken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Targets {
    pub met: u64,
    pub missed: u64,
    pub unknown: u64,
}

/// Durations in hours.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Hours {
    pub tickets: u64,
    pub mean: f64,
    pub p50: f64,
    pub p75: f64,
    pub p90: f64,
    pub p95: f64,
    pub p99: f64,
    pub longest: f64,
}

/// A month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Month {
    pub opened: u64,
    /// Of those opened in it.
    pub met: u64,
    pub missed: u64,
}

const BATCH: i64 = 5_000;

#[expect(
    clippy::cast_precision_loss,
    reason = "hours of thousands of years fit a float"
)]
fn hours(millis: i64) -> f64 {
    millis as f64 / 3_600_000.0
}

/// The duration that so many of a hundred do not exceed; they are sorted.
#[must_use]
pub fn percentile(sorted: &[i64], percent: usize) -> i64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

impl Hours {
    /// From durations in milliseconds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "so many tickets there are not")]
    pub fn of(mut durations: Vec<i64>) -> Hours {
        durations.sort_unstable();
        let Some(longest) = durations.last().copied() else {
            return Hours::default();
        };
        let at = |percent| hours(percentile(&durations, percent));
        let sum: i128 = durations.iter().map(|millis| i128::from(*millis)).sum();
        Hours {
            tickets: durations.len() as u64,
            mean: sum as f64 / durations.len() as f64 / 3_600_000.0,
            p50: at(50),
            p75: at(75),
            p90: at(90),
            p95: at(95),
            p99: at(99),
            longest: hours(longest),
        }
    }
}

#[derive(Default)]
struct Counting {
    record: Record,
    teams: BTreeMap<Option<TeamId>, u64>,
    durations: Vec<i64>,
}

impl Counting {
    fn count(&mut self, fact: &Fact) {
        let record = &mut self.record;
        record.tickets += 1;
        *record.by_state.entry(fact.state.to_string()).or_default() += 1;
        *record.by_priority.entry(fact.priority.to_string()).or_default() += 1;
        *self.teams.entry(fact.team).or_default() += 1;
        let moved = &mut record.reassignments;
        moved.stated += fact.stated_reassignments.unwrap_or(0);
        moved.tickets_stated += u64::from(fact.stated_reassignments.is_some_and(|n| n > 0));
        moved.team_changes += fact.team_changes;
        moved.assignee_changes += fact.assignee_changes;
        moved.tier_changes += fact.tier_changes;
        moved.tickets_moved += u64::from(fact.team_changes + fact.assignee_changes > 0);
        let back = &mut record.reopenings;
        back.stated += fact.stated_reopenings.unwrap_or(0);
        back.tickets_stated += u64::from(fact.stated_reopenings.is_some_and(|n| n > 0));
        back.seen += fact.reopenings;
        back.tickets_seen += u64::from(fact.reopenings > 0);
        let (year, month) = (fact.opened_day / 10_000, fact.opened_day / 100 % 100);
        let month = record
            .by_month
            .entry(format!("{year:04}-{month:02}"))
            .or_default();
        month.opened += 1;
        match fact.met {
            Some(true) => (record.targets.met, month.met) = (record.targets.met + 1, month.met + 1),
            Some(false) => {
                (record.targets.missed, month.missed) = (record.targets.missed + 1, month.missed + 1);
            }
            None => record.targets.unknown += 1,
        }
        self.durations.extend(fact.solved_ms);
    }
}

/// The figures of the tickets that are asked for.
pub async fn of(db: &Db, cx: &Cx, asked: &Asked) -> Result<Record> {
    cx.require(access::REPORT)?;
    let mut counting = Counting::default();
    let mut after = 0;
    let days = (asked.from.unwrap_or(0), asked.to.unwrap_or(i64::MAX));
    loop {
        let source = asked.source.clone();
        let read = move |tx: &mut Tx<'_>| store::after(tx, source.as_deref(), days, after, BATCH);
        let facts = db.read(read).await?;
        let Some(last) = facts.last() else { break };
        after = last.ticket;
        facts.iter().for_each(|fact| counting.count(fact));
    }
    let names = db.read(people::team::store::list).await?;
    let mut record = counting.record;
    for (team, n) in counting.teams {
        let known = team.and_then(|team| names.iter().find(|known| known.id == team));
        let name = match (team, known) {
            (None, _) => String::new(),
            (Some(team), None) => team.to_string(),
            (Some(_), Some(known)) => known.name.clone(),
        };
        *record.by_team.entry(name).or_default() += n;
    }
    record.hours_to_solve = Hours::of(counting.durations);
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_durations_by_nearest_rank() {
        let sorted: Vec<i64> = (1..=10).collect();
        let of = |percent| percentile(&sorted, percent);
        assert_eq!((of(50), of(90), of(91), of(99)), (5, 9, 10, 10));
        assert_eq!(percentile(&[7], 50), 7);
        assert_eq!(percentile(&[], 50), 0);
    }
}
