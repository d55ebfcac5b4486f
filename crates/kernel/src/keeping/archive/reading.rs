//! Reading a backup, trusting nothing: the digest first, then each record within its bounds and in its order.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom, Take};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use sha2::{Digest as _, Sha256};

use super::{Closing, DIGEST, FORMAT, HEAD, LONGEST, MAGIC};
use crate::error::{Error, Kind, Result};
use crate::keeping::{Outline, Rows};

/// A backup that is read.
pub(in crate::keeping) struct Reader {
    path: PathBuf,
    input: BufReader<GzDecoder<BufReader<Take<File>>>>,
}

/// One record.
pub(in crate::keeping) enum Record {
    /// Comes first.
    Outline(Box<Outline>),
    /// Rows of a table.
    Rows(Rows),
    /// A file begins.
    File(FileHead),
    /// Some of its content.
    Content(Vec<u8>),
    /// It was whole, or what came is to be thrown away.
    FileEnd {
        /// Whether it was whole.
        whole: bool,
    },
    /// Comes last.
    Closing(Closing),
}

/// What a file is called and how large it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(in crate::keeping) struct FileHead {
    /// Its hash; checked to be one before anything is done with it.
    pub hash: String,
    /// Its size.
    pub size: u64,
}

/// Whether a file begins as a backup does.
pub(in crate::keeping) fn is_backup(path: &Path) -> bool {
    let mut head = [0_u8; MAGIC.len()];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut head))
        .is_ok_and(|()| head == *MAGIC)
}

impl Reader {
    /// Opens it after its head was looked at; with `check` also the digest over all of it.
    pub fn open(path: &Path, check: Digest) -> Result<Self> {
        let mut file = File::open(path).map_err(|error| unreadable(path, error))?;
        let length = file.metadata().map_err(|error| unreadable(path, error))?.len();
        let mut head = [0_u8; HEAD as usize];
        if length < HEAD || file.read_exact(&mut head).is_err() || head[..MAGIC.len()] != MAGIC[..] {
            return Err(refused("kernel.backup.not_one", path));
        }
        let mut format = [0_u8; 4];
        format.copy_from_slice(&head[MAGIC.len()..]);
        if u32::from_le_bytes(format) != FORMAT {
            return Err(refused("kernel.backup.other_format", path));
        }
        if length < HEAD + DIGEST {
            return Err(damaged(path, "it is cut off"));
        }
        if check == Digest::Checked {
            check_digest(path, &mut file, length - DIGEST)?;
        }
        file.seek(SeekFrom::Start(HEAD))
            .map_err(|error| unreadable(path, error))?;
        let packed = BufReader::with_capacity(1 << 18, file.take(length - DIGEST - HEAD));
        Ok(Self {
            path: path.to_owned(),
            input: BufReader::with_capacity(1 << 16, GzDecoder::new(packed)),
        })
    }

    /// The next record; `None` at the end.
    pub fn read(&mut self) -> Result<Option<Record>> {
        let mut letter = [0_u8; 1];
        loop {
            match self.input.read(&mut letter) {
                Ok(0) => return self.end(),
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.broken(&error)),
            }
        }
        let mut length = [0_u8; 4];
        self.input
            .read_exact(&mut length)
            .map_err(|error| self.broken(&error))?;
        let length = u64::from(u32::from_le_bytes(length));
        if length > LONGEST {
            return Err(self.damaged("a record is longer than any can be"));
        }
        // Grows with what really comes: a length alone takes no memory.
        let mut content = Vec::new();
        let read = (&mut self.input).take(length).read_to_end(&mut content);
        let read = read.map_err(|error| self.broken(&error))?;
        if read as u64 != length {
            return Err(self.damaged("a record is cut off"));
        }
        self.record(letter[0], content).map(Some)
    }

    fn record(&self, letter: u8, content: Vec<u8>) -> Result<Record> {
        let json = |error: serde_json::Error| damaged(&self.path, error);
        Ok(match letter {
            b'B' => Record::Outline(serde_json::from_slice(&content).map_err(json)?),
            b'R' => Record::Rows(self.rows(content)?),
            b'F' => {
                let head: FileHead = serde_json::from_slice(&content).map_err(json)?;
                if !crate::file::is_hash(&head.hash) {
                    return Err(self.damaged("a file is not named by a hash"));
                }
                Record::File(head)
            }
            b'C' => Record::Content(content),
            b'G' => Record::FileEnd {
                whole: content == [1],
            },
            b'E' => Record::Closing(serde_json::from_slice(&content).map_err(json)?),
            other => return Err(self.damaged(format!("a record of an unknown kind, {other}"))),
        })
    }

    fn rows(&self, mut content: Vec<u8>) -> Result<Rows> {
        let Some((head, _)) = content.split_first_chunk::<8>() else {
            return Err(self.damaged("rows without a table"));
        };
        let [a, b, c, d, e, f, g, h] = *head;
        content.drain(..8);
        Ok(Rows {
            table: usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX),
            count: u32::from_le_bytes([e, f, g, h]),
            bytes: content,
            files: Vec::new(),
        })
    }

    /// Behind the last record nothing may stand.
    fn end(&mut self) -> Result<Option<Record>> {
        let packed = self.input.get_ref().get_ref();
        if packed.buffer().is_empty() && packed.get_ref().limit() == 0 {
            Ok(None)
        } else {
            Err(self.damaged("something stands behind the end"))
        }
    }

    /// Says that it is not as it was written.
    pub fn damaged(&self, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        damaged(&self.path, why)
    }

    fn broken(&self, error: &io::Error) -> Error {
        // What cannot be unpacked was not packed so; a disk that cannot be read looks the same from here.
        damaged(&self.path, error.to_string())
    }
}

/// Whether the digest is looked at; once is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::keeping) enum Digest {
    Checked,
    Known,
}

fn check_digest(path: &Path, file: &mut File, covered: u64) -> Result<()> {
    let unreadable = |error: io::Error| unreadable(path, error);
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut hasher = Sha256::new();
    let mut input = BufReader::with_capacity(1 << 18, file);
    let mut left = covered;
    let mut buffer = vec![0_u8; 1 << 18];
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        input.read_exact(&mut buffer[..most]).map_err(unreadable)?;
        hasher.update(&buffer[..most]);
        left -= most as u64;
    }
    let mut written = [0_u8; DIGEST as usize];
    input.read_exact(&mut written).map_err(unreadable)?;
    if hasher.finalize().as_slice() == written {
        Ok(())
    } else {
        Err(damaged(path, "the digest does not match"))
    }
}

fn refused(code: &str, path: &Path) -> Error {
    Error::invalid(code).arg("file", path.display().to_string())
}

fn damaged(path: &Path, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    refused("kernel.backup.damaged", path).caused_by(why)
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let kind = if error.kind() == io::ErrorKind::NotFound {
        Kind::NotFound
    } else {
        Kind::Unavailable
    };
    Error::new(kind, "kernel.backup.unreadable")
        .arg("file", path.display().to_string())
        .caused_by(error)
}
