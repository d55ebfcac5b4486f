//! The folder of an export: its JSON files by name, its attachments by id. Nothing outside of it is ever opened.
//!
//! A name such as `tickets` stands for `tickets.json`, `tickets.jsonl`, pages `tickets-1.json`, `tickets-2.json`, … and every
//! such file in a folder `tickets`. Archives are not read: who hands one in is told to unpack it, so that no file can swell or
//! climb out of its folder while it is read.

use std::path::{Path, PathBuf};

use kernel::error::{Error, Result};

/// Endings of files that hold objects.
const ENDINGS: [&str; 3] = ["json", "jsonl", "ndjson"];

/// An export.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// A file of objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub path: PathBuf,
    /// Below the folder, for the report.
    pub name: String,
}

impl Folder {
    /// Opens it.
    pub fn open(path: &Path) -> Result<Folder> {
        let told = |code: &str| Error::invalid(code).arg("file", path.display().to_string());
        let root = path
            .canonicalize()
            .map_err(|error| told("migrate.folder_unreadable").arg("why", error.to_string()))?;
        if root.is_dir() {
            Ok(Folder { root })
        } else {
            Err(told("migrate.folder_is_file"))
        }
    }

    /// The files of this name, pages in the order of their numbers.
    pub fn files(&self, name: &str) -> Result<Vec<Listed>> {
        let mut found = Vec::new();
        let page = format!("{name}-");
        for path in entries(&self.root)? {
            let stem = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .unwrap_or_default();
            if is_objects(&path) && (stem == name || stem.starts_with(&page)) {
                found.push(path);
            }
        }
        let below = self.root.join(name);
        if below.is_dir() {
            found.extend(entries(&below)?.into_iter().filter(|path| is_objects(path)));
        }
        found.sort_by_cached_key(|path| natural(&path.to_string_lossy()));
        let inside = found.into_iter().filter_map(|path| self.listed(path));
        Ok(inside.collect())
    }

    /// The same; an export without any is none.
    pub fn needed(&self, name: &str) -> Result<Vec<Listed>> {
        let files = self.files(name)?;
        if files.is_empty() {
            return Err(Error::invalid("migrate.file_missing").arg("file", format!("{name}.json")));
        }
        Ok(files)
    }

    /// A file by the names on its way; none when it is not there, or not inside of the export.
    #[must_use]
    pub fn find(&self, way: &[&str]) -> Option<Listed> {
        let mut path = self.root.clone();
        for name in way {
            let is_plain =
                !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0', ':']);
            if !is_plain {
                return None;
            }
            path.push(name);
        }
        self.listed(path)
    }

    /// A link that leads out of the export is as if it were not there.
    fn listed(&self, path: PathBuf) -> Option<Listed> {
        let real = path.canonicalize().ok()?;
        if !real.starts_with(&self.root) || !real.is_file() {
            return None;
        }
        let name = path.strip_prefix(&self.root).ok()?.to_string_lossy().into_owned();
        Some(Listed { path: real, name })
    }
}

fn is_objects(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Error::invalid("migrate.folder_unreadable")
            .arg("file", folder.display().to_string())
            .arg("why", error.to_string())
    };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(unreadable))
        .collect()
}

/// A name that sorts `page-10` behind `page-9`.
fn natural(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 20);
    let mut digits = String::new();
    for letter in name.chars().chain(['\0']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
        } else {
            if !digits.is_empty() {
                key.push_str(&format!("{digits:0>20}"));
                digits.clear();
            }
            key.push(letter);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_in_the_order_of_their_numbers_and_other_names_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "tickets-10.json",
            "tickets-9.json",
            "tickets.jsonl",
            "ticketsold.json",
            "tickets-1.txt",
        ] {
            std::fs::write(folder.path().join(name), "[]").unwrap();
        }
        std::fs::create_dir(folder.path().join("tickets")).unwrap();
        std::fs::write(folder.path().join("tickets/3.json"), "[]").unwrap();
        let files = Folder::open(folder.path()).unwrap().files("tickets").unwrap();
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "tickets-9.json",
                "tickets-10.json",
                "tickets.jsonl",
                "tickets/3.json"
            ]
        );
    }

    #[test]
    fn nothing_outside_of_the_export_is_found() {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("export");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        std::fs::write(root.join("inside"), "x").unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), root.join("link")).unwrap();
        let folder = Folder::open(&root).unwrap();
        assert!(folder.find(&["inside"]).is_some());
        for way in [
            &["..", "secret"][..],
            &["../secret"],
            &["link"],
            &["/etc/passwd"],
            &[""],
        ] {
            assert_eq!(folder.find(way), None, "{way:?}");
        }
    }

    #[test]
    fn an_archive_is_refused_with_the_remedy() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Folder::open(file.path()).unwrap_err();
        assert_eq!(error.code(), "migrate.folder_is_file");
    }
}
