//! Drafts: what a person has begun to write on a ticket, kept on the server until it is sent or thrown away.
//!
//! A draft is nobody else's business: no event tells of it, and no change by others touches it.

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

fn writer(cx: &Cx) -> Result<UserId> {
    cx.user_id().ok_or_else(Error::unauthenticated)
}
