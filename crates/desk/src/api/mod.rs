//! The desk's JSON interface: thin handlers over the same operations as the pages.
//!
//! State changes are resources: a resolution is posted, and deleting it reopens. People are named by mail address or
//! identifier, teams by name or identifier.

mod acting;
mod hand;
mod json;
mod naming;
mod reading;
mod working;

use web::{Need, Routes};

use crate::ticket::access;

/// The endpoints under `/api/v1`.
pub fn routes() -> Routes {
    let may = Need::permission;
    Routes::new()
        .api(may(access::OPEN), utoipa_axum::routes!(acting::open_ticket))
        .api(may(access::READ), utoipa_axum::routes!(reading::list_tickets))
        .api(may(access::READ), utoipa_axum::routes!(reading::get_ticket))
        .api(may(access::CHANGE), utoipa_axum::routes!(acting::change_ticket))
        .api(may(access::REPLY), utoipa_axum::routes!(acting::reply))
        .api(may(access::NOTE), utoipa_axum::routes!(acting::note))
        .api(may(access::ASSIGN), utoipa_axum::routes!(acting::assign))
        .api(may(access::ESCALATE), utoipa_axum::routes!(acting::escalate))
        .api(may(access::RESOLVE), utoipa_axum::routes!(acting::wait))
        .api(may(access::RESOLVE), utoipa_axum::routes!(acting::resume))
        .api(may(access::RESOLVE), utoipa_axum::routes!(acting::resolve))
        .api(may(access::REOPEN), utoipa_axum::routes!(acting::reopen))
        .api(may(access::VERIFY), utoipa_axum::routes!(acting::verify))
        .api(may(access::NOTE), utoipa_axum::routes!(hand::list_macros))
        .api(may(access::NOTE), utoipa_axum::routes!(hand::run_macro))
        .api(may(access::NOTE), utoipa_axum::routes!(hand::list_templates))
        .api(may(access::CHANGE), utoipa_axum::routes!(hand::merge))
        .api(may(access::CHANGE), utoipa_axum::routes!(hand::unmerge))
        .api(may(access::CHANGE), utoipa_axum::routes!(hand::split))
        .api(may(access::READ), utoipa_axum::routes!(hand::list_links))
        .api(may(access::CHANGE), utoipa_axum::routes!(hand::link))
        .api(may(access::CHANGE), utoipa_axum::routes!(hand::unlink))
        .api(may(access::INTERNAL), utoipa_axum::routes!(working::list_time))
        .api(may(access::NOTE), utoipa_axum::routes!(working::log_time))
        .api(
            may(access::INTERNAL),
            utoipa_axum::routes!(working::list_checklist),
        )
        .api(
            may(access::CHANGE),
            utoipa_axum::routes!(working::add_to_checklist),
        )
        .api(may(access::CHANGE), utoipa_axum::routes!(working::tick))
}
