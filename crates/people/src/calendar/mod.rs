//! Working calendars: stored as `worktime` definitions, handed out compiled.
//!
//! Compiling a calendar costs more than using it, so compiled ones are kept by their text: an edited calendar has
//! another text, and no node can serve a stale one.

pub(crate) mod api;
mod importing;
mod pages;
mod preview;
pub mod site;
mod site_pages;
pub mod store;
mod text;

use std::collections::HashMap;
use std::sync::Mutex;

use crate::events;
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::event::{self, New};
use kernel::id::{Id, TeamId, UserId};
use kernel::{Cx, Error, Result};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use web::Routes;
use worktime::Definition;

/// Marks identifiers of calendars.
#[derive(Debug)]
pub enum CalendarKind {}
/// A calendar's identifier.
pub type CalendarId = Id<CalendarKind>;

/// A calendar as it is stored.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Calendar)]
pub struct Stored {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: CalendarId,
    /// Name on screen.
    pub name: String,
    /// Hours, holidays, make-up days, time zone.
    #[schema(value_type = Object)]
    pub definition: Definition,
}

/// The pages and endpoints about calendars and sites.
pub fn routes() -> Routes {
    pages::routes().merge(site_pages::routes()).merge(api::routes())
}

/// More different calendars than this at once mean tests, not a department.
const KEPT_AT_MOST: usize = 256;

static COMPILED: Mutex<Option<HashMap<String, worktime::Calendar>>> = Mutex::new(None);

/// Adds a calendar.
///
/// # Errors
/// Names the wrong field, as `worktime` calls it.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, name: &str, definition: &Definition) -> Result<CalendarId> {
    cx.require("people.calendar.manage")?;
    let id: CalendarId = cx.new_id();
    check(name, definition)?;
    store::insert(tx, id, name.trim(), definition, cx.now()).map_err(taken)?;
    note(tx, cx, id, events::CALENDAR_ADDED, definition)?;
    Ok(id)
}

/// Stores what a form says of a calendar.
///
/// # Errors
/// Names the wrong field.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, id: CalendarId, name: &str, definition: &Definition) -> Result<()> {
    cx.require("people.calendar.manage")?;
    check(name, definition)?;
    store::load(tx, &id.to_string())?;
    store::update(tx, id, name.trim(), definition, cx.now()).map_err(taken)?;
    note(tx, cx, id, events::CALENDAR_CHANGED, definition)
}

/// Changes special days of a calendar and nothing else.
///
/// # Errors
/// Not found; names the wrong field.
pub(crate) fn change_days(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: CalendarId,
    apply: &dyn Fn(&mut Definition),
) -> Result<()> {
    cx.require("people.calendar.manage")?;
    tx.lock("people.calendar", id)?;
    let Stored {
        name, mut definition, ..
    } = store::load(tx, &id.to_string())?;
    apply(&mut definition);
    change(tx, cx, id, &name, &definition)
}

fn check(name: &str, definition: &Definition) -> Result<()> {
    let mut errors = kernel::Errors::new();
    if name.trim().is_empty() {
        errors.push("name", "people.calendar.name_missing");
    }
    if let Err(error) = worktime::Calendar::new(definition) {
        let args = error
            .arguments()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        errors.push_with(error.field().unwrap_or("definition"), error.code(), args);
    }
    errors.finish()
}

fn taken(error: Error) -> Error {
    if error.kind() == Kind::Conflict {
        Error::invalid("people.calendar.name_taken").field("name")
    } else {
        error
    }
}

fn note(tx: &mut Tx<'_>, cx: &Cx, id: CalendarId, kind: &'static str, definition: &Definition) -> Result<()> {
    let data = json!({ "definition": definition });
    event::append(
        tx,
        cx,
        New {
            kind,
            subject: format!("calendar:{id}"),
            data,
            personal: None,
        },
    )?;
    Ok(())
}

/// A calendar ready to compute.
///
/// # Errors
/// Not found; internal when what is stored is no calendar (it was checked when it was stored).
pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<worktime::Calendar> {
    compiled(&store::definition_text(tx, id)?)
}

/// A calendar from its stored text, from memory when it is the same as before.
///
/// # Errors
/// Internal when the text is no calendar.
pub fn compiled(text: &str) -> Result<worktime::Calendar> {
    if let Some(found) = with_kept(|kept| kept.get(text).cloned()) {
        return Ok(found);
    }
    let definition: Definition = serde_json::from_str(text)?;
    let calendar =
        worktime::Calendar::new(&definition).map_err(|error| Error::internal(error.to_string()))?;
    with_kept(|kept| {
        if kept.len() >= KEPT_AT_MOST {
            kept.clear();
        }
        kept.insert(text.to_owned(), calendar.clone());
    });
    Ok(calendar)
}

fn with_kept<T>(act: impl FnOnce(&mut HashMap<String, worktime::Calendar>) -> T) -> T {
    let mut kept = COMPILED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    act(kept.get_or_insert_with(HashMap::new))
}

/// The hours a person usually works: their own calendar, else their site's; `None` means round the clock.
///
/// # Errors
/// The database's.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Option<worktime::Calendar>> {
    store::text_of_user(tx, user)?
        .as_deref()
        .map(compiled)
        .transpose()
}

/// The hours of a team; `None` means round the clock.
///
/// # Errors
/// The database's.
pub fn of_team(tx: &mut Tx<'_>, team: TeamId) -> Result<Option<worktime::Calendar>> {
    store::text_of_team(tx, team)?
        .as_deref()
        .map(compiled)
        .transpose()
}
