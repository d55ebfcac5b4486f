//! The stored files that rows name, by their content. A file goes in when its hash stands anywhere in a row.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};

use data_encoding::HEXLOWER;
use futures::{StreamExt as _, TryStreamExt as _};
use kernel::error::Result;
use kernel::file::Files;
use kernel::keeping::FileSum;
use sha2::{Digest as _, Sha256};

use super::folder::Folder;
use crate::format::{FILES, is_hash};

/// Missing files that are named one by one.
const NAMED: usize = 1000;

/// A hash as it is, half as long as it is written: there may be millions.
type Hash = [u8; 32];

/// The stored files, and which of them are wanted.
#[derive(Debug, Default)]
pub struct Stock {
    wanted: BTreeMap<Hash, bool>,
    copied: Copied,
}

/// What came into the export.
#[derive(Debug, Default)]
pub struct Copied {
    /// Those that are inside.
    pub files: FileSum,
    /// Those that should be; the first thousand.
    pub missing: Vec<String>,
    /// How many in all.
    pub missing_count: u64,
}

impl Stock {
    /// Lists what is stored.
    pub async fn list(files: &Files) -> Result<Self> {
        let hashes = files
            .list()
            .try_filter_map(|listed| async move { Ok(read(listed.hash.as_bytes())) });
        let wanted = hashes.map_ok(|hash| (hash, false)).try_collect().await?;
        Ok(Self {
            wanted,
            copied: Copied::default(),
        })
    }

    /// Notes every stored file whose hash stands in a line.
    pub fn mark(&mut self, line: &[u8]) {
        for hash in hashes_in(line) {
            if let Some(wanted) = self.wanted.get_mut(&hash) {
                *wanted = true;
            }
        }
    }

    /// Notes a file that a row cannot do without.
    pub fn must_have(&mut self, name: &str) {
        if is_hash(name) && read(name.as_bytes()).is_some_and(|hash| !self.wanted.contains_key(&hash)) {
            self.copied.miss(name);
        }
    }

    /// Copies what is wanted, each held against its name.
    pub async fn copy(self, files: &Files, folder: &Folder) -> Result<Copied> {
        let mut copied = self.copied;
        folder.folder(FILES)?;
        let mut last_folder = String::new();
        let wanted = self.wanted.into_iter().filter(|(_, wanted)| *wanted);
        for hash in wanted.map(|(hash, _)| HEXLOWER.encode(&hash)) {
            let inside = format!("{FILES}/{}", &hash[..2]);
            if inside != last_folder {
                folder.folder(&inside)?;
                last_folder.clone_from(&inside);
            }
            match copy(files, folder, &format!("{inside}/{hash}"), &hash).await? {
                Some(bytes) => {
                    copied.files.count += 1;
                    copied.files.bytes += bytes;
                }
                None => copied.miss(&hash),
            }
        }
        Ok(copied)
    }
}

/// Copies one; `None` when it is gone or not what was stored, and then nothing is left of it.
async fn copy(files: &Files, folder: &Folder, name: &str, hash: &str) -> Result<Option<u64>> {
    let Ok(content) = files.get_stream(hash).await else {
        return Ok(None);
    };
    let mut out = BufWriter::new(folder.file(name)?);
    let (mut hasher, mut bytes, mut stream) = (Sha256::new(), 0_u64, content.stream);
    let mut is_whole = true;
    while let Some(part) = stream.next().await {
        let Ok(part) = part else {
            is_whole = false;
            break;
        };
        hasher.update(&part);
        bytes += part.len() as u64;
        out.write_all(&part).map_err(|error| folder.failed(error))?;
    }
    is_whole &= HEXLOWER.encode(&hasher.finalize()) == hash;
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error);
    if is_whole {
        file.and_then(|file| file.sync_all())
            .map_err(|error| folder.failed(error))?;
        return Ok(Some(bytes));
    }
    drop(file);
    folder.remove(name)?;
    Ok(None)
}

impl Copied {
    fn miss(&mut self, name: &str) {
        // Several rows may name one file.
        if self.missing.iter().any(|known| known == name) {
            return;
        }
        self.missing_count += 1;
        if self.missing.len() < NAMED {
            self.missing.push(name.to_owned());
        }
    }
}

fn read(digits: &[u8]) -> Option<Hash> {
    HEXLOWER.decode(digits).ok()?.try_into().ok()
}

/// Every run of just 64 lower-case hexadecimal digits.
fn hashes_in(line: &[u8]) -> impl Iterator<Item = Hash> {
    line.split(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        .filter(|run| run.len() == 64)
        .filter_map(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_found_wherever_they_stand_and_nothing_else() {
        let hash = "0123456789abcdef".repeat(4);
        let longer = format!("{hash}a");
        let line = format!(
            "{{\"body\":\"{{\\\"file\\\":\\\"{hash}\\\"}} {longer} {}\"}}",
            &hash[..63]
        );
        let found: Vec<String> = hashes_in(line.as_bytes())
            .map(|found| HEXLOWER.encode(&found))
            .collect();
        assert_eq!(found, [hash]);
    }

    #[test]
    fn a_file_that_several_rows_name_is_missed_once() {
        let mut stock = Stock::default();
        let hash = "ab".repeat(32);
        for name in [&hash, &hash, "no hash"] {
            stock.must_have(name);
        }
        assert_eq!(
            (stock.copied.missing_count, stock.copied.missing),
            (1, vec![hash])
        );
    }
}
