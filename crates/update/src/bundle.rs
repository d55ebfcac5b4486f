//! One file that carries a release to a device: TUF's metadata and the program for one platform.
//!
//! A line that says what it is, the length of the header, the header as JSON, and the program up to the end of the file.
//! Nothing in it is trusted: it is only read within bounds. What counts is decided by [`crate::verifying`].

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// How every bundle begins.
const MARK: &[u8] = b"mainstay-update 1\n";
/// How long a header may be.
pub const HEADER_MOST: usize = 1024 * 1024;
/// How many files of metadata there may be.
pub const FILES_MOST: usize = 64;
/// How large a bundle may be, as the protocol has it.
pub const BUNDLE_MOST: u64 = 256 * 1024 * 1024;
/// How long a name may be.
const NAME_MOST: usize = 128;

/// What stands before the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    /// TUF's files by name.
    metadata: BTreeMap<String, String>,
    /// Which target the program is.
    target: String,
    /// How many bytes the program has.
    length: u64,
}

/// Why a file is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("the bundle cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("the bundle is malformed: {0}")]
    Malformed(&'static str),
}

/// A bundle that lies open; the bytes of the program are read again whenever they are asked for.
#[derive(Debug)]
pub struct Opened {
    file: File,
    header: Header,
    begins: u64,
}

/// Writes a bundle. The metadata's names and sizes are those that [`open`] takes; anything else is an error here already.
pub fn write(
    out: &mut impl Write,
    metadata: &BTreeMap<String, String>,
    target: &str,
    program: &mut impl Read,
    length: u64,
) -> io::Result<()> {
    let header = Header {
        metadata: metadata.clone(),
        target: target.to_owned(),
        length,
    };
    check(&header).map_err(|what| io::Error::new(io::ErrorKind::InvalidInput, what))?;
    let text = serde_json::to_vec(&header)?;
    let count = u32::try_from(text.len())
        .ok()
        .filter(|_| text.len() <= HEADER_MOST)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the header is too long"))?;
    out.write_all(MARK)?;
    out.write_all(&count.to_be_bytes())?;
    out.write_all(&text)?;
    let copied = io::copy(&mut program.take(length), out)?;
    if copied == length {
        Ok(())
    } else {
        let what = "the program is shorter than was said";
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, what))
    }
}

/// Opens a bundle and reads its header.
pub fn open(path: &Path) -> Result<Opened, Unreadable> {
    let mut file = File::open(path)?;
    let whole = file.metadata()?.len();
    if whole > BUNDLE_MOST {
        return Err(Unreadable::Malformed("it is too large"));
    }
    let short = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Unreadable::Malformed("it is too short"),
        _ => Unreadable::Io(error),
    };
    let mut mark = [0; MARK.len()];
    file.read_exact(&mut mark).map_err(short)?;
    if mark != MARK {
        return Err(Unreadable::Malformed("it is not one"));
    }
    let mut count = [0; 4];
    file.read_exact(&mut count).map_err(short)?;
    let count = u32::from_be_bytes(count) as usize;
    if count > HEADER_MOST {
        return Err(Unreadable::Malformed("the header is too long"));
    }
    let mut text = vec![0; count];
    file.read_exact(&mut text).map_err(short)?;
    let header: Header = serde_json::from_slice(&text)
        .map_err(|_| Unreadable::Malformed("the header cannot be understood"))?;
    check(&header).map_err(Unreadable::Malformed)?;
    let begins = (MARK.len() + 4 + count) as u64;
    if begins.checked_add(header.length) != Some(whole) {
        return Err(Unreadable::Malformed("it is not as long as it says"));
    }
    Ok(Opened { file, header, begins })
}

impl Opened {
    /// TUF's files by name.
    #[must_use]
    pub const fn metadata(&self) -> &BTreeMap<String, String> {
        &self.header.metadata
    }

    /// Which target the program says it is.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.header.target
    }

    /// How many bytes the program has.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.header.length
    }

    /// The program from its beginning. One reader at a time: they share their place in the file.
    pub fn program(&self) -> io::Result<impl Read + Send + Sync + 'static> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(self.begins))?;
        Ok(file.take(self.header.length))
    }
}

fn check(header: &Header) -> Result<(), &'static str> {
    if header.metadata.len() > FILES_MOST {
        return Err("there are too many files of metadata");
    }
    if !header.metadata.keys().all(|name| is_file_name(name)) {
        return Err("a file of metadata has a name that it may not have");
    }
    if !is_target(&header.target) {
        return Err("the target has a name that it may not have");
    }
    if !(1..=BUNDLE_MOST).contains(&header.length) {
        return Err("the program has a length that it may not have");
    }
    Ok(())
}

/// A name as TUF gives its files: `root.json`, `3.targets.json`.
fn is_file_name(name: &str) -> bool {
    name.len() <= NAME_MOST
        && name.ends_with(".json")
        && name.starts_with(|sign: char| sign.is_ascii_alphanumeric())
        && name.bytes().all(is_sign)
        && !name.contains("..")
}

fn is_target(name: &str) -> bool {
    name.len() <= NAME_MOST
        && name
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_sign))
}

fn is_sign(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(metadata: &BTreeMap<String, String>, program: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let target = "mainstay-agent/1.2.3/linux-x86_64";
        write(
            &mut bytes,
            metadata,
            target,
            &mut &program[..],
            program.len() as u64,
        )
        .unwrap();
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Opened, Unreadable> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle");
        std::fs::write(&path, bytes).unwrap();
        open(&path)
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            metadata in proptest::collection::btree_map("[a-z0-9]{1,8}\\.json", ".{0,40}", 0..8),
            program in proptest::collection::vec(any::<u8>(), 1..2000),
        ) {
            let opened = read(&written(&metadata, &program)).unwrap();
            prop_assert_eq!(opened.metadata(), &metadata);
            for _ in 0..2 {
                let mut again = Vec::new();
                opened.program().unwrap().read_to_end(&mut again).unwrap();
                prop_assert_eq!(&again, &program);
            }
        }

        #[test]
        fn any_other_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(read(&bytes).is_err());
            let mut marked = MARK.to_vec();
            marked.extend(&bytes);
            prop_assert!(read(&marked).is_err());
        }

        #[test]
        fn a_bundle_that_was_cut_or_grew_is_refused(at in 0_usize..200, more in 1_usize..10) {
            let mut bytes = written(&BTreeMap::from([("1.root.json".to_owned(), "{}".to_owned())]), b"program");
            let cut = at.min(bytes.len() - 1);
            prop_assert!(read(&bytes[..cut]).is_err());
            bytes.extend(std::iter::repeat_n(0, more));
            prop_assert!(read(&bytes).is_err());
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "../root.json",
            "/root.json",
            "a/b.json",
            ".json",
            "root",
            "a..json",
            "",
        ] {
            let metadata = BTreeMap::from([(name.to_owned(), String::new())]);
            let mut out = Vec::new();
            assert!(
                write(&mut out, &metadata, "a", &mut &b"x"[..], 1).is_err(),
                "{name}"
            );
        }
        for target in ["", "/a", "a//b", "a/../b", "a b"] {
            let mut out = Vec::new();
            assert!(
                write(&mut out, &BTreeMap::new(), target, &mut &b"x"[..], 1).is_err(),
                "{target}"
            );
        }
    }
}
