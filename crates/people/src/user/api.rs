//! People in the JSON interface.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::db::Tx;
use kernel::id::{TeamId, UserId};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Query, Routes};

use super::{Profile, User, adding, changing, store};
use crate::listed::{self, Listed};
use crate::{cursor, role, skill, team};

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.user.manage"),
    );
    Routes::new()
        .api(read, routes!(list_users))
        .api(manage, routes!(add_user))
        .api(Need::SignedIn, routes!(get_me))
        .api(read, routes!(get_user))
        .api(manage, routes!(change_user))
        .api(manage, routes!(set_active))
}

/// A person with their roles, teams, and skills.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    #[serde(flatten)]
    user: User,
    /// Roles by name.
    roles: Vec<String>,
    /// Teams by identifier.
    #[schema(value_type = Vec<String>)]
    teams: Vec<TeamId>,
    /// Skill to level: 1 junior, 2 middle, 3 senior.
    skills: BTreeMap<String, i64>,
}

fn person(tx: &mut Tx<'_>, id: UserId) -> Result<Person> {
    Ok(Person {
        user: store::load(tx, id)?,
        roles: role::store::of_user(tx, id)?,
        teams: team::store::of_user(tx, id)?,
        skills: skill::store::of_user(tx, id)?,
    })
}

/// Which people.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Which {
    /// Part of a name or address.
    q: String,
    /// Only those who work on tickets.
    staff: bool,
    /// Also those who left.
    inactive: bool,
}

/// People by name.
#[utoipa::path(get, path = "/users", tag = "people", params(Which, listed::Asked),
    responses((status = 200, body = Listed<User>)))]
pub(crate) async fn list_users(
    State(app): State<App>,
    Query(which): Query<Which>,
    Query(asked): Query<listed::Asked>,
) -> web::Result<Json<Listed<User>>> {
    let filter = store::Filter {
        text: which.q,
        staff: which.staff,
        inactive: which.inactive,
    };
    let after: Option<(String, String)> = if asked.cursor.is_empty() {
        None
    } else {
        Some(cursor::read(&asked.cursor)?)
    };
    let limit = asked.limit();
    let mut items = app
        .db
        .read(move |tx| {
            let after = after.as_ref().map(|(name, id)| (name.as_str(), id.as_str()));
            store::list(tx, &filter, after, limit + 1)
        })
        .await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let last = items
        .last()
        .filter(|_| more)
        .map(|last| cursor::write(&(&last.name, last.id)))
        .transpose()?;
    Ok(Json(Listed { items, cursor: last }))
}

/// Adds a person.
#[utoipa::path(post, path = "/users", tag = "people", request_body = Profile,
    responses((status = 201, body = Person)))]
pub(crate) async fn add_user(
    State(app): State<App>,
    cx: CxX,
    Json(profile): Json<Profile>,
) -> web::Result<(StatusCode, Json<Person>)> {
    let cx = cx.0;
    let added = app
        .db
        .write(move |tx| {
            let user = adding::add(tx, &cx, &profile)?;
            person(tx, user.id)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(added)))
}

/// The person whose token or session this is.
#[utoipa::path(get, path = "/users/me", tag = "people", responses((status = 200, body = Person)))]
pub(crate) async fn get_me(State(app): State<App>, cx: CxX) -> web::Result<Json<Person>> {
    let id = cx.user_id().ok_or_else(Error::unauthenticated)?;
    Ok(Json(app.db.read(move |tx| person(tx, id)).await?))
}

/// One person.
#[utoipa::path(get, path = "/users/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = Person)))]
pub(crate) async fn get_user(State(app): State<App>, Path(id): Path<UserId>) -> web::Result<Json<Person>> {
    Ok(Json(app.db.read(move |tx| person(tx, id)).await?))
}

/// Changes a person's whole record; roles and teams that are not named are taken away.
#[utoipa::path(put, path = "/users/{id}", tag = "people", params(("id" = String, Path)), request_body = Profile,
    responses((status = 200, body = Person)))]
pub(crate) async fn change_user(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<UserId>,
    Json(profile): Json<Profile>,
) -> web::Result<Json<Person>> {
    let cx = cx.0;
    let changed = app
        .db
        .write(move |tx| {
            changing::change(tx, &cx, id, &profile)?;
            person(tx, id)
        })
        .await?;
    Ok(Json(changed))
}

/// Whether a person may sign in and be given work.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Active {
    active: bool,
}

/// Lets a person in, or keeps them out: their sessions and tokens end at once.
#[utoipa::path(put, path = "/users/{id}/active", tag = "people", params(("id" = String, Path)), request_body = Active,
    responses((status = 200, body = Person)))]
pub(crate) async fn set_active(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<UserId>,
    Json(wanted): Json<Active>,
) -> web::Result<Json<Person>> {
    let cx = cx.0;
    let changed = app
        .db
        .write(move |tx| {
            if wanted.active {
                changing::activate(tx, &cx, id)?
            } else {
                changing::deactivate(tx, &cx, id)?
            }
            person(tx, id)
        })
        .await?;
    Ok(Json(changed))
}
