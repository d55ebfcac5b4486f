//! Articles as JSON.

use kernel::Locale;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::article::{Article, Facts, Kind, ReviewReason, State};
use crate::reading::Line;
use crate::text::{Seen, Version, Words};

/// A language by its tag.
///
/// # Errors
/// Names the field when it is none of ours.
pub(super) fn language(tag: &str) -> Result<Locale> {
    Locale::parse(tag).ok_or_else(|| Error::invalid("knowledge.language_unknown").field("locale"))
}

/// What an article is about.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleFacts)]
pub(super) struct FactsJson {
    /// What sort.
    #[serde(default)]
    pub kind: Kind,
    /// The space it stands in.
    pub space: String,
    /// The article it stands under.
    #[serde(default)]
    pub parent: Option<i64>,
    /// A category of tickets.
    #[serde(default)]
    pub category: Option<String>,
    /// Who may read it: `public`, `everyone`, `staff`, `team:ID`, `role:NAME`, `organisation:NAME`.
    #[serde(default = "for_everyone")]
    pub audience: Vec<String>,
    /// Who looks after it.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub owner: Option<UserId>,
    /// The software it is about.
    #[serde(default)]
    pub software: Option<String>,
    /// The version of that software it holds for.
    #[serde(default)]
    pub software_version: Option<String>,
    /// Looked over again after so many months.
    #[serde(default)]
    pub review_months: Option<i64>,
}

fn for_everyone() -> Vec<String> {
    vec![crate::visibility::EVERYONE.to_owned()]
}

impl From<FactsJson> for Facts {
    fn from(facts: FactsJson) -> Self {
        Self {
            kind: facts.kind,
            space: facts.space,
            parent: facts.parent,
            category: facts.category,
            audience: facts.audience,
            owner: facts.owner,
            software: facts.software,
            software_version: facts.software_version,
            review_months: facts.review_months,
        }
    }
}

/// An article without its words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticle)]
pub(super) struct ArticleJson {
    /// Its number.
    number: i64,
    /// Its name on screen.
    #[schema(example = "KB-12")]
    key: String,
    kind: Kind,
    space: String,
    parent: Option<i64>,
    category: Option<String>,
    state: State,
    audience: Vec<String>,
    /// The language the others are translated from.
    original: String,
    /// The person's identifier.
    owner: Option<String>,
    is_template: bool,
    software: Option<String>,
    software_version: Option<String>,
    review_months: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    review_at: Option<Timestamp>,
    /// Why it is due now.
    review_reason: Option<ReviewReason>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    /// How many said it solved their trouble.
    solved: i64,
    /// How many said it did not.
    unsolved: i64,
    /// Tickets that were solved with it.
    tickets_solved: i64,
    /// Tickets that were not.
    tickets_unsolved: i64,
    /// What it is worth among others on the same matter, 0 to 1.
    worth: f64,
    /// Give it back when you change facts.
    version: i64,
}

impl From<Article> for ArticleJson {
    fn from(article: Article) -> Self {
        Self {
            number: article.number,
            key: article.key(),
            kind: article.kind,
            space: article.space,
            parent: article.parent,
            category: article.category,
            state: article.state,
            audience: article.audience,
            original: article.original.tag().to_owned(),
            owner: article.owner.map(|owner| owner.to_string()),
            is_template: article.is_template,
            software: article.software,
            software_version: article.software_version,
            review_months: article.review_months,
            review_at: article.review_at,
            review_reason: article.review_reason,
            created_at: article.created_at,
            updated_at: article.updated_at,
            published_at: article.published_at,
            solved: article.solved,
            unsolved: article.unsolved,
            tickets_solved: article.tickets_solved,
            tickets_unsolved: article.tickets_unsolved,
            worth: article.worth,
            version: article.version,
        }
    }
}

/// An article as it is read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleSeen)]
pub(super) struct SeenJson {
    #[serde(flatten)]
    article: ArticleJson,
    /// The language of the words.
    locale: String,
    /// The languages it can be read in.
    locales: Vec<String>,
    /// Whether the original changed since this translation was made.
    is_stale: bool,
    /// The published words.
    text: Words,
    /// The version they are.
    text_version: i64,
}

impl From<Seen> for SeenJson {
    fn from(seen: Seen) -> Self {
        Self {
            locale: seen.text.locale.tag().to_owned(),
            locales: seen
                .locales
                .iter()
                .map(|locale| locale.tag().to_owned())
                .collect(),
            is_stale: seen.is_stale,
            text: seen.text.words,
            text_version: seen.text.version,
            article: seen.article.into(),
        }
    }
}

/// An article as lists show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleLine)]
pub(super) struct LineJson {
    number: i64,
    key: String,
    kind: Kind,
    state: State,
    title: String,
    summary: String,
    space: String,
    category: Option<String>,
    /// The language of the title.
    locale: String,
    worth: f64,
    solved: i64,
    unsolved: i64,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    owner: Option<String>,
    /// Whether somebody should look it over now.
    is_due: bool,
}

impl From<Line> for LineJson {
    fn from(line: Line) -> Self {
        Self {
            number: line.number,
            key: crate::article::key(line.number),
            kind: line.kind,
            state: line.state,
            title: line.title,
            summary: line.summary,
            space: line.space,
            category: line.category,
            locale: line.locale.tag().to_owned(),
            worth: line.worth,
            solved: line.solved,
            unsolved: line.unsolved,
            updated_at: line.updated_at,
            owner: line.owner.map(|owner| owner.to_string()),
            is_due: line.is_due,
        }
    }
}

/// Words as they were saved by hand or published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleVersion)]
pub(super) struct VersionJson {
    version: i64,
    locale: String,
    /// What the writer said of the change.
    note: String,
    /// The writer's identifier; missing when another system wrote it.
    author: Option<String>,
    /// The writer's name there.
    author_name: Option<String>,
    /// Whether readers saw it.
    published: bool,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The words; missing in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Words>,
}

impl VersionJson {
    pub(super) fn whole(version: Version) -> Self {
        let words = version.words.clone();
        Self {
            text: Some(words),
            ..Self::head(version)
        }
    }

    pub(super) fn head(version: Version) -> Self {
        Self {
            version: version.version,
            locale: version.locale.tag().to_owned(),
            note: version.note,
            author: version.author.map(|author| author.to_string()),
            author_name: version.author_name,
            published: version.published,
            at: version.at,
            text: None,
        }
    }
}
