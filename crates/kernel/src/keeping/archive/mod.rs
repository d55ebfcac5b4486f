//! The file a backup is: a head, a compressed run of records, and a digest over everything before it.
//!
//! `mainstay backup` and a line break, the format's number, then gzip over records of a letter, a length, and content, then
//! SHA-256. Records come in one order: `B` the outline (JSON), `R` rows, for each file `F` its name and size, `C` pieces of
//! its content and `G` that it was whole, and `E` what all of it comes to (JSON). What is read is believed only as far as it
//! was checked; names of files are hashes and never become a path otherwise.

mod reading;
mod writing;

use serde::{Deserialize, Serialize};

use super::FileSum;
use super::canonical::TableSum;

pub(super) use reading::{Digest, FileHead, Reader, Record, is_backup};
pub(super) use writing::Writer;

const MAGIC: &[u8; 16] = b"mainstay backup\n";
const FORMAT: u32 = 1;
const HEAD: u64 = 20;
const DIGEST: u64 = 32;
/// No record is longer: what a check holds in memory at most.
const LONGEST: u64 = 512 << 20;

/// What all of a backup comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Closing {
    /// The tables, in the order of the outline.
    pub tables: Vec<TableSum>,
    /// The files that are inside.
    pub files: FileSum,
    /// Files that rows name and that were not there, or not whole, when it was made; the first thousand.
    pub missing: Vec<String>,
    /// How many in all.
    pub missing_count: u64,
}
