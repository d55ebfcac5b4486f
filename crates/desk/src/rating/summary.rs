//! Satisfaction added up: by month, team, and person, from the kept sums. The arithmetic is pure.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Sum};
use crate::figures::{fact, overview};
use crate::neighbours;

/// Which months, and of whom.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// 202603, both included; the last six when left out.
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub team: Option<TeamId>,
}

/// What was given, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Share {
    /// Ratings.
    pub count: i64,
    /// The average in hundredths: 433 is 4.33.
    pub average: i64,
    /// How many of a hundred gave four or five.
    pub satisfied: i64,
    /// How often one to five was given.
    pub scores: [i64; 5],
}

impl Share {
    fn of(scores: [i64; 5]) -> Share {
        let count: i64 = scores.iter().sum();
        let points: i64 = (1..).zip(scores).map(|(score, n): (i64, i64)| score * n).sum();
        let of = |amount: i64| {
            if count > 0 {
                (amount + count / 2) / count
            } else {
                0
            }
        };
        Share {
            count,
            average: of(points * 100),
            satisfied: of((scores[3] + scores[4]) * 100),
            scores,
        }
    }

    /// The average as it is read: 4.3.
    #[must_use]
    pub fn average_text(&self) -> String {
        let tenths = (self.average + 5) / 10;
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

/// A month, a team, or a person with what it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Part {
    /// `2026-03`, or an identifier; null for those of nobody and of no team.
    pub of: Option<String>,
    /// The name on screen.
    pub name: String,
    /// What it was given.
    pub share: Share,
}

/// Satisfaction over some months.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Satisfaction {
    /// First month, 202603.
    pub from: i64,
    /// Last month.
    pub to: i64,
    /// Everything together.
    pub all: Share,
    /// In the order of time.
    pub by_month: Vec<Part>,
    /// The most ratings first.
    pub by_team: Vec<Part>,
    /// The most ratings first.
    pub by_person: Vec<Part>,
}

const MONTHS: i64 = 6;

/// The month so many before another.
fn before(month: i64, count: i64) -> i64 {
    let number = month / 100 * 12 + month % 100 - 1 - count;
    number.div_euclid(12) * 100 + number.rem_euclid(12) + 1
}

const fn is_month(month: i64) -> bool {
    month >= 190_001 && month <= 999_912 && month % 100 >= 1 && month % 100 <= 12
}

/// Reads it, for who may read reports: of one's teams or of all.
pub fn read(tx: &mut Tx, cx: &Cx, asked: &Asked) -> Result<Satisfaction> {
    let teams = overview::teams(cx, asked.team)?;
    let to = match asked.to {
        Some(to) => to,
        None => fact::day(cx.now(), &fact::zone(tx)?) / 100,
    };
    let from = asked.from.unwrap_or_else(|| before(to, MONTHS - 1));
    if !is_month(from) || !is_month(to) || from > to {
        return Err(Error::invalid("desk.figures.period_wrong").field("from"));
    }
    let sums = store::sums(tx, (from, to), teams.as_deref())?;
    let mut satisfaction = together(&sums);
    (satisfaction.from, satisfaction.to) = (from, to);
    name(tx, &mut satisfaction)?;
    Ok(satisfaction)
}

/// Adds up. Names are identifiers yet.
fn together(sums: &[Sum]) -> Satisfaction {
    let mut all = [0; 5];
    let (mut months, mut teams, mut people) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for sum in sums {
        let Some(place) = usize::try_from(sum.score - 1).ok().filter(|place| *place < 5) else {
            continue;
        };
        all[place] += sum.n;
        let month = format!("{:04}-{:02}", sum.month / 100, sum.month % 100);
        months.entry(Some(month)).or_insert([0; 5])[place] += sum.n;
        let team = sum.team.map(|team| team.to_string());
        teams.entry(team).or_insert([0; 5])[place] += sum.n;
        let person = sum.person.map(|person| person.to_string());
        people.entry(person).or_insert([0; 5])[place] += sum.n;
    }
    let parts = |of: BTreeMap<Option<String>, [i64; 5]>| {
        of.into_iter()
            .map(|(of, scores)| Part {
                name: of.clone().unwrap_or_default(),
                of,
                share: Share::of(scores),
            })
            .filter(|part| part.share.count > 0)
            .collect::<Vec<Part>>()
    };
    let by_count = |mut parts: Vec<Part>| {
        parts.sort_by_key(|part| std::cmp::Reverse(part.share.count));
        parts
    };
    Satisfaction {
        all: Share::of(all),
        by_month: parts(months),
        by_team: by_count(parts(teams)),
        by_person: by_count(parts(people)),
        ..Satisfaction::default()
    }
}

fn name(tx: &mut Tx, satisfaction: &mut Satisfaction) -> Result<()> {
    let teams = neighbours::team_names(tx)?;
    for part in &mut satisfaction.by_team {
        let known = teams.iter().find(|(team, _)| Some(team.to_string()) == part.of);
        part.name = known.map(|(_, name)| name.clone()).unwrap_or_default();
    }
    let people: Vec<UserId> = satisfaction
        .by_person
        .iter()
        .filter_map(|part| part.of.as_deref()?.parse().ok())
        .collect();
    let cards = if people.is_empty() {
        BTreeMap::new()
    } else {
        ::people::user::store::cards(tx, &people)?
    };
    for part in &mut satisfaction.by_person {
        let person: Option<UserId> = part.of.as_deref().and_then(|of| of.parse().ok());
        let card = person.and_then(|person| cards.get(&person));
        part.name = card.map(|card| card.name.clone()).unwrap_or_default();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(month: i64, score: i64, n: i64) -> Sum {
        Sum {
            month,
            team: None,
            person: None,
            score,
            n,
        }
    }

    #[test]
    fn the_average_and_the_satisfied_are_those_of_all_ratings() {
        let found = together(&[sum(202_602, 5, 2), sum(202_603, 4, 1), sum(202_603, 1, 1)]);
        assert_eq!(
            (found.all.count, found.all.average, found.all.satisfied),
            (4, 375, 75)
        );
        assert_eq!(found.all.average_text(), "3.8");
        let months: Vec<(Option<&str>, i64)> = found
            .by_month
            .iter()
            .map(|part| (part.of.as_deref(), part.share.average))
            .collect();
        assert_eq!(months, [(Some("2026-02"), 500), (Some("2026-03"), 250)]);
        assert_eq!(Share::of([0; 5]), Share::default());
    }

    #[test]
    fn months_are_counted_back_across_years() {
        assert_eq!(before(202_603, 5), 202_510);
        assert_eq!(before(202_601, 1), 202_512);
        assert_eq!(before(202_612, 0), 202_612);
        assert!(!is_month(202_613) && !is_month(202_600) && is_month(202_612));
    }
}
