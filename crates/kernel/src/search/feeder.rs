//! Keeps this node's index like the database: follows the event log from where the index stands, and fills a new
//! index from everything there is when it must.
//!
//! The place in the log lives in the index and not in the database, because every node has an index of its own. What
//! an event touched is read as it is now, so that taking an event twice does no harm.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{Change, Document};
use crate::db::Tx;
use crate::event::{self, Cursor, Event};
use crate::wake::Wake;
use crate::{Error, Kernel, Result};

/// Events, and documents of a rebuild, taken at a time.
const BATCH: i64 = 500;
/// A wake may be lost, and other processes write too: look at least this often.
const POLL: Duration = Duration::from_secs(1);
/// How soon to look again when events wait for a transaction that is still open.
const SHORTLY: Duration = Duration::from_millis(50);
/// A node that cannot reach the database need not ask it all the time.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Where the documents of one kind come from.
#[derive(Clone, Copy)]
pub struct Source {
    /// `ticket`
    pub kind: &'static str,
    /// The keys of the documents that an event touches.
    pub touched: fn(&Event) -> Vec<String>,
    /// The documents of some keys as they are now; a key without a document is removed from the index.
    pub load: fn(&mut Tx<'_>, &[String]) -> Result<Vec<Document>>,
    /// The next keys after a key (`""` for the first) in a fixed order; empty at the end.
    pub list: fn(&mut Tx<'_>, &str, i64) -> Result<Vec<String>>,
}

/// Feeds the index of this node. Cheap to clone; run it once.
#[derive(Clone)]
pub struct Feeder {
    sources: Arc<[Source]>,
}

/// What one look into the log came to.
enum Look {
    /// The index is not fed yet, or from another database's future.
    Unusable,
    Quiet,
    Changes {
        changes: Vec<Change>,
        to: Cursor,
        events: usize,
    },
}

impl Feeder {
    /// A feeder of these kinds of documents.
    pub fn new(sources: Vec<Source>) -> Feeder {
        Feeder {
            sources: sources.into(),
        }
    }

    /// Follows the log until `kernel.stop`.
    pub async fn run(&self, kernel: &Kernel) {
        let mut bell = kernel.db.wakes().listen(Wake::Events);
        while !kernel.stop.is_stopped() {
            let pause = match self.step(kernel).await {
                Ok(Some(_)) => continue,
                Ok(None) => self.pause(kernel).await,
                Err(error) => {
                    tracing::warn!(%error, "the search index could not follow and will try again");
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = bell.wait(pause) => {}
                () = kernel.stop.stopped() => {}
            }
        }
        // What is not committed now would only be fed again at the next start.
        let search = kernel.search.clone();
        let committed = tokio::task::spawn_blocking(move || search.commit()).await;
        if let Ok(Err(error)) = committed {
            tracing::info!(%error, "the search index was not committed at the end");
        }
    }

    /// Takes in everything that can be read now and makes it visible; gives back how many events that were. For
    /// tests and commands.
    pub async fn catch_up(&self, kernel: &Kernel) -> Result<usize> {
        let mut total = 0;
        while let Some(events) = self.step(kernel).await? {
            total += events;
        }
        let search = kernel.search.clone();
        on_blocking_thread(move || search.commit()).await?;
        Ok(total)
    }

    /// Fills a new index from everything there is while the old one answers; gives back how many documents it has.
    pub async fn rebuild(&self, kernel: &Kernel) -> Result<u64> {
        // Before the first document is read: what changes meanwhile is fed after the switch.
        let begin = kernel.db.read(event::tail).await?;
        let search = kernel.search.clone();
        let rebuild = Arc::new(on_blocking_thread(move || search.rebuild()).await?);
        let mut total = 0;
        for source in self.sources.iter().copied() {
            let mut after = String::new();
            loop {
                if kernel.stop.is_stopped() {
                    return Err(Error::unavailable("kernel.search.unavailable"));
                }
                let from = after.clone();
                let (last, documents) = kernel
                    .db
                    .read(move |tx| next_documents(tx, source, &from))
                    .await?;
                let Some(last) = last else { break };
                after = last;
                total += documents.len() as u64;
                let fresh = rebuild.clone();
                on_blocking_thread(move || fresh.upsert(documents)).await?;
            }
        }
        let rebuild =
            Arc::into_inner(rebuild).ok_or_else(|| Error::internal("a rebuild is still being filled"))?;
        on_blocking_thread(move || rebuild.finish(Some(begin))).await?;
        tracing::info!(documents = total, "the search index was rebuilt");
        Ok(total)
    }

    /// One batch of events, or a rebuild when the index cannot follow; `None` when there was nothing to do.
    async fn step(&self, kernel: &Kernel) -> Result<Option<usize>> {
        let from = kernel.search.position();
        let sources = self.sources.clone();
        let look = kernel.db.read(move |tx| look(tx, &sources, from)).await?;
        match look {
            Look::Unusable => self.rebuild(kernel).await.map(|_| Some(0)),
            Look::Quiet => Ok(None),
            Look::Changes { changes, to, events } => {
                let search = kernel.search.clone();
                on_blocking_thread(move || search.apply(&changes, from, to)).await?;
                Ok(Some(events))
            }
        }
    }

    async fn pause(&self, kernel: &Kernel) -> Duration {
        let held_back = kernel.db.read(event::is_held_back).await.unwrap_or(false);
        if held_back { SHORTLY } else { POLL }
    }
}

fn look(tx: &mut Tx<'_>, sources: &[Source], from: Option<Cursor>) -> Result<Look> {
    let Some(from) = from else {
        return Ok(Look::Unusable);
    };
    let events = event::read_after(tx, from, BATCH)?;
    let Some(last) = events.last() else {
        // A restored backup or another database is behind the index, which then knows things that never were.
        return Ok(if from > event::tail(tx)? {
            Look::Unusable
        } else {
            Look::Quiet
        });
    };
    let to = last.cursor();
    let mut changes = Vec::new();
    for source in sources {
        let keys: BTreeSet<String> = events.iter().flat_map(|event| (source.touched)(event)).collect();
        if keys.is_empty() {
            continue;
        }
        let keys: Vec<String> = keys.into_iter().collect();
        let documents = (source.load)(tx, &keys)?;
        let there: BTreeSet<&str> = documents.iter().map(|document| document.key.as_str()).collect();
        let gone = keys.iter().filter(|key| !there.contains(key.as_str()));
        changes.extend(gone.map(|key| Change::Delete {
            kind: source.kind.to_owned(),
            key: key.clone(),
        }));
        changes.extend(documents.into_iter().map(Change::Upsert));
    }
    Ok(Look::Changes {
        changes,
        to,
        events: events.len(),
    })
}

/// The documents after a key and the last key that was listed; `None` at the end.
fn next_documents(tx: &mut Tx<'_>, source: Source, after: &str) -> Result<(Option<String>, Vec<Document>)> {
    let keys = (source.list)(tx, after, BATCH)?;
    let documents = if keys.is_empty() {
        Vec::new()
    } else {
        (source.load)(tx, &keys)?
    };
    Ok((keys.last().cloned(), documents))
}

/// Indexing computes and writes to the disk; the threads that serve requests must not wait for it.
async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
