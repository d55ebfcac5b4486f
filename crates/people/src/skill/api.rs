//! The skill matrix in the JSON interface.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use kernel::id::UserId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Routes, no_content};

use super::{Skill, store};
use crate::listed::Listed;
use crate::{skill, user};

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.skill.manage"),
    );
    Routes::new()
        .api(read, routes!(list_skills))
        .api(manage, routes!(save_skill))
        .api(manage, routes!(remove_skill))
        .api(read, routes!(get_skills_of_user))
        .api(manage, routes!(set_skills_of_user))
}

/// What a skill is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SkillTitle {
    /// What people read.
    title: String,
}

/// All skills.
#[utoipa::path(get, path = "/skills", tag = "people", responses((status = 200, body = Listed<Skill>)))]
pub(crate) async fn list_skills(State(app): State<App>) -> web::Result<Json<Listed<Skill>>> {
    Ok(Json(Listed::whole(app.db.read(store::list).await?)))
}

/// Adds a skill, or changes its title.
#[utoipa::path(put, path = "/skills/{name}", tag = "people", params(("name" = String, Path)),
    request_body = SkillTitle, responses((status = 200, body = Skill)))]
pub(crate) async fn save_skill(
    State(app): State<App>,
    cx: CxX,
    Path(name): Path<String>,
    Json(wanted): Json<SkillTitle>,
) -> web::Result<Json<Skill>> {
    let cx = cx.0;
    let saved = app
        .db
        .write(move |tx| {
            skill::save(tx, &cx, &name, &wanted.title)?;
            Ok(Skill {
                name: name.clone(),
                title: wanted.title.trim().to_owned(),
            })
        })
        .await?;
    Ok(Json(saved))
}

/// Removes a skill from the matrix and from everybody.
#[utoipa::path(delete, path = "/skills/{name}", tag = "people", params(("name" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove_skill(
    State(app): State<App>,
    cx: CxX,
    Path(name): Path<String>,
) -> web::Result<Response> {
    let cx = cx.0;
    app.db.write(move |tx| skill::remove(tx, &cx, &name)).await?;
    no_content()
}

/// What a person can do: skill to level, 1 junior, 2 middle, 3 senior.
#[utoipa::path(get, path = "/users/{id}/skills", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = BTreeMap<String, i64>)))]
pub(crate) async fn get_skills_of_user(
    State(app): State<App>,
    Path(id): Path<UserId>,
) -> web::Result<Json<BTreeMap<String, i64>>> {
    let read = move |tx: &mut kernel::db::Tx<'_>| {
        user::store::load(tx, id)?;
        store::of_user(tx, id)
    };
    Ok(Json(app.db.read(read).await?))
}

/// Says what a person can do; a skill that is not named is taken away.
#[utoipa::path(put, path = "/users/{id}/skills", tag = "people", params(("id" = String, Path)),
    request_body = BTreeMap<String, i64>, responses((status = 200, body = BTreeMap<String, i64>)))]
pub(crate) async fn set_skills_of_user(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<UserId>,
    Json(levels): Json<BTreeMap<String, i64>>,
) -> web::Result<Json<BTreeMap<String, i64>>> {
    let cx = cx.0;
    let set = move |tx: &mut kernel::db::Tx<'_>| {
        user::store::load(tx, id)?;
        skill::set_of_user(tx, &cx, id, &levels)?;
        store::of_user(tx, id)
    };
    Ok(Json(app.db.write(set).await?))
}
