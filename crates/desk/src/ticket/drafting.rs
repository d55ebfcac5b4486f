//! Drafts: what a person has begun to write on a ticket, kept on the server until it is sent or thrown away.
//!
//! A draft is nobody else's business: no event tells of it, and no change by others touches it.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::Serialize;

use super::{BODY_MAX, access, saving, store};

/// A text that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    pub body: String,
    /// Whether it is to become a note.
    pub internal: bool,
    pub at: Timestamp,
}

/// What became of a draft that was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub at: Timestamp,
    /// Another window of the same person had written something else meanwhile. What was typed last is kept.
    pub replaced: bool,
}

/// Where a draft is typed: the window, and the draft that it knew when it began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    pub name: String,
    pub read_at: Option<Timestamp>,
}

const WINDOW_MAX: usize = 40;

/// Keeps what was written so far in one of the person's windows; an empty text throws the draft away.
pub fn save_draft_from(
    tx: &mut Tx,
    cx: &Cx,
    number: i64,
    (body, internal): (&str, bool),
    window: &Window,
) -> Result<Kept> {
    let person = writer(cx)?;
    let present = store::draft(tx, person, number)?;
    let written_in = store::draft_window(tx, person, number)?;
    save_draft(tx, cx, number, body, internal)?;
    let name: String = window
        .name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(WINDOW_MAX)
        .collect();
    store::mark_draft(tx, person, number, &name)?;
    // A save of this very window whose answer it never heard is not another's.
    let is_foreign = written_in.is_some_and(|other| other != name);
    let replaced = is_foreign
        && present.is_some_and(|present| {
            window.read_at.is_none_or(|read_at| present.at > read_at) && present.body.trim() != body.trim()
        });
    Ok(Kept {
        at: cx.now(),
        replaced,
    })
}

/// Keeps what was written so far; an empty text throws the draft away.
pub fn save_draft(tx: &mut Tx, cx: &Cx, number: i64, body: &str, internal: bool) -> Result<()> {
    saving::see(tx, cx, number, access::READ)?;
    let person = writer(cx)?;
    if body.trim().is_empty() {
        return store::discard_draft(tx, person, number);
    }
    let body: String = body
        .chars()
        .filter(|letter| *letter != '\0')
        .take(BODY_MAX)
        .collect();
    store::save_draft(
        tx,
        person,
        number,
        &Draft {
            body,
            internal,
            at: cx.now(),
        },
    )
}

/// Throws the draft away: it was sent, or nobody wants it.
pub fn discard_draft(tx: &mut Tx, cx: &Cx, number: i64) -> Result<()> {
    let person = writer(cx)?;
    store::discard_draft(tx, person, number)
}

/// The actor's own draft.
pub fn draft(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Option<Draft>> {
    saving::see(tx, cx, number, access::READ)?;
    store::draft(tx, writer(cx)?, number)
}

/// The fields of a form as they were filled in so far.
pub type Fields = BTreeMap<String, String>;

/// Longest value of a field that is kept, and how many.
const FIELDS_MAX: usize = 30;

/// Keeps what was filled in on a form so far; when nothing is, forgets it.
pub fn save_form_draft(tx: &mut Tx, cx: &Cx, number: i64, form: &str, fields: &Fields) -> Result<()> {
    saving::see(tx, cx, number, access::READ)?;
    let person = writer(cx)?;
    if fields.len() > FIELDS_MAX || fields.values().any(|value| value.chars().count() > BODY_MAX) {
        return Err(Error::too_large("desk.draft.too_large"));
    }
    let clean: Fields = fields
        .iter()
        .map(|(name, value)| (name.clone(), value.replace('\0', "")))
        .collect();
    let text = serde_json::to_string(&clean).map_err(Error::internal)?;
    store::save_form_draft(tx, person, number, (form, &text), cx.now())
}

/// What the actor has begun on a form.
pub fn form_draft(tx: &mut Tx, cx: &Cx, number: i64, form: &str) -> Result<Option<Fields>> {
    saving::see(tx, cx, number, access::READ)?;
    let found = store::form_draft(tx, writer(cx)?, number, form)?;
    found
        .map(|text| serde_json::from_str(&text).map_err(Error::internal))
        .transpose()
}

/// The form was sent, or nobody wants it.
pub fn discard_form_draft(tx: &mut Tx, cx: &Cx, number: i64, form: &str) -> Result<()> {
    store::discard_form_draft(tx, writer(cx)?, number, form)
}

fn writer(cx: &Cx) -> Result<UserId> {
    cx.user_id().ok_or_else(Error::unauthenticated)
}
