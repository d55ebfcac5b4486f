//! The answer after something was done to a ticket: a script gets the pieces of the page that change with it, a plain form
//! goes back to the page.
//!
//! The composer is not among the pieces: what somebody is writing is never touched by what happens around it.

use askama::Template;
use kernel::error::{Error, Kind};
use web::{App, FormData, FormView, Page, PanelCard, Shell, Tone, go_to, html, see_other, with_toast};

use super::asked::Asked;
use super::ticket::Sheet;
use crate::ticket::{self, access};

#[derive(Template)]
#[template(path = "console/views/changed.html")]
struct Changed {
    shell: Shell,
    sheet: Sheet,
    panels: Vec<PanelCard>,
    also: String,
}

/// Answers with the ticket as it is now and says what was done.
pub(super) async fn answer(app: &App, page: &Page, number: i64, asked: &Asked, done: &str) -> web::Result {
    answer_with(app, page, number, asked, done, "").await
}

/// The same with one more piece of the page.
pub(super) async fn answer_with(
    app: &App,
    page: &Page,
    number: i64,
    asked: &Asked,
    done: &str,
    also: &str,
) -> web::Result {
    let done = page.t(done);
    let response = if page.partial {
        let (cx, beside) = (page.cx.clone(), asked.clone());
        match app.db.read(move |tx| Sheet::read(tx, &cx, number, &beside)).await {
            Ok(Some(sheet)) => {
                let panels = app
                    .panels("ticket.side", &page.cx, &ticket::subject(number))
                    .await;
                html(Changed {
                    shell: page.bare(app, ""),
                    sheet,
                    panels,
                    also: also.to_owned(),
                })?
            }
            Ok(None) => go_to(page, &asked.queue_path(asked.queue()))?,
            // It was handed to a team that the reader does not belong to.
            Err(error) if error.kind() == Kind::NotFound => go_to(page, &asked.queue_path(asked.queue()))?,
            Err(error) => return Err(error.into()),
        }
    } else {
        see_other(&format!("/tickets/{number}{}", asked.beside(asked.queue())))?
    };
    Ok(with_toast(response, page, Tone::Success, &done))
}

/// What a form that acts on a ticket shows around its fields: a page of its own, or the inside of a dialog.
pub(super) struct Act {
    pub number: i64,
    /// Where the form is sent.
    pub action: String,
    /// The ticket.
    pub back: String,
    /// The words on the button.
    pub submit: String,
    pub dialog: bool,
    /// Where what is filled in is kept, when it is.
    pub draft: Option<String>,
}

impl Act {
    pub(super) fn new(page: &Page, number: i64, path: &str, asked: &Asked, submit: &str) -> Act {
        let beside = asked.beside(asked.queue());
        Act {
            number,
            action: format!("/tickets/{number}/{path}{beside}"),
            back: format!("/tickets/{number}{beside}"),
            submit: page.t(submit),
            dialog: page.partial,
            draft: None,
        }
    }
}

impl Act {
    /// What is filled in is kept on the server, for this person alone.
    pub(super) fn kept(mut self, form: &str) -> Act {
        self.draft = Some(format!("/tickets/{}/forms/{form}/draft", self.number));
        self
    }
}

/// A form for a ticket that one may not see does not exist either.
pub(super) async fn may(app: &App, page: &Page, number: i64, permission: &'static str) -> web::Result<()> {
    let cx = page.cx.clone();
    app.db
        .read(move |tx| {
            let view = ticket::load(tx, &cx, number)?;
            access::check(&cx, permission, &view.ticket)
        })
        .await?;
    Ok(())
}

/// What is to be shown when an operation refused a form: the form again when it can be mended, else the failure.
pub(super) fn mend(form: &FormData, error: Error, page: &Page) -> Result<FormView, web::Failure> {
    if error.kind() == Kind::Invalid {
        Ok(form.refused(&error, page.cx.locale))
    } else {
        Err(error.into())
    }
}

/// Shows a form as a page or as the inside of a dialog: `shown!(template, page, refused)`.
macro_rules! shown {
    ($view:expr, $dialog:expr, $refused:expr) => {{
        let view = $view;
        match ($dialog, $refused) {
            (true, true) => web::unprocessable(view.as_act()),
            (true, false) => web::html(view.as_act()),
            (false, true) => web::unprocessable(view),
            (false, false) => web::html(view),
        }
    }};
}
pub(super) use shown;
