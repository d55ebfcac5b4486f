//! Spaces: where articles stand. A short list that the department keeps; everybody who reads knowledge sees its names.

pub mod store;

use std::sync::Arc;

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{MANAGE, article, events};

/// Longest short name.
const ID_MAX: usize = 40;
/// Longest title.
const TITLE_MAX: usize = 80;
/// As many as there are at most.
const SPACES_MAX: usize = 200;

/// A space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = KnowledgeSpace)]
pub struct Space {
    /// A short name: `network`.
    pub id: String,
    /// Its title in English.
    pub title_en: String,
    /// Its title in Chinese.
    pub title_zh: String,
    /// The name of its icon.
    pub icon: String,
    /// The space it belongs to.
    pub parent: Option<String>,
    /// Its place among the others.
    pub place: i64,
}

impl Space {
    /// Its title for a reader.
    #[must_use]
    pub fn title(&self, locale: Locale) -> &str {
        let (first, second) = match locale {
            Locale::En => (&self.title_en, &self.title_zh),
            Locale::ZhCn => (&self.title_zh, &self.title_en),
        };
        if first.is_empty() { second } else { first }
    }
}

/// All spaces in their order, kept in memory.
pub fn all(tx: &mut Tx<'_>) -> Result<Arc<Vec<Space>>> {
    tx.kept("knowledge.spaces", &["knowledge_space"], store::all)
}

/// One.
///
/// # Errors
/// 404 when there is none.
pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<Space> {
    let found = all(tx)?.iter().find(|space| space.id == id).cloned();
    found.ok_or_else(Error::not_found)
}

/// Saves one, new or known by its id.
///
/// # Errors
/// Names each field that is wrong.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, wanted: &Space) -> Result<Space> {
    cx.require(MANAGE)?;
    tx.lock("knowledge.space", "list")?;
    let known = all(tx)?;
    let space = checked(wanted, &known)?;
    store::put(tx, &space)?;
    note(tx, cx, events::SPACE_SAVED, &space.id)?;
    Ok(space)
}

/// Removes an empty one.
///
/// # Errors
/// 409 while articles or spaces stand in it.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, id: &str) -> Result<()> {
    cx.require(MANAGE)?;
    tx.lock("knowledge.space", "list")?;
    let known = all(tx)?;
    let space = known
        .iter()
        .find(|space| space.id == id)
        .ok_or_else(Error::not_found)?;
    let has_spaces = known.iter().any(|other| other.parent.as_deref() == Some(id));
    if has_spaces || article::store::count_in(tx, id)? > 0 {
        return Err(Error::conflict("knowledge.space_not_empty"));
    }
    store::delete(tx, id)?;
    note(tx, cx, events::SPACE_REMOVED, &space.id)
}

fn checked(wanted: &Space, known: &[Space]) -> Result<Space> {
    let mut errors = Errors::new();
    let space = Space {
        id: wanted.id.trim().to_owned(),
        title_en: wanted.title_en.trim().to_owned(),
        title_zh: wanted.title_zh.trim().to_owned(),
        icon: wanted.icon.trim().to_owned(),
        parent: wanted.parent.clone().filter(|parent| !parent.is_empty()),
        place: wanted.place,
    };
    let is_letter =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if space.id.is_empty() || space.id.len() > ID_MAX || !space.id.bytes().all(is_letter) {
        errors.push("id", "knowledge.space_id");
    }
    for (field, title) in [("title_en", &space.title_en), ("title_zh", &space.title_zh)] {
        if title.chars().count() > TITLE_MAX {
            errors.push_with(
                field,
                "knowledge.too_long",
                vec![("max".to_owned(), 80_i64.into())],
            );
        }
    }
    if space.title_en.is_empty() && space.title_zh.is_empty() {
        errors.push("title_en", "knowledge.title_missing");
    }
    if space.icon.len() > ID_MAX || !space.icon.bytes().all(is_letter) {
        errors.push("icon", "knowledge.space_icon");
    }
    if let Some(parent) = &space.parent {
        // One level: a space of spaces stands at the top.
        let found = known.iter().find(|other| &other.id == parent);
        let has_own = known
            .iter()
            .any(|other| other.parent.as_deref() == Some(&space.id));
        if has_own || *parent == space.id || found.is_none_or(|found| found.parent.is_some()) {
            errors.push("parent", "knowledge.space_parent");
        }
    }
    errors.finish()?;
    let is_new = known.iter().all(|other| other.id != space.id);
    if is_new && known.len() >= SPACES_MAX {
        return Err(Error::conflict("knowledge.too_many_spaces"));
    }
    Ok(space)
}

fn note(tx: &mut Tx<'_>, cx: &Cx, kind: &'static str, id: &str) -> Result<()> {
    let new = New {
        kind,
        subject: format!("knowledge.space:{id}"),
        data: json!({}),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
