//! The card beside a ticket and the same as a page: putting an article into the reply, naming the answer, flagging.
//!
//! A script puts the text into what is being written and the server only keeps that it was used; without one the text goes into
//! the kept draft of the reply, and the reader goes there.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use desk::ticket;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use knowledge::Number;
use web::{App, FormData, Need, Page, Path, Routes, Shell, Tone, go_to, html, with_toast};

use super::using::{self, How};
use super::{Beside, find, flagging, wording};
use crate::USE;

/// The routes.
pub(crate) fn routes() -> Routes {
    let need = Need::permission(USE);
    Routes::new()
        .page(Method::GET, "/tickets/{number}/articles", need, show)
        .page(Method::POST, "/tickets/{number}/articles/{article}", need, insert)
        .page(
            Method::POST,
            "/tickets/{number}/articles/{article}/answer",
            need,
            answer,
        )
        .page(Method::POST, "/tickets/{number}/article-flag", need, flag)
}

#[derive(Template)]
#[template(path = "beside/views/articles.html", blocks = ["articles"])]
struct Articles {
    shell: Shell,
    beside: Beside,
    /// Beside a ticket, with the reply within reach.
    is_beside: bool,
}

impl Articles {
    fn at(&self, article: impl std::fmt::Display) -> String {
        format!("/tickets/{}/articles/{article}", self.beside.number)
    }

    fn language(&self) -> String {
        let tag = self.beside.locale.tag();
        self.shell.t(&format!("answers-language-{tag}"))
    }

    fn is_flagged(&self) -> bool {
        self.beside.flag.as_ref().is_some_and(flagging::Flag::is_open)
    }
}

async fn shown(app: &App, page: &Page, number: i64) -> web::Result {
    let beside = find(app, &page.cx, number).await?;
    let shell = page.shell(app, page.t("answers-beside-title")).await?;
    let view = Articles {
        shell,
        beside,
        is_beside: page.partial,
    };
    if page.partial {
        html(view.as_articles())
    } else {
        html(view)
    }
}

/// The card as it is now for a script, else the ticket; and what was done.
async fn done(app: &App, page: &Page, number: i64, key: &str) -> web::Result {
    let response = if page.partial {
        shown(app, page, number).await?
    } else {
        go_to(page, &format!("/tickets/{number}"))?
    };
    Ok(with_toast(response, page, Tone::Success, &page.t(key)))
}

/// `GET /tickets/{number}/articles`
async fn show(State(app): State<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    shown(&app, &page, number).await
}

/// `POST /tickets/{number}/articles/{article}`
async fn insert(
    State(app): State<App>,
    page: Page,
    Path((number, article)): Path<(i64, Number)>,
    form: FormData,
) -> web::Result {
    let malformed = || Error::invalid("web.form.malformed").field("how");
    let how = How::parse(form.text("how")).ok_or_else(malformed)?;
    if how == How::Clerk {
        return Err(malformed().into());
    }
    let (cx, base) = (page.cx.clone(), app.base_url().to_owned());
    let is_written = page.partial || how == How::Named;
    app.db
        .write(move |tx| {
            using::record(tx, &cx, number, article, how)?;
            if is_written {
                return Ok(());
            }
            let words = wording(tx, &cx, &base, number, article)?;
            into_draft(
                tx,
                &cx,
                number,
                if how == How::Text {
                    &words.text
                } else {
                    &words.link
                },
            )
        })
        .await?;
    let key = if how == How::Named {
        "answers-named-done"
    } else {
        "answers-inserted"
    };
    done(&app, &page, number, key).await
}

/// Behind what was begun.
fn into_draft(tx: &mut Tx<'_>, cx: &Cx, number: i64, text: &str) -> Result<()> {
    let begun = ticket::draft(tx, cx, number)?;
    let internal = begun.as_ref().is_some_and(|draft| draft.internal);
    let body = match begun {
        Some(draft) if !draft.body.trim().is_empty() => format!("{}\n\n{text}", draft.body.trim_end()),
        _ => text.to_owned(),
    };
    ticket::save_draft(tx, cx, number, &body, internal)
}

/// `POST /tickets/{number}/articles/{article}/answer`
async fn answer(
    State(app): State<App>,
    page: Page,
    Path((number, article)): Path<(i64, Number)>,
    form: FormData,
) -> web::Result {
    let (cx, answered) = (page.cx.clone(), form.text("answered") == "true");
    app.db
        .write(move |tx| using::name(tx, &cx, number, article, answered))
        .await?;
    done(&app, &page, number, "answers-named-done").await
}

/// `POST /tickets/{number}/article-flag`
async fn flag(State(app): State<App>, page: Page, Path(number): Path<i64>, form: FormData) -> web::Result {
    let (cx, flagged) = (page.cx.clone(), form.text("flagged") == "true");
    let note = form.text("note").to_owned();
    app.db
        .write(move |tx| {
            if flagged {
                flagging::flag(tx, &cx, number, &note)
            } else {
                flagging::unflag(tx, &cx, number)
            }
        })
        .await?;
    let key = if flagged {
        "answers-flag-done"
    } else {
        "answers-unflag-done"
    };
    done(&app, &page, number, key).await
}
