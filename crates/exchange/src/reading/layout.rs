//! The names in an export: all of them known, none a link, none that leads elsewhere.
//!
//! No name that is written inside an export ever becomes a path. Tables are opened by the names this program knows, stored files by
//! what lies in the folder, and that must be called as its hash.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kernel::error::{Error, Kind, Result};

use crate::format::{FILES, MANIFEST, Manifest, READMES, TABLES, is_hash, table_file};

/// Letters of a name or of a reason that are told.
const SHOWN_MOST: usize = 300;

/// A stored file in an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAt {
    /// Its name, which its content must have for a hash.
    pub hash: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its size.
    pub size: u64,
}

/// What stands in an export, as it may be told on a terminal: whoever forged it must not be able to clear the screen, or to put
/// words of their own on it.
pub fn shown(text: &str) -> String {
    let text = text.chars().take(SHOWN_MOST);
    text.map(|letter| if letter.is_control() { '\u{fffd}' } else { letter })
        .collect()
}

/// A regular file or folder, no link; what else lies under a name is refused.
pub fn require(folder: &Path, name: &str, is_folder: bool) -> Result<PathBuf> {
    let path = folder.join(name);
    let found = fs::symlink_metadata(&path).map_err(|error| unreadable(name, error))?;
    let fits = if is_folder {
        found.is_dir()
    } else {
        found.is_file()
    };
    if fits {
        Ok(path)
    } else {
        Err(Error::invalid("exchange.not_regular").arg("file", name))
    }
}

/// Looks over everything but what is under `files`.
pub fn check(folder: &Path, manifest: &Manifest) -> Result<()> {
    let nested = manifest.nested.iter().map(|part| part.file.as_str());
    for name in nested.clone() {
        // Only plain names beside the manifest: one with a folder in it could lead anywhere.
        if !name.ends_with(".jsonl")
            || name.contains(['/', '\\'])
            || name.starts_with('.')
            || shown(name) != name
        {
            return Err(Error::invalid("exchange.strange_name").arg("file", shown(name)));
        }
    }
    let mut known: Vec<&str> = nested.collect();
    known.extend(READMES.iter().map(|(name, _)| *name));
    known.push(MANIFEST);
    for name in names(folder, "")? {
        match name.as_str() {
            TABLES | FILES => drop(require(folder, &name, true)?),
            name if known.contains(&name) => drop(require(folder, name, false)?),
            name => return Err(Error::invalid("exchange.strange_name").arg("file", shown(name))),
        }
    }
    let tables: Vec<String> = manifest
        .tables
        .iter()
        .map(|table| table_file(&table.name))
        .collect();
    for name in names(&require(folder, TABLES, true)?, TABLES)? {
        let inside = format!("{TABLES}/{name}");
        if !tables.contains(&inside) {
            return Err(Error::invalid("exchange.strange_name").arg("file", shown(&inside)));
        }
    }
    Ok(())
}

/// Hands over every stored file; each must lie where its name belongs.
pub fn each_file(folder: &Path, mut take: impl FnMut(FileAt) -> Result<()>) -> Result<()> {
    let files = require(folder, FILES, true)?;
    for first in names(&files, FILES)? {
        let inside = format!("{FILES}/{first}");
        if first.len() != 2 || !is_hash(&first.repeat(32)) {
            return Err(Error::invalid("exchange.strange_name").arg("file", shown(&inside)));
        }
        let under = require(folder, &inside, true)?;
        for hash in names(&under, &inside)? {
            let name = format!("{inside}/{hash}");
            if !is_hash(&hash) || !hash.starts_with(&first) {
                return Err(Error::invalid("exchange.strange_name").arg("file", shown(&name)));
            }
            let path = require(folder, &name, false)?;
            let size = fs::metadata(&path)
                .map_err(|error| unreadable(&name, error))?
                .len();
            take(FileAt { hash, path, size })?;
        }
    }
    Ok(())
}

/// The names in a folder; one that is no text is none of ours.
fn names(path: &Path, folder: &str) -> Result<Vec<String>> {
    let entries = fs::read_dir(path).map_err(|error| unreadable(folder, error))?;
    let mut names = Vec::new();
    for entry in entries {
        let name: OsString = entry.map_err(|error| unreadable(folder, error))?.file_name();
        let name = name.into_string().map_err(|name| {
            Error::invalid("exchange.strange_name").arg("file", shown(&name.to_string_lossy()))
        })?;
        names.push(name);
    }
    names.sort();
    Ok(names)
}

/// What a failed read means.
pub fn unreadable(name: &str, error: io::Error) -> Error {
    let (kind, code) = match error.kind() {
        io::ErrorKind::NotFound => (Kind::NotFound, "exchange.file_absent"),
        _ => (Kind::Unavailable, "exchange.unreadable"),
    };
    Error::new(kind, code).arg("file", name).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_export_says_cannot_command_the_terminal() {
        assert_eq!(
            shown("\u{1b}[2Jtables/\n备份.jsonl"),
            "\u{fffd}[2Jtables/\u{fffd}备份.jsonl"
        );
        assert_eq!(shown(&"长".repeat(1000)).chars().count(), SHOWN_MOST);
    }
}
