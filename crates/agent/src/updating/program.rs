//! A program on the disk: whether it is the one that was put there, and whether it can work here.

use super::notes::{Held, Notes, Place, Program, Slots};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// A program must test itself within this.
const TEST: Duration = Duration::from_secs(60);
/// It may say so much.
const SAID: u64 = 64 * 1024;

/// What a program says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    /// Its version.
    pub version: String,
}

/// The installed program as it is now.
pub fn installed(path: &Path) -> io::Result<Held> {
    let program = Program {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sha256: hash(path)?,
    };
    Ok(Held {
        place: Place::Installed,
        program,
    })
}

/// The program that counts. Of the installed one, the version is ours only where nothing else runs: the guard knows its own.
pub fn current(notes: &Notes, installed_path: &Path) -> io::Result<Held> {
    match notes.held(notes.current) {
        Some(held) => Ok(held),
        None => installed(installed_path),
    }
}

/// Where a program lies, if it is still what is noted: owned by us, not writable by others, and byte for byte the same.
pub fn find(slots: &Slots, held: &Held, installed: &Path) -> Result<PathBuf, String> {
    let path = match held.place {
        Place::Installed => installed.to_owned(),
        slot => slots.program(slot),
    };
    let shown = path.display();
    if held.place != Place::Installed && !is_ours(&path) {
        return Err(format!("{shown} is absent, not ours, or others may write to it"));
    }
    let found = hash(&path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    if found == held.program.sha256 {
        Ok(path)
    } else {
        Err(format!("{shown} is not what was put there"))
    }
}

/// Runs a program's own test; the answer is what it says of itself.
pub async fn test(path: &Path, home: &Path) -> Result<Tested, String> {
    let mut child = Command::new(path)
        .arg("--root")
        .arg(home)
        .arg("self-test")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("it cannot be started: {error}"))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let reading = async { tokio::join!(said(out), said(err), child.wait()) };
    let Ok((out, err, status)) = tokio::time::timeout(TEST, reading).await else {
        return Err("its own test took too long".to_owned());
    };
    let status = status.map_err(|error| error.to_string())?;
    if !status.success() {
        let words = protocol::text::line(&String::from_utf8_lossy(&err), 1000);
        return Err(format!("its own test failed ({status}): {words}"));
    }
    serde_json::from_slice(&out).map_err(|_| "its own test does not say its version".to_owned())
}

async fn said(stream: Option<impl tokio::io::AsyncRead + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        (&mut stream).take(SAID).read_to_end(&mut bytes).await.ok();
        // A program that says more must not wait for us.
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.ok();
    }
    bytes
}

/// The SHA-256 of a file, in hexadecimal.
pub fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            count => hasher.update(piece.get(..count).unwrap_or_default()),
        }
    }
    Ok(data_encoding::HEXLOWER.encode(&hasher.finalize()))
}

#[cfg(unix)]
fn is_ours(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let ourselves = rustix::process::geteuid().as_raw();
    std::fs::symlink_metadata(path)
        .is_ok_and(|is| is.file_type().is_file() && is.uid() == ourselves && is.mode() & 0o022 == 0)
}

/// Elsewhere the installer sets the rights of the folder; this is not yet checked there.
#[cfg(not(unix))]
fn is_ours(path: &Path) -> bool {
    path.is_file()
}
