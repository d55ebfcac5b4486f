//! Bundles: the one file that goes to a device, made of the metadata and a program, and made anew when it is missing.
//!
//! The same metadata and program give the same bytes, so that a bundle that was made anew is the one that was asked for.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::Path;

use futures::{StreamExt as _, stream};
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::file::{Files, Stored};
use protocol::verb::{BUNDLE_MOST, Bundle, Verb};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use update::bundle;
use update::platform::Platform;
use update::release::{Version, target};
use update::repository::Metadata;

use super::{Program, platform, store};
use crate::device::Device;

const CHUNK: usize = 64 * 1024;

/// Why a step cannot be asked of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// The version is not published, or not any more.
    Release,
    /// There is no program for the device's platform.
    Program,
    /// The device does not say what it is.
    Platform,
}

impl Lack {
    /// The code of the answer.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Release => "no_release",
            Self::Program => "no_program",
            Self::Platform => "no_platform",
        }
    }

    /// All of them.
    pub const ALL: [Self; 3] = [Self::Release, Self::Program, Self::Platform];
}

/// A step as it is asked of one device: with the bundle for its platform; none where the step takes no bundle and is asked as it is.
///
/// # Errors
/// The database's.
pub fn of_device(
    tx: &mut Tx<'_>,
    verb: &Verb,
    device: &Device,
) -> Result<std::result::Result<Option<Verb>, Lack>> {
    let Verb::AgentUpdate {
        step,
        rollout,
        version,
        bundle: Some(_),
        timeout_seconds,
    } = verb
    else {
        return Ok(Ok(None));
    };
    let Some(platform) = platform::of(device) else {
        return Ok(Err(Lack::Platform));
    };
    let programs = store::programs(tx, version)?;
    if programs.is_empty() {
        return Ok(Err(Lack::Release));
    }
    let own = programs.iter().find(|one| one.platform == platform.as_str());
    let asked = |program| Verb::AgentUpdate {
        step: *step,
        rollout: rollout.clone(),
        version: version.clone(),
        bundle: Some(bundle_of(program)),
        timeout_seconds: *timeout_seconds,
    };
    Ok(own.map(asked).map(Some).ok_or(Lack::Program))
}

/// A bundle as a verb names it.
#[must_use]
pub fn bundle_of(program: &Program) -> Bundle {
    Bundle {
        size: u64::try_from(program.bundle_size).unwrap_or(0),
        sha256: program.hash.clone(),
    }
}

/// Whether a bundle is one of those that are published, and lies here; made anew when its file is missing. Only such files are ever
/// sent, whatever an act names.
///
/// # Errors
/// When it cannot be made anew: the program's file is missing, too.
pub async fn is_ready(kernel: &Kernel, wanted: &Bundle) -> Result<bool> {
    let hash = wanted.sha256.clone();
    let read = move |tx: &mut Tx<'_>| Ok((store::program_of_bundle(tx, &hash)?, store::metadata(tx)?));
    let (Some(program), metadata) = kernel.db.read(read).await? else {
        return Ok(false);
    };
    if kernel.files.exists(&program.hash).await? {
        return Ok(true);
    }
    tracing::warn!(version = %program.version, platform = %program.platform, "a bundle is missing and is made anew");
    let stored = make_anew(kernel, &program, metadata).await?;
    if stored.hash == program.hash {
        Ok(true)
    } else {
        Err(Error::unavailable("fleet.release_bundle"))
    }
}

async fn make_anew(kernel: &Kernel, program: &Program, metadata: Metadata) -> Result<Stored> {
    let fresh = NamedTempFile::new_in(&kernel.config.data).map_err(unavailable)?;
    let mut out = tokio::fs::File::from_std(fresh.reopen().map_err(unavailable)?);
    let mut content = kernel.files.get_stream(&program.raw_hash).await?.stream;
    while let Some(piece) = content.next().await {
        out.write_all(&piece?).await.map_err(unavailable)?;
    }
    out.flush().await.map_err(unavailable)?;
    let malformed = || Error::internal(format!("{} {}", program.version, program.platform));
    let version = Version::parse(&program.version).ok_or_else(malformed)?;
    let platform = Platform::parse(&program.platform).ok_or_else(malformed)?;
    let length = u64::try_from(program.size).map_err(Error::internal)?;
    let made = write(
        &kernel.config.data,
        fresh.path(),
        metadata,
        target(&version, platform),
        length,
    )
    .await?;
    keep(&kernel.files, made.path()).await
}

/// Writes a bundle into a file of its own.
///
/// # Errors
/// When the program cannot be read or the bundle not be written.
pub(super) async fn write(
    folder: &Path,
    program: &Path,
    metadata: Metadata,
    target: String,
    length: u64,
) -> Result<NamedTempFile> {
    let (folder, program) = (folder.to_owned(), program.to_owned());
    let work = move || {
        let mut program = File::open(program)?;
        program.seek(SeekFrom::Start(0))?;
        let made = NamedTempFile::new_in(folder)?;
        bundle::write(&mut made.as_file(), &metadata, &target, &mut program, length)?;
        Ok::<_, std::io::Error>(made)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)?
        .map_err(unavailable)
}

/// Makes a stored file of one.
///
/// # Errors
/// When it cannot be read or stored.
pub(super) async fn keep(files: &Files, path: &Path) -> Result<Stored> {
    let file = tokio::fs::File::open(path).await.map_err(unavailable)?;
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut buffer = vec![0; CHUNK];
        let read = file.read(&mut buffer).await?;
        buffer.truncate(read);
        let piece = (read > 0).then(|| (bytes::Bytes::from(buffer), file));
        Ok::<_, std::io::Error>(piece)
    });
    files.put_stream(Box::pin(pieces), BUNDLE_MOST).await
}

pub(super) fn unavailable(source: std::io::Error) -> Error {
    Error::unavailable("fleet.release_disk").caused_by(source)
}
