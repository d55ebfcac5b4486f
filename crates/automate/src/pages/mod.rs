//! The pages: the list of rules with limits and ready-made ones, the editor as form and as text, the dry run, the log.

mod draft;
mod dry;
mod editing;
mod listing;
mod logging;
pub(crate) mod palette;
pub(crate) mod panel;
mod texts;

use axum::http::Method;
use kernel::Timestamp;
use kernel::i18n::{InstantStyle, format_instant};
use web::{Need, Page, Routes, Tone, see_other, with_toast};

use crate::RULES;

const PATH: &str = "/settings/rules";

/// All of them.
pub fn routes() -> Routes {
    let rules = Need::permission(RULES);
    let internal = Need::permission("desk.ticket.internal");
    Routes::new()
        .page(Method::GET, "/settings/rules", rules, listing::list)
        .page(Method::POST, "/settings/rules", rules, editing::add)
        .page(Method::GET, "/settings/rules/new", rules, editing::new)
        .page(Method::POST, "/settings/rules/limits", rules, listing::limit)
        .page(Method::GET, "/settings/rules/export", rules, texts::export)
        .page(Method::GET, "/settings/rules/import", rules, texts::ask_import)
        .page(Method::POST, "/settings/rules/import", rules, texts::import)
        .page(
            Method::GET,
            "/settings/rules/firings/{id}",
            rules,
            logging::firing,
        )
        .page(Method::GET, "/settings/rules/{id}", rules, editing::edit)
        .page(Method::POST, "/settings/rules/{id}", rules, editing::save)
        .page(
            Method::POST,
            "/settings/rules/{id}/switch",
            rules,
            listing::switch,
        )
        .page(
            Method::POST,
            "/settings/rules/{id}/removal",
            rules,
            listing::remove,
        )
        .page(Method::GET, "/settings/rules/{id}/text", rules, texts::edit)
        .page(Method::POST, "/settings/rules/{id}/text", rules, texts::save)
        .page(
            Method::GET,
            "/settings/rules/{id}/firings",
            rules,
            logging::of_rule,
        )
        .page(
            Method::GET,
            "/tickets/{number}/rules",
            internal,
            logging::of_ticket,
        )
}

/// Back to a page with a word.
fn done(page: &Page, path: &str, text: &str) -> web::Result {
    Ok(with_toast(see_other(path)?, page, Tone::Success, text))
}

fn moment(page: &Page, at: Timestamp) -> String {
    format_instant(at, page.cx.locale, &page.cx.time_zone, InstantStyle::Full)
}
