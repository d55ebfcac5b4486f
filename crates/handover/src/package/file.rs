//! The package as a file: a ZIP with the Markdown, the chosen evidence and nothing else, and a manifest with the SHA-256 of each.
//!
//! Packing takes seconds of a processor and as much memory as the evidence has, so it happens on threads of its own, one file after
//! the other, and few packages at a time; who comes then waits.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use kernel::error::{Error, Result};
use kernel::file::Files;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::zip::Archive;
use super::{Package, Piece, markdown};

/// Bytes of all evidence together; more is fetched piece by piece.
pub const MOST: i64 = 50 * 1024 * 1024;
const NAME_MOST: usize = 80;
/// Names that Windows keeps for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
/// Packages of this node that are packed at the same time.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Packs it all.
///
/// # Errors
/// Too large; a file of the evidence is damaged.
pub async fn packed(files: &Files, package: &Package, pieces: &[Piece], link: &str) -> Result<Vec<u8>> {
    if pieces.iter().map(|piece| piece.size).sum::<i64>() > MOST {
        return Err(Error::too_large("handover.package.too_large"));
    }
    let _place = PLACES.acquire().await.map_err(Error::internal)?;
    let names: Vec<String> = pieces.iter().map(name_of).collect();
    let readme = markdown::whole(package, pieces, &names, link);
    let mut packing = Packing::default()
        .with("README.md".to_owned(), readme.into())
        .await?;
    for (piece, name) in pieces.iter().zip(names) {
        let content = match (&piece.hash, &piece.words) {
            (Some(hash), _) => files.get(hash).await?,
            (None, words) => words.clone().unwrap_or_default().into(),
        };
        packing = packing.with(format!("evidence/{name}"), content).await?;
    }
    let manifest = json!({
        "package": package.id.to_string(), "reference": package.reference(), "url": link,
        "handed_over_at": package.created_at, "report_due_at": package.due_at, "files": &packing.listed,
    });
    let manifest = serde_json::to_vec_pretty(&manifest)?;
    packing
        .with("manifest.json".to_owned(), manifest.into())
        .await?
        .archive
        .finish()
}

/// The archive so far, and what its manifest will say.
#[derive(Default)]
struct Packing {
    archive: Archive,
    listed: Vec<Value>,
}

impl Packing {
    async fn with(mut self, name: String, content: Bytes) -> Result<Self> {
        let add = move || {
            self.archive.add(&name, &content)?;
            self.listed.push(json!({
                "name": name, "size": content.len(),
                "sha256": HEXLOWER.encode(Sha256::digest(&content).as_slice()),
            }));
            Ok(self)
        };
        tokio::task::spawn_blocking(add).await.map_err(Error::internal)?
    }
}

/// The name of a piece in the archive: its number first, so that no two are alike and none is empty; then letters and digits of
/// its own name, so that none leads out of the folder or is read as anything but a name.
#[must_use]
pub fn name_of(piece: &Piece) -> String {
    let base = piece.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = base
        .chars()
        .map(|letter| match letter {
            '.' | '-' | '_' => letter,
            letter if letter.is_alphanumeric() => letter,
            _ => '_',
        })
        .collect();
    let (stem, ending) = match kept.rsplit_once('.') {
        Some((stem, ending)) if !ending.is_empty() && ending.len() <= 10 => {
            (stem.to_owned(), Some(ending.to_owned()))
        }
        _ => (kept.clone(), None),
    };
    let stem = stem.replace('.', "_");
    let stem: String = stem.trim_matches('_').chars().take(NAME_MOST).collect();
    let is_device = DEVICES
        .iter()
        .any(|device| stem.to_lowercase().starts_with(device))
        && stem.len() <= 4;
    let stem = if stem.is_empty() || is_device {
        "file".to_owned()
    } else {
        stem
    };
    let ending = match (&piece.words, ending) {
        (Some(_), _) => "txt".to_owned(),
        (None, Some(ending)) => ending,
        (None, None) => "bin".to_owned(),
    };
    format!("{:02}-{stem}.{ending}", piece.place)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn piece(name: &str) -> Piece {
        Piece {
            place: 3,
            source: "file:1".to_owned(),
            name: name.to_owned(),
            media_type: String::new(),
            size: 0,
            hash: Some(String::new()),
            words: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn names_in_the_archive_are_only_names() {
        for (given, safe) in [
            ("错误 截图.png", "03-错误_截图.png"),
            ("../../etc/passwd", "03-passwd.bin"),
            ("C:\\Windows\\con", "03-file.bin"),
            ("..", "03-file.bin"),
            (".bashrc", "03-file.bashrc"),
            ("a\u{202e}gpj.exe", "03-a_gpj.exe"),
            ("", "03-file.bin"),
        ] {
            assert_eq!(name_of(&piece(given)), safe);
        }
    }

    proptest! {
        #[test]
        fn no_name_leads_out_of_its_folder(name in "\\PC{0,60}") {
            let safe = name_of(&piece(&name));
            prop_assert!(!safe.contains(['/', '\\', ':', '\0']) && safe.starts_with("03-") && !safe.contains(".."), "{}", safe);
        }
    }
}
