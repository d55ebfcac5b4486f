//! Devices in the JSON interface: lists, one device, what is in it, what changed, and entering one.

mod inventory;
mod shapes;

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::id::{TeamId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes};

use crate::device::{self, DeviceId, Edit, Kind, editing, listing};
use crate::{MANAGE, READ};
use shapes::DeviceJson;

/// Devices in one answer.
const PIECE: i64 = 100;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(READ), routes!(list_devices))
        .api(Need::permission(READ), routes!(get_device))
        .api(Need::permission(MANAGE), routes!(add_device))
        .api(Need::permission(MANAGE), routes!(edit_device))
        .merge(inventory::routes())
}

/// Devices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Devices)]
pub(crate) struct DevicesJson {
    /// By name.
    items: Vec<DeviceJson>,
    /// Pass as `cursor` for more; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Which devices.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// Words and typed filters, as on the page: `kind:server os:debian rack 4`.
    q: String,
    /// The cursor of the answer before.
    cursor: String,
}

/// Devices by name, as far as the caller may see them.
#[utoipa::path(get, path = "/devices", tag = "devices", params(Wanted), responses((status = 200, body = DevicesJson)))]
pub(crate) async fn list_devices(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(wanted): Query<Wanted>,
) -> web::Result<Json<DevicesJson>> {
    let read = move |tx: &mut Tx<'_>| {
        cx.require(READ)?;
        let filter = listing::read(tx, &cx, &wanted.q)?;
        let after = listing::after(&wanted.cursor)?;
        let devices = listing::list(tx, &cx, &filter, after.as_ref(), PIECE)?;
        let is_full = i64::try_from(devices.len()).unwrap_or(0) >= PIECE;
        let cursor = devices
            .last()
            .filter(|_| is_full)
            .map(listing::cursor)
            .transpose()?;
        let now = cx.now();
        Ok(DevicesJson {
            items: devices.into_iter().map(|one| DeviceJson::of(one, now)).collect(),
            cursor,
        })
    };
    Ok(Json(app.db.read(read).await?))
}

/// A device.
#[utoipa::path(get, path = "/devices/{id}", tag = "devices", params(("id" = String, Path)),
    responses((status = 200, body = DeviceJson), (status = 404)))]
pub(crate) async fn get_device(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<DeviceId>,
) -> web::Result<Json<DeviceJson>> {
    let now = cx.now();
    let device = app.db.read(move |tx| device::find(tx, &cx, id)).await?;
    Ok(Json(DeviceJson::of(device, now)))
}

/// What a person knows of a device.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = DeviceFacts)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FactsJson {
    /// As people call it; empty: as it calls itself.
    name: String,
    /// What sort it is; missing: as its inventory says.
    kind: Option<Kind>,
    /// Who uses it.
    #[schema(value_type = Option<String>)]
    owner: Option<UserId>,
    /// The team that looks after it.
    #[schema(value_type = Option<String>)]
    team: Option<TeamId>,
    /// Where it stands.
    location: String,
    /// What people should know.
    note: String,
    /// The version that was read; a later one is not overwritten.
    version: Option<i64>,
}

impl From<FactsJson> for Edit {
    fn from(facts: FactsJson) -> Self {
        Self {
            name: facts.name,
            kind: facts.kind,
            owner: facts.owner,
            team: facts.team,
            location: facts.location,
            note: facts.note,
            version: facts.version,
        }
    }
}

/// Enters a device by hand.
#[utoipa::path(post, path = "/devices", tag = "devices", request_body = FactsJson,
    responses((status = 201, body = DeviceJson)))]
pub(crate) async fn add_device(
    Given(app): Given<App>,
    CxX(cx): CxX,
    once: Once,
    Json(facts): Json<FactsJson>,
) -> web::Result<Reply> {
    let write = move |tx: &mut Tx<'_>| {
        let device = editing::add(tx, &cx, &facts.clone().into())?;
        let place = format!("/api/v1/devices/{}", device.id);
        once.created(tx, &place, &DeviceJson::of(device, cx.now()))
    };
    Ok(app.db.write(write).await?)
}

/// Changes what a person knows of a device; all of it is replaced.
#[utoipa::path(put, path = "/devices/{id}", tag = "devices", params(("id" = String, Path)), request_body = FactsJson,
    responses((status = 200, body = DeviceJson), (status = 404), (status = 409)))]
pub(crate) async fn edit_device(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<DeviceId>,
    Json(facts): Json<FactsJson>,
) -> web::Result<Json<DeviceJson>> {
    let now = cx.now();
    let edit: Edit = facts.into();
    let device = app.db.write(move |tx| device::edit(tx, &cx, id, &edit)).await?;
    Ok(Json(DeviceJson::of(device, now)))
}
