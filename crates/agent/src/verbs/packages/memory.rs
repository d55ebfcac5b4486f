//! What is remembered of how packages were before a rollout: one folder for each, a file of words and the old packages.
//!
//! It is written whole to another name, flushed, and put in its place; so there is all of it or nothing. It is read strictly: what
//! cannot have been written here is a failure, because going back by a guess is worse than not going back.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Stop, Wish, Work};
use crate::processes;
use crate::verbs::failure::Failure;

/// Most bytes of the file of words.
const MOST: u64 = 512 * 1024;
/// Most packages that change beside those that were named.
const OTHERS_MOST: usize = 1_000;
/// The form of the file.
const VERSION: u32 = 1;
/// How long a rollout is remembered.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The file of words.
const FILE: &str = "memory.json";

/// How packages were before a rollout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    version: u32,
    pub rollout: String,
    /// When it was first written, in milliseconds.
    pub at: i64,
    /// Those that were named.
    pub packages: Vec<Before>,
    /// Those that had to change with them.
    pub others: Vec<Before>,
}

/// How one package was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// As it was named.
    pub name: String,
    /// Which version was installed; none where it was absent.
    pub version: Option<String>,
    /// The old package itself. Absent where nothing was to change and it was not to be had.
    pub kept: Option<Kept>,
}

/// A package in a file beside the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    pub file: String,
    pub sha256: String,
}

impl Memory {
    /// Nothing yet.
    pub fn new(rollout: &str) -> Self {
        Self {
            version: VERSION,
            rollout: rollout.to_owned(),
            at: processes::now(),
            packages: Vec::new(),
            others: Vec::new(),
        }
    }

    /// How a package was that was named.
    pub fn before(&self, name: &str) -> Option<&Before> {
        self.packages.iter().find(|before| before.name == name)
    }

    /// All packages it speaks of.
    pub fn all(&self) -> impl Iterator<Item = &Before> {
        self.packages.iter().chain(&self.others)
    }

    /// Whether it can have been written here, for this rollout.
    fn is_sound(&self, rollout: &str) -> bool {
        let names: BTreeSet<&str> = self.all().map(|before| before.name.as_str()).collect();
        let is_word = |text: &str, more: &[u8]| {
            !text.is_empty()
                && text.len() <= 512
                && text.as_bytes()[0].is_ascii_alphanumeric()
                && text.bytes().all(|byte| {
                    byte.is_ascii_alphanumeric() || b".+~:-".contains(&byte) || more.contains(&byte)
                })
        };
        self.version == VERSION
            && self.rollout == rollout
            && !self.packages.is_empty()
            && names.len() == self.all().count()
            && self.others.len() <= OTHERS_MOST
            && self.all().all(|before| {
                let kept = before.kept.as_ref();
                is_word(&before.name, b"")
                    && before
                        .version
                        .as_deref()
                        .is_none_or(|version| is_word(version, b""))
                    && kept.is_none_or(|kept| {
                        before.version.is_some()
                            && is_word(&kept.file, b"_%")
                            && kept.file.ends_with(".deb")
                            && kept.sha256.len() == 64
                    })
            })
    }

    /// Whether it speaks of the same packages.
    fn fits(&self, wish: &Wish) -> bool {
        let wanted: BTreeSet<&str> = wish.packages.iter().map(|one| one.name.as_str()).collect();
        let known: BTreeSet<&str> = self.packages.iter().map(|one| one.name.as_str()).collect();
        wanted == known
    }
}

impl Work<'_> {
    /// The folder of a rollout. Its name has no sign that leads anywhere else; that was seen when the verb was read.
    pub fn folder_of(&self, rollout: &str) -> PathBuf {
        self.folder.join(rollout)
    }

    /// What is remembered of this rollout; none when it never applied here.
    pub fn recall(&self, wish: &Wish) -> Result<Option<Memory>, Stop> {
        let Some(memory) = read(&self.folder_of(&wish.rollout), &wish.rollout)? else {
            return Ok(None);
        };
        if !memory.fits(wish) {
            let text = format!(
                "rollout {} applied other packages here than it names now",
                wish.rollout
            );
            return Err(Failure::new("memory_differs", text).into());
        }
        Ok(Some(memory))
    }

    /// Makes a folder for what is going to be remembered, without remains of an attempt that never came so far.
    pub fn begin_memory(&self, rollout: &str) -> Result<(), Failure> {
        let folder = self.folder_of(rollout);
        let failed = |error: &io::Error| Failure::io("the memory of the rollout", error);
        if !folder.join(FILE).exists() && folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| failed(&error))?;
        }
        private_folder(&folder)
    }

    /// Puts it onto the disk, with the files it names.
    pub fn remember(&self, memory: &Memory) -> Result<(), Failure> {
        let failed = |error: &io::Error| Failure::io("the memory of the rollout", error);
        if !memory.is_sound(&memory.rollout) {
            let text = "how the packages are cannot be written down";
            return Err(Failure::new("package_unclear", text));
        }
        write(&self.folder_of(&memory.rollout), memory).map_err(|error| failed(&error))?;
        // Only then is the name of the rollout's folder on the disk, too.
        sync_folder(&self.folder).map_err(|error| failed(&error))
    }

    /// Forgets other rollouts that applied long ago.
    pub fn forget_old(&self, rollout: &str) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            let is_other = entry.file_name() != rollout && entry.path().is_dir();
            let written = fs::metadata(entry.path().join(FILE)).or_else(|_| entry.metadata());
            let age = written
                .and_then(|found| found.modified())
                .ok()
                .and_then(|at| at.elapsed().ok());
            if is_other && age.is_some_and(|age| age > REMEMBERED) {
                fs::remove_dir_all(entry.path()).ok();
            }
        }
    }

    /// Where the old package lies, if it is what was put there.
    pub fn kept_file(&self, rollout: &str, kept: &Kept) -> Option<PathBuf> {
        let path = self.folder_of(rollout).join(&kept.file);
        (hash(&path).ok()? == kept.sha256).then_some(path)
    }
}

fn read(folder: &Path, rollout: &str) -> Result<Option<Memory>, Failure> {
    let file = match File::open(folder.join(FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|error| Failure::io("the memory of the rollout", &error))?,
    };
    let malformed = || {
        let text =
            format!("what is remembered of rollout {rollout} is damaged, and nothing is guessed from it");
        Failure::new("memory_malformed", text)
    };
    let mut bytes = Vec::new();
    file.take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::io("the memory of the rollout", &error))?;
    if bytes.len() as u64 > MOST {
        return Err(malformed());
    }
    let memory: Memory = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
    if memory.is_sound(rollout) {
        Ok(Some(memory))
    } else {
        Err(malformed())
    }
}

fn write(folder: &Path, memory: &Memory) -> io::Result<()> {
    let bytes = serde_json::to_vec(memory)?;
    if bytes.len() as u64 > MOST {
        return Err(io::Error::other("more packages change than can be remembered"));
    }
    let fresh = folder.join("memory.new");
    let mut file = File::create(&fresh)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    for kept in memory.all().filter_map(|before| before.kept.as_ref()) {
        File::open(folder.join(&kept.file))?.sync_all()?;
    }
    // The names of the old packages are on the disk before the words that speak of them.
    sync_folder(folder)?;
    fs::rename(&fresh, folder.join(FILE))?;
    sync_folder(folder)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// A folder that only we may look into.
pub fn private_folder(folder: &Path) -> Result<(), Failure> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o700)))
        .map_err(|error| Failure::io("the folder of what is remembered", &error))
}

/// The SHA-256 of a file, in hexadecimal.
pub fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            count => hasher.update(&piece[..count]),
        }
    }
    Ok(data_encoding::HEXLOWER.encode(&hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Memory {
        Memory {
            packages: vec![Before {
                name: "libc6:i386".to_owned(),
                version: Some("1:2~b+1-3".to_owned()),
                kept: Some(Kept {
                    file: "libc6_1%3a2~b+1-3_i386.deb".to_owned(),
                    sha256: "0".repeat(64),
                }),
            }],
            at: 1_795_000_000_000,
            ..Memory::new("patches")
        }
    }

    #[test]
    fn what_is_remembered_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path(), "patches").unwrap(), None);
        fs::write(folder.path().join("libc6_1%3a2~b+1-3_i386.deb"), "x").unwrap();
        write(folder.path(), &memory()).unwrap();
        assert_eq!(read(folder.path(), "patches").unwrap(), Some(memory()));
    }

    #[test]
    fn a_memory_that_cannot_have_been_written_here_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let good = serde_json::to_string(&memory()).unwrap();
        let bad = [
            String::new(),
            good[..good.len() / 2].to_owned(),
            good.replace("\"at\"", "\"more\":1,\"at\""),
            good.replace("patches", "another"),
            good.replace("libc6_1", "../../libc6_1"),
            good.replace("\"libc6:i386\"", "\"-oDpkg::Options::=--force-all\""),
            good.replace("\"version\":1", "\"version\":2"),
            good.replace("000\"", "\""),
            format!("{good}{}", " ".repeat(600 * 1024)),
        ];
        for text in bad {
            fs::write(folder.path().join(FILE), &text).unwrap();
            let failure = read(folder.path(), "patches").unwrap_err();
            assert_eq!(failure.code, "memory_malformed", "{text:.200}");
        }
    }
}
