//! Links between any two things of the house, whatever slice owns them.
//!
//! Things are named as the subjects of events are: `ticket:1042`, `device:…`. A link has a direction and a kind
//! (`caused_by`, `duplicate_of`); it is one row and can be read from both ends. Whether the things exist and who may
//! see them is the slices' to know.

mod store;

use serde_json::json;

use crate::cx::Cx;
use crate::db::Tx;
use crate::error::Result;
use crate::event;
use crate::time::Timestamp;

/// A link as it stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Link {
    /// Where it begins.
    pub from: String,
    /// Where it leads.
    pub to: String,
    /// What it says, read from `from` to `to`.
    pub kind: String,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: String,
}

/// Links two things; a link that is already there stays as it is. Gives back whether it is new.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, from: &str, to: &str, kind: &str) -> Result<bool> {
    if !store::insert(tx, from, to, kind, cx.now(), &cx.actor.key())? {
        return Ok(false);
    }
    note(tx, cx, "kernel.link.added", from, to, kind)?;
    Ok(true)
}

/// Takes a link away. Gives back whether it was there.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, from: &str, to: &str, kind: &str) -> Result<bool> {
    if !store::delete(tx, from, to, kind)? {
        return Ok(false);
    }
    note(tx, cx, "kernel.link.removed", from, to, kind)?;
    Ok(true)
}

/// The links that begin or end at a thing, oldest first, at most `limit`.
pub fn of(tx: &mut Tx<'_>, thing: &str, limit: i64) -> Result<Vec<Link>> {
    store::of(tx, thing, limit)
}

fn note(tx: &mut Tx<'_>, cx: &Cx, event: &'static str, from: &str, to: &str, kind: &str) -> Result<()> {
    let data = json!({ "to": to, "kind": kind });
    event::append(
        tx,
        cx,
        event::New {
            kind: event,
            subject: from.to_owned(),
            data,
            personal: None,
        },
    )?;
    Ok(())
}
