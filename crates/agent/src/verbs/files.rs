//! Files: what a folder holds, fetching one, putting one. Transfers go on where they stopped, and both sides compare hashes.
//!
//! What is put lies beside its destination under a name of its own until it is whole and its hash is right; only then it
//! takes the name. So a file is never seen half, and a transfer that broke off finds its beginning again.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use protocol::message::Outcome;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::failure::{Answer, Failure, done};
use super::held::{self, Rule};
use crate::executing::{Channel, Gone, Heard, Surroundings, Teller};

/// Most entries of a folder that are listed.
const LISTED_MOST: usize = 3_000;
/// How much is read and sent at a time.
const PIECE: usize = 64 * 1024;

/// What a folder holds, folders first.
pub fn list(path: &str, here: &Surroundings) -> Answer {
    let held = held::find(here, path, Rule::Files)?;
    let folder = held.folder()?;
    let mut entries = Vec::new();
    let mut count = 0_usize;
    let reading = rustix::fs::Dir::read_from(&folder).map_err(|error| Failure::io(path, &error.into()))?;
    for entry in reading {
        let Ok(entry) = entry else { break };
        let name = entry.file_name().to_bytes();
        if name == b"." || name == b".." {
            continue;
        }
        count += 1;
        if entries.len() < LISTED_MOST {
            entries.push(described(&folder, name));
        }
    }
    entries.sort_by_key(|entry| {
        (
            entry["kind"] != "folder",
            entry["name"].as_str().unwrap_or_default().to_owned(),
        )
    });
    done(json!({ "path": held.path, "entries": entries, "count": count, "cut": count > LISTED_MOST }))
}

fn described(folder: &OwnedFd, bytes: &[u8]) -> Value {
    let name = OsStr::from_bytes(bytes);
    let shown = name.to_string_lossy();
    let Some(stat) = held::stat_in(folder, name) else {
        return json!({ "name": shown, "kind": "gone" });
    };
    let kind = FileType::from_raw_mode(stat.st_mode);
    let target = (kind == FileType::Symlink)
        .then(|| rustix::fs::readlinkat(folder, bytes, Vec::new()).ok())
        .flatten()
        .map(|target| target.to_string_lossy().chars().take(300).collect::<String>());
    json!({
        "name": shown,
        "kind": kind_name(kind),
        "size": stat.st_size,
        "modified": stat.st_mtime.saturating_mul(1000),
        "mode": format!("{:04o}", stat.st_mode & 0o7777),
        "uid": stat.st_uid,
        "gid": stat.st_gid,
        "target": target,
        // A name that is no text cannot be asked for.
        "askable": name.to_str().is_some_and(|name| !name.chars().any(char::is_control)),
    })
}

fn kind_name(kind: FileType) -> &'static str {
    match kind {
        FileType::RegularFile => "file",
        FileType::Directory => "folder",
        FileType::Symlink => "link",
        _ => "special",
    }
}

/// Sends a file from `offset` on. The outcome carries the hash of the whole file as it was sent.
pub async fn get(
    path: &str,
    offset: u64,
    transfer: Option<Channel>,
    teller: &Teller,
    here: &Surroundings,
) -> Answer {
    let mut channel = transfer.ok_or_else(no_channel)?;
    let held = held::find(here, path, Rule::Files)?;
    let mut file = held.read()?;
    let before = file.metadata().map_err(|error| Failure::io(path, &error))?;
    let size = before.len();
    if size > protocol::verb::FILE_MOST {
        return Err(Failure::new("too_large", format!("{path} has {size} bytes")));
    }
    if offset > size {
        return Err(Failure::new("offset", format!("{size} bytes are all there are")));
    }
    let mut hash = Sha256::new();
    let mut at = 0;
    while at < size {
        let piece = piece(&mut file, size - at).map_err(|error| Failure::io(path, &error))?;
        if piece.is_empty() {
            return Err(Failure::new(
                "changed",
                format!("{path} became shorter while it was sent"),
            ));
        }
        hash.update(&piece);
        let end = at + piece.len() as u64;
        if end > offset {
            let unsent = usize::try_from(offset.saturating_sub(at)).unwrap_or_default();
            tokio::select! {
                sent = channel.sending.send(&piece[unsent..]) => sent.map_err(|gone| lost(&gone))?,
                () = teller.cancelled() => return Ok(Outcome::Cancelled),
            }
        } else {
            // Hashing gigabytes must not hold up the other acts.
            tokio::task::yield_now().await;
            if teller.is_cancelled() {
                return Ok(Outcome::Cancelled);
            }
        }
        at = end;
    }
    let after = file.metadata().map_err(|error| Failure::io(path, &error))?;
    if (after.mtime(), after.mtime_nsec()) != (before.mtime(), before.mtime_nsec()) {
        teller.note("the file was written to while it was sent").await;
    }
    channel.sending.close("done").await;
    let modified = before.mtime().saturating_mul(1000);
    let summary = json!({ "path": held.path, "size": size, "sent": size - offset, "modified": modified });
    Ok(Outcome::Done {
        code: None,
        summary,
        hash: Some(hexadecimal(hash)),
    })
}

fn piece(file: &mut File, left: u64) -> io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(PIECE);
    file.take(left.min(PIECE as u64)).read_to_end(&mut piece)?;
    Ok(piece)
}

/// What is to be put.
#[derive(Debug, Clone, Copy)]
pub struct Putting<'a> {
    /// Where.
    pub path: &'a str,
    /// How large it is.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: &'a str,
    /// From which byte on it will come.
    pub offset: u64,
    /// Whether a file that is there may be replaced.
    pub overwrite: bool,
}

/// Takes a file in. A transfer that broke off fails with `link_lost`, and one that asks for more than is there with
/// `offset`; the words of both begin with the number of bytes that are kept.
pub async fn put(
    order: Putting<'_>,
    transfer: Option<Channel>,
    teller: &Teller,
    here: &Surroundings,
) -> Answer {
    let mut channel = transfer.ok_or_else(no_channel)?;
    let (held, name) = held::find_parent(here, order.path)?;
    let folder = held.folder()?;
    let old = replaced(&folder, &name, order.overwrite)?;
    let mut part = Part::open(&folder, &name, &order)?;
    let mut at = order.offset;
    let failed = |error: io::Error| Failure::io(order.path, &error);
    while at < order.size {
        let heard = tokio::select! {
            heard = channel.receiving.receive() => heard,
            () = teller.cancelled() => {
                part.forget(&folder);
                return Ok(Outcome::Cancelled);
            }
        };
        let Heard::Bytes(bytes) = heard else {
            let kept = part.keep().map_err(failed)?;
            return Err(Failure::new("link_lost", format!("{kept} bytes are kept")));
        };
        if bytes.len() as u64 > order.size - at {
            part.forget(&folder);
            return Err(Failure::new("too_large", "more came than was announced"));
        }
        if let Err(error) = part.take(&bytes) {
            if error.kind() == io::ErrorKind::StorageFull {
                part.forget(&folder);
            }
            return Err(failed(error));
        }
        at += bytes.len() as u64;
    }
    let hash = part.hash();
    if hash != order.sha256 {
        part.forget(&folder);
        return Err(Failure::new(
            "hash",
            "what came is not what was announced: it was thrown away",
        ));
    }
    part.settle(&folder, &name, old.as_ref(), order.overwrite)?;
    let path = format!("{}/{name}", held.path.trim_end_matches('/'));
    let summary = json!({ "path": path, "size": order.size, "replaced": old.is_some() });
    Ok(Outcome::Done {
        code: None,
        summary,
        hash: Some(hash),
    })
}

/// The file that stands there, if it may be replaced. Links and everything special are never replaced.
fn replaced(folder: &OwnedFd, name: &str, overwrite: bool) -> Result<Option<Stat>, Failure> {
    let Some(stat) = held::stat_in(folder, OsStr::new(name)) else {
        return Ok(None);
    };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile if overwrite => Ok(Some(stat)),
        FileType::RegularFile => Err(Failure::new("exists", format!("{name} is there already"))),
        FileType::Directory => Err(Failure::new("is_a_folder", name)),
        _ => Err(Failure::new(
            "special",
            format!("{name} is a link, a pipe, a device, or a socket"),
        )),
    }
}

/// The file while it is not whole.
struct Part {
    name: String,
    file: File,
    hash: Sha256,
}

impl Part {
    /// Opens what is there of this very file, cut to where it goes on, or begins anew.
    fn open(folder: &OwnedFd, name: &str, order: &Putting<'_>) -> Result<Self, Failure> {
        let mut hash = Sha256::new();
        hash.update(format!("{name}\0{}\0{}", order.size, order.sha256));
        let name = format!(".mainstay-{}.part", &hexadecimal(hash)[..24]);
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let failed = |error: Errno| Failure::io(&name, &error.into());
        let handle =
            rustix::fs::openat(folder, name.as_str(), flags, Mode::from_raw_mode(0o600)).map_err(failed)?;
        let stat = rustix::fs::fstat(&handle).map_err(failed)?;
        // Somebody else's file under our name could be read by them, or be another file by a second name.
        let ours = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
            && stat.st_uid == rustix::process::geteuid().as_raw()
            && stat.st_nlink == 1;
        if !ours {
            return Err(Failure::new("special", format!("{name} is not ours")));
        }
        let mut part = Self {
            name,
            file: File::from(handle),
            hash: Sha256::new(),
        };
        part.go_on_from(order.offset)?;
        Ok(part)
    }

    fn go_on_from(&mut self, offset: u64) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::io("the beginning of the file", &error);
        let kept = self.file.metadata().map_err(failed)?.len();
        if kept < offset {
            return Err(Failure::new("offset", format!("{kept} bytes are kept")));
        }
        self.file.set_len(offset).map_err(failed)?;
        self.file.seek(SeekFrom::Start(0)).map_err(failed)?;
        loop {
            let piece = piece(&mut self.file, offset).map_err(failed)?;
            if piece.is_empty() {
                return Ok(());
            }
            self.hash.update(&piece);
        }
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        Ok(())
    }

    /// Leaves what came on the disk, and says how much it is.
    fn keep(&mut self) -> io::Result<u64> {
        self.file.sync_data()?;
        Ok(self.file.metadata()?.len())
    }

    fn hash(&self) -> String {
        hexadecimal(self.hash.clone())
    }

    fn forget(&self, folder: &OwnedFd) {
        let _ = rustix::fs::unlinkat(folder, self.name.as_str(), AtFlags::empty());
    }

    /// Gives it its name, and what the file before it had: owner and rights.
    fn settle(
        &self,
        folder: &OwnedFd,
        name: &str,
        old: Option<&Stat>,
        overwrite: bool,
    ) -> Result<(), Failure> {
        let failed = |error: Errno| Failure::io(name, &error.into());
        if let Some(old) = old {
            let (user, group) = (
                rustix::fs::Uid::from_raw(old.st_uid),
                rustix::fs::Gid::from_raw(old.st_gid),
            );
            let _ = rustix::fs::fchown(&self.file, Some(user), Some(group));
        }
        // Rights to act as the owner are not handed on to a new content.
        let mode = old.map_or(0o644, |old| old.st_mode & 0o777);
        rustix::fs::fchmod(&self.file, Mode::from_raw_mode(mode)).map_err(failed)?;
        self.file.sync_all().map_err(|error| Failure::io(name, &error))?;
        let moved = if overwrite {
            rustix::fs::renameat(folder, self.name.as_str(), folder, name)
        } else {
            match rustix::fs::renameat_with(folder, self.name.as_str(), folder, name, RenameFlags::NOREPLACE)
            {
                // A file system that cannot promise it: a link cannot replace anything either.
                Err(Errno::INVAL | Errno::NOSYS) => {
                    rustix::fs::linkat(folder, self.name.as_str(), folder, name, AtFlags::empty())
                        .inspect(|()| self.forget(folder))
                }
                answer => answer,
            }
        };
        moved.map_err(failed)?;
        let _ = rustix::fs::fsync(folder);
        Ok(())
    }
}

fn hexadecimal(hash: Sha256) -> String {
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

fn no_channel() -> Failure {
    Failure::new("no_channel", "the order named no channel for the bytes")
}

fn lost(gone: &Gone) -> Failure {
    match gone {
        Gone::Away => Failure::new("link_lost", "the link dropped"),
        Gone::Closed(reason) => Failure::new("closed", format!("the other end closed the channel: {reason}")),
    }
}

/// The hash of what is held, for tests of others.
#[cfg(test)]
pub(super) fn hash_of(bytes: &[u8]) -> String {
    hexadecimal(Sha256::new_with_prefix(bytes))
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
