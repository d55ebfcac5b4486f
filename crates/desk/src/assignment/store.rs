//! Every SQL statement about assignments and the open work per person.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, Value, params};
use kernel::error::Result;
use kernel::id::UserId;

use super::{Assignment, Choice};
use kernel::time::Timestamp;

pub fn insert(tx: &mut Tx, ticket: i64, choice: &Choice, at: Timestamp) -> Result<i64> {
    tx.query_one(
        "INSERT INTO desk_assignment (ticket, team, assignee, by_hand, reason, at) VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING id",
        params![
            ticket,
            choice.team,
            choice.assignee,
            choice.by_hand,
            serde_json::to_string(&choice.reason)?,
            at
        ],
        |row| row.get("id"),
    )
}

/// The assignments of a ticket, the latest first.
pub fn of_ticket(tx: &mut Tx, ticket: i64, limit: i64) -> Result<Vec<Assignment>> {
    tx.query(
        "SELECT id, team, assignee, by_hand, reason, at FROM desk_assignment WHERE ticket = $1 ORDER BY id DESC LIMIT $2",
        params![ticket, limit],
        read,
    )
}

fn read(row: &Row) -> Result<Assignment> {
    Ok(Assignment {
        id: row.get("id")?,
        team: row.get("team")?,
        assignee: row.get("assignee")?,
        by_hand: row.get("by_hand")?,
        reason: serde_json::from_str(&row.get::<String>("reason")?)?,
        at: row.get("at")?,
    })
}

/// The weighted open work of these people; who has none is missing.
pub fn loads(tx: &mut Tx, people: &[UserId]) -> Result<BTreeMap<UserId, i64>> {
    if people.is_empty() {
        return Ok(BTreeMap::new());
    }
    let places: Vec<String> = (1..=people.len()).map(|place| format!("${place}")).collect();
    let values: Vec<Value> = people.iter().map(Value::from).collect();
    let sql = format!(
        "SELECT person, weight FROM desk_load WHERE person IN ({})",
        places.join(", ")
    );
    let loads = tx.query(&sql, &values, |row| Ok((row.get("person")?, row.get("weight")?)))?;
    Ok(loads.into_iter().collect())
}

/// Adds to (or takes from) a person's open work.
pub fn add_load(tx: &mut Tx, person: UserId, weight: i64, tickets: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_load (person, weight, tickets) VALUES ($1, $2, $3)
         ON CONFLICT (person) DO UPDATE SET weight = desk_load.weight + excluded.weight,
         tickets = desk_load.tickets + excluded.tickets",
        params![person, weight, tickets],
    )?;
    Ok(())
}

/// Open work of everybody: weight and number of tickets.
pub fn all_loads(tx: &mut Tx) -> Result<BTreeMap<UserId, (i64, i64)>> {
    let loads = tx.query(
        "SELECT person, weight, tickets FROM desk_load",
        params![],
        |row| Ok((row.get("person")?, (row.get("weight")?, row.get("tickets")?))),
    )?;
    Ok(loads.into_iter().collect())
}
