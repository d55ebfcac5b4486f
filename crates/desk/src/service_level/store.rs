//! Every SQL statement about policies and clocks.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kernel::db::{Row, Tx, Value, each_listed, params};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

use super::clock::{Clock, ClockState};
use super::keeping::Fired;
use super::{ClockKind, Policy};

fn read_policy(row: &Row) -> Result<Policy> {
    let definition: String = row.get("definition")?;
    Ok(Policy {
        id: row.get("id")?,
        version: row.get("version")?,
        place: row.get("place")?,
        definition: serde_json::from_str(&definition)?,
    })
}

pub fn current_policies(tx: &mut Tx) -> Result<Vec<Policy>> {
    tx.query(
        "SELECT id, version, place, definition FROM desk_policy WHERE is_current ORDER BY place, id LIMIT 500",
        params![],
        read_policy,
    )
}

pub fn policy(tx: &mut Tx, reference: &str) -> Result<Policy> {
    let unknown = || Error::internal(std::io::Error::other(format!("no policy {reference}")));
    let (id, version) = reference.rsplit_once('@').ok_or_else(unknown)?;
    let version: i64 = version.parse().map_err(|_| unknown())?;
    tx.query_opt(
        "SELECT id, version, place, definition FROM desk_policy WHERE id = $1 AND version = $2",
        params![id, version],
        read_policy,
    )?
    .ok_or_else(unknown)
}

pub fn newest_version(tx: &mut Tx, id: &str) -> Result<i64> {
    let newest = tx.query_opt(
        "SELECT version FROM desk_policy WHERE id = $1 ORDER BY version DESC LIMIT 1",
        params![id],
        |row| row.get("version"),
    )?;
    Ok(newest.unwrap_or(0))
}

pub fn insert_policy(tx: &mut Tx, policy: &Policy, at: Timestamp) -> Result<()> {
    retire_policy(tx, &policy.id)?;
    tx.execute(
        "INSERT INTO desk_policy (id, version, place, is_current, definition, at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            &policy.id,
            policy.version,
            policy.place,
            true,
            serde_json::to_string(&policy.definition)?,
            at
        ],
    )?;
    Ok(())
}

pub fn retire_policy(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute(
        "UPDATE desk_policy SET is_current = FALSE WHERE id = $1 AND is_current",
        params![id],
    )
}

const CLOCK_COLUMNS: &str = "ticket, kind, policy, state, started_at, target, elapsed, measured_at, deadline, warn_at, \
                             stopped_at, due_at";

/// Writes the clocks of a ticket in one statement.
pub fn save_clocks(tx: &mut Tx, ticket: i64, clocks: &[(&Clock, Option<Timestamp>)]) -> Result<()> {
    if clocks.is_empty() {
        return Ok(());
    }
    let mut sql = format!("INSERT INTO desk_clock ({CLOCK_COLUMNS}) VALUES ");
    let mut values: Vec<Value> = Vec::with_capacity(clocks.len() * 12);
    for (index, (clock, due_at)) in clocks.iter().enumerate() {
        let places: Vec<String> = (1..=12).map(|place| format!("${}", index * 12 + place)).collect();
        let comma = if index == 0 { "" } else { ", " };
        write!(sql, "{comma}({})", places.join(", ")).map_err(Error::internal)?;
        values.extend_from_slice(params![
            ticket,
            clock.kind.as_str(),
            &clock.policy,
            clock.state.as_str(),
            clock.started_at,
            clock.target,
            clock.elapsed,
            clock.measured_at,
            clock.deadline,
            clock.warn_at,
            clock.stopped_at,
            *due_at,
        ]);
    }
    sql.push_str(
        " ON CONFLICT (ticket, kind) DO UPDATE SET policy = excluded.policy, state = excluded.state, \
         started_at = excluded.started_at, target = excluded.target, elapsed = excluded.elapsed, \
         measured_at = excluded.measured_at, deadline = excluded.deadline, warn_at = excluded.warn_at, \
         stopped_at = excluded.stopped_at, due_at = excluded.due_at",
    );
    tx.execute(&sql, &values)?;
    Ok(())
}

/// Forgets the clocks of kinds that no policy of the ticket knows any more.
pub fn drop_other_clocks(tx: &mut Tx, ticket: i64, kept: &[ClockKind]) -> Result<()> {
    let kept: Vec<String> = kept.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
    let except = if kept.is_empty() {
        String::new()
    } else {
        format!(" AND kind NOT IN ({})", kept.join(", "))
    };
    tx.execute(
        &format!("DELETE FROM desk_clock WHERE ticket = $1{except}"),
        params![ticket],
    )?;
    Ok(())
}

/// The clocks of a ticket as they are stored. The instants of the steps are not: they belong to the computed ones.
pub fn clocks(tx: &mut Tx, ticket: i64) -> Result<Vec<Clock>> {
    let sql = format!("SELECT {CLOCK_COLUMNS} FROM desk_clock WHERE ticket = $1");
    let mut clocks = tx.query(&sql, params![ticket], read_clock)?;
    clocks.sort_by_key(|clock| clock.kind);
    Ok(clocks)
}

/// The clocks of several tickets, for a page of a list.
pub fn clocks_of(tx: &mut Tx, tickets: &[i64]) -> Result<Vec<(i64, Clock)>> {
    let mut clocks = Vec::new();
    each_listed(tickets, |list, numbers| {
        let sql = format!("SELECT {CLOCK_COLUMNS} FROM desk_clock WHERE ticket IN ({list})");
        clocks.extend(tx.query(&sql, numbers, |row| Ok((row.get("ticket")?, read_clock(row)?)))?);
        Ok(())
    })?;
    Ok(clocks)
}

fn read_clock(row: &Row) -> Result<Clock> {
    Ok(Clock {
        kind: ClockKind::stored(&row.get::<String>("kind")?)?,
        policy: row.get("policy")?,
        state: ClockState::stored(&row.get::<String>("state")?)?,
        started_at: row.get("started_at")?,
        target: row.get("target")?,
        elapsed: row.get("elapsed")?,
        measured_at: row.get("measured_at")?,
        deadline: row.get("deadline")?,
        warn_at: row.get("warn_at")?,
        stopped_at: row.get("stopped_at")?,
        steps: Vec::new(),
    })
}

/// The steps that were taken on this ticket.
pub fn fired(tx: &mut Tx, ticket: i64) -> Result<BTreeSet<Fired>> {
    let steps = tx.query(
        "SELECT kind, started_at, percent FROM desk_clock_step WHERE ticket = $1",
        params![ticket],
        |row| {
            Ok((
                ClockKind::stored(&row.get::<String>("kind")?)?,
                row.get("started_at")?,
                row.get("percent")?,
            ))
        },
    )?;
    Ok(steps.into_iter().collect())
}

pub fn insert_fired(
    tx: &mut Tx,
    ticket: i64,
    (kind, started_at, percent): Fired,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_clock_step (ticket, kind, started_at, percent, fired_at) VALUES ($1, $2, $3, $4, $5)",
        params![ticket, kind.as_str(), started_at, percent, at],
    )?;
    Ok(())
}

/// Tickets with a clock to look at, the longest due first, after a place in that order.
pub fn due(tx: &mut Tx, now: Timestamp, after: (i64, i64), limit: i64) -> Result<Vec<(i64, i64)>> {
    tx.query(
        "SELECT due_at, ticket FROM desk_clock WHERE due_at IS NOT NULL AND due_at <= $1 AND (due_at, ticket) > ($2, $3) \
         ORDER BY due_at, ticket LIMIT $4",
        params![now, after.0, after.1, limit],
        |row| Ok((row.get("due_at")?, row.get("ticket")?)),
    )
}

/// The next tickets by number, for replay.
pub fn numbers_after(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT number FROM desk_ticket WHERE number > $1 ORDER BY number LIMIT $2",
        params![after, limit],
        |row| row.get("number"),
    )
}

/// The next open tickets by number that live by this calendar's policies, for recomputing after it was edited.
pub fn open_numbers_after(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT number FROM desk_ticket WHERE number > $1 AND stage < 2 ORDER BY number LIMIT $2",
        params![after, limit],
        |row| row.get("number"),
    )
}

/// Tickets whose promised news is overdue, with the instant of the promise, the longest overdue first.
pub fn news_overdue(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<(i64, Timestamp)>> {
    tx.query(
        "SELECT ticket, deadline FROM desk_clock WHERE kind = 'next_update' AND state = 'running' AND deadline < $1
         ORDER BY deadline, ticket LIMIT $2",
        params![now, limit],
        |row| Ok((row.get("ticket")?, row.get("deadline")?)),
    )
}
