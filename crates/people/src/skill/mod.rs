//! The skill matrix: what people can do, in three levels (junior, middle, senior).
//!
//! A skill's name is what tickets ask for (`network`, `software`); its title is what people read.

pub(crate) mod api;
mod pages;
pub mod store;

use std::collections::BTreeMap;

use crate::events;
use kernel::db::Tx;
use kernel::event::{self, New};
use kernel::id::UserId;
use kernel::{Cx, Error, Result};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use web::Routes;

/// The pages and endpoints about skills.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

/// A skill.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Skill {
    /// What tickets ask for.
    pub name: String,
    /// What people read.
    pub title: String,
}

/// Adds a skill or changes its title.
///
/// # Errors
/// Names the wrong field.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, name: &str, title: &str) -> Result<()> {
    cx.require("people.skill.manage")?;
    let letters = |name: &str| {
        name.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if name.is_empty() || name.len() > 40 || !letters(name) {
        return Err(Error::invalid("people.skill.name_malformed").field("name"));
    }
    if title.trim().is_empty() {
        return Err(Error::invalid("people.skill.title_missing").field("title"));
    }
    store::save(tx, name, title.trim())?;
    let data = json!({ "title": title.trim() });
    event::append(
        tx,
        cx,
        New {
            kind: events::SKILL_SAVED,
            subject: format!("skill:{name}"),
            data,
            personal: None,
        },
    )?;
    Ok(())
}

/// Removes a skill from the matrix and from everybody.
///
/// # Errors
/// Not found.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, name: &str) -> Result<()> {
    cx.require("people.skill.manage")?;
    if store::remove(tx, name)? == 0 {
        return Err(Error::not_found());
    }
    let subject = format!("skill:{name}");
    event::append(
        tx,
        cx,
        New {
            kind: events::SKILL_REMOVED,
            subject,
            data: json!({}),
            personal: None,
        },
    )?;
    Ok(())
}

/// Says what a person can do; level 0 removes.
///
/// # Errors
/// `people.skill.level_unknown` on `level`.
pub fn set_of_user(tx: &mut Tx<'_>, cx: &Cx, user: UserId, skills: &BTreeMap<String, i64>) -> Result<()> {
    cx.require("people.skill.manage")?;
    if skills.values().any(|level| !(0..=3).contains(level)) {
        return Err(Error::invalid("people.skill.level_unknown").field("level"));
    }
    let known = store::list(tx)?;
    if let Some(name) = skills
        .keys()
        .find(|name| !known.iter().any(|skill| skill.name == **name))
    {
        return Err(Error::invalid("people.skill.unknown")
            .field("skill")
            .arg("skill", name.as_str()));
    }
    let wanted: BTreeMap<String, i64> = skills
        .iter()
        .filter(|(_, level)| **level > 0)
        .map(|(n, l)| (n.clone(), *l))
        .collect();
    if store::of_user(tx, user)? == wanted {
        return Ok(());
    }
    store::replace_of_user(tx, user, &wanted)?;
    let data = json!({ "skills": wanted });
    event::append(
        tx,
        cx,
        New {
            kind: events::USER_SKILLS,
            subject: format!("user:{user}"),
            data,
            personal: None,
        },
    )?;
    Ok(())
}
