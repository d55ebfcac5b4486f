//! Every SQL statement about incidents, their roles, tickets, and steps.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Holder, Incident, IncidentId, Role, State, Step};

const SELECT: &str = "SELECT id, ticket, title, impact, services, state, update_minutes, next_update_at, remind_at, reminded, plan,
                      declared_by, declared_at, resolved_at, asks_last_words, on_status, version FROM major_incident";

fn damaged(what: &str, word: &str) -> Error {
    Error::internal(format!("unknown {what} {word:?}"))
}

fn incident(row: &Row<'_>) -> Result<Incident> {
    let (state, services): (String, String) = (row.get("state")?, row.get("services")?);
    Ok(Incident {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        title: row.get("title")?,
        impact: row.get("impact")?,
        services: serde_json::from_str(&services)?,
        state: State::known(&state).ok_or_else(|| damaged("state", &state))?,
        update_minutes: row.get("update_minutes")?,
        next_update_at: row.get("next_update_at")?,
        remind_at: row.get("remind_at")?,
        reminded: row.get("reminded")?,
        plan: row.get("plan")?,
        declared_by: row.get("declared_by")?,
        declared_at: row.get("declared_at")?,
        resolved_at: row.get("resolved_at")?,
        asks_last_words: row.get("asks_last_words")?,
        on_status: row.get("on_status")?,
        version: row.get("version")?,
    })
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, incident: &Incident) -> Result<()> {
    tx.execute(
        "INSERT INTO major_incident (id, ticket, title, impact, services, state, update_minutes, next_update_at, remind_at,
             reminded, plan, declared_by, declared_at, resolved_at, asks_last_words, on_status, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            incident.id,
            incident.ticket,
            &incident.title,
            &incident.impact,
            serde_json::to_string(&incident.services)?,
            incident.state.as_str(),
            incident.update_minutes,
            incident.next_update_at,
            incident.remind_at,
            incident.reminded,
            incident.plan.as_deref(),
            incident.declared_by,
            incident.declared_at,
            incident.resolved_at,
            incident.asks_last_words,
            incident.on_status,
            incident.version
        ],
    )?;
    Ok(())
}

/// Writes one that was changed.
pub fn update(tx: &mut Tx<'_>, incident: &Incident) -> Result<()> {
    tx.execute(
        "UPDATE major_incident SET title = $2, impact = $3, services = $4, state = $5, update_minutes = $6, next_update_at = $7,
             remind_at = $8, reminded = $9, plan = $10, resolved_at = $11, asks_last_words = $12, on_status = $13, version = $14 WHERE id = $1",
        params![
            incident.id,
            &incident.title,
            &incident.impact,
            serde_json::to_string(&incident.services)?,
            incident.state.as_str(),
            incident.update_minutes,
            incident.next_update_at,
            incident.remind_at,
            incident.reminded,
            incident.plan.as_deref(),
            incident.resolved_at,
            incident.asks_last_words,
            incident.on_status,
            incident.version
        ],
    )?;
    Ok(())
}

/// One.
pub fn find(tx: &mut Tx<'_>, id: IncidentId) -> Result<Option<Incident>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], incident)
}

/// The one that was made of a ticket.
pub fn of_ticket(tx: &mut Tx<'_>, ticket: i64) -> Result<Option<Incident>> {
    tx.query_opt(&format!("{SELECT} WHERE ticket = $1"), params![ticket], incident)
}

/// Those that a ticket is of or belongs to, the latest first.
pub fn around_ticket(tx: &mut Tx<'_>, ticket: i64, limit: i64) -> Result<Vec<Incident>> {
    tx.query(
        &format!(
            "{SELECT} WHERE ticket = $1 OR id IN (SELECT incident FROM major_link WHERE ticket = $1)
             ORDER BY id DESC LIMIT $2"
        ),
        params![ticket, limit],
        incident,
    )
}

/// Those that go on, the latest first.
pub fn open(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Incident>> {
    tx.query(
        &format!("{SELECT} WHERE resolved_at IS NULL ORDER BY id DESC LIMIT $1"),
        params![limit],
        incident,
    )
}

/// Those that are over, the latest first, before one of them.
pub fn past(tx: &mut Tx<'_>, before: Option<IncidentId>, limit: i64) -> Result<Vec<Incident>> {
    match before {
        Some(before) => tx.query(
            &format!("{SELECT} WHERE resolved_at IS NOT NULL AND id < $1 ORDER BY id DESC LIMIT $2"),
            params![before, limit],
            incident,
        ),
        None => tx.query(
            &format!("{SELECT} WHERE resolved_at IS NOT NULL ORDER BY id DESC LIMIT $1"),
            params![limit],
            incident,
        ),
    }
}

/// Those that go on and of which the status page tells, the latest first.
pub fn open_shown(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Incident>> {
    tx.query(
        &format!("{SELECT} WHERE resolved_at IS NULL AND on_status ORDER BY id DESC LIMIT $1"),
        params![limit],
        incident,
    )
}

/// Those that are over and of which it tells, the latest first.
pub fn past_shown(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Incident>> {
    tx.query(
        &format!("{SELECT} WHERE resolved_at IS NOT NULL AND on_status ORDER BY id DESC LIMIT $1"),
        params![limit],
        incident,
    )
}

/// Those of which somebody must be reminded now.
pub fn to_remind(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<IncidentId>> {
    tx.query(
        "SELECT id FROM major_incident WHERE remind_at <= $1 ORDER BY remind_at LIMIT $2",
        params![now, limit],
        |row| row.get("id"),
    )
}

/// Who has which role, in the order of the room.
pub fn holders(tx: &mut Tx<'_>, id: IncidentId) -> Result<Vec<Holder>> {
    let mut holders = tx.query(
        "SELECT role, person, at FROM major_role WHERE incident = $1",
        params![id],
        |row| {
            let role: String = row.get("role")?;
            Ok(Holder {
                role: Role::known(&role).ok_or_else(|| damaged("role", &role))?,
                person: row.get("person")?,
                at: row.get("at")?,
            })
        },
    )?;
    holders.sort_by_key(|holder| holder.role);
    Ok(holders)
}

/// Who has one role in several incidents.
pub fn having(tx: &mut Tx<'_>, ids: &[IncidentId], role: Role) -> Result<BTreeMap<IncidentId, UserId>> {
    let mut found = BTreeMap::new();
    each_listed(ids, |list, values| {
        let sql = format!("SELECT incident, role, person FROM major_role WHERE incident IN ({list})");
        for (id, word, person) in tx.query(&sql, values, |row| {
            Ok((
                row.get("incident")?,
                row.get::<String>("role")?,
                row.get("person")?,
            ))
        })? {
            if word == role.as_str() {
                found.insert(id, person);
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// Gives a role to somebody.
pub fn put_role(tx: &mut Tx<'_>, id: IncidentId, role: Role, person: UserId, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO major_role (incident, role, person, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (incident, role) DO UPDATE SET person = excluded.person, at = excluded.at",
        params![id, role.as_str(), person, at],
    )?;
    Ok(())
}

/// Takes a role from whoever has it.
pub fn drop_role(tx: &mut Tx<'_>, id: IncidentId, role: Role) -> Result<()> {
    tx.execute(
        "DELETE FROM major_role WHERE incident = $1 AND role = $2",
        params![id, role.as_str()],
    )?;
    Ok(())
}

/// The tickets that belong to it, besides its own.
pub fn links(tx: &mut Tx<'_>, id: IncidentId) -> Result<Vec<i64>> {
    tx.query(
        "SELECT ticket FROM major_link WHERE incident = $1 ORDER BY ticket",
        params![id],
        |row| row.get("ticket"),
    )
}

/// Adds a ticket; false when it was there.
pub fn add_link(tx: &mut Tx<'_>, id: IncidentId, ticket: i64, at: Timestamp) -> Result<bool> {
    let added = tx.execute(
        "INSERT INTO major_link (incident, ticket, at) VALUES ($1, $2, $3) ON CONFLICT (incident, ticket) DO NOTHING",
        params![id, ticket, at],
    )?;
    Ok(added > 0)
}

/// Takes a ticket out; false when it was not there.
pub fn remove_link(tx: &mut Tx<'_>, id: IncidentId, ticket: i64) -> Result<bool> {
    let removed = tx.execute(
        "DELETE FROM major_link WHERE incident = $1 AND ticket = $2",
        params![id, ticket],
    )?;
    Ok(removed > 0)
}

/// The steps of its plan, in their order.
pub fn steps(tx: &mut Tx<'_>, id: IncidentId) -> Result<Vec<Step>> {
    tx.query(
        "SELECT id, role, text_en, text_zh, done_by, done_at FROM major_step WHERE incident = $1 ORDER BY place, id",
        params![id],
        |row| {
            let role: Option<String> = row.get("role")?;
            Ok(Step {
                id: row.get("id")?,
                role: role.as_deref().and_then(Role::known),
                en: row.get("text_en")?,
                zh: row.get("text_zh")?,
                done_by: row.get("done_by")?,
                done_at: row.get("done_at")?,
            })
        },
    )
}

/// Adds a step at the end; gives back its id.
pub fn add_step(tx: &mut Tx<'_>, id: IncidentId, role: Option<Role>, en: &str, zh: &str) -> Result<i64> {
    tx.query_one(
        "INSERT INTO major_step (incident, place, role, text_en, text_zh)
         VALUES ($1, (SELECT COALESCE(MAX(place), 0) + 1 FROM major_step WHERE incident = $1), $2, $3, $4) RETURNING id",
        params![id, role.map(Role::as_str), en, zh],
        |row| row.get("id"),
    )
}

/// Writes who did a step and when, or that nobody did.
pub fn tick(tx: &mut Tx<'_>, step: i64, by: Option<UserId>, at: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE major_step SET done_by = $2, done_at = $3 WHERE id = $1",
        params![step, by, at],
    )?;
    Ok(())
}

/// How many steps are done, and how many there are, of several incidents.
pub fn progress(tx: &mut Tx<'_>, ids: &[IncidentId]) -> Result<Vec<(IncidentId, i64, i64)>> {
    let mut found = Vec::new();
    each_listed(ids, |list, values| {
        found.extend(tx.query(
            &format!(
                "SELECT incident, COUNT(done_at) AS done, COUNT(*) AS steps FROM major_step WHERE incident IN ({list})
                 GROUP BY incident"
            ),
            values,
            |row| Ok((row.get("incident")?, row.get("done")?, row.get("steps")?)),
        )?);
        Ok(())
    })?;
    Ok(found)
}
