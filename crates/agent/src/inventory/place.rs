//! Where facts are read from: the root of this machine, or a made-up one in tests.
//!
//! Every read is bounded. What cannot be read is absent, never an error: a machine without batteries is no fault.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::program;

/// Most names that are taken from one folder.
const NAMES_MOST: usize = 20_000;

/// A root folder, and whether programs of the machine belong to it.
#[derive(Debug, Clone)]
pub struct Place {
    root: PathBuf,
    is_machine: bool,
}

impl Place {
    /// The machine this program runs on.
    #[must_use]
    pub fn machine() -> Self {
        Self {
            root: PathBuf::from("/"),
            is_machine: true,
        }
    }

    /// A folder that looks like a machine. Programs are never run for it.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            is_machine: false,
        }
    }

    /// Whether this is the machine itself and system calls speak of it.
    #[must_use]
    pub fn is_machine(&self) -> bool {
        self.is_machine
    }

    /// The real path of a path in this place.
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside.trim_start_matches('/'))
    }

    /// Whether something is there.
    #[must_use]
    pub fn has(&self, inside: &str) -> bool {
        self.path(inside).exists()
    }

    /// The beginning of a file, up to `most` bytes.
    #[must_use]
    pub fn bytes(&self, inside: &str, most: usize) -> Option<Vec<u8>> {
        let path = self.path(inside);
        // A pipe or a device in a folder of certificates would wait for ever.
        if !fs::metadata(&path).ok()?.is_file() {
            return None;
        }
        let mut bytes = Vec::new();
        File::open(path)
            .ok()?
            .take(most as u64)
            .read_to_end(&mut bytes)
            .ok()?;
        Some(bytes)
    }

    /// The beginning of a file as text.
    #[must_use]
    pub fn text(&self, inside: &str, most: usize) -> Option<String> {
        Some(String::from_utf8_lossy(&self.bytes(inside, most)?).into_owned())
    }

    /// The first line of a small file, trimmed, unless it is empty.
    #[must_use]
    pub fn line(&self, inside: &str) -> Option<String> {
        let text = self.text(inside, 4096)?;
        let line = text
            .lines()
            .next()?
            .trim_matches(|sign: char| sign.is_whitespace() || sign == '\0');
        (!line.is_empty()).then(|| line.to_owned())
    }

    /// The first line of a small file as a number.
    #[must_use]
    pub fn number(&self, inside: &str) -> Option<i64> {
        self.line(inside)?.parse().ok()
    }

    /// Hands over the lines of a file that may be long, without holding it whole.
    pub fn each_line(&self, inside: &str, mut take: impl FnMut(&str)) {
        let Ok(file) = File::open(self.path(inside)) else {
            return;
        };
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        loop {
            line.clear();
            match reader.by_ref().take(64 * 1024).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => take(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n'])),
            }
        }
    }

    /// The names in a folder, sorted.
    #[must_use]
    pub fn names(&self, inside: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(inside)) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .take(NAMES_MOST)
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    /// What a program of the machine prints, when it is there and ends in time.
    #[must_use]
    pub fn program(&self, name: &str, arguments: &[&str], within: Duration) -> Option<String> {
        if !self.is_machine {
            return None;
        }
        program::run(name, arguments, within, program::OUTPUT_MOST)
            .ok()
            .map(|ran| ran.out)
    }
}
