//! Every SQL statement about helping devices without the agent.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::program::Program;
use super::{Assist, AssistId, State};
use crate::device::DeviceId;
use crate::enrolment::EnrolmentId;

const SELECT: &str = "SELECT id, ticket, person, state, reason, code_hash, code, document, enrolment, device, key_hash, made_at,
     code_until, fetched_at, connected_at, ended_at FROM fleet_assist";

fn read(row: &Row<'_>) -> Result<Assist> {
    let state: String = row.get("state")?;
    Ok(Assist {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        person: row.get("person")?,
        state: State::stored(&state)?,
        reason: row.get("reason")?,
        code_hash: row.get("code_hash")?,
        code: row.get("code")?,
        document: row.get("document")?,
        enrolment: row.get("enrolment")?,
        device: row.get("device")?,
        key_hash: row.get("key_hash")?,
        made_at: row.get("made_at")?,
        code_until: row.get("code_until")?,
        fetched_at: row.get("fetched_at")?,
        connected_at: row.get("connected_at")?,
        ended_at: row.get("ended_at")?,
    })
}

pub(super) fn insert(tx: &mut Tx<'_>, one: &Assist) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_assist (id, ticket, person, state, reason, code_hash, code, document, enrolment, made_at, code_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            one.id,
            one.ticket,
            one.person,
            one.state.as_str(),
            &one.reason,
            &one.code_hash,
            one.code.as_deref(),
            one.document.as_deref(),
            one.enrolment,
            one.made_at,
            one.code_until
        ],
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx<'_>, one: &Assist) -> Result<()> {
    tx.execute(
        "UPDATE fleet_assist SET state = $2, reason = $3, code = $4, document = $5, device = $6, key_hash = $7, fetched_at = $8,
             connected_at = $9, ended_at = $10 WHERE id = $1",
        params![
            one.id,
            one.state.as_str(),
            &one.reason,
            one.code.as_deref(),
            one.document.as_deref(),
            one.device,
            one.key_hash.as_deref(),
            one.fetched_at,
            one.connected_at,
            one.ended_at
        ],
    )?;
    Ok(())
}

pub(super) fn find(tx: &mut Tx<'_>, id: AssistId) -> Result<Option<Assist>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], read)
}

/// Those whose code counts, the latest first.
pub(super) fn waiting(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Assist>> {
    tx.query(
        &format!("{SELECT} WHERE state = 'waiting' AND code_until > $1 ORDER BY id DESC LIMIT $2"),
        params![now, limit],
        read,
    )
}

/// Those that are not over, the oldest first.
pub(super) fn open(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Assist>> {
    tx.query(
        &format!("{SELECT} WHERE state <> 'ended' ORDER BY id LIMIT $1"),
        params![limit],
        read,
    )
}

/// Those of a ticket that are not over.
pub(super) fn open_of_ticket(tx: &mut Tx<'_>, ticket: i64) -> Result<Vec<Assist>> {
    tx.query(
        &format!("{SELECT} WHERE ticket = $1 AND state <> 'ended' ORDER BY id LIMIT 100"),
        params![ticket],
        read,
    )
}

pub(crate) fn of_device(tx: &mut Tx<'_>, device: DeviceId) -> Result<Option<Assist>> {
    tx.query_opt(&format!("{SELECT} WHERE device = $1"), params![device], read)
}

pub(crate) fn of_enrolment(tx: &mut Tx<'_>, enrolment: EnrolmentId) -> Result<Option<Assist>> {
    tx.query_opt(
        &format!("{SELECT} WHERE enrolment = $1"),
        params![enrolment],
        read,
    )
}

pub(super) fn of_key(tx: &mut Tx<'_>, key_hash: &str) -> Result<Option<Assist>> {
    tx.query_opt(
        &format!("{SELECT} WHERE key_hash = $1 ORDER BY id DESC LIMIT 1"),
        params![key_hash],
        read,
    )
}

fn read_program(row: &Row<'_>) -> Result<Program> {
    Ok(Program {
        platform: row.get("platform")?,
        hash: row.get("hash")?,
        size: row.get("size")?,
        put_at: row.get("put_at")?,
        put_by: row.get("put_by")?,
    })
}

pub(super) fn program(tx: &mut Tx<'_>, platform: &str) -> Result<Option<Program>> {
    tx.query_opt(
        "SELECT platform, hash, size, put_at, put_by FROM fleet_assist_program WHERE platform = $1",
        params![platform],
        read_program,
    )
}

pub(super) fn programs(tx: &mut Tx<'_>) -> Result<Vec<Program>> {
    tx.query(
        "SELECT platform, hash, size, put_at, put_by FROM fleet_assist_program ORDER BY platform",
        params![],
        read_program,
    )
}

pub(super) fn put_program(tx: &mut Tx<'_>, one: &Program) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_assist_program (platform, hash, size, put_at, put_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (platform) DO UPDATE SET hash = excluded.hash, size = excluded.size, put_at = excluded.put_at,
             put_by = excluded.put_by",
        params![&one.platform, &one.hash, one.size, one.put_at, &one.put_by],
    )?;
    Ok(())
}
