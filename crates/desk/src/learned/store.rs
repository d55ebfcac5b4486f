//! Every SQL statement about models and proposals.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::Field;
use super::clustering::Cluster;
use super::likeness::places;
use super::proposing::{Outcome, Proposed};

/// What is known of a model besides the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    pub field: Field,
    pub texts: i64,
    pub labels: i64,
    pub checked: i64,
    /// In thousandths, as the next two.
    pub accuracy: i64,
    pub macro_f1: i64,
    pub commonest: i64,
    pub trained_at: Timestamp,
    /// The last closed ticket it learned.
    pub upto: (Timestamp, i64),
}

/// A closed or resolved ticket as an example.
#[derive(Debug, Clone)]
pub struct Example {
    pub number: i64,
    pub updated_at: Timestamp,
    pub title: String,
    pub body: String,
    /// Type, category, team, urgency.
    pub labels: [Option<String>; 4],
}

pub fn versions(tx: &mut Tx) -> Result<Vec<(Field, i64)>> {
    tx.query(
        "SELECT field, version FROM desk_learned ORDER BY field",
        params![],
        |row| Ok((Field::stored(&row.get::<String>("field")?)?, row.get("version")?)),
    )
}

pub fn model(tx: &mut Tx, field: Field) -> Result<Option<(Vec<u8>, i64)>> {
    tx.query_opt(
        "SELECT model, version FROM desk_learned WHERE field = $1",
        params![field.as_str()],
        |row| Ok((row.get("model")?, row.get("version")?)),
    )
}

pub fn learned(tx: &mut Tx) -> Result<Vec<Learned>> {
    tx.query(
        "SELECT field, texts, labels, checked, accuracy, macro_f1, commonest, trained_at, upto_at, upto_number
         FROM desk_learned ORDER BY field",
        params![],
        |row| {
            Ok(Learned {
                field: Field::stored(&row.get::<String>("field")?)?,
                texts: row.get("texts")?,
                labels: row.get("labels")?,
                checked: row.get("checked")?,
                accuracy: row.get("accuracy")?,
                macro_f1: row.get("macro_f1")?,
                commonest: row.get("commonest")?,
                trained_at: row.get("trained_at")?,
                upto: (row.get("upto_at")?, row.get("upto_number")?),
            })
        },
    )
}

pub fn save(tx: &mut Tx, learned: &Learned, model: &[u8]) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_learned (field, model, version, texts, labels, checked, accuracy, macro_f1, commonest,
             trained_at, upto_at, upto_number)
         VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (field) DO UPDATE SET model = excluded.model, version = desk_learned.version + 1,
             texts = excluded.texts, labels = excluded.labels, checked = excluded.checked,
             accuracy = excluded.accuracy, macro_f1 = excluded.macro_f1, commonest = excluded.commonest,
             trained_at = excluded.trained_at, upto_at = excluded.upto_at, upto_number = excluded.upto_number",
        params![
            learned.field.as_str(),
            model.to_vec(),
            learned.texts,
            learned.labels,
            learned.checked,
            learned.accuracy,
            learned.macro_f1,
            learned.commonest,
            learned.trained_at,
            learned.upto.0,
            learned.upto.1
        ],
    )?;
    Ok(())
}

const EXAMPLE: &str = "SELECT t.number, t.updated_at, t.title, t.type, t.category, t.team, t.urgency,
            substr(a.body, 1, 3000) AS body
     FROM desk_ticket t JOIN desk_article a ON a.ticket = t.number AND a.kind = 'report'";

fn example(row: &Row) -> Result<Example> {
    Ok(Example {
        number: row.get("number")?,
        updated_at: row.get("updated_at")?,
        title: row.get("title")?,
        body: row.get("body")?,
        labels: [
            Some(row.get("type")?),
            Some(row.get("category")?),
            row.get("team")?,
            Some(row.get("urgency")?),
        ],
    })
}

/// Tickets of a stage before a place, the latest first.
pub fn before(tx: &mut Tx, stage: i64, place: (i64, i64), limit: i64) -> Result<Vec<Example>> {
    tx.query(
        &format!(
            "{EXAMPLE} WHERE t.stage = $1 AND (t.updated_at, t.number) < ($2, $3)
             ORDER BY t.updated_at DESC, t.number DESC LIMIT $4"
        ),
        params![stage, place.0, place.1, limit],
        example,
    )
}

/// Closed tickets after a place, the earliest first.
pub fn closed_after(tx: &mut Tx, place: (Timestamp, i64), limit: i64) -> Result<Vec<Example>> {
    tx.query(
        &format!(
            "{EXAMPLE} WHERE t.stage = 2 AND (t.updated_at, t.number) > ($1, $2)
             ORDER BY t.updated_at, t.number LIMIT $3"
        ),
        params![place.0, place.1, limit],
        example,
    )
}

/// One ticket as an example, whatever its stage.
pub fn one(tx: &mut Tx, number: i64) -> Result<Option<Example>> {
    tx.query_opt(
        &format!("{EXAMPLE} WHERE t.number = $1 ORDER BY a.id LIMIT 1"),
        params![number],
        example,
    )
}

/// The latest open tickets.
pub fn latest_open(tx: &mut Tx, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT number FROM desk_ticket WHERE stage = 0 ORDER BY created_at DESC, number DESC LIMIT $1",
        params![limit],
        |row| row.get("number"),
    )
}

const PROPOSAL: &str = "SELECT ticket, field, label, confidence, words, outcome, at FROM desk_proposal";

fn proposal(row: &Row) -> Result<(i64, Proposed)> {
    let words: String = row.get("words")?;
    let proposed = Proposed {
        field: Field::stored(&row.get::<String>("field")?)?,
        label: row.get("label")?,
        confidence: row.get("confidence")?,
        words: serde_json::from_str(&words).map_err(super::damaged)?,
        outcome: Outcome::stored(&row.get::<String>("outcome")?)?,
        at: row.get("at")?,
    };
    Ok((row.get("ticket")?, proposed))
}

pub fn proposals(tx: &mut Tx, ticket: i64) -> Result<Vec<Proposed>> {
    let rows = tx.query(
        &format!("{PROPOSAL} WHERE ticket = $1 ORDER BY field"),
        params![ticket],
        proposal,
    )?;
    Ok(rows.into_iter().map(|(_, proposed)| proposed).collect())
}

pub fn corrected(tx: &mut Tx, limit: i64) -> Result<Vec<(i64, Proposed)>> {
    tx.query(
        &format!("{PROPOSAL} WHERE outcome = 'corrected' ORDER BY at, ticket LIMIT $1"),
        params![limit],
        proposal,
    )
}

pub fn propose(tx: &mut Tx, ticket: i64, proposed: &Proposed) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_proposal (ticket, field, label, confidence, words, outcome, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ticket, field) DO NOTHING",
        params![
            ticket,
            proposed.field.as_str(),
            &proposed.label,
            proposed.confidence,
            serde_json::to_string(&proposed.words)?,
            proposed.outcome.as_str(),
            proposed.at
        ],
    )?;
    Ok(())
}

pub fn settle(tx: &mut Tx, ticket: i64, field: Field, outcome: Outcome, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE desk_proposal SET outcome = $3, at = $4 WHERE ticket = $1 AND field = $2",
        params![ticket, field.as_str(), outcome.as_str(), at],
    )?;
    Ok(())
}

/// What was reported on tickets, cut to what is compared.
pub fn bodies(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<(i64, String)>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let (places, values) = places(numbers);
    tx.query(
        &format!(
            "SELECT ticket, substr(body, 1, 3000) AS body FROM desk_article
             WHERE kind = 'report' AND ticket IN ({places})"
        ),
        &values,
        |row| Ok((row.get("ticket")?, row.get("body")?)),
    )
}

/// The latest solution of each ticket that was not refused.
pub fn solutions(tx: &mut Tx, numbers: &[i64]) -> Result<BTreeMap<i64, String>> {
    if numbers.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (places, values) = places(numbers);
    let rows = tx.query(
        &format!(
            "SELECT ticket, solution FROM desk_resolution WHERE NOT failed AND ticket IN ({places}) ORDER BY id"
        ),
        &values,
        |row| Ok((row.get("ticket")?, row.get("solution")?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Tickets of a stage that came in between two instants: number, title, report.
pub fn opened_between(
    tx: &mut Tx,
    stage: i64,
    from: Timestamp,
    to: Timestamp,
    limit: i64,
) -> Result<Vec<(i64, String, String)>> {
    tx.query(
        "SELECT t.number, t.title, substr(a.body, 1, 3000) AS body
         FROM desk_ticket t JOIN desk_article a ON a.ticket = t.number AND a.kind = 'report'
         WHERE t.stage = $1 AND t.created_at >= $2 AND t.created_at < $3
         ORDER BY t.created_at, t.number LIMIT $4",
        params![stage, from, to, limit],
        |row| Ok((row.get("number")?, row.get("title")?, row.get("body")?)),
    )
}

pub fn save_clusters(tx: &mut Tx, month: &str, clusters: &[Cluster]) -> Result<()> {
    tx.execute("DELETE FROM desk_cluster WHERE month = $1", params![month])?;
    for cluster in clusters {
        tx.execute(
            "INSERT INTO desk_cluster (month, place, words, count, tickets) VALUES ($1, $2, $3, $4, $5)",
            params![
                month,
                cluster.place,
                &cluster.words,
                cluster.count,
                serde_json::to_string(&cluster.tickets)?
            ],
        )?;
    }
    Ok(())
}

pub fn months(tx: &mut Tx) -> Result<Vec<String>> {
    tx.query(
        "SELECT DISTINCT month FROM desk_cluster ORDER BY month DESC LIMIT 24",
        params![],
        |row| row.get("month"),
    )
}

pub fn clusters(tx: &mut Tx, month: &str) -> Result<Vec<Cluster>> {
    tx.query(
        "SELECT month, place, words, count, tickets FROM desk_cluster WHERE month = $1 ORDER BY place LIMIT 100",
        params![month],
        |row| {
            let tickets: String = row.get("tickets")?;
            Ok(Cluster {
                month: row.get("month")?,
                place: row.get("place")?,
                words: row.get("words")?,
                count: row.get("count")?,
                tickets: serde_json::from_str(&tickets).map_err(super::damaged)?,
            })
        },
    )
}
