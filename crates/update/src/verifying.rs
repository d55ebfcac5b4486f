//! Whether a bundle may be trusted: a client of TUF that reads the bundle instead of the network.
//!
//! What was seen before is kept in a folder (the datastore), so that neither older metadata nor an older list of programs
//! counts afterwards. It is changed only when everything was good, and each file whole or not at all.

use crate::bundle::Opened;
use crate::platform::Platform;
use crate::release::{Version, target};
use futures::{StreamExt, stream};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tough::schema::Target;
use tough::{
    Bytes, ExpirationEnforcement, Limits, Repository, RepositoryLoader, TargetName, Transport,
    TransportError, TransportErrorKind, TransportStream, async_trait, error::Error as Tuf,
};
use url::Url;

/// What the datastore may hold of one file.
const KEPT_MOST: u64 = 2 * 1024 * 1024;
/// How much of the program is read at a time.
const PIECE: usize = 64 * 1024;
/// Where the bundle's files seem to lie.
const METADATA: &str = "bundle:///metadata/";
const TARGETS: &str = "bundle:///targets/";

/// Why a bundle is not installed. The code is stable; the text is for people who look for the cause.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Signatures are missing, wrong, or by keys that the root does not name.
    #[error("it is not signed by keys that this device trusts: {0}")]
    Untrusted(String),
    /// The time of a part of the metadata is over.
    #[error("its signatures have run out: {0}")]
    Expired(String),
    /// This device saw newer metadata before.
    #[error("it is older than what this device has seen: {0}")]
    RolledBack(String),
    /// The signed list has no such program.
    #[error("the signed list does not have {0}")]
    NoProgram(String),
    /// It carries another version or the program of another platform.
    #[error("it carries {0}")]
    OtherProgram(String),
    /// The program or a part of the metadata is not what was signed.
    #[error("it is not what was signed: {0}")]
    Tampered(String),
    /// It cannot be understood.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// The device's clock went back.
    #[error("the clock of this device is set back: {0}")]
    Clock(String),
    /// The disk of this device.
    #[error("the disk of this device fails: {0}")]
    Storage(String),
}

impl Fault {
    /// All codes, for whoever has words for each.
    pub const CODES: [&str; 9] = [
        "untrusted",
        "expired",
        "rolled_back",
        "no_program",
        "other_program",
        "tampered",
        "unreadable",
        "clock",
        "storage",
    ];

    /// The stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Untrusted(_) => "untrusted",
            Self::Expired(_) => "expired",
            Self::RolledBack(_) => "rolled_back",
            Self::NoProgram(_) => "no_program",
            Self::OtherProgram(_) => "other_program",
            Self::Tampered(_) => "tampered",
            Self::Unreadable(_) => "unreadable",
            Self::Clock(_) => "clock",
            Self::Storage(_) => "storage",
        }
    }
}

/// A bundle that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many bytes the program has.
    pub length: u64,
    /// The program's SHA-256 in hexadecimal, as it was signed.
    pub sha256: String,
    /// The newest root of trust: the one that was handed in, or one that it led to. To be kept instead of it.
    pub root: Vec<u8>,
}

impl Verified {
    /// Copies the program, and sees again that it is what was signed: the file may have changed since.
    pub fn copy(&self, bundle: &Opened, out: &mut impl Write) -> Result<(), Fault> {
        let failed = |error: io::Error| Fault::Storage(error.to_string());
        let mut program = bundle.program().map_err(failed)?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE];
        loop {
            let count = program.read(&mut piece).map_err(failed)?;
            let Some(bytes) = piece.get(..count).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            hash.update(bytes);
            out.write_all(bytes).map_err(failed)?;
        }
        if data_encoding::HEXLOWER.encode(&hash.finalize()) == self.sha256 {
            Ok(())
        } else {
            Err(Fault::Tampered(
                "the program changed while it was read".to_owned(),
            ))
        }
    }
}

/// Sees whether the program in a bundle is the one of this version for this platform, and whether that may be trusted.
pub async fn verify(
    root: &[u8],
    bundle: &Opened,
    datastore: &Path,
    version: &Version,
    platform: Platform,
) -> Result<Verified, Fault> {
    let name = target(version, platform);
    let scratch = tempfile::tempdir().map_err(|error| Fault::Storage(error.to_string()))?;
    copy_store(datastore, scratch.path()).map_err(|error| Fault::Storage(error.to_string()))?;
    let repository = load(root, bundle, scratch.path()).await?;
    // Only now: what an unsigned header says of itself is no reason for anything else.
    if bundle.target() != name {
        return Err(Fault::OtherProgram(bundle.target().to_owned()));
    }
    let target_name = TargetName::new(name.clone()).map_err(fault)?;
    let listed = repository.targets().signed.targets.get(&target_name);
    let listed = listed.ok_or_else(|| Fault::NoProgram(name.clone()))?.clone();
    check_program(&repository, &target_name, &listed).await?;
    let kept = keep_store(scratch.path(), datastore);
    kept.map_err(|error| Fault::Storage(error.to_string()))?;
    Ok(Verified {
        length: listed.length,
        sha256: data_encoding::HEXLOWER.encode(&listed.hashes.sha256),
        root: newest_root(root, bundle, repository.root().signed.version.get()),
    })
}

async fn load(root: &[u8], bundle: &Opened, store: &Path) -> Result<Repository, Fault> {
    let url = |text: &str| Url::parse(text).map_err(|error| Fault::Unreadable(error.to_string()));
    let limits = Limits {
        max_root_size: crate::trust::ROOT_MOST as u64,
        max_targets_size: crate::bundle::HEADER_MOST as u64,
        max_timestamp_size: crate::bundle::HEADER_MOST as u64,
        max_snapshot_size: crate::bundle::HEADER_MOST as u64,
        max_root_updates: crate::bundle::FILES_MOST as u64,
    };
    let program = bundle
        .program()
        .map_err(|error| Fault::Storage(error.to_string()))?;
    let transport = FromBundle {
        metadata: Arc::new(bundle.metadata().clone()),
        program: Arc::new(Mutex::new(Some(Box::new(program)))),
    };
    let loader = RepositoryLoader::new(&root, url(METADATA)?, url(TARGETS)?);
    loader
        .transport(transport)
        .limits(limits)
        .datastore(store)
        .expiration_enforcement(ExpirationEnforcement::Safe)
        .load()
        .await
        .map_err(fault)
}

/// Reads the program to its end; `tough` compares length and hash.
async fn check_program(repository: &Repository, name: &TargetName, listed: &Target) -> Result<(), Fault> {
    let stream = repository.read_target(name).await.map_err(fault)?;
    let mut stream = stream.ok_or_else(|| Fault::NoProgram(name.raw().to_owned()))?;
    let mut length = 0_u64;
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|error| Fault::Tampered(error.to_string()))?;
        length = length.saturating_add(bytes.len() as u64);
    }
    if length == listed.length {
        Ok(())
    } else {
        Err(Fault::Tampered(
            "the program is shorter than was signed".to_owned(),
        ))
    }
}

/// The text of the root that the chain led to.
fn newest_root(root: &[u8], bundle: &Opened, version: u64) -> Vec<u8> {
    let before = crate::trust::read(root).map(|trust| trust.version);
    if before.is_ok_and(|before| before == version) {
        return root.to_vec();
    }
    let named = bundle.metadata().get(&format!("{version}.root.json"));
    named.map_or_else(|| root.to_vec(), |text| text.clone().into_bytes())
}

/// What kind of fault an error of the client is.
pub(crate) fn fault(error: Tuf) -> Fault {
    let text = error.to_string();
    match error {
        Tuf::ExpiredMetadata { .. } => Fault::Expired(text),
        Tuf::OlderMetadata { .. }
        | Tuf::OlderSnapshotInTimestamp { .. }
        | Tuf::SnapshotRoleRollback { .. } => Fault::RolledBack(text),
        Tuf::SystemTimeSteppedBackward { .. } => Fault::Clock(text),
        Tuf::VerifyMetadata { .. } | Tuf::VerifyRoleMetadata { .. } | Tuf::VerifyTrustedMetadata { .. } => {
            Fault::Untrusted(text)
        }
        Tuf::HashMismatch { .. } | Tuf::VersionMismatch { .. } | Tuf::MaxSizeExceeded { .. } => {
            Fault::Tampered(text)
        }
        // Bytes that are read from a bundle fail for what they are: a wrong hash, or too many of them.
        Tuf::Transport { ref source, .. } if source.kind() == TransportErrorKind::Other => {
            Fault::Tampered(text)
        }
        Tuf::DatastoreInit { .. }
        | Tuf::DatastoreCreate { .. }
        | Tuf::DatastoreOpen { .. }
        | Tuf::DatastoreRemove { .. } => Fault::Storage(text),
        _ => Fault::Unreadable(text),
    }
}

/// Serves the client out of a bundle.
#[derive(Clone)]
struct FromBundle {
    metadata: Arc<BTreeMap<String, String>>,
    program: Arc<Mutex<Option<Box<dyn Read + Send + Sync>>>>,
}

impl std::fmt::Debug for FromBundle {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("FromBundle").finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for FromBundle {
    async fn fetch(&self, url: Url) -> Result<TransportStream, TransportError> {
        let absent = || TransportError::new(TransportErrorKind::FileNotFound, url.as_str());
        if let Some(name) = url.as_str().strip_prefix(METADATA) {
            let text = self.metadata.get(name).ok_or_else(absent)?.clone();
            return Ok(Box::pin(stream::iter([Ok(Bytes::from(text))])));
        }
        // There is one program only; which one it is, its hash tells.
        let mut program = self
            .program
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let program = program.take().ok_or_else(absent)?;
        let pieces = stream::unfold((program, url), |(mut program, url)| async move {
            let mut piece = vec![0; PIECE];
            match program.read(&mut piece) {
                Ok(0) => None,
                Ok(count) => {
                    piece.truncate(count);
                    Some((Ok(Bytes::from(piece)), (program, url)))
                }
                Err(error) => {
                    let failed =
                        TransportError::new_with_cause(TransportErrorKind::Other, url.as_str(), error);
                    Some((Err(failed), (program, url)))
                }
            }
        });
        Ok(Box::pin(pieces))
    }
}

/// A copy to work on: the client writes its files in place, and power may fail in the middle of one.
fn copy_store(from: &Path, to: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    for entry in entries {
        let entry = entry?;
        if is_kept(&entry.path()) && entry.metadata()?.len() <= KEPT_MOST {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Puts the files back, each whole or not at all.
fn keep_store(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let fresh = to.join("fresh.new");
        fs::copy(entry.path(), &fresh)?;
        File::open(&fresh)?.sync_all()?;
        fs::rename(&fresh, to.join(entry.file_name()))?;
    }
    // A role whose keys were exchanged has nothing that was seen before.
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if is_kept(&entry.path()) && !from.join(entry.file_name()).exists() {
            fs::remove_file(entry.path())?;
        }
    }
    #[cfg(unix)]
    File::open(to)?.sync_all()?;
    Ok(())
}

fn is_kept(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json") && path.is_file()
}
