//! Every SQL statement about the request catalogue.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;

use super::answering::Answers;
use super::approval::{Decision, Progress};
use super::approving::{Approval, Waiting};
use super::asking::Request;
use super::{Definition, RequestType, TYPES_MAX};

fn read_type(row: &Row) -> Result<RequestType> {
    let definition: String = row.get("definition")?;
    Ok(RequestType {
        id: row.get("id")?,
        place: row.get("place")?,
        version: row.get("version")?,
        is_on: row.get("is_on")?,
        definition: serde_json::from_str::<Definition>(&definition)?,
    })
}

const TYPE: &str = "t.id, t.place, t.version, t.is_on, v.definition FROM desk_request_type t
    JOIN desk_request_type_version v ON v.type = t.id AND v.version = t.version";

/// All types that were not removed, in their order.
pub fn types(tx: &mut Tx) -> Result<Vec<RequestType>> {
    tx.query(
        &format!("SELECT {TYPE} WHERE t.removed_at IS NULL ORDER BY t.place, t.id LIMIT {TYPES_MAX}"),
        params![],
        read_type,
    )
}

/// One that was not removed.
pub fn request_type(tx: &mut Tx, id: &str) -> Result<Option<RequestType>> {
    tx.query_opt(
        &format!("SELECT {TYPE} WHERE t.removed_at IS NULL AND t.id = $1"),
        params![id],
        read_type,
    )
}

/// The identifiers of all that ever were, with the removed ones.
pub fn known(tx: &mut Tx) -> Result<Vec<String>> {
    tx.query(
        "SELECT id FROM desk_request_type ORDER BY id LIMIT 1000",
        params![],
        |row| row.get("id"),
    )
}

/// A version of a type, also of a removed one.
pub fn definition(tx: &mut Tx, id: &str, version: i64) -> Result<Option<Definition>> {
    let found: Option<String> = tx.query_opt(
        "SELECT definition FROM desk_request_type_version WHERE type = $1 AND version = $2",
        params![id, version],
        |row| row.get("definition"),
    )?;
    Ok(found.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Keeps a type and its version; a new version is a new row.
pub fn save(tx: &mut Tx, one: &RequestType, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_request_type (id, place, version, is_on) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET place = $2, version = $3, is_on = $4",
        params![&one.id, one.place, one.version, one.is_on],
    )?;
    tx.execute(
        "INSERT INTO desk_request_type_version (type, version, definition, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (type, version) DO NOTHING",
        params![&one.id, one.version, serde_json::to_string(&one.definition)?, at],
    )?;
    Ok(())
}

pub fn remove(tx: &mut Tx, id: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE desk_request_type SET removed_at = $1 WHERE id = $2",
        params![at, id],
    )?;
    Ok(())
}

pub fn insert_request(tx: &mut Tx, request: &Request) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_request (ticket, type, version, answers, approval, step, asked_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            request.ticket,
            &request.type_id,
            request.version,
            serde_json::to_string(&request.answers)?,
            request.approval.as_str(),
            request.step,
            request.asked_by
        ],
    )?;
    Ok(())
}

pub(super) const REQUEST: &str =
    "r.ticket, r.type, r.version, r.answers, r.approval, r.step, r.asked_by, v.definition";

pub(super) fn read_request(row: &Row) -> Result<(Request, Definition)> {
    let (answers, definition): (String, String) = (row.get("answers")?, row.get("definition")?);
    let request = Request {
        ticket: row.get("ticket")?,
        type_id: row.get("type")?,
        version: row.get("version")?,
        answers: serde_json::from_str::<Answers>(&answers)?,
        approval: Progress::stored(&row.get::<String>("approval")?)?,
        step: row.get("step")?,
        asked_by: row.get("asked_by")?,
    };
    Ok((request, serde_json::from_str(&definition)?))
}

/// The request behind a ticket, with the form it was asked with.
pub fn request(tx: &mut Tx, ticket: i64) -> Result<Option<(Request, Definition)>> {
    tx.query_opt(
        &format!(
            "SELECT {REQUEST} FROM desk_request r
             JOIN desk_request_type_version v ON v.type = r.type AND v.version = r.version WHERE r.ticket = $1"
        ),
        params![ticket],
        read_request,
    )
}

/// Whether the request behind a ticket was refused or taken back.
pub fn is_refused(tx: &mut Tx, ticket: i64) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT 1 AS found FROM desk_request WHERE ticket = $1 AND approval IN ('refused', 'withdrawn')",
        params![ticket],
        |row| row.get::<i64>("found"),
    )?;
    Ok(found.is_some())
}

pub fn set_progress(tx: &mut Tx, ticket: i64, progress: Progress, step: i64) -> Result<()> {
    tx.execute(
        "UPDATE desk_request SET approval = $1, step = $2 WHERE ticket = $3",
        params![progress.as_str(), step, ticket],
    )?;
    Ok(())
}

pub fn insert_approval(tx: &mut Tx, approval: &Approval) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_approval (id, ticket, step, person, instead_of, asked_at, remind_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            approval.id,
            approval.ticket,
            approval.step,
            approval.person,
            approval.instead_of,
            approval.asked_at,
            approval.remind_at
        ],
    )?;
    Ok(())
}

const APPROVAL: &str =
    "id, ticket, step, person, instead_of, asked_at, remind_at, reminders, decided_at, decision, comment
    FROM desk_approval";

fn read_approval(row: &Row) -> Result<Approval> {
    let decision: Option<String> = row.get("decision")?;
    Ok(Approval {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        step: row.get("step")?,
        person: row.get("person")?,
        instead_of: row.get("instead_of")?,
        asked_at: row.get("asked_at")?,
        remind_at: row.get("remind_at")?,
        reminders: row.get("reminders")?,
        decided_at: row.get("decided_at")?,
        decision: decision.as_deref().map(Decision::stored).transpose()?,
        comment: row.get("comment")?,
    })
}

pub fn approval(tx: &mut Tx, id: Id<Approval>) -> Result<Option<Approval>> {
    tx.query_opt(
        &format!("SELECT {APPROVAL} WHERE id = $1"),
        params![id],
        read_approval,
    )
}

/// Everybody who was asked about a ticket, step by step.
pub fn approvals(tx: &mut Tx, ticket: i64) -> Result<Vec<Approval>> {
    tx.query(
        &format!("SELECT {APPROVAL} WHERE ticket = $1 ORDER BY step, id LIMIT 500"),
        params![ticket],
        read_approval,
    )
}

/// What waits for a person's word, the oldest first.
pub fn waiting_for(tx: &mut Tx, person: UserId, limit: i64) -> Result<Vec<Waiting>> {
    tx.query(
        "SELECT a.id, a.ticket, a.instead_of, a.asked_at, t.title, t.requester FROM desk_approval a
         JOIN desk_ticket t ON t.number = a.ticket
         WHERE a.person = $1 AND a.decided_at IS NULL ORDER BY a.asked_at, a.id LIMIT $2",
        params![person, limit],
        |row| {
            Ok(Waiting {
                id: row.get("id")?,
                ticket: row.get("ticket")?,
                title: row.get("title")?,
                requester: row.get("requester")?,
                instead_of: row.get("instead_of")?,
                asked_at: row.get("asked_at")?,
            })
        },
    )
}

/// How many wait for a person's word, counted no further than `limit`.
pub fn count_waiting_for(tx: &mut Tx, person: UserId, limit: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM (SELECT id FROM desk_approval WHERE person = $1 AND decided_at IS NULL LIMIT $2) w",
        params![person, limit],
        |row| row.get("n"),
    )
}

pub fn decide(
    tx: &mut Tx,
    id: Id<Approval>,
    decision: Decision,
    via: &str,
    comment: Option<&str>,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE desk_approval SET decided_at = $1, decision = $2, via = $3, comment = $4, remind_at = NULL WHERE id = $5",
        params![at, decision.as_str(), via, comment, id],
    )?;
    Ok(())
}

/// Who is to be reminded by now.
pub fn due_reminders(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Approval>> {
    tx.query(
        &format!(
            "SELECT {APPROVAL} WHERE decided_at IS NULL AND remind_at IS NOT NULL AND remind_at <= $1
             ORDER BY remind_at, id LIMIT $2"
        ),
        params![now, limit],
        read_approval,
    )
}

/// Looked at without a letter.
pub fn looked_at(tx: &mut Tx, id: Id<Approval>, next: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE desk_approval SET remind_at = $1 WHERE id = $2",
        params![next, id],
    )?;
    Ok(())
}

pub fn reminded(tx: &mut Tx, id: Id<Approval>, next: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE desk_approval SET reminders = reminders + 1, remind_at = $1 WHERE id = $2",
        params![next, id],
    )?;
    Ok(())
}
