//! The software in use and its versions, as the department says. A new version makes every article about another one due for a
//! review (`crate::reviewing::due`), so that no article speaks of a program as it was.

pub mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use kernel::job;
use kernel::time::Timestamp;
use serde_json::json;

use crate::reviewing::due;
use crate::{MANAGE, WRITE, events};

/// Longest name or version.
const NAME_MAX: usize = 80;
/// As many as there are at most.
const SOFTWARE_MAX: i64 = 2_000;

/// A software in the version in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Software {
    /// Its name, as articles say it.
    pub name: String,
    /// The version in use.
    pub version: String,
    /// Since when that was said.
    pub changed_at: Timestamp,
}

/// All of it, by name.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Software>> {
    cx.require(WRITE)?;
    store::all(tx, SOFTWARE_MAX)
}

/// Says which version is in use. Articles about another become due.
///
/// # Errors
/// Names what is missing or too long.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, name: &str, version: &str) -> Result<Software> {
    cx.require(MANAGE)?;
    let (name, version) = (name.trim(), version.trim());
    let mut errors = Errors::new();
    for (field, text) in [("name", name), ("version", version)] {
        if text.is_empty() {
            errors.push(field, "knowledge.software_missing");
        }
        if text.chars().count() > NAME_MAX {
            errors.push_with(
                field,
                "knowledge.too_long",
                vec![("max".to_owned(), 80_i64.into())],
            );
        }
    }
    errors.finish()?;
    tx.lock("knowledge.software", name)?;
    let before = store::find(tx, name)?;
    if let Some(before) = &before
        && before.version == version
    {
        return Ok(before.clone());
    }
    let software = Software {
        name: name.to_owned(),
        version: version.to_owned(),
        changed_at: cx.now(),
    };
    store::put(tx, &software)?;
    let before = before.map(|before| before.version);
    let data = json!({ "name": name, "version": version, "before": before });
    note(tx, cx, events::SOFTWARE_SAVED, name, data)?;
    let job = job::New::now(due::OF_SOFTWARE, json!({ "name": name })).key(name);
    job::enqueue(tx, cx, job)?;
    Ok(software)
}

/// Takes one off the list; articles stay as they are.
///
/// # Errors
/// 404 when it is not listed.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, name: &str) -> Result<()> {
    cx.require(MANAGE)?;
    if !store::delete(tx, name)? {
        return Err(Error::not_found());
    }
    note(tx, cx, events::SOFTWARE_REMOVED, name, json!({ "name": name }))
}

fn note(tx: &mut Tx<'_>, cx: &Cx, kind: &'static str, name: &str, data: serde_json::Value) -> Result<()> {
    let new = New {
        kind,
        subject: format!("knowledge.software:{name}"),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
