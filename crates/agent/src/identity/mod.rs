//! The device's key: made once, kept in a file that only its owner may read, never sent anywhere.
//!
//! A TPM is not used yet: the file is the only place.

use protocol::key::{KeyError, KeyPair};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    #[error("there is no key in {0}; `mainstay-agent enrol DOCUMENT` makes one")]
    Absent(PathBuf),
    #[error("{0} can be read by others; `chmod 600` it, or enrol anew if somebody may have copied it")]
    Open(PathBuf),
    #[error("cannot read or write {0}: {1}")]
    File(PathBuf, io::Error),
    #[error("the key in {0} is spoiled: {1}")]
    Spoiled(PathBuf, KeyError),
}

/// Where the key of an agent with this state folder lies.
pub fn path(state: &Path) -> PathBuf {
    state.join("key")
}

/// The key that is kept here.
pub fn load(state: &Path) -> Result<KeyPair, NoKey> {
    let path = path(state);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(NoKey::Absent(path)),
        Err(error) => return Err(NoKey::File(path, error)),
    };
    if !is_private(&file) {
        return Err(NoKey::Open(path));
    }
    let mut bytes = Vec::new();
    if let Err(error) = file.take(4096).read_to_end(&mut bytes) {
        return Err(NoKey::File(path, error));
    }
    KeyPair::from_pkcs8(&bytes).map_err(|error| NoKey::Spoiled(path, error))
}

/// The key that is kept here, or a new one.
pub fn load_or_make(state: &Path) -> Result<KeyPair, NoKey> {
    match load(state) {
        Err(NoKey::Absent(path)) => make(&path),
        other => other,
    }
}

fn make(path: &Path) -> Result<KeyPair, NoKey> {
    let key = KeyPair::generate().map_err(|error| NoKey::Spoiled(path.to_owned(), error))?;
    let fresh = path.with_extension("new");
    std::fs::remove_file(&fresh).ok();
    let written = private_file(&fresh)
        .and_then(|mut file| file.write_all(key.to_pkcs8()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&fresh, path));
    match written {
        Ok(()) => Ok(key),
        Err(error) => Err(NoKey::File(path.to_owned(), error)),
    }
}

/// A new file that only its owner may read.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(unix)]
fn is_private(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|is| is.mode() & 0o077 == 0)
}

/// Elsewhere the installer sets the rights of the folder; this is not yet checked there.
#[cfg(not(unix))]
fn is_private(_file: &File) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(load(folder.path()), Err(NoKey::Absent(_))));
        let key = load_or_make(folder.path()).unwrap();
        assert_eq!(load_or_make(folder.path()).unwrap().public(), key.public());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        load_or_make(folder.path()).unwrap();
        let path = path(folder.path());
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(load(folder.path()), Err(NoKey::Open(_))));
    }
}
