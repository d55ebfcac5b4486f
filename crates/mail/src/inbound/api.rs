//! The journal in the JSON interface: what arrived, and another try for what waits in quarantine.

use axum::extract::State;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use web::{App, CxX, Json, Need, Path, Query, Routes};

use super::{Filter, Inbound, NEWEST, State as Standing};
use crate::mailbox::MailboxId;

const NEED: Need = Need::permission(crate::MANAGE);

/// The endpoints.
pub fn routes() -> Routes {
    Routes::new()
        .api(NEED, utoipa_axum::routes!(list_inbound))
        .api(NEED, utoipa_axum::routes!(get_inbound))
        .api(NEED, utoipa_axum::routes!(retry_inbound))
        .api(NEED, utoipa_axum::routes!(ignore_inbound))
}

/// One mail of the journal.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InboundJson {
    id: i64,
    #[schema(value_type = String)]
    mailbox: MailboxId,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    size: i64,
    /// The mail was too large; only its header was fetched.
    header_only: bool,
    message_id: Option<String>,
    from: Option<String>,
    subject: Option<String>,
    state: Standing,
    /// Why it was ignored or quarantined.
    reason: Option<String>,
    /// What it became.
    #[schema(example = "ticket:1042")]
    became: Option<String>,
    attempts: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    handled_at: Option<Timestamp>,
}

impl From<Inbound> for InboundJson {
    fn from(inbound: Inbound) -> Self {
        Self {
            became: inbound.became().map(ToOwned::to_owned),
            id: inbound.id,
            mailbox: inbound.mailbox,
            received_at: inbound.received_at,
            size: inbound.size,
            header_only: inbound.header_only,
            message_id: inbound.message_id,
            from: inbound.sender,
            subject: inbound.subject,
            state: inbound.state,
            reason: inbound.reason,
            attempts: inbound.attempts,
            handled_at: inbound.handled_at,
        }
    }
}

/// A part of the journal, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InboundListJson {
    items: Vec<InboundJson>,
    /// The `cursor` of the next part; missing at the end.
    next: Option<String>,
}

/// Which part.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Only mails that stand here, such as `quarantined`.
    state: Option<Standing>,
    /// From 1 to 200; 50 when missing.
    limit: Option<i64>,
    /// `next` of the part before.
    cursor: Option<i64>,
}

/// Lists the journal of arrived mail.
#[utoipa::path(get, path = "/mail/inbound", tag = "mail", params(Asked), responses((status = 200, body = InboundListJson)))]
async fn list_inbound(
    State(app): State<App>,
    cx: CxX,
    Query(asked): Query<Asked>,
) -> web::Result<Json<InboundListJson>> {
    let limit = asked.limit.unwrap_or(50).clamp(1, 200);
    let (filter, before) = (Filter { state: asked.state }, asked.cursor.unwrap_or(NEWEST));
    let mut found = app
        .db
        .read(move |tx| super::list(tx, &cx.0, &filter, before, limit + 1))
        .await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Json(InboundListJson {
        items: found.into_iter().map(InboundJson::from).collect(),
        next,
    }))
}

/// One mail of the journal.
#[utoipa::path(get, path = "/mail/inbound/{id}", tag = "mail", params(("id" = i64, Path)),
    responses((status = 200, body = InboundJson), (status = 404)))]
async fn get_inbound(State(app): State<App>, cx: CxX, Path(id): Path<i64>) -> web::Result<Json<InboundJson>> {
    let found = app.db.read(move |tx| super::get(tx, &cx.0, id)).await?;
    Ok(Json(found.into()))
}

/// Gives a quarantined or ignored mail another try.
#[utoipa::path(post, path = "/mail/inbound/{id}/retry", tag = "mail", params(("id" = i64, Path)),
    responses((status = 200, body = InboundJson), (status = 404), (status = 409)))]
async fn retry_inbound(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<i64>,
) -> web::Result<Json<InboundJson>> {
    let changed = app.db.write(move |tx| {
        super::retry(tx, &cx.0, id)?;
        super::get(tx, &cx.0, id)
    });
    Ok(Json(changed.await?.into()))
}

/// Decides that a quarantined mail needs nobody's attention.
#[utoipa::path(post, path = "/mail/inbound/{id}/ignore", tag = "mail", params(("id" = i64, Path)),
    responses((status = 200, body = InboundJson), (status = 404), (status = 409)))]
async fn ignore_inbound(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<i64>,
) -> web::Result<Json<InboundJson>> {
    let changed = app.db.write(move |tx| {
        super::ignore(tx, &cx.0, id)?;
        super::get(tx, &cx.0, id)
    });
    Ok(Json(changed.await?.into()))
}
