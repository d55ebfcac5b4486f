//! Acts in the JSON interface: asking, looking, what was written, ending, and the global stop.

use axum::extract::State as Given;
use axum::response::{IntoResponse as _, Response};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use protocol::message::Outcome;
use protocol::verb::Verb;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes};

use super::store::Piece;
use super::{Act, ActId, State, asking, cancelling, seeing, stopping, store};
use crate::device::{self, DeviceId};
use crate::{APPROVE, DIAGNOSE, READ};

const PIECE: i64 = 50;
const PIECES: i64 = 200;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(READ), routes!(list_device_acts))
        .api(Need::permission(DIAGNOSE), routes!(ask_device_act))
        .api(Need::permission(READ), routes!(get_device_act))
        .api(Need::permission(READ), routes!(get_device_act_output))
        .api(Need::permission(DIAGNOSE), routes!(cancel_device_act))
        .api(Need::permission(READ), routes!(get_device_stop))
        .api(Need::permission(APPROVE), routes!(put_device_stop))
}

/// Something asked of a device, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceAct)]
pub(crate) struct ActJson {
    /// Identifier.
    id: String,
    /// The device.
    device: String,
    /// The ticket it is done for.
    ticket: i64,
    /// Who asked.
    person: String,
    /// The verb's name: `service.restart`.
    verb: String,
    /// `view`, `change`, or `run`.
    danger: String,
    /// The verb with what it holds.
    #[schema(value_type = serde_json::Value)]
    order: serde_json::Value,
    /// How far it is.
    state: State,
    /// Acts asked in one go have the same.
    batch: String,
    /// Who agreed, where a second person had to.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<String>,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
    /// When it was over.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    /// How it ended.
    #[schema(value_type = Option<serde_json::Value>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    /// How many bytes it wrote.
    bytes: i64,
    /// Whether some of that was left out.
    is_cut: bool,
}

impl From<Act> for ActJson {
    fn from(act: Act) -> Self {
        Self {
            id: act.id.to_string(),
            device: act.device.to_string(),
            ticket: act.ticket,
            person: act.person.to_string(),
            order: serde_json::from_str(&act.body).unwrap_or_default(),
            verb: act.verb,
            danger: act.danger,
            state: act.state,
            batch: act.batch,
            approved_by: act.approved_by.map(|person| person.to_string()),
            asked_at: act.asked_at,
            ended_at: act.ended_at,
            outcome: act.outcome,
            bytes: act.bytes,
            is_cut: act.is_cut,
        }
    }
}

/// What is asked of a device.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DeviceActAsked)]
pub(crate) struct AskJson {
    /// The ticket it is done for: open, and visible to the caller.
    ticket: i64,
    /// The verb: `{"verb": "health_check"}`, `{"verb": "service", "name": "cups", "action": "restart"}`.
    #[schema(value_type = serde_json::Value)]
    verb: serde_json::Value,
    /// Further devices of which the same is asked.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    devices: Vec<DeviceId>,
}

/// Acts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceActs)]
pub(crate) struct ActsJson {
    /// The latest first.
    acts: Vec<ActJson>,
    /// Pass as `cursor` for older ones; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Where an answer begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Beginning {
    /// The cursor of the answer before.
    #[param(value_type = Option<String>)]
    cursor: Option<ActId>,
}

/// What was asked of a device, the latest first.
#[utoipa::path(get, path = "/devices/{id}/acts", tag = "devices", params(("id" = String, Path), Beginning),
    responses((status = 200, body = ActsJson)))]
pub(crate) async fn list_device_acts(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<DeviceId>,
    Query(from): Query<Beginning>,
) -> web::Result<Json<ActsJson>> {
    let read = move |tx: &mut Tx<'_>| {
        device::find(tx, &cx, id)?;
        let acts = store::of_device(tx, id, from.cursor, PIECE)?;
        let is_full = i64::try_from(acts.len()).is_ok_and(|count| count >= PIECE);
        let cursor = acts.last().filter(|_| is_full).map(|last| last.id.to_string());
        Ok((seeing::seen(tx, &cx, acts)?, cursor))
    };
    let (acts, cursor) = app.db.read(read).await?;
    Ok(Json(ActsJson {
        acts: acts.into_iter().map(ActJson::from).collect(),
        cursor,
    }))
}

/// Asks something of a device, or of several.
#[utoipa::path(post, path = "/devices/{id}/acts", tag = "devices", params(("id" = String, Path)), request_body = AskJson,
    responses((status = 201, body = ActJson)))]
pub(crate) async fn ask_device_act(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<DeviceId>,
    once: Once,
    Json(input): Json<AskJson>,
) -> web::Result<Reply> {
    let verb = Verb::read(&input.verb.to_string()).map_err(|unfit| asking::malformed(&unfit))?;
    if matches!(
        verb,
        Verb::Terminal { .. } | Verb::Screen { .. } | Verb::FilePut { .. }
    ) {
        return Err(Error::invalid("fleet.verb_not_here").field("verb").into());
    }
    let mut devices = input.devices;
    devices.push(id);
    let subject = desk::ticket::subject(input.ticket);
    let write = move |tx: &mut Tx<'_>| {
        let acts = asking::ask_many(tx, &cx, &devices, &subject, verb.clone())?;
        let own = acts
            .into_iter()
            .find(|act| act.device == id)
            .ok_or_else(Error::not_found)?;
        let place = format!("/api/v1/devices/{id}/acts/{}", own.id);
        once.created(tx, &place, &ActJson::from(own))
    };
    Ok(app.db.write(write).await?)
}

fn of_device(tx: &mut Tx<'_>, cx: &kernel::Cx, device: DeviceId, act: ActId) -> Result<Act> {
    let act = seeing::load(tx, cx, act)?;
    if act.device == device {
        Ok(act)
    } else {
        Err(Error::not_found())
    }
}

/// One act.
#[utoipa::path(get, path = "/devices/{id}/acts/{act}", tag = "devices",
    params(("id" = String, Path), ("act" = String, Path)), responses((status = 200, body = ActJson)))]
pub(crate) async fn get_device_act(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path((id, act)): Path<(DeviceId, ActId)>,
) -> web::Result<Json<ActJson>> {
    let act = app.db.read(move |tx| of_device(tx, &cx, id, act)).await?;
    Ok(Json(act.into()))
}

/// What an act wrote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceActOutput)]
pub(crate) struct OutputJson {
    /// The pieces, in order.
    pieces: Vec<PieceJson>,
    /// Pass as `after` for what comes later.
    last: i64,
    /// Whether nothing more will come.
    is_over: bool,
}

/// A piece of output.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceActPiece)]
pub(crate) struct PieceJson {
    /// Its number.
    seq: i64,
    /// `out`, `err`, or `note`.
    stream: String,
    /// What was written; what is no text is replaced by a sign.
    text: String,
}

impl From<Piece> for PieceJson {
    fn from(piece: Piece) -> Self {
        Self {
            seq: piece.seq,
            stream: piece.stream,
            text: String::from_utf8_lossy(&piece.body).into_owned(),
        }
    }
}

/// After which piece an answer begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// The number of the last piece that is known.
    after: Option<i64>,
}

/// What an act wrote so far.
#[utoipa::path(get, path = "/devices/{id}/acts/{act}/output", tag = "devices",
    params(("id" = String, Path), ("act" = String, Path), After), responses((status = 200, body = OutputJson)))]
pub(crate) async fn get_device_act_output(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path((id, act)): Path<(DeviceId, ActId)>,
    Query(from): Query<After>,
) -> web::Result<Response> {
    let after = from.after.unwrap_or(-1);
    let read = move |tx: &mut Tx<'_>| {
        let act = of_device(tx, &cx, id, act)?;
        let pieces = store::pieces(tx, act.id, after, PIECES)?;
        Ok((act, pieces))
    };
    let (act, pieces) = app.db.read(read).await?;
    let mut pieces: Vec<PieceJson> = pieces.into_iter().map(PieceJson::from).collect();
    // It is a file by now: one piece, for whoever had none of it.
    if let Some(hash) = act.hash.as_deref().filter(|_| pieces.is_empty() && after < 0) {
        let text = String::from_utf8_lossy(&app.files.get(hash).await?).into_owned();
        pieces.push(PieceJson {
            seq: i64::from(u32::MAX),
            stream: "out".to_owned(),
            text,
        });
    }
    let last = pieces.last().map_or(after, |piece| piece.seq);
    let is_over = act.state.is_over() && pieces.len() < usize::try_from(PIECES).unwrap_or_default();
    Ok(axum::Json(OutputJson {
        pieces,
        last,
        is_over,
    })
    .into_response())
}

/// Ends an act before its end.
#[utoipa::path(post, path = "/devices/{id}/acts/{act}/cancellation", tag = "devices",
    params(("id" = String, Path), ("act" = String, Path)), responses((status = 200, body = ActJson)))]
pub(crate) async fn cancel_device_act(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path((id, act)): Path<(DeviceId, ActId)>,
) -> web::Result<Json<ActJson>> {
    let write = move |tx: &mut Tx<'_>| {
        of_device(tx, &cx, id, act)?;
        cancelling::cancel(tx, &cx, act)?;
        of_device(tx, &cx, id, act)
    };
    Ok(Json(app.db.write(write).await?.into()))
}

/// The global stop.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DeviceStop)]
pub(crate) struct StopJson {
    /// Whether nothing may be done on any device.
    stopped: bool,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Whether everything is stopped.
#[utoipa::path(get, path = "/devices/stop", tag = "devices", responses((status = 200, body = StopJson)))]
pub(crate) async fn get_device_stop(Given(app): Given<App>, CxX(cx): CxX) -> web::Result<Json<StopJson>> {
    let stop = app.db.read(move |tx| stopping::present(tx, &cx)).await?;
    Ok(Json(StopJson {
        stopped: stop.is_some(),
        reason: stop.map(|stop| stop.reason).unwrap_or_default(),
    }))
}

/// Stops everything on all devices, or lifts the stop.
#[utoipa::path(put, path = "/devices/stop", tag = "devices", request_body = StopJson, responses((status = 200, body = StopJson)))]
pub(crate) async fn put_device_stop(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Json(input): Json<StopJson>,
) -> web::Result<Json<StopJson>> {
    let write = move |tx: &mut Tx<'_>| {
        if input.stopped {
            stopping::stop(tx, &cx, &input.reason)?;
        } else {
            stopping::release(tx, &cx)?;
        }
        stopping::present(tx, &cx)
    };
    let stop = app.db.write(write).await?;
    Ok(Json(StopJson {
        stopped: stop.is_some(),
        reason: stop.map(|stop| stop.reason).unwrap_or_default(),
    }))
}
