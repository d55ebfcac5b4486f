//! Subscribers: code that walks the event log behind the writers.
//!
//! A subscriber gets every event at least once, in order, and so must bear to see one twice. It never blocks a
//! writer. When it fails it gets the same events again later; the ones behind them wait. Running them is the
//! [`Runner`]'s.

mod runner;
mod store;

use futures::future::BoxFuture;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::Kernel;
use crate::error::Result;
use crate::event::Event;

pub use runner::Runner;
pub use store::{Progress, progress};

/// Where the events of a subscriber must arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// On one node of the cluster, whichever holds the lease; the cursor is kept in the database.
    Cluster,
    /// On every node, from the node's start on (live pages); the cursor is kept in memory.
    Node,
}

/// Where a subscriber of the cluster begins when it is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the first event there ever was: for what is computed from history.
    Beginning,
    /// With what happens from now on: for notices, which must not go out for old events.
    Now,
}

type Handle = dyn for<'a> Fn(&'a Kernel, &'a [Event]) -> BoxFuture<'a, Result<()>> + Send + Sync;

/// A reader of the event log.
#[derive(Clone)]
pub struct Subscriber {
    pub(super) name: &'static str,
    pub(super) reach: Reach,
    pub(super) start: Start,
    pub(super) gathers: Duration,
    pub(super) handle: Arc<Handle>,
}

impl Subscriber {
    /// A subscriber that works once for the whole cluster, beginning with the first event.
    ///
    /// The handler is a `fn handle<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>>`.
    pub fn cluster<H>(name: &'static str, handle: H) -> Self
    where
        H: for<'a> Fn(&'a Kernel, &'a [Event]) -> BoxFuture<'a, Result<()>> + Send + Sync + 'static,
    {
        Self {
            name,
            reach: Reach::Cluster,
            start: Start::Beginning,
            gathers: Duration::from_millis(100),
            handle: Arc::new(handle),
        }
    }

    /// A subscriber that works on every node, with the events from the node's start on.
    pub fn node<H>(name: &'static str, handle: H) -> Self
    where
        H: for<'a> Fn(&'a Kernel, &'a [Event]) -> BoxFuture<'a, Result<()>> + Send + Sync + 'static,
    {
        Self {
            name,
            reach: Reach::Node,
            start: Start::Now,
            gathers: Duration::from_millis(15),
            handle: Arc::new(handle),
        }
    }

    /// When it is new to a database, it begins with what happens from then on.
    #[must_use]
    pub fn from_now(mut self) -> Self {
        self.start = Start::Now;
        self
    }

    /// How long it lets events gather after a batch: what happens first is heard at once, and under load many events come
    /// in one batch instead of each costing a round of its own.
    #[must_use]
    pub const fn gathering(mut self, pause: Duration) -> Self {
        self.gathers = pause;
        self
    }

    /// Its name, which is also the name of its cursor.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber")
            .field("name", &self.name)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}
