//! Settings that have a page and an API, kept as JSON under a name: `desk.close_after_days`.
//!
//! What is needed to start at all stands in the configuration file instead. A setting is read where it is used, in the
//! same transaction, so that a change counts from the next act on; nothing is cached.

mod store;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::cx::Cx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event;

/// The value of a setting; `None` when it was never set. A value that no longer fits its type is an error, because
/// going on with a default would silently undo what somebody chose.
pub fn get<T: DeserializeOwned>(tx: &mut Tx<'_>, name: &str) -> Result<Option<T>> {
    let Some(text) = store::load(tx, name)? else {
        return Ok(None);
    };
    let value = serde_json::from_str(&text)
        .map_err(|error| Error::internal(format!("the setting {name} does not fit its type: {error}")))?;
    Ok(Some(value))
}

/// Sets it. The event says that it was changed, not to what, for the value may be confidential.
pub fn put<T: Serialize + ?Sized>(tx: &mut Tx<'_>, cx: &Cx, name: &str, value: &T) -> Result<()> {
    let text = serde_json::to_string(value)?;
    if store::load(tx, name)?.is_some_and(|present| present == text) {
        return Ok(());
    }
    store::save(tx, name, &text, cx.now(), &cx.actor.key())?;
    note(tx, cx, "kernel.setting.changed", name)
}

/// Takes it back to the default.
pub fn clear(tx: &mut Tx<'_>, cx: &Cx, name: &str) -> Result<()> {
    if store::delete(tx, name)? {
        note(tx, cx, "kernel.setting.cleared", name)?;
    }
    Ok(())
}

fn note(tx: &mut Tx<'_>, cx: &Cx, kind: &'static str, name: &str) -> Result<()> {
    let new = event::New {
        kind,
        subject: format!("setting:{name}"),
        data: json!({}),
        personal: None,
    };
    event::append(tx, cx, new)?;
    Ok(())
}
