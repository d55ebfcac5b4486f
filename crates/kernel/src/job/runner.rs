//! Does the jobs of one node: claims what is due, gives each a worker, and settles how it ended.
//!
//! A job is held by a lease that a heartbeat renews while the handler works. When the process is to end, no more are
//! claimed; the running ones have a while to finish and then go back to the queue.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::schedule::{self, Schedule};
use super::store::{self, Claim, Held};
use super::{Job, JobHandler};
use crate::Kernel;
use crate::backoff;
use crate::error::{Error, Kind, Result};
use crate::time::Timestamp;
use crate::wake::Wake;

/// How long a node may stay silent before another takes its jobs.
const LEASE: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// A wake may be lost, and the clock brings jobs due without one.
const POLL: Duration = Duration::from_secs(1);

/// How a node does its jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Jobs done at the same time.
    pub workers: usize,
    /// How long running jobs may take to finish when the process is to end.
    pub grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            workers: 8,
            grace: Duration::from_secs(20),
        }
    }
}

/// The handlers and schedules of one node. Clones share them.
#[derive(Clone)]
pub struct Runner {
    inner: Arc<Inner>,
}

struct Inner {
    node: String,
    handlers: BTreeMap<&'static str, JobHandler>,
    schedules: Vec<Schedule>,
}

impl Runner {
    /// Takes the handlers and schedules and makes the rows of new schedules.
    pub async fn new(kernel: &Kernel, handlers: Vec<JobHandler>, schedules: Vec<Schedule>) -> Result<Self> {
        let cx = kernel.cx_system("kernel.jobs");
        schedule::prepare(&kernel.db, &cx, &schedules).await?;
        let node = kernel.node.to_string();
        let handlers = handlers
            .into_iter()
            .map(|handler| (handler.kind, handler))
            .collect();
        Ok(Self {
            inner: Arc::new(Inner {
                node,
                handlers,
                schedules,
            }),
        })
    }

    /// Does jobs and fires schedules until `kernel.stop`.
    pub async fn run(&self, kernel: &Kernel, settings: Settings) {
        let mut bell = kernel.db.wakes().listen(Wake::Jobs);
        let places = Arc::new(Semaphore::new(settings.workers));
        let mut working = JoinSet::new();
        let mut failures: u32 = 0;
        while !kernel.stop.is_stopped() {
            while working.try_join_next().is_some() {}
            match self.hand_out(kernel, &places, &mut working).await {
                Ok(claimed) => {
                    failures = 0;
                    if claimed > 0 && places.available_permits() > 0 {
                        continue;
                    }
                    tokio::select! {
                        () = bell.wait(POLL) => {}
                        Some(_) = working.join_next() => {}
                        () = kernel.stop.stopped() => {}
                    }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::warn!(%error, failures, "jobs could not be claimed");
                    tokio::select! {
                        () = tokio::time::sleep(backoff::pause(failures, POLL, Duration::from_secs(30), 0)) => {}
                        () = kernel.stop.stopped() => {}
                    }
                }
            }
        }
        self.wind_down(kernel, settings.grace, working).await;
    }

    /// Fires what is due and does every job that is due, one after the other, until none is; gives back how many
    /// were done or failed. For tests and commands.
    pub async fn drain(&self, kernel: &Kernel) -> Result<usize> {
        let mut done = 0;
        loop {
            schedule::fire_due(
                &kernel.db,
                &kernel.cx_system("kernel.schedules"),
                &self.inner.schedules,
            )
            .await?;
            let jobs = self.claim(kernel, 1).await?;
            if jobs.is_empty() {
                return Ok(done);
            }
            for job in jobs {
                self.work(kernel, job).await;
                done += 1;
            }
        }
    }

    async fn wind_down(&self, kernel: &Kernel, grace: Duration, mut working: JoinSet<()>) {
        let all_ended = async { while working.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, all_ended).await.is_ok() {
            return;
        }
        working.shutdown().await;
        let node = self.inner.node.clone();
        // Without this the other nodes wait for the leases to run out; nothing is lost.
        if let Err(error) = kernel.db.write(move |tx| store::let_go(tx, &node)).await {
            tracing::info!(%error, "jobs cut short by the end of the process were not given back");
        }
    }

    async fn hand_out(
        &self,
        kernel: &Kernel,
        places: &Arc<Semaphore>,
        working: &mut JoinSet<()>,
    ) -> Result<usize> {
        schedule::fire_due(
            &kernel.db,
            &kernel.cx_system("kernel.schedules"),
            &self.inner.schedules,
        )
        .await?;
        let free = places.available_permits();
        let jobs = if free == 0 {
            Vec::new()
        } else {
            self.claim(kernel, free).await?
        };
        let claimed = jobs.len();
        for job in jobs {
            let place = Arc::clone(places)
                .acquire_owned()
                .await
                .map_err(Error::internal)?;
            let (runner, kernel) = (self.clone(), kernel.clone());
            working.spawn(async move {
                runner.work(&kernel, job).await;
                drop(place);
            });
        }
        Ok(claimed)
    }

    async fn claim(&self, kernel: &Kernel, limit: usize) -> Result<Vec<Job>> {
        let now = kernel.clock.now();
        // A look in a reader first: an idle node then costs the writer nothing.
        let next = kernel.db.read(store::next_due).await?;
        if next.is_none_or(|next| next > now) {
            return Ok(Vec::new());
        }
        let (node, limit) = (self.inner.node.clone(), i64::try_from(limit).unwrap_or(1));
        let locked_until = end_of_lease(now);
        kernel
            .db
            .write(move |tx| {
                store::claim(
                    tx,
                    &Claim {
                        node: &node,
                        now,
                        locked_until,
                        limit,
                    },
                )
            })
            .await
    }

    /// Does one job and settles how it ended.
    async fn work(&self, kernel: &Kernel, job: Job) {
        let settled = match &self.attempt(kernel, &job).await {
            Ok(()) => self.finish(kernel, &job).await,
            Err(error) => self.fail(kernel, &job, error).await,
        };
        match settled {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(job = %job.id, kind = job.kind, "another node took the job over meanwhile")
            }
            Err(error) => {
                tracing::error!(job = %job.id, kind = job.kind, %error, "how the job ended could not be stored; it runs again");
            }
        }
    }

    /// Runs the handler in a task of its own, so that a panic is a failure like any other, and renews the lease.
    async fn attempt(&self, kernel: &Kernel, job: &Job) -> Result<()> {
        let Some(handler) = self.inner.handlers.get(job.kind.as_str()) else {
            return Err(Error::internal(format!(
                "nobody here does jobs of the kind {}",
                job.kind
            )));
        };
        let mut working = JoinSet::new();
        let (run, kernel_of_job, job_to_do) = (handler.run, kernel.clone(), job.clone());
        // Called inside the task too: a handler may panic before it gives back its future.
        working.spawn(async move { run(kernel_of_job, job_to_do).await });
        loop {
            tokio::select! {
                ended = working.join_next() => return match ended {
                    Some(Ok(outcome)) => outcome,
                    Some(Err(error)) => Err(Error::internal(error)),
                    None => Err(Error::internal("the job's task was gone")),
                },
                () = tokio::time::sleep(LEASE / 3) => self.renew(kernel, job).await,
            }
        }
    }

    async fn renew(&self, kernel: &Kernel, job: &Job) {
        let (id, node, until) = (job.id, self.inner.node.clone(), end_of_lease(kernel.clock.now()));
        match kernel
            .db
            .write(move |tx| store::renew(tx, id, &node, until))
            .await
        {
            Ok(true) => {}
            Ok(false) => tracing::warn!(job = %job.id, kind = job.kind, "another node holds the job now"),
            Err(error) => {
                tracing::warn!(job = %job.id, kind = job.kind, %error, "the lease could not be renewed")
            }
        }
    }

    async fn finish(&self, kernel: &Kernel, job: &Job) -> Result<bool> {
        let (id, attempt, node) = (job.id, job.attempt, self.inner.node.clone());
        kernel
            .db
            .write(move |tx| {
                store::finish(
                    tx,
                    &Held {
                        id,
                        node: &node,
                        attempt,
                    },
                )
            })
            .await
    }

    async fn fail(&self, kernel: &Kernel, job: &Job, error: &Error) -> Result<bool> {
        let text = error.to_string();
        metrics::counter!("kernel_job_failures", "kind" => job.kind.clone()).increment(1);
        if job.is_last_attempt() {
            tracing::error!(job = %job.id, kind = job.kind, attempt = job.attempt, %error, "the job is dead");
            let (id, attempt, node) = (job.id, job.attempt, self.inner.node.clone());
            return kernel
                .db
                .write(move |tx| {
                    store::bury(
                        tx,
                        &Held {
                            id,
                            node: &node,
                            attempt,
                        },
                        &text,
                    )
                })
                .await;
        }
        tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempt, %error, "the job will be tried again");
        let random = u64::from_le_bytes(kernel.cx_system("kernel.jobs").random_bytes());
        let failures = u32::try_from(job.attempt).unwrap_or(u32::MAX);
        let pause = backoff::pause(failures, FIRST_PAUSE, LONGEST_PAUSE, random);
        let run_at = kernel
            .clock
            .now()
            .add_millis(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX));
        self.requeue(kernel, job, run_at, text).await
    }

    async fn requeue(&self, kernel: &Kernel, job: &Job, run_at: Timestamp, text: String) -> Result<bool> {
        let (id, attempt, node) = (job.id, job.attempt, self.inner.node.clone());
        let (again_node, again_text) = (node.clone(), text.clone());
        let outcome = kernel
            .db
            .write(move |tx| {
                store::retry(
                    tx,
                    &Held {
                        id,
                        node: &node,
                        attempt,
                    },
                    run_at,
                    &text,
                )
            })
            .await;
        match outcome {
            Err(error) if error.kind() == Kind::Conflict => {
                let held = move |tx: &mut crate::db::Tx<'_>| {
                    let held = Held {
                        id,
                        node: &again_node,
                        attempt,
                    };
                    store::retry_without_key(tx, &held, run_at, &again_text)
                };
                kernel.db.write(held).await
            }
            outcome => outcome,
        }
    }
}

fn end_of_lease(now: Timestamp) -> Timestamp {
    now.add_secs(i64::try_from(LEASE.as_secs()).unwrap_or(i64::MAX))
}
