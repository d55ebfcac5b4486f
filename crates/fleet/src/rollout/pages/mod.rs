//! The pages: the list, the form, one rollout while it goes, one of its targets, and what people order.

mod acting;
mod counting;
mod deciding;
mod drafting;
mod listing;
mod packaging;
mod reading;
mod scripting;
mod showing;
mod target;
mod updating;

use axum::http::Method;
use kernel::error::{Error, Kind};
use web::{FormData, FormView, Need, Page, Routes};

pub(crate) use listing::Line;
pub(super) use listing::may_draft;
pub(super) use target::notes;

use crate::act::pages::done;
use crate::{APPROVE, CHANGE, READ};

/// The list.
pub(crate) const PATH: &str = "/rollouts";

pub(super) fn routes() -> Routes {
    let (read, change, approve) = (
        Need::permission(READ),
        Need::permission(CHANGE),
        Need::permission(APPROVE),
    );
    Routes::new()
        .page(Method::GET, PATH, read, listing::show)
        .page(Method::POST, PATH, change, drafting::create)
        .page(Method::GET, "/rollouts/new", change, drafting::new)
        .page(Method::GET, "/rollouts/{id}", read, showing::show)
        .page(
            Method::GET,
            "/rollouts/{id}/targets/{position}",
            read,
            target::show,
        )
        .page(Method::POST, "/rollouts/{id}/start", change, acting::start)
        .page(Method::POST, "/rollouts/{id}/approval", approve, acting::approve)
        .page(Method::POST, "/rollouts/{id}/exceptions", approve, acting::except)
        .page(Method::POST, "/rollouts/{id}/halt", change, acting::halt)
        // After harm whoever may approve lets it go on, and they need not be somebody who may change things.
        .page(Method::POST, "/rollouts/{id}/resumption", read, acting::resume)
        .page(
            Method::POST,
            "/rollouts/{id}/cancellation",
            change,
            acting::cancel,
        )
        .page(Method::POST, "/rollouts/{id}/probes", change, acting::probe)
}

/// A form as it was filled, when it can be mended; else the failure. What a field names and is not there can be mended, too.
fn mend(page: &Page, form: &FormData, error: Error) -> web::Result<FormView> {
    let is_mendable = match error.kind() {
        Kind::Invalid | Kind::Conflict | Kind::Forbidden => true,
        Kind::NotFound => !error.fields().is_empty(),
        _ => false,
    };
    if is_mendable {
        Ok(form.refused(&error, page.cx.locale))
    } else {
        Err(error.into())
    }
}
