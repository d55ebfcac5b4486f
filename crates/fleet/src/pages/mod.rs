//! The pages: the list of devices, one device with all that is known of it, doubts, and the cards on tickets and people.

mod charts;
mod editing;
mod entering;
mod head;
mod history;
mod listing;
mod merging;
mod of_person;
pub mod on_ticket;
pub(crate) mod palette;
mod sections;
mod showing;
mod viewing;
pub mod wording;

use std::str::FromStr;

use kernel::error::{Error, Kind, Result};
use web::{FormData, FormView, Page, Panel, Routes, Tone, with_toast};

/// The list.
pub const PATH: &str = "/devices";

pub(crate) fn routes() -> Routes {
    listing::routes()
        .merge(viewing::routes())
        .merge(merging::routes())
        .merge(editing::routes())
        .merge(entering::routes())
        .merge(showing::routes())
        .merge(sections::routes())
        .merge(history::routes())
        .merge(on_ticket::routes())
}

pub(crate) fn panels() -> Vec<Panel> {
    vec![
        Panel {
            // Above the articles: what it is about comes before what may solve it.
            order: -6,
            ..Panel::new("fleet.ticket", "ticket.side", on_ticket::panel)
        },
        Panel::new("fleet.person", "person.side", of_person::panel),
    ]
}

/// Goes on to a page and says what was done.
fn done(page: &Page, path: &str, key: &str) -> web::Result {
    let response = web::go_to(page, path)?;
    Ok(with_toast(response, page, Tone::Success, &page.t(key)))
}

/// What stands in a field that holds an identifier; none when it is blank.
fn given<T: FromStr>(form: &FormData, field: &'static str) -> Result<Option<T>> {
    let read = form.optional(field).map(str::parse).transpose();
    read.map_err(|_| Error::invalid("web.form.malformed").field(field))
}

/// A form as it was filled, when it can be mended; else the failure.
fn mend(page: &Page, form: &FormData, error: Error) -> web::Result<FormView> {
    if matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        Ok(form.refused(&error, page.cx.locale))
    } else {
        Err(error.into())
    }
}
