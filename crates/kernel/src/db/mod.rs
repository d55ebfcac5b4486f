//! One facade over two databases: the only place that knows `rusqlite` and `postgres`.
//!
//! [`Db::read`] and [`Db::write`] run a closure on a thread that owns a connection; **one closure is one
//! transaction**. SQLite has N readers and one writer with group commit (see [`sqlite`]); PostgreSQL has two small
//! sets of connections (see [`postgres`]). Stores above this module are ordinary synchronous functions over [`Tx`]
//! and the same SQL text for both.
//!
//! It deliberately builds no queries and maps no objects.

mod catalog;
mod ddl;
mod hold;
mod kept;
mod many;
mod migrate;
mod postgres;
mod sqlite;
mod tx;
mod value;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::oneshot;

pub use self::catalog::{ColumnKind, Table, TableColumn, blueprint, dismantle, tables};
pub use self::ddl::portable as portable_ddl;
pub use self::hold::Hold;
pub use self::kept::Watched;
pub use self::many::{each_listed, insert_many, insert_many_numbered};
pub use self::migrate::{
    Applied, Column, Migration, applied, applied_with_digests, digest_of, lay_out, migrate, table_columns,
};
pub use self::tx::{Backend, Tx};
pub use self::value::{FromValue, Row, Value, ValueRef};
pub use crate::db_params as params;
use crate::error::{Error, Result};
use crate::wake::{Wake, Wakes};

/// Makes the `&[Value]` of a statement: `params![number, &title, now]`.
#[macro_export]
macro_rules! db_params {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Value::from($value)),*] as &[$crate::db::Value] };
}

/// Where the data lies and how many connections to keep.
#[derive(Clone, Debug)]
pub struct Options {
    /// A path (SQLite) or `postgres://…`.
    pub url: String,
    /// Connections for reading.
    pub readers: usize,
    /// Connections for writing; SQLite always has one.
    pub writers: usize,
    /// Whether other programs may use it at the same time.
    pub hold: Hold,
    /// Whether SQLite looks at each reference when a row is written. Whoever loads a whole database looks at the end.
    pub checks_references: bool,
}

impl Options {
    /// Sensible numbers for a small machine.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            readers: 4,
            writers: 8,
            hold: Hold::Shared,
            checks_references: true,
        }
    }

    fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres://") || self.url.starts_with("postgresql://")
    }
}

/// More closures than this waiting for a connection means that the database cannot keep up; the next one is told so
/// at once instead of waiting for minutes.
const WAITING_AT_MOST: usize = 20_000;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Backend,
    readers: crossbeam_channel::Sender<Box<dyn Work>>,
    writers: crossbeam_channel::Sender<Box<dyn Work>>,
    waiting: Arc<AtomicUsize>,
    queries: Arc<AtomicU64>,
    kept: Arc<kept::Kept>,
    wakes: Wakes,
    _held: hold::Held,
    _alive: Arc<()>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db")
            .field("backend", &self.inner.backend)
            .finish_non_exhaustive()
    }
}

/// What a connection's thread does for a caller, with the types of the closure erased.
trait Work: Send {
    /// Runs the closure inside the open transaction. May be called again when the transaction is tried again.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()>;
    /// Tells the caller; `Ok` only after the commit.
    fn finish(self: Box<Self>, outcome: Result<()>);
}

struct Job<F, T> {
    closure: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T>>,
    waiting: Arc<AtomicUsize>,
}

impl<F, T> Work for Job<F, T>
where
    F: FnMut(&mut Tx<'_>) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        self.value = None;
        let closure = &mut self.closure;
        // A defect in one closure must not take the connection's thread, and everybody else's work, with it.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| closure(tx)));
        match outcome {
            Ok(Ok(value)) => {
                self.value = Some(value);
                Ok(())
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Error::internal("a database closure panicked")),
        }
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let answer = match (outcome, self.value) {
            (Ok(()), Some(value)) => Ok(value),
            (Ok(()), None) => Err(Error::internal("a database closure left no value")),
            (Err(error), _) => Err(error),
        };
        // The caller may have gone away (a closed browser); what was committed stays committed.
        let _ = self.reply.send(answer);
    }
}

/// What the threads of both backends share.
#[derive(Clone)]
struct Shared {
    queries: Arc<AtomicU64>,
    kept: Arc<kept::Kept>,
    wakes: Wakes,
    /// Wakes to tell other nodes of.
    outward: (crossbeam_channel::Sender<Wake>, crossbeam_channel::Receiver<Wake>),
    /// Gone when the facade is; the helping threads then end.
    alive: std::sync::Weak<()>,
}

impl Shared {
    fn fire(&self, wakes: &[Wake]) {
        for wake in Wake::ALL {
            if wakes.contains(&wake) {
                self.wakes.fire(wake);
            }
        }
    }

    fn is_abandoned(&self) -> bool {
        self.alive.strong_count() == 0
    }
}

impl Db {
    /// Opens the database. With SQLite the file and its folder are made when missing.
    ///
    /// # Errors
    /// `kernel.db.unavailable` when it cannot be reached or opened; `kernel.db.held` and `kernel.db.in_use`, see [`Hold`].
    pub fn open(options: &Options) -> Result<Self> {
        let (read_sender, read_receiver) = crossbeam_channel::unbounded();
        let (write_sender, write_receiver) = crossbeam_channel::unbounded();
        let alive = Arc::new(());
        let shared = Shared {
            queries: Arc::new(AtomicU64::new(0)),
            kept: Arc::default(),
            wakes: Wakes::default(),
            outward: crossbeam_channel::bounded(64),
            alive: Arc::downgrade(&alive),
        };
        let (backend, held) = if options.is_postgres() {
            let held = postgres::start(options, &shared, &read_receiver, &write_receiver)?;
            (Backend::Postgres, held)
        } else {
            let held = sqlite::start(options, &shared, &read_receiver, write_receiver)?;
            (Backend::Sqlite, held)
        };
        let inner = Inner {
            backend,
            readers: read_sender,
            writers: write_sender,
            waiting: Arc::new(AtomicUsize::new(0)),
            queries: shared.queries,
            kept: shared.kept,
            wakes: shared.wakes,
            _held: held,
            _alive: alive,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Which database it is; only the kernel's two seams should ask.
    pub fn backend(&self) -> Backend {
        self.inner.backend
    }

    /// The wake-ups fired by commits (and by other nodes' commits on PostgreSQL).
    pub fn wakes(&self) -> &Wakes {
        &self.inner.wakes
    }

    /// Names tables whose values may be kept between transactions; see [`Tx::kept`].
    pub fn watch(&self, tables: &[Watched]) {
        self.inner.kept.watch(tables);
    }

    /// Statements run so far, so that tests can hold the cost of a page.
    pub fn query_count(&self) -> u64 {
        self.inner.queries.load(Ordering::Relaxed)
    }

    /// Runs a closure in one read-only transaction over one snapshot.
    ///
    /// # Errors
    /// The closure's, or `kernel.db.unavailable`.
    pub async fn read<F, T>(&self, closure: F) -> Result<T>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let receiver = self.submit(&self.inner.readers, closure)?;
        receiver.await.map_err(|_| gone())?
    }

    /// Runs a closure in one durable transaction: when this answers `Ok`, a power cut loses nothing of it. The
    /// closure may run twice, so it touches nothing but `tx`.
    ///
    /// # Errors
    /// The closure's, or `kernel.db.unavailable`: then nothing of it was stored.
    pub async fn write<F, T>(&self, closure: F) -> Result<T>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let receiver = self.submit(&self.inner.writers, closure)?;
        receiver.await.map_err(|_| gone())?
    }

    /// [`Db::read`] for threads outside the async runtime.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_blocking<F, T>(&self, closure: F) -> Result<T>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let receiver = self.submit(&self.inner.readers, closure)?;
        receiver.blocking_recv().map_err(|_| gone())?
    }

    /// [`Db::write`] for threads outside the async runtime.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<F, T>(&self, closure: F) -> Result<T>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let receiver = self.submit(&self.inner.writers, closure)?;
        receiver.blocking_recv().map_err(|_| gone())?
    }

    fn submit<F, T>(
        &self,
        to: &crossbeam_channel::Sender<Box<dyn Work>>,
        closure: F,
    ) -> Result<oneshot::Receiver<Result<T>>>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        if self.inner.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_AT_MOST {
            self.inner.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::unavailable("kernel.db.busy"));
        }
        let (reply, receiver) = oneshot::channel();
        let job = Job {
            closure,
            value: None,
            reply,
            waiting: Arc::clone(&self.inner.waiting),
        };
        to.send(Box::new(job)).map_err(|_| gone())?;
        Ok(receiver)
    }
}

fn gone() -> Error {
    Error::unavailable("kernel.db.unavailable").caused_by("the connection's thread has ended")
}
