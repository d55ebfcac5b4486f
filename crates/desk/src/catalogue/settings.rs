//! Keeping the types: list, save, order, switch on and off, remove. Each change of a definition is a new version.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use serde_json::json;

use super::{Definition, RequestType, TYPES_MAX, is_id, store};
use crate::events;
use crate::ticket::access;

/// All types in their order, for who keeps the desk's settings.
pub fn types(tx: &mut Tx, cx: &Cx) -> Result<Vec<RequestType>> {
    cx.require(access::SETTINGS)?;
    store::types(tx)
}

/// One of them.
pub fn request_type(tx: &mut Tx, cx: &Cx, id: &str) -> Result<RequestType> {
    cx.require(access::SETTINGS)?;
    store::request_type(tx, id)?.ok_or_else(Error::not_found)
}

/// Adds a type under a short name that none has or had; it is switched on.
pub fn add(tx: &mut Tx, cx: &Cx, id: &str, definition: Definition) -> Result<RequestType> {
    cx.require(access::SETTINGS)?;
    let definition = definition.tidied();
    definition.check()?;
    if !is_id(id) {
        return Err(Error::invalid("desk.catalogue.id_malformed").field("id"));
    }
    tx.lock("desk.catalogue", "list")?;
    if store::known(tx)?.iter().any(|known| known == id) {
        return Err(Error::invalid("desk.catalogue.id_taken")
            .field("id")
            .arg("id", id));
    }
    let all = store::types(tx)?;
    if i64::try_from(all.len()).unwrap_or(TYPES_MAX) >= TYPES_MAX {
        return Err(Error::invalid("desk.catalogue.too_many_types").arg("max", TYPES_MAX));
    }
    let added = RequestType {
        id: id.to_owned(),
        place: all.last().map_or(1, |last| last.place + 1),
        version: 1,
        is_on: true,
        definition,
    };
    keep(tx, cx, &added)?;
    Ok(added)
}

/// Saves a type as a new version. `read` is the version that the writer had read.
pub fn change(
    tx: &mut Tx,
    cx: &Cx,
    id: &str,
    read: Option<i64>,
    definition: Definition,
) -> Result<RequestType> {
    cx.require(access::SETTINGS)?;
    let definition = definition.tidied();
    definition.check()?;
    let known = locked(tx, id)?;
    if read.is_some_and(|read| read != known.version) {
        return Err(Error::conflict("desk.catalogue.changed_meanwhile"));
    }
    if known.definition == definition {
        return Ok(known);
    }
    let changed = RequestType {
        version: known.version + 1,
        definition,
        ..known
    };
    keep(tx, cx, &changed)?;
    Ok(changed)
}

/// Changes a part of a type by a function, for pages that show one part at a time.
pub fn change_part(
    tx: &mut Tx,
    cx: &Cx,
    id: &str,
    read: Option<i64>,
    part: impl FnOnce(&mut Definition) -> Result<()>,
) -> Result<RequestType> {
    cx.require(access::SETTINGS)?;
    let mut definition = locked(tx, id)?.definition;
    part(&mut definition)?;
    change(tx, cx, id, read, definition)
}

/// Switches a type on or off; what was asked goes on.
pub fn switch(tx: &mut Tx, cx: &Cx, id: &str, is_on: bool) -> Result<RequestType> {
    cx.require(access::SETTINGS)?;
    let known = locked(tx, id)?;
    let switched = RequestType { is_on, ..known };
    keep(tx, cx, &switched)?;
    Ok(switched)
}

/// Moves a type one place up or down; at the end of the list nothing happens.
pub fn shift(tx: &mut Tx, cx: &Cx, id: &str, is_up: bool) -> Result<()> {
    cx.require(access::SETTINGS)?;
    tx.lock("desk.catalogue", "list")?;
    let mut all = store::types(tx)?;
    let index = all
        .iter()
        .position(|one| one.id == id)
        .ok_or_else(Error::not_found)?;
    let other = if is_up {
        index.checked_sub(1)
    } else {
        Some(index + 1)
    };
    let Some(other) = other.filter(|other| *other < all.len()) else {
        return Ok(());
    };
    all.swap(index, other);
    for (place, mut one) in (1_i64..).zip(all) {
        if one.place != place {
            one.place = place;
            keep(tx, cx, &one)?;
        }
    }
    Ok(())
}

/// Removes a type for good; its name stays taken.
pub fn remove(tx: &mut Tx, cx: &Cx, id: &str) -> Result<()> {
    cx.require(access::SETTINGS)?;
    locked(tx, id)?;
    store::remove(tx, id, cx.now())?;
    tell(tx, cx, events::REQUEST_TYPE_REMOVED, id, json!({}))
}

fn locked(tx: &mut Tx, id: &str) -> Result<RequestType> {
    tx.lock("desk.catalogue", "list")?;
    store::request_type(tx, id)?.ok_or_else(Error::not_found)
}

fn keep(tx: &mut Tx, cx: &Cx, one: &RequestType) -> Result<()> {
    store::save(tx, one, cx.now())?;
    let data = json!({
        "version": one.version, "place": one.place, "is_on": one.is_on, "definition": one.definition,
    });
    tell(tx, cx, events::REQUEST_TYPE_SAVED, &one.id, data)
}

fn tell(tx: &mut Tx, cx: &Cx, kind: &'static str, id: &str, data: serde_json::Value) -> Result<()> {
    let subject = format!("desk.request_type:{id}");
    event::append(
        tx,
        cx,
        New {
            kind,
            subject,
            data,
            personal: None,
        },
    )?;
    Ok(())
}
