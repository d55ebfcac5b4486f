//! Every SQL statement about the sums that figures are read from.

use kernel::db::{Tx, Value, insert_many, params};
use kernel::error::Result;
use kernel::time::Timestamp;
use knowledge::Number;

use super::reckoning::Band;

/// What was solved on a day, in a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub day: i64,
    /// Of which category.
    pub category: String,
    /// Tickets solved.
    pub solved: i64,
    /// Those in which an article was used.
    pub covered: i64,
    /// Articles used in them.
    pub articles: i64,
}

/// An article's sums over a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// Which.
    pub article: Number,
    /// Used in tickets.
    pub used: i64,
    /// Tickets it solved.
    pub solved: i64,
    /// Tickets it did not.
    pub unsolved: i64,
    /// Cases with no ticket.
    pub cases: i64,
}

/// Days and categories in one answer: two years of all of them.
const MOST: i64 = 8_000;
const WIDTH: usize = 3;

/// Writes the cases of a day anew.
pub fn put_cases(tx: &mut Tx<'_>, day: i64, cases: &[(Number, i64)]) -> Result<()> {
    tx.execute(
        "UPDATE answers_article_day SET cases = 0 WHERE day = $1 AND cases <> 0",
        params![day],
    )?;
    for (article, cases) in cases {
        tx.execute(
            "INSERT INTO answers_article_day (day, article, used, solved, unsolved, cases) VALUES ($1, $2, 0, 0, 0, $3)
             ON CONFLICT (day, article) DO UPDATE SET cases = excluded.cases",
            params![day, *article, *cases],
        )?;
    }
    Ok(())
}

/// Writes the ages anew.
pub fn put_ages(tx: &mut Tx<'_>, counts: &[i64; 4], at: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM answers_age", params![])?;
    let rows: Vec<Value> = Band::ALL
        .iter()
        .zip(counts)
        .flat_map(|(band, count)| [Value::from(band.as_str()), Value::from(*count), Value::from(at)])
        .collect();
    insert_many(
        tx,
        "INSERT INTO answers_age (band, articles, at) VALUES",
        WIDTH,
        &rows,
    )
}

/// How many articles are in a band.
pub fn ages(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>> {
    tx.query(
        "SELECT band, articles FROM answers_age LIMIT 10",
        params![],
        |row| Ok((row.get("band")?, row.get("articles")?)),
    )
}

/// What was solved from a day until another, both included.
pub fn days(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Vec<Day>> {
    tx.query(
        "SELECT day, category, solved, covered, articles FROM answers_day WHERE day >= $1 AND day <= $2
         ORDER BY day, category LIMIT $3",
        params![from, to, MOST],
        |row| {
            Ok(Day {
                day: row.get("day")?,
                category: row.get("category")?,
                solved: row.get("solved")?,
                covered: row.get("covered")?,
                articles: row.get("articles")?,
            })
        },
    )
}

/// Cases by day.
pub fn cases(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Vec<(i64, i64)>> {
    tx.query(
        "SELECT day, CAST(SUM(cases) AS BIGINT) AS sum_cases FROM answers_article_day WHERE day >= $1 AND day <= $2
         GROUP BY day ORDER BY day LIMIT $3",
        params![from, to, MOST],
        |row| Ok((row.get("day")?, row.get("sum_cases")?)),
    )
}

/// The articles that solved most.
pub fn top(tx: &mut Tx<'_>, from: i64, to: i64, limit: i64) -> Result<Vec<Sums>> {
    sums(
        tx,
        from,
        to,
        limit,
        "SUM(solved) + SUM(cases) > 0 ORDER BY SUM(solved) + SUM(cases) DESC",
    )
}

/// The articles after which more tickets came back than were solved.
pub fn fading(tx: &mut Tx<'_>, from: i64, to: i64, limit: i64) -> Result<Vec<Sums>> {
    sums(
        tx,
        from,
        to,
        limit,
        "SUM(unsolved) > 1 AND SUM(unsolved) > SUM(solved) ORDER BY SUM(unsolved) - SUM(solved) DESC",
    )
}

fn sums(tx: &mut Tx<'_>, from: i64, to: i64, limit: i64, having: &str) -> Result<Vec<Sums>> {
    let sql = format!(
        "SELECT article, CAST(SUM(used) AS BIGINT) AS sum_used, CAST(SUM(solved) AS BIGINT) AS sum_solved,
         CAST(SUM(unsolved) AS BIGINT) AS sum_unsolved, CAST(SUM(cases) AS BIGINT) AS sum_cases
         FROM answers_article_day WHERE day >= $1 AND day <= $2 GROUP BY article HAVING {having}, article LIMIT $3"
    );
    tx.query(&sql, params![from, to, limit], |row| {
        Ok(Sums {
            article: row.get("article")?,
            used: row.get("sum_used")?,
            solved: row.get("sum_solved")?,
            unsolved: row.get("sum_unsolved")?,
            cases: row.get("sum_cases")?,
        })
    })
}
