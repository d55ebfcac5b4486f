//! The articles of a ticket: everything that was said about it, in the order it was said.
//!
//! A report, reply, mail, or call is public: the requester reads it. A note is the desk's own. What stands in an article
//! is never changed; HTML from outside was sanitised before it came here.

use kernel::error::{Error, Errors, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ticket::BODY_MAX;
use crate::ticket::value::{Voice, words};

pub mod store;

words!(
    /// How it was said.
    ArticleKind, "article_kind" {
        Report => "report", Reply => "reply", Note => "note", Mail => "mail", Call => "call", System => "system",
    }
);

/// Something said about a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    pub id: i64,
    pub ticket: i64,
    pub kind: ArticleKind,
    pub public: bool,
    pub voice: Voice,
    /// None when the house itself speaks.
    pub author: Option<UserId>,
    pub body: String,
    /// Sanitised HTML of a mail; the text in `body` says the same.
    pub body_html: Option<String>,
    pub quoted: Option<String>,
    pub message_id: Option<String>,
    /// Length of a call.
    pub minutes: Option<i64>,
    pub at: Timestamp,
    pub attachments: Vec<Attachment>,
}

/// A file on an article; its content is in the kernel's files under its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: i64,
    pub article: i64,
    pub ticket: i64,
    pub hash: String,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    /// The name under which a mail's HTML shows it inline.
    pub content_id: Option<String>,
}

/// A text as it may be stored: not empty, not endless, without trailing space.
pub fn body(field: &str, text: &str) -> Result<String> {
    let text = text.trim_end();
    if text.trim().is_empty() {
        return Err(Error::invalid("desk.article.body_missing").field(field));
    }
    if text.chars().count() > BODY_MAX {
        let max = i64::try_from(BODY_MAX).unwrap_or(i64::MAX);
        return Err(Error::invalid("desk.article.body_too_long")
            .field(field)
            .arg("max", max));
    }
    // PostgreSQL knows no NUL in text, and no reader needs one.
    Ok(text.replace('\0', ""))
}

/// A name or heading as it may be stored; pushes what is wrong with it.
pub fn line(errors: &mut Errors, field: &str, text: &str, max: usize) -> String {
    let line: String = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('\0', "");
    if line.chars().count() > max {
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        errors.push_with(
            field,
            "desk.ticket.line_too_long",
            vec![("max".to_owned(), max.into())],
        );
    }
    line
}
