//! What is in a device and what changed on it, in the JSON interface.

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::error::Error;
use kernel::time::Timestamp;
use protocol::inventory::Section;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Query, Routes};

use crate::READ;
use crate::device::{self, DeviceId};
use crate::inventory::overlay::{self, ShownItem};
use crate::inventory::{self, Asked, Changed, kind_word};

pub(super) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(READ), routes!(get_device_inventory))
        .api(Need::permission(READ), routes!(list_device_changes))
}

/// A section of an inventory.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceSection)]
pub(crate) struct SectionJson {
    /// `packages`
    section: String,
    /// When the device said so last.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// How many items it has.
    count: i64,
    /// The items; only of the section that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<ItemJson>>,
}

/// A thing in a section.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceItem)]
pub(crate) struct ItemJson {
    /// Names it within its section.
    key: String,
    /// What is known of it.
    values: Vec<ValueJson>,
}

/// A value of a thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceValue)]
pub(crate) struct ValueJson {
    /// Its name.
    name: String,
    /// What counts.
    value: String,
    /// Whether a person entered it.
    is_entered: bool,
    /// What the device says, where a person says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<String>,
}

impl From<ShownItem> for ItemJson {
    fn from(item: ShownItem) -> Self {
        let values = item.values.into_iter().map(|shown| ValueJson {
            name: shown.field,
            value: shown.value,
            is_entered: shown.is_entered,
            told: shown.told,
        });
        Self {
            key: item.key,
            values: values.collect(),
        }
    }
}

/// What is in a device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceInventory)]
pub(crate) struct InventoryJson {
    /// In the order of the page.
    sections: Vec<SectionJson>,
}

/// Which part of an inventory.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// The section whose items are wanted: `packages`.
    section: String,
}

/// The sections of a device, and the items of one of them.
#[utoipa::path(get, path = "/devices/{id}/inventory", tag = "devices", params(("id" = String, Path), Wanted),
    responses((status = 200, body = InventoryJson), (status = 404)))]
pub(crate) async fn get_device_inventory(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<DeviceId>,
    Query(wanted): Query<Wanted>,
) -> web::Result<Json<InventoryJson>> {
    let open = named(&wanted.section)?;
    let read = move |tx: &mut Tx<'_>| {
        device::find(tx, &cx, id)?;
        let mut items = match open {
            Some(open) => Some(overlay::shown(tx, id, open)?),
            None => None,
        };
        let sections = inventory::sections(tx, id)?.into_iter().map(|held| SectionJson {
            section: held.section.name().to_owned(),
            at: held.at,
            count: held.items,
            items: items
                .take_if(|_| open == Some(held.section))
                .map(|items| items.into_iter().map(ItemJson::from).collect()),
        });
        Ok(InventoryJson {
            sections: sections.collect(),
        })
    };
    Ok(Json(app.db.read(read).await?))
}

fn named(section: &str) -> kernel::Result<Option<Section>> {
    if section.is_empty() {
        return Ok(None);
    }
    let known = Section::named(section);
    known
        .map(Some)
        .ok_or_else(|| Error::invalid("web.form.choice").field("section"))
}

/// Something that changed on a device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceChange)]
pub(crate) struct ChangeJson {
    /// When the device said so.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `packages`
    section: String,
    /// The key of the item.
    item: String,
    /// `added`, `removed`, or `changed`.
    kind: String,
    /// The values before.
    #[schema(value_type = Option<serde_json::Value>)]
    before: Option<serde_json::Value>,
    /// The values after.
    #[schema(value_type = Option<serde_json::Value>)]
    after: Option<serde_json::Value>,
}

impl From<&Changed> for ChangeJson {
    fn from(change: &Changed) -> Self {
        let values = |json: Option<&str>| json.and_then(|json| serde_json::from_str(json).ok());
        Self {
            at: change.at,
            section: change.section.name().to_owned(),
            item: change.item.clone(),
            kind: kind_word(change.kind).to_owned(),
            before: values(change.before.as_deref()),
            after: values(change.after.as_deref()),
        }
    }
}

/// What changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceChanges)]
pub(crate) struct ChangesJson {
    /// The latest first.
    items: Vec<ChangeJson>,
    /// Pass as `cursor` for older ones; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Which changes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct WantedChanges {
    /// Only this section.
    section: String,
    /// From this instant on, in milliseconds since 1970.
    since: Option<i64>,
    /// Before this instant, in milliseconds since 1970.
    until: Option<i64>,
    /// The cursor of the answer before.
    cursor: String,
}

/// What changed on a device, the latest first.
#[utoipa::path(get, path = "/devices/{id}/changes", tag = "devices", params(("id" = String, Path), WantedChanges),
    responses((status = 200, body = ChangesJson), (status = 404)))]
pub(crate) async fn list_device_changes(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<DeviceId>,
    Query(wanted): Query<WantedChanges>,
) -> web::Result<Json<ChangesJson>> {
    let asked = Asked {
        since: wanted.since.map(Timestamp::from_millis),
        until: wanted.until.map(Timestamp::from_millis),
        section: named(&wanted.section)?,
        before: inventory::place_of(&wanted.cursor)?,
    };
    let changes = app
        .db
        .read(move |tx| inventory::changes(tx, &cx, id, &asked))
        .await?;
    Ok(Json(ChangesJson {
        cursor: inventory::place_after(&changes),
        items: changes.iter().map(ChangeJson::from).collect(),
    }))
}
