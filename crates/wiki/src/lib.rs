//! Reading what other systems keep their articles in: MediaWiki dumps, BookStack and Confluence exports, folders of Markdown.
//!
//! `read` walks an export and hands each page over as soon as it has been read, so that a wiki of any size is read in little
//! memory; `Site` is everything at once, for who wants that. What comes out is Markdown with neutral addresses for pages and
//! files of the same export (`address`), which whoever keeps the pages replaces by their own. A broken page is named with the
//! line at which it breaks (`Complaint`), and the others come in. Nothing here touches a disk, a database, or the network, and
//! nothing in an export decides where anything is written.

pub mod address;
pub mod archive;
pub mod bookstack;
pub mod confluence;
pub mod date;
pub mod document;
pub mod folder;
pub mod html;
pub mod markdown;
pub mod mediawiki;
mod percent;
pub mod site;
pub mod wikitext;

use std::io::{Read, Seek};
use std::ops::ControlFlow;

pub use site::Site;

/// The largest page, in bytes, before and after it becomes Markdown.
pub const PAGE_MAX: usize = 500_000;
/// The largest HTML page: its marks weigh more than its words.
pub const HTML_MAX: usize = 3_000_000;

/// What an export can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A dump (XML, also gzipped), alone or in a ZIP beside the folder `images`.
    MediaWiki,
    /// The portable ZIP, or a book, chapter, or page as one HTML or Markdown file.
    BookStack,
    /// A space as a ZIP of HTML.
    Confluence,
    /// A ZIP of Markdown files and what they show.
    Markdown,
}

impl Format {
    /// All of them, in the order of a choice.
    pub const ALL: [Self; 4] = [Self::MediaWiki, Self::BookStack, Self::Confluence, Self::Markdown];

    /// The word on the command line and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MediaWiki => "mediawiki",
            Self::BookStack => "bookstack",
            Self::Confluence => "confluence",
            Self::Markdown => "markdown",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }
}

/// One page with its past.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// What stays the same when an export is made again: the number of a page, or its path.
    pub id: String,
    /// The name by which others refer to it.
    pub key: String,
    pub title: String,
    /// The key of the page it stands under.
    pub parent: Option<String>,
    /// The language, where the export tells: `en`, `zh-CN`.
    pub language: Option<String>,
    /// The key of the page this is a translation of.
    pub original: Option<String>,
    /// One sentence, where the export has one.
    pub summary: String,
    /// What sort of page it is, where the export has a word for it.
    pub kind: Option<String>,
    pub tags: Vec<String>,
    /// The oldest first; never empty.
    pub revisions: Vec<Revision>,
    /// Pages it leads to, as its last revision does.
    pub links: Vec<Link>,
    /// Files it shows or offers, in any revision.
    pub files: Vec<String>,
    /// Where it begins in its file, from 1.
    pub line: usize,
}

/// A page as it was at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revision {
    pub author: Option<String>,
    /// Milliseconds since 1970.
    pub at: Option<i64>,
    pub note: String,
    pub markdown: String,
}

/// A page that another leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub key: String,
    pub line: usize,
}

/// A picture or other file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The name by which pages refer to it.
    pub key: String,
    /// What it is called on screen.
    pub name: String,
    pub place: Place,
}

/// Where the content of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the archive, under this name.
    Entry(String),
    /// In the page itself.
    Inline(Vec<u8>),
}

/// Something that did not come in as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Title, name, or path.
    pub page: String,
    /// In the file the page is read from, from 1.
    pub line: usize,
    pub what: What,
    /// The name of what is meant, where there is one.
    pub detail: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// The page cannot be read at all.
    Broken,
    /// It is longer than a page may be.
    TooLarge,
    /// It is nested deeper than a page may be.
    TooDeep,
    /// A revision is left out; the others are here.
    RevisionLeftOut,
    /// A page or file whose name leads out of the archive, or that is more than the limits allow.
    Refused,
    /// A picture or file that is not in the export.
    FileMissing,
    /// A link to a page that is not in the export.
    LinkBroken,
    /// A redirect that ends nowhere.
    RedirectBroken,
    /// A mark that is never closed; its text is kept.
    Unclosed,
    /// A template, shown as a note with its text.
    Template,
    /// The text is not UTF-8; what could be read is kept.
    NotUtf8,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Broken,
        Self::TooLarge,
        Self::TooDeep,
        Self::RevisionLeftOut,
        Self::Refused,
        Self::FileMissing,
        Self::LinkBroken,
        Self::RedirectBroken,
        Self::Unclosed,
        Self::Template,
        Self::NotUtf8,
    ];

    /// The word in a report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::TooLarge => "too_large",
            Self::TooDeep => "too_deep",
            Self::RevisionLeftOut => "revision_left_out",
            Self::Refused => "refused",
            Self::FileMissing => "file_missing",
            Self::LinkBroken => "link_broken",
            Self::RedirectBroken => "redirect_broken",
            Self::Unclosed => "unclosed",
            Self::Template => "template",
            Self::NotUtf8 => "not_utf8",
        }
    }

    /// Whether a whole page stays out.
    #[must_use]
    pub const fn refuses_page(self) -> bool {
        matches!(self, Self::Broken | Self::TooLarge | Self::TooDeep)
    }
}

/// What a reader hands over, as it comes to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// The name of the wiki, book, or space.
    Name(String),
    Page(Box<Page>),
    /// A name that stands for another page.
    Redirect {
        from: String,
        to: String,
        /// Where it stands in its file, from 1.
        line: usize,
    },
    File(File),
    /// A page that is not an article: talk, user, template …; its namespace or kind.
    PassedOver(String),
    Complaint(Complaint),
}

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("not a ZIP archive: {0}")]
    NotZip(String),
    #[error("not an export of this kind")]
    OtherKind,
    #[error("more than {0} files")]
    TooManyEntries(usize),
    #[error("more than {0} bytes when unpacked")]
    TooLarge(u64),
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// Whoever takes the items has had enough.
    #[error("stopped")]
    Stopped,
}

/// How much of an archive is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Files in an archive.
    pub entries: usize,
    /// Bytes in all when unpacked.
    pub total: u64,
    /// How many times larger than packed a file may be, once it is larger than a megabyte.
    pub ratio: u64,
    /// Bytes of one picture or other file.
    pub file: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 100_000,
            total: 8 << 30,
            ratio: 200,
            file: 100 << 20,
        }
    }
}

/// Something that can be read from any place in it.
pub trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// Takes what a reader finds; `Break` ends the reading.
pub type Take<'a> = dyn FnMut(Item) -> ControlFlow<()> + 'a;

/// Reads an export to its end. `name` is what its file is called.
///
/// # Errors
/// When it is no such export at all, is larger than the limits, cannot be read, or `take` breaks off.
pub fn read(
    format: Format,
    source: &mut dyn Source,
    name: &str,
    limits: &Limits,
    take: &mut Take<'_>,
) -> Result<(), Refusal> {
    match format {
        Format::MediaWiki => mediawiki::read(source, name, limits, take),
        Format::BookStack => bookstack::read(source, name, limits, take),
        Format::Confluence => confluence::read(source, name, limits, take),
        Format::Markdown => folder::read(source, name, limits, take),
    }
}

/// Hands an item over.
pub(crate) fn give(take: &mut Take<'_>, item: Item) -> Result<(), Refusal> {
    match take(item) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Refusal::Stopped),
    }
}

/// Whether the file is a ZIP, by its first bytes. The place in it is where it was.
pub(crate) fn is_zip(source: &mut dyn Source) -> Result<bool, Refusal> {
    let mut head = [0_u8; 4];
    let mut read = 0;
    source.rewind()?;
    while read < head.len() {
        match source.read(&mut head[read..])? {
            0 => break,
            more => read += more,
        }
    }
    source.rewind()?;
    Ok(&head == b"PK\x03\x04" || &head == b"PK\x05\x06")
}
