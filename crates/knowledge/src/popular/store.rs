//! The sums of readings by day.

use kernel::db::{Tx, params};
use kernel::error::Result;

use crate::Number;

/// Adds one reading of an article that exists.
pub(super) fn count(tx: &mut Tx<'_>, number: Number, day: i64) -> Result<()> {
    let known = tx.execute(
        "UPDATE knowledge_article SET reads = reads + 1 WHERE number = $1",
        params![number],
    )?;
    if known == 0 {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO knowledge_read (article, day, times) VALUES ($1, $2, 1)
         ON CONFLICT (article, day) DO UPDATE SET times = knowledge_read.times + 1",
        params![number, day],
    )?;
    Ok(())
}

/// The most read articles since a day.
pub(super) fn most_read(tx: &mut Tx<'_>, since: i64, most: i64) -> Result<Vec<Number>> {
    tx.query(
        "SELECT article FROM knowledge_read WHERE day >= $1
         GROUP BY article ORDER BY SUM(times) DESC, article LIMIT $2",
        params![since, most],
        |row| row.get("article"),
    )
}
