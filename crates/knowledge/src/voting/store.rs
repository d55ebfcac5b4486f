//! Every SQL statement about votes and the cases they count.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::Place;

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    pub solved: bool,
    pub reason: String,
    pub place: Place,
    pub at: Timestamp,
}

impl Vote {
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.solved == other.solved && self.reason == other.reason
    }
}

/// Why it did not help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub text: String,
    pub place: Place,
    pub at: Timestamp,
}

/// A fault that was solved by reading.
pub(super) struct Case {
    pub article: i64,
    pub voter: String,
    pub place: Place,
    pub asked: String,
    pub locale: &'static str,
    pub at: Timestamp,
}

fn place(row: &Row) -> Result<Place> {
    let text: String = row.get("place")?;
    Ok(Place::parse(&text).unwrap_or(Place::Article))
}

/// What a voter said of an article.
pub fn find(tx: &mut Tx, article: i64, voter: &str) -> Result<Option<Vote>> {
    tx.query_opt(
        "SELECT solved, reason, place, at FROM knowledge_vote WHERE article = $1 AND voter = $2",
        params![article, voter],
        |row| {
            Ok(Vote {
                solved: row.get("solved")?,
                reason: row.get("reason")?,
                place: place(row)?,
                at: row.get("at")?,
            })
        },
    )
}

/// Keeps it, in the place of what the same voter said before.
pub fn put(tx: &mut Tx, article: i64, voter: &str, vote: &Vote) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_vote (article, voter, solved, reason, place, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (article, voter)
         DO UPDATE SET solved = excluded.solved, reason = excluded.reason, place = excluded.place, at = excluded.at",
        params![article, voter, vote.solved, &vote.reason, vote.place.as_str(), vote.at],
    )?;
    Ok(())
}

/// The last voices since an instant, the latest first: whether it helped.
pub fn last(tx: &mut Tx, article: i64, since: Timestamp, limit: i64) -> Result<Vec<bool>> {
    tx.query(
        "SELECT solved FROM knowledge_vote WHERE article = $1 AND at >= $2 ORDER BY at DESC LIMIT $3",
        params![article, since, limit],
        |row| row.get("solved"),
    )
}

/// How many people who were signed in said that it helped, and that it did not.
pub fn of_people(tx: &mut Tx, article: i64) -> Result<(i64, i64)> {
    let rows = tx.query(
        "SELECT solved, COUNT(*) AS voices FROM knowledge_vote
         WHERE article = $1 AND voter LIKE 'user:%' GROUP BY solved",
        params![article],
        |row| Ok((row.get::<bool>("solved")?, row.get::<i64>("voices")?)),
    )?;
    let of = |helped| rows.iter().filter(|row| row.0 == helped).map(|row| row.1).sum();
    Ok((of(true), of(false)))
}

/// What people said who were not helped, the latest first.
pub fn reasons(tx: &mut Tx, article: i64, limit: i64) -> Result<Vec<Reason>> {
    tx.query(
        "SELECT reason, place, at FROM knowledge_vote WHERE article = $1 AND solved = $2 AND reason <> ''
         ORDER BY at DESC LIMIT $3",
        params![article, false, limit],
        |row| {
            Ok(Reason {
                text: row.get("reason")?,
                place: place(row)?,
                at: row.get("at")?,
            })
        },
    )
}

/// Whether this voter's case with the article was counted already.
pub(super) fn has_case(tx: &mut Tx, article: i64, voter: &str, since: Timestamp) -> Result<bool> {
    let found: Option<i64> = tx.query_opt(
        "SELECT id FROM knowledge_case WHERE article = $1 AND voter = $2 AND at > $3 LIMIT 1",
        params![article, voter, since],
        |row| row.get("id"),
    )?;
    Ok(found.is_some())
}

pub(super) fn insert_case(tx: &mut Tx, case: &Case) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_case (article, voter, place, asked, locale, at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            case.article,
            &case.voter,
            case.place.as_str(),
            &case.asked,
            case.locale,
            case.at
        ],
    )?;
    Ok(())
}

/// Cases from an instant until another, by article.
pub fn cases(tx: &mut Tx, from: Timestamp, until: Timestamp) -> Result<Vec<(i64, i64)>> {
    tx.query(
        "SELECT article, COUNT(*) AS cases FROM knowledge_case WHERE at >= $1 AND at < $2 GROUP BY article",
        params![from, until],
        |row| Ok((row.get("article")?, row.get("cases")?)),
    )
}
