//! What follows from a review: who does what by which day. An action is ticked by its owner, also after the review was closed.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::i18n::{InstantStyle, Locale, format_instant};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::json;

use super::{begin, store};
use crate::events;
use crate::incident::steering::Done;
use crate::incident::{self, IncidentId};

const WHAT_MOST: usize = 300;
const ACTIONS_MOST: usize = 50;

/// What follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Which.
    pub id: i64,
    /// What is to be done.
    pub what: String,
    /// By whom.
    pub owner: UserId,
    /// By when: a day, as `2026-03-09`.
    pub due_on: String,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

impl Action {
    /// Whether its day has passed where the reader is.
    #[must_use]
    pub fn is_late(&self, now: Timestamp, time_zone: &str) -> bool {
        let now = format_instant(now, Locale::default(), time_zone, InstantStyle::Precise);
        self.done_at.is_none() && self.due_on < now.chars().take(10).collect::<String>()
    }
}

/// Adds what follows from it.
///
/// # Errors
/// 403, 404, 422 with the fields.
pub fn add_action(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: IncidentId,
    what: &str,
    owner: Option<UserId>,
    due_on: &str,
) -> Result<()> {
    let (incident, _) = begin(tx, cx, id)?;
    let mut errors = Errors::new();
    let what = what
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('\0', "");
    if what.is_empty() || what.chars().count() > WHAT_MOST {
        errors.push_with(
            "what",
            "major.action_length",
            vec![("most".to_owned(), WHAT_MOST.into())],
        );
    }
    let known = match owner {
        Some(owner) => incident::steering::works_here(tx, owner)?.then_some(owner),
        None => None,
    };
    if known.is_none() {
        errors.push("owner", "major.person_unknown");
    }
    if !is_day(due_on) {
        errors.push("due_on", "major.day_malformed");
    }
    errors.finish()?;
    if store::actions(tx, id)?.len() >= ACTIONS_MOST {
        return Err(Error::conflict("major.actions_most").arg("most", ACTIONS_MOST));
    }
    let Some(owner) = known else {
        return Ok(());
    };
    let action = store::add_action(tx, id, &what, owner, due_on)?;
    let data = json!({ "action": action, "owner": owner.to_string(), "due_on": due_on });
    let personal = json!({ "what": what });
    incident::tell(
        tx,
        cx,
        &incident.subject(),
        events::ACTION_ADDED,
        data,
        Some(personal),
    )
}

/// Whether a text is a day that exists.
fn is_day(text: &str) -> bool {
    let instant = serde_json::Value::from(format!("{text}T00:00:00Z"));
    text.len() == 10 && serde_json::from_value::<Timestamp>(instant).is_ok()
}

/// Ticks an action, also after the review was closed, or takes the tick back.
///
/// # Errors
/// 403, 404.
pub fn tick_action(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId, action: i64, done: Done) -> Result<()> {
    let incident = incident::load(tx, cx, id)?;
    let found = store::actions(tx, id)?.into_iter().find(|one| one.id == action);
    let found = found.ok_or_else(Error::not_found)?;
    if cx.user_id() != Some(found.owner) {
        begin(tx, cx, id)?;
    }
    let done_at = (done == Done::Yes).then(|| cx.now());
    if found.done_at.is_some() == done_at.is_some() {
        return Ok(());
    }
    store::tick_action(tx, action, done_at)?;
    let data = json!({ "action": action, "done": done == Done::Yes });
    let personal = json!({ "what": found.what });
    incident::tell(
        tx,
        cx,
        &incident.subject(),
        events::ACTION_TICKED,
        data,
        Some(personal),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_passed_when_it_has_where_the_reader_is() {
        let action = Action {
            id: 1,
            what: "Rotate logs".to_owned(),
            owner: UserId::from_parts(1, &[1; 10]),
            due_on: "2026-03-09".to_owned(),
            done_at: None,
        };
        // 2026-03-10 01:00 in Shanghai, still the ninth in London.
        let evening = Timestamp::from_millis(1_773_075_600_000);
        assert!(action.is_late(evening, "Asia/Shanghai"));
        assert!(!action.is_late(evening, "Europe/London"));
    }

    #[test]
    fn a_day_is_one_that_exists() {
        assert!(is_day("2026-03-09"));
        for text in ["2026-02-30", "9.3.2026", "", "2026-3-9", "2026-03-09T1"] {
            assert!(!is_day(text), "{text}");
        }
    }
}
