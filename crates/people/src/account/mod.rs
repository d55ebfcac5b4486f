//! The pages about oneself: preferences, password, second factor, sessions, API tokens, absences.
//!
//! Everybody who is signed in may come here and sees only their own. The operations are `sign_in`'s, `token`'s, and
//! `shift`'s; nothing is decided here.

mod frame;
mod pages;
mod qr;
mod second_factor_pages;
mod token_pages;

use web::Routes;

/// All pages about oneself.
pub fn routes() -> Routes {
    pages::routes()
        .merge(second_factor_pages::routes())
        .merge(token_pages::routes())
}
