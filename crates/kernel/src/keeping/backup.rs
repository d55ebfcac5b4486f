//! Making a backup: one snapshot of the database and the files that it names, while the server works.
//!
//! Files are listed after the snapshot has begun, so every file that a row of it names is among them: content is stored
//! before the row that names it. A file goes in when its hash stands anywhere in the rows.

use std::collections::BTreeMap;
use std::path::Path;

use crossbeam_channel::{Receiver, bounded};
use futures::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::cx::Cx;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::file::{Files, is_hash};
use crate::setting;
use crate::time::Timestamp;

use super::archive::{Closing, FileHead, Writer, is_backup};
use super::{FileSum, Outline, PIECES_WAITING, Piece, Program, Rows, TableSum, either, gone, reading};

/// Pieces of a file's content.
const CONTENT: usize = 256 * 1024;
/// Missing files that are named one by one.
const NAMED: usize = 1000;
const SETTING: &str = "kernel.backup";

/// What a backup came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Made {
    /// What is in it.
    pub outline: Outline,
    /// What each table comes to.
    pub tables: Vec<TableSum>,
    /// The files in it.
    pub files: FileSum,
    /// Files that rows name and that are not in it; the first thousand.
    pub missing: Vec<String>,
    /// How many in all.
    pub missing_count: u64,
    /// Its size.
    pub bytes: u64,
    /// The digest at its end.
    pub digest: String,
}

impl Made {
    /// The rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Writes a backup. A file of this name is replaced when it is a backup, and only by a whole one.
///
/// # Errors
/// `kernel.backup.exists`, `kernel.backup.disk_full`, `kernel.backup.unwritable`, `kernel.backup.newer`, and the
/// database's. Then there is nothing new under this name.
pub async fn backup(db: &Db, files: &Files, program: &Program, now: Timestamp, place: &Path) -> Result<Made> {
    if place.exists() && !is_backup(place) {
        return Err(Error::conflict("kernel.backup.exists").arg("file", place.display().to_string()));
    }
    let (sender, receiver) = bounded(PIECES_WAITING);
    let (program, files, place) = (program.clone(), files.clone(), place.to_owned());
    let runtime = tokio::runtime::Handle::current();
    let writing = tokio::task::spawn_blocking(move || write(&runtime, &files, &place, &receiver));
    let read = db
        .read(move |tx| reading::stream(tx, &program, now, &sender))
        .await;
    let written = writing.await.map_err(Error::internal)?;
    either(read, written).map(|((), made)| made)
}

fn write(
    runtime: &tokio::runtime::Handle,
    files: &Files,
    place: &Path,
    pieces: &Receiver<Piece>,
) -> Result<Made> {
    let Piece::Outline(outline) = pieces.recv().map_err(|_| gone())? else {
        return Err(Error::internal("rows came before the tables they belong to"));
    };
    let mut writer = Writer::begin(place)?;
    writer.record(b'B', &[&serde_json::to_vec(&outline)?])?;
    let mut stock = Stock::list(runtime, files)?;
    let mut closing = Closing::default();
    loop {
        match pieces.recv().map_err(|_| gone())? {
            Piece::Rows(rows) => {
                stock.mark(&rows, &mut closing);
                let table = u32::try_from(rows.table).map_err(Error::internal)?;
                let head = [table.to_le_bytes(), rows.count.to_le_bytes()].concat();
                writer.record(b'R', &[&head, &rows.bytes])?;
            }
            Piece::Sums(sums) => {
                closing.tables = sums;
                break;
            }
            Piece::Outline(_) | Piece::Commit => return Err(Error::internal("a piece out of its order")),
        }
    }
    for (hash, file) in &stock.files {
        if file.wanted {
            runtime.block_on(copy(files, hash, file.size, &mut writer, &mut closing))?;
        }
    }
    writer.record(b'E', &[&serde_json::to_vec(&closing)?])?;
    let (bytes, digest) = writer.finish()?;
    Ok(Made {
        outline: *outline,
        tables: closing.tables,
        files: closing.files,
        missing: closing.missing,
        missing_count: closing.missing_count,
        bytes,
        digest,
    })
}

/// The stored files by their hashes.
struct Stock {
    files: BTreeMap<String, Stored>,
}

struct Stored {
    size: u64,
    wanted: bool,
}

impl Stock {
    fn list(runtime: &tokio::runtime::Handle, files: &Files) -> Result<Self> {
        let listed = files.list().map_ok(|listed| {
            let size = u64::try_from(listed.size).unwrap_or(0);
            (listed.hash, Stored { size, wanted: false })
        });
        let files: BTreeMap<String, Stored> = runtime.block_on(listed.try_collect())?;
        Ok(Self { files })
    }

    /// Notes which files rows name, anywhere in them, and which of those that they must have are not there.
    fn mark(&mut self, rows: &Rows, closing: &mut Closing) {
        for hash in hashes_in(&rows.bytes) {
            if let Some(stored) = self.files.get_mut(hash) {
                stored.wanted = true;
            }
        }
        for name in &rows.files {
            if !self.files.contains_key(name) {
                closing.miss(name);
            }
        }
    }
}

/// Every run of just 64 lower-case hexadecimal digits. The bytes between values are none, so a value's end is a run's end.
fn hashes_in(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes
        .split(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        .filter(|run| run.len() == 64)
        .filter_map(|run| std::str::from_utf8(run).ok())
}

async fn copy(
    files: &Files,
    hash: &str,
    size: u64,
    writer: &mut Writer,
    closing: &mut Closing,
) -> Result<()> {
    let Ok(content) = files.get_stream(hash).await else {
        closing.miss(hash);
        return Ok(());
    };
    let head = FileHead {
        hash: hash.to_owned(),
        size,
    };
    writer.record(b'F', &[&serde_json::to_vec(&head)?])?;
    let (mut hasher, mut bytes, mut stream) = (Sha256::new(), 0_u64, content.stream);
    let mut whole = true;
    while let Some(part) = stream.next().await {
        let Ok(part) = part else {
            whole = false;
            break;
        };
        hasher.update(&part);
        bytes += part.len() as u64;
        for piece in part.chunks(CONTENT) {
            writer.record(b'C', &[piece])?;
        }
    }
    whole &= bytes == size && data_encoding::HEXLOWER.encode(&hasher.finalize()) == hash;
    writer.record(b'G', &[&[u8::from(whole)]])?;
    if whole {
        closing.files.count += 1;
        closing.files.bytes += size;
    } else {
        // What lies there is not what was stored; a backup of it would only look well.
        closing.miss(hash);
    }
    Ok(())
}

impl Closing {
    fn miss(&mut self, name: &str) {
        // Several rows may name one file.
        if !is_hash(name) || self.missing.iter().any(|known| known == name) {
            return;
        }
        self.missing_count += 1;
        if self.missing.len() < NAMED {
            self.missing.push(name.to_owned());
        }
    }
}

/// A backup as the installation remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    /// When it was made.
    pub at: Timestamp,
    /// Its rows.
    pub rows: u64,
    /// Its files.
    pub files: u64,
    /// Its size.
    pub bytes: u64,
    /// Its digest.
    pub digest: String,
}

/// Writes down that a backup was made; the event says that somebody took everything out.
///
/// # Errors
/// The database's.
pub fn note_backup(tx: &mut Tx<'_>, cx: &Cx, made: &Made) -> Result<()> {
    let last = LastBackup {
        at: made.outline.made_at,
        rows: made.rows(),
        files: made.files.count,
        bytes: made.bytes,
        digest: made.digest.clone(),
    };
    setting::put(tx, cx, SETTING, &last)
}

/// The last backup that was made of this installation.
///
/// # Errors
/// The database's.
pub fn last_backup(tx: &mut Tx<'_>) -> Result<Option<LastBackup>> {
    setting::get(tx, SETTING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_found_wherever_they_stand_and_nothing_else() {
        let hash = "0123456789abcdef".repeat(4);
        let longer = format!("{hash}a");
        let text = format!("{{\"file\":\"{hash}\"}} {longer} {}", &hash[..63]);
        let found: Vec<&str> = hashes_in(text.as_bytes()).collect();
        assert_eq!(found, [hash.as_str()]);
    }
}
