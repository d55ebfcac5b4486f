//! Changing what a ticket says: title, triage, environment, tags, next step.
//!
//! The priority follows impact and urgency until a person pins it. An editor may say which version it read; when somebody
//! else was faster it is told, and nothing is overwritten.

use std::collections::BTreeSet;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::saving::{self, Told};
use super::value::{Category, Impact, Priority, Stage, TicketType, Urgency};
use super::{Environment, TITLE_MAX, Ticket, access, store};
use crate::{article, events, triage};

/// The fields to change; `None` leaves one as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub title: Option<String>,
    pub ticket_type: Option<TicketType>,
    pub category: Option<Category>,
    pub impact: Option<Impact>,
    pub urgency: Option<Urgency>,
    pub priority: Option<Pin>,
    pub complexity: Option<i64>,
    pub requester: Option<UserId>,
    pub environment: Option<Environment>,
    pub steps: Option<String>,
    pub error_text: Option<String>,
    /// All tags the ticket shall have.
    pub tags: Option<Vec<String>>,
    /// What happens next, and when; both or neither.
    pub next_step: Option<NextStep>,
    /// The version the editor read.
    pub expected_version: Option<i64>,
}

/// What decides the priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// This, by hand.
    To(Priority),
    /// Impact and urgency again.
    Loose,
}

/// What will be done next and by when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    pub what: String,
    pub at: Option<Timestamp>,
}

/// Changes a ticket.
pub fn change(tx: &mut Tx, cx: &Cx, number: i64, change: Change) -> Result<Ticket> {
    let before = saving::begin(tx, cx, number, access::CHANGE)?;
    if change
        .expected_version
        .is_some_and(|expected| expected != before.version)
    {
        return Err(Error::conflict("desk.ticket.changed_meanwhile").arg("number", number));
    }
    if before.state.stage() == Stage::Closed {
        return Err(Error::conflict("desk.ticket.closed"));
    }
    let mut after = before.clone();
    apply(&mut after, &change)?;
    match change.priority {
        Some(Pin::To(priority)) => (after.priority, after.priority_pinned) = (priority, true),
        Some(Pin::Loose) => after.priority_pinned = false,
        None => {}
    }
    if !after.priority_pinned {
        after.priority = triage::store::priority(tx, after.impact, after.urgency)?;
    }
    let tags = change.tags.as_deref().map(clean_tags).transpose()?;
    let told = change_tags(tx, number, tags, Told::new(events::TICKET_CHANGED))?;
    let (told, tags_changed) = told;
    if after == before && !tags_changed {
        return Ok(before);
    }
    saving::finish(tx, cx, &before, after, told)
}

fn apply(after: &mut Ticket, change: &Change) -> Result<()> {
    let mut errors = Errors::new();
    if let Some(title) = &change.title {
        after.title = article::line(&mut errors, "title", title, TITLE_MAX);
        if after.title.is_empty() {
            errors.push("title", "desk.ticket.title_missing");
        }
    }
    if let Some(complexity) = change.complexity {
        if !(1..=3).contains(&complexity) {
            errors.push("complexity", "desk.ticket.complexity_out_of_range");
        }
        after.complexity = complexity;
    }
    if let Some(environment) = &change.environment {
        after.environment = clean_environment(&mut errors, environment);
    }
    if let Some(next) = &change.next_step {
        let what = article::line(&mut errors, "next_step", &next.what, TITLE_MAX);
        if what.is_empty() != next.at.is_none() {
            errors.push(
                if what.is_empty() {
                    "next_step"
                } else {
                    "next_step_at"
                },
                "desk.ticket.next_step_half",
            );
        }
        after.next_step = (!what.is_empty()).then_some(what);
        after.next_step_at = next.at;
    }
    errors.finish()?;
    after.ticket_type = change.ticket_type.unwrap_or(after.ticket_type);
    after.category = change.category.unwrap_or(after.category);
    after.impact = change.impact.unwrap_or(after.impact);
    after.urgency = change.urgency.unwrap_or(after.urgency);
    after.requester = change.requester.unwrap_or(after.requester);
    if change.steps.is_some() {
        after.steps = clean_text(change.steps.as_deref());
    }
    if change.error_text.is_some() {
        after.error_text = clean_text(change.error_text.as_deref());
    }
    Ok(())
}

fn change_tags(tx: &mut Tx, number: i64, wanted: Option<Vec<String>>, told: Told) -> Result<(Told, bool)> {
    let Some(wanted) = wanted else {
        return Ok((told, false));
    };
    let present = store::tags(tx, number)?;
    let added: Vec<String> = wanted
        .iter()
        .filter(|tag| !present.contains(tag))
        .cloned()
        .collect();
    let removed: Vec<String> = present
        .iter()
        .filter(|tag| !wanted.contains(tag))
        .cloned()
        .collect();
    for tag in &added {
        store::add_tag(tx, number, tag)?;
    }
    for tag in &removed {
        store::remove_tag(tx, number, tag)?;
    }
    let changed = !added.is_empty() || !removed.is_empty();
    let told = if changed {
        told.with("tags_added", added).with("tags_removed", removed)
    } else {
        told
    };
    Ok((told, changed))
}

const TAG_MAX: usize = 40;
const TAGS_MAX: usize = 30;
const FIELD_MAX: usize = 200;

/// Tags as they may be stored: lower case, no blanks at the ends, each once.
pub(crate) fn clean_tags(tags: &[String]) -> Result<Vec<String>> {
    let mut errors = Errors::new();
    let clean: BTreeSet<String> = tags
        .iter()
        .map(|tag| article::line(&mut errors, "tags", tag, TAG_MAX).to_lowercase())
        .filter(|tag| !tag.is_empty())
        .collect();
    if clean.len() > TAGS_MAX {
        errors.push("tags", "desk.ticket.too_many_tags");
    }
    errors.finish()?;
    Ok(clean.into_iter().collect())
}

/// An environment as it may be stored: single lines, empty ones left out.
pub(crate) fn clean_environment(errors: &mut Errors, environment: &Environment) -> Environment {
    let mut clean = |field: &str, value: &Option<String>| {
        let line = article::line(
            errors,
            &format!("environment.{field}"),
            value.as_deref()?,
            FIELD_MAX,
        );
        (!line.is_empty()).then_some(line)
    };
    Environment {
        device: clean("device", &environment.device),
        os: clean("os", &environment.os),
        application: clean("application", &environment.application),
        version: clean("version", &environment.version),
    }
}

/// A longer text that may be missing.
pub(crate) fn clean_text(text: Option<&str>) -> Option<String> {
    let text = text?.trim_end().replace('\0', "");
    (!text.trim().is_empty()).then(|| text.chars().take(super::BODY_MAX).collect())
}
