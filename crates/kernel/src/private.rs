//! Folders and files that belong to the house alone: other accounts of the machine read nothing of them.
//!
//! The database holds signing keys and the words of everybody. What is there already keeps the permissions somebody gave
//! it, for a backup may run under another account on purpose.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Makes a folder, with those above it, when it is missing.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes an empty file when it is missing.
pub(crate) fn make_file(path: &Path) -> io::Result<()> {
    let options = OpenOptions::new().append(true).create(true).mode(0o600).clone();
    options.open(path).map(drop)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_made_is_closed_to_others_and_what_is_there_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let (inner, file) = (folder.path().join("a/b"), folder.path().join("a/b/c"));
        make_folder(&inner).unwrap();
        make_file(&file).unwrap();
        assert_eq!((mode(&inner), mode(&file)), (0o700, 0o600));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        make_folder(&inner).unwrap();
        make_file(&file).unwrap();
        assert_eq!(mode(&file), 0o640);
    }

    #[test]
    fn the_database_and_what_sqlite_puts_beside_it_are_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/house.db");
        let _db = crate::db::Db::open(&crate::db::Options::new(path.display().to_string())).unwrap();
        for entry in std::fs::read_dir(folder.path().join("data")).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o077;
            assert_eq!(mode, 0, "{}", entry.path().display());
        }
    }
}
