//! Teams: who works together, on which tier, by which calendar.

pub(crate) mod api;
mod pages;
pub mod store;

use crate::events;
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::event::{self, New};
use kernel::id::{TeamId, UserId};
use kernel::{Cx, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::Routes;

/// The pages and endpoints about teams.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

/// A team.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Team {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: TeamId,
    /// Name on screen.
    pub name: String,
    /// 1 to 3: which level of work comes to it.
    pub tier: i64,
    /// Its hours; none: round the clock.
    pub calendar: Option<String>,
    /// What it is for.
    pub description: String,
    /// How many people belong to it.
    pub members: i64,
}

/// What a form or the API says of a team.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewTeam {
    /// Name on screen.
    pub name: String,
    /// 1 to 3.
    pub tier: i64,
    /// Calendar identifier or empty.
    pub calendar: String,
    /// What it is for.
    pub description: String,
    /// Who belongs to it.
    #[schema(value_type = Vec<String>)]
    pub members: Vec<UserId>,
}

impl NewTeam {
    fn check(&self) -> Result<()> {
        let mut errors = kernel::Errors::new();
        if self.name.trim().is_empty() {
            errors.push("name", "people.team.name_missing");
        }
        if !(1..=3).contains(&self.tier) {
            errors.push("tier", "people.user.tier_unknown");
        }
        errors.finish()
    }
}

/// Adds a team.
///
/// # Errors
/// Names the wrong field.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, new: &NewTeam) -> Result<Team> {
    cx.require("people.team.manage")?;
    new.check()?;
    let id: TeamId = cx.new_id();
    store::insert(tx, id, new).map_err(taken)?;
    store::replace_members(tx, id, &new.members)?;
    note(tx, cx, id, events::TEAM_ADDED, new)?;
    store::load(tx, id)
}

/// Stores what a form says of a team.
///
/// # Errors
/// Names the wrong field.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, id: TeamId, new: &NewTeam) -> Result<Team> {
    cx.require("people.team.manage")?;
    new.check()?;
    store::load(tx, id)?;
    store::update(tx, id, new).map_err(taken)?;
    store::replace_members(tx, id, &new.members)?;
    note(tx, cx, id, events::TEAM_CHANGED, new)?;
    store::load(tx, id)
}

fn taken(error: Error) -> Error {
    if error.kind() == Kind::Conflict {
        Error::invalid("people.team.name_taken").field("name")
    } else {
        error
    }
}

fn note(tx: &mut Tx<'_>, cx: &Cx, id: TeamId, kind: &'static str, new: &NewTeam) -> Result<()> {
    let data = json!({ "name": new.name, "tier": new.tier, "members": new.members });
    event::append(
        tx,
        cx,
        New {
            kind,
            subject: format!("team:{id}"),
            data,
            personal: None,
        },
    )?;
    Ok(())
}

/// Puts a person into exactly these teams.
pub(crate) fn set_of_user(tx: &mut Tx<'_>, cx: &Cx, user: UserId, teams: &[TeamId]) -> Result<()> {
    let before = store::of_user(tx, user)?;
    let mut wanted = teams.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if before == wanted {
        return Ok(());
    }
    for team in &wanted {
        store::load(tx, *team).map_err(|_| Error::invalid("people.team.unknown").field("teams"))?;
    }
    store::replace_of_user(tx, user, &wanted)?;
    let data = json!({ "before": before, "after": wanted });
    event::append(
        tx,
        cx,
        New {
            kind: events::USER_TEAMS,
            subject: format!("user:{user}"),
            data,
            personal: None,
        },
    )?;
    Ok(())
}
