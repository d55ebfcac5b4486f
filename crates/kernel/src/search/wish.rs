//! The wish for a new index, left in the index's folder by the command line for the server that keeps it.
//!
//! Two processes must not write one index, so the command never does: it leaves a file, the server finds it within a second, and
//! the file's name says how far things are. A wish that nobody took up is still there when the server starts next, and so is one
//! that a crash interrupted.

use std::fs;
use std::path::Path;

use super::unavailable;
use crate::Result;

const ASKED: &str = "rebuild.asked";
const RUNNING: &str = "rebuild.running";

/// How far a wish is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// There is none, or it was fulfilled.
    None,
    /// Nobody took it up yet.
    Asked,
    /// The new index is being filled; the old one answers.
    Running,
}

/// Asks the server that keeps the index in this folder to build it anew.
///
/// # Errors
/// `kernel.search.unavailable` when the folder cannot be written.
pub fn ask_rebuild(root: &Path) -> Result<()> {
    crate::private::make_folder(root).map_err(unavailable)?;
    fs::write(root.join(ASKED), "").map_err(unavailable)
}

/// How far the wish is.
#[must_use]
pub fn wish_in(root: &Path) -> Wish {
    if root.join(ASKED).exists() {
        Wish::Asked
    } else if root.join(RUNNING).exists() {
        Wish::Running
    } else {
        Wish::None
    }
}

/// Takes a wish up; false when there is none.
pub(super) fn take(root: &Path) -> bool {
    fs::rename(root.join(ASKED), root.join(RUNNING)).is_ok()
}

/// The wish is fulfilled, or cannot be.
pub(super) fn end(root: &Path) {
    if let Err(error) = fs::remove_file(root.join(RUNNING)) {
        tracing::warn!(%error, "the mark of a rebuild could not be removed");
    }
}

/// What a process that ended meanwhile had begun is asked for again.
pub(super) fn revive(root: &Path) {
    // There is none after most starts.
    fs::rename(root.join(RUNNING), root.join(ASKED)).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_taken_up_once_and_survives_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("search");
        assert_eq!(wish_in(&root), Wish::None);
        assert!(!take(&root));
        ask_rebuild(&root).unwrap();
        assert_eq!(wish_in(&root), Wish::Asked);
        assert!(take(&root) && !take(&root));
        assert_eq!(wish_in(&root), Wish::Running);
        revive(&root);
        assert!(take(&root), "the process ended before it was done");
        end(&root);
        assert_eq!(wish_in(&root), Wish::None);
    }
}
