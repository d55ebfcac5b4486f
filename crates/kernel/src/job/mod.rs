//! Jobs: work that must follow a change, enqueued in its transaction and done after it.
//!
//! A job is a row. It is done at least once: a node that dies loses the lease and another takes the job up, so a
//! handler must bear to run twice. What fails is tried again with growing pauses; what failed too often is kept as
//! dead, shown, and can be run again. Jobs that are done leave no row: what they did is in the event log.

mod runner;
mod schedule;
mod store;

use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Kernel;
use crate::cx::Cx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::time::Timestamp;
use crate::wake::Wake;

pub use runner::{Runner, Settings};
pub use schedule::{Every, Schedule};

/// A job's identifier.
pub type JobId = Id<Job>;

/// A job to be enqueued.
#[derive(Clone, Debug)]
pub struct New {
    kind: &'static str,
    data: Value,
    run_at: Option<Timestamp>,
    key: Option<String>,
    max_attempts: i64,
}

impl New {
    /// A job to be done as soon as the transaction is committed; tried 8 times, which takes about an hour.
    pub fn now(kind: &'static str, data: Value) -> Self {
        Self {
            kind,
            data,
            run_at: None,
            key: None,
            max_attempts: 8,
        }
    }

    /// Not before this instant.
    #[must_use]
    pub const fn at(mut self, at: Timestamp) -> Self {
        self.run_at = Some(at);
        self
    }

    /// While a job of the same kind and key is still waiting, this one is the same job: only the earlier instant is
    /// kept. A job that already runs does not count, for it may not have seen what this one is about.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// So many attempts before it is dead; at least one.
    #[must_use]
    pub const fn max_attempts(mut self, attempts: i64) -> Self {
        self.max_attempts = if attempts < 1 { 1 } else { attempts };
        self
    }
}

/// A job in the hands of its handler.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Which job.
    pub id: JobId,
    /// What sort of job.
    pub kind: String,
    /// What to do.
    pub data: Value,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// After so many it is dead.
    pub max_attempts: i64,
    /// Who asked for it: `user:ID`, `system:NAME`, `anonymous`.
    pub actor: String,
    /// The request it was asked for in.
    pub request: String,
    /// When it was asked for.
    pub created_at: Timestamp,
}

impl Job {
    /// The data as the type that was enqueued.
    pub fn data_as<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.data).map_err(Error::internal)
    }

    /// Whether another failure makes it dead.
    pub const fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

/// Who does the jobs of a kind.
#[derive(Clone, Copy, Debug)]
pub struct JobHandler {
    /// `desk.mail_in`
    pub kind: &'static str,
    /// Does one job. Any error means that it is tried again.
    pub run: fn(Kernel, Job) -> BoxFuture<'static, Result<()>>,
}

/// Whether a job waits, runs, or has been given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for its instant or for a free worker.
    Queued,
    /// A node is doing it.
    Running,
    /// Failed too often.
    Dead,
}

impl State {
    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Dead => "dead",
        }
    }
}

/// A job as the page of jobs shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The job; `attempt` is how often it was tried so far.
    pub job: Job,
    /// When it is due.
    pub run_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// Enqueues a job in the caller's transaction; workers are woken after the commit. Gives back the job's id, which is
/// that of the waiting one when the key is already taken.
pub fn enqueue(tx: &mut Tx<'_>, cx: &Cx, new: New) -> Result<JobId> {
    let now = cx.now();
    let record = store::Record {
        id: cx.new_id(),
        kind: new.kind,
        data: &new.data,
        run_at: new.run_at.unwrap_or(now),
        key: new.key.as_deref(),
        max_attempts: new.max_attempts,
        now,
        actor: &cx.actor.key(),
        request: &cx.request,
    };
    let id = store::insert(tx, &record)?;
    tx.wake(Wake::Jobs);
    Ok(id)
}

/// Jobs in a state, by id (oldest first), after an id; for a page that leads on to the next by its last id.
pub fn list(tx: &mut Tx<'_>, state: State, after: Option<JobId>, limit: i64) -> Result<Vec<Listed>> {
    store::list(tx, state, after, limit)
}

/// How many jobs there are in a state, counted up to 10,000.
pub fn count(tx: &mut Tx<'_>, state: State) -> Result<i64> {
    store::count(tx, state)
}

/// Gives a dead job all its attempts again, from now on.
pub fn run_again(tx: &mut Tx<'_>, cx: &Cx, id: JobId) -> Result<()> {
    if !store::revive(tx, id, cx.now())? {
        return Err(Error::not_found());
    }
    tx.wake(Wake::Jobs);
    Ok(())
}

/// Forgets a dead job for good.
pub fn discard(tx: &mut Tx<'_>, id: JobId) -> Result<()> {
    if store::delete_dead(tx, id)? {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}
