//! Every SQL statement about the clerk's answers, its silence, and what it learned.

use std::collections::BTreeMap;

use kernel::Locale;
use kernel::db::{Row, Tx, each_listed, insert_many, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Answer, Outcome};

const COLUMNS: &str =
    "ticket, article, requester, locale, confidence, threshold, words, reply, question, outcome,
    reason, answered_at, silent_at, settled_at";

fn read(row: &Row) -> Result<Answer> {
    let locale: String = row.get("locale")?;
    let words: String = row.get("words")?;
    let outcome: Option<String> = row.get("outcome")?;
    Ok(Answer {
        ticket: row.get("ticket")?,
        article: row.get("article")?,
        requester: row.get("requester")?,
        locale: Locale::parse(&locale).unwrap_or_default(),
        confidence: row.get("confidence")?,
        threshold: row.get("threshold")?,
        words: serde_json::from_str(&words)?,
        reply: row.get("reply")?,
        question: row.get("question")?,
        outcome: match outcome {
            None => None,
            Some(word) => Some(
                Outcome::parse(&word).ok_or_else(|| Error::internal(format!("unknown outcome {word:?}")))?,
            ),
        },
        reason: row.get("reason")?,
        answered_at: row.get("answered_at")?,
        silent_at: row.get("silent_at")?,
        settled_at: row.get("settled_at")?,
    })
}

/// Keeps an answer.
pub fn insert(tx: &mut Tx, answer: &Answer) -> Result<()> {
    tx.execute(
        "INSERT INTO answers_clerk (ticket, article, requester, locale, confidence, threshold, words, reply, question,
             outcome, reason, answered_at, silent_at, settled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10, $11, $12, NULL)",
        params![
            answer.ticket,
            answer.article,
            answer.requester,
            answer.locale.tag(),
            answer.confidence,
            answer.threshold,
            serde_json::to_string(&answer.words)?,
            answer.reply,
            answer.question,
            &answer.reason,
            answer.answered_at,
            answer.silent_at
        ],
    )?;
    Ok(())
}

/// What it answered on a ticket.
pub fn of_ticket(tx: &mut Tx, ticket: i64) -> Result<Option<Answer>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM answers_clerk WHERE ticket = $1"),
        params![ticket],
        read,
    )
}

/// Those of these tickets whose answer nobody has said anything to.
pub fn waiting_among(tx: &mut Tx, tickets: &[i64]) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    each_listed(tickets, |places, values| {
        let sql = format!("SELECT ticket FROM answers_clerk WHERE outcome IS NULL AND ticket IN ({places})");
        found.extend(tx.query(&sql, values, |row| row.get::<i64>("ticket"))?);
        Ok(())
    })?;
    Ok(found)
}

/// Whether it answered this person since an instant.
pub fn answered_since(tx: &mut Tx, requester: UserId, since: Timestamp) -> Result<bool> {
    let found: Option<i64> = tx.query_opt(
        "SELECT ticket FROM answers_clerk WHERE requester = $1 AND answered_at > $2 LIMIT 1",
        params![requester, since],
        |row| row.get("ticket"),
    )?;
    Ok(found.is_some())
}

/// Keeps what came of an answer.
pub fn settle(tx: &mut Tx, ticket: i64, outcome: Outcome, reason: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE answers_clerk SET outcome = $2, reason = $3, settled_at = $4 WHERE ticket = $1",
        params![ticket, outcome.as_str(), reason, at],
    )?;
    Ok(())
}

/// Answers to which nobody has said anything until now.
pub fn silent(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT ticket FROM answers_clerk WHERE outcome IS NULL AND silent_at <= $1 ORDER BY silent_at LIMIT $2",
        params![now, limit],
        |row| row.get("ticket"),
    )
}

/// The latest answers before a place.
pub fn latest(tx: &mut Tx, before: (Timestamp, i64), limit: i64) -> Result<Vec<Answer>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM answers_clerk WHERE (answered_at, ticket) < ($1, $2)
             ORDER BY answered_at DESC, ticket DESC LIMIT $3"
        ),
        params![before.0, before.1, limit],
        read,
    )
}

/// Answers since an instant, by article and outcome.
pub fn sums(tx: &mut Tx, since: Timestamp) -> Result<Vec<(i64, Option<Outcome>, i64)>> {
    tx.query(
        "SELECT article, outcome, COUNT(*) AS n FROM answers_clerk WHERE answered_at >= $1
         GROUP BY article, outcome ORDER BY article LIMIT 5000",
        params![since],
        |row| {
            let outcome: Option<String> = row.get("outcome")?;
            Ok((
                row.get("article")?,
                outcome.as_deref().and_then(Outcome::parse),
                row.get("n")?,
            ))
        },
    )
}

/// When it answered and what came of it, since an instant: for the figures by month.
pub fn over_time(tx: &mut Tx, since: Timestamp, limit: i64) -> Result<Vec<(Timestamp, Option<Outcome>)>> {
    tx.query(
        "SELECT answered_at, outcome FROM answers_clerk WHERE answered_at >= $1 ORDER BY answered_at LIMIT $2",
        params![since, limit],
        |row| {
            let outcome: Option<String> = row.get("outcome")?;
            Ok((row.get("answered_at")?, outcome.as_deref().and_then(Outcome::parse)))
        },
    )
}

/// Counts a silence.
pub fn count_silence(tx: &mut Tx, day: i64, why: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO answers_silence (day, why, times) VALUES ($1, $2, 1)
         ON CONFLICT (day, why) DO UPDATE SET times = answers_silence.times + 1",
        params![day, why],
    )?;
    Ok(())
}

/// Silences since a day, by reason, the commonest first.
pub fn silences(tx: &mut Tx, since_day: i64) -> Result<Vec<(String, i64)>> {
    tx.query(
        "SELECT why, CAST(SUM(times) AS BIGINT) AS n FROM answers_silence WHERE day >= $1 GROUP BY why
         ORDER BY n DESC, why LIMIT 50",
        params![since_day],
        |row| Ok((row.get("why")?, row.get("n")?)),
    )
}

/// What was learned, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    pub model: Vec<u8>,
    pub fitted: String,
    /// In thousandths.
    pub threshold: Option<i64>,
    pub requests: i64,
    pub learned_at: Timestamp,
}

/// Keeps what was learned.
pub fn save_learned(tx: &mut Tx, learned: &Learned) -> Result<()> {
    tx.execute(
        "INSERT INTO answers_scorer (id, model, fitted, threshold, requests, learned_at) VALUES (1, $1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET model = excluded.model, fitted = excluded.fitted,
             threshold = excluded.threshold, requests = excluded.requests, learned_at = excluded.learned_at",
        params![
            learned.model.clone(),
            &learned.fitted,
            learned.threshold,
            learned.requests,
            learned.learned_at
        ],
    )?;
    Ok(())
}

/// Forgets what was learned: there is too little past now.
pub fn forget_learned(tx: &mut Tx) -> Result<()> {
    tx.execute("DELETE FROM answers_scorer", params![])?;
    Ok(())
}

/// What was learned.
pub fn learned(tx: &mut Tx) -> Result<Option<Learned>> {
    tx.query_opt(
        "SELECT model, fitted, threshold, requests, learned_at FROM answers_scorer WHERE id = 1",
        params![],
        |row| {
            Ok(Learned {
                model: row.get("model")?,
                fitted: row.get("fitted")?,
                threshold: row.get("threshold")?,
                requests: row.get("requests")?,
                learned_at: row.get("learned_at")?,
            })
        },
    )
}

/// What it would have said to a ticket, judged without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub ticket: i64,
    pub article: i64,
    /// In thousandths.
    pub confidence: i64,
    /// What did solve it.
    pub truth: Option<i64>,
    /// What the policy asks about, as JSON.
    pub facts: String,
    pub at: Timestamp,
}

/// Keeps these judgements in the place of all earlier ones.
pub fn save_judged(tx: &mut Tx, judged: &[Judged]) -> Result<()> {
    tx.execute("DELETE FROM answers_judged", params![])?;
    let mut values = Vec::with_capacity(judged.len() * 6);
    for one in judged {
        values.extend_from_slice(params![
            one.ticket,
            one.article,
            one.confidence,
            one.truth,
            &one.facts,
            one.at
        ]);
    }
    insert_many(
        tx,
        "INSERT INTO answers_judged (ticket, article, confidence, truth, facts, at) VALUES",
        6,
        &values,
    )
}

/// Judgements at least so sure, the latest ticket first.
pub fn judged(tx: &mut Tx, confidence: i64, limit: i64) -> Result<Vec<Judged>> {
    tx.query(
        "SELECT ticket, article, confidence, truth, facts, at FROM answers_judged WHERE confidence >= $1
         ORDER BY ticket DESC LIMIT $2",
        params![confidence, limit],
        |row| {
            Ok(Judged {
                ticket: row.get("ticket")?,
                article: row.get("article")?,
                confidence: row.get("confidence")?,
                truth: row.get("truth")?,
                facts: row.get("facts")?,
                at: row.get("at")?,
            })
        },
    )
}

/// How many were judged.
pub fn count_judged(tx: &mut Tx) -> Result<i64> {
    tx.query_one("SELECT COUNT(*) AS n FROM answers_judged", params![], |row| {
        row.get("n")
    })
}

/// When an article was first used in a ticket; none when that never happened.
pub fn first_use(tx: &mut Tx) -> Result<Option<Timestamp>> {
    tx.query_opt(
        "SELECT at FROM answers_use ORDER BY at LIMIT 1",
        params![],
        |row| row.get("at"),
    )
}

/// Which articles solved each of these tickets: the one that somebody named, else all that were used. A ticket in which one
/// was used and nobody knows yet what came of it has an empty list; one in which none was used, or none helped, is missing.
pub fn solved_among(tx: &mut Tx, tickets: &[i64]) -> Result<BTreeMap<i64, Vec<i64>>> {
    let mut found: BTreeMap<i64, Vec<(Option<bool>, bool, i64)>> = BTreeMap::new();
    each_listed(tickets, |places, values| {
        let sql = format!(
            "SELECT ticket, article, is_answer, solved FROM answers_use WHERE ticket IN ({places}) ORDER BY article"
        );
        let rows = tx.query(&sql, values, |row| {
            let used = (row.get("solved")?, row.get("is_answer")?, row.get("article")?);
            Ok((row.get::<i64>("ticket")?, used))
        })?;
        for (ticket, used) in rows {
            found.entry(ticket).or_default().push(used);
        }
        Ok(())
    })?;
    Ok(found
        .into_iter()
        .filter(|(_, used)| used.iter().any(|one| one.0 != Some(false)))
        .map(|(ticket, mut used)| {
            if used.iter().any(|one| one.1) {
                used.retain(|one| one.1);
            }
            let solved = used.into_iter().filter(|one| one.0 == Some(true));
            (ticket, solved.map(|one| one.2).collect())
        })
        .collect())
}

/// The latest tickets that an article solved.
pub fn solved_by(tx: &mut Tx, article: i64, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT ticket FROM answers_use WHERE article = $1 AND solved ORDER BY at DESC LIMIT $2",
        params![article, limit],
        |row| row.get("ticket"),
    )
}
