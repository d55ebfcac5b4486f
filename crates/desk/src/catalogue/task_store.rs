//! Every SQL statement about tasks.

use std::fmt::Write as _;

use kernel::db::{Row, Tx, Value, params};
use kernel::error::Result;
use kernel::id::{Id, TeamId, UserId};
use kernel::time::Timestamp;

use super::asking::Request;
use super::task::TaskState;
use super::task_reading::{Listed, Place, TicketTask};
use super::{Definition, Texts, store};

const COLUMNS: &str =
    "k.id, k.ticket, k.stage, k.place, k.title, k.of_type, k.team, k.hours, k.assignee, k.state, k.opened_at,
    k.due_at, k.done_at, k.done_by, k.remark";
/// When what is never due stands in a list: behind everything that is.
const NEVER: i64 = 9_000_000_000_000_000;

fn read(row: &Row) -> Result<TicketTask> {
    Ok(TicketTask {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        stage: row.get("stage")?,
        place: row.get("place")?,
        title: serde_json::from_str::<Texts>(&row.get::<String>("title")?)?,
        of_type: row.get("of_type")?,
        team: row.get("team")?,
        hours: row.get("hours")?,
        assignee: row.get("assignee")?,
        state: TaskState::stored(&row.get::<String>("state")?)?,
        opened_at: row.get("opened_at")?,
        due_at: row.get("due_at")?,
        done_at: row.get("done_at")?,
        done_by: row.get("done_by")?,
        remark: row.get("remark")?,
    })
}

pub(super) fn insert(tx: &mut Tx, task: &TicketTask) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_task (id, ticket, stage, place, title, of_type, team, hours, state, sort_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            task.id,
            task.ticket,
            task.stage,
            task.place,
            serde_json::to_string(&task.title)?,
            task.of_type,
            task.team,
            task.hours,
            task.state.as_str(),
            NEVER
        ],
    )?;
    Ok(())
}

pub fn load(tx: &mut Tx, id: Id<TicketTask>) -> Result<Option<TicketTask>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM desk_task k WHERE k.id = $1"),
        params![id],
        read,
    )
}

/// All tasks of a ticket, stage by stage.
pub fn of_ticket(tx: &mut Tx, ticket: i64) -> Result<Vec<TicketTask>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM desk_task k WHERE k.ticket = $1 ORDER BY k.stage, k.place, k.id LIMIT 200"
        ),
        params![ticket],
        read,
    )
}

/// How many tasks of a ticket are neither done nor skipped.
pub fn count_undone(tx: &mut Tx, ticket: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM desk_task WHERE ticket = $1 AND state IN ('waiting', 'open')",
        params![ticket],
        |row| row.get("n"),
    )
}

pub(super) fn open(tx: &mut Tx, id: Id<TicketTask>, at: Timestamp, due_at: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE desk_task SET state = 'open', opened_at = $1, due_at = $2, sort_at = $3 WHERE id = $4",
        params![at, due_at, due_at.map_or(NEVER, Timestamp::millis), id],
    )?;
    Ok(())
}

pub(super) fn set_assignee(tx: &mut Tx, id: Id<TicketTask>, assignee: Option<UserId>) -> Result<()> {
    tx.execute(
        "UPDATE desk_task SET assignee = $1 WHERE id = $2",
        params![assignee, id],
    )?;
    Ok(())
}

pub(super) fn settle(
    tx: &mut Tx,
    id: Id<TicketTask>,
    state: TaskState,
    remark: Option<&str>,
    (by, at): (Option<UserId>, Timestamp),
) -> Result<()> {
    tx.execute(
        "UPDATE desk_task SET state = $1, remark = $2, done_by = $3, done_at = $4 WHERE id = $5",
        params![state.as_str(), remark, by, at, id],
    )?;
    Ok(())
}

/// Skips all that a ticket still had to do; gives back how many there were.
pub(super) fn withdraw(tx: &mut Tx, ticket: i64, at: Timestamp) -> Result<u64> {
    tx.execute(
        "UPDATE desk_task SET state = 'skipped', done_at = $1 WHERE ticket = $2 AND state IN ('waiting', 'open')",
        params![at, ticket],
    )
}

/// Brings back what was withdrawn at this instant, as it stood.
pub(super) fn bring_back(tx: &mut Tx, ticket: i64, withdrawn_at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE desk_task SET state = CASE WHEN opened_at IS NULL THEN 'waiting' ELSE 'open' END, done_at = NULL
         WHERE ticket = $1 AND state = 'skipped' AND done_by IS NULL AND done_at = $2",
        params![ticket, withdrawn_at],
    )?;
    Ok(())
}

/// Open tasks in somebody's hands, those that are due first.
pub fn mine(tx: &mut Tx, person: UserId, after: Option<Place>, limit: i64) -> Result<Vec<Listed>> {
    let values = vec![Value::from(person)];
    list(tx, "k.assignee = $1", values, after, limit)
}

/// Open tasks of these teams, and of no team, that are not in this person's hands; those that are due first.
pub fn of_teams(
    tx: &mut Tx,
    (person, teams): (Option<UserId>, &[TeamId]),
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut values = vec![Value::from(person)];
    let mut wanted = String::from("(k.assignee IS NULL OR k.assignee <> $1) AND (k.team IS NULL");
    if !teams.is_empty() {
        wanted.push_str(" OR k.team IN (");
        for (index, team) in teams.iter().enumerate() {
            values.push(Value::from(*team));
            // Writing to a String cannot fail.
            let _ = write!(wanted, "{}${}", if index > 0 { ", " } else { "" }, values.len());
        }
        wanted.push(')');
    }
    wanted.push(')');
    list(tx, &wanted, values, after, limit)
}

fn list(
    tx: &mut Tx,
    wanted: &str,
    mut values: Vec<Value>,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut sql = format!(
        "SELECT {COLUMNS}, k.sort_at, t.title AS ticket_title, t.priority AS ticket_priority FROM desk_task k
         JOIN desk_ticket t ON t.number = k.ticket WHERE k.state = 'open' AND {wanted}"
    );
    if let Some(after) = after {
        let place = values.len();
        let _ = write!(
            sql,
            " AND (k.sort_at > ${0} OR (k.sort_at = ${0} AND k.id > ${1}))",
            place + 1,
            place + 2
        );
        values.push(Value::from(after.sort_at));
        values.push(Value::from(after.id));
    }
    let _ = write!(sql, " ORDER BY k.sort_at, k.id LIMIT {limit}");
    tx.query(&sql, &values, |row| {
        let task = read(row)?;
        Ok(Listed {
            place: Place {
                sort_at: row.get("sort_at")?,
                id: task.id,
            },
            ticket_title: row.get("ticket_title")?,
            priority: crate::ticket::value::Priority::stored(&row.get::<String>("ticket_priority")?)?,
            task,
        })
    })
}

/// How many open tasks somebody has, counted no further than `limit`.
pub fn count_mine(tx: &mut Tx, person: UserId, limit: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM (SELECT id FROM desk_task WHERE assignee = $1 AND state = 'open' LIMIT $2) m",
        params![person, limit],
        |row| row.get("n"),
    )
}

/// How many tasks a ticket has, and the request behind it: one look for both, since most tickets have neither.
pub fn beside(tx: &mut Tx, ticket: i64) -> Result<(i64, Option<(Request, Definition)>)> {
    tx.query_one(
        &format!(
            "SELECT n.tasks, {} FROM (SELECT COUNT(*) AS tasks FROM desk_task WHERE ticket = $1) n
             LEFT JOIN desk_request r ON r.ticket = $1
             LEFT JOIN desk_request_type_version v ON v.type = r.type AND v.version = r.version",
            store::REQUEST
        ),
        params![ticket],
        |row| {
            let is_request = row.get::<Option<i64>>("ticket")?.is_some();
            let request = is_request.then(|| store::read_request(row)).transpose()?;
            Ok((row.get("tasks")?, request))
        },
    )
}
