//! Webhooks in the JSON interface.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse as _, Response};
use kernel::db::Tx;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes, no_content, shown_once};

use super::{Definition, Delivery, DeliveryId, DeliveryState, Webhook, WebhookId, keeping};
use crate::WEBHOOKS;

/// Messages on a page.
const PIECE: i64 = 50;

pub(crate) fn routes() -> Routes {
    let needed = Need::permission(WEBHOOKS);
    Routes::new()
        .api(needed, routes!(list_webhooks))
        .api(needed, routes!(add_webhook))
        .api(needed, routes!(get_webhook))
        .api(needed, routes!(change_webhook))
        .api(needed, routes!(remove_webhook))
        .api(needed, routes!(exchange_webhook_secret))
        .api(needed, routes!(test_webhook))
        .api(needed, routes!(list_deliveries))
        .api(needed, routes!(repeat_delivery))
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookJson {
    /// Identifier.
    id: String,
    /// Grows with each change.
    version: i64,
    /// What it is.
    #[serde(flatten)]
    definition: Definition,
    /// Signs its messages (Standard Webhooks); only in the answer to what made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// Set while every attempt has failed since then.
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<Timestamp>,
    /// Set while it is off because of that.
    #[schema(value_type = Option<String>, format = DateTime)]
    switched_off_at: Option<Timestamp>,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Webhook> for WebhookJson {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id.to_string(),
            version: webhook.version,
            definition: webhook.definition,
            secret: None,
            failing_since: webhook.failing_since,
            switched_off_at: webhook.switched_off_at,
            updated_at: webhook.updated_at,
        }
    }
}

impl WebhookJson {
    fn with_secret(webhook: Webhook) -> Self {
        let secret = Some(webhook.secret.clone());
        Self {
            secret,
            ..Self::from(webhook)
        }
    }
}

/// All webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhooks {
    /// By name.
    items: Vec<WebhookJson>,
}

/// All webhooks, by name.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses((status = 200, body = Webhooks)))]
pub(crate) async fn list_webhooks(State(app): State<App>, cx: CxX) -> web::Result<Json<Webhooks>> {
    let webhooks = app.db.read(move |tx| keeping::list(tx, &cx.0)).await?;
    Ok(Json(Webhooks {
        items: webhooks.into_iter().map(WebhookJson::from).collect(),
    }))
}

/// Adds a webhook; the answer holds its secret.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = Definition,
    responses((status = 201, body = WebhookJson)))]
pub(crate) async fn add_webhook(
    State(app): State<App>,
    cx: CxX,
    Json(definition): Json<Definition>,
) -> web::Result<Response> {
    let webhook = app
        .db
        .write(move |tx| keeping::add(tx, &cx.0, &definition))
        .await?;
    let place = format!("/api/v1/webhooks/{}", webhook.id);
    let answer = Json(WebhookJson::with_secret(webhook));
    // A kept answer would keep the secret, beyond the webhook's end.
    Ok(shown_once((StatusCode::CREATED, [(LOCATION, place)], answer)))
}

/// A webhook.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = WebhookJson)))]
pub(crate) async fn get_webhook(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<WebhookId>,
) -> web::Result<Json<WebhookJson>> {
    let webhook = app.db.read(move |tx| keeping::load(tx, &cx.0, id)).await?;
    Ok(Json(webhook.into()))
}

/// What a webhook shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookChange {
    /// The whole of it.
    definition: Definition,
    /// The version that was read; another one is answered with 409.
    version: Option<i64>,
}

/// Changes a webhook; one without a secret that is switched on is given one, which the answer holds.
#[utoipa::path(put, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    request_body = WebhookChange, responses((status = 200, body = WebhookJson)))]
pub(crate) async fn change_webhook(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<WebhookId>,
    Json(wanted): Json<WebhookChange>,
) -> web::Result<Response> {
    let change = move |tx: &mut Tx<'_>| {
        let had_secret = keeping::load(tx, &cx.0, id)?.has_secret();
        let webhook = keeping::change(tx, &cx.0, id, &wanted.definition, wanted.version)?;
        Ok((had_secret, webhook))
    };
    let (had_secret, webhook) = app.db.write(change).await?;
    Ok(if !had_secret && webhook.has_secret() {
        shown_once(Json(WebhookJson::with_secret(webhook)))
    } else {
        Json(WebhookJson::from(webhook)).into_response()
    })
}

/// Removes a webhook; what still waits for it is not sent.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove_webhook(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<WebhookId>,
) -> web::Result<Response> {
    app.db.write(move |tx| keeping::remove(tx, &cx.0, id)).await?;
    no_content()
}

/// Makes a new secret, which the answer holds; the former one signs beside it for a day.
#[utoipa::path(post, path = "/webhooks/{id}/secret", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = WebhookJson)))]
pub(crate) async fn exchange_webhook_secret(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<WebhookId>,
) -> web::Result<Response> {
    let webhook = app
        .db
        .write(move |tx| keeping::exchange_secret(tx, &cx.0, id))
        .await?;
    Ok(shown_once(Json(WebhookJson::with_secret(webhook))))
}

/// A message that was written down.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryAsked {
    /// Its identifier.
    id: String,
}

/// Sends a message that tells of nothing, to try the way.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 201, body = DeliveryAsked)))]
pub(crate) async fn test_webhook(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<WebhookId>,
) -> web::Result<Reply> {
    let test = move |tx: &mut Tx<'_>| {
        let delivery = keeping::test(tx, &cx.0, id)?;
        let asked = DeliveryAsked {
            id: delivery.to_string(),
        };
        once.created(tx, &format!("/api/v1/webhooks/{id}/deliveries"), &asked)
    };
    Ok(app.db.write(test).await?)
}

/// A message to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryJson {
    /// Identifier; receivers know it as `msg_` and this.
    id: String,
    /// Its `type`.
    kind: String,
    /// The ticket it is about.
    ticket: Option<i64>,
    /// Where it is.
    state: DeliveryState,
    /// How often it was tried.
    attempts: i64,
    /// The status of the last answer.
    status: Option<i64>,
    /// When it was written down.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last tried.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_at: Option<Timestamp>,
    /// The message as it is sent.
    body: String,
}

impl From<Delivery> for DeliveryJson {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            kind: delivery.kind,
            ticket: delivery.ticket,
            state: delivery.state,
            attempts: delivery.attempts,
            status: delivery.status,
            created_at: delivery.created_at,
            last_at: delivery.last_at,
            body: delivery.body,
        }
    }
}

/// Messages, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deliveries {
    /// The lines.
    items: Vec<DeliveryJson>,
    /// Pass as `cursor` for older ones; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Where a page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Beginning {
    /// The cursor of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<DeliveryId>,
}

/// Messages to a webhook, newest first.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = String, Path), Beginning),
    responses((status = 200, body = Deliveries)))]
pub(crate) async fn list_deliveries(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<WebhookId>,
    Query(from): Query<Beginning>,
) -> web::Result<Json<Deliveries>> {
    let read = move |tx: &mut Tx<'_>| keeping::deliveries(tx, &cx.0, id, from.cursor, PIECE);
    let found = app.db.read(read).await?;
    let is_full = i64::try_from(found.len()).unwrap_or(0) >= PIECE;
    let last = found.last().filter(|_| is_full);
    Ok(Json(Deliveries {
        cursor: last.map(|delivery| delivery.id.to_string()),
        items: found.into_iter().map(DeliveryJson::from).collect(),
    }))
}

/// Sends a message again that was settled.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{delivery}/again", tag = "webhooks",
    params(("id" = String, Path), ("delivery" = String, Path)), responses((status = 204)))]
pub(crate) async fn repeat_delivery(
    State(app): State<App>,
    cx: CxX,
    Path((id, delivery)): Path<(WebhookId, DeliveryId)>,
) -> web::Result<Response> {
    app.db
        .write(move |tx| keeping::again(tx, &cx.0, id, delivery))
        .await?;
    no_content()
}
