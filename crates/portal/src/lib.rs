//! What employees see: report a problem, follow it, answer, and say whether it works.
//!
//! It composes the other slices and owns no tables. Every page works without scripts and on a phone. Answers come first (`help`).

mod answering;
mod approving;
mod catalogue;
mod help;
mod home;
mod rating;
mod reporting;
mod requests;
mod sharing;
mod words;

use axum::http::Method;
use kernel::Locale;
use web::{Need, Routes, Slice};

/// Opening one's own ticket.
const APPROVE: Need = Need::permission("desk.approve");
const OPEN: Need = Need::permission("desk.ticket.open");
const READ: Need = Need::permission("desk.ticket.read");
const REPLY: Need = Need::permission("desk.ticket.reply");
const VERIFY: Need = Need::permission("desk.ticket.verify");

/// The slice.
pub fn slice() -> Slice {
    Slice {
        routes,
        locales: &[
            (Locale::En, include_str!("../../../locales/en/portal.ftl")),
            (Locale::ZhCn, include_str!("../../../locales/zh-CN/portal.ftl")),
            (Locale::En, include_str!("../../../locales/en/portal_help.ftl")),
            (
                Locale::ZhCn,
                include_str!("../../../locales/zh-CN/portal_help.ftl"),
            ),
        ],
        ..Slice::new("portal")
    }
}

fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/portal", READ, home::show)
        .page(Method::GET, "/portal/report", OPEN, reporting::form)
        .page(Method::POST, "/portal/report", OPEN, reporting::send)
        .page(Method::GET, "/portal/requests", READ, requests::list)
        .page(Method::GET, "/portal/requests/{number}", READ, requests::show)
        .page(
            Method::POST,
            "/portal/requests/{number}/replies",
            REPLY,
            requests::reply,
        )
        .page(
            Method::POST,
            "/portal/requests/{number}/verification",
            VERIFY,
            requests::verify,
        )
        .page(
            Method::POST,
            "/portal/requests/{number}/reopening",
            Need::permission("desk.ticket.reopen"),
            requests::reopen,
        )
        .page(
            Method::POST,
            "/portal/requests/{number}/rating",
            VERIFY,
            rating::rate_own,
        )
        .page(Method::GET, "/rate/{token}", Need::Public, rating::ask)
        .page(Method::POST, "/rate/{token}", Need::Public, rating::rate)
        .page(Method::GET, "/portal/files/{id}", READ, requests::file)
        .page(Method::GET, "/confirm/{token}", Need::Public, answering::ask)
        .page(Method::POST, "/confirm/{token}", Need::Public, answering::answer)
        .page(
            Method::GET,
            "/portal/requests/{number}/share",
            REPLY,
            sharing::show,
        )
        .page(
            Method::GET,
            "/portal/requests/{number}/share/stream",
            REPLY,
            sharing::stream,
        )
        .merge(catalogue_routes())
        .merge(help::routes())
}

/// Asking by the catalogue, and approving what others ask for.
fn catalogue_routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/portal/catalogue", OPEN, catalogue::list)
        .page(Method::GET, "/portal/catalogue/{id}", OPEN, catalogue::ask)
        .page(Method::POST, "/portal/catalogue/{id}", OPEN, catalogue::send)
        .page(
            Method::POST,
            "/portal/requests/{number}/withdrawal",
            OPEN,
            requests::withdraw,
        )
        .page(Method::GET, "/portal/approvals", APPROVE, approving::list)
        .page(Method::GET, "/portal/approvals/{id}", APPROVE, approving::ask)
        .page(Method::POST, "/portal/approvals/{id}", APPROVE, approving::decide)
        .page(
            Method::GET,
            "/approve/{token}",
            Need::Public,
            approving::ask_by_link,
        )
        .page(
            Method::POST,
            "/approve/{token}",
            Need::Public,
            approving::decide_by_link,
        )
}
