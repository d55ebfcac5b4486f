//! Teams in the JSON interface.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use kernel::db::Tx;
use kernel::id::{TeamId, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Routes};

use super::{NewTeam, Team, store};
use crate::listed::Listed;
use crate::team;

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.team.manage"),
    );
    Routes::new()
        .api(read, routes!(list_teams))
        .api(manage, routes!(add_team))
        .api(read, routes!(get_team))
        .api(manage, routes!(change_team))
}

/// A team with the people in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamWithPeople {
    #[serde(flatten)]
    team: Team,
    /// Who belongs to it.
    #[schema(value_type = Vec<String>)]
    people: Vec<UserId>,
}

fn whole(tx: &mut Tx<'_>, id: TeamId) -> Result<TeamWithPeople> {
    Ok(TeamWithPeople {
        team: store::load(tx, id)?,
        people: store::members(tx, id)?,
    })
}

/// All teams.
#[utoipa::path(get, path = "/teams", tag = "people", responses((status = 200, body = Listed<Team>)))]
pub(crate) async fn list_teams(State(app): State<App>) -> web::Result<Json<Listed<Team>>> {
    Ok(Json(Listed::whole(app.db.read(store::list).await?)))
}

/// Adds a team.
#[utoipa::path(post, path = "/teams", tag = "people", request_body = NewTeam,
    responses((status = 201, body = TeamWithPeople)))]
pub(crate) async fn add_team(
    State(app): State<App>,
    cx: CxX,
    Json(new): Json<NewTeam>,
) -> web::Result<(StatusCode, Json<TeamWithPeople>)> {
    let cx = cx.0;
    let add = move |tx: &mut Tx<'_>| {
        let team = team::add(tx, &cx, &new)?;
        whole(tx, team.id)
    };
    Ok((StatusCode::CREATED, Json(app.db.write(add).await?)))
}

/// One team.
#[utoipa::path(get, path = "/teams/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = TeamWithPeople)))]
pub(crate) async fn get_team(
    State(app): State<App>,
    Path(id): Path<TeamId>,
) -> web::Result<Json<TeamWithPeople>> {
    Ok(Json(app.db.read(move |tx| whole(tx, id)).await?))
}

/// Changes a team; members that are not named leave it.
#[utoipa::path(put, path = "/teams/{id}", tag = "people", params(("id" = String, Path)), request_body = NewTeam,
    responses((status = 200, body = TeamWithPeople)))]
pub(crate) async fn change_team(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<TeamId>,
    Json(new): Json<NewTeam>,
) -> web::Result<Json<TeamWithPeople>> {
    let cx = cx.0;
    let change = move |tx: &mut Tx<'_>| {
        team::change(tx, &cx, id, &new)?;
        whole(tx, id)
    };
    Ok(Json(app.db.write(change).await?))
}
