//! The pages: the list, the room, declaring, the end, the review, and the settings.
//!
//! Every act is a form that works by itself; what changes a part of the room answers with that part when a script asks.

mod declaring;
mod editing;
mod listing;
pub(crate) mod palette;
pub(crate) mod panel;
mod resolving;
mod reviewing;
mod room;
mod settings;
mod steering;

use std::str::FromStr;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::UserId;
use web::{Choice, FormData, FormView, Page, Routes, Tone, see_other, with_toast};

use crate::update::Words;

pub(crate) fn routes() -> Routes {
    listing::routes()
        .merge(declaring::routes())
        .merge(room::routes())
        .merge(steering::routes())
        .merge(editing::routes())
        .merge(resolving::routes())
        .merge(reviewing::routes())
        .merge(settings::routes())
}

/// Goes on to a page and says what was done.
fn done(page: &Page, path: &str, key: &str) -> web::Result {
    let response = web::go_to(page, path)?;
    Ok(with_toast(response, page, Tone::Success, &page.t(key)))
}

/// Goes to a room of which there is one already.
fn to_room(id: crate::incident::IncidentId) -> web::Result {
    see_other(&format!("/major/{id}"))
}

/// What stands in a field that holds an identifier; none when it is blank.
fn given<T: FromStr>(form: &FormData, field: &'static str) -> Result<Option<T>> {
    let read = form.optional(field).map(str::parse).transpose();
    read.map_err(|_| Error::invalid("web.form.malformed").field(field))
}

/// What stands in such a field when it cannot be blank.
fn required<T: FromStr>(form: &FormData, field: &'static str) -> Result<T> {
    given(form, field)?.ok_or_else(|| Error::invalid("web.form.malformed").field(field))
}

/// The two fields of words.
fn words(form: &FormData) -> Words {
    Words {
        en: form.optional("en").map(str::to_owned),
        zh: form.optional("zh").map(str::to_owned),
    }
}

/// A form as it was filled, when it can be mended; else the failure.
fn mend(page: &Page, form: &FormData, error: Error) -> web::Result<FormView> {
    if matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        Ok(form.refused(&error, page.cx.locale))
    } else {
        Err(error.into())
    }
}

/// Everybody who can be given a part, by name; the reader first.
fn people(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<(UserId, String)>> {
    let mut ids: Vec<UserId> = Vec::new();
    for role in ["manager", "admin"] {
        ids.extend(people::role::store::users_with(tx, role)?);
    }
    let mut found: Vec<(UserId, String)> = people::user::store::cards(tx, &ids)?
        .into_iter()
        .map(|(id, card)| (id, card.name))
        .collect();
    found.extend(
        people::user::store::staff(tx)?
            .into_iter()
            .map(|card| (card.id, card.name)),
    );
    if let Some(identity) = cx.identity() {
        found.push((identity.user, identity.name.clone()));
    }
    found.sort_unstable_by_key(|(id, _)| *id);
    found.dedup_by_key(|(id, _)| *id);
    found.sort_by(|(a, one), (b, other)| {
        let (a, b) = (Some(*a) != cx.user_id(), Some(*b) != cx.user_id());
        a.cmp(&b).then_with(|| one.cmp(other))
    });
    Ok(found)
}

fn as_choices(people: &[(UserId, String)]) -> Vec<Choice> {
    people
        .iter()
        .map(|(id, name)| Choice::new(id.to_string(), name))
        .collect()
}
