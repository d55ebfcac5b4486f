//! Pictures and other files of an export, put into the kernel's files once each.

use std::collections::HashMap;
use std::path::PathBuf;

use kernel::Kernel;
use kernel::error::{Error, Result};
use tokio::sync::{mpsc, oneshot};
use wiki::Limits;
use wiki::archive::Archive;

use super::open;
use super::outline::Outline;
use crate::file::{NewFile, media};

/// An entry that is asked for.
type Question = (String, oneshot::Sender<Option<Vec<u8>>>);

/// Gives files, and remembers which it gave.
pub struct Cabinet {
    archive: mpsc::Sender<Question>,
    /// What was written in pages, until it is asked for.
    inline: HashMap<String, Vec<u8>>,
    stored: HashMap<String, Option<NewFile>>,
    most: u64,
}

impl Cabinet {
    /// Opens the archive a second time; an export that is none has no entries to give.
    pub fn open(path: PathBuf) -> Self {
        let (archive, questions) = mpsc::channel(1);
        tokio::task::spawn_blocking(move || answer(path, questions));
        Self {
            archive,
            inline: HashMap::new(),
            stored: HashMap::new(),
            most: Limits::default().file,
        }
    }

    /// Keeps what was written in a page until the page comes.
    pub fn put(&mut self, key: String, content: Vec<u8>) {
        if !self.stored.contains_key(&key) {
            self.inline.insert(key, content);
        }
    }

    /// A file by its key, stored; none when the export does not have it.
    pub async fn file(&mut self, kernel: &Kernel, outline: &Outline, key: &str) -> Result<Option<NewFile>> {
        if let Some(known) = self.stored.get(key) {
            return Ok(known.clone());
        }
        let Some((name, entry)) = outline.files.get(key) else {
            return Ok(None);
        };
        let content = match (self.inline.remove(key), entry) {
            (Some(content), _) => Some(content),
            (None, Some(entry)) => self.ask(entry).await?,
            (None, None) => None,
        };
        let stored = match content {
            Some(content) if !content.is_empty() => {
                let media_type =
                    media::sniff(content.get(..media::HEAD.min(content.len())).unwrap_or_default());
                let stored = kernel.files.put(content, self.most).await?;
                Some(NewFile {
                    hash: stored.hash,
                    name: name.clone(),
                    media_type: media_type.to_owned(),
                    size: stored.size,
                })
            }
            _ => None,
        };
        self.stored.insert(key.to_owned(), stored.clone());
        Ok(stored)
    }

    async fn ask(&self, entry: &str) -> Result<Option<Vec<u8>>> {
        let (answer, waits) = oneshot::channel();
        if self.archive.send((entry.to_owned(), answer)).await.is_err() {
            return Ok(None);
        }
        waits.await.map_err(Error::internal)
    }

    /// How many different files were stored.
    pub fn count(&self) -> u64 {
        self.stored.values().flatten().count() as u64
    }
}

/// Reads entries on a thread of its own, for as long as somebody asks.
fn answer(path: PathBuf, mut questions: mpsc::Receiver<Question>) {
    let limits = Limits::default();
    let Ok(mut file) = open(&path) else { return };
    let Ok(mut archive) = Archive::open(&mut file, &limits) else {
        return;
    };
    while let Some((entry, answer)) = questions.blocking_recv() {
        let content = archive.content(&entry, limits.file).ok().flatten();
        // Whoever asked may have gone.
        let _ = answer.send(content);
    }
}
