//! Roles in the JSON interface.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Scope;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Routes, no_content};

use super::{Role, store};
use crate::listed::Listed;
use crate::role;

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.role.read"),
        Need::permission("people.role.manage"),
    );
    Routes::new()
        .api(read, routes!(list_roles))
        .api(manage, routes!(add_role))
        .api(manage, routes!(change_role))
        .api(manage, routes!(remove_role))
}

/// A role of the department's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRole {
    /// Small letters, digits, and `_`.
    name: String,
    /// What people read.
    title: String,
    /// Permission to scope: `own`, `team`, `all`.
    #[schema(value_type = BTreeMap<String, String>)]
    grants: BTreeMap<String, Scope>,
}

/// What a role is changed to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleChange {
    /// What people read.
    title: String,
    /// Permission to scope: `own`, `team`, `all`.
    #[schema(value_type = BTreeMap<String, String>)]
    grants: BTreeMap<String, Scope>,
}

/// All roles with what they grant.
#[utoipa::path(get, path = "/roles", tag = "people", responses((status = 200, body = Listed<Role>)))]
pub(crate) async fn list_roles(State(app): State<App>, cx: CxX) -> web::Result<Json<Listed<Role>>> {
    let cx = cx.0;
    Ok(Json(Listed::whole(
        app.db.read(move |tx| role::list(tx, &cx)).await?,
    )))
}

/// Makes a role.
#[utoipa::path(post, path = "/roles", tag = "people", request_body = NewRole, responses((status = 201, body = Role)))]
pub(crate) async fn add_role(
    State(app): State<App>,
    cx: CxX,
    Json(new): Json<NewRole>,
) -> web::Result<(StatusCode, Json<Role>)> {
    let cx = cx.0;
    let made = app
        .db
        .write(move |tx| {
            role::add(tx, &cx, &new.name, &new.title, &new.grants)?;
            store::made(tx, &new.name)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Changes a role of the department's own; built-in ones stay as they are.
#[utoipa::path(put, path = "/roles/{name}", tag = "people", params(("name" = String, Path)), request_body = RoleChange,
    responses((status = 200, body = Role)))]
pub(crate) async fn change_role(
    State(app): State<App>,
    cx: CxX,
    Path(name): Path<String>,
    Json(change): Json<RoleChange>,
) -> web::Result<Json<Role>> {
    let cx = cx.0;
    let changed = app
        .db
        .write(move |tx| {
            role::save(tx, &cx, &name, &change.title, &change.grants)?;
            store::made(tx, &name)
        })
        .await?;
    Ok(Json(changed))
}

/// Removes a role of the department's own; people lose it.
#[utoipa::path(delete, path = "/roles/{name}", tag = "people", params(("name" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove_role(
    State(app): State<App>,
    cx: CxX,
    Path(name): Path<String>,
) -> web::Result<Response> {
    let cx = cx.0;
    app.db.write(move |tx| role::remove(tx, &cx, &name)).await?;
    no_content()
}
