//! Output on disk until the server has it, bounded in bytes.
//!
//! Each act has a folder of segments, each segment a row of records (number, stream, length, bytes). A segment goes when
//! the server took its last record. A full spool, or an act that says too much, is cut with one note; outcomes do not lie
//! here but in the act log, so nothing that happened is ever forgotten for want of room.
//!
//! It is not flushed record by record: a killed process loses nothing, a machine that loses power may lose output, and
//! then the act is told as lost anyway.

mod record;

use protocol::message::{OUTPUT_MOST, Stream};
pub use record::Record;
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// All output that may wait, in bytes.
pub const MOST: u64 = 64 * 1024 * 1024;

/// Output of one act, as much as the server keeps of one.
pub const MOST_OF_ACT: u64 = 10 * 1024 * 1024;

/// A segment is closed when it is this long.
const SEGMENT: u64 = 256 * 1024;

/// Left for the note that says that something was cut.
const ROOM_FOR_NOTE: u64 = 4 * 1024;

/// The spool of one device.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    most: u64,
    most_of_act: u64,
    used: u64,
    acts: BTreeMap<String, Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// The number of the next record; the first is 0.
    next: u64,
    /// What it ever wrote.
    written: u64,
    is_cut: bool,
    segments: VecDeque<Segment>,
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    first: u64,
    last: u64,
    bytes: u64,
}

impl Spool {
    /// What waits in this folder, with torn ends of a crash taken off.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        Self::open_with(folder, MOST, MOST_OF_ACT)
    }

    /// How many bytes wait in this folder, for `status`: without changing it.
    pub fn look(folder: impl AsRef<Path>) -> io::Result<u64> {
        let mut bytes = 0;
        for act in fs::read_dir(folder)? {
            for segment in fs::read_dir(act?.path())? {
                bytes += segment?.metadata()?.len();
            }
        }
        Ok(bytes)
    }

    /// As `open`, with other bounds.
    pub fn open_with(folder: impl Into<PathBuf>, most: u64, most_of_act: u64) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        let mut spool = Self {
            folder,
            most,
            most_of_act,
            used: 0,
            acts: BTreeMap::new(),
        };
        for entry in fs::read_dir(&spool.folder)? {
            let entry = entry?;
            let Ok(act) = entry.file_name().into_string() else {
                continue;
            };
            if entry.file_type()?.is_dir() {
                let waiting = recovered(&entry.path())?;
                spool.used += waiting.segments.iter().map(|one| one.bytes).sum::<u64>();
                spool.acts.insert(act, waiting);
            }
        }
        Ok(spool)
    }

    /// Bytes that wait.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// The acts that have output waiting.
    pub fn acts(&self) -> Vec<String> {
        let waiting = self.acts.iter().filter(|(_, one)| !one.segments.is_empty());
        waiting.map(|(act, _)| act.clone()).collect()
    }

    /// Whether output of this act waits.
    pub fn holds(&self, act: &str) -> bool {
        self.acts.get(act).is_some_and(|one| !one.segments.is_empty())
    }

    /// Keeps output. What does not fit is cut, and one note says so.
    pub fn keep(&mut self, act: &str, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(OUTPUT_MOST) {
            let waiting = self.acts.entry(act.to_owned()).or_default();
            if waiting.is_cut {
                return Ok(());
            }
            let size = piece.len() as u64 + ROOM_FOR_NOTE;
            if self.used + size > self.most || waiting.written + size > self.most_of_act {
                waiting.is_cut = true;
                let note = "output was cut here: there is no more room for it on this device";
                return self.write(act, Stream::Note, note.as_bytes());
            }
            self.write(act, stream, piece)?;
        }
        Ok(())
    }

    fn write(&mut self, act: &str, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        let folder = self.folder.join(act);
        let waiting = self.acts.entry(act.to_owned()).or_default();
        let number = waiting.next;
        let begins = match waiting.segments.back() {
            Some(segment) if segment.bytes < SEGMENT => segment.first,
            _ => number,
        };
        let encoded = record::encode(number, stream, bytes);
        fs::create_dir_all(&folder)?;
        let path = folder.join(begins.to_string());
        let mut file = fs::OpenOptions::new().append(true).create(true).open(&path)?;
        let before = file.metadata()?.len();
        if let Err(error) = file.write_all(&encoded) {
            // Half a record would hide everything after it.
            file.set_len(before).ok();
            return Err(error);
        }
        let size = encoded.len() as u64;
        if begins == number {
            waiting.segments.push_back(Segment {
                first: number,
                last: number,
                bytes: size,
            });
        } else if let Some(segment) = waiting.segments.back_mut() {
            segment.last = number;
            segment.bytes += size;
        }
        waiting.next = number + 1;
        waiting.written += size;
        self.used += size;
        Ok(())
    }

    /// Records of an act from this number on, about as many bytes as asked for, in order.
    pub fn read(&self, act: &str, from: u64, bytes: usize) -> io::Result<Vec<Record>> {
        let Some(waiting) = self.acts.get(act) else {
            return Ok(Vec::new());
        };
        let mut records = Vec::new();
        let mut size = 0;
        for segment in waiting.segments.iter().filter(|one| one.last >= from) {
            let content = fs::read(self.folder.join(act).join(segment.first.to_string()))?;
            for record in record::decode(&content).0 {
                if size >= bytes {
                    return Ok(records);
                }
                if record.number >= from {
                    size += record.bytes.len();
                    records.push(record);
                }
            }
        }
        Ok(records)
    }

    /// The number that the next record of an act will have.
    pub fn next(&self, act: &str) -> u64 {
        self.acts.get(act).map_or(0, |one| one.next)
    }

    /// The number of the first record of an act that still waits.
    pub fn first(&self, act: &str) -> u64 {
        let first = self.acts.get(act).and_then(|one| one.segments.front());
        first.map_or_else(|| self.next(act), |segment| segment.first)
    }

    /// The server has everything up to and with this number.
    pub fn took(&mut self, act: &str, number: u64) -> io::Result<()> {
        let Some(waiting) = self.acts.get_mut(act) else {
            return Ok(());
        };
        while let Some(segment) = waiting.segments.front().copied().filter(|one| one.last <= number) {
            waiting.segments.pop_front();
            self.used = self.used.saturating_sub(segment.bytes);
            fs::remove_file(self.folder.join(act).join(segment.first.to_string()))?;
        }
        Ok(())
    }

    /// Nothing more will be said of this act.
    pub fn forget(&mut self, act: &str) -> io::Result<()> {
        let Some(waiting) = self.acts.remove(act) else {
            return Ok(());
        };
        let bytes: u64 = waiting.segments.iter().map(|one| one.bytes).sum();
        self.used = self.used.saturating_sub(bytes);
        match fs::remove_dir_all(self.folder.join(act)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn recovered(folder: &Path) -> io::Result<Waiting> {
    let mut waiting = Waiting::default();
    let mut firsts: Vec<u64> = Vec::new();
    for entry in fs::read_dir(folder)? {
        firsts.extend(
            entry?
                .file_name()
                .to_str()
                .and_then(|name| name.parse::<u64>().ok()),
        );
    }
    firsts.sort_unstable();
    for first in firsts {
        let path = folder.join(first.to_string());
        let content = fs::read(&path)?;
        let (records, whole) = record::decode(&content);
        let Some(last) = records.last().map(|one| one.number) else {
            fs::remove_file(&path)?;
            continue;
        };
        if whole < content.len() {
            fs::OpenOptions::new()
                .write(true)
                .open(&path)?
                .set_len(whole as u64)?;
        }
        let bytes = whole as u64;
        waiting.segments.push_back(Segment { first, last, bytes });
        waiting.next = last + 1;
        waiting.written += bytes;
    }
    Ok(waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(spool: &Spool, act: &str, from: u64) -> Vec<String> {
        let records = spool.read(act, from, usize::MAX).unwrap();
        records
            .into_iter()
            .map(|one| String::from_utf8(one.bytes).unwrap())
            .collect()
    }

    #[test]
    fn what_was_kept_is_there_after_a_crash_without_its_torn_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path()).unwrap();
        spool.keep("one", Stream::Out, b"first").unwrap();
        spool.keep("one", Stream::Err, b"second").unwrap();
        let segment = folder.path().join("one").join("0");
        let mut torn = fs::OpenOptions::new().append(true).open(segment).unwrap();
        torn.write_all(&[0, 0, 0]).unwrap();
        let mut spool = Spool::open(folder.path()).unwrap();
        assert_eq!(texts(&spool, "one", 0), ["first", "second"]);
        spool.keep("one", Stream::Out, b"third").unwrap();
        assert_eq!(texts(&spool, "one", 2), ["third"]);
    }

    #[test]
    fn what_was_taken_makes_room() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path()).unwrap();
        let long = vec![b'x'; SEGMENT as usize];
        spool.keep("one", Stream::Out, &long).unwrap();
        spool.keep("one", Stream::Out, b"end").unwrap();
        let last = spool.next("one") - 1;
        spool.took("one", last - 1).unwrap();
        assert_eq!(texts(&spool, "one", last), ["end"]);
        spool.took("one", last).unwrap();
        assert_eq!((spool.used(), spool.holds("one")), (0, false));
        spool.forget("one").unwrap();
        assert!(!folder.path().join("one").exists());
    }

    #[test]
    fn a_full_spool_is_cut_with_one_note() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open_with(folder.path(), 64 * 1024, 64 * 1024).unwrap();
        for _ in 0..100 {
            spool.keep("one", Stream::Out, &[b'x'; 1000]).unwrap();
        }
        let records = spool.read("one", 0, usize::MAX).unwrap();
        let notes = records.iter().filter(|one| one.stream == Stream::Note).count();
        assert_eq!(notes, 1);
        assert_eq!(records.last().unwrap().stream, Stream::Note);
        assert!(spool.used() <= 64 * 1024);
    }
}
