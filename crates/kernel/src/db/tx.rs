//! The open transaction that stores and operations work in.

use std::sync::atomic::{AtomicU64, Ordering};

use super::kept::{Kept, Seen, Sight};
use super::postgres::Session;
use super::value::{Row, Value};
use super::{postgres, sqlite};
use crate::error::{Error, Result};
use crate::wake::Wake;

/// Which database is behind the facade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

pub(super) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut Session),
}

/// One transaction. It ends with the closure that got it: committed on `Ok`, rolled back on `Err`.
pub struct Tx<'a> {
    pub(super) connection: Connection<'a>,
    pub(super) queries: &'a AtomicU64,
    pub(super) kept: &'a Kept,
    pub(super) seen: Seen,
    /// Nothing is written in it.
    pub(super) only_reads: bool,
    /// How far the event log had come, once it was asked.
    pub(super) sight: Option<Sight>,
    pub(super) wakes: Vec<Wake>,
}

impl Tx<'_> {
    /// Runs a statement; answers how many rows it changed.
    ///
    /// # Errors
    /// `kernel.db.unique`, `kernel.db.foreign_key`, `kernel.db.unavailable`, or internal.
    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.heed(sql)?;
        self.queries.fetch_add(1, Ordering::Relaxed);
        match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::execute(connection, sql, params),
            Connection::Postgres(session) => postgres::execute(session, sql, params),
        }
    }

    /// Runs a statement and reads each row of its answer.
    ///
    /// # Errors
    /// As [`Tx::execute`], or the reader's.
    pub fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.heed(sql)?;
        self.queries.fetch_add(1, Ordering::Relaxed);
        match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::query(connection, sql, params, &mut read),
            Connection::Postgres(session) => postgres::query(session, sql, params, &mut read),
        }
    }

    /// Runs a statement and hands over each row as it comes: for answers that need not fit into memory.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn each(
        &mut self,
        sql: &str,
        params: &[Value],
        mut take: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        self.heed(sql)?;
        self.queries.fetch_add(1, Ordering::Relaxed);
        match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::each(connection, sql, params, &mut take),
            Connection::Postgres(session) => postgres::each(session, sql, params, &mut take),
        }
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.query(sql, params, read)?.into_iter().next())
    }

    /// The one row that must be there.
    ///
    /// # Errors
    /// As [`Tx::query`]; not found with code `kernel.db.no_row` when there is none.
    pub fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.query_opt(sql, params, read)?
            .ok_or_else(|| Error::new(crate::error::Kind::NotFound, "kernel.db.no_row"))
    }

    /// Several statements at once, without parameters (migrations).
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        self.queries.fetch_add(1, Ordering::Relaxed);
        match &mut self.connection {
            Connection::Sqlite(connection) => connection
                .execute_batch(sql)
                .map_err(|error| sqlite::error(error, sql)),
            Connection::Postgres(session) => postgres::batch(session, sql),
        }
    }

    /// Holds an aggregate until the end of the transaction, so that load, decide, save is one step. SQLite has one
    /// writer and needs nothing.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub fn lock(&mut self, kind: &str, key: impl std::fmt::Display) -> Result<()> {
        if let Connection::Postgres(_) = self.connection {
            let name = format!("{kind}:{key}");
            self.query(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
                &[Value::Text(name)],
                |_| Ok(()),
            )?;
        }
        Ok(())
    }

    /// Which database it is; only the kernel's seams ask.
    pub fn backend(&self) -> Backend {
        match self.connection {
            Connection::Sqlite(_) => Backend::Sqlite,
            Connection::Postgres(_) => Backend::Postgres,
        }
    }

    /// Wakes who waits for this after the commit.
    pub fn wake(&mut self, wake: Wake) {
        if !self.wakes.contains(&wake) {
            self.wakes.push(wake);
        }
    }
}
