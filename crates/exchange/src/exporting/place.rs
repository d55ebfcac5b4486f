//! The place of an export, and the folder beside it in which it is written.
//!
//! Exports are made by powerful accounts, and often to folders in which everybody may write. So nothing that lies there already is
//! followed, emptied, or written over, unless it is ours alone by its owner and its mode and was left by a run of ours.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use kernel::error::{Error, Result};

use super::folder::unwritable;

/// Whoever writes holds it; so a folder that has it is the beginning of an export.
pub const LOCK: &str = "lock";

/// The place itself and the folder beside it, which is ours.
///
/// # Errors
/// `exchange.place_unnamed`, `exchange.place_taken`, `exchange.place_mounted`, `exchange.partial_taken`, `exchange.unwritable`.
pub fn take(place: &Path) -> Result<(PathBuf, PathBuf)> {
    // Without the slash that the completion of a shell puts behind a folder.
    let place: PathBuf = place.components().collect();
    let refused = |error: io::Error| unwritable(&place, error);
    let told = |code: &str, folder: &Path| Error::conflict(code).arg("folder", folder.display().to_string());
    if place.file_name().is_none() {
        return Err(told("exchange.place_unnamed", &place));
    }
    if !is_free(&place).map_err(refused)? {
        return Err(told("exchange.place_taken", &place));
    }
    if is_mounted(&place).map_err(refused)? {
        return Err(told("exchange.place_mounted", &place));
    }
    let partial = place.with_added_extension("partial");
    if !make_own(&partial).map_err(refused)? {
        return Err(told("exchange.partial_taken", &partial));
    }
    Ok((place, partial))
}

/// The folder in which something lies.
pub fn above(path: &Path) -> &Path {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    above.unwrap_or_else(|| Path::new("."))
}

/// Nothing is there, or an empty folder.
fn is_free(place: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
        Ok(found) if found.is_dir() => Ok(fs::read_dir(place)?.next().is_none()),
        Ok(_) => Ok(false),
    }
}

/// Another disk hangs there, as in a container: nothing can be moved into its place. Told before the work rather than after it.
fn is_mounted(place: &Path) -> io::Result<bool> {
    let device = |path: &Path| fs::metadata(path).map(|found| found.dev());
    match device(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        here => Ok(here? != device(above(place))?),
    }
}

/// Makes a folder and those above it, for its owner alone.
pub fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes a folder, or takes over one that a run of ours left; false when something else lies there.
fn make_own(path: &Path) -> io::Result<bool> {
    make_folder(above(path))?;
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match is_own(path) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(false),
            known => known,
        },
        made => made.map(|()| true),
    }
}

/// A folder of ours that nobody else may write to, with the lock of a run or nothing in it.
fn is_own(path: &Path) -> io::Result<bool> {
    let found = fs::symlink_metadata(path)?;
    if !found.is_dir() || found.mode() & 0o077 != 0 {
        return Ok(false);
    }
    let has_lock = fs::symlink_metadata(path.join(LOCK)).is_ok_and(|lock| lock.is_file());
    if !has_lock && fs::read_dir(path)?.next().is_some() {
        return Ok(false);
    }
    Ok(found.uid() == own_number(path)?)
}

/// As whom we run: who makes a folder owns it. Made beside, because in that one another run may be writing.
fn own_number(path: &Path) -> io::Result<u32> {
    let asked = path.with_added_extension(std::process::id().to_string());
    DirBuilder::new().mode(0o700).create(&asked)?;
    let owner = fs::symlink_metadata(&asked).map(|made| made.uid());
    fs::remove_dir(&asked)?;
    owner
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::super::folder::Folder;
    use super::*;

    fn code(place: &Path) -> String {
        Folder::begin(place).unwrap_err().code().to_owned()
    }

    fn folder_with(path: &Path, mode: u32) {
        DirBuilder::new().mode(mode).create(path).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_link_that_lies_in_wait_is_not_followed() {
        let above = tempfile::tempdir().unwrap();
        let (place, prize) = (above.path().join("export"), above.path().join("mainstay.db"));
        let (beside, lock) = (
            above.path().join("export.partial"),
            above.path().join("export.partial/lock"),
        );
        fs::write(&prize, "the live database").unwrap();
        for mode in [0o700, 0o777] {
            folder_with(&beside, mode);
            symlink(&prize, &lock).unwrap();
            assert_eq!(code(&place), "exchange.partial_taken", "{mode:o}");
            fs::remove_dir_all(&beside).unwrap();
        }
        // A folder of ours, which a link calls the beginnings of an export.
        let ours = above.path().join("letters");
        folder_with(&ours, 0o700);
        fs::write(ours.join(LOCK), "").unwrap();
        fs::write(ours.join("letter"), "dear").unwrap();
        symlink(&ours, &beside).unwrap();
        assert_eq!(code(&place), "exchange.partial_taken");
        assert_eq!(fs::read(ours.join("letter")).unwrap(), b"dear");
        assert_eq!(fs::read(&prize).unwrap(), b"the live database");
    }

    #[test]
    fn a_folder_beside_that_others_may_write_to_or_that_is_no_beginning_is_left_alone() {
        let above = tempfile::tempdir().unwrap();
        let (place, beside) = (above.path().join("export"), above.path().join("export.partial"));
        folder_with(&beside, 0o777);
        assert_eq!(
            code(&place),
            "exchange.partial_taken",
            "others may put files there"
        );
        fs::set_permissions(&beside, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(beside.join("mine"), "mine").unwrap();
        assert_eq!(code(&place), "exchange.partial_taken", "it has another's files");
        assert_eq!(fs::read(beside.join("mine")).unwrap(), b"mine");
        assert_eq!(fs::read_dir(&beside).unwrap().count(), 1);
        fs::remove_file(beside.join("mine")).unwrap();
        Folder::begin(&place).unwrap().finish().unwrap();
        assert_eq!(fs::metadata(&place).unwrap().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_slash_behind_the_place_changes_nothing_and_a_place_without_a_name_is_refused() {
        let above = tempfile::tempdir().unwrap();
        let place = above.path().join("export");
        fs::create_dir(&place).unwrap();
        Folder::begin(&above.path().join("export/"))
            .unwrap()
            .finish()
            .unwrap();
        assert_eq!(fs::read_dir(above.path()).unwrap().count(), 1);
        for nameless in [".", "..", "/", "export/.."] {
            assert_eq!(code(Path::new(nameless)), "exchange.place_unnamed", "{nameless}");
        }
    }

    #[test]
    fn a_place_on_which_another_disk_hangs_is_told_at_once() {
        assert!(is_mounted(Path::new("/proc")).unwrap());
        let above = tempfile::tempdir().unwrap();
        assert!(!is_mounted(above.path()).unwrap());
        assert!(!is_mounted(&above.path().join("nothing")).unwrap());
    }
}
