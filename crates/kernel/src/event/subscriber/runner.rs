//! Runs the subscribers of one node.
//!
//! Each subscriber has a task of its own: read a batch, handle it, move the cursor by compare-and-swap. For a
//! subscriber of the cluster a lease decides which node reads; a node that dies loses it after [`LEASE`] and another
//! goes on from the cursor.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::task::JoinSet;

use super::store;
use super::{Reach, Start, Subscriber};
use crate::Kernel;
use crate::backoff;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event::{self, Cursor, Event};
use crate::time::Timestamp;
use crate::wake::Wake;

/// Events handed over at a time.
const BATCH: usize = 500;
/// How long a node may stay silent before another takes its place.
const LEASE: Duration = Duration::from_secs(30);
/// A wake may be lost, and other processes write too: look at least this often.
const POLL: Duration = Duration::from_secs(1);
/// How soon to look again when events wait for an open transaction, and how often a drain does so.
const SHORTLY: Duration = Duration::from_millis(20);
const PATIENCE: u32 = 100;
/// A failing subscriber is tried again at least this often.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The subscribers of one node with what they remember. Clones share it.
#[derive(Clone)]
pub struct Runner {
    inner: Arc<Inner>,
}

struct Inner {
    node: String,
    subscribers: Vec<Subscriber>,
    /// How far the subscribers of [`Reach::Node`] have come.
    cursors: Mutex<BTreeMap<&'static str, Cursor>>,
}

/// What one look into the log came to.
enum Look {
    Nothing(Quiet),
    Batch(Batch),
}

/// Why there was nothing to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quiet {
    /// Everything has been read.
    Read,
    /// There are events, but a transaction that began before theirs is still open.
    HeldBack,
    /// Another node reads for the cluster.
    Elsewhere,
}

/// What one step came to: so many events, or none and why.
type Step = std::result::Result<usize, Quiet>;

struct Batch {
    from: Cursor,
    to: Cursor,
    events: Vec<Event>,
    /// The lease is ours for long enough; taking it again would only cost a transaction.
    held: bool,
}

impl Runner {
    /// Takes the subscribers and notes where the new ones begin: events from here on are theirs.
    pub async fn new(kernel: &Kernel, subscribers: Vec<Subscriber>) -> Result<Self> {
        let cx = kernel.cx_system("kernel.subscribers");
        let tail = tail(kernel).await?;
        let mut cursors = BTreeMap::new();
        for subscriber in &subscribers {
            let begin = match subscriber.start {
                Start::Beginning => Cursor::START,
                Start::Now => tail,
            };
            match subscriber.reach {
                Reach::Node => {
                    cursors.insert(subscriber.name, begin);
                }
                Reach::Cluster => {
                    let (name, now) = (subscriber.name, cx.now());
                    kernel
                        .db
                        .write(move |tx| store::insert_cursor(tx, name, begin, now))
                        .await?;
                }
            }
        }
        let node = kernel.node.to_string();
        Ok(Self {
            inner: Arc::new(Inner {
                node,
                subscribers,
                cursors: Mutex::new(cursors),
            }),
        })
    }

    /// Runs every subscriber until `kernel.stop`; leases are given back then.
    pub async fn run(&self, kernel: &Kernel) {
        let mut tasks = JoinSet::new();
        for index in 0..self.inner.subscribers.len() {
            let (runner, kernel) = (self.clone(), kernel.clone());
            tasks.spawn(async move { runner.run_one(&kernel, index).await });
        }
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a subscriber's task ended by itself");
            }
        }
    }

    /// Runs every subscriber until none finds anything to do; gives back how many events were handled. For tests and
    /// commands; the first failure ends it. What waits for an open transaction is waited for, up to two seconds.
    pub async fn drain(&self, kernel: &Kernel) -> Result<usize> {
        let mut total = 0;
        let mut patience = PATIENCE;
        loop {
            let (mut handled, mut held_back) = (0, false);
            for subscriber in &self.inner.subscribers {
                match self.step(kernel, subscriber).await? {
                    Ok(count) => handled += count,
                    Err(quiet) => held_back |= quiet == Quiet::HeldBack,
                }
            }
            total += handled;
            if handled == 0 {
                if !held_back || patience == 0 {
                    return Ok(total);
                }
                patience -= 1;
                tokio::time::sleep(SHORTLY).await;
            }
        }
    }

    async fn run_one(&self, kernel: &Kernel, index: usize) {
        let Some(subscriber) = self.inner.subscribers.get(index) else {
            return;
        };
        let mut bell = kernel.db.wakes().listen(Wake::Events);
        let mut failures: u32 = 0;
        while !kernel.stop.is_stopped() {
            match self.step(kernel, subscriber).await {
                Ok(step) => {
                    failures = 0;
                    let pause = match step {
                        Ok(BATCH..) => continue,
                        Ok(_) => {
                            tokio::select! {
                                () = tokio::time::sleep(subscriber.gathers) => {}
                                () = kernel.stop.stopped() => {}
                            }
                            continue;
                        }
                        // The transaction that is waited for may end without an event, and so without a ring.
                        Err(Quiet::HeldBack) => SHORTLY,
                        Err(Quiet::Read | Quiet::Elsewhere) => POLL,
                    };
                    tokio::select! {
                        () = bell.wait(pause) => {}
                        () = kernel.stop.stopped() => {}
                    }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    self.note_failure(kernel, subscriber, &error, failures).await;
                    let random = u64::from_le_bytes(kernel.cx_system("kernel.subscribers").random_bytes());
                    tokio::select! {
                        () = tokio::time::sleep(backoff::pause(failures, POLL, LONGEST_PAUSE, random)) => {}
                        () = kernel.stop.stopped() => {}
                    }
                }
            }
        }
        self.give_back(kernel, subscriber).await;
    }

    async fn note_failure(&self, kernel: &Kernel, of: &Subscriber, error: &Error, failures: u32) {
        tracing::warn!(subscriber = of.name, failures, %error, "a subscriber failed and will be tried again");
        metrics::counter!("kernel_subscriber_failures", "subscriber" => of.name).increment(1);
        if of.reach == Reach::Node {
            return;
        }
        let (name, node, text, now) = (
            of.name,
            self.inner.node.clone(),
            error.to_string(),
            kernel.clock.now(),
        );
        let noted = kernel
            .db
            .write(move |tx| store::record_failure(tx, name, &node, &text, now))
            .await;
        if let Err(error) = noted {
            tracing::warn!(subscriber = name, %error, "the failure could not be noted");
        }
    }

    async fn give_back(&self, kernel: &Kernel, subscriber: &Subscriber) {
        if subscriber.reach == Reach::Node {
            return;
        }
        let (name, node) = (subscriber.name, self.inner.node.clone());
        // Without this the other nodes wait for the lease to run out; nothing is lost.
        if let Err(error) = kernel
            .db
            .write(move |tx| store::release_lease(tx, name, &node))
            .await
        {
            tracing::info!(subscriber = name, %error, "the lease was not given back");
        }
    }

    async fn step(&self, kernel: &Kernel, subscriber: &Subscriber) -> Result<Step> {
        match subscriber.reach {
            Reach::Node => self.step_on_node(kernel, subscriber).await,
            Reach::Cluster => self.step_in_cluster(kernel, subscriber).await,
        }
    }

    async fn step_on_node(&self, kernel: &Kernel, subscriber: &Subscriber) -> Result<Step> {
        let from = self.cursors().get(subscriber.name).copied().unwrap_or_default();
        let (to, events) = match kernel.db.read(move |tx| look_from(tx, from)).await? {
            Look::Nothing(quiet) => return Ok(Err(quiet)),
            Look::Batch(batch) => (batch.to, batch.events),
        };
        handle(kernel, subscriber, &events).await?;
        self.cursors().insert(subscriber.name, to);
        Ok(Ok(events.len()))
    }

    fn cursors(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, Cursor>> {
        // A panic while the map was held cannot have left it half changed: it is only read and inserted into.
        self.inner.cursors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn step_in_cluster(&self, kernel: &Kernel, subscriber: &Subscriber) -> Result<Step> {
        let (name, node, now) = (subscriber.name, self.inner.node.clone(), kernel.clock.now());
        let Batch {
            from,
            to,
            events,
            held,
        } = match kernel.db.read(move |tx| look(tx, name, &node, now)).await? {
            Look::Nothing(quiet) => return Ok(Err(quiet)),
            Look::Batch(batch) => batch,
        };
        if !held && !self.take_lease(kernel, name, from).await? {
            return Ok(Err(Quiet::Elsewhere));
        }
        self.handle_under_lease(kernel, subscriber, from, &events).await?;
        let (node, now) = (self.inner.node.clone(), kernel.clock.now());
        let lease_until = end_of_lease(now);
        let moved = kernel
            .db
            .write(move |tx| {
                store::advance(
                    tx,
                    &store::Step {
                        name,
                        node: &node,
                        from,
                        to,
                        now,
                        lease_until,
                    },
                )
            })
            .await?;
        if !moved {
            tracing::warn!(
                subscriber = name,
                "another node took over during a batch; its events come twice"
            );
            return Ok(Err(Quiet::Elsewhere));
        }
        Ok(Ok(events.len()))
    }

    /// Handles a batch and renews the lease meanwhile, however long it takes.
    async fn handle_under_lease(
        &self,
        kernel: &Kernel,
        subscriber: &Subscriber,
        from: Cursor,
        events: &[Event],
    ) -> Result<()> {
        let mut handling = handle(kernel, subscriber, events);
        loop {
            tokio::select! {
                outcome = &mut handling => return outcome,
                () = tokio::time::sleep(LEASE / 3) => {
                    if let Err(error) = self.take_lease(kernel, subscriber.name, from).await {
                        tracing::warn!(subscriber = subscriber.name, %error, "the lease could not be renewed");
                    }
                }
            }
        }
    }

    async fn take_lease(&self, kernel: &Kernel, name: &'static str, cursor: Cursor) -> Result<bool> {
        let (node, now) = (self.inner.node.clone(), kernel.clock.now());
        let until = end_of_lease(now);
        kernel
            .db
            .write(move |tx| store::take_lease(tx, name, cursor, &node, now, until))
            .await
    }
}

/// Calls the handler; a panic in it is a failure like any other and does not end the subscriber.
fn handle<'a>(
    kernel: &'a Kernel,
    subscriber: &'a Subscriber,
    events: &'a [Event],
) -> BoxFuture<'a, Result<()>> {
    let handling = AssertUnwindSafe(async move { (subscriber.handle)(kernel, events).await });
    handling
        .catch_unwind()
        .map(|outcome| outcome.unwrap_or_else(|_| Err(Error::internal("a subscriber panicked"))))
        .boxed()
}

fn end_of_lease(now: Timestamp) -> Timestamp {
    now.add_secs(i64::try_from(LEASE.as_secs()).unwrap_or(i64::MAX))
}

fn half_a_lease() -> i64 {
    i64::try_from(LEASE.as_millis() / 2).unwrap_or(i64::MAX)
}

fn look(tx: &mut Tx<'_>, name: &str, node: &str, now: Timestamp) -> Result<Look> {
    let Some(place) = store::place(tx, name)? else {
        return Ok(Look::Nothing(Quiet::Read));
    };
    let ours = place.lease_owner.as_deref() == Some(node);
    if !ours && place.lease_owner.is_some() && place.lease_until > now {
        return Ok(Look::Nothing(Quiet::Elsewhere));
    }
    let mut look = look_from(tx, place.cursor)?;
    if let Look::Batch(batch) = &mut look {
        batch.held = ours && place.lease_until.since(now) > half_a_lease();
    }
    Ok(look)
}

fn look_from(tx: &mut Tx<'_>, from: Cursor) -> Result<Look> {
    let events = event::read_after(tx, from, i64::try_from(BATCH).unwrap_or(i64::MAX))?;
    if let Some(last) = events.last() {
        return Ok(Look::Batch(Batch {
            from,
            to: last.cursor(),
            events,
            held: false,
        }));
    }
    // Asked in the same transaction, so that the answer is about the same snapshot.
    let quiet = if event::is_held_back(tx)? {
        Quiet::HeldBack
    } else {
        Quiet::Read
    };
    Ok(Look::Nothing(quiet))
}

/// The end of the log as it is now; waits a moment for events that are committed and cannot be read yet, so that they
/// do not count as new.
async fn tail(kernel: &Kernel) -> Result<Cursor> {
    let mut patience = PATIENCE;
    loop {
        let (tail, held_back) = kernel
            .db
            .read(|tx| Ok((event::tail(tx)?, event::is_held_back(tx)?)))
            .await?;
        if !held_back || patience == 0 {
            return Ok(tail);
        }
        patience -= 1;
        tokio::time::sleep(SHORTLY).await;
    }
}
