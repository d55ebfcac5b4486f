//! The pages of acts: connecting to a device, one act with what it writes, and what waits for a second person.

mod connect;
mod reading;
mod safety;
mod show;
mod table;

use kernel::error::{Error, Kind};
use web::{FormData, FormView, Page, Routes, Tone, with_toast};

pub(crate) use connect::Row;
pub(crate) use reading::limits;

pub(crate) fn routes() -> Routes {
    connect::routes().merge(show::routes()).merge(safety::routes())
}

/// Goes on to a page and says what was done.
pub(crate) fn done(page: &Page, path: &str, key: &str) -> web::Result {
    let response = web::go_to(page, path)?;
    Ok(with_toast(response, page, Tone::Success, &page.t(key)))
}

/// A form as it was filled, when it can be mended; else the failure.
pub(crate) fn mend(page: &Page, form: &FormData, error: Error) -> web::Result<FormView> {
    if matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::Forbidden) {
        Ok(form.refused(&error, page.cx.locale))
    } else {
        Err(error.into())
    }
}
