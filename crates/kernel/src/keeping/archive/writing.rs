//! Writing a backup: beside its place, flushed, and moved there when it is whole. A run that breaks off leaves nothing
//! under its name, and what lay there before stays.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
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
    is_in_place: bool,
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
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&partial)
            .map_err(refused)?;
        // Two runs at once would write through each other.
        if let Err(std::fs::TryLockError::WouldBlock) = file.try_lock() {
            return Err(Error::conflict("kernel.backup.running").arg("file", place.display().to_string()));
        }
        file.set_len(0).map_err(refused)?;
        // One that a killed run left behind keeps what it was made with.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))
            .map_err(refused)?;
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
        if !self.is_in_place {
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
