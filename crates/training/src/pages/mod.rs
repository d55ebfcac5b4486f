//! The pages: one's own courses, taking them, and, for those who teach, making them, their dates, and who has how many hours.
//!
//! What everybody sees stands in the frame of the console for whoever works there, of the portal for everybody else. Every act is
//! a form that works by itself.

mod courses;
mod dates;
mod hours;
mod managing;
mod mine;
mod parts;
mod rooms;
mod settings;
mod taking;

use std::str::FromStr;

use askama::Template;
use axum::http::StatusCode;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind, Result};
use kernel::i18n::{Locale, format_working_time};
use kernel::id::UserId;
use web::{FormData, FormView, Page, Routes, Shell, Tone, html, with_toast};

pub(crate) fn routes() -> Routes {
    mine::routes()
        .merge(taking::routes())
        .merge(rooms::routes())
        .merge(courses::routes())
        .merge(managing::routes())
        .merge(parts::routes())
        .merge(dates::routes())
        .merge(hours::routes())
        .merge(settings::routes())
}

#[derive(Template)]
#[template(path = "pages/views/console_frame.html")]
struct ConsoleFrame {
    shell: Shell,
    body: String,
}

#[derive(Template)]
#[template(path = "pages/views/portal_frame.html")]
struct PortalFrame {
    shell: Shell,
    body: String,
}

/// Whether somebody works in the console.
fn works_here(shell: &Shell) -> bool {
    shell.may("people.user.read")
}

/// The frame of the console for whoever works there, of the portal for everybody else.
fn framed(shell: &Shell, body: &impl Template) -> web::Result {
    let (shell, body) = (shell.clone(), body.render()?);
    if works_here(&shell) {
        html(ConsoleFrame { shell, body })
    } else {
        html(PortalFrame { shell, body })
    }
}

/// The same for a form that was refused.
fn refused(shell: &Shell, body: &impl Template) -> web::Result {
    let mut response = framed(shell, body)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Goes on to a page and says what was done.
fn done(page: &Page, path: &str, key: &str) -> web::Result {
    let response = web::go_to(page, path)?;
    Ok(with_toast(response, page, Tone::Success, &page.t(key)))
}

/// What stands in a field that holds an identifier or a number; none when it is blank.
fn given<T: FromStr>(form: &FormData, field: &'static str) -> Result<Option<T>> {
    let read = form.optional(field).map(str::parse).transpose();
    read.map_err(|_| Error::invalid("web.form.malformed").field(field))
}

/// A form as it was filled, when it can be mended; else the failure.
fn mend(page: &Page, form: &FormData, error: Error) -> web::Result<FormView> {
    if matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        Ok(form.refused(&error, page.cx.locale))
    } else {
        Err(error.into())
    }
}

/// The people of some mail addresses, as somebody types them: between commas, semicolons, or on lines.
fn people_of(tx: &mut Tx<'_>, text: &str, field: &'static str) -> Result<Vec<UserId>> {
    let mut errors = Errors::new();
    let mut found = Vec::new();
    let is_between = |letter: char| letter.is_whitespace() || ",;，；、".contains(letter);
    for address in text.split(is_between).filter(|address| !address.is_empty()) {
        match people::user::store::find_by_email(tx, address)?.filter(|person| person.active) {
            Some(person) => found.push(person.id),
            None => errors.push_with(
                field,
                "training.address_unknown",
                vec![("address".to_owned(), address.into())],
            ),
        }
    }
    errors.finish()?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// `1 h 30 min`; never days, for a day of a course is not 24 hours.
fn length(minutes: i64, locale: Locale) -> String {
    if minutes == 0 {
        return locale.t("training-no-time");
    }
    format_working_time(minutes.saturating_mul(60), 0, locale)
}
