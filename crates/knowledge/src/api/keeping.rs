//! What the department keeps, for programs that know it better than people: which version of a software is in use, and words that
//! mean the same.

use axum::extract::State as Given;
use axum::http::StatusCode;
use kernel::db::Tx;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Reply, Routes};

use crate::software::{self, Software};
use crate::synonym::{self, Group};
use crate::{MANAGE, WRITE};

pub(super) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(WRITE), routes!(list_software))
        .api(Need::permission(MANAGE), routes!(save_software))
        .api(Need::permission(MANAGE), routes!(remove_software))
        .api(Need::permission(WRITE), routes!(list_synonyms))
        .api(Need::permission(MANAGE), routes!(add_synonyms))
        .api(Need::permission(MANAGE), routes!(change_synonyms))
        .api(Need::permission(MANAGE), routes!(remove_synonyms))
}

/// A software in the version in use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSoftware)]
pub(crate) struct SoftwareJson {
    /// Its name, as articles say it.
    name: String,
    /// The version in use.
    version: String,
    /// Since when that was said.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
}

impl From<Software> for SoftwareJson {
    fn from(software: Software) -> Self {
        Self {
            name: software.name,
            version: software.version,
            changed_at: software.changed_at,
        }
    }
}

/// All software.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSoftwareList)]
pub(crate) struct SoftwareListJson {
    items: Vec<SoftwareJson>,
}

/// List the software in use
#[utoipa::path(get, path = "/knowledge/software", tag = "knowledge", responses((status = 200, body = SoftwareListJson)))]
pub(crate) async fn list_software(
    Given(app): Given<App>,
    CxX(cx): CxX,
) -> web::Result<Json<SoftwareListJson>> {
    let found = app.db.read(move |tx| software::list(tx, &cx)).await?;
    Ok(Json(SoftwareListJson {
        items: found.into_iter().map(SoftwareJson::from).collect(),
    }))
}

/// The version in use.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgeSoftwareVersion)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionJson {
    version: String,
}

/// Say which version of a software is in use
///
/// Articles about another version become due for a review, and their owners are told.
#[utoipa::path(put, path = "/knowledge/software/{name}", tag = "knowledge", params(("name" = String, Path)),
    request_body = VersionJson, responses((status = 200, body = SoftwareJson), (status = 422)))]
pub(crate) async fn save_software(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(name): Path<String>,
    Json(wanted): Json<VersionJson>,
) -> web::Result<Json<SoftwareJson>> {
    let write = move |tx: &mut Tx<'_>| software::save(tx, &cx, &name, &wanted.version);
    Ok(Json(app.db.write(write).await?.into()))
}

/// Take a software off the list
#[utoipa::path(delete, path = "/knowledge/software/{name}", tag = "knowledge", params(("name" = String, Path)),
    responses((status = 204), (status = 404)))]
pub(crate) async fn remove_software(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(name): Path<String>,
) -> web::Result<StatusCode> {
    app.db.write(move |tx| software::remove(tx, &cx, &name)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Words that mean the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Synonyms)]
pub(crate) struct GroupJson {
    id: i64,
    #[schema(example = json!(["VPN", "虚拟专用网", "remote access"]))]
    words: Vec<String>,
}

impl From<Group> for GroupJson {
    fn from(group: Group) -> Self {
        Self {
            id: group.id,
            words: group.words,
        }
    }
}

/// All groups.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SynonymGroups)]
pub(crate) struct GroupsJson {
    items: Vec<GroupJson>,
}

/// A group as it is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SynonymsWanted)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedJson {
    /// At least two; no word stands in two groups.
    words: Vec<String>,
}

/// List words that mean the same
#[utoipa::path(get, path = "/knowledge/synonyms", tag = "knowledge", responses((status = 200, body = GroupsJson)))]
pub(crate) async fn list_synonyms(Given(app): Given<App>, CxX(cx): CxX) -> web::Result<Json<GroupsJson>> {
    let found = app.db.read(move |tx| synonym::list(tx, &cx)).await?;
    Ok(Json(GroupsJson {
        items: found.into_iter().map(GroupJson::from).collect(),
    }))
}

/// Add words that mean the same
#[utoipa::path(post, path = "/knowledge/synonyms", tag = "knowledge", request_body = WantedJson,
    responses((status = 201, body = GroupJson), (status = 422)))]
pub(crate) async fn add_synonyms(
    Given(app): Given<App>,
    CxX(cx): CxX,
    once: Once,
    Json(wanted): Json<WantedJson>,
) -> web::Result<Reply> {
    let write = move |tx: &mut Tx<'_>| {
        let group = synonym::save(tx, &cx, None, &wanted.words)?;
        let place = format!("/api/v1/knowledge/synonyms/{}", group.id);
        once.created(tx, &place, &GroupJson::from(group))
    };
    Ok(app.db.write(write).await?)
}

/// Change a group of words
#[utoipa::path(put, path = "/knowledge/synonyms/{id}", tag = "knowledge", params(("id" = i64, Path)),
    request_body = WantedJson, responses((status = 200, body = GroupJson), (status = 404), (status = 422)))]
pub(crate) async fn change_synonyms(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<i64>,
    Json(wanted): Json<WantedJson>,
) -> web::Result<Json<GroupJson>> {
    let write = move |tx: &mut Tx<'_>| synonym::save(tx, &cx, Some(id), &wanted.words);
    Ok(Json(app.db.write(write).await?.into()))
}

/// Remove a group of words
#[utoipa::path(delete, path = "/knowledge/synonyms/{id}", tag = "knowledge", params(("id" = i64, Path)),
    responses((status = 204), (status = 404)))]
pub(crate) async fn remove_synonyms(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<i64>,
) -> web::Result<StatusCode> {
    app.db.write(move |tx| synonym::remove(tx, &cx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
