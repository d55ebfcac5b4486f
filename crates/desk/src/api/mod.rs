//! The desk's JSON interface: thin handlers over the same operations as the pages.
//!
//! State changes are resources: a resolution is posted, and deleting it reopens. People are named by mail address or
//! identifier, teams by name or identifier.

mod acting;
mod call;
mod catalogue;
mod diagnosing;
mod gates;
mod hand;
mod json;
mod learned;
mod many;
mod naming;
mod reading;
mod ringing;
mod tasks;
mod views;
mod words;
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
        .api(
            may(access::INTERNAL),
            utoipa_axum::routes!(views::list_views, views::add_view),
        )
        .api(
            may(access::INTERNAL),
            utoipa_axum::routes!(views::get_view, views::save_view, views::remove_view),
        )
        .api(
            may(access::INTERNAL),
            utoipa_axum::routes!(views::list_view_tickets),
        )
        .api(may(access::INTERNAL), utoipa_axum::routes!(many::change_many))
        .api(may(access::INTERNAL), utoipa_axum::routes!(many::undo_many))
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
        .merge(diagnosis_routes())
        .merge(gate_routes())
        .merge(work_routes())
        .merge(learned_routes())
        .merge(words_routes())
        .merge(catalogue_routes())
        .merge(task_routes())
        .merge(ringing_routes())
}

/// The request catalogue: asked by everybody who may open tickets, kept by who keeps the settings.
fn catalogue_routes() -> Routes {
    let open = Need::permission(access::OPEN);
    let approve = Need::permission(access::APPROVE);
    let settings = Need::permission(access::SETTINGS);
    Routes::new()
        .api(open, utoipa_axum::routes!(catalogue::list_catalogue))
        .api(open, utoipa_axum::routes!(catalogue::add_request))
        .api(approve, utoipa_axum::routes!(catalogue::list_approvals))
        .api(approve, utoipa_axum::routes!(catalogue::decide))
        .api(open, utoipa_axum::routes!(catalogue::withdraw))
        .api(settings, utoipa_axum::routes!(catalogue::list_types))
        .api(settings, utoipa_axum::routes!(catalogue::add_type))
        .api(settings, utoipa_axum::routes!(catalogue::change_type))
        .api(settings, utoipa_axum::routes!(catalogue::remove_type))
}

/// Tasks: worked on by who is in their team, added by who may change the ticket.
fn task_routes() -> Routes {
    let desk = Need::permission(access::INTERNAL);
    Routes::new()
        .api(desk, utoipa_axum::routes!(tasks::list_ticket_tasks))
        .api(
            Need::permission(access::CHANGE),
            utoipa_axum::routes!(tasks::add_task),
        )
        .api(desk, utoipa_axum::routes!(tasks::list_tasks))
        .api(desk, utoipa_axum::routes!(tasks::take_task, tasks::put_task_back))
        .api(desk, utoipa_axum::routes!(tasks::finish_task))
        .api(desk, utoipa_axum::routes!(tasks::skip_task))
}

/// What a telephone system says: whose telephone rings.
fn ringing_routes() -> Routes {
    let ring = Need::permission(crate::ringing::RING);
    Routes::new()
        .api(ring, utoipa_axum::routes!(ringing::ring))
        .api(ring, utoipa_axum::routes!(ringing::end_ringing))
}

/// Close gates: kept by who keeps the settings, read by who works on the ticket.
fn gate_routes() -> Routes {
    let settings = Need::permission(access::SETTINGS);
    Routes::new()
        .api(settings, utoipa_axum::routes!(gates::list_gates))
        .api(settings, utoipa_axum::routes!(gates::add_gate))
        .api(settings, utoipa_axum::routes!(gates::change_gate))
        .api(settings, utoipa_axum::routes!(gates::remove_gate))
        .api(
            Need::permission(access::INTERNAL),
            utoipa_axum::routes!(gates::get_standing),
        )
}

/// What was found out about a ticket: the desk's own.
fn diagnosis_routes() -> Routes {
    let (read, write) = (Need::permission(access::INTERNAL), Need::permission(access::NOTE));
    Routes::new()
        .api(read, utoipa_axum::routes!(diagnosing::get_diagnosis))
        .api(write, utoipa_axum::routes!(diagnosing::put_diagnosis))
        .api(write, utoipa_axum::routes!(diagnosing::add_evidence))
        .api(write, utoipa_axum::routes!(diagnosing::remove_evidence))
        .api(write, utoipa_axum::routes!(diagnosing::add_cause))
        .api(write, utoipa_axum::routes!(diagnosing::change_cause))
        .api(write, utoipa_axum::routes!(diagnosing::remove_cause))
        .api(write, utoipa_axum::routes!(diagnosing::add_risky_step))
        .api(write, utoipa_axum::routes!(diagnosing::change_risky_step))
        .api(write, utoipa_axum::routes!(diagnosing::remove_risky_step))
}

/// How long people worked on a ticket, and its checklist.
fn work_routes() -> Routes {
    let (read, note) = (Need::permission(access::INTERNAL), Need::permission(access::NOTE));
    let change = Need::permission(access::CHANGE);
    Routes::new()
        .api(read, utoipa_axum::routes!(working::list_time))
        .api(note, utoipa_axum::routes!(working::log_time))
        .api(read, utoipa_axum::routes!(working::list_checklist))
        .api(change, utoipa_axum::routes!(working::add_to_checklist))
        .api(change, utoipa_axum::routes!(working::tick))
}

/// Words to the requester: the glossary, the finding, ratings.
fn words_routes() -> Routes {
    let (read, keep) = (
        Need::permission(access::INTERNAL),
        Need::permission(access::GLOSSARY),
    );
    Routes::new()
        .api(read, utoipa_axum::routes!(words::list_terms))
        .api(keep, utoipa_axum::routes!(words::add_term))
        .api(keep, utoipa_axum::routes!(words::change_term))
        .api(keep, utoipa_axum::routes!(words::remove_term))
        .api(read, utoipa_axum::routes!(words::get_finding))
        .api(
            Need::permission(access::RESOLVE),
            utoipa_axum::routes!(words::put_finding),
        )
        .api(read, utoipa_axum::routes!(words::offer_plain))
}

/// What was learned from tickets, beside the ticket.
fn learned_routes() -> Routes {
    let read = Need::permission(access::INTERNAL);
    Routes::new()
        .api(read, utoipa_axum::routes!(learned::list_proposals))
        .api(
            Need::permission(access::CHANGE),
            utoipa_axum::routes!(learned::accept_proposal),
        )
        .api(read, utoipa_axum::routes!(learned::list_similar))
}
