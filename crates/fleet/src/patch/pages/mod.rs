//! The pages: the list with what is done to many at once, one patch, and the rules.

mod deciding;
mod listing;
mod ruling;
mod showing;

use axum::http::Method;
use kernel::error::{Error, Result};
use web::{FormData, Need, Routes};

use super::State;
use crate::act::pages::{done, mend};
use crate::{APPROVE, CHANGE, READ};

/// The list.
pub(crate) const PATH: &str = "/patches";

pub(super) fn routes() -> Routes {
    let (read, change, approve) = (
        Need::permission(READ),
        Need::permission(CHANGE),
        Need::permission(APPROVE),
    );
    Routes::new()
        .page(Method::GET, PATH, read, listing::show)
        .page(Method::POST, "/patches/decisions", approve, deciding::decide_many)
        .page(Method::POST, "/patches/plan", change, deciding::plan)
        .page(Method::GET, "/patches/rules", read, ruling::show)
        .page(Method::POST, "/patches/rules", approve, ruling::add)
        .page(Method::POST, "/patches/rules/{id}/end", approve, ruling::end)
        .page(Method::GET, "/patches/{id}", read, showing::show)
        .page(
            Method::POST,
            "/patches/{id}/decision",
            approve,
            deciding::decide_one,
        )
}

/// How patches are to stand, as the button that was pressed says.
fn wanted_state(form: &FormData) -> Result<State> {
    State::known(form.text("state")).ok_or_else(|| Error::invalid("web.form.choice").field("state"))
}

/// What is said when patches stand so from now on.
const fn done_key(state: State) -> &'static str {
    match state {
        State::Waiting => "fleet-patch-did-take-back",
        State::Approved => "fleet-patch-did-approve",
        State::Declined => "fleet-patch-did-decline",
    }
}
