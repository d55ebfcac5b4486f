//! What an export is: a folder whose `manifest.json` names every other file with its rows and its SHA-256.
//!
//! `tables/` is the whole truth and all that is read back: one file for each table, a row a line. The nested files beside it are
//! made from the same rows for people and other programs. What each means stands in the export's own README.

use kernel::Timestamp;
use kernel::db::{Applied, TableColumn};
use kernel::keeping::{FileSum, Numbered, SealHead};
use serde::{Deserialize, Serialize};

/// What `format` of a manifest says.
pub const FORMAT: &str = "mainstay-export";
/// The version of the format that this program writes and reads.
pub const VERSION: u32 = 1;
/// Where an export can come from.
pub const DATABASES: [&str; 2] = ["sqlite", "postgres"];
/// Names every other file.
pub const MANIFEST: &str = "manifest.json";
/// The folder of the tables.
pub const TABLES: &str = "tables";
/// The folder of stored files.
pub const FILES: &str = "files";
/// Texts for people; not part of the sums.
pub const READMES: &[(&str, &str)] = &[
    ("README.md", include_str!("readme/en.md")),
    ("README.zh-CN.md", include_str!("readme/zh-CN.md")),
];
/// No line is longer: what reading holds in memory at most.
pub const LONGEST_LINE: usize = 256 << 20;

/// What an export says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub format_version: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The moment that it shows.
    pub made_at: Timestamp,
    /// `sqlite` or `postgres`: where it came from. It can be read into either.
    pub database: String,
    /// Whether passwords' hashes, keys, and the like are inside.
    pub with_secrets: bool,
    /// What is not inside because of that.
    pub left_out: Vec<LeftOut>,
    /// The migrations that had run.
    pub migrations: Vec<Applied>,
    /// The last seal of the event log.
    pub seal: Option<SealHead>,
    /// The tables, by name.
    pub tables: Vec<TablePart>,
    /// The nested files, for other programs; not read back.
    pub nested: Vec<Part>,
    /// The stored files inside.
    pub files: FileSum,
    /// Files that rows name and that were not there, or not whole, when it was made; the first thousand.
    pub missing: Vec<String>,
    /// How many in all.
    pub missing_count: u64,
}

impl Manifest {
    /// The rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.part.rows).sum()
    }
}

/// A file of lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its place in the export.
    pub file: String,
    /// Its lines.
    pub rows: u64,
    /// Of its bytes.
    pub sha256: String,
}

/// The file of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePart {
    /// The table.
    pub name: String,
    /// Its file.
    #[serde(flatten)]
    pub part: Part,
    /// The sum of its rows in whichever order, as backups have it; none when something of it was left out.
    pub checksum: Option<String>,
    /// Its columns, by name.
    pub columns: Vec<TableColumn>,
    /// The key that counts up by itself, and how far it has counted.
    pub numbered: Option<Numbered>,
}

/// What of a table is not inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The table.
    pub table: String,
    /// The columns that were emptied; none: all its rows, or those of them that hold secrets.
    pub columns: Vec<String>,
}

/// The place of a table's file.
pub fn table_file(table: &str) -> String {
    format!("{TABLES}/{table}.jsonl")
}

/// Whether a name is that of a stored file.
pub fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
