//! Taking a bundle in: over the act's channel, or from the disk where a dry run left it.
//!
//! Its SHA-256 only tells one bundle from another. Whether it may be trusted is seen afterwards.

use super::{Wish, Work};
use crate::executing::{Channel, Heard};
use crate::updating::notes::{private_folder, sync_folder};
use crate::updating::program;
use crate::verbs::blocking;
use crate::verbs::failure::Failure;
use protocol::verb::Bundle;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why there is no bundle.
#[derive(Debug)]
pub enum Missing {
    CalledOff,
    Failed(Failure),
}

impl From<Failure> for Missing {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The bundle on the disk; the only one there.
pub async fn bundle(work: &Work<'_>, wish: &Wish, transfer: Option<Channel>) -> Result<PathBuf, Missing> {
    let wanted = wish
        .bundle
        .as_ref()
        .ok_or_else(|| Failure::new("no_bundle", "the order names no bundle"))?;
    let folder = work.slots.folder().join("staged");
    for folder in [work.slots.folder(), &folder] {
        private_folder(folder).map_err(|error| Failure::io("the folder of the slots", &error))?;
    }
    let path = folder.join(format!("{}.bundle", wanted.sha256));
    remove_others(&folder, &path);
    let is_there = {
        let (path, sha256) = (path.clone(), wanted.sha256.clone());
        blocking(move || program::hash(&path).is_ok_and(|found| found == sha256)).await?
    };
    if !is_there {
        room(&folder, wanted.size)?;
        receive(work, wanted, transfer, &path).await?;
    }
    Ok(path)
}

/// Whether the disk takes the bundle and the program that comes out of it.
fn room(folder: &Path, size: u64) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        let stat = rustix::fs::statvfs(folder)
            .map_err(|error| Failure::io("the disk of the agent's state", &error.into()))?;
        let free = stat.f_bavail.saturating_mul(stat.f_frsize);
        // The bundle, the program tried out, and a little that must stay.
        let wanted = size.saturating_mul(2).saturating_add(16 * 1024 * 1024);
        if free < wanted {
            let text = format!("{free} bytes are free on the disk of the agent's state, {wanted} are needed");
            return Err(Failure::new("disk_full", text));
        }
    }
    #[cfg(not(unix))]
    let _ = (folder, size);
    Ok(())
}

async fn receive(
    work: &Work<'_>,
    wanted: &Bundle,
    transfer: Option<Channel>,
    path: &Path,
) -> Result<(), Missing> {
    let mut channel = transfer.ok_or_else(|| Failure::new("no_channel", "the order names no channel"))?;
    let part = path.with_extension("part");
    fs::remove_file(&part).ok();
    let failed = |error: std::io::Error| Failure::io("the bundle", &error);
    let mut file = crate::identity::private_file(&part).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut left = wanted.size;
    while left > 0 {
        let heard = tokio::select! {
            heard = channel.receiving.receive() => heard,
            () = work.teller.cancelled() => {
                fs::remove_file(&part).ok();
                return Err(Missing::CalledOff);
            }
            () = tokio::time::sleep_until(work.until) => {
                fs::remove_file(&part).ok();
                return Err(Failure::new("timeout", "the bundle did not come in time").into());
            }
        };
        let Heard::Bytes(bytes) = heard else {
            fs::remove_file(&part).ok();
            return Err(Failure::new("link_lost", "the link dropped while the bundle came").into());
        };
        left = match left.checked_sub(bytes.len() as u64) {
            Some(left) => left,
            None => {
                fs::remove_file(&part).ok();
                return Err(Failure::new("too_large", "more came than was announced").into());
            }
        };
        hash.update(&bytes);
        if let Err(error) = file.write_all(&bytes) {
            fs::remove_file(&part).ok();
            return Err(failed(error).into());
        }
    }
    if data_encoding::HEXLOWER.encode(&hash.finalize()) != wanted.sha256 {
        fs::remove_file(&part).ok();
        let text = "what came is not what was announced: it was thrown away";
        return Err(Failure::new("hash", text).into());
    }
    settle(&file, &part, path).map_err(failed)?;
    Ok(())
}

fn settle(file: &File, part: &Path, path: &Path) -> std::io::Result<()> {
    file.sync_all()?;
    fs::rename(part, path)?;
    sync_folder(path)
}

/// One bundle is kept, and nothing else.
fn remove_others(folder: &Path, kept: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path() != kept {
            fs::remove_file(entry.path()).ok();
        }
    }
}
