//! One index on disk: its folder, its reader, and its writer while there is something to write.
//!
//! Folders are named after the schema's version and a number; the file `current` names the one that serves. A
//! folder that cannot be read is deleted and fed anew, for everything in it can be had again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::indexer::IndexWriterOptions;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument};

use super::passing;
use super::schema::{self, Fields};
use super::{Change, Document, unavailable};
use crate::Result;
use crate::event::Cursor;

const CURRENT: &str = "current";

pub(super) struct Generation {
    pub reader: IndexReader,
    pub fields: Fields,
    /// Which documents pass whose rights.
    pub passing: Arc<passing::Known>,
    index: Index,
    folder: Option<PathBuf>,
    writing: Mutex<Writing>,
}

#[derive(Default)]
pub(super) struct Writing {
    writer: Option<IndexWriter<TantivyDocument>>,
    /// The event up to which changes were taken in, committed or not.
    position: Option<Cursor>,
    dirty: bool,
    heap_bytes: usize,
    /// Set when another generation took over; whoever comes late must turn to that one.
    retired: bool,
}

impl Generation {
    pub fn in_memory(heap_bytes: usize) -> Result<Generation> {
        let (schema, fields) = schema::build();
        Generation::over(Index::create_in_ram(schema), fields, None, heap_bytes)
    }

    /// Opens the serving folder, or an empty one when there is none that can be read.
    pub fn open_current(root: &Path, heap_bytes: usize) -> Result<Generation> {
        crate::private::make_folder(root).map_err(unavailable)?;
        let serving = fs::read_to_string(root.join(CURRENT))
            .ok()
            .filter(|name| is_folder_name(name));
        if let Some(name) = &serving {
            match Generation::open(&root.join(name), heap_bytes) {
                Ok(generation) => {
                    generation.remove_others(root);
                    return Ok(generation);
                }
                Err(error) => tracing::warn!(%error, "the search index cannot be read and starts empty"),
            }
        }
        let generation = Generation::create_next(root, heap_bytes)?;
        generation.make_current(root)?;
        generation.remove_others(root);
        Ok(generation)
    }

    /// An empty index in a folder of its own beside the serving one.
    pub fn create_next(root: &Path, heap_bytes: usize) -> Result<Generation> {
        let number = folders(root)
            .iter()
            .filter_map(|name| number_of(name))
            .max()
            .unwrap_or(0)
            + 1;
        let folder = root.join(format!("v{}-{number:06}", schema::VERSION));
        fs::create_dir_all(&folder).map_err(unavailable)?;
        let (schema, fields) = schema::build();
        let index = Index::create_in_dir(&folder, schema).map_err(unavailable)?;
        Generation::over(index, fields, Some(folder), heap_bytes)
    }

    fn open(folder: &Path, heap_bytes: usize) -> Result<Generation> {
        let (schema, fields) = schema::build();
        let index = Index::open_in_dir(folder).map_err(unavailable)?;
        if index.schema() != schema {
            return Err(unavailable("the index has another schema"));
        }
        Generation::over(index, fields, Some(folder.to_owned()), heap_bytes)
    }

    fn over(index: Index, fields: Fields, folder: Option<PathBuf>, heap_bytes: usize) -> Result<Generation> {
        schema::register_analyzers(&index);
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(unavailable)?;
        let position = index
            .load_metas()
            .map_err(unavailable)?
            .payload
            .and_then(|text| text.parse().ok());
        let writing = Mutex::new(Writing {
            position,
            heap_bytes,
            ..Writing::default()
        });
        Ok(Generation {
            reader,
            fields,
            passing: Arc::default(),
            index,
            folder,
            writing,
        })
    }

    /// Names this generation as the serving one, in one step.
    pub fn make_current(&self, root: &Path) -> Result<()> {
        let Some(name) = self.folder_name() else {
            return Ok(());
        };
        let fresh = root.join("current.new");
        fs::write(&fresh, name).map_err(unavailable)?;
        fs::rename(&fresh, root.join(CURRENT)).map_err(unavailable)
    }

    /// Deletes every other generation's folder.
    pub fn remove_others(&self, root: &Path) {
        let Some(keep) = self.folder_name() else { return };
        for name in folders(root).iter().filter(|name| *name != keep) {
            if let Err(error) = fs::remove_dir_all(root.join(name)) {
                tracing::warn!(%error, name, "an old search index could not be removed");
            }
        }
    }

    fn folder_name(&self) -> Option<&str> {
        self.folder.as_ref()?.file_name()?.to_str()
    }

    pub fn remove_folder(&self) {
        self.lock().writer = None;
        if let Some(folder) = &self.folder
            && let Err(error) = fs::remove_dir_all(folder)
        {
            tracing::warn!(%error, "an unfinished search index could not be removed");
        }
    }

    pub fn position(&self) -> Option<Cursor> {
        self.lock().position
    }

    /// Takes changes in. `None` when this generation is retired, `Some(false)` when it does not stand at `from`.
    pub fn apply(&self, changes: &[Change], step: Option<(Option<Cursor>, Cursor)>) -> Result<Option<bool>> {
        let mut writing = self.lock();
        if writing.retired {
            return Ok(None);
        }
        if step.is_some_and(|(from, _)| from != writing.position) {
            return Ok(Some(false));
        }
        let outcome = self.write(&mut writing, changes);
        if outcome.is_err() {
            self.start_over(&mut writing);
        }
        outcome?;
        if let Some((_, to)) = step {
            writing.position = Some(to);
        }
        writing.dirty = true;
        Ok(Some(true))
    }

    /// Makes everything taken in durable and visible.
    pub fn commit(&self) -> Result<()> {
        let mut writing = self.lock();
        if !writing.dirty || writing.retired {
            return Ok(());
        }
        let outcome = self.commit_writer(&mut writing);
        if outcome.is_err() {
            self.start_over(&mut writing);
        }
        outcome
    }

    pub fn retire(&self) {
        let mut writing = self.lock();
        writing.retired = true;
        writing.writer = None;
    }

    /// Adds documents to a generation that does not serve yet. None of them may be there already: looking for
    /// what to replace would keep a kilobyte for each until the commit.
    pub fn fill(&self, documents: &[Document]) -> Result<()> {
        let mut writing = self.lock();
        writing.dirty = true;
        let writer = self.writer(&mut writing)?;
        for document in documents {
            writer
                .add_document(self.fields.document(document))
                .map_err(unavailable)?;
        }
        Ok(())
    }

    /// Ends filling: commits, merges, and goes on with the small writer of a serving generation.
    pub fn settle(&self, position: Option<Cursor>, heap_bytes: usize) -> Result<()> {
        let mut writing = self.lock();
        writing.position = position;
        writing.heap_bytes = heap_bytes;
        self.commit_writer(&mut writing)?;
        if let Some(writer) = writing.writer.take() {
            writer.wait_merging_threads().map_err(unavailable)?;
        }
        self.reader.reload().map_err(unavailable)
    }

    fn write(&self, writing: &mut Writing, changes: &[Change]) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let writer = self.writer(writing)?;
        for change in changes {
            let (kind, key) = change.name();
            writer.delete_term(self.fields.identity(kind, key));
            if let Change::Upsert(document) = change {
                writer
                    .add_document(self.fields.document(document))
                    .map_err(unavailable)?;
            }
        }
        Ok(())
    }

    fn commit_writer(&self, writing: &mut Writing) -> Result<()> {
        let position = writing.position;
        let writer = self.writer(writing)?;
        let mut prepared = writer.prepare_commit().map_err(unavailable)?;
        if let Some(position) = position {
            prepared.set_payload(&position.to_string());
        }
        prepared.commit().map_err(unavailable)?;
        writing.dirty = false;
        self.reader.reload().map_err(unavailable)
    }

    fn writer<'a>(&self, writing: &'a mut Writing) -> Result<&'a mut IndexWriter<TantivyDocument>> {
        let writer = match writing.writer.take() {
            Some(writer) => writer,
            None => {
                let options = IndexWriterOptions::builder()
                    .num_worker_threads(1)
                    .num_merge_threads(1)
                    .memory_budget_per_thread(writing.heap_bytes)
                    .build();
                self.index.writer_with_options(options).map_err(unavailable)?
            }
        };
        Ok(writing.writer.insert(writer))
    }

    /// After a failure, a full disk say, the writer is useless and what it held is gone: forget it and stand
    /// where the last commit stood, so that the feeder brings the rest again.
    fn start_over(&self, writing: &mut Writing) {
        writing.writer = None;
        writing.dirty = false;
        writing.position = self
            .index
            .load_metas()
            .ok()
            .and_then(|metas| metas.payload)
            .and_then(|text| text.parse().ok());
    }

    fn lock(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Up to which event the index in a folder was fed, without opening it for use: `None` when there is none, or it was never
/// fed. For whoever looks at an installation from outside.
///
/// # Errors
/// `kernel.search.unavailable` when it is there and cannot be read.
pub fn position_in(root: &Path) -> Result<Option<Cursor>> {
    let serving = fs::read_to_string(root.join(CURRENT))
        .ok()
        .filter(|name| is_folder_name(name));
    let Some(name) = serving else {
        return Ok(None);
    };
    let metas = Index::open_in_dir(root.join(name))
        .and_then(|index| index.load_metas())
        .map_err(unavailable)?;
    Ok(metas.payload.and_then(|text| text.parse().ok()))
}

fn folders(root: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root) else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_folder_name(name))
        .collect()
}

fn number_of(name: &str) -> Option<u64> {
    name.split_once('-')?.1.parse().ok()
}

/// Only folders of our own making are ever opened or deleted.
fn is_folder_name(name: &str) -> bool {
    name.strip_prefix('v')
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(version, number)| version.parse::<u32>().is_ok() && number.parse::<u64>().is_ok())
}
