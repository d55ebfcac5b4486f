//! Every SQL statement about attempts.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::id::UserId;

use super::taking::Attempt;

/// Keeps an attempt; gives back its id.
pub fn insert(tx: &mut Tx<'_>, part: i64, person: UserId, attempt: &Attempt) -> Result<i64> {
    tx.query_one(
        "INSERT INTO training_attempt (part, person, at, answers, right_answers, questions, passed)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        params![
            part,
            person,
            attempt.at,
            serde_json::to_string(&attempt.answers)?,
            attempt.right,
            attempt.questions,
            attempt.passed
        ],
        |row| row.get("id"),
    )
}

/// Somebody's attempts at a test, the latest first.
pub fn attempts(tx: &mut Tx<'_>, part: i64, person: UserId) -> Result<Vec<Attempt>> {
    tx.query(
        "SELECT id, at, answers, right_answers, questions, passed FROM training_attempt WHERE person = $1 AND part = $2
         ORDER BY id DESC LIMIT 50",
        params![person, part],
        |row| {
            let answers: String = row.get("answers")?;
            Ok(Attempt {
                id: row.get("id")?,
                at: row.get("at")?,
                answers: serde_json::from_str(&answers)?,
                right: row.get("right_answers")?,
                questions: row.get("questions")?,
                passed: row.get("passed")?,
            })
        },
    )
}
