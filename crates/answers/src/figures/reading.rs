//! The sums of a period, put together: by week, by category, by article.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use knowledge::reading::{self, Line};

use super::store::{self, Sums};
use crate::REPORT;
use crate::outcome::day;

/// Weeks that can be asked for.
pub const WEEKS: [i64; 3] = [4, 12, 52];
/// Weeks when nobody says how many.
pub const USUAL: i64 = 12;
const ARTICLES: i64 = 10;
/// "Stopped solving" looks at the last weeks only.
const FADING_WEEKS: i64 = 8;
const DAYS: i64 = 7;
/// The first day of 1970 was a Thursday, a week begins on Monday.
const MONDAY: i64 = 3;

/// A week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Week {
    /// Its Monday, in days since 1970.
    pub monday: i64,
    /// Cases solved with no ticket.
    pub cases: i64,
    /// Tickets solved.
    pub solved: i64,
    /// Those in which an article was used.
    pub covered: i64,
}

/// A category.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Category {
    /// Its word.
    pub name: String,
    /// Tickets solved.
    pub solved: i64,
    /// Those in which an article was used.
    pub covered: i64,
}

/// An article with its sums; without a line for who may not see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The sums.
    pub sums: Sums,
    /// What it is.
    pub line: Option<Line>,
}

/// The figures of a period.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// How many weeks, the present one among them.
    pub weeks_asked: i64,
    /// The first day, and the last.
    pub from: i64,
    /// The last day.
    pub to: i64,
    /// Cases solved with no ticket.
    pub cases: i64,
    /// Tickets solved.
    pub solved: i64,
    /// Those in which an article was used.
    pub covered: i64,
    /// Articles used in solved tickets.
    pub articles: i64,
    /// The oldest first, every week of the period.
    pub weeks: Vec<Week>,
    /// The most tickets first.
    pub categories: Vec<Category>,
    /// How many published articles are how old; empty before the first night.
    pub ages: Vec<(String, i64)>,
    /// What solved most.
    pub top: Vec<Ranked>,
    /// What stopped solving.
    pub fading: Vec<Ranked>,
}

impl Figures {
    /// Articles used in a hundred solved tickets.
    #[must_use]
    pub const fn articles_per_hundred(&self) -> i64 {
        share(self.articles, self.solved)
    }
}

/// Of a hundred. Pure.
#[must_use]
pub const fn share(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    (part * 100 + whole / 2) / whole
}

/// The Monday of a day.
#[must_use]
pub const fn monday(day: i64) -> i64 {
    day - (day + MONDAY).rem_euclid(DAYS)
}

/// The figures of the last weeks.
///
/// # Errors
/// 403 without the right, 422 for a number of weeks that is not offered.
pub fn read(tx: &mut Tx<'_>, cx: &Cx, weeks: i64) -> Result<Figures> {
    cx.require(REPORT)?;
    if !WEEKS.contains(&weeks) {
        return Err(Error::invalid("answers.weeks").field("weeks"));
    }
    let to = day(cx.now());
    let from = monday(to) - (weeks - 1) * DAYS;
    let days = store::days(tx, from, to)?;
    let cases = store::cases(tx, from, to)?;
    let top = store::top(tx, from, to, ARTICLES)?;
    let fading = store::fading(tx, to - FADING_WEEKS * DAYS, to, ARTICLES)?;
    let sum = |value: fn(&store::Day) -> i64| days.iter().map(value).sum();
    let mut figures = Figures {
        weeks_asked: weeks,
        from,
        to,
        cases: cases.iter().map(|one| one.1).sum(),
        solved: sum(|one| one.solved),
        covered: sum(|one| one.covered),
        articles: sum(|one| one.articles),
        weeks: by_week(from, to, &days, &cases),
        categories: by_category(&days),
        ages: store::ages(tx)?,
        ..Figures::default()
    };
    let numbers: Vec<i64> = top.iter().chain(&fading).map(|one| one.article).collect();
    let lines: BTreeMap<i64, Line> = reading::lines(tx, cx, &numbers)?
        .into_iter()
        .map(|line| (line.number, line))
        .collect();
    let ranked = |sums: &Sums| Ranked {
        sums: *sums,
        line: lines.get(&sums.article).cloned(),
    };
    figures.top = top.iter().map(ranked).collect();
    figures.fading = fading.iter().map(ranked).collect();
    Ok(figures)
}

fn by_week(from: i64, to: i64, days: &[store::Day], cases: &[(i64, i64)]) -> Vec<Week> {
    let mut weeks: BTreeMap<i64, Week> = (monday(from)..=to)
        .step_by(7)
        .map(|monday| {
            let week = Week {
                monday,
                ..Week::default()
            };
            (monday, week)
        })
        .collect();
    for one in days {
        if let Some(week) = weeks.get_mut(&monday(one.day)) {
            week.solved += one.solved;
            week.covered += one.covered;
        }
    }
    for (day, cases) in cases {
        if let Some(week) = weeks.get_mut(&monday(*day)) {
            week.cases += cases;
        }
    }
    weeks.into_values().collect()
}

fn by_category(days: &[store::Day]) -> Vec<Category> {
    let mut found: BTreeMap<&str, Category> = BTreeMap::new();
    for one in days {
        let category = found.entry(&one.category).or_default();
        category.name.clone_from(&one.category);
        category.solved += one.solved;
        category.covered += one.covered;
    }
    let mut found: Vec<Category> = found.into_values().filter(|one| one.solved > 0).collect();
    found.sort_by(|one, other| {
        other
            .solved
            .cmp(&one.solved)
            .then_with(|| one.name.cmp(&other.name))
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday() {
        // 2026-03-02 was a Monday: day 20,514.
        assert_eq!(monday(20_514), 20_514);
        assert_eq!(monday(20_520), 20_514);
        assert_eq!(monday(20_521), 20_521);
    }

    #[test]
    fn weeks_without_anything_are_there_too() {
        let days = [store::Day {
            day: 20_516,
            category: "network".to_owned(),
            solved: 3,
            covered: 2,
            articles: 2,
        }];
        let weeks = by_week(20_514, 20_530, &days, &[(20_529, 4)]);
        let seen: Vec<_> = weeks
            .iter()
            .map(|week| (week.monday, week.solved, week.cases))
            .collect();
        assert_eq!(seen, [(20_514, 3, 0), (20_521, 0, 0), (20_528, 0, 4)]);
        assert_eq!(share(2, 3), 67);
        assert_eq!(share(2, 0), 0);
    }
}
