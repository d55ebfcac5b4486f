//! One's own conversation in the JSON interface.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::db::Tx;
use web::{App, CxX, Json, Once, Path, Reply};

use super::json::{BeginningJson, OwnJson, ReadJson, WordsJson};
use crate::conversation::{ConversationId, ending, reading, saying};
use crate::{duty, not_flooding};

/// Whether anybody is there, and the conversation that one has going on.
#[utoipa::path(get, path = "/chat", tag = "chat", responses((status = 200, body = OwnJson)))]
pub(super) async fn get_chat(State(app): State<App>, cx: CxX) -> web::Result<Json<OwnJson>> {
    let read = move |tx: &mut Tx<'_>| {
        Ok(OwnJson {
            availability: duty::availability(tx, &cx.0)?.into(),
            conversation: reading::own_open(tx, &cx.0)?.map(|one| one.id.to_string()),
        })
    };
    Ok(Json(app.db.read(read).await?))
}

/// Begins a conversation; when nobody is there, it is a ticket at once.
#[utoipa::path(post, path = "/chat", tag = "chat", request_body = BeginningJson,
    responses((status = 201, body = ReadJson)))]
pub(super) async fn begin_chat(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Json(wanted): Json<BeginningJson>,
) -> web::Result<Reply> {
    not_flooding(&app, &cx)?;
    let begin = move |tx: &mut Tx<'_>| {
        let first = saying::First {
            body: wanted.body.clone(),
            token: None,
            leave: wanted.leave,
        };
        let one = saying::open(tx, &cx.0, &first)?;
        let read = reading::own(tx, &cx.0, one.id)?;
        once.created(tx, &format!("/api/v1/chat/{}", one.id), &ReadJson::from(read))
    };
    Ok(app.db.write(begin).await?)
}

/// One's own conversation.
#[utoipa::path(get, path = "/chat/{id}", tag = "chat", params(("id" = String, Path)),
    responses((status = 200, body = ReadJson)))]
pub(super) async fn get_own_conversation(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ConversationId>,
) -> web::Result<Json<ReadJson>> {
    let read = app.db.read(move |tx| reading::own(tx, &cx.0, id)).await?;
    Ok(Json(read.into()))
}

/// Says something in one's own conversation.
#[utoipa::path(post, path = "/chat/{id}/messages", tag = "chat", params(("id" = String, Path)), request_body = WordsJson,
    responses((status = 200, body = ReadJson)))]
pub(super) async fn say_in_chat(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<WordsJson>,
) -> web::Result<Reply> {
    not_flooding(&app, &cx)?;
    let say = move |tx: &mut Tx<'_>| {
        reading::own(tx, &cx.0, id)?;
        saying::say(tx, &cx.0, id, &wanted.body, None)?;
        let read = reading::own(tx, &cx.0, id)?;
        once.keep(tx, StatusCode::OK, &ReadJson::from(read))
    };
    Ok(app.db.write(say).await?)
}

/// Ends one's own conversation; it becomes a ticket.
#[utoipa::path(post, path = "/chat/{id}/end", tag = "chat", params(("id" = String, Path)),
    responses((status = 200, body = ReadJson)))]
pub(super) async fn end_own_conversation(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<ConversationId>,
) -> web::Result<Reply> {
    let end = move |tx: &mut Tx<'_>| {
        ending::end_own(tx, &cx.0, id)?;
        let read = reading::own(tx, &cx.0, id)?;
        once.keep(tx, StatusCode::OK, &ReadJson::from(read))
    };
    Ok(app.db.write(end).await?)
}
