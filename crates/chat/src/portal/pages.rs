//! The employee's handlers. When nobody is there the page says so, and the same box leaves a message that is a ticket at once.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use kernel::error::{Error, Kind};
use web::{App, FormData, FormView, Need, Page, Path, Routes, Tone, html, see_other, with_toast};

use super::view::{Front, Talk};
use crate::conversation::{Conversation, ConversationId, EndedBy, ending, reading, saying};
use crate::{ASK, not_flooding};

const PATH: &str = "/portal/chat";

pub(crate) fn routes() -> Routes {
    let needed = Need::permission(ASK);
    Routes::new()
        .page(Method::GET, PATH, needed, front)
        .page(Method::POST, PATH, needed, begin)
        .page(Method::GET, "/portal/chat/{id}", needed, talk)
        .page(Method::POST, "/portal/chat/{id}/messages", needed, say)
        .page(Method::POST, "/portal/chat/{id}/end", needed, end)
}

/// `GET /portal/chat`: the box, or the conversation that is going on.
async fn front(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    if let Some(open) = app.db.read(move |tx| reading::own_open(tx, &cx)).await? {
        return see_other(&format!("{PATH}/{}", open.id));
    }
    let front = Front::load(&app, &page, FormView::empty()).await?;
    if page.partial {
        html(front.as_there())
    } else {
        html(front)
    }
}

/// `POST /portal/chat`
async fn begin(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let first = saying::First {
        body: form.text("body").to_owned(),
        token: form.optional("token").map(str::to_owned),
        leave: form.checked("leave"),
    };
    let outcome = match not_flooding(&app, &page.cx) {
        Ok(()) => app.db.write(move |tx| saying::open(tx, &cx, &first)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(one) => begun(&page, &one),
        Err(error) if is_refusal(&error) => {
            let status = web::status_of(error.kind());
            let filled = form.refused(&error, page.cx.locale);
            let mut answer = html(Front::load(&app, &page, filled).await?)?;
            *answer.status_mut() = status;
            Ok(answer)
        }
        Err(error) => Err(error.into()),
    }
}

/// A message that was left goes on as a request; it is said so, for a conversation was perhaps expected.
fn begun(page: &Page, one: &Conversation) -> web::Result {
    match (one.ended_by, one.ticket) {
        (Some(EndedBy::Left), Some(number)) => {
            let words = page.cx.locale.t_with("chat-left", &[("number", number.into())]);
            let answer = see_other(&format!("/portal/requests/{number}"))?;
            Ok(with_toast(answer, page, Tone::Success, &words))
        }
        _ => see_other(&format!("{PATH}/{}", one.id)),
    }
}

/// `GET /portal/chat/{id}`
async fn talk(State(app): State<App>, page: Page, Path(id): Path<ConversationId>) -> web::Result {
    let talk = Talk::load(&app, &page, id, FormView::empty()).await?;
    if page.targets("composer") {
        html(talk.as_composer())
    } else if page.partial {
        html(talk.as_talk())
    } else {
        html(talk)
    }
}

/// `POST /portal/chat/{id}/messages`
async fn say(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ConversationId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let (body, token) = (
        form.text("body").to_owned(),
        form.optional("token").map(str::to_owned),
    );
    let outcome = match not_flooding(&app, &page.cx) {
        Ok(()) => {
            app.db
                .write(move |tx| {
                    reading::own(tx, &cx, id)?;
                    saying::say(tx, &cx, id, &body, token.as_deref())
                })
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) if page.partial => html(Talk::load(&app, &page, id, FormView::empty()).await?.as_talk()),
        Ok(_) => see_other(&format!("{PATH}/{id}#composer")),
        Err(error) if is_refusal(&error) => {
            let filled = form.refused(&error, page.cx.locale);
            refused(&app, &page, id, filled, error.kind()).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The form again with what was typed. A script puts a 422 in place of the form and shows other refusals as a toast.
async fn refused(app: &App, page: &Page, id: ConversationId, filled: FormView, kind: Kind) -> web::Result {
    let talk = Talk::load(app, page, id, filled).await?;
    let mut answer = if page.partial {
        html(talk.as_composer())?
    } else {
        html(talk)?
    };
    *answer.status_mut() = if page.partial {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        web::status_of(kind)
    };
    Ok(answer)
}

fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::TooMany)
}

/// `POST /portal/chat/{id}/end`
async fn end(State(app): State<App>, page: Page, Path(id): Path<ConversationId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| ending::end_own(tx, &cx, id)).await?;
    see_other(&format!("{PATH}/{id}"))
}
