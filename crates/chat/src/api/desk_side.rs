//! The queue and its conversations in the JSON interface.

use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use desk::ticket::{Category, Urgency};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use web::{App, CxX, Failure, Json, Once, Path, Reply};

use super::json::{
    AnswerJson, DutyChangeJson, DutyJson, EndingJson, HandOverJson, QueueJson, ReadJson, SettingsJson,
    TakingJson,
};
use crate::conversation::ending::{self, Ending};
use crate::conversation::holding::{self, HandOver, Seen};
use crate::conversation::{ConversationId, reading, saying};
use crate::{duty, not_flooding, setting};

/// The queue: who has waited longest first, what the caller has, what colleagues have.
#[utoipa::path(get, path = "/chats", tag = "chat", responses((status = 200, body = QueueJson)))]
pub(super) async fn list_chats(State(app): State<App>, cx: CxX) -> web::Result<Json<QueueJson>> {
    let queue = app.db.read(move |tx| reading::queue(tx, &cx.0)).await?;
    Ok(Json(queue.into()))
}

/// Whether the caller answers.
#[utoipa::path(get, path = "/chats/duty", tag = "chat", responses((status = 200, body = DutyJson)))]
pub(super) async fn get_chat_duty(State(app): State<App>, cx: CxX) -> web::Result<Json<DutyJson>> {
    let mine = app.db.read(move |tx| duty::mine(tx, &cx.0)).await?;
    Ok(Json(mine.into()))
}

/// Begins or ceases to answer.
#[utoipa::path(put, path = "/chats/duty", tag = "chat", request_body = DutyChangeJson,
    responses((status = 200, body = DutyJson)))]
pub(super) async fn change_chat_duty(
    State(app): State<App>,
    cx: CxX,
    Json(wanted): Json<DutyChangeJson>,
) -> web::Result<Json<DutyJson>> {
    let switch = move |tx: &mut Tx<'_>| match wanted.on {
        true => duty::begin(tx, &cx.0).map(Some),
        false => duty::cease(tx, &cx.0).map(|()| None),
    };
    let mine = app.db.write(switch).await?;
    Ok(Json(mine.into()))
}

/// What the department set.
#[utoipa::path(get, path = "/chats/settings", tag = "chat", responses((status = 200, body = SettingsJson)))]
pub(super) async fn get_chat_settings(State(app): State<App>) -> web::Result<Json<SettingsJson>> {
    let patience = app.db.read(setting::patience).await?;
    Ok(Json(SettingsJson {
        idle_minutes: patience.minutes,
    }))
}

/// Sets how long a silence may be.
#[utoipa::path(put, path = "/chats/settings", tag = "chat", request_body = SettingsJson,
    responses((status = 200, body = SettingsJson)))]
pub(super) async fn change_chat_settings(
    State(app): State<App>,
    cx: CxX,
    Json(wanted): Json<SettingsJson>,
) -> web::Result<Json<SettingsJson>> {
    let set = move |tx: &mut Tx<'_>| setting::set(tx, &cx.0, Some(wanted.idle_minutes));
    let patience = app.db.write(set).await?;
    Ok(Json(SettingsJson {
        idle_minutes: patience.minutes,
    }))
}

/// A conversation as technicians see it, with what they said among themselves.
#[utoipa::path(get, path = "/chats/{id}", tag = "chat", params(("id" = String, Path)),
    responses((status = 200, body = ReadJson)))]
pub(super) async fn get_conversation(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ConversationId>,
) -> web::Result<Json<ReadJson>> {
    let read = app.db.read(move |tx| reading::load(tx, &cx.0, id)).await?;
    Ok(Json(read.into()))
}

fn answered(tx: &mut Tx<'_>, cx: &Cx, once: &Once, id: ConversationId) -> Result<Reply> {
    let read = reading::load(tx, cx, id)?;
    once.keep(tx, StatusCode::OK, &ReadJson::from(read))
}

/// A body that may be missing.
pub(super) struct Taking(TakingJson);

impl<S: Send + Sync> FromRequest<S> for Taking {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> std::result::Result<Self, Failure> {
        if !request.headers().contains_key(header::CONTENT_TYPE) {
            return Ok(Self(TakingJson::default()));
        }
        let Json(wanted) = Json::from_request(request, state).await?;
        Ok(Self(wanted))
    }
}

/// Takes a conversation, from the queue or from a colleague.
#[utoipa::path(post, path = "/chats/{id}/taking", tag = "chat", params(("id" = String, Path)), request_body = Option<TakingJson>,
    responses((status = 200, body = ReadJson)))]
pub(super) async fn take_conversation(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<ConversationId>,
    Taking(wanted): Taking,
) -> web::Result<Reply> {
    let seen = Seen::parse(wanted.from.as_deref())?;
    let take = move |tx: &mut Tx<'_>| {
        holding::take(tx, &cx.0, id, seen)?;
        answered(tx, &cx.0, &once, id)
    };
    Ok(app.db.write(take).await?)
}

/// Says something to the requester, or to technicians alone.
#[utoipa::path(post, path = "/chats/{id}/messages", tag = "chat", params(("id" = String, Path)), request_body = AnswerJson,
    responses((status = 200, body = ReadJson)))]
pub(super) async fn say_to_requester(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<AnswerJson>,
) -> web::Result<Reply> {
    not_flooding(&app, &cx)?;
    let say = move |tx: &mut Tx<'_>| {
        match wanted.aside {
            true => saying::note(tx, &cx.0, id, &wanted.body, None)?,
            false => saying::say(tx, &cx.0, id, &wanted.body, None)?,
        };
        answered(tx, &cx.0, &once, id)
    };
    Ok(app.db.write(say).await?)
}

/// Hands a conversation to a colleague or back to the queue.
#[utoipa::path(post, path = "/chats/{id}/hand-over", tag = "chat", params(("id" = String, Path)),
    request_body = HandOverJson, responses((status = 200, body = ReadJson)))]
pub(super) async fn hand_conversation_over(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<HandOverJson>,
) -> web::Result<Reply> {
    let hand = move |tx: &mut Tx<'_>| {
        let hand_over = HandOver {
            to: wanted.to,
            note: wanted.note.clone(),
        };
        holding::hand_over(tx, &cx.0, id, &hand_over)?;
        answered(tx, &cx.0, &once, id)
    };
    Ok(app.db.write(hand).await?)
}

/// Ends a conversation as a ticket.
#[utoipa::path(post, path = "/chats/{id}/end", tag = "chat", params(("id" = String, Path)), request_body = EndingJson,
    responses((status = 200, body = ReadJson)))]
pub(super) async fn end_conversation(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<EndingJson>,
) -> web::Result<Reply> {
    let wanted = read_ending(wanted)?;
    let end = move |tx: &mut Tx<'_>| {
        ending::end(tx, &cx.0, id, &wanted)?;
        answered(tx, &cx.0, &once, id)
    };
    Ok(app.db.write(end).await?)
}

fn read_ending(wanted: EndingJson) -> Result<Ending> {
    let usual = Ending::default();
    Ok(Ending {
        ticket: wanted.ticket,
        title: wanted.title,
        category: wanted
            .category
            .map_or(Ok(usual.category), |word| Category::parse(&word))?,
        urgency: wanted
            .urgency
            .map_or(Ok(usual.urgency), |word| Urgency::parse(&word))?,
        solved: wanted.solution.is_some(),
        solution: wanted.solution.unwrap_or_default(),
        next: wanted.next,
    })
}
