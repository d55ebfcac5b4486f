//! The technician's console: queues, the ticket page, what is done to a ticket, and the desk's settings, as pages.
//!
//! Handlers translate between forms and the operations of `ticket`, `service_level`, `triage`, and `view`; what may be
//! done, and by whom, is decided there. One file per behaviour, with its templates in `views/`. The employees' pages are
//! the portal's.
//!
//! Each page costs a fixed number of statements, whatever stands in the database; `tests/console/cost.rs` holds it to that.

mod acting;
mod approvals;
mod asked;
mod assigning;
mod calls;
mod cataloguing;
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
mod finding;
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
mod ringing;
mod rows;
mod saved_views;
mod settings;
mod settings_assignment;
mod settings_catalogue;
mod settings_catalogue_field;
mod settings_catalogue_part;
mod settings_catalogue_step;
mod settings_catalogue_task;
mod settings_gates;
mod settings_glossary;
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
mod tasks;
mod ticket;
mod waiting;
mod withdrawing;
mod wording;

use axum::handler::Handler;
use axum::http::Method;
use web::{App, Group, NavigationItem, Need, PaletteSource, Panel, Routes, Topic};

pub use live::topics_of;

use crate::ticket::access;

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;

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
        .merge(settings_catalogue::routes())
        .merge(approval_routes())
        .merge(task_routes())
        .merge(settings_glossary::routes())
        .merge(finding_routes())
        .merge(suggesting::routes())
}

/// An act of a ticket is a resource: GET is its form as a page (or inside of a dialog), POST does it.
fn form<A, B>(word: &str, need: Need, ask: impl Handler<A, App>, act: impl Handler<B, App>) -> Routes
where
    A: 'static,
    B: 'static,
{
    let path = format!("/tickets/{{number}}/{word}");
    let routes = Routes::new().page(GET, &path, need, ask);
    routes.page(POST, &path, need, act)
}

/// Striking something out of a list of a ticket.
fn removal<A: 'static>(list: &str, need: Need, remove: impl Handler<A, App>) -> Routes {
    let path = format!("/tickets/{{number}}/{list}/{{id}}/removal");
    Routes::new().page(POST, &path, need, remove)
}

/// What is done to a ticket.
fn acts() -> Routes {
    writing_routes()
        .merge(assigning_routes())
        .merge(state_routes())
        .merge(editing_routes())
}

/// What is said on a ticket.
fn writing_routes() -> Routes {
    let reply = Need::permission(access::REPLY);
    let read = Need::permission(access::READ);
    Routes::new()
        .page(POST, "/tickets/{number}/articles", reply, composing::send)
        .page(PUT, "/tickets/{number}/draft", read, composing::keep_draft)
        .merge(form("calls", reply, composing::ask_call, composing::log_call))
}

/// Whose a ticket is.
fn assigning_routes() -> Routes {
    const MINE: &str = "/tickets/{number}/assignment/mine";
    const REASON: &str = "/tickets/{number}/assignment/reason";
    let assign = Need::permission(access::ASSIGN);
    let escalate = Need::permission(access::ESCALATE);
    Routes::new()
        .merge(form("assignment", assign, assigning::ask, assigning::assign))
        .page(POST, MINE, assign, assigning::take)
        .page(GET, REASON, Need::permission(access::INTERNAL), assigning::why)
        .merge(form(
            "escalation",
            escalate,
            escalating::ask,
            escalating::escalate,
        ))
}

/// Where a ticket stands.
fn state_routes() -> Routes {
    use resolving::{ask_reopen, ask_verify};
    let resolve = Need::permission(access::RESOLVE);
    let verify = Need::permission(access::VERIFY);
    let reopen = Need::permission(access::REOPEN);
    Routes::new()
        .page(POST, "/tickets/{number}/work", resolve, waiting::work)
        .merge(form("waiting", resolve, waiting::ask, waiting::wait))
        .merge(form("resolution", resolve, resolving::ask, resolving::resolve))
        .merge(form("verification", verify, ask_verify, resolving::verify))
        .merge(form("reopening", reopen, ask_reopen, resolving::reopen))
}

/// The cause in two texts, on a form of its own and on that of the resolution.
fn finding_routes() -> Routes {
    const OFFER: &str = "/tickets/{number}/finding/offer/{form}";
    const TAKEN: &str = "/tickets/{number}/finding/taken/{form}";
    let resolve = Need::permission(access::RESOLVE);
    Routes::new()
        .merge(form("finding", resolve, finding::ask, finding::write))
        .page(POST, OFFER, resolve, finding::look)
        .page(POST, TAKEN, resolve, finding::take)
}

/// What a ticket says, and who watches it.
fn editing_routes() -> Routes {
    use editing::{ask_next_step, ask_priority};
    let change = Need::permission(access::CHANGE);
    let desk = Need::permission(access::INTERNAL);
    Routes::new()
        .page(POST, "/tickets/{number}/title", change, editing::title)
        .merge(form("fields", change, editing::ask_fields, editing::fields))
        .merge(form("priority", change, ask_priority, editing::priority))
        .merge(form("tags", change, editing::ask_tags, editing::tags))
        .merge(form("next-step", change, ask_next_step, editing::next_step))
        .page(POST, "/tickets/{number}/watching", desk, editing::watch)
        .page(POST, "/tickets/{number}/unwatching", desk, editing::unwatch)
}

/// Tickets that belong together.
fn joining_routes() -> Routes {
    const SPLIT: &str = "articles/{article}/split";
    const UNLINK: &str = "/tickets/{number}/links/removal";
    let change = Need::permission(access::CHANGE);
    Routes::new()
        .merge(form("merge", change, joining::ask_merge, joining::merge))
        .page(POST, "/tickets/{number}/unmerge", change, joining::unmerge)
        .merge(form(SPLIT, change, joining::ask_split, joining::split))
        .merge(form("links", change, joining::ask_link, joining::link))
        .page(POST, UNLINK, change, joining::unlink)
}

/// Who is there, time spent, and the checklist.
fn work_routes() -> Routes {
    let (internal, note) = (Need::permission(access::INTERNAL), Need::permission(access::NOTE));
    let change = Need::permission(access::CHANGE);
    Routes::new()
        .page(GET, "/tickets/{number}/presence", internal, presence::show)
        .page(PUT, "/tickets/{number}/presence", internal, presence::tell)
        .page(POST, "/tickets/{number}/time", note, spending::log_time)
        .merge(removal("time", note, spending::take_back))
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
            PUT,
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
        const OF_ATTACHMENT: &str = "/tickets/{number}/evidence/of-attachment";
        Routes::new()
            .page(GET, "/tickets/{number}/evidence/new", write, evidence::ask)
            .page(POST, "/tickets/{number}/evidence", write, evidence::add)
            .page(POST, OF_ATTACHMENT, write, evidence::of_attachment)
            .page(GET, "/tickets/{number}/evidence/{id}/file", read, evidence::file)
            .page(GET, "/tickets/{number}/evidence/{id}/text", read, evidence::text)
            .merge(removal("evidence", write, evidence::remove))
    };
    diagnosis.merge(evidence).merge(tried_routes())
}

/// Causes that were tried, and steps that can do harm.
fn tried_routes() -> Routes {
    use diagnosing::{causes, risks};
    let write = Need::permission(access::NOTE);
    Routes::new()
        .page(GET, "/tickets/{number}/causes/new", write, causes::ask)
        .page(POST, "/tickets/{number}/causes", write, causes::add)
        .merge(form("causes/{id}", write, causes::edit, causes::change))
        .merge(removal("causes", write, causes::remove))
        .page(GET, "/tickets/{number}/risky-steps/new", write, risks::ask)
        .page(POST, "/tickets/{number}/risky-steps", write, risks::add)
        .merge(form("risky-steps/{id}", write, risks::edit, risks::change))
        .merge(removal("risky-steps", write, risks::remove))
}

fn opening_routes() -> Routes {
    // Whoever opens a ticket for somebody else looks people up; a requester has the portal's form.
    let desk = Need::permission(access::INTERNAL);
    // Who may only read has nothing to file.
    let filing = Need::permission(access::CHANGE);
    Routes::new()
        .page(GET, "/tickets/new", desk, opening::ask)
        .page(GET, "/tickets/new/callers", desk, opening::callers)
        .page(POST, "/tickets", desk, opening::open)
        .page(GET, "/calls/new", desk, calls::ask)
        .page(POST, "/calls", desk, calls::log)
        .page(GET, "/calls/ringing", desk, ringing::show)
        .page(POST, "/calls/ringing/{id}/dismissal", desk, ringing::dismiss)
        .page(GET, "/tickets/new/catalogue", filing, cataloguing::list)
        .page(GET, "/tickets/new/catalogue/{id}", filing, cataloguing::ask)
        .page(POST, "/tickets/new/catalogue/{id}", filing, cataloguing::file)
}

/// Who must approve need not work at the desk: what they may decide is what they were asked.
fn approval_routes() -> Routes {
    let approve = Need::permission(access::APPROVE);
    let change = Need::permission(access::CHANGE);
    Routes::new()
        .merge(form(
            "withdrawal",
            change,
            withdrawing::ask,
            withdrawing::withdraw,
        ))
        .page(GET, "/approvals", approve, approvals::list)
        .page(GET, "/approvals/{id}", approve, approvals::ask)
        .page(POST, "/approvals/{id}", approve, approvals::decide)
}

/// What somebody has to do, on whatever ticket. Whoever is in a task's team may work on it.
fn task_routes() -> Routes {
    let desk = Need::permission(access::INTERNAL);
    let change = Need::permission(access::CHANGE);
    Routes::new()
        .page(GET, tasks::PATH, desk, tasks::list)
        .page(GET, "/tasks/{id}", desk, tasks::show)
        .page(POST, "/tasks/{id}", desk, tasks::change)
        .page(POST, "/tickets/{number}/tasks/{id}", desk, tasks::change_beside)
        .merge(form("tasks", change, tasks::ask, tasks::add))
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
        NavigationItem::new("desk-tasks-title", tasks::PATH, "workflow")
            .needs(access::INTERNAL)
            .count(tasks::count),
        NavigationItem::new("desk-approvals-title", "/approvals", "check-check")
            .needs(access::APPROVE)
            .count(approvals::count),
        NavigationItem::new("desk-page-nav-glossary", settings_glossary::PATH, "book-open")
            .needs(access::GLOSSARY)
            .group(Group::Settings),
        NavigationItem::new("desk-page-clusters", "/clusters", "layers")
            .needs(access::REPORT)
            .group(Group::Insight),
    ]
}

/// The queues with their counts and the notice of a call, for the frame of every console page; suggestions and the diagnosis beside a ticket.
pub fn panels() -> Vec<Panel> {
    vec![
        Panel::new("desk.queues", "rail", rail::panel),
        Panel::new("desk.ringing", "notices", ringing::panel),
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
        Topic {
            prefix: "ringing",
            may: live::may_hear_ringing,
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
