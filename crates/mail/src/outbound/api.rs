//! The outbox in the JSON interface.

use axum::extract::State;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use web::{App, CxX, Json, Need, Path, Query, Routes};

use super::{Outbound, State as Standing};

const NEED: Need = Need::permission(crate::MANAGE);

/// The endpoints.
pub fn routes() -> Routes {
    Routes::new()
        .api(NEED, utoipa_axum::routes!(list_outbound))
        .api(NEED, utoipa_axum::routes!(send_outbound_again))
}

/// A recipient to whom a letter cannot come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RefusedJson {
    email: String,
    /// What the server said.
    detail: String,
}

/// One letter of the outbox.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OutboundJson {
    id: i64,
    message_id: String,
    to: Vec<String>,
    subject: String,
    #[schema(example = "ticket:1042")]
    about: String,
    state: Standing,
    refused: Vec<RefusedJson>,
    attempts: i64,
    /// Code of what went wrong last.
    error: Option<String>,
    /// What the server said.
    detail: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
}

impl From<Outbound> for OutboundJson {
    fn from(letter: Outbound) -> Self {
        let refused = letter.refused.into_iter().map(|one| RefusedJson {
            email: one.email,
            detail: one.detail,
        });
        Self {
            id: letter.id,
            to: letter.letter.recipients(),
            subject: letter.letter.subject,
            message_id: letter.message_id,
            about: letter.about,
            state: letter.state,
            refused: refused.collect(),
            attempts: letter.attempts,
            error: letter.error,
            detail: letter.detail,
            created_at: letter.created_at,
            sent_at: letter.sent_at,
        }
    }
}

/// A part of the outbox, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OutboundListJson {
    items: Vec<OutboundJson>,
    /// The `cursor` of the next part; missing at the end.
    next: Option<String>,
}

/// Which part.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Only letters that stand here, such as `failed`.
    state: Option<Standing>,
    /// From 1 to 200; 50 when missing.
    limit: Option<i64>,
    /// `next` of the part before.
    cursor: Option<i64>,
}

/// Lists the outbox.
#[utoipa::path(get, path = "/mail/outbound", tag = "mail", params(Asked), responses((status = 200, body = OutboundListJson)))]
async fn list_outbound(
    State(app): State<App>,
    cx: CxX,
    Query(asked): Query<Asked>,
) -> web::Result<Json<OutboundListJson>> {
    let limit = asked.limit.unwrap_or(50).clamp(1, 200);
    let (state, before) = (asked.state, asked.cursor.unwrap_or(i64::MAX));
    let mut found = app
        .db
        .read(move |tx| super::list(tx, &cx.0, state, before, limit + 1))
        .await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Json(OutboundListJson {
        items: found.into_iter().map(OutboundJson::from).collect(),
        next,
    }))
}

/// Sends a letter again that failed or came back.
#[utoipa::path(post, path = "/mail/outbound/{id}/again", tag = "mail", params(("id" = i64, Path)),
    responses((status = 200, body = OutboundJson), (status = 404), (status = 409)))]
async fn send_outbound_again(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<i64>,
) -> web::Result<Json<OutboundJson>> {
    let changed = app.db.write(move |tx| {
        super::send_again(tx, &cx.0, id)?;
        super::get(tx, &cx.0, id)
    });
    Ok(Json(changed.await?.into()))
}
