//! Every SQL statement about close gates, and the facts they are held against.

use std::collections::BTreeSet;

use kernel::db::{Row, Tx, Value, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::{Attempt, Definition, Facts, GATES_MAX, Gate};
use crate::diagnosis::Question;
use crate::ticket::value::{Category, Priority, TicketType};

fn read(row: &Row) -> Result<Gate> {
    let definition: String = row.get("definition")?;
    Ok(Gate {
        id: row.get("id")?,
        place: row.get("place")?,
        version: row.get("version")?,
        definition: serde_json::from_str::<Definition>(&definition)?,
    })
}

/// All gates in their order.
pub fn all(tx: &mut Tx) -> Result<Vec<Gate>> {
    tx.query(
        &format!(
            "SELECT id, place, version, definition FROM desk_close_gate ORDER BY place, id LIMIT {GATES_MAX}"
        ),
        params![],
        read,
    )
}

pub fn save(tx: &mut Tx, gate: &Gate, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_close_gate (id, place, definition, version, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET place = $2, definition = $3, version = $4, at = $5",
        params![
            &gate.id,
            gate.place,
            serde_json::to_string(&gate.definition)?,
            gate.version,
            at
        ],
    )?;
    Ok(())
}

pub fn remove(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute("DELETE FROM desk_close_gate WHERE id = $1", params![id])
}

/// Everything a gate may ask for, of one ticket or of many, by one walk. Answers are a sum of powers of two, because the
/// two databases have no common way to gather words.
const FACTS: &str = "t.number, t.title, t.type, t.priority, t.category, t.device,
    (SELECT COUNT(*) FROM desk_tag g WHERE g.ticket = t.number) AS tags,
    (SELECT CAST(SUM(CASE d.question WHEN 'who' THEN 1 WHEN 'what' THEN 2 WHEN 'when' THEN 4 WHEN 'where' THEN 8
        WHEN 'why' THEN 16 ELSE 32 END) AS BIGINT) FROM desk_diagnosis d WHERE d.ticket = t.number AND d.body <> '')
        AS answered,
    (SELECT COUNT(*) FROM desk_evidence e WHERE e.ticket = t.number AND e.removed_at IS NULL) AS evidence,
    (SELECT COUNT(*) FROM desk_cause c WHERE c.ticket = t.number) AS causes,
    (SELECT COUNT(*) FROM desk_cause c WHERE c.ticket = t.number AND c.outcome = 'confirmed') AS confirmed,
    (SELECT COUNT(*) FROM desk_risky_step r WHERE r.ticket = t.number AND (r.backup = '' OR r.way_back = ''))
        AS bare_steps,
    (SELECT COUNT(*) FROM desk_finding f WHERE f.ticket = t.number AND f.technical <> '') AS technical,
    (SELECT COUNT(*) FROM desk_finding f WHERE f.ticket = t.number AND f.plain <> '') AS plain";

fn read_facts(row: &Row) -> Result<Facts> {
    let answered = row.get::<Option<i64>>("answered")?.unwrap_or(0);
    let given = |place: usize| answered & (1 << place) != 0;
    let questions: BTreeSet<Question> = Question::ALL
        .iter()
        .enumerate()
        .filter(|(place, _)| given(*place))
        .map(|(_, question)| *question)
        .collect();
    let device: Option<String> = row.get("device")?;
    Ok(Facts {
        number: row.get("number")?,
        title: row.get("title")?,
        ticket_type: TicketType::stored(&row.get::<String>("type")?)?,
        priority: Priority::stored(&row.get::<String>("priority")?)?,
        category: Category::stored(&row.get::<String>("category")?)?,
        has_device: device.is_some_and(|device| !device.trim().is_empty()),
        tags: row.get("tags")?,
        answered: questions,
        evidence: row.get("evidence")?,
        causes: row.get("causes")?,
        confirmed: row.get("confirmed")?,
        bare_steps: row.get("bare_steps")?,
        technical: row.get("technical")?,
        plain: row.get("plain")?,
    })
}

/// What stands on a ticket.
pub fn facts(tx: &mut Tx, number: i64) -> Result<Option<Facts>> {
    tx.query_opt(
        &format!("SELECT {FACTS} FROM desk_ticket t WHERE t.number = $1"),
        params![number],
        read_facts,
    )
}

/// What stood on the tickets of a stage that were resolved since, the latest first, with the solution they got. Whatever
/// was resolved since was changed since, which is what the index knows.
pub fn resolved_since(
    tx: &mut Tx,
    stage: i64,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<(Facts, Attempt)>> {
    let values: [Value; 3] = [Value::from(stage), Value::from(since), Value::from(limit)];
    tx.query(
        &format!(
            "SELECT {FACTS}, (SELECT LENGTH(s.solution) FROM desk_resolution s WHERE s.ticket = t.number
                ORDER BY s.id DESC LIMIT 1) AS solution
             FROM desk_ticket t WHERE t.stage = $1 AND t.updated_at >= $2 AND t.resolved_at >= $2
             ORDER BY t.updated_at DESC, t.number DESC LIMIT $3"
        ),
        &values,
        |row| {
            let letters = row.get::<Option<i64>>("solution")?;
            let attempt = Attempt {
                solution_letters: letters.unwrap_or(0),
                // No solution was ever taken without the one or the other.
                tested_or_reason: letters.is_some(),
            };
            Ok((read_facts(row)?, attempt))
        },
    )
}
