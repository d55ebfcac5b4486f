//! The technician's console: queues, the ticket page, what is done to a ticket, and the desk's settings, as pages.
//!
//! Handlers translate between forms and the operations of `ticket`, `service_level`, `triage`, and `view`; what may be
//! done, and by whom, is decided there. One file per behaviour, with its templates in `views/`. The employees' pages are
//! the portal's.
//!
//! Each page costs a fixed number of statements, whatever stands in the database; `tests/console_cost.rs` holds it to that.

mod acting;
mod asked;
mod assigning;
mod changed;
mod clocks;
mod clusters;
mod completing;
mod composing;
mod conversation;
mod diagnosing;
mod editing;
mod escalating;
mod files;
mod gates;
mod gone;
mod head;
mod home;
mod joining;
mod live;
mod macros;
mod many;
mod moments;
mod names;
mod next;
mod opening;
mod palette;
mod presence;
mod queue;
mod rail;
mod resolving;
mod rows;
mod saved_views;
mod settings;
mod settings_assignment;
mod settings_gates;
mod settings_macros;
mod settings_policies;
mod settings_policy_form;
mod settings_priorities;
mod settings_templates;
mod settings_triage;
mod side;
mod spending;
mod suggesting;
mod talk;
mod ticket;
mod waiting;
mod wording;

use axum::http::Method;
use web::{Group, NavigationItem, Need, PaletteSource, Panel, Routes, Topic};

pub use live::topics_of;

use crate::ticket::access;

const GET: Method = Method::GET;
const POST: Method = Method::POST;

/// Every page of the console.
pub fn routes() -> Routes {
    let read = Need::permission(access::READ);
    let desk = Need::permission(access::INTERNAL);
    Routes::new()
        .page(GET, "/", Need::SignedIn, home::home)
        .page(GET, "/rail", desk, rail::refresh)
        .page(GET, "/queues/{queue}", desk, queue::show)
        .page(GET, "/queues/{queue}/rows", desk, queue::rows)
        .page(GET, "/tickets/{number}", read, ticket::show)
        .page(GET, "/tickets/{number}/head", desk, head::refresh)
        .page(GET, "/tickets/{number}/timeline", desk, talk::refresh)
        .page(GET, "/tickets/{number}/side", desk, side::refresh)
        .page(GET, "/tickets/{number}/clocks/{kind}", desk, clocks::explain)
        .page(GET, "/attachments/{id}", read, files::download)
        .merge(acts())
        .merge(joining_routes())
        .merge(hand_routes())
        .merge(diagnosis_routes())
        .merge(saved_views::routes())
        .merge(many::routes())
        .merge(work_routes())
        .merge(opening_routes())
        .merge(settings_routes())
        .merge(settings_gates::routes())
        .merge(suggesting::routes())
}

/// What is done to a ticket. Each act is a resource: GET is its form as a page (or inside of a dialog), POST does it.
fn acts() -> Routes {
    let need = Need::permission;
    Routes::new()
        .page(
            POST,
            "/tickets/{number}/articles",
            need(access::REPLY),
            composing::send,
        )
        .page(
            Method::PUT,
            "/tickets/{number}/draft",
            need(access::READ),
            composing::keep_draft,
        )
        .page(
            GET,
            "/tickets/{number}/calls",
            need(access::REPLY),
            composing::ask_call,
        )
        .page(
            POST,
            "/tickets/{number}/calls",
            need(access::REPLY),
            composing::log_call,
        )
        .page(
            GET,
            "/tickets/{number}/assignment",
            need(access::ASSIGN),
            assigning::ask,
        )
        .page(
            POST,
            "/tickets/{number}/assignment",
            need(access::ASSIGN),
            assigning::assign,
        )
        .page(
            POST,
            "/tickets/{number}/assignment/mine",
            need(access::ASSIGN),
            assigning::take,
        )
        .page(
            GET,
            "/tickets/{number}/assignment/reason",
            need(access::INTERNAL),
            assigning::why,
        )
        .page(
            GET,
            "/tickets/{number}/escalation",
            need(access::ESCALATE),
            escalating::ask,
        )
        .page(
            POST,
            "/tickets/{number}/escalation",
            need(access::ESCALATE),
            escalating::escalate,
        )
        .page(
            POST,
            "/tickets/{number}/work",
            need(access::RESOLVE),
            waiting::work,
        )
        .page(
            GET,
            "/tickets/{number}/waiting",
            need(access::RESOLVE),
            waiting::ask,
        )
        .page(
            POST,
            "/tickets/{number}/waiting",
            need(access::RESOLVE),
            waiting::wait,
        )
        .page(
            GET,
            "/tickets/{number}/resolution",
            need(access::RESOLVE),
            resolving::ask,
        )
        .page(
            POST,
            "/tickets/{number}/resolution",
            need(access::RESOLVE),
            resolving::resolve,
        )
        .page(
            GET,
            "/tickets/{number}/verification",
            need(access::VERIFY),
            resolving::ask_verify,
        )
        .page(
            POST,
            "/tickets/{number}/verification",
            need(access::VERIFY),
            resolving::verify,
        )
        .page(
            GET,
            "/tickets/{number}/reopening",
            need(access::REOPEN),
            resolving::ask_reopen,
        )
        .page(
            POST,
            "/tickets/{number}/reopening",
            need(access::REOPEN),
            resolving::reopen,
        )
        .page(
            POST,
            "/tickets/{number}/title",
            need(access::CHANGE),
            editing::title,
        )
        .page(
            GET,
            "/tickets/{number}/fields",
            need(access::CHANGE),
            editing::ask_fields,
        )
        .page(
            POST,
            "/tickets/{number}/fields",
            need(access::CHANGE),
            editing::fields,
        )
        .page(
            GET,
            "/tickets/{number}/priority",
            need(access::CHANGE),
            editing::ask_priority,
        )
        .page(
            POST,
            "/tickets/{number}/priority",
            need(access::CHANGE),
            editing::priority,
        )
        .page(
            GET,
            "/tickets/{number}/tags",
            need(access::CHANGE),
            editing::ask_tags,
        )
        .page(
            POST,
            "/tickets/{number}/tags",
            need(access::CHANGE),
            editing::tags,
        )
        .page(
            GET,
            "/tickets/{number}/next-step",
            need(access::CHANGE),
            editing::ask_next_step,
        )
        .page(
            POST,
            "/tickets/{number}/next-step",
            need(access::CHANGE),
            editing::next_step,
        )
        .page(
            POST,
            "/tickets/{number}/watching",
            need(access::INTERNAL),
            editing::watch,
        )
        .page(
            POST,
            "/tickets/{number}/unwatching",
            need(access::INTERNAL),
            editing::unwatch,
        )
}

/// Tickets that belong together.
fn joining_routes() -> Routes {
    let change = Need::permission(access::CHANGE);
    Routes::new()
        .page(GET, "/tickets/{number}/merge", change, joining::ask_merge)
        .page(POST, "/tickets/{number}/merge", change, joining::merge)
        .page(POST, "/tickets/{number}/unmerge", change, joining::unmerge)
        .page(
            GET,
            "/tickets/{number}/articles/{article}/split",
            change,
            joining::ask_split,
        )
        .page(
            POST,
            "/tickets/{number}/articles/{article}/split",
            change,
            joining::split,
        )
        .page(GET, "/tickets/{number}/links", change, joining::ask_link)
        .page(POST, "/tickets/{number}/links", change, joining::link)
        .page(POST, "/tickets/{number}/links/removal", change, joining::unlink)
}

/// Who is there, time spent, and the checklist.
fn work_routes() -> Routes {
    let (internal, note) = (Need::permission(access::INTERNAL), Need::permission(access::NOTE));
    let change = Need::permission(access::CHANGE);
    Routes::new()
        .page(GET, "/tickets/{number}/presence", internal, presence::show)
        .page(
            Method::PUT,
            "/tickets/{number}/presence",
            internal,
            presence::tell,
        )
        .page(POST, "/tickets/{number}/time", note, spending::log_time)
        .page(
            POST,
            "/tickets/{number}/time/{id}/removal",
            note,
            spending::take_back,
        )
        .page(POST, "/tickets/{number}/checklist", change, spending::add_items)
        .page(
            POST,
            "/tickets/{number}/checklist/{id}",
            change,
            spending::change_item,
        )
}

/// Macros and templates: whoever writes on tickets has own ones; those of everybody take the right to set the desk up.
fn hand_routes() -> Routes {
    let note = Need::permission(access::NOTE);
    Routes::new()
        .page(GET, "/tickets/{number}/macros", note, macros::ask)
        .page(POST, "/tickets/{number}/macros", note, macros::run)
        .page(
            Method::PUT,
            "/tickets/{number}/forms/{form}/draft",
            Need::permission(access::READ),
            composing::keep_form,
        )
        .page(GET, "/tickets/{number}/completion", note, completing::offer)
        .page(GET, "/tickets/{number}/templates", note, completing::choose)
        .page(GET, "/settings/desk/macros", note, settings_macros::list)
        .page(POST, "/settings/desk/macros", note, settings_macros::add)
        .page(GET, "/settings/desk/macros/new", note, settings_macros::new)
        .page(GET, "/settings/desk/macros/{id}", note, settings_macros::edit)
        .page(POST, "/settings/desk/macros/{id}", note, settings_macros::save)
        .page(
            POST,
            "/settings/desk/macros/{id}/removal",
            note,
            settings_macros::remove,
        )
        .page(GET, "/settings/desk/templates", note, settings_templates::list)
        .page(POST, "/settings/desk/templates", note, settings_templates::add)
        .page(GET, "/settings/desk/templates/new", note, settings_templates::new)
        .page(
            GET,
            "/settings/desk/templates/{id}",
            note,
            settings_templates::edit,
        )
        .page(
            POST,
            "/settings/desk/templates/{id}",
            note,
            settings_templates::save,
        )
        .page(
            POST,
            "/settings/desk/templates/{id}/removal",
            note,
            settings_templates::remove,
        )
}

/// What was found out about a ticket, and how it is known: the desk's own.
fn diagnosis_routes() -> Routes {
    let read = Need::permission(access::INTERNAL);
    let write = Need::permission(access::NOTE);
    let diagnosis = Routes::new()
        .page(GET, "/tickets/{number}/diagnosis", read, diagnosing::show)
        .page(GET, "/tickets/{number}/diagnosis/card", read, diagnosing::card)
        .page(
            POST,
            "/tickets/{number}/diagnosis/{question}",
            write,
            diagnosing::answer,
        );
    let evidence = {
        use diagnosing::evidence;
        Routes::new()
            .page(GET, "/tickets/{number}/evidence/new", write, evidence::ask)
            .page(POST, "/tickets/{number}/evidence", write, evidence::add)
            .page(
                POST,
                "/tickets/{number}/evidence/of-attachment",
                write,
                evidence::of_attachment,
            )
            .page(GET, "/tickets/{number}/evidence/{id}/file", read, evidence::file)
            .page(GET, "/tickets/{number}/evidence/{id}/text", read, evidence::text)
            .page(
                POST,
                "/tickets/{number}/evidence/{id}/removal",
                write,
                evidence::remove,
            )
    };
    diagnosis.merge(evidence).merge(tried_routes())
}

/// Causes that were tried, and steps that can do harm.
fn tried_routes() -> Routes {
    let write = Need::permission(access::NOTE);
    let causes = {
        use diagnosing::causes;
        Routes::new()
            .page(GET, "/tickets/{number}/causes/new", write, causes::ask)
            .page(POST, "/tickets/{number}/causes", write, causes::add)
            .page(GET, "/tickets/{number}/causes/{id}", write, causes::edit)
            .page(POST, "/tickets/{number}/causes/{id}", write, causes::change)
            .page(
                POST,
                "/tickets/{number}/causes/{id}/removal",
                write,
                causes::remove,
            )
    };
    let risks = {
        use diagnosing::risks;
        Routes::new()
            .page(GET, "/tickets/{number}/risky-steps/new", write, risks::ask)
            .page(POST, "/tickets/{number}/risky-steps", write, risks::add)
            .page(GET, "/tickets/{number}/risky-steps/{id}", write, risks::edit)
            .page(POST, "/tickets/{number}/risky-steps/{id}", write, risks::change)
            .page(
                POST,
                "/tickets/{number}/risky-steps/{id}/removal",
                write,
                risks::remove,
            )
    };
    causes.merge(risks)
}

fn opening_routes() -> Routes {
    // Whoever opens a ticket for somebody else looks people up; a requester has the portal's form.
    let desk = Need::permission(access::INTERNAL);
    Routes::new()
        .page(GET, "/tickets/new", desk, opening::ask)
        .page(GET, "/tickets/new/callers", desk, opening::callers)
        .page(POST, "/tickets", desk, opening::open)
}

fn settings_routes() -> Routes {
    let settings = Need::permission(access::SETTINGS);
    Routes::new()
        .page(GET, "/settings/desk", settings, settings::show)
        .page(POST, "/settings/desk", settings, settings::save)
        .page(
            GET,
            "/settings/desk/priorities",
            settings,
            settings_priorities::show,
        )
        .page(
            POST,
            "/settings/desk/priorities",
            settings,
            settings_priorities::save,
        )
        .page(
            GET,
            "/settings/desk/assignment",
            settings,
            settings_assignment::show,
        )
        .page(
            POST,
            "/settings/desk/assignment",
            settings,
            settings_assignment::save,
        )
        .page(
            GET,
            "/settings/desk/service-levels",
            settings,
            settings_policies::list,
        )
        .page(
            GET,
            "/settings/desk/service-levels/new",
            settings,
            settings_policies::new,
        )
        .page(
            POST,
            "/settings/desk/service-levels",
            settings,
            settings_policies::add,
        )
        .page(
            GET,
            "/settings/desk/service-levels/{id}",
            settings,
            settings_policies::edit,
        )
        .page(
            POST,
            "/settings/desk/service-levels/{id}",
            settings,
            settings_policies::save,
        )
        .page(
            POST,
            "/settings/desk/service-levels/{id}/removal",
            settings,
            settings_policies::remove,
        )
}

/// The entries of the menu; the queues themselves are a panel of the rail.
pub fn navigation() -> Vec<NavigationItem> {
    vec![
        NavigationItem::new("desk-page-nav-settings", "/settings/desk", "headset")
            .needs(access::SETTINGS)
            .group(Group::Settings),
        NavigationItem::new("desk-page-nav-hand", "/settings/desk/macros", "wand-sparkles")
            .needs(access::NOTE)
            .group(Group::Settings),
        NavigationItem::new("desk-page-clusters", "/clusters", "layers")
            .needs(access::REPORT)
            .group(Group::Insight),
    ]
}

/// The queues with their counts, for the rail of every console page; suggestions and the diagnosis beside a ticket.
pub fn panels() -> Vec<Panel> {
    vec![
        Panel::new("desk.queues", "rail", rail::panel),
        Panel::new("desk.suggestions", "ticket.side", suggesting::panel),
        Panel::new("desk.diagnosis", "ticket.side", diagnosing::panel),
    ]
}

/// What the live stream tells of the desk, and to whom.
pub fn topics() -> Vec<Topic> {
    vec![
        Topic {
            prefix: "ticket",
            may: live::may_hear_ticket,
        },
        Topic {
            prefix: "presence",
            may: live::may_hear_presence,
        },
        Topic {
            prefix: "queue",
            may: live::may_hear_queues,
        },
    ]
}

/// Tickets and acts for the palette.
pub fn palette() -> Vec<PaletteSource> {
    vec![
        PaletteSource {
            title: "desk-page-palette-tickets",
            find: palette::tickets,
        },
        PaletteSource {
            title: "desk-view-list",
            find: palette::views,
        },
        PaletteSource {
            title: "desk-page-palette-acts",
            find: palette::acts,
        },
    ]
}
