//! Every SQL statement of the doctor. It reads tables of several slices and writes none; each look is bounded.

use kernel::db::{Backend, Tx, params};
use kernel::{Result, Timestamp};

/// What the database calls itself.
pub fn version(tx: &mut Tx<'_>) -> Result<String> {
    let sql = match tx.backend() {
        Backend::Sqlite => "SELECT sqlite_version() AS version",
        Backend::Postgres => "SELECT current_setting('server_version') AS version",
    };
    tx.query_one(sql, &[], |row| row.get("version"))
}

/// The first thing that is broken in the tables themselves.
pub fn fault(tx: &mut Tx<'_>) -> Result<Option<String>> {
    match tx.backend() {
        Backend::Sqlite => {
            let said: Vec<String> = tx.query("PRAGMA quick_check(1)", &[], |row| row.get("quick_check"))?;
            let fault = said.into_iter().find(|line| line != "ok");
            match fault {
                Some(fault) => Ok(Some(fault)),
                None => tx.broken_reference(),
            }
        }
        Backend::Postgres => tx.query_opt(
            "SELECT c.relname::text AS name FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
                 JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE NOT x.indisvalid AND n.nspname = current_schema() LIMIT 1",
            &[],
            |row| row.get("name"),
        ),
    }
}

/// A schedule: when it fires next, and when it fired last.
pub struct Planned {
    pub name: String,
    pub next_at: Timestamp,
    pub last_at: Option<Timestamp>,
}

pub fn schedules(tx: &mut Tx<'_>) -> Result<Vec<Planned>> {
    tx.query(
        "SELECT name, next_at, last_at FROM kernel_schedule ORDER BY name LIMIT 1000",
        &[],
        |row| {
            Ok(Planned {
                name: row.get("name")?,
                next_at: row.get("next_at")?,
                last_at: row.get("last_at")?,
            })
        },
    )
}

/// Whether any device has an agent.
pub fn has_agents(tx: &mut Tx<'_>) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM fleet_device WHERE agent_key IS NOT NULL LIMIT 1";
    let found: Option<i64> = tx.query_opt(sql, &[], |row| row.get("one"))?;
    Ok(found.is_some())
}

/// Clocks that should have been looked at before an instant, counted up to 10,000.
pub fn late_clocks(tx: &mut Tx<'_>, before: Timestamp) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM desk_clock
             WHERE due_at IS NOT NULL AND due_at <= $1 LIMIT 10000) AS late",
        params![before],
        |row| row.get("count"),
    )
}

/// Jobs that were given up, and jobs that have waited since before an instant; both counted up to 10,000.
pub fn jobs(tx: &mut Tx<'_>, before: Timestamp) -> Result<(i64, i64)> {
    tx.query_one(
        "SELECT (SELECT COUNT(*) FROM (SELECT 1 AS one FROM kernel_job WHERE state = 'dead' LIMIT 10000) AS dead) AS dead,
             (SELECT COUNT(*) FROM (SELECT 1 AS one FROM kernel_job
                 WHERE state = 'queued' AND run_at <= $1 LIMIT 10000) AS late) AS late",
        params![before],
        |row| Ok((row.get("dead")?, row.get("late")?)),
    )
}

/// A mailbox in use, and the code of what troubles it.
pub struct Mailbox {
    pub address: String,
    pub trouble: Option<String>,
}

pub fn mailboxes(tx: &mut Tx<'_>) -> Result<Vec<Mailbox>> {
    tx.query(
        "SELECT b.address, COALESCE(w.imap_error, w.smtp_error) AS trouble
         FROM mail_mailbox b LEFT JOIN mail_watch w ON w.mailbox = b.id
         WHERE b.enabled ORDER BY b.address LIMIT 1000",
        &[],
        |row| {
            Ok(Mailbox {
                address: row.get("address")?,
                trouble: row.get("trouble")?,
            })
        },
    )
}

/// A working calendar as it is stored.
pub struct Calendar {
    pub name: String,
    pub definition: String,
}

pub fn calendars(tx: &mut Tx<'_>) -> Result<Vec<Calendar>> {
    tx.query(
        "SELECT name, definition FROM people_calendar ORDER BY name LIMIT 1000",
        &[],
        |row| {
            Ok(Calendar {
                name: row.get("name")?,
                definition: row.get("definition")?,
            })
        },
    )
}
