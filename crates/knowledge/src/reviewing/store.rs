//! Every SQL statement about reviewers.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Reviewer, Verdict};
use crate::article::Number;

/// Who was asked about an article.
pub fn of_article(tx: &mut Tx<'_>, article: Number) -> Result<Vec<Reviewer>> {
    tx.query(
        "SELECT person, asked_at, verdict, note, decided_at FROM knowledge_reviewer WHERE article = $1 ORDER BY asked_at, person",
        params![article],
        |row| {
            let verdict: Option<String> = row.get("verdict")?;
            Ok(Reviewer {
                person: row.get("person")?,
                asked_at: row.get("asked_at")?,
                verdict: verdict.as_deref().and_then(Verdict::parse),
                note: row.get("note")?,
                decided_at: row.get("decided_at")?,
            })
        },
    )
}

/// Asks somebody, or asks them again.
pub fn put(tx: &mut Tx<'_>, article: Number, person: UserId, note: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_reviewer (article, person, asked_at, verdict, note, decided_at) VALUES ($1, $2, $3, NULL, $4, NULL)
         ON CONFLICT (article, person) DO UPDATE SET asked_at = excluded.asked_at, verdict = NULL, note = excluded.note,
             decided_at = NULL",
        params![article, person, at, note],
    )?;
    Ok(())
}

/// Writes what a reviewer says.
pub fn decide(
    tx: &mut Tx<'_>,
    article: Number,
    person: UserId,
    verdict: Verdict,
    note: &str,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_reviewer SET verdict = $3, note = $4, decided_at = $5 WHERE article = $1 AND person = $2",
        params![article, person, verdict.as_str(), note, at],
    )?;
    Ok(())
}

/// Forgets who was asked: the round is over.
pub fn forget(tx: &mut Tx<'_>, article: Number) -> Result<()> {
    tx.execute(
        "DELETE FROM knowledge_reviewer WHERE article = $1",
        params![article],
    )?;
    Ok(())
}

/// The articles that wait for somebody, the longest first.
pub fn waiting(tx: &mut Tx<'_>, person: UserId, limit: i64) -> Result<Vec<Number>> {
    tx.query(
        "SELECT article FROM knowledge_reviewer WHERE person = $1 AND verdict IS NULL ORDER BY asked_at, article LIMIT $2",
        params![person, limit],
        |row| row.get("article"),
    )
}
