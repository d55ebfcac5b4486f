//! The index as the rest of the house sees it: taking in changes, committing them, answering, rebuilding.
//!
//! Changes are committed by a thread of the index itself, half a second after the first of them, so that a burst
//! costs one commit. The feeder hands over changes with the events they came from; the index stores how far it
//! got in the same commit, which makes feeding exact across crashes without a cursor elsewhere.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::asking::Care;
use super::generation::Generation;
use super::synonyms::Synonyms;
use super::{Answer, Document, Hit, SearchQuery, asking, unavailable, wish};
use crate::event::Cursor;
use crate::{Error, Result};

const COMMIT_AFTER: Duration = Duration::from_millis(500);
/// tantivy's least; single changes trickle in, so more would lie idle.
const HEAP_BYTES: usize = 16_000_000;
const REBUILD_HEAP_BYTES: usize = 50_000_000;

/// What happened to one document.
#[derive(Clone, Debug)]
pub enum Change {
    /// It is new or different now.
    Upsert(Document),
    /// It is gone.
    Delete { kind: String, key: String },
}

impl Change {
    /// Kind and key of the document.
    pub(super) fn name(&self) -> (&str, &str) {
        match self {
            Change::Upsert(document) => (&document.kind, &document.key),
            Change::Delete { kind, key } => (kind, key),
        }
    }
}

/// The search index of this node. Cheap to clone.
#[derive(Clone)]
pub struct Search {
    inner: Arc<Inner>,
}

struct Inner {
    root: Option<PathBuf>,
    serving: RwLock<Arc<Generation>>,
    synonyms: RwLock<Arc<Known>>,
    rebuilding: AtomicBool,
    changed: Sender<()>,
}

/// Words that mean the same, as they were handed in and as questions use them.
#[derive(Default)]
struct Known {
    groups: Vec<Vec<String>>,
    synonyms: Synonyms,
}

/// A new index being filled while the old one still answers; dropped unfinished, it leaves no trace.
pub struct Rebuild {
    search: Search,
    fresh: Option<Arc<Generation>>,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Search({:?})", self.inner.root)
    }
}

impl Search {
    /// Opens the index in `root`, creating it when needed.
    pub fn open(root: impl AsRef<Path>) -> Result<Search> {
        let root = root.as_ref();
        wish::revive(root);
        Search::start(Generation::open_current(root, HEAP_BYTES)?, Some(root.to_owned()))
    }

    /// An index that lives in memory only, for tests and measurements.
    pub fn open_in_ram() -> Result<Search> {
        Search::start(Generation::in_memory(HEAP_BYTES)?, None)
    }

    fn start(generation: Generation, root: Option<PathBuf>) -> Result<Search> {
        let (changed, changes) = bounded(1);
        let inner = Arc::new(Inner {
            root,
            serving: RwLock::new(Arc::new(generation)),
            synonyms: RwLock::default(),
            rebuilding: AtomicBool::new(false),
            changed,
        });
        let watched = Arc::downgrade(&inner);
        std::thread::Builder::new()
            .name("search-commit".to_owned())
            .spawn(move || commit_in_background(&watched, &changes))
            .map_err(unavailable)?;
        Ok(Search { inner })
    }

    /// The event up to which changes were taken in; `None` for an index that was never fed. Feed from here.
    pub fn position(&self) -> Option<Cursor> {
        self.serving().position()
    }

    /// Takes in what the events after `from` up to and including `to` changed. `false` when the index does not
    /// stand at `from` (it was rebuilt or lost its last changes): ask [`Search::position`] again and feed from there.
    pub fn apply(&self, changes: &[Change], from: Option<Cursor>, to: Cursor) -> Result<bool> {
        self.take(changes, Some((from, to)))
    }

    /// Adds or replaces documents outside the event log; visible after the next commit.
    pub fn upsert(&self, documents: Vec<Document>) -> Result<()> {
        let changes: Vec<Change> = documents.into_iter().map(Change::Upsert).collect();
        self.take(&changes, None).map(drop)
    }

    /// Removes a document outside the event log.
    pub fn delete(&self, kind: &str, key: &str) -> Result<()> {
        let change = Change::Delete {
            kind: kind.to_owned(),
            key: key.to_owned(),
        };
        self.take(&[change], None).map(drop)
    }

    /// Makes everything taken in durable and visible now. Blocks on the disk.
    pub fn commit(&self) -> Result<()> {
        self.serving().commit()
    }

    /// The best hits. Runs on a thread for blocking work, for a search is all computing.
    pub async fn query(&self, query: SearchQuery) -> Result<Vec<Hit>> {
        Ok(self.answer(query).await?.hits)
    }

    /// The best hits, and a better spelling where next to nothing was found.
    pub async fn answer(&self, query: SearchQuery) -> Result<Answer> {
        self.elsewhere(move |search| search.answer_now(&query)).await
    }

    /// A few good hits while somebody types: the last word counts as unfinished, and less is tried.
    pub async fn suggest(&self, query: SearchQuery) -> Result<Vec<Hit>> {
        self.elsewhere(move |search| search.suggest_now(&query)).await
    }

    /// How many documents answer the query.
    pub async fn count(&self, query: SearchQuery) -> Result<usize> {
        self.elsewhere(move |search| search.count_now(&query)).await
    }

    /// [`Search::query`] on the calling thread.
    pub fn query_now(&self, query: &SearchQuery) -> Result<Vec<Hit>> {
        Ok(self.answer_now(query)?.hits)
    }

    /// [`Search::answer`] on the calling thread.
    pub fn answer_now(&self, query: &SearchQuery) -> Result<Answer> {
        asking::answer(&self.serving(), query, &self.known().synonyms, Care::Full)
    }

    /// [`Search::suggest`] on the calling thread.
    pub fn suggest_now(&self, query: &SearchQuery) -> Result<Vec<Hit>> {
        Ok(asking::answer(&self.serving(), query, &self.known().synonyms, Care::Typing)?.hits)
    }

    /// [`Search::count`] on the calling thread.
    pub fn count_now(&self, query: &SearchQuery) -> Result<usize> {
        asking::count(&self.serving(), query, &self.known().synonyms)
    }

    /// Words and phrases that mean the same, in groups. Questions know them from now on; nothing is indexed anew.
    pub fn keep_synonyms(&self, groups: Vec<Vec<String>>) {
        if self.known().groups == groups {
            return;
        }
        let synonyms = Synonyms::of(&groups);
        let mut known = self
            .inner
            .synonyms
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *known = Arc::new(Known { groups, synonyms });
    }

    fn known(&self) -> Arc<Known> {
        let known = self.inner.synonyms.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    async fn elsewhere<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Search) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let search = self.clone();
        tokio::task::spawn_blocking(move || work(&search))
            .await
            .map_err(Error::internal)?
    }

    /// How many documents the index holds.
    pub fn len(&self) -> u64 {
        self.serving().reader.searcher().num_docs()
    }

    /// Whether nothing was indexed yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the command line asked for a new index; whoever is told so must build one, and say [`Search::wish_ended`].
    pub fn take_wish(&self) -> bool {
        self.inner.root.as_deref().is_some_and(wish::take)
    }

    /// The new index that was asked for serves, or could not be built.
    pub fn wish_ended(&self) {
        if let Some(root) = &self.inner.root {
            wish::end(root);
        }
    }

    /// Begins a new index beside the serving one; one at a time.
    pub fn rebuild(&self) -> Result<Rebuild> {
        if self.inner.rebuilding.swap(true, Ordering::AcqRel) {
            return Err(Error::conflict("kernel.search.rebuilding"));
        }
        let mut rebuild = Rebuild {
            search: self.clone(),
            fresh: None,
        };
        rebuild.fresh = Some(Arc::new(match &self.inner.root {
            Some(root) => Generation::create_next(root, REBUILD_HEAP_BYTES)?,
            None => Generation::in_memory(REBUILD_HEAP_BYTES)?,
        }));
        Ok(rebuild)
    }

    fn take(&self, changes: &[Change], step: Option<(Option<Cursor>, Cursor)>) -> Result<bool> {
        loop {
            if let Some(taken) = self.serving().apply(changes, step)? {
                // A full channel means that a commit is on its way already.
                self.inner.changed.try_send(()).ok();
                return Ok(taken);
            }
        }
    }

    fn serving(&self) -> Arc<Generation> {
        self.inner
            .serving
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Rebuild {
    /// Adds documents to the new index, each of them once.
    pub fn upsert(&self, documents: Vec<Document>) -> Result<()> {
        self.fresh()?.fill(&documents)
    }

    /// Commits the new index and lets it serve. `position` is the last event that was there **before** the first
    /// document was read: the feeder goes on from it, so that nothing changed meanwhile is lost.
    pub fn finish(mut self, position: Option<Cursor>) -> Result<()> {
        let fresh = self.fresh()?.clone();
        fresh.settle(position, HEAP_BYTES)?;
        let inner = &self.search.inner;
        {
            // The lock keeps late changes out until the old index is retired, so that none is lost in it.
            let mut serving = inner.serving.write().unwrap_or_else(PoisonError::into_inner);
            if let Some(root) = &inner.root {
                fresh.make_current(root)?;
            }
            serving.retire();
            *serving = fresh.clone();
        }
        self.fresh = None;
        if let Some(root) = &inner.root {
            fresh.remove_others(root);
        }
        Ok(())
    }

    fn fresh(&self) -> Result<&Arc<Generation>> {
        self.fresh
            .as_ref()
            .ok_or_else(|| unavailable("the rebuild is over"))
    }
}

impl Drop for Rebuild {
    fn drop(&mut self) {
        if let Some(fresh) = self.fresh.take() {
            fresh.remove_folder();
        }
        self.search.inner.rebuilding.store(false, Ordering::Release);
    }
}

/// Ends when the last [`Search`] is dropped; what was not committed then is fed again at the next start.
fn commit_in_background(search: &Weak<Inner>, changes: &Receiver<()>) {
    while changes.recv().is_ok() {
        std::thread::sleep(COMMIT_AFTER);
        let Some(inner) = search.upgrade() else { return };
        let generation = inner
            .serving
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        drop(inner);
        if let Err(error) = generation.commit() {
            tracing::error!(%error, "the search index could not be written; its feeder will bring the changes again");
        }
    }
}
