//! What the desk asks of the slices to its left: calendars, teams, and the roster, all of people.
//!
//! Everything that crosses the border does so here, so that it can be seen at a glance.

use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::TeamId;
use kernel::setting;
use kernel::time::Timestamp;

use crate::service_level::hours;

pub use people::Candidate;

/// Names the calendar of the desk's own hours (an id of people's calendars).
pub const CALENDAR_SETTING: &str = "desk.calendar";

/// The zone of the hours that hold until somebody chooses a calendar.
const FALLBACK_ZONE: &str = "UTC";

/// The calendar of this id; `default` is the one the settings name.
pub fn calendar(tx: &mut Tx, name: &str) -> Result<worktime::Calendar> {
    if name != "default" {
        return people::calendar::load(tx, name);
    }
    let Some(chosen) = setting::get::<String>(tx, CALENDAR_SETTING)? else {
        return fallback();
    };
    match people::calendar::load(tx, &chosen) {
        // A calendar that somebody removed must not keep requests from being taken in.
        Err(error) if error.kind() == Kind::NotFound => fallback(),
        found => found,
    }
}

fn fallback() -> Result<worktime::Calendar> {
    let text = serde_json::to_string(&hours::fallback(FALLBACK_ZONE))?;
    people::calendar::compiled(&text).map_err(Error::internal)
}

/// Who of a team could be given work now.
pub fn roster(tx: &mut Tx, team: TeamId, at: Timestamp) -> Result<Vec<Candidate>> {
    people::roster(tx, team, at)
}

/// All teams with their names.
pub fn team_names(tx: &mut Tx) -> Result<Vec<(TeamId, String)>> {
    let teams = people::team::store::list(tx)?;
    Ok(teams.into_iter().map(|team| (team.id, team.name)).collect())
}

/// The teams to which work of this tier comes, in the order of their names.
pub fn teams_of_tier(tx: &mut Tx, tier: i64) -> Result<Vec<TeamId>> {
    let teams = people::team::store::list(tx)?;
    Ok(teams
        .into_iter()
        .filter(|team| team.tier == tier)
        .map(|team| team.id)
        .collect())
}
