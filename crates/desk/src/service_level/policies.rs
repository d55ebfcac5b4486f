//! Editing service levels: list, save as a new version, remove.
//!
//! A saved policy is a new version; tickets keep the one they were promised until their priority, type, category, or site
//! changes. Calendars are looked up by name when clocks are computed: a holiday published late moves the deadlines of
//! open tickets, which `recompute` does.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use serde_json::json;

use super::{Definition, Hours, Policy, store};
use crate::ticket::access;
use crate::{events, neighbours};

/// The policies in force, in their order.
pub fn policies(tx: &mut Tx, cx: &Cx) -> Result<Vec<Policy>> {
    cx.require(access::READ)?;
    store::current_policies(tx)
}

/// Saves a policy as a new version; without an id it is a new policy.
pub fn save_policy(
    tx: &mut Tx,
    cx: &Cx,
    id: Option<&str>,
    place: i64,
    definition: Definition,
) -> Result<Policy> {
    cx.require(access::SETTINGS)?;
    definition.check()?;
    hours(tx, &definition.calendar)
        .map_err(|_| Error::invalid("desk.policy.calendar_unknown").field("calendar"))?;
    let id = id.map_or_else(|| cx.new_id::<Policy>().to_string(), str::to_owned);
    tx.lock("desk.policy", &id)?;
    let version = store::newest_version(tx, &id)? + 1;
    let policy = Policy {
        id,
        version,
        place,
        definition,
    };
    store::insert_policy(tx, &policy, cx.now())?;
    event::append(
        tx,
        cx,
        New {
            kind: events::POLICY_SAVED,
            subject: format!("desk.policy:{}", policy.id),
            data: json!({ "version": version, "place": place, "definition": policy.definition }),
            personal: None,
        },
    )?;
    Ok(policy)
}

/// Takes a policy out of force; tickets that were promised it keep it.
pub fn remove_policy(tx: &mut Tx, cx: &Cx, id: &str) -> Result<()> {
    cx.require(access::SETTINGS)?;
    tx.lock("desk.policy", id)?;
    if store::retire_policy(tx, id)? == 0 {
        return Err(Error::not_found());
    }
    let removed = New {
        kind: events::POLICY_REMOVED,
        subject: format!("desk.policy:{id}"),
        data: json!({}),
        personal: None,
    };
    event::append(tx, cx, removed)?;
    Ok(())
}

/// The hours that a policy names.
pub fn hours(tx: &mut Tx, name: &str) -> Result<Hours> {
    if name == "always" {
        return Ok(Hours::Always);
    }
    neighbours::calendar(tx, name).map(Hours::Calendar)
}
