//! Signing releases, on a machine that is no server: keys in files, and a repository in a folder.
//!
//! `keys` makes and reads the files of keys, `roots` writes roots of trust, [`editing`] what the other keys sign. A repository is
//! changed so that it is whole at any time: new files first, and last the one file that names them.

pub mod editing;
mod keys;
mod roots;

use crate::verifying::Fault;
use jiff::{SignedDuration, Timestamp};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub use tough::schema::RoleType;

pub use editing::{Wanted, add, init, list, renew, rotate};
pub use keys::ROLES;

/// A root of trust counts for a year unless somebody says otherwise.
pub const ROOT_DAYS: u16 = 365;
/// Everything else for ninety days.
pub const DAYS: u16 = 90;

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("{0} can be read by others: chmod 600 it, or make new keys if somebody may have copied it")]
    Open(PathBuf),
    #[error("{0} is no key: {1}")]
    Spoiled(PathBuf, String),
    #[error("{0} is there already")]
    Exists(PathBuf),
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    #[error("the repository is not in order: {0}")]
    Repository(#[from] Fault),
    #[error(
        "{0} is in the repository already, with other content; a version is never changed, choose another one"
    )]
    Other(String),
    #[error("{0} is {1} bytes long; a program has from 1 byte to 255 MiB")]
    Size(PathBuf, u64),
    #[error("{0} is no key of this repository: its root does not name it")]
    Foreign(PathBuf),
    #[error("cannot sign: {0}")]
    Signing(String),
}

/// How long what is signed counts, from when.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    /// The present instant.
    pub now: Timestamp,
    /// For so many days: everything but the root.
    pub days: u16,
    /// For so many days: the root.
    pub root_days: u16,
}

impl Lifetime {
    /// The usual lifetimes from an instant on.
    #[must_use]
    pub const fn from(now: Timestamp) -> Self {
        Self {
            now,
            days: DAYS,
            root_days: ROOT_DAYS,
        }
    }

    fn expires(self) -> Timestamp {
        after(self.now, self.days)
    }

    fn root_expires(self) -> Timestamp {
        after(self.now, self.root_days)
    }
}

/// Whole seconds, as the metadata writes them.
fn after(now: Timestamp, days: u16) -> Timestamp {
    let later = now.saturating_add(SignedDuration::from_hours(24 * i64::from(days)));
    let seconds = later.unwrap_or(Timestamp::MAX).as_second();
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, content: &[u8]) -> Result<(), Trouble> {
    let fresh = path.with_extension("new");
    let written = File::create(&fresh)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&fresh, path));
    written.map_err(|error| Trouble::File(path.to_owned(), error))
}

fn make_folder(path: &Path) -> Result<(), Trouble> {
    fs::create_dir_all(path).map_err(|error| Trouble::File(path.to_owned(), error))
}
