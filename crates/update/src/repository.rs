//! A repository of releases as it lies in a folder: TUF's metadata, and the programs beside it.
//!
//! The metadata is read once, seen to be good, and handed out as it was read, so that what is kept is what was verified. The
//! folder has `metadata/` (`1.root.json`, `7.targets.json`, `7.snapshot.json`, `timestamp.json`) and `targets/` with the programs by
//! the names of their targets, the last part behind the SHA-256 of the program.

use crate::bundle::{FILES_MOST, HEADER_MOST};
use crate::platform::Platform;
use crate::release::{Version, read_target, target};
use crate::trust;
use crate::verifying::{Fault, fault};
use futures::stream;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tough::schema::{Signed, Target};
use tough::{
    Bytes, ExpirationEnforcement, Limits, Repository, RepositoryLoader, Transport, TransportError,
    TransportErrorKind, TransportStream, async_trait,
};
use url::Url;

/// Where the metadata seems to lie.
const METADATA: &str = "repository:///metadata/";
/// Where the programs seem to lie; they are never asked for by the client.
const TARGETS: &str = "repository:///targets/";
/// So many roots travel with a bundle: the rest of its files are the other three.
const ROOTS_MOST: usize = FILES_MOST - 3;

/// TUF's files by name.
pub type Metadata = BTreeMap<String, String>;

/// A program in the signed list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Of which version.
    pub version: Version,
    /// For which platform.
    pub platform: Platform,
    /// How many bytes it has.
    pub length: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Program {
    /// The name of its target.
    #[must_use]
    pub fn target(&self) -> String {
        target(&self.version, self.platform)
    }

    /// Where it lies in a repository.
    #[must_use]
    pub fn path(&self, folder: &Path) -> PathBuf {
        program_path(folder, &self.target(), &self.sha256)
    }
}

/// A repository that was found to be good.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What belongs into a bundle, as it was verified.
    pub metadata: Metadata,
    /// The newest root of trust.
    pub root: String,
    /// Its number.
    pub root_version: u64,
    /// When the first part of the metadata runs out.
    pub expires: Timestamp,
    /// The programs in their order: the newest version first.
    pub programs: Vec<Program>,
}

/// Whether metadata that has run out counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expired {
    /// It does not: for whoever installs or publishes.
    Refused,
    /// It does: for whoever signs it anew or only looks.
    Taken,
}

/// Reads a repository and sees that it is good, seen from a root of trust and from the metadata that was good before.
///
/// # Errors
/// As a device would refuse it; that the folder cannot be read.
pub async fn load(root: &str, folder: &Path, before: &Metadata, expired: Expired) -> Result<Loaded, Fault> {
    let found = read_metadata(folder).map_err(|error| Fault::Unreadable(error.to_string()))?;
    let repository = client(root, &found, before, expired).await?;
    let metadata = kept(root, &found, before, &repository)?;
    let root_version = repository.root().signed.version.get();
    let root = metadata.get(&root_name(root_version)).cloned();
    Ok(Loaded {
        root: root.ok_or_else(|| Fault::Unreadable("there is no root of trust".to_owned()))?,
        root_version,
        expires: [
            repository.root().signed.expires,
            repository.targets().signed.expires,
            repository.snapshot().signed.expires,
            repository.timestamp().signed.expires,
        ]
        .into_iter()
        .min()
        .unwrap_or_default(),
        programs: programs(&repository)?,
        metadata,
    })
}

/// The client of TUF over metadata that is in memory.
pub(crate) async fn client(
    root: &str,
    found: &Metadata,
    before: &Metadata,
    expired: Expired,
) -> Result<Repository, Fault> {
    let url = |text: &str| Url::parse(text).map_err(|error| Fault::Unreadable(error.to_string()));
    let failed = |error: io::Error| Fault::Storage(error.to_string());
    let store = tempfile::tempdir().map_err(failed)?;
    for (name, text) in before {
        if let Some(plain) = plain_name(name) {
            fs::write(store.path().join(plain), text).map_err(failed)?;
        }
    }
    let limits = Limits {
        max_root_size: trust::ROOT_MOST as u64,
        max_targets_size: HEADER_MOST as u64,
        max_timestamp_size: HEADER_MOST as u64,
        max_snapshot_size: HEADER_MOST as u64,
        max_root_updates: 1024,
    };
    let enforcement = match expired {
        Expired::Refused => ExpirationEnforcement::Safe,
        Expired::Taken => ExpirationEnforcement::Unsafe,
    };
    RepositoryLoader::new(&root, url(METADATA)?, url(TARGETS)?)
        .transport(InMemory(Arc::new(found.clone())))
        .limits(limits)
        .datastore(store.path())
        .expiration_enforcement(enforcement)
        .load()
        .await
        .map_err(fault)
}

/// The metadata in a folder.
pub(crate) fn read_metadata(folder: &Path) -> io::Result<Metadata> {
    let mut found = Metadata::new();
    for entry in fs::read_dir(metadata_folder(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") && entry.metadata()?.len() <= HEADER_MOST as u64 {
            found.insert(name, fs::read_to_string(entry.path())?);
        }
    }
    Ok(found)
}

/// The root with the highest number among some metadata; none when there is no root at all.
pub(crate) fn newest_root(found: &Metadata) -> Option<(u64, &String)> {
    found
        .iter()
        .filter_map(|(name, text)| Some((root_number(name)?, text)))
        .max_by_key(|(number, _)| *number)
}

/// What belongs into a bundle: the newest of each part, and the way from old roots to the newest.
fn kept(root: &str, found: &Metadata, before: &Metadata, repository: &Repository) -> Result<Metadata, Fault> {
    let trusted = trust::read(root.as_bytes())?.version;
    let newest = repository.root().signed.version.get();
    // What lies before the trusted root in the folder was not looked at; what was good before was.
    let mut roots: BTreeMap<u64, String> = before
        .iter()
        .filter_map(|(name, text)| Some((root_number(name)?, text.clone())))
        .filter(|(number, _)| *number < trusted)
        .collect();
    roots.insert(trusted, root.to_owned());
    for number in trusted + 1..=newest {
        roots.insert(number, part(found, &root_name(number))?);
    }
    while roots.len() > ROOTS_MOST {
        roots.pop_first();
    }
    let mut kept: Metadata = roots
        .into_iter()
        .map(|(number, text)| (root_name(number), text))
        .collect();
    let is_numbered = repository.root().signed.consistent_snapshot;
    for (name, version) in [
        ("snapshot.json", repository.snapshot().signed.version),
        ("targets.json", repository.targets().signed.version),
    ] {
        let name = if is_numbered {
            format!("{version}.{name}")
        } else {
            name.to_owned()
        };
        let text = part(found, &name)?;
        kept.insert(name, text);
    }
    let name = "timestamp.json";
    kept.insert(name.to_owned(), part(found, name)?);
    Ok(kept)
}

fn part(found: &Metadata, name: &str) -> Result<String, Fault> {
    found
        .get(name)
        .cloned()
        .ok_or_else(|| Fault::Unreadable(format!("{name} is missing")))
}

fn programs(repository: &Repository) -> Result<Vec<Program>, Fault> {
    let mut programs = Vec::new();
    for (name, listed) in &repository.targets().signed.targets {
        let (version, platform) = read_target(name.raw())
            .ok_or_else(|| Fault::Unreadable(format!("the signed list has {}", name.raw())))?;
        programs.push(program(version, platform, listed));
    }
    programs.sort_by(|one, two| {
        two.version
            .cmp(&one.version)
            .then(one.platform.cmp(&two.platform))
    });
    Ok(programs)
}

fn program(version: Version, platform: Platform, listed: &Target) -> Program {
    Program {
        version,
        platform,
        length: listed.length,
        sha256: data_encoding::HEXLOWER.encode(&listed.hashes.sha256),
    }
}

/// Where the metadata of a repository lies.
#[must_use]
pub fn metadata_folder(folder: &Path) -> PathBuf {
    folder.join("metadata")
}

/// Where the program of a target lies: as TUF has it where metadata is numbered, `targets/a/b/SHA256.c`.
pub(crate) fn program_path(folder: &Path, target: &str, sha256: &str) -> PathBuf {
    let (above, last) = target.rsplit_once('/').unwrap_or(("", target));
    folder
        .join("targets")
        .join(above)
        .join(format!("{sha256}.{last}"))
}

/// The name of the root of a number.
pub(crate) fn root_name(number: u64) -> String {
    format!("{number}.root.json")
}

fn root_number(name: &str) -> Option<u64> {
    name.strip_suffix(".root.json")?.parse().ok()
}

/// The name under which the client remembers a part; roots it does not.
fn plain_name(name: &str) -> Option<&str> {
    ["timestamp.json", "snapshot.json", "targets.json"]
        .into_iter()
        .find(|plain| {
            name.strip_suffix(plain)
                .is_some_and(|number| number.is_empty() || number.ends_with('.'))
        })
}

/// The text of a part of the metadata, for the number that is written in it.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<Signed<T>, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Unreadable(error.to_string()))
}

/// Serves the client out of what was read.
#[derive(Clone)]
struct InMemory(Arc<Metadata>);

impl std::fmt::Debug for InMemory {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("InMemory").finish()
    }
}

#[async_trait]
impl Transport for InMemory {
    async fn fetch(&self, url: Url) -> Result<TransportStream, TransportError> {
        let found = url
            .as_str()
            .strip_prefix(METADATA)
            .and_then(|name| self.0.get(name));
        match found {
            Some(text) => Ok(Box::pin(stream::iter([Ok(Bytes::from(text.clone()))]))),
            None => Err(TransportError::new(
                TransportErrorKind::FileNotFound,
                url.as_str(),
            )),
        }
    }
}
