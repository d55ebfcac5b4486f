//! Channels in the JSON interface. Secrets go in and never come out.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use kernel::db::Tx;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes, no_content};

use super::{Channel, ChannelId, Definition, keeping};
use crate::CHANNELS;
use crate::hearing::refusing::{self, Refused};
use crate::telling::{Delivery, DeliveryId, DeliveryState, delivering};

/// Messages on a page.
const PIECE: i64 = 50;

pub(crate) fn routes() -> Routes {
    let needed = Need::permission(CHANNELS);
    Routes::new()
        .api(needed, routes!(list_channels))
        .api(needed, routes!(add_channel))
        .api(needed, routes!(get_channel))
        .api(needed, routes!(change_channel))
        .api(needed, routes!(remove_channel))
        .api(needed, routes!(test_channel))
        .api(needed, routes!(list_channel_messages))
        .api(needed, routes!(list_channel_refusals))
}

/// A channel to a chat service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatChannel)]
pub(crate) struct ChannelJson {
    /// Identifier.
    id: String,
    /// Grows with each change.
    version: i64,
    /// What it is called.
    name: String,
    /// The service.
    service: String,
    /// The language for people who chose none.
    locale: String,
    /// Whether anything is heard and said.
    enabled: bool,
    /// The settings that may be seen.
    settings: BTreeMap<String, String>,
    /// Names of the secrets that are kept.
    secrets: Vec<String>,
    /// What the service is to call.
    address: String,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl ChannelJson {
    fn of(channel: &Channel, base_url: &str) -> Self {
        Self {
            id: channel.id.to_string(),
            version: channel.version,
            name: channel.name.clone(),
            service: channel.service.name().to_owned(),
            locale: channel.locale.tag().to_owned(),
            enabled: channel.enabled,
            settings: channel.visible(),
            secrets: channel.secrets(),
            address: channel.address(base_url),
            updated_at: channel.updated_at,
        }
    }
}

/// All channels.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatChannels)]
pub(crate) struct Channels {
    /// By name.
    items: Vec<ChannelJson>,
}

/// All channels to chat services, by name.
#[utoipa::path(get, path = "/channels", tag = "channels", responses((status = 200, body = Channels)))]
pub(crate) async fn list_channels(State(app): State<App>, cx: CxX) -> web::Result<Json<Channels>> {
    let channels = app.db.read(move |tx| keeping::list(tx, &cx.0)).await?;
    let base = &app.config.base_url;
    Ok(Json(Channels {
        items: channels
            .iter()
            .map(|channel| ChannelJson::of(channel, base))
            .collect(),
    }))
}

/// Adds a channel; the answer names the address that the service is to call.
#[utoipa::path(post, path = "/channels", tag = "channels", request_body = Definition,
    responses((status = 201, body = ChannelJson)))]
pub(crate) async fn add_channel(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Json(definition): Json<Definition>,
) -> web::Result<Reply> {
    let base = app.config.base_url.clone();
    let add = move |tx: &mut Tx<'_>| {
        let channel = keeping::add(tx, &cx.0, &definition)?;
        let place = format!("/api/v1/channels/{}", channel.id);
        once.created(tx, &place, &ChannelJson::of(&channel, &base))
    };
    Ok(app.db.write(add).await?)
}

/// A channel.
#[utoipa::path(get, path = "/channels/{id}", tag = "channels", params(("id" = String, Path)),
    responses((status = 200, body = ChannelJson)))]
pub(crate) async fn get_channel(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ChannelId>,
) -> web::Result<Json<ChannelJson>> {
    let channel = app.db.read(move |tx| keeping::load(tx, &cx.0, id)).await?;
    Ok(Json(ChannelJson::of(&channel, &app.config.base_url)))
}

/// What a channel shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ChatChannelChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelChange {
    /// The whole of it; a secret that is missing or empty stays as it was.
    definition: Definition,
    /// The version that was read; another one is answered with 409.
    version: Option<i64>,
}

/// Changes a channel.
#[utoipa::path(put, path = "/channels/{id}", tag = "channels", params(("id" = String, Path)),
    request_body = ChannelChange, responses((status = 200, body = ChannelJson)))]
pub(crate) async fn change_channel(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ChannelId>,
    Json(wanted): Json<ChannelChange>,
) -> web::Result<Json<ChannelJson>> {
    let change = move |tx: &mut Tx<'_>| keeping::change(tx, &cx.0, id, &wanted.definition, wanted.version);
    let channel = app.db.write(change).await?;
    Ok(Json(ChannelJson::of(&channel, &app.config.base_url)))
}

/// Removes a channel and who was known by it; what still waits for it is not sent.
#[utoipa::path(delete, path = "/channels/{id}", tag = "channels", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove_channel(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ChannelId>,
) -> web::Result<Response> {
    app.db.write(move |tx| keeping::remove(tx, &cx.0, id)).await?;
    no_content()
}

/// A message that was written down.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelMessageAsked)]
pub(crate) struct MessageAsked {
    /// Its identifier.
    id: String,
}

/// Sends a message to whoever asks, to try the way; they must be connected.
#[utoipa::path(post, path = "/channels/{id}/test", tag = "channels", params(("id" = String, Path)),
    responses((status = 201, body = MessageAsked)))]
pub(crate) async fn test_channel(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<ChannelId>,
) -> web::Result<Reply> {
    let test = move |tx: &mut Tx<'_>| {
        let asked = MessageAsked {
            id: keeping::test(tx, &cx.0, id)?.to_string(),
        };
        once.created(tx, &format!("/api/v1/channels/{id}/messages"), &asked)
    };
    Ok(app.db.write(test).await?)
}

/// A message to somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelMessage)]
pub(crate) struct MessageJson {
    /// Identifier.
    id: String,
    /// To whom, as the service knows them.
    to: String,
    /// `answer`, `test`, or what it tells of: `resolved`.
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
}

impl From<Delivery> for MessageJson {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            to: delivery.external,
            kind: delivery.kind,
            ticket: delivery.ticket,
            state: delivery.state,
            attempts: delivery.attempts,
            status: delivery.status,
            created_at: delivery.created_at,
            last_at: delivery.last_at,
        }
    }
}

/// Messages, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelMessages)]
pub(crate) struct Messages {
    /// The lines.
    items: Vec<MessageJson>,
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

/// Messages by a channel, newest first.
#[utoipa::path(get, path = "/channels/{id}/messages", tag = "channels", params(("id" = String, Path), Beginning),
    responses((status = 200, body = Messages)))]
pub(crate) async fn list_channel_messages(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ChannelId>,
    Query(from): Query<Beginning>,
) -> web::Result<Json<Messages>> {
    let read = move |tx: &mut Tx<'_>| delivering::list(tx, &cx.0, id, from.cursor, PIECE);
    let found = app.db.read(read).await?;
    let is_full = i64::try_from(found.len()).unwrap_or(0) >= PIECE;
    let last = found.last().filter(|_| is_full);
    Ok(Json(Messages {
        cursor: last.map(|delivery| delivery.id.to_string()),
        items: found.into_iter().map(MessageJson::from).collect(),
    }))
}

/// Requests that were refused in an hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelRefusal)]
pub(crate) struct RefusalJson {
    /// `unsigned`, `forged`, `stale`, `replayed`, `reused`, `malformed`, `too_large`.
    reason: String,
    /// From where; `…` for many.
    address: String,
    /// How often.
    times: i64,
    /// The last of them.
    #[schema(value_type = String, format = DateTime)]
    last_at: Timestamp,
}

impl From<Refused> for RefusalJson {
    fn from(refused: Refused) -> Self {
        Self {
            reason: refused.reason,
            address: refused.address,
            times: refused.times,
            last_at: refused.last_at,
        }
    }
}

/// Refused requests, latest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelRefusals)]
pub(crate) struct Refusals {
    /// The lines.
    items: Vec<RefusalJson>,
}

/// The latest requests to a channel that were refused, by hour, reason, and address.
#[utoipa::path(get, path = "/channels/{id}/refusals", tag = "channels", params(("id" = String, Path)),
    responses((status = 200, body = Refusals)))]
pub(crate) async fn list_channel_refusals(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<ChannelId>,
) -> web::Result<Json<Refusals>> {
    let read = move |tx: &mut Tx<'_>| {
        keeping::load(tx, &cx.0, id)?;
        refusing::list(tx, &cx.0, id, PIECE)
    };
    let found = app.db.read(read).await?;
    Ok(Json(Refusals {
        items: found.into_iter().map(RefusalJson::from).collect(),
    }))
}
