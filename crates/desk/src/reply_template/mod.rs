//! Templates: texts that are said again and again, with places for what differs from ticket to ticket.
//!
//! A template has a name and a text in each language; one language is enough. Variables are checked when it is saved, so
//! that nobody finds out before a waiting requester that one does not exist. A template only makes text: it changes
//! nothing and sends nothing. The words of notices, which the house sends by itself, are in `notice::template`.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event;
use kernel::i18n::Locale;
use kernel::id::{Id, UserId};
use serde::Serialize;
use serde_json::json;

use crate::article;
use crate::events;
use crate::ticket::access;

mod filling;
pub mod store;

pub use filling::{KNOWN, fill};

/// Longest name, in characters.
pub const NAME_MAX: usize = 80;
/// Longest text: a reply that is longer is a document and belongs elsewhere.
pub const TEXT_MAX: usize = 10_000;

/// A text in the languages of the house; an empty one is not written yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Both {
    pub en: String,
    pub zh: String,
}

impl Both {
    /// In this language, or in the other when this one is not written.
    #[must_use]
    pub fn of(&self, locale: Locale) -> &str {
        let (wanted, other) = match locale {
            Locale::En => (&self.en, &self.zh),
            Locale::ZhCn => (&self.zh, &self.en),
        };
        if wanted.is_empty() { other } else { wanted }
    }
}

/// A text to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyTemplate {
    pub id: Id<ReplyTemplate>,
    /// None: everybody's.
    pub owner: Option<UserId>,
    pub name: Both,
    pub body: Both,
}

/// What a person wrote.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub shared: bool,
    pub name: Both,
    pub body: Both,
}

/// The templates that the actor may use: everybody's and the own ones, by name.
pub fn list(tx: &mut Tx, cx: &Cx) -> Result<Vec<ReplyTemplate>> {
    cx.require(access::NOTE)?;
    let mut found = store::of(tx, cx.user_id())?;
    found.sort_by_key(|one| one.name.of(cx.locale).to_lowercase());
    Ok(found)
}

/// A template that the actor may use.
pub fn load(tx: &mut Tx, cx: &Cx, id: Id<ReplyTemplate>) -> Result<ReplyTemplate> {
    cx.require(access::NOTE)?;
    let found = store::load(tx, id)?.ok_or_else(Error::not_found)?;
    if may_use(cx, found.owner) {
        Ok(found)
    } else {
        Err(Error::not_found())
    }
}

/// Saves a new template, or another version of one.
///
/// # Errors
/// Names the fields that are wrong, and for a variable that does not exist those that do.
pub fn save(tx: &mut Tx, cx: &Cx, id: Option<Id<ReplyTemplate>>, wanted: &Wanted) -> Result<ReplyTemplate> {
    let owner = owner(cx, wanted.shared)?;
    if let Some(id) = id {
        let found = load(tx, cx, id)?;
        may_change(cx, found.owner)?;
    }
    let template = ReplyTemplate {
        id: id.unwrap_or_else(|| cx.new_id()),
        owner,
        name: clean_name(&wanted.name)?,
        body: clean_body(&wanted.body)?,
    };
    store::save(tx, &template, cx.now())?;
    note(tx, cx, events::REPLY_TEMPLATE_SAVED, template.id)?;
    Ok(template)
}

/// Throws a template away. Macros that used it say nothing from then on.
pub fn remove(tx: &mut Tx, cx: &Cx, id: Id<ReplyTemplate>) -> Result<()> {
    let found = load(tx, cx, id)?;
    may_change(cx, found.owner)?;
    store::delete(tx, id)?;
    note(tx, cx, events::REPLY_TEMPLATE_REMOVED, id)
}

/// Whether somebody may use what belongs to this owner.
pub(crate) fn may_use(cx: &Cx, owner: Option<UserId>) -> bool {
    owner.is_none() || owner == cx.user_id()
}

/// What is everybody's is changed by those who set the desk up; what is one's own by oneself.
pub(crate) fn may_change(cx: &Cx, owner: Option<UserId>) -> Result<()> {
    match owner {
        None => cx.require(access::SETTINGS).map(drop),
        Some(owner) if cx.user_id() == Some(owner) => Ok(()),
        Some(_) => Err(Error::not_found()),
    }
}

/// Whose it will be.
pub(crate) fn owner(cx: &Cx, shared: bool) -> Result<Option<UserId>> {
    cx.require(access::NOTE)?;
    if shared {
        cx.require(access::SETTINGS)?;
        return Ok(None);
    }
    Ok(Some(cx.user_id().ok_or_else(Error::unauthenticated)?))
}

/// A name as it may be stored; one language is enough.
pub(crate) fn clean_name(name: &Both) -> Result<Both> {
    let mut errors = Errors::new();
    let clean = Both {
        en: article::line(&mut errors, "name_en", &name.en, NAME_MAX),
        zh: article::line(&mut errors, "name_zh", &name.zh, NAME_MAX),
    };
    if clean.en.is_empty() && clean.zh.is_empty() {
        errors.push("name_en", "desk.reply_template.name_missing");
    }
    errors.finish()?;
    Ok(clean)
}

fn clean_body(body: &Both) -> Result<Both> {
    let mut errors = Errors::new();
    let mut one = |field: &str, text: &str| {
        let text = text.replace("\r\n", "\n").replace('\0', "").trim().to_owned();
        if text.chars().count() > TEXT_MAX {
            let max = i64::try_from(TEXT_MAX).unwrap_or(i64::MAX);
            errors.push_with(
                field,
                "desk.ticket.line_too_long",
                vec![("max".to_owned(), max.into())],
            );
        } else {
            filling::check(&mut errors, field, &text);
        }
        text
    };
    let clean = Both {
        en: one("body_en", &body.en),
        zh: one("body_zh", &body.zh),
    };
    if clean.en.is_empty() && clean.zh.is_empty() {
        errors.push("body_en", "desk.reply_template.body_missing");
    }
    errors.finish()?;
    Ok(clean)
}

fn note(tx: &mut Tx, cx: &Cx, kind: &'static str, id: Id<ReplyTemplate>) -> Result<()> {
    let subject = format!("desk.reply_template:{id}");
    let new = event::New {
        kind,
        subject,
        data: json!({}),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
