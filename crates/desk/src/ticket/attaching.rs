//! Files on an article: the bytes are put into the kernel's files first, here they get a name and a place.
//!
//! Whoever may read the article may fetch its files: a file on an internal note is as hidden as the note.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use serde::{Deserialize, Serialize};

use super::saving::{self, Told};
use super::{access, store};
use crate::article::{self, Attachment};
use crate::events;

/// A file that was stored and is to hang on an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAttachment {
    /// SHA-256 under which the kernel's files hold it.
    pub hash: String,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub content_id: Option<String>,
}

const NAME_MAX: usize = 255;

/// Hangs the files of one act on its article.
pub(crate) fn hang(tx: &mut Tx, ticket: i64, article: i64, files: &[NewAttachment]) -> Result<()> {
    for file in files {
        article::store::insert_attachment(tx, ticket, article, &clean(file)?)?;
    }
    Ok(())
}

/// Adds a file to an article that stands already.
pub fn attach(tx: &mut Tx, cx: &Cx, number: i64, article: i64, file: &NewAttachment) -> Result<i64> {
    let ticket = saving::begin(tx, cx, number, access::REPLY)?;
    let found = article::store::load(tx, article)?.filter(|found| found.ticket == number);
    let found = found.ok_or_else(Error::not_found)?;
    if !found.public && !access::sees_internal(cx, &ticket) {
        return Err(Error::not_found());
    }
    let file = clean(file)?;
    let id = article::store::insert_attachment(tx, number, article, &file)?;
    let told = Told::new(events::TICKET_ATTACHED)
        .with("article", article)
        .with("attachment", id)
        .with("public", found.public)
        .with("hash", file.hash)
        .with("size", file.size)
        .with_words("name", &file.name);
    saving::finish(tx, cx, &ticket, ticket.clone(), told)?;
    Ok(id)
}

/// A file that the actor may fetch.
pub fn attachment(tx: &mut Tx, cx: &Cx, id: i64) -> Result<Attachment> {
    cx.require(access::READ)?;
    let found = article::store::attachment(tx, id)?.ok_or_else(Error::not_found)?;
    let mut ticket = store::load(tx, found.ticket)?.ok_or_else(Error::not_found)?;
    // Files of a ticket that became part of another are read with that one, by the desk.
    if !access::may(cx, access::READ, &ticket) {
        ticket = super::merging::follow(tx, ticket)?;
        if ticket.number != found.ticket && !access::sees_internal(cx, &ticket) {
            return Err(Error::not_found());
        }
    }
    access::check(cx, access::READ, &ticket)?;
    let article = article::store::load(tx, found.article)?.ok_or_else(Error::not_found)?;
    if !article.public && !access::sees_internal(cx, &ticket) {
        return Err(Error::not_found());
    }
    Ok(found)
}

/// A name without a path or control characters: it comes from outside and ends in somebody's downloads.
pub(crate) fn clean(file: &NewAttachment) -> Result<NewAttachment> {
    let base = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = base
        .chars()
        .filter(|letter| !letter.is_control())
        .take(NAME_MAX)
        .collect();
    let name = name.trim().trim_start_matches('.').to_owned();
    let mut errors = Errors::new();
    if file.hash.is_empty() || !file.hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        errors.push("attachments", "desk.attachment.unknown_file");
    }
    errors.finish()?;
    let name = if name.is_empty() { "file".to_owned() } else { name };
    Ok(NewAttachment { name, ..file.clone() })
}
