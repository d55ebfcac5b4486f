//! Every SQL statement about solved tickets and the sums of their days.

use kernel::db::{Tx, params};
use kernel::error::Result;

/// What a solved ticket adds to the sums of its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The day it was closed.
    pub day: i64,
    /// Its category.
    pub category: String,
    /// How many articles were used in it.
    pub articles: i64,
}

/// What a ticket added.
pub fn fact(tx: &mut Tx<'_>, ticket: i64) -> Result<Option<Fact>> {
    tx.query_opt(
        "SELECT day, category, articles FROM answers_fact WHERE ticket = $1",
        params![ticket],
        |row| {
            Ok(Fact {
                day: row.get("day")?,
                category: row.get("category")?,
                articles: row.get("articles")?,
            })
        },
    )
}

/// Keeps it.
pub fn remember(tx: &mut Tx<'_>, ticket: i64, fact: &Fact) -> Result<()> {
    tx.execute(
        "INSERT INTO answers_fact (ticket, day, category, articles) VALUES ($1, $2, $3, $4)",
        params![ticket, fact.day, &fact.category, fact.articles],
    )?;
    Ok(())
}

/// Forgets it.
pub fn forget(tx: &mut Tx<'_>, ticket: i64) -> Result<()> {
    tx.execute("DELETE FROM answers_fact WHERE ticket = $1", params![ticket])?;
    Ok(())
}

/// Adds a solved ticket to the sums of its day (1), or takes it out (-1).
pub fn count(tx: &mut Tx<'_>, fact: &Fact, times: i64) -> Result<()> {
    let covered = if fact.articles > 0 { times } else { 0 };
    tx.execute(
        "INSERT INTO answers_day (day, category, solved, covered, articles) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (day, category) DO UPDATE SET solved = answers_day.solved + excluded.solved,
         covered = answers_day.covered + excluded.covered, articles = answers_day.articles + excluded.articles",
        params![fact.day, &fact.category, times, covered, fact.articles * times],
    )?;
    Ok(())
}
