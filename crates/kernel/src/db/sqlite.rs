//! SQLite: N readers and one writer with group commit.
//!
//! The writer takes all closures that wait, runs each in its own savepoint, commits the batch once, and answers each
//! caller after that commit: durable like one fsync per request, fast like one fsync per batch. `synchronous=FULL`
//! makes a commit in WAL mode survive a power cut (<https://sqlite.org/pragma.html#pragma_synchronous>).

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection as Sqlite, ErrorCode, OpenFlags};

use super::hold::{self, Held};
use super::kept::Seen;
use super::tx::{Connection, Tx};
use super::value::{Row, Value};
use super::{Options, Shared, Work};
use crate::error::{Error, Result};
use crate::private;
use crate::wake::Wake;

/// A batch is closed after this many closures or this much time, whichever comes first: later callers should not
/// wait for an endless batch.
const BATCH_AT_MOST: usize = 512;
const BATCH_TIME: Duration = Duration::from_millis(20);

pub(super) fn start(
    options: &Options,
    shared: &Shared,
    readers: &crossbeam_channel::Receiver<Box<dyn Work>>,
    writer: crossbeam_channel::Receiver<Box<dyn Work>>,
) -> Result<Held> {
    let path = Path::new(options.url.strip_prefix("sqlite://").unwrap_or(&options.url)).to_owned();
    let unavailable = |error: std::io::Error| Error::unavailable("kernel.db.unavailable").caused_by(error);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::make_folder(folder).map_err(unavailable)?;
    }
    let held = hold::file(&path, options.hold)?;
    // SQLite gives the files beside it the permissions of this one.
    private::make_file(&path).map_err(unavailable)?;
    let connection = open(&path, true)?;
    if !options.checks_references {
        connection
            .execute_batch("PRAGMA foreign_keys=OFF")
            .map_err(|e| error(e, "PRAGMA foreign_keys"))?;
    }
    let for_writer = shared.clone();
    spawn("db-writer", move || write_loop(&connection, &writer, &for_writer))?;
    for _ in 0..options.readers.max(1) {
        let connection = open(&path, false)?;
        let (receiver, shared) = (readers.clone(), shared.clone());
        spawn("db-reader", move || {
            for work in receiver {
                read_one(&connection, work, &shared);
            }
        })?;
    }
    Ok(held)
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
        .map_err(Error::internal)
}

fn open(path: &Path, writes: bool) -> Result<Sqlite> {
    let unavailable = |error: rusqlite::Error| Error::unavailable("kernel.db.unavailable").caused_by(error);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Sqlite::open_with_flags(path, flags).map_err(unavailable)?;
    connection
        .busy_timeout(Duration::from_secs(10))
        .map_err(unavailable)?;
    connection.set_prepared_statement_cache_capacity(300);
    connection
        .execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;
             PRAGMA cache_size=-16000; PRAGMA mmap_size=268435456; PRAGMA journal_size_limit=67108864;",
        )
        .map_err(unavailable)?;
    if !writes {
        connection
            .execute_batch("PRAGMA query_only=ON")
            .map_err(unavailable)?;
    }
    Ok(connection)
}

fn read_one(connection: &Sqlite, mut work: Box<dyn Work>, shared: &Shared) {
    let outcome = connection
        .execute_batch("BEGIN DEFERRED")
        .map_err(|e| error(e, "BEGIN"))
        .and_then(|()| {
            let mut tx = Tx {
                connection: Connection::Sqlite(connection),
                queries: &shared.queries,
                kept: &shared.kept,
                seen: Seen::default(),
                only_reads: true,
                sight: None,
                wakes: Vec::new(),
            };
            let outcome = work.run(&mut tx);
            let ended = connection
                .execute_batch("ROLLBACK")
                .map_err(|e| error(e, "ROLLBACK"));
            outcome.and(ended)
        });
    work.finish(outcome);
}

fn write_loop(connection: &Sqlite, receiver: &crossbeam_channel::Receiver<Box<dyn Work>>, shared: &Shared) {
    while let Ok(first) = receiver.recv() {
        write_batch(connection, first, receiver, shared);
    }
}

/// Runs one batch: see the module's text.
fn write_batch(
    connection: &Sqlite,
    first: Box<dyn Work>,
    receiver: &crossbeam_channel::Receiver<Box<dyn Work>>,
    shared: &Shared,
) {
    if let Err(failure) = connection.execute_batch("BEGIN IMMEDIATE") {
        first.finish(Err(error(failure, "BEGIN IMMEDIATE")));
        return;
    }
    let started = Instant::now();
    let mut done: Vec<Box<dyn Work>> = Vec::new();
    let mut wakes: Vec<Wake> = Vec::new();
    let mut next = Some(first);
    while let Some(mut work) = next.take() {
        match in_savepoint(connection, work.as_mut(), shared) {
            Ok(woken) => {
                wakes.extend(woken);
                done.push(work);
            }
            Err(failure) => work.finish(Err(failure)),
        }
        // A full disk or a failing device makes SQLite roll the whole transaction back by itself; then nothing of
        // the batch is stored and all of it must hear so.
        if connection.is_autocommit() {
            break;
        }
        if done.len() < BATCH_AT_MOST && started.elapsed() < BATCH_TIME {
            next = receiver.try_recv().ok();
        }
    }
    match commit(connection) {
        Ok(()) => {
            for work in done {
                work.finish(Ok(()));
            }
            shared.fire(&wakes);
        }
        Err(failure) => {
            tracing::error!(error = %failure, batch = done.len(), "the batch could not be committed");
            for work in done {
                work.finish(Err(
                    Error::unavailable("kernel.db.unavailable").caused_by(failure.to_string())
                ));
            }
        }
    }
}

fn commit(connection: &Sqlite) -> Result<()> {
    if connection.is_autocommit() {
        return Err(Error::unavailable("kernel.db.unavailable").caused_by("the transaction was rolled back"));
    }
    connection.execute_batch("COMMIT").map_err(|failure| {
        if !connection.is_autocommit()
            && let Err(second) = connection.execute_batch("ROLLBACK")
        {
            tracing::error!(error = %second, "the batch could not be rolled back");
        }
        error(failure, "COMMIT")
    })
}

fn in_savepoint(connection: &Sqlite, work: &mut dyn Work, shared: &Shared) -> Result<Vec<Wake>> {
    let step = |sql: &str| connection.prepare_cached(sql)?.execute([]).map(drop);
    step("SAVEPOINT closure").map_err(|e| error(e, "SAVEPOINT"))?;
    let mut tx = Tx {
        connection: Connection::Sqlite(connection),
        queries: &shared.queries,
        kept: &shared.kept,
        seen: Seen::default(),
        only_reads: false,
        sight: None,
        wakes: Vec::new(),
    };
    match work.run(&mut tx) {
        Ok(()) => {
            let wakes = std::mem::take(&mut tx.wakes);
            step("RELEASE closure").map_err(|e| error(e, "RELEASE"))?;
            Ok(wakes)
        }
        Err(failure) => {
            if !connection.is_autocommit() {
                step("ROLLBACK TO closure").map_err(|e| error(e, "ROLLBACK TO"))?;
                step("RELEASE closure").map_err(|e| error(e, "RELEASE"))?;
            }
            Err(failure)
        }
    }
}

pub(super) fn execute(connection: &Sqlite, sql: &str, params: &[Value]) -> Result<u64> {
    let text = question_marks(sql);
    let mut statement = connection.prepare_cached(&text).map_err(|e| error(e, sql))?;
    // A statement with RETURNING hands out rows; they are read to the end so that it has its effect.
    if statement.column_count() > 0 {
        let mut rows = statement
            .query(rusqlite::params_from_iter(params))
            .map_err(|e| error(e, sql))?;
        let mut count = 0;
        while rows.next().map_err(|e| error(e, sql))?.is_some() {
            count += 1;
        }
        return Ok(count);
    }
    let changed = statement
        .execute(rusqlite::params_from_iter(params))
        .map_err(|e| error(e, sql))?;
    Ok(changed as u64)
}

pub(super) fn query<T>(
    connection: &Sqlite,
    sql: &str,
    params: &[Value],
    read: &mut dyn FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let text = question_marks(sql);
    let mut statement = connection.prepare_cached(&text).map_err(|e| error(e, sql))?;
    let mut rows = statement
        .query(rusqlite::params_from_iter(params))
        .map_err(|e| error(e, sql))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(|e| error(e, sql))? {
        found.push(read(&Row::Sqlite(row))?);
    }
    Ok(found)
}

/// [`query`] for answers of any length: nothing is gathered.
pub(super) fn each(
    connection: &Sqlite,
    sql: &str,
    params: &[Value],
    take: &mut dyn FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let text = question_marks(sql);
    let mut statement = connection.prepare_cached(&text).map_err(|e| error(e, sql))?;
    let mut rows = statement
        .query(rusqlite::params_from_iter(params))
        .map_err(|e| error(e, sql))?;
    while let Some(row) = rows.next().map_err(|e| error(e, sql))? {
        take(&Row::Sqlite(row))?;
    }
    Ok(())
}

/// `$1` as SQLite numbers parameters: `?1`. (SQLite reads `$1` as a name and would number by first appearance.)
fn question_marks(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut quoted = false;
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            quoted = !quoted;
        }
        let is_parameter = letter == '$' && !quoted && letters.peek().is_some_and(char::is_ascii_digit);
        text.push(if is_parameter { '?' } else { letter });
    }
    text
}

/// Translates what SQLite says; `sql` goes to the log only.
pub(super) fn error(failure: rusqlite::Error, sql: &str) -> Error {
    let rusqlite::Error::SqliteFailure(code, _) = &failure else {
        return Error::internal(format!("{failure} in {sql}"));
    };
    match (code.code, code.extended_code) {
        (_, rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            Error::conflict("kernel.db.unique").caused_by(failure)
        }
        (_, rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
            Error::invalid("kernel.db.foreign_key").caused_by(failure)
        }
        (
            ErrorCode::DiskFull
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::OutOfMemory,
            _,
        ) => Error::unavailable("kernel.db.unavailable").caused_by(failure),
        _ => Error::internal(format!("{failure} in {sql}")),
    }
}

#[cfg(test)]
mod tests {
    use super::question_marks;

    #[test]
    fn parameters_are_numbered_and_text_is_left_alone() {
        assert_eq!(
            question_marks("a = $2 AND b = $1 AND c = '$3'"),
            "a = ?2 AND b = ?1 AND c = '$3'"
        );
        assert_eq!(question_marks("price = '$' || $10"), "price = '$' || ?10");
    }
}
