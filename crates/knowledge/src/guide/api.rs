//! Guides in the JSON interface: reading them all, saving one, removing one.

use axum::extract::State as Given;
use kernel::db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Routes};

use super::{Definition, Guide};
use crate::{MANAGE, READ};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(READ), routes!(list_guides))
        .api(Need::permission(MANAGE), routes!(save_guide, remove_guide))
}

/// A guide.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Guide)]
pub(crate) struct GuideJson {
    /// A short word.
    key: String,
    /// Its place in the list.
    place: i64,
    /// Whether people see it.
    enabled: bool,
    /// What it asks, and where answers lead.
    #[schema(value_type = serde_json::Value)]
    definition: Definition,
    /// Give it back when you save.
    version: i64,
}

impl From<Guide> for GuideJson {
    fn from(guide: Guide) -> Self {
        Self {
            key: guide.key,
            place: guide.place,
            enabled: guide.enabled,
            definition: guide.definition,
            version: guide.version,
        }
    }
}

/// Guides in their order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Guides)]
pub(crate) struct GuidesJson {
    items: Vec<GuideJson>,
}

/// List guides
///
/// Those that are switched off only for who manages knowledge.
#[utoipa::path(get, path = "/knowledge/guides", tag = "knowledge", responses((status = 200, body = GuidesJson)))]
pub(crate) async fn list_guides(Given(app): Given<App>, CxX(cx): CxX) -> web::Result<Json<GuidesJson>> {
    let sees_all = cx.may(MANAGE).is_some();
    let guides = app.db.read(super::all).await?;
    let items = guides.into_iter().filter(|guide| guide.enabled || sees_all);
    Ok(Json(GuidesJson {
        items: items.map(GuideJson::from).collect(),
    }))
}

/// What a guide becomes.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = GuideWanted)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedJson {
    /// Its place in the list.
    #[serde(default)]
    place: i64,
    /// Whether people see it.
    #[serde(default = "on")]
    enabled: bool,
    /// What it asks, and where answers lead.
    #[schema(value_type = serde_json::Value)]
    definition: Definition,
    /// The version that was read; 0 for a new one.
    version: i64,
}

const fn on() -> bool {
    true
}

/// Save a guide
#[utoipa::path(put, path = "/knowledge/guides/{key}", tag = "knowledge", params(("key" = String, Path)),
    request_body = WantedJson, responses((status = 200, body = GuideJson), (status = 409), (status = 422)))]
pub(crate) async fn save_guide(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(key): Path<String>,
    Json(wanted): Json<WantedJson>,
) -> web::Result<Json<GuideJson>> {
    let guide = Guide {
        key,
        place: wanted.place,
        enabled: wanted.enabled,
        definition: wanted.definition,
        version: wanted.version,
    };
    let write = move |tx: &mut Tx<'_>| super::save(tx, &cx, &guide);
    Ok(Json(app.db.write(write).await?.into()))
}

/// Remove a guide
#[utoipa::path(delete, path = "/knowledge/guides/{key}", tag = "knowledge", params(("key" = String, Path)),
    responses((status = 204), (status = 404)))]
pub(crate) async fn remove_guide(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(key): Path<String>,
) -> web::Result {
    app.db.write(move |tx| super::remove(tx, &cx, &key)).await?;
    web::no_content()
}
