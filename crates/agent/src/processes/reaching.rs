//! How another user starts this very program. A program that came as an update lies in a folder that only root may enter, so
//! its path is of no use to others: they are given the open file instead.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The program, for a process that is forked from this one and becomes another user before it starts it.
pub fn for_child() -> io::Result<PathBuf> {
    let path = std::env::current_exe()?;
    if is_reachable(&path) || !cfg!(target_os = "linux") {
        Ok(path)
    } else {
        Ok(PathBuf::from("/proc/self/exe"))
    }
}

/// The program, for a chain of programs the last of which starts it as another user; with the file that must stay open until the
/// first of them runs.
pub fn for_chain() -> io::Result<(PathBuf, Option<File>)> {
    let path = std::env::current_exe()?;
    if is_reachable(&path) || !cfg!(target_os = "linux") {
        return Ok((path, None));
    }
    let file = File::open("/proc/self/exe")?;
    // It goes on to the programs of the chain. Whoever else is started at this moment could read the program, which is no secret.
    rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty())?;
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    Ok((path, Some(file)))
}

/// Whether everybody may go through all folders above it.
fn is_reachable(path: &Path) -> bool {
    path.ancestors()
        .skip(1)
        .all(|folder| std::fs::metadata(folder).is_ok_and(|is| is.mode() & 0o001 != 0))
}
