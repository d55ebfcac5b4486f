//! Inventories in the JSON interface: the message of a GLPI agent, brought by another program.

use axum::extract::State;
use bytes::Bytes;
use glpi::What;
use kernel::error::Error;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Page, Routes};

use crate::INTAKE;
use crate::device::{DeviceId, Kind};
use crate::intake::taking::{self, Took, Way};

pub(super) fn routes() -> Routes {
    Routes::new().api(Need::permission(INTAKE), routes!(take_inventory))
}

/// What became of an inventory.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InventoryTaken)]
pub(crate) struct TookJson {
    /// The device.
    #[schema(value_type = String)]
    device: DeviceId,
    /// What it is called.
    name: String,
    /// What sort it is.
    kind: Kind,
    /// Whether nobody knew it.
    is_new: bool,
    /// Whether it may be another that is known; a person decides.
    is_doubtful: bool,
    /// How many things changed.
    changes: usize,
}

/// What became of each inventory.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InventoriesTaken)]
pub(crate) struct TakenJson {
    /// One for each device that was told of.
    items: Vec<TookJson>,
}

impl From<Took> for TookJson {
    fn from(took: Took) -> Self {
        Self {
            device: took.device,
            name: took.name,
            kind: took.kind,
            is_new: took.is_new,
            is_doubtful: took.is_doubtful,
            changes: took.changes,
        }
    }
}

/// Takes an inventory as the GLPI agent writes it (or the XML of FusionInventory). Bringing it again changes nothing.
#[utoipa::path(post, path = "/devices/inventory", tag = "devices", request_body = serde_json::Value,
    responses((status = 200, body = TakenJson)))]
pub(crate) async fn take_inventory(
    State(app): State<App>,
    cx: CxX,
    page: Page,
    body: Bytes,
) -> web::Result<Json<TakenJson>> {
    let reading = tokio::task::spawn_blocking(move || glpi::read(&body));
    let read = reading
        .await
        .map_err(|_| Error::internal("reading an inventory panicked"))?;
    let message = read.map_err(|broken| Error::invalid("fleet.intake.broken").arg("why", broken.words()))?;
    let What::Inventory(inventories) = message.what else {
        return Err(Error::invalid("fleet.intake.none").into());
    };
    let mut items = Vec::new();
    for inventory in inventories {
        let way = Way {
            form: message.form,
            agent_id: message.agent_id.clone(),
            address: if inventory.is_asked {
                String::new()
            } else {
                page.client_address.to_string()
            },
        };
        let cx = cx.0.clone();
        let took = app
            .db
            .write(move |tx| taking::take(tx, &cx, &inventory, &way))
            .await?;
        items.push(took.into());
    }
    Ok(Json(TakenJson { items }))
}
