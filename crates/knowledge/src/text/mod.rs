//! The words of an article: one set for each language, published, in work, and as they were.
//!
//! `checking` holds the limits, `store` the SQL. How two sets of changes become one is `crate::merging`'s.

pub mod checking;
pub mod store;

use kernel::Locale;
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::article::{Article, Number};

/// One language of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleWords)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What it says in a line.
    pub title: String,
    /// What it says in a sentence.
    #[serde(default)]
    pub summary: String,
    /// Words that find it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Markdown.
    #[serde(default)]
    pub body: String,
}

/// What readers see in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Of which article.
    pub article: Number,
    /// In which language.
    pub locale: Locale,
    /// The words.
    pub words: Words,
    /// The version they are.
    pub version: i64,
    /// The version of the original they were last in step with; none for the original.
    pub original_version: Option<i64>,
    /// Who published them.
    pub updated_by: Option<UserId>,
    /// When.
    pub updated_at: Timestamp,
}

/// The working copy of a language, while it differs from what is published. All who write share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Of which article.
    pub article: Number,
    /// In which language.
    pub locale: Locale,
    /// The words.
    pub words: Words,
    /// Counts every save.
    pub step: i64,
    /// The version of the original a translation was made from; none for the original.
    pub original_version: Option<i64>,
    /// Who saved it last.
    pub updated_by: Option<UserId>,
    /// When.
    pub updated_at: Timestamp,
}

/// Words as they were saved by hand or published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Of which article.
    pub article: Number,
    /// In which language.
    pub locale: Locale,
    /// 1, 2, 3 … within article and language.
    pub version: i64,
    /// The words.
    pub words: Words,
    /// What the writer said of the change.
    pub note: String,
    /// Who wrote it; none when another system did.
    pub author: Option<UserId>,
    /// The writer's name there.
    pub author_name: Option<String>,
    /// Whether readers saw it.
    pub published: bool,
    /// When.
    pub at: Timestamp,
}

/// An article as somebody reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// What it is.
    pub article: Article,
    /// The words in the reader's language, else in the original's.
    pub text: Text,
    /// The languages it can be read in.
    pub locales: Vec<Locale>,
    /// Whether the original went on since these words were in step with it.
    pub is_stale: bool,
}
