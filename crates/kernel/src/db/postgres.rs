//! PostgreSQL: a small set of connections for reading and one for writing, each owned by a thread.
//!
//! Reads run `REPEATABLE READ`, so one closure sees one snapshot. Writes run `READ COMMITTED`; aggregates are held by
//! [`super::Tx::lock`], and serialization failures and deadlocks are tried again. The first statement of a write
//! assigns the transaction id, before any sequence is touched: the event log relies on that order.
//!
//! A connection that broke is opened anew at the next closure, so a database that comes back needs no restart of ours.

use std::collections::HashMap;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use postgres::{Client, Config, NoTls, Statement};

use super::hold::{self, Held};
use super::kept::Seen;
use super::tx::{Connection, Tx};
use super::value::{Row, Value};
use super::{Options, Shared, Work};
use crate::error::{Error, Result};
use crate::wake::Wake;

const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_current_xact_id()";
/// A transaction that loses against others this often is better answered with 503 than tried for ever.
const TRIES: u32 = 12;
/// Statements kept prepared on a connection; texts are literals, so this bounds defects, not normal use.
const PREPARED_AT_MOST: usize = 500;
const CHANNEL: &str = "mainstay";

/// A connection with its prepared statements.
pub struct Session {
    client: Client,
    prepared: HashMap<String, Statement>,
}

pub(super) fn start(
    options: &Options,
    shared: &Shared,
    readers: &crossbeam_channel::Receiver<Box<dyn Work>>,
    writers: &crossbeam_channel::Receiver<Box<dyn Work>>,
) -> Result<Held> {
    let mut config: Config = options
        .url
        .parse()
        .map_err(|e: postgres::Error| Error::unavailable("kernel.db.bad_url").caused_by(e))?;
    config
        .application_name(options.hold.application_name())
        .connect_timeout(Duration::from_secs(5))
        .keepalives_idle(Duration::from_secs(30));
    // Opened once here, so that a wrong address or password is told at the start and not at the first request.
    let (held, first) = hold::session(connect(&config)?, options.hold)?;
    for (count, receiver, begin) in [
        (options.readers, readers, READ),
        (options.writers, writers, WRITE),
    ] {
        for _ in 0..count.max(1) {
            let (config, receiver, shared) = (config.clone(), receiver.clone(), shared.clone());
            spawn("db-postgres", move || {
                let mut session = None;
                for work in receiver {
                    serve(&config, &mut session, work, begin, &shared);
                }
            })?;
        }
    }
    start_wakes(config, shared, first)?;
    Ok(held)
}

pub(super) fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
        .map_err(Error::internal)
}

fn connect(config: &Config) -> Result<Client> {
    let unavailable = |error: postgres::Error| Error::unavailable("kernel.db.unavailable").caused_by(error);
    if config.get_ssl_mode() == postgres::config::SslMode::Disable {
        return config.connect(NoTls).map_err(unavailable);
    }
    config
        .connect(crate::tls::postgres_connector()?)
        .map_err(unavailable)
}

fn serve(
    config: &Config,
    session: &mut Option<Session>,
    mut work: Box<dyn Work>,
    begin: &str,
    shared: &Shared,
) {
    let mut tries = 0;
    let outcome = loop {
        tries += 1;
        let was_open = session.is_some();
        let begun = open_session(config, session).and_then(|open| batch(open, begin));
        let outcome = match (begun, session.as_mut()) {
            (Ok(()), Some(open)) => once(open, work.as_mut(), begin == READ, shared),
            (Ok(()), None) => Err(Error::internal("a session began and is not there")),
            // A connection that was lost while nobody used it has done nothing yet: a fresh one may serve, so that
            // a database that came back answers at once and not after each connection has failed somebody.
            (Err(_), _) if was_open => {
                *session = None;
                continue;
            }
            (Err(error), _) => Err(error),
        };
        if session.as_ref().is_some_and(|open| open.client.is_closed()) {
            *session = None;
        }
        match outcome {
            Err(error) if error.is_retryable() && tries < TRIES => {
                // Full jitter up to 2^tries ms: losers must not meet again in step.
                let most = 1_u64 << tries.min(8);
                std::thread::sleep(Duration::from_millis(rand::random_range(0..=most)));
            }
            other => break other,
        }
    };
    let outcome = outcome.map(|wakes| {
        shared.fire(&wakes);
        for wake in wakes {
            // A full queue means that the others are being told already.
            let _ = shared.outward.0.try_send(wake);
        }
    });
    work.finish(outcome);
}

fn open_session<'a>(config: &Config, session: &'a mut Option<Session>) -> Result<&'a mut Session> {
    if session.as_ref().is_some_and(|open| open.client.is_closed()) {
        *session = None;
    }
    match session {
        Some(open) => Ok(open),
        None => Ok(session.insert(Session {
            client: connect(config)?,
            prepared: HashMap::new(),
        })),
    }
}

/// Runs a closure in the transaction that has begun.
fn once(session: &mut Session, work: &mut dyn Work, only_reads: bool, shared: &Shared) -> Result<Vec<Wake>> {
    let mut tx = Tx {
        connection: Connection::Postgres(session),
        queries: &shared.queries,
        kept: &shared.kept,
        seen: Seen::default(),
        only_reads,
        sight: None,
        wakes: Vec::new(),
    };
    let outcome = work.run(&mut tx);
    let wakes = std::mem::take(&mut tx.wakes);
    match outcome {
        Ok(()) => batch(session, "COMMIT").map(|()| wakes),
        Err(failure) => {
            // When the connection is gone the server rolls back by itself.
            if let Err(second) = batch(session, "ROLLBACK") {
                tracing::debug!(error = %second, "rolling back found the connection gone");
            }
            Err(failure)
        }
    }
}

pub(super) fn batch(session: &mut Session, sql: &str) -> Result<()> {
    session.client.batch_execute(sql).map_err(|e| error(e, sql))
}

pub(super) fn execute(session: &mut Session, sql: &str, params: &[Value]) -> Result<u64> {
    let statement = prepared(session, sql)?;
    let params = borrowed(params);
    session
        .client
        .execute(&statement, &params)
        .map_err(|e| error(e, sql))
}

pub(super) fn query<T>(
    session: &mut Session,
    sql: &str,
    params: &[Value],
    read: &mut dyn FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let statement = prepared(session, sql)?;
    let params = borrowed(params);
    let rows = session
        .client
        .query(&statement, &params)
        .map_err(|e| error(e, sql))?;
    rows.iter().map(|row| read(&Row::Postgres(row))).collect()
}

/// [`query`] for answers of any length: rows are handed over as they come, and the server waits for whoever takes them.
pub(super) fn each(
    session: &mut Session,
    sql: &str,
    params: &[Value],
    take: &mut dyn FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    use postgres::fallible_iterator::FallibleIterator as _;
    let statement = prepared(session, sql)?;
    let mut rows = session
        .client
        .query_raw(&statement, params.iter())
        .map_err(|e| error(e, sql))?;
    while let Some(row) = rows.next().map_err(|e| error(e, sql))? {
        take(&Row::Postgres(&row))?;
    }
    Ok(())
}

fn prepared(session: &mut Session, sql: &str) -> Result<Statement> {
    if let Some(statement) = session.prepared.get(sql) {
        return Ok(statement.clone());
    }
    let statement = session.client.prepare(sql).map_err(|e| error(e, sql))?;
    if session.prepared.len() >= PREPARED_AT_MOST {
        session.prepared.clear();
    }
    session.prepared.insert(sql.to_owned(), statement.clone());
    Ok(statement)
}

fn borrowed(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(value), &Type::INT4) => i32::try_from(*value)?.to_sql(kind, out),
            (Self::Int(value), &Type::INT2) => i16::try_from(*value)?.to_sql(kind, out),
            #[expect(clippy::cast_precision_loss, reason = "a whole number for a floating column")]
            (Self::Int(value), &Type::FLOAT8) => (*value as f64).to_sql(kind, out),
            (Self::Int(value), &Type::INT8) => value.to_sql(kind, out),
            (Self::Real(value), &Type::FLOAT8) => value.to_sql(kind, out),
            (Self::Bool(value), &Type::BOOL) => value.to_sql(kind, out),
            (
                Self::Text(value),
                &Type::TEXT | &Type::VARCHAR | &Type::NAME | &Type::BPCHAR | &Type::UNKNOWN,
            ) => {
                // PostgreSQL text cannot hold U+0000; it never means anything in ours.
                if value.contains('\0') {
                    value.replace('\0', "").to_sql(kind, out)
                } else {
                    value.to_sql(kind, out)
                }
            }
            (Self::Bytes(value), &Type::BYTEA) => value.to_sql(kind, out),
            (value, kind) => Err(format!("a {value:?} cannot be sent as {kind}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

/// Translates what PostgreSQL says; `sql` goes to the log only.
pub(super) fn error(failure: postgres::Error, sql: &str) -> Error {
    let Some(state) = failure.code().cloned() else {
        // No SQLSTATE: the connection broke, or a parameter did not fit (a defect of ours).
        return if failure.is_closed()
            || std::error::Error::source(&failure).is_some_and(|s| s.is::<std::io::Error>())
        {
            Error::unavailable("kernel.db.unavailable").caused_by(failure)
        } else {
            Error::internal(format!("{failure:?} in {sql}"))
        };
    };
    if state == SqlState::UNIQUE_VIOLATION {
        Error::conflict("kernel.db.unique").caused_by(failure)
    } else if state == SqlState::FOREIGN_KEY_VIOLATION {
        Error::invalid("kernel.db.foreign_key").caused_by(failure)
    } else if state == SqlState::T_R_SERIALIZATION_FAILURE || state == SqlState::T_R_DEADLOCK_DETECTED {
        Error::unavailable("kernel.db.contention")
            .caused_by(failure)
            .retryable()
    } else if ["08", "53", "57", "58"]
        .iter()
        .any(|class| state.code().starts_with(class))
    {
        // Connection, insufficient resources (disk full), operator intervention, system error.
        Error::unavailable("kernel.db.unavailable").caused_by(failure)
    } else {
        Error::internal(format!("{failure:?} in {sql}"))
    }
}

/// One thread hears of other nodes' commits, one tells them of ours. Telling is apart from the commit itself because
/// a NOTIFY inside a transaction takes a lock that would make all commits wait for one another; a lost word costs a
/// poll interval, never data.
///
/// The first connection of the one that hears is handed in: it holds the database as [`super::Hold`] says.
fn start_wakes(config: Config, shared: &Shared, first: Option<Client>) -> Result<()> {
    let (listening, heard) = (config.clone(), shared.clone());
    let mut first = first;
    spawn("db-listen", move || {
        while !heard.is_abandoned() {
            if let Err(error) = listen(&listening, first.take(), &heard) {
                tracing::warn!(%error, "listening for other nodes was interrupted");
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    })?;
    let shared = shared.clone();
    spawn("db-notify", move || {
        let mut session = None;
        while !shared.is_abandoned() {
            let Ok(wake) = shared.outward.1.recv_timeout(Duration::from_secs(5)) else {
                continue;
            };
            let sql = format!("NOTIFY {CHANNEL}, '{}'", wake.as_str());
            let told = open_session(&config, &mut session).and_then(|open| batch(open, &sql));
            if let Err(error) = told {
                tracing::debug!(%error, "another node was not told; it will poll");
                session = None;
            }
            // Coalesces bursts: other nodes need to hear that something happened, not how often.
            std::thread::sleep(Duration::from_millis(10));
        }
    })
}

fn listen(config: &Config, first: Option<Client>, shared: &Shared) -> Result<()> {
    use postgres::fallible_iterator::FallibleIterator as _;
    let mut client = match first {
        Some(client) => client,
        None => connect(config)?,
    };
    client
        .batch_execute(&format!("LISTEN {CHANNEL}"))
        .map_err(|e| error(e, "LISTEN"))?;
    while !shared.is_abandoned() {
        {
            let mut notices = client.notifications();
            let mut waiting = notices.timeout_iter(Duration::from_secs(5));
            while let Some(notice) = waiting.next().map_err(|e| error(e, "LISTEN"))? {
                if let Some(wake) = Wake::parse(notice.payload()) {
                    shared.fire(&[wake]);
                }
            }
        }
        client
            .is_valid(Duration::from_secs(5))
            .map_err(|e| error(e, "LISTEN"))?;
    }
    Ok(())
}
