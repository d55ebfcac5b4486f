//! The answer after something was done to a ticket: a script gets the pieces of the page that change with it, a plain form
//! goes back to the page.
//!
//! The composer is not among the pieces: what somebody is writing is never touched by what happens around it.

use askama::Template;
use kernel::error::Kind;
use web::{App, Page, PanelCard, Shell, Tone, go_to, html, see_other, with_toast};

use super::asked::Asked;
use super::ticket::Sheet;
use crate::ticket;

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
