//! What a course is made of: articles to read, files and videos to look at, sessions to attend, tests to pass, in their order.
//!
//! `arranging` adds, changes, and moves parts, `store` is the SQL. A test's questions are `crate::quiz`'s.

pub mod arranging;
pub mod store;

use kernel::Locale;
use kernel::error::Error;
use kernel::time::Timestamp;
use knowledge::Number;
use knowledge::file::FileId;

use crate::course::CourseId;
use crate::in_language;
use crate::quiz::Quiz;

/// The sorts of parts, as the forms name them.
pub const KINDS: [&str; 4] = ["article", "file", "session", "test"];

/// What one does in a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Reads an article.
    Article(Number),
    /// Looks at a file of an article: a video, a picture, slides.
    File {
        /// The article it belongs to.
        article: Number,
        /// Which.
        file: FileId,
    },
    /// Attends one of several dates.
    Session,
    /// Passes a test.
    Test(Quiz),
}

impl What {
    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Article(_) => "article",
            Self::File { .. } => "file",
            Self::Session => "session",
            Self::Test(_) => "test",
        }
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(&self) -> &'static str {
        match self {
            Self::Article(_) => "training-kind-article",
            Self::File { .. } => "training-kind-file",
            Self::Session => "training-kind-session",
            Self::Test(_) => "training-kind-test",
        }
    }

    /// The name of its icon.
    #[must_use]
    pub const fn icon(&self) -> &'static str {
        match self {
            Self::Article(_) => "book-open",
            Self::File { .. } => "play",
            Self::Session => "users",
            Self::Test(_) => "list-checks",
        }
    }

    /// Whether who takes it ticks it themselves. A session is ticked by its trainer, a test by passing it.
    #[must_use]
    pub const fn is_ticked_by_hand(&self) -> bool {
        matches!(self, Self::Article(_) | Self::File { .. })
    }

    /// The article that it, or its file, belongs to.
    #[must_use]
    pub const fn article(&self) -> Option<Number> {
        match self {
            Self::Article(article) | Self::File { article, .. } => Some(*article),
            Self::Session | Self::Test(_) => None,
        }
    }
}

/// A part of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub id: i64,
    /// Of which course.
    pub course: CourseId,
    /// Where it stands.
    pub place: i64,
    /// What it is called, in English.
    pub title_en: String,
    /// In Chinese.
    pub title_zh: String,
    /// What one does in it.
    pub what: What,
    /// When it was taken out.
    pub removed_at: Option<Timestamp>,
}

impl Part {
    /// What it is called, for the reader.
    #[must_use]
    pub fn title(&self, locale: Locale) -> &str {
        in_language(locale, &self.title_en, &self.title_zh)
    }
}

/// What somebody says of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPart {
    /// What it is called, in English; blank in both takes an article's title.
    pub title_en: String,
    /// In Chinese.
    pub title_zh: String,
    /// What one does in it.
    pub what: What,
}

pub(crate) fn damaged(word: &str) -> Error {
    Error::internal(format!("a part is damaged: {word}"))
}
