//! Deciding: a person's word on patches. It stands against every rule until a person says otherwise.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};

use super::{Patch, PatchId, State, store, telling};
use crate::APPROVE;

/// Patches that are decided at once.
pub const PATCHES_MOST: usize = 500;
/// Letters of what is said with a decision.
pub const NOTE_MOST: usize = 500;

/// Says how some patches stand from now on. [`State::Waiting`] takes a decision back; no rule decides again what a person took back.
/// What a person has decided in just this way already is left as it is.
///
/// # Errors
/// 403 without the right, 404 when one of them is not there, 422 when none is named or too many, or for a note that is too long.
pub fn decide(tx: &mut Tx<'_>, cx: &Cx, ids: &[PatchId], state: State, note: &str) -> Result<Vec<Patch>> {
    let identity = cx.identity().ok_or_else(Error::unauthenticated)?;
    cx.require(APPROVE)?;
    let note = note.replace('\r', "").trim().to_owned();
    if note.chars().count() > NOTE_MOST {
        return Err(Error::invalid("fleet.patch_note")
            .field("note")
            .arg("most", NOTE_MOST));
    }
    if ids.is_empty() || ids.len() > PATCHES_MOST {
        return Err(Error::invalid("fleet.patch_none")
            .field("patches")
            .arg("most", PATCHES_MOST));
    }
    tx.lock("fleet.patches", "all")?;
    let mut found = store::find_many(tx, ids)?;
    let mut decided = Vec::with_capacity(found.len());
    for id in ids {
        if decided.iter().any(|one: &Patch| one.id == *id) {
            continue;
        }
        let mut patch = found.remove(id).ok_or_else(Error::not_found)?;
        // What waits is not taken from the rules by taking nothing back, and saying less does not unsay why.
        let is_said = patch.state == state
            && (state == State::Waiting || patch.decided_by.is_some())
            && (note.is_empty() || patch.note == note);
        if !is_said {
            patch.state = state;
            patch.decided_by = Some(identity.user);
            patch.decided_name.clone_from(&identity.name);
            patch.decided_at = Some(cx.now());
            patch.rule = None;
            patch.note.clone_from(&note);
            store::update(tx, &patch)?;
            telling::decided(tx, cx, &patch)?;
        }
        decided.push(patch);
    }
    Ok(decided)
}
