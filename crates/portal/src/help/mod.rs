//! Help: search first, answers to read, guided questions, and "this solved it".
//!
//! It is open to everybody: who is not signed in finds what is public, everybody else what is meant for them. What is read and
//! said is knowledge's to keep; the portal only asks.

mod guiding;
mod reading;
mod saying;
mod searching;
mod shared;
mod suggesting;

use axum::http::Method;
use kernel::error::Result;
use web::rate::Limit;
use web::{App, Need, Page, Routes};

pub use guiding::GuideLink;
pub use shared::{Answer, guides, popular};

/// Looks by people whom nobody knows, by address. A whole office may stand behind one address.
const LOOKS: Limit = Limit {
    name: "portal.help",
    burst: 600.0,
    per_minute: 300.0,
};
/// What people say of articles by hand, from one address.
const VOTES: Limit = Limit {
    name: "portal.votes",
    burst: 20.0,
    per_minute: 2.0,
};

pub fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/help", Need::Public, searching::show)
        .page(
            Method::GET,
            "/help/suggestions",
            Need::Public,
            suggesting::suggest,
        )
        .page(Method::POST, "/help/votes", Need::Public, saying::say)
        .page(Method::GET, "/help/guides/{key}", Need::Public, guiding::show)
        .page(Method::GET, "/help/{number}", Need::Public, reading::show)
        .page(
            Method::GET,
            "/help/{number}/answer",
            Need::Public,
            reading::in_place,
        )
}

fn limited(app: &App, page: &Page) -> Result<()> {
    match page.cx.identity() {
        Some(_) => Ok(()),
        None => app.rates.take(LOOKS, &page.client_address, page.cx.now()),
    }
}
