//! Fetching mail: on every node a watch over all enabled mailboxes, of which one node at a time does the work.
//!
//! [`run`] starts a watcher for each mailbox and starts it anew when its settings change. Which node works is decided
//! by a lease in the database; when that node dies the lease runs out and another takes over.

mod connection;
mod fetching;
mod session;
mod watcher;

use std::collections::BTreeMap;
use std::time::Duration;

use kernel::Kernel;
use kernel::stop::Stop;
use tokio::task::JoinHandle;

use crate::mailbox::{self, MailboxId, Watched};

pub(crate) use connection::check;

/// How soon a new mailbox, or a change of one, is noticed.
const NOTICED_WITHIN: Duration = Duration::from_secs(2);

struct Running {
    watched: Watched,
    stop: Stop,
    task: JoinHandle<()>,
}

impl Drop for Running {
    /// When [`run`] is given up, what it started must not go on behind its back.
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Watches the mailboxes until the sign to stop; returns when all watchers have ended.
pub async fn run(kernel: Kernel, stop: Stop) {
    let mut running: BTreeMap<MailboxId, Running> = BTreeMap::new();
    while !stop.is_stopped() {
        match kernel.db.read(mailbox::watched).await {
            Ok(wanted) => reconcile(&kernel, &mut running, &wanted).await,
            // The watchers notice for themselves that the database is away; what runs keeps running.
            Err(error) => tracing::warn!(%error, "the list of mailboxes could not be read"),
        }
        tokio::select! {
            () = stop.stopped() => {}
            () = tokio::time::sleep(NOTICED_WITHIN) => {}
        }
    }
    for one in running.values() {
        one.stop.stop();
    }
    for (_, one) in running {
        end(one).await;
    }
}

async fn reconcile(kernel: &Kernel, running: &mut BTreeMap<MailboxId, Running>, wanted: &[Watched]) {
    let stale: Vec<MailboxId> = running
        .iter()
        .filter(|(_, one)| one.task.is_finished() || !wanted.contains(&one.watched))
        .map(|(id, _)| *id)
        .collect();
    for id in stale {
        if let Some(one) = running.remove(&id) {
            one.stop.stop();
            end(one).await;
        }
    }
    for watched in wanted {
        running.entry(watched.id).or_insert_with(|| {
            let stop = Stop::new();
            let task = tokio::spawn(watcher::watch(kernel.clone(), watched.id, stop.clone()));
            Running {
                watched: *watched,
                stop,
                task,
            }
        });
    }
}

async fn end(mut one: Running) {
    let id = one.watched.id;
    if let Err(error) = (&mut one.task).await {
        tracing::error!(mailbox = %id, %error, "a watcher ended badly");
    }
}
