//! Keeping the gates: list, save, remove, and the ready one.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::i18n::Locale;
use serde_json::json;

use super::{Definition, GATES_MAX, Gate, Needs, store};
use crate::events;
use crate::ticket::access;
use crate::ticket::value::Priority;

/// The gates in their order; for who keeps the desk's settings.
pub fn gates(tx: &mut Tx, cx: &Cx) -> Result<Vec<Gate>> {
    cx.require(access::SETTINGS)?;
    store::all(tx)
}

/// Saves a gate; without an id it is a new one, at the end. `read` is the version that the writer had read.
pub fn save_gate(
    tx: &mut Tx,
    cx: &Cx,
    id: Option<&str>,
    read: Option<i64>,
    definition: Definition,
) -> Result<Gate> {
    cx.require(access::SETTINGS)?;
    let definition = tidied(definition);
    definition.check()?;
    // One lock for all: the count and the places are those of the list.
    tx.lock("desk.gate", "list")?;
    let all = store::all(tx)?;
    let gate = match id {
        Some(id) => {
            let known = all.iter().find(|gate| gate.id == id);
            let known = known.ok_or_else(Error::not_found)?;
            if read.is_some_and(|read| read != known.version) {
                return Err(Error::conflict("desk.gate.changed_meanwhile"));
            }
            Gate {
                version: known.version + 1,
                definition,
                ..known.clone()
            }
        }
        None => {
            if i64::try_from(all.len()).unwrap_or(GATES_MAX) >= GATES_MAX {
                return Err(Error::invalid("desk.gate.too_many").arg("max", GATES_MAX));
            }
            Gate {
                id: cx.new_id::<Gate>().to_string(),
                place: all.last().map_or(1, |gate| gate.place + 1),
                version: 1,
                definition,
            }
        }
    };
    store::save(tx, &gate, cx.now())?;
    let saved = New {
        kind: events::GATE_SAVED,
        subject: format!("desk.gate:{}", gate.id),
        data: json!({ "version": gate.version, "place": gate.place, "definition": gate.definition }),
        personal: None,
    };
    event::append(tx, cx, saved)?;
    Ok(gate)
}

/// Texts without what surrounds them; empty ones are none.
fn tidied(mut definition: Definition) -> Definition {
    for texts in [&mut definition.name, &mut definition.words] {
        let trimmed = std::mem::take(texts)
            .into_iter()
            .map(|(tag, text)| (tag, text.split_whitespace().collect::<Vec<_>>().join(" ")));
        *texts = trimmed.filter(|(_, text)| !text.is_empty()).collect();
    }
    definition
}

/// Removes a gate.
pub fn remove_gate(tx: &mut Tx, cx: &Cx, id: &str) -> Result<()> {
    cx.require(access::SETTINGS)?;
    tx.lock("desk.gate", "list")?;
    if store::remove(tx, id)? == 0 {
        return Err(Error::not_found());
    }
    let removed = New {
        kind: events::GATE_REMOVED,
        subject: format!("desk.gate:{id}"),
        data: json!({}),
        personal: None,
    };
    event::append(tx, cx, removed)?;
    Ok(())
}

/// The ready gate: what hurts most is not called solved before its cause is confirmed, shown, and explained in both texts,
/// and the solution tested.
#[must_use]
pub fn ready() -> Definition {
    let name = |locale: Locale, key: &str| (locale.tag().to_owned(), locale.t(key));
    Definition {
        name: BTreeMap::from([
            name(Locale::En, "desk-page-gates-ready-name"),
            name(Locale::ZhCn, "desk-page-gates-ready-name"),
        ]),
        priorities: vec![Priority::P0, Priority::P1],
        needs: Needs {
            evidence: 1,
            cause: true,
            tested: true,
            technical: true,
            plain: true,
            ..Needs::default()
        },
        ..Definition::default()
    }
}
