//! The desk's JSON interface: thin handlers over the same operations as the pages.
//!
//! State changes are resources: a resolution is posted, and deleting it reopens. People are named by mail address or
//! identifier, teams by name or identifier.

mod acting;
mod json;
mod learned;
mod naming;
mod reading;

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
        .api(
            may(access::INTERNAL),
            utoipa_axum::routes!(learned::list_proposals),
        )
        .api(
            may(access::CHANGE),
            utoipa_axum::routes!(learned::accept_proposal),
        )
        .api(may(access::INTERNAL), utoipa_axum::routes!(learned::list_similar))
}
