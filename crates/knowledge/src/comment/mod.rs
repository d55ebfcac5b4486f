//! Comments under an article: what a reader wants to tell those who look after it, and what these say to each other.
//!
//! Whoever is signed in and may read the article may comment. The department reads all of them; others read their own, for
//! people write about their troubles here. Whoever writes settles a comment when it is dealt with.

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event;
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::json;

use crate::article::{Number, subject};
use crate::{INTERNAL, READ, WRITE, events, reading};

pub mod store;

/// Longest comment, in characters.
pub const BODY_MAX: usize = 4_000;
/// Comments of one page.
pub const PAGE: i64 = 100;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: i64,
    pub article: Number,
    /// The language of the article it was written under.
    pub locale: Locale,
    pub author: UserId,
    /// Plain text.
    pub body: String,
    pub at: Timestamp,
    pub settled_by: Option<UserId>,
    pub settled_at: Option<Timestamp>,
}

/// Says something under an article.
///
/// # Errors
/// 401 for who is not signed in, 404 for who may not read it, 422 for nothing or too much.
pub fn add(tx: &mut Tx, cx: &Cx, number: Number, locale: Locale, body: &str) -> Result<Comment> {
    let author = cx.user_id().ok_or_else(Error::unauthenticated)?;
    cx.require(READ)?;
    reading::article(tx, cx, number)?;
    let body = body.trim();
    if body.is_empty() {
        return Err(Error::invalid("knowledge.comment.empty").field("body"));
    }
    if body.chars().count() > BODY_MAX {
        return Err(Error::invalid("knowledge.comment.too_long")
            .field("body")
            .arg("max", BODY_MAX));
    }
    let mut comment = Comment {
        id: 0,
        article: number,
        locale,
        author,
        body: body.to_owned(),
        at: cx.now(),
        settled_by: None,
        settled_at: None,
    };
    comment.id = store::insert(tx, &comment)?;
    let new = event::New {
        kind: events::COMMENTED,
        subject: subject(number),
        data: json!({ "comment": comment.id }),
        personal: Some(json!({ "text": comment.body })),
    };
    event::append(tx, cx, new)?;
    Ok(comment)
}

/// The comments that the reader may read, after one of them (0 for the first), oldest first.
///
/// # Errors
/// 404 for who may not read the article.
pub fn list(tx: &mut Tx, cx: &Cx, number: Number, after: i64) -> Result<Vec<Comment>> {
    reading::article(tx, cx, number)?;
    if reads_all(cx) {
        return store::of_article(tx, number, after, PAGE);
    }
    match cx.user_id() {
        Some(author) => store::of_author(tx, number, author, after, PAGE),
        None => Ok(Vec::new()),
    }
}

fn reads_all(cx: &Cx) -> bool {
    cx.may(INTERNAL).is_some() || cx.may(WRITE).is_some()
}

/// It is dealt with, or not after all.
///
/// # Errors
/// 403 for who does not write, 404 for who may not see the article.
pub fn settle(tx: &mut Tx, cx: &Cx, number: Number, id: i64, settled: bool) -> Result<Comment> {
    cx.require(WRITE)?;
    reading::article(tx, cx, number)?;
    let comment = store::find(tx, id)?.filter(|comment| comment.article == number);
    let mut comment = comment.ok_or_else(Error::not_found)?;
    if comment.settled_at.is_some() == settled {
        return Ok(comment);
    }
    comment.settled_at = settled.then(|| cx.now());
    comment.settled_by = cx.user_id().filter(|_| settled);
    store::update(tx, &comment)?;
    let new = event::New {
        kind: events::COMMENT_SETTLED,
        subject: subject(number),
        data: json!({ "comment": id, "settled": settled }),
        personal: None,
    };
    event::append(tx, cx, new)?;
    Ok(comment)
}
