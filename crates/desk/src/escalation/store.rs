//! Every SQL statement about escalations.

use kernel::db::{Tx, params};
use kernel::error::Result;

use crate::service_level::ClockKind;
use crate::ticket::escalating::{Escalation, Handoff};
use crate::ticket::value::Tier;

pub fn insert(tx: &mut Tx, ticket: i64, escalation: &Escalation) -> Result<i64> {
    tx.query_one(
        "INSERT INTO desk_escalation (ticket, from_tier, to_tier, tried, known, boundary, clock, by_person, owner, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        params![
            ticket,
            escalation.from.level(),
            escalation.to.level(),
            &escalation.handoff.tried,
            &escalation.handoff.known,
            &escalation.handoff.boundary,
            escalation.clock.map(ClockKind::as_str),
            escalation.by,
            escalation.owner,
            escalation.at
        ],
        |row| row.get("id"),
    )
}

/// The escalations of a ticket, oldest first.
pub fn of_ticket(tx: &mut Tx, ticket: i64) -> Result<Vec<Escalation>> {
    tx.query(
        "SELECT id, from_tier, to_tier, tried, known, boundary, clock, by_person, owner, at FROM desk_escalation
         WHERE ticket = $1 ORDER BY id LIMIT 100",
        params![ticket],
        |row| {
            let clock: Option<String> = row.get("clock")?;
            Ok(Escalation {
                id: row.get("id")?,
                from: Tier::new(row.get("from_tier")?)?,
                to: Tier::new(row.get("to_tier")?)?,
                handoff: Handoff {
                    tried: row.get("tried")?,
                    known: row.get("known")?,
                    boundary: row.get("boundary")?,
                },
                clock: clock.as_deref().map(ClockKind::stored).transpose()?,
                by: row.get("by_person")?,
                owner: row.get("owner")?,
                at: row.get("at")?,
            })
        },
    )
}
