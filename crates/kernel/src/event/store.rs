//! Every SQL statement about the events themselves.

use crate::db::{self, Backend, Row, Tx, Value, params};
use crate::error::Result;
use crate::time::Timestamp;

use super::{Cursor, Event};

pub struct Personal {
    pub hash: String,
    pub salt: String,
    pub data: String,
}

pub struct Record<'a> {
    pub at: Timestamp,
    pub actor: &'a str,
    pub via: &'a str,
    pub request: &'a str,
    pub subject: &'a str,
    pub kind: &'a str,
    pub data: &'a str,
    pub personal: Option<&'a Personal>,
}

/// Values of one row.
pub const WIDTH: usize = 8;

const INSERT: &str =
    "INSERT INTO kernel_event (at, actor, via, request, subject, kind, data, personal_hash) VALUES";
const INSERT_PERSONAL: &str = "INSERT INTO kernel_event_personal (seq, salt, data) VALUES";

pub fn values(record: &Record<'_>) -> Vec<Value> {
    params![
        record.at,
        record.actor,
        record.via,
        record.request,
        record.subject,
        record.kind,
        record.data,
        record.personal.map(|personal| personal.hash.clone())
    ]
    .to_vec()
}

pub fn insert(tx: &mut Tx<'_>, record: &Record<'_>) -> Result<i64> {
    let sql = format!("{INSERT} ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING seq");
    let seq: i64 = tx.query_one(&sql, &values(record), |row| row.get("seq"))?;
    if let Some(personal) = record.personal {
        tx.execute(
            &format!("{INSERT_PERSONAL} ($1, $2, $3)"),
            params![seq, &personal.salt, &personal.data],
        )?;
    }
    Ok(seq)
}

/// Many events at once; `personal` names the row that each part belongs to.
pub fn insert_many(tx: &mut Tx<'_>, rows: &[Value], personal: Vec<(usize, Personal)>) -> Result<()> {
    let numbers = db::insert_many_numbered(tx, INSERT, "seq", WIDTH, rows)?;
    let mut parts = Vec::with_capacity(personal.len() * 3);
    for (place, part) in personal {
        let seq = numbers.get(place).copied().unwrap_or_default();
        parts.extend([Value::Int(seq), Value::Text(part.salt), Value::Text(part.data)]);
    }
    db::insert_many(tx, INSERT_PERSONAL, 3, &parts)
}

const SELECT: &str =
    "SELECT e.seq, e.txid, e.at, e.actor, e.via, e.request, e.subject, e.kind, e.data, p.data AS personal
     FROM kernel_event e LEFT JOIN kernel_event_personal p ON p.seq = e.seq";

fn event(row: &Row<'_>) -> Result<Event> {
    Ok(Event {
        seq: row.get("seq")?,
        txid: row.get("txid")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        via: row.get("via")?,
        request: row.get("request")?,
        subject: row.get("subject")?,
        kind: row.get("kind")?,
        data: row.get("data")?,
        personal: row.get("personal")?,
    })
}

/// Below which transaction everything may be read, as an expression: the oldest that still ran when the snapshot was
/// taken. It stands inside the reading statement so that both see the same snapshot. One of the few places where the
/// databases differ.
///
/// A snapshot also names transactions of other databases of the same server, and one of those may run for hours. Such
/// a one is passed over, but only when it is seen to run elsewhere: one that cannot be found has ended since the
/// snapshot was taken, may have been ours, and so holds the reader back this once.
const fn horizon(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "9223372036854775807",
        Backend::Postgres => {
            "(SELECT COALESCE(MIN(running.xid::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
              FROM pg_snapshot_xip(pg_current_snapshot()) AS running(xid)
              WHERE NOT EXISTS (
                  SELECT 1 FROM pg_stat_activity elsewhere WHERE elsewhere.datname <> current_database()
                      AND elsewhere.backend_xid::text::bigint = (running.xid::text::bigint & 4294967295)))"
        }
    }
}

/// Whether committed events wait for a transaction that began before theirs and is still open.
pub fn is_held_back(tx: &mut Tx<'_>) -> Result<bool> {
    let horizon = horizon(tx.backend());
    // The largest is the end of an index. Asked for "any beyond the horizon", PostgreSQL expects many and reads the table.
    let sql = format!("SELECT 1 AS one WHERE (SELECT MAX(txid) FROM kernel_event) >= {horizon}");
    Ok(tx.query_opt(&sql, params![], |_| Ok(()))?.is_some())
}

/// The end of a list of events. The number stands in the statement itself: as a parameter PostgreSQL, once it plans for all values,
/// expects a tenth of the log, and joins the personal parts from their beginning.
fn at_most(limit: i64) -> String {
    format!("LIMIT {limit}")
}

/// That an event comes after a place, as an expression. On SQLite every txid is 0, and its planner makes no range of the
/// pair because seq is the row's own number: it would read the whole log to find its end.
pub fn comes_after(backend: Backend, event: &str, txid: &str, seq: &str) -> String {
    match backend {
        Backend::Sqlite => format!("({event}.seq > {seq} AND {txid} >= 0)"),
        Backend::Postgres => format!("({event}.txid, {event}.seq) > ({txid}, {seq})"),
    }
}

pub fn read_after(tx: &mut Tx<'_>, cursor: Cursor, limit: i64) -> Result<Vec<Event>> {
    let horizon = horizon(tx.backend());
    let after = comes_after(tx.backend(), "e", "$1", "$2");
    let order = match tx.backend() {
        Backend::Sqlite => "e.seq",
        Backend::Postgres => "e.txid, e.seq",
    };
    tx.query(
        &format!(
            "{SELECT} WHERE {after} AND e.txid < {horizon} ORDER BY {order} {}",
            at_most(limit)
        ),
        params![cursor.txid, cursor.seq],
        event,
    )
}

pub fn tail(tx: &mut Tx<'_>) -> Result<Cursor> {
    let last = "SELECT COALESCE(MAX(seq), 0) AS seq FROM kernel_event";
    match tx.backend() {
        Backend::Sqlite => tx.query_one(last, params![], |row| {
            Ok(Cursor {
                txid: 0,
                seq: row.get("seq")?,
            })
        }),
        Backend::Postgres => {
            let horizon = horizon(Backend::Postgres);
            tx.query_one(&format!("SELECT {horizon} - 1 AS txid"), params![], |row| {
                Ok(Cursor {
                    txid: row.get("txid")?,
                    seq: i64::MAX,
                })
            })
        }
    }
}

pub fn of_subject(tx: &mut Tx<'_>, subject: &str, after_seq: i64, limit: i64) -> Result<Vec<Event>> {
    tx.query(
        &format!(
            "{SELECT} WHERE e.subject = $1 AND e.seq > $2 ORDER BY e.seq {}",
            at_most(limit)
        ),
        params![subject, after_seq],
        event,
    )
}

pub fn last_of_subject(tx: &mut Tx<'_>, subject: &str) -> Result<i64> {
    tx.query_one(
        "SELECT COALESCE(MAX(seq), 0) AS seq FROM kernel_event WHERE subject = $1",
        params![subject],
        |row| row.get("seq"),
    )
}

pub fn of_subjects(tx: &mut Tx<'_>, subjects: &[String], limit: i64) -> Result<Vec<Event>> {
    let mut found = Vec::new();
    db::each_listed(subjects, |list, named| {
        let sql = format!(
            "{SELECT} WHERE e.subject IN ({list}) ORDER BY e.subject, e.seq {}",
            at_most(limit)
        );
        found.extend(tx.query(&sql, named, event)?);
        Ok(())
    })?;
    Ok(found)
}

pub fn of_actor(tx: &mut Tx<'_>, actor: &str, before_seq: i64, limit: i64) -> Result<Vec<Event>> {
    tx.query(
        &format!(
            "{SELECT} WHERE e.actor = $1 AND e.seq < $2 ORDER BY e.seq DESC {}",
            at_most(limit)
        ),
        params![actor, before_seq],
        event,
    )
}

pub fn latest(tx: &mut Tx<'_>, before_seq: i64, limit: i64) -> Result<Vec<Event>> {
    tx.query(
        &format!("{SELECT} WHERE e.seq < $1 ORDER BY e.seq DESC {}", at_most(limit)),
        params![before_seq],
        event,
    )
}

pub fn delete_personal(tx: &mut Tx<'_>, subject: &str) -> Result<u64> {
    tx.execute(
        "DELETE FROM kernel_event_personal WHERE seq IN (
             SELECT seq FROM kernel_event WHERE subject = $1 UNION SELECT seq FROM kernel_event WHERE actor = $1)",
        params![subject],
    )
}

pub fn last_seq(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(
        "SELECT COALESCE(MAX(seq), 0) AS seq FROM kernel_event",
        params![],
        |row| row.get("seq"),
    )
}

/// What of a table of the log another database can understand, where that is not the column itself. Transaction ids mean
/// nothing elsewhere: every event gets 0 and every cursor stands just before its first unread event, so nothing is missed;
/// what was read out of order is read again. Nobody holds a lease there.
pub fn elsewhere(backend: Backend, table: &str, column: &str) -> Option<String> {
    let expression = match (table, column) {
        ("kernel_event" | "kernel_cursor", "txid") | ("kernel_cursor", "lease_until") => {
            "CAST(0 AS BIGINT)".to_owned()
        }
        ("kernel_cursor", "lease_owner") => "CAST(NULL AS TEXT)".to_owned(),
        ("kernel_cursor", "seq") => format!(
            "CASE WHEN name = '{}' THEN seq ELSE COALESCE(
                 (SELECT MIN(e.seq) - 1 FROM kernel_event e WHERE {}), (SELECT MAX(e.seq) FROM kernel_event e), 0) END",
            super::seal::SEALED,
            comes_after(backend, "e", "kernel_cursor.txid", "kernel_cursor.seq"),
        ),
        _ => return None,
    };
    Some(expression)
}

/// Rows that mean nothing in another database, as a condition for the others.
pub fn stays_behind(table: &str) -> Option<String> {
    (table == "kernel_cursor").then(|| format!("name <> '{}'", super::seal::CANDIDATE))
}
