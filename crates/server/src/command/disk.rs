//! How much room there is.

use std::path::Path;

/// Free bytes where a folder is or will be; `None` when nobody can say.
pub fn free(folder: &Path) -> Option<u64> {
    let existing = folder.ancestors().find(|one| one.exists());
    // A relative folder that is not there yet will be made where the program runs.
    let existing = existing.filter(|one| !one.as_os_str().is_empty());
    let disk = rustix::fs::statvfs(existing.unwrap_or_else(|| Path::new("."))).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}
