//! Pictures, videos, and other files of articles: the bytes are the kernel's, here they get a name and an article.
//!
//! Whoever may read the article may fetch the files that its published texts name, signed in or not; all others are for those who
//! write. What a file is, its first bytes say (`media.rs`), not
//! whoever sent it. `pages.rs` sends files in parts, so that a video can be played from its middle, and under headers with which
//! nothing in them runs; `range.rs` reads what a browser asks for. What was taken out of an article is no longer
//! served, whatever version of it names it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use serde_json::json;

use crate::article::{Number, subject};
use crate::text::{self, Text};
use crate::{WRITE, events, reading};

pub(crate) mod api;
pub mod media;
pub mod pages;
mod range;
pub mod store;

/// A file's identifier.
pub type FileId = Id<File>;

/// Files of one article.
pub const FILES_MAX: i64 = 500;
const NAME_MAX: usize = 200;

/// A file of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    pub article: Number,
    /// Under which the kernel's files hold it.
    pub hash: String,
    pub name: String,
    /// What its first bytes say.
    pub media_type: String,
    pub size: i64,
    pub added_by: Option<UserId>,
    pub at: Timestamp,
}

impl File {
    /// How an article names it, with an ending that says how to show it: `01h….mp4`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}{}", self.id, media::ending(&self.media_type))
    }

    /// The Markdown that shows it: pictures and videos where they stand, all else as a link.
    #[must_use]
    pub fn markdown(&self) -> String {
        let name: String = self
            .name
            .chars()
            .map(|letter| {
                if "[]\\`*_<>!".contains(letter) {
                    ' '
                } else {
                    letter
                }
            })
            .collect();
        let mark = if media::is_shown(&self.media_type) {
            "!"
        } else {
            ""
        };
        format!("{mark}[{}](file:{})", name.trim(), self.place())
    }
}

/// Content that is stored and is to belong to an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    pub hash: String,
    pub name: String,
    /// As [`media::sniff`] says.
    pub media_type: String,
    pub size: i64,
}

/// Adds a file to an article.
///
/// # Errors
/// 403 for who does not write, 404 for who may not see it, 413 when it has too many.
pub fn add(tx: &mut Tx, cx: &Cx, number: Number, new: &NewFile) -> Result<File> {
    reading::writable(tx, cx, number)?;
    if store::count(tx, number)? >= FILES_MAX {
        return Err(Error::too_large("knowledge.file.too_many")
            .field("file")
            .arg("max", FILES_MAX));
    }
    let file = File {
        id: cx.new_id(),
        article: number,
        hash: new.hash.clone(),
        name: clean(&new.name),
        media_type: new.media_type.clone(),
        size: new.size,
        added_by: cx.user_id(),
        at: cx.now(),
    };
    store::insert(tx, &file)?;
    note(tx, cx, events::FILE_ADDED, &file)?;
    Ok(file)
}

/// A name without a path or control characters: it comes from outside and ends in somebody's downloads. Pure.
fn clean(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = base
        .chars()
        .filter(|letter| !letter.is_control())
        .take(NAME_MAX)
        .collect();
    let name = name.trim().trim_start_matches('.');
    if name.is_empty() {
        "file".to_owned()
    } else {
        name.to_owned()
    }
}

/// A file that the reader may fetch.
///
/// # Errors
/// 404 for who may not read its article, and for who reads only when no published text names it.
pub fn open(tx: &mut Tx, cx: &Cx, id: FileId) -> Result<File> {
    let file = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    reading::article(tx, cx, file.article)?;
    if cx.may(WRITE).is_none() && !is_named(&text::store::of_article(tx, file.article)?, &file) {
        return Err(Error::not_found());
    }
    Ok(file)
}

/// Whether one of these texts names a file. Pure.
pub(crate) fn is_named(texts: &[Text], file: &File) -> bool {
    let id = file.id.to_string();
    texts.iter().any(|text| text.words.body.contains(&id))
}

/// The files of an article, in the order in which they came; for who reads only, those that a published text names.
///
/// # Errors
/// 404 for who may not read it.
pub fn of_article(tx: &mut Tx, cx: &Cx, number: Number) -> Result<Vec<File>> {
    reading::article(tx, cx, number)?;
    let mut files = store::of_article(tx, number, FILES_MAX)?;
    if cx.may(WRITE).is_none() && !files.is_empty() {
        let texts = text::store::of_article(tx, number)?;
        files.retain(|file| is_named(&texts, file));
    }
    Ok(files)
}

/// Takes a file out of its article.
///
/// # Errors
/// 403 for who does not write, 404 for who may not see it.
pub fn remove(tx: &mut Tx, cx: &Cx, number: Number, id: FileId) -> Result<File> {
    reading::writable(tx, cx, number)?;
    let file = store::find(tx, id)?.filter(|file| file.article == number);
    let file = file.ok_or_else(Error::not_found)?;
    store::delete(tx, id)?;
    note(tx, cx, events::FILE_REMOVED, &file)?;
    Ok(file)
}

fn note(tx: &mut Tx, cx: &Cx, kind: &'static str, file: &File) -> Result<()> {
    let new = event::New {
        kind,
        subject: subject(file.article),
        data: json!({ "file": file.id.to_string(), "size": file.size }),
        personal: Some(json!({ "name": file.name })),
    };
    event::append(tx, cx, new).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere() {
        assert_eq!(clean("C:\\Users\\li\\网络 图.png"), "网络 图.png");
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("..\u{7}"), "file");
    }

    #[test]
    fn a_picture_is_shown_and_a_table_is_linked() {
        let mut file = File {
            id: Id::from_parts(0, &[0; 10]),
            article: 1,
            hash: String::new(),
            name: "a [b] *c*.png".to_owned(),
            media_type: "image/png".to_owned(),
            size: 1,
            added_by: None,
            at: Timestamp::default(),
        };
        assert_eq!(file.markdown(), format!("![a  b   c .png](file:{}.png)", file.id));
        file.media_type = "application/octet-stream".to_owned();
        assert!(file.markdown().starts_with("[a"));
    }
}
