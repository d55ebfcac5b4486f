//! Every SQL statement about sums and worth.

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

/// What is kept about one article.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub number: i64,
    pub state: String,
    pub owner: Option<UserId>,
    pub solved: i64,
    pub unsolved: i64,
    pub tickets_solved: i64,
    pub tickets_unsolved: i64,
    pub worth: f64,
    pub published_at: Option<Timestamp>,
    pub review_reason: Option<String>,
}

const COLUMNS: &str = "number, state, owner, solved, unsolved, tickets_solved, tickets_unsolved, worth, published_at, \
    review_reason";

fn read(row: &Row) -> Result<Standing> {
    Ok(Standing {
        number: row.get("number")?,
        state: row.get("state")?,
        owner: row.get("owner")?,
        solved: row.get("solved")?,
        unsolved: row.get("unsolved")?,
        tickets_solved: row.get("tickets_solved")?,
        tickets_unsolved: row.get("tickets_unsolved")?,
        worth: row.get("worth")?,
        published_at: row.get("published_at")?,
        review_reason: row.get("review_reason")?,
    })
}

/// One article's.
pub fn find(tx: &mut Tx, number: i64) -> Result<Option<Standing>> {
    let sql = format!("SELECT {COLUMNS} FROM knowledge_article WHERE number = $1");
    tx.query_opt(&sql, params![number], read)
}

/// The next articles of which anything was ever said.
pub fn said_of(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Standing>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM knowledge_article
         WHERE number > $1 AND solved + unsolved + tickets_solved + tickets_unsolved > 0 ORDER BY number LIMIT $2"
    );
    tx.query(&sql, params![after, limit], read)
}

/// When it was said of these, on average: article and instant. Votes and tickets count alike.
pub fn said_at(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<(i64, f64)>> {
    let mut found = Vec::new();
    each_listed(numbers, |list, values| {
        let sql = format!(
            "SELECT article, AVG(moment) AS moment FROM (
                 SELECT article, CAST(at AS DOUBLE PRECISION) AS moment FROM knowledge_vote WHERE article IN ({list})
                 UNION ALL
                 SELECT article, CAST(at AS DOUBLE PRECISION) AS moment FROM knowledge_outcome
                 WHERE article IN ({list}) AND solved IS NOT NULL
             ) AS said GROUP BY article"
        );
        found.extend(tx.query(&sql, values, |row| Ok((row.get("article")?, row.get("moment")?)))?);
        Ok(())
    })?;
    Ok(found)
}

/// Adds to the sums; the time of use stays the latest.
pub fn add(tx: &mut Tx, number: i64, (solved, unsolved): (i64, i64), tickets: (i64, i64)) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_article SET solved = solved + $2, unsolved = unsolved + $3,
             tickets_solved = tickets_solved + $4, tickets_unsolved = tickets_unsolved + $5
         WHERE number = $1",
        params![number, solved, unsolved, tickets.0, tickets.1],
    )?;
    Ok(())
}

/// It was of use.
pub fn used(tx: &mut Tx, number: i64, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_article SET last_used_at = $2 WHERE number = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
        params![number, at],
    )?;
    Ok(())
}

/// Keeps what it is worth.
pub fn put(tx: &mut Tx, number: i64, worth: f64) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_article SET worth = $2 WHERE number = $1",
        params![number, worth],
    )?;
    Ok(())
}

/// It is due, because it stopped solving.
pub fn fell(tx: &mut Tx, number: i64, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_article SET review_reason = 'unsolved', review_at = $2 WHERE number = $1",
        params![number, at],
    )?;
    Ok(())
}

/// Its title in a language, or in any.
pub fn title(tx: &mut Tx, number: i64, locale: &str) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT title FROM knowledge_text WHERE article = $1
         ORDER BY CASE WHEN locale = $2 THEN 0 ELSE 1 END, locale LIMIT 1",
        params![number, locale],
        |row| row.get("title"),
    )
}
