//! Each night: how old the words of published articles are, and the cases of the last two days once more, for who said a second
//! time that an article helped sends no event.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;
use knowledge::article;

use super::{cases, store};
use crate::outcome::day;

/// The kind of the job.
pub const NAME: &str = "answers.reckon";

/// Does it.
pub const HANDLER: JobHandler = JobHandler { kind: NAME, run };

/// Each night.
pub const SCHEDULE: Schedule = Schedule {
    name: NAME,
    every: Every::DailyAt(2, 40, "UTC"),
    job: NAME,
};

/// Articles read at once.
const PIECE: i64 = 500;

/// How old words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Younger than three months.
    Quarter,
    /// Younger than a year.
    Year,
    /// Younger than two.
    TwoYears,
    /// Older.
    Older,
}

impl Band {
    /// The youngest first.
    pub const ALL: [Self; 4] = [Self::Quarter, Self::Year, Self::TwoYears, Self::Older];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::TwoYears => "two_years",
            Self::Older => "older",
        }
    }

    /// The band of an age.
    #[must_use]
    pub const fn of_days(days: i64) -> Self {
        match days {
            ..=90 => Self::Quarter,
            91..=365 => Self::Year,
            366..=730 => Self::TwoYears,
            _ => Self::Older,
        }
    }
}

fn run(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let now = kernel.clock.now();
        let mut counts = Band::ALL.map(|_| 0_i64);
        let mut after = 0;
        loop {
            let piece = kernel
                .db
                .read(move |tx| {
                    let numbers = article::store::numbers_after(tx, after, PIECE)?;
                    let articles = article::store::find_many(tx, &numbers)?;
                    Ok((numbers.last().copied(), articles))
                })
                .await?;
            let (Some(last), articles) = piece else { break };
            for article in articles
                .iter()
                .filter(|one| one.state.is_read() && !one.is_template)
            {
                let band = Band::of_days(age(article.published_at.unwrap_or(article.updated_at), now));
                for (place, count) in Band::ALL.iter().zip(counts.iter_mut()) {
                    *count += i64::from(*place == band);
                }
            }
            after = last;
        }
        let write = move |tx: &mut kernel::db::Tx<'_>| {
            store::put_ages(tx, &counts, now)?;
            cases::count(tx, day(now) - 1)?;
            cases::count(tx, day(now))
        };
        kernel.db.write(write).await
    })
}

fn age(at: Timestamp, now: Timestamp) -> i64 {
    day(now) - day(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_day_are_young_and_those_of_three_years_are_not() {
        assert_eq!(Band::of_days(0), Band::Quarter);
        assert_eq!(Band::of_days(91), Band::Year);
        assert_eq!(Band::of_days(366), Band::TwoYears);
        assert_eq!(Band::of_days(1_095), Band::Older);
    }
}
