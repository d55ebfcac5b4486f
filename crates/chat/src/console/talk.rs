//! A conversation as technicians handle it: take, answer, speak among themselves, hand over, end.

use axum::extract::State;
use desk::ticket::{Category, Urgency};
use kernel::error::{Error, Errors, Kind, Result};
use kernel::id::UserId;
use web::{App, FormData, FormView, Page, Path, Tone, html, see_other, unprocessable, with_toast};

use super::view::{Forms, View};
use crate::conversation::ending::{self, Ending};
use crate::conversation::holding::{self, HandOver, Seen};
use crate::conversation::{ConversationId, saying};
use crate::not_flooding;

fn at(id: ConversationId) -> String {
    format!("/chats/{id}")
}

/// `GET /chats/{id}`
pub(super) async fn show(State(app): State<App>, page: Page, Path(id): Path<ConversationId>) -> web::Result {
    let view = View::load(&app, &page, id, Forms::default()).await?;
    if page.targets("composer") {
        html(view.as_composer())
    } else if page.targets("side") {
        html(view.as_side())
    } else if page.partial {
        html(view.as_talk())
    } else {
        html(view)
    }
}

/// `POST /chats/{id}/taking`
pub(super) async fn take(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ConversationId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match Seen::parse(form.optional("from")) {
        Ok(seen) => app.db.write(move |tx| holding::take(tx, &cx, id, seen)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => see_other(&format!("{}#composer", at(id))),
        Err(error) if is_refusal(&error) => {
            let forms = Forms {
                take: form.refused(&error, page.cx.locale),
                ..Forms::default()
            };
            refused(View::load(&app, &page, id, forms).await?, &error)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /chats/{id}/messages`
pub(super) async fn say(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ConversationId>,
    form: FormData,
) -> web::Result {
    let (cx, body) = (page.cx.clone(), form.text("body").to_owned());
    let token = form.optional("token").map(str::to_owned);
    let is_aside = form.text("kind") == "aside";
    let outcome = match not_flooding(&app, &page.cx) {
        Ok(()) => {
            app.db
                .write(move |tx| match is_aside {
                    true => saying::note(tx, &cx, id, &body, token.as_deref()),
                    false => saying::say(tx, &cx, id, &body, token.as_deref()),
                })
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) if page.partial => html(View::load(&app, &page, id, Forms::default()).await?.as_talk()),
        Ok(_) => see_other(&format!("{}#composer", at(id))),
        Err(error) if is_refusal(&error) => {
            let forms = Forms {
                say: form.refused(&error, page.cx.locale),
                ..Forms::default()
            };
            let view = View::load(&app, &page, id, forms).await?;
            if page.partial {
                unprocessable(view.as_composer())
            } else {
                refused(view, &error)
            }
        }
        Err(error) => Err(error.into()),
    }
}

fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::TooMany)
}

fn refused(view: View, error: &Error) -> web::Result {
    let mut answer = html(view)?;
    *answer.status_mut() = web::status_of(error.kind());
    Ok(answer)
}

/// `POST /chats/{id}/hand-over`
pub(super) async fn hand_over(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ConversationId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match wanted(&form) {
        Ok(wanted) => {
            app.db
                .write(move |tx| holding::hand_over(tx, &cx, id, &wanted))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => {
            let words = page.t("chat-handed-over");
            Ok(with_toast(see_other("/chats")?, &page, Tone::Success, &words))
        }
        Err(error) if is_refusal(&error) => {
            let forms = Forms {
                hand_over: form.refused(&error, page.cx.locale),
                ..Forms::default()
            };
            refused(View::load(&app, &page, id, forms).await?, &error)
        }
        Err(error) => Err(error.into()),
    }
}

fn wanted(form: &FormData) -> Result<HandOver> {
    let to = form.optional("to").map(str::parse::<UserId>).transpose();
    Ok(HandOver {
        to: to.map_err(|_: Error| Error::invalid("chat.hand_over.unfit").field("to"))?,
        note: form.text("note").to_owned(),
    })
}

/// `POST /chats/{id}/end`
pub(super) async fn end(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ConversationId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match read_end(&form) {
        Ok(wanted) => app.db.write(move |tx| ending::end(tx, &cx, id, &wanted)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(ended) => {
            let number = ended.ticket.unwrap_or_default();
            let words = page
                .cx
                .locale
                .t_with("chat-ended-as", &[("number", number.into())]);
            let answer = see_other(&format!("/tickets/{number}"))?;
            Ok(with_toast(answer, &page, Tone::Success, &words))
        }
        Err(error) if is_refusal(&error) => {
            let filled: FormView = form.refused(&error, page.cx.locale);
            let forms = Forms {
                end: Some(filled),
                ..Forms::default()
            };
            refused(View::load(&app, &page, id, forms).await?, &error)
        }
        Err(error) => Err(error.into()),
    }
}

fn read_end(form: &FormData) -> Result<Ending> {
    let mut errors = Errors::new();
    let ticket = form
        .optional("ticket")
        .and_then(|_| form.parse("ticket", &mut errors));
    errors.finish()?;
    Ok(Ending {
        ticket,
        title: form.text("title").to_owned(),
        category: Category::parse(form.text("category"))?,
        urgency: Urgency::parse(form.text("urgency"))?,
        solved: form.checked("solved"),
        solution: form.text("solution").to_owned(),
        next: form.text("next").to_owned(),
    })
}
