//! The folder of a guest: private, for this run alone, gone with it. What a killed one left goes with the next start.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

const PREFIX: &str = "mainstay-help-";
/// A folder without a lock that is younger is just being made.
const FRESH: Duration = Duration::from_secs(60);

/// See the module's text. It is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    /// Held while this runs; before the folder, so that nobody finds one that is half removed and locked.
    _lock: File,
    folder: TempDir,
}

impl Folder {
    pub(super) fn new() -> io::Result<Self> {
        Self::below(&base())
    }

    fn below(base: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        let folder = builder.tempdir_in(base)?;
        let lock = File::create(lock(folder.path()))?;
        lock.try_lock()?;
        Ok(Self { _lock: lock, folder })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn lock(folder: &Path) -> PathBuf {
    folder.join("in-use")
}

/// What the system clears by itself when the person signs out, where there is such a place.
fn base() -> PathBuf {
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute() && path.is_dir())
        .unwrap_or_else(std::env::temp_dir)
}

/// Removes what guests of this person left that were killed.
pub(super) fn sweep() {
    sweep_below(&base());
}

fn sweep_below(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_one = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_one && is_ours(&path) && is_left(&path) {
            fs::remove_dir_all(&path).ok();
        }
    }
}

/// Whether nobody holds it any more.
fn is_left(folder: &Path) -> bool {
    match OpenOptions::new().write(true).open(lock(folder)) {
        Ok(file) => file.try_lock().is_ok(),
        Err(_) => fs::symlink_metadata(folder)
            .and_then(|is| is.modified())
            .is_ok_and(|at| at.elapsed().is_ok_and(|age| age > FRESH)),
    }
}

/// In a folder that all may write to, others may have put something of that name.
#[cfg(unix)]
fn is_ours(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(path).is_ok_and(|is| is.is_dir() && is.uid() == rustix::process::geteuid().as_raw())
}

/// Elsewhere the folder for temporary files is the person's own.
#[cfg(not(unix))]
fn is_ours(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|is| is.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_guest_left_goes_and_what_one_uses_stays() {
        let base = tempfile::tempdir().unwrap();
        let used = Folder::below(base.path()).unwrap();
        let left = base.path().join(format!("{PREFIX}left"));
        let other = base.path().join("somebody-elses");
        for folder in [&left, &other] {
            fs::create_dir(folder).unwrap();
            File::create(lock(folder)).unwrap();
        }
        sweep_below(base.path());
        assert!(used.path().is_dir() && other.is_dir() && !left.exists());
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_private_and_goes() {
        use std::os::unix::fs::PermissionsExt as _;
        let base = tempfile::tempdir().unwrap();
        let folder = Folder::below(base.path()).unwrap();
        let path = folder.path().to_owned();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        drop(folder);
        assert!(!path.exists());
    }
}
