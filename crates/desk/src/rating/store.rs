//! Every SQL statement about ratings and their sums.

use kernel::db::{Row, Tx, Value, params};
use kernel::error::Result;
use kernel::id::{Id, TeamId, UserId};

use super::Rating;
use crate::verification::Question;

const COLUMNS: &str = "question, ticket, score, comment, team, person, month, rated_at, changed_at";

fn read(row: &Row) -> Result<Rating> {
    Ok(Rating {
        question: row.get("question")?,
        ticket: row.get("ticket")?,
        score: row.get("score")?,
        comment: row.get("comment")?,
        team: row.get::<String>("team")?.parse::<TeamId>().ok(),
        person: row.get::<String>("person")?.parse::<UserId>().ok(),
        month: row.get("month")?,
        rated_at: row.get("rated_at")?,
        changed_at: row.get("changed_at")?,
    })
}

fn text<T: ToString>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

pub fn of_question(tx: &mut Tx, question: Id<Question>) -> Result<Option<Rating>> {
    let sql = format!("SELECT {COLUMNS} FROM desk_rating WHERE question = $1");
    tx.query_opt(&sql, params![question], read)
}

/// The latest first.
pub fn of_ticket(tx: &mut Tx, ticket: i64) -> Result<Vec<Rating>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_rating WHERE ticket = $1 ORDER BY rated_at DESC, question LIMIT 20"
    );
    tx.query(&sql, params![ticket], read)
}

pub fn save(tx: &mut Tx, rating: &Rating) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_rating (question, ticket, score, comment, team, person, month, rated_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (question) DO UPDATE SET score = excluded.score, comment = excluded.comment,
         changed_at = excluded.changed_at",
        params![
            rating.question,
            rating.ticket,
            rating.score,
            &rating.comment,
            text(rating.team),
            text(rating.person),
            rating.month,
            rating.rated_at,
            rating.changed_at
        ],
    )?;
    Ok(())
}

/// Adds a rating to its sum, or takes it back.
pub fn count(tx: &mut Tx, rating: &Rating, sign: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_rating_sum (month, team, person, score, n) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (month, team, person, score) DO UPDATE SET n = desk_rating_sum.n + excluded.n",
        params![
            rating.month,
            text(rating.team),
            text(rating.person),
            rating.score,
            sign
        ],
    )?;
    Ok(())
}

/// How often a score was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    pub month: i64,
    pub team: Option<TeamId>,
    pub person: Option<UserId>,
    pub score: i64,
    pub n: i64,
}

/// More rows than this no page adds up: years of a large desk.
const SUMS_MAX: i64 = 50_000;

/// The sums between two months, both included; of these teams, or of all.
pub fn sums(tx: &mut Tx, (from, to): (i64, i64), teams: Option<&[TeamId]>) -> Result<Vec<Sum>> {
    let mut bound: Vec<Value> = params![from, to, SUMS_MAX].to_vec();
    let narrowed = match teams {
        None => String::new(),
        Some([]) => " AND 1 = 0".to_owned(),
        Some(teams) => {
            let first = bound.len() + 1;
            let places: Vec<String> = (first..first + teams.len())
                .map(|place| format!("${place}"))
                .collect();
            bound.extend(teams.iter().map(|team| Value::from(team.to_string())));
            format!(" AND team IN ({})", places.join(", "))
        }
    };
    let sql = format!(
        "SELECT month, team, person, score, n FROM desk_rating_sum
         WHERE month >= $1 AND month <= $2 AND n <> 0{narrowed} ORDER BY month, team, person, score LIMIT $3"
    );
    tx.query(&sql, &bound, |row| {
        Ok(Sum {
            month: row.get("month")?,
            team: row.get::<String>("team")?.parse().ok(),
            person: row.get::<String>("person")?.parse().ok(),
            score: row.get("score")?,
            n: row.get("n")?,
        })
    })
}
