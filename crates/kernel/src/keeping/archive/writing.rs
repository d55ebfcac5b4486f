//! Writing a backup: beside its place, flushed, and moved there when it is whole. A run that breaks off leaves nothing
//! under its name, and what lay there before stays.
//!
//! What it writes to is always a file that it made itself: others may be able to write into the folder, and one that they laid
//! there would stay theirs, with everything in it. A link is taken away, never followed.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::{DIGEST, FORMAT, HEAD, LONGEST, MAGIC};
use crate::error::{Error, Result};

/// Fast rather than small: a backup is made every night and restored once.
const LEVEL: u32 = 3;

/// A backup while it is written.
pub(in crate::keeping) struct Writer {
    out: Option<GzEncoder<Out>>,
    place: PathBuf,
    partial: PathBuf,
    /// Which file was made: what stands under the name may be another one by now.
    made: Identity,
    is_in_place: bool,
}

/// A file, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    fn of(found: &Metadata) -> Self {
        Self(found.dev(), found.ino())
    }

    fn is_at(self, path: &Path) -> bool {
        std::fs::symlink_metadata(path).is_ok_and(|found| Self::of(&found) == self)
    }
}

struct Out {
    file: BufWriter<File>,
    hasher: Sha256,
    bytes: u64,
}

impl Write for Out {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        let written = self.file.write(content)?;
        self.hasher.update(&content[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Writer {
    /// Begins beside the place; only its owner may read it.
    pub fn begin(place: &Path) -> Result<Self> {
        let mut partial = place.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let refused = |error: io::Error| unwritable(place, error);
        let running = || Error::conflict("kernel.backup.running").arg("file", place.display().to_string());
        let Some(file) = fresh(&partial).map_err(refused)? else {
            return Err(running());
        };
        let made = Identity::of(&file.metadata().map_err(refused)?);
        // A run that began at the same moment may have taken this one for left behind.
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) || !made.is_at(&partial) {
            return Err(running());
        }
        let mut out = Out {
            file: BufWriter::with_capacity(1 << 18, file),
            hasher: Sha256::new(),
            bytes: 0,
        };
        let begun = out
            .write_all(MAGIC)
            .and_then(|()| out.write_all(&FORMAT.to_le_bytes()));
        let writer = Self {
            out: Some(GzEncoder::new(out, Compression::new(LEVEL))),
            place: place.to_owned(),
            partial,
            made,
            is_in_place: false,
        };
        begun.map_err(|error| writer.failed(error))?;
        Ok(writer)
    }

    /// Writes a record.
    pub fn record(&mut self, letter: u8, parts: &[&[u8]]) -> Result<()> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        let fits = u32::try_from(length)
            .ok()
            .filter(|short| u64::from(*short) <= LONGEST);
        let Some(short) = fits else {
            return Err(Error::too_large("kernel.backup.value_too_large"));
        };
        let Some(out) = self.out.as_mut() else {
            return Err(Error::internal("the backup is closed"));
        };
        let mut written = out
            .write_all(&[letter])
            .and_then(|()| out.write_all(&short.to_le_bytes()));
        for part in parts {
            written = written.and_then(|()| out.write_all(part));
        }
        written.map_err(|error| self.failed(error))
    }

    /// Ends it and puts it in its place; gives its size and digest.
    pub fn finish(mut self) -> Result<(u64, String)> {
        let Some(out) = self.out.take() else {
            return Err(Error::internal("the backup is closed"));
        };
        let closed = close(out).and_then(|done| {
            if !self.made.is_at(&self.partial) {
                return Err(io::Error::other("somebody put another file in its place"));
            }
            std::fs::rename(&self.partial, &self.place)?;
            // The new name itself must survive a power cut.
            let folder = self
                .place
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()?;
            Ok(done)
        });
        self.is_in_place = closed.is_ok();
        closed.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> Error {
        unwritable(&self.place, error)
    }
}

/// A file that was not there before, for its owner alone. One that a killed run left behind, or that somebody laid there, gives way;
/// none when a run that works holds it.
fn fresh(partial: &Path) -> io::Result<Option<File>> {
    let make = || {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(partial)
    };
    match make() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made.map(Some),
    }
    // A pipe would be waited at, and what a link leads to is none of ours.
    let is_file = std::fs::symlink_metadata(partial).is_ok_and(|found| found.is_file());
    let left = is_file.then(|| File::open(partial).ok()).flatten();
    // Held until it is gone, so that a run that has just made it sees that it lost.
    if let Some(left) = &left
        && matches!(left.try_lock(), Err(TryLockError::WouldBlock))
    {
        return Ok(None);
    }
    std::fs::remove_file(partial)?;
    make().map(Some)
}

fn close(out: GzEncoder<Out>) -> io::Result<(u64, String)> {
    let mut out = out.finish()?;
    let digest = out.hasher.clone().finalize();
    out.file.write_all(&digest)?;
    let bytes = out.bytes + DIGEST;
    debug_assert!(bytes > HEAD);
    let file = out.file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok((bytes, data_encoding::HEXLOWER.encode(&digest)))
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.is_in_place && self.made.is_at(&self.partial) {
            // Nothing can be done about one that will not go; it is no backup by its name and by its content.
            std::fs::remove_file(&self.partial).ok();
        }
    }
}

fn unwritable(place: &Path, error: io::Error) -> Error {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "kernel.backup.disk_full"
        }
        _ => "kernel.backup.unwritable",
    };
    Error::unavailable(code)
        .arg("file", place.display().to_string())
        .caused_by(error)
}
