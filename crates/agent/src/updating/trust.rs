//! The root of trust: which keys may say what is installed here. It lies in the agent's own state.
//!
//! It comes with the first enrolment, or by the hand of the device's administrator, and from then on changes only by that hand or
//! by a chain of signatures that begins at itself. No server can put another one in its place.

use super::notes::{private_folder, replace};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use update::trust::{ROOT_MOST, Trust, read};
use update::verifying::Fault;

/// Why there is no root of trust.
#[derive(Debug, thiserror::Error)]
pub enum NoRoot {
    #[error(
        "this device trusts nobody's updates yet; its administrator can say whose: mainstay-agent trust FILE"
    )]
    Absent,
    #[error("{0} is not ours alone to write; put it right by: mainstay-agent trust FILE")]
    Open(PathBuf),
    #[error("{0} cannot be read: {1}")]
    File(PathBuf, io::Error),
    #[error("{0} does not count: {1}; put it right by: mainstay-agent trust FILE")]
    Spoiled(PathBuf, Fault),
}

/// Where what belongs to trust lies.
fn folder(state: &Path) -> PathBuf {
    state.join("update")
}

fn path(state: &Path) -> PathBuf {
    folder(state).join("root.json")
}

/// What was seen before, so that nothing older counts.
#[must_use]
pub fn seen(state: &Path) -> PathBuf {
    folder(state).join("seen")
}

/// The root of trust as it stands in its file, and what it says.
pub fn load(state: &Path) -> Result<(Vec<u8>, Trust), NoRoot> {
    let path = path(state);
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(NoRoot::Absent),
        other => other.map_err(|error| NoRoot::File(path.clone(), error))?,
    };
    if !is_ours(&file) {
        return Err(NoRoot::Open(path));
    }
    let mut bytes = Vec::new();
    file.take(ROOT_MOST as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| NoRoot::File(path.clone(), error))?;
    match read(&bytes) {
        Ok(trust) => Ok((bytes, trust)),
        Err(fault) => Err(NoRoot::Spoiled(path, fault)),
    }
}

/// Takes the root that an enrolment document brings, if there is none yet. Whether it took it.
pub fn take_first(state: &Path, root: Option<&str>) -> Result<bool, NoRoot> {
    let Some(root) = root.filter(|_| path(state).symlink_metadata().is_err()) else {
        return Ok(false);
    };
    keep(state, root.as_bytes())?;
    Ok(true)
}

/// Puts another root of trust in its place, by the hand of the device's administrator. What was seen under the old one says
/// nothing about the new one.
pub fn exchange(state: &Path, file: &Path) -> Result<Trust, NoRoot> {
    let failed = |error: io::Error| NoRoot::File(file.to_owned(), error);
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(failed)?;
    opened
        .take(ROOT_MOST as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    let trust = read(&bytes).map_err(|fault| NoRoot::Spoiled(file.to_owned(), fault))?;
    let is_same = load(state).is_ok_and(|(before, _)| before == bytes);
    if !is_same {
        let seen = seen(state);
        match std::fs::remove_dir_all(&seen) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(NoRoot::File(seen, error)),
            _ => {}
        }
    }
    keep(state, &bytes)?;
    Ok(trust)
}

/// Keeps a root of trust.
pub fn keep(state: &Path, root: &[u8]) -> Result<(), NoRoot> {
    let path = path(state);
    read(root).map_err(|fault| NoRoot::Spoiled(path.clone(), fault))?;
    private_folder(&folder(state))
        .and_then(|()| replace(&path, root))
        .map_err(|error| NoRoot::File(path, error))
}

#[cfg(unix)]
fn is_ours(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    let ourselves = rustix::process::geteuid().as_raw();
    file.metadata()
        .is_ok_and(|is| is.uid() == ourselves && is.mode() & 0o022 == 0)
}

/// Elsewhere the installer sets the rights of the folder; this is not yet checked there.
#[cfg(not(unix))]
fn is_ours(_file: &File) -> bool {
    true
}
