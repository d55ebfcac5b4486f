//! The folder of an export while it is written: beside its place, and moved there when all of it is on the disk. A run that
//! breaks off leaves nothing under its name; what a killed one left is begun anew.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use data_encoding::HEXLOWER;
use kernel::error::{Error, Result};
use sha2::{Digest as _, Sha256};

use super::place::{self, LOCK, above, make_folder};
use crate::format::{LONGEST_LINE, Part};

/// The copy of the database lies here and goes before the end.
const WORK: &str = "work";

/// See the module's text. Whoever drops it unfinished removes it.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    partial: PathBuf,
    is_settled: AtomicBool,
    _lock: File,
}

impl Folder {
    /// Begins beside the place, which must be empty or not there; only its owner may read it.
    pub fn begin(place: &Path) -> Result<Self> {
        let (place, partial) = place::take(place)?;
        let refused = |error: io::Error| unwritable(&place, error);
        let lock = open_lock(&partial.join(LOCK)).map_err(refused)?;
        // Two runs at once would write through each other; and this one's leavings are the other's work.
        if let Err(fs::TryLockError::WouldBlock) = lock.try_lock() {
            return Err(Error::conflict("exchange.running").arg("folder", place.display().to_string()));
        }
        let folder = Self {
            place: place.clone(),
            partial,
            is_settled: AtomicBool::new(false),
            _lock: lock,
        };
        folder.empty().map_err(refused)?;
        Ok(folder)
    }

    fn empty(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.partial)? {
            let entry = entry?;
            if entry.file_name() == LOCK {
                continue;
            }
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Makes a folder inside.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.partial.join(name);
        make_folder(&path).map_err(|error| self.failed(error))?;
        Ok(path)
    }

    /// Where the copy of the database lies.
    pub fn work(&self) -> Result<PathBuf> {
        self.folder(WORK)
    }

    /// The copy goes. SQLite's threads may still be putting their files away.
    pub fn remove_work(&self) -> Result<()> {
        remove_folder(&self.partial.join(WORK)).map_err(|error| self.failed(error))
    }

    /// Begins a file of lines.
    pub fn lines(&self, name: &str) -> Result<Lines> {
        let file = create(&self.partial.join(name)).map_err(|error| self.failed(error))?;
        Ok(Lines {
            name: name.to_owned(),
            place: self.place.clone(),
            out: BufWriter::with_capacity(1 << 18, file),
            hasher: Sha256::new(),
            rows: 0,
        })
    }

    /// Begins any other file.
    pub fn file(&self, name: &str) -> Result<File> {
        create(&self.partial.join(name)).map_err(|error| self.failed(error))
    }

    /// Takes a file away again.
    pub fn remove(&self, name: &str) -> Result<()> {
        fs::remove_file(self.partial.join(name)).map_err(|error| self.failed(error))
    }

    /// Writes a small file.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<()> {
        let mut file = self.file(name)?;
        let written = file.write_all(content).and_then(|()| file.sync_all());
        written.map_err(|error| self.failed(error))
    }

    /// Puts it in its place.
    pub fn finish(&self) -> Result<()> {
        self.put_in_place().map_err(|error| self.failed(error))?;
        self.is_settled.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Removes what was written.
    pub fn discard(&self) {
        if !self.is_settled.swap(true, Ordering::SeqCst) {
            // Nothing can be done about one that will not go; it is no export by its name and has no manifest.
            remove_folder(&self.partial).ok();
        }
    }

    fn put_in_place(&self) -> io::Result<()> {
        fs::remove_file(self.partial.join(LOCK))?;
        sync_folders(&self.partial)?;
        fs::rename(&self.partial, &self.place)?;
        // The new name itself must survive a power cut.
        File::open(above(&self.place))?.sync_all()
    }

    /// What a failed write means.
    pub fn failed(&self, error: io::Error) -> Error {
        unwritable(&self.place, error)
    }

    /// A full disk seen by the copy's database is told as what it is.
    pub fn explained(&self, error: Error) -> Error {
        let words = error.to_string();
        if words.contains("disk is full") || words.contains("File too large") {
            Error::unavailable("exchange.disk_full")
                .arg("folder", self.place.display().to_string())
                .caused_by(error)
        } else {
            error
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.discard();
    }
}

/// A file of lines while it is written.
#[derive(Debug)]
pub struct Lines {
    name: String,
    place: PathBuf,
    out: BufWriter<File>,
    hasher: Sha256,
    rows: u64,
}

impl Lines {
    /// Writes a line and its line break.
    pub fn put(&mut self, line: &mut Vec<u8>) -> Result<()> {
        if line.len() >= LONGEST_LINE {
            return Err(Error::too_large("exchange.line_too_long").arg("file", self.name.as_str()));
        }
        line.push(b'\n');
        self.hasher.update(&line);
        self.rows += 1;
        let written = self.out.write_all(line);
        written.map_err(|error| unwritable(&self.place, error))
    }

    /// Ends it: on the disk for good.
    pub fn finish(self) -> Result<Part> {
        let place = self.place;
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error);
        file.and_then(|file| file.sync_all())
            .map_err(|error| unwritable(&place, error))?;
        Ok(Part {
            file: self.name,
            rows: self.rows,
            sha256: HEXLOWER.encode(&self.hasher.finalize()),
        })
    }
}

/// The lock, which a killed run may have left. Nothing in it is touched.
fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    options.open(path)
}

/// A file that was not there: whatever has its name is neither followed nor written over.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(path)
}

/// Each new name must survive a power cut before the whole is said to be there.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

/// Removes a folder in which a database may just be closing.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    let mut left = 5;
    loop {
        match fs::remove_dir_all(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if left == 0 => return Err(error),
            Err(_) => left -= 1,
            Ok(()) => return Ok(()),
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

pub(super) fn unwritable(place: &Path, error: io::Error) -> Error {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "exchange.disk_full"
        }
        _ => "exchange.unwritable",
    };
    Error::unavailable(code)
        .arg("folder", place.display().to_string())
        .caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_appears_when_it_is_whole_and_one_that_breaks_off_leaves_nothing() {
        let above = tempfile::tempdir().unwrap();
        let place = above.path().join("export");
        let folder = Folder::begin(&place).unwrap();
        folder.write("a", b"a").unwrap();
        assert!(!place.exists());
        drop(folder);
        assert_eq!(fs::read_dir(above.path()).unwrap().count(), 0);

        let folder = Folder::begin(&place).unwrap();
        let mut lines = folder.lines("b.jsonl").unwrap();
        lines.put(&mut b"{}".to_vec()).unwrap();
        let part = lines.finish().unwrap();
        assert_eq!((part.rows, part.sha256.len()), (1, 64));
        folder.finish().unwrap();
        assert_eq!(fs::read(place.join("b.jsonl")).unwrap(), b"{}\n");
        assert_eq!(fs::read_dir(above.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_place_that_is_taken_is_left_alone() {
        let above = tempfile::tempdir().unwrap();
        let place = above.path().join("export");
        fs::write(&place, "mine").unwrap();
        assert_eq!(code(&place), "exchange.place_taken");
        assert_eq!(fs::read(&place).unwrap(), b"mine");
        fs::remove_file(&place).unwrap();
        fs::create_dir(&place).unwrap();
        drop(Folder::begin(&place).unwrap());
        let first = Folder::begin(&place).unwrap();
        assert_eq!(code(&place), "exchange.running");
        drop(first);
        fs::write(place.join("mine"), "mine").unwrap();
        assert_eq!(code(&place), "exchange.place_taken");
    }

    fn code(place: &Path) -> String {
        Folder::begin(place).unwrap_err().code().to_owned()
    }

    #[test]
    fn what_a_killed_run_left_is_begun_anew() {
        let above = tempfile::tempdir().unwrap();
        let place = above.path().join("export");
        let killed = Folder::begin(&place).unwrap();
        killed.folder("tables").unwrap();
        killed.write("tables/old.jsonl", b"{}").unwrap();
        // Its lock goes with it, and nothing else does.
        killed.is_settled.store(true, Ordering::SeqCst);
        drop(killed);
        Folder::begin(&place).unwrap().finish().unwrap();
        assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
    }

    #[test]
    fn a_file_inside_is_made_and_never_written_over() {
        let above = tempfile::tempdir().unwrap();
        let folder = Folder::begin(&above.path().join("export")).unwrap();
        folder.write("a", b"a").unwrap();
        assert_eq!(folder.file("a").unwrap_err().code(), "exchange.unwritable");
    }

    #[test]
    fn a_full_disk_is_told_as_a_full_disk() {
        let error = unwritable(Path::new("x"), io::ErrorKind::StorageFull.into());
        assert_eq!(error.code(), "exchange.disk_full");
        let above = tempfile::tempdir().unwrap();
        let folder = Folder::begin(&above.path().join("export")).unwrap();
        let seen = Error::unavailable("kernel.db.unavailable").caused_by("database or disk is full");
        assert_eq!(folder.explained(seen).code(), "exchange.disk_full");
        assert_eq!(folder.explained(Error::not_found()).code(), "kernel.not_found");
    }
}
