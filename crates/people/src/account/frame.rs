//! The frame around the pages about oneself: the console's for whoever works there, the portal's for everybody else.

use askama::Template;
use axum::http::StatusCode;
use web::{Shell, html};

#[derive(Template)]
#[template(path = "account/views/console_frame.html")]
struct ConsoleFrame {
    shell: Shell,
    body: String,
}

#[derive(Template)]
#[template(path = "account/views/portal_frame.html")]
struct PortalFrame {
    shell: Shell,
    body: String,
}

/// # Errors
/// When a template cannot be rendered.
pub(super) fn framed(shell: &Shell, body: &impl Template) -> web::Result {
    let (shell, body) = (shell.clone(), body.render()?);
    if shell.may("people.user.read") {
        html(ConsoleFrame { shell, body })
    } else {
        html(PortalFrame { shell, body })
    }
}

/// The same for a form that was refused.
///
/// # Errors
/// When a template cannot be rendered.
pub(super) fn refused(shell: &Shell, body: &impl Template) -> web::Result {
    let mut response = framed(shell, body)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
