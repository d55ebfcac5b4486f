//! Every SQL statement about the priority matrix and the routes of categories.

use kernel::db::{Tx, params};
use kernel::error::Result;

use super::{Matrix, Route};
use crate::ticket::value::{Category, Impact, Priority, Urgency};

pub fn matrix(tx: &mut Tx) -> Result<Matrix> {
    let cells = tx.query(
        "SELECT impact, urgency, priority FROM desk_matrix",
        params![],
        |row| {
            Ok((
                (
                    Impact::stored(&row.get::<String>("impact")?)?,
                    Urgency::stored(&row.get::<String>("urgency")?)?,
                ),
                Priority::stored(&row.get::<String>("priority")?)?,
            ))
        },
    )?;
    Ok(cells.into_iter().collect())
}

/// The priority of a ticket; a cell that somebody emptied means planned work.
pub fn priority(tx: &mut Tx, impact: Impact, urgency: Urgency) -> Result<Priority> {
    let cells = tx.kept("desk.matrix", &["desk_matrix"], matrix)?;
    Ok(cells.get(&(impact, urgency)).copied().unwrap_or(Priority::P3))
}

pub fn save_cell(tx: &mut Tx, impact: Impact, urgency: Urgency, priority: Priority) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_matrix (impact, urgency, priority) VALUES ($1, $2, $3)
         ON CONFLICT (impact, urgency) DO UPDATE SET priority = excluded.priority",
        params![impact.as_str(), urgency.as_str(), priority.as_str()],
    )?;
    Ok(())
}

/// The route of a category; without a row, anybody of no team in particular.
pub fn route(tx: &mut Tx, category: Category) -> Result<Route> {
    let key = format!("desk.route:{}", category.as_str());
    let kept = tx.kept(&key, &["desk_route"], |tx| load_route(tx, category))?;
    Ok(kept.as_ref().clone())
}

fn load_route(tx: &mut Tx, category: Category) -> Result<Route> {
    let found = tx.query_opt(
        "SELECT team, skill, level, complexity, automatic FROM desk_route WHERE category = $1",
        params![category.as_str()],
        |row| {
            Ok(Route {
                category,
                team: row.get("team")?,
                skill: row.get("skill")?,
                level: row.get("level")?,
                complexity: row.get("complexity")?,
                automatic: row.get("automatic")?,
            })
        },
    )?;
    Ok(found.unwrap_or(Route {
        category,
        team: None,
        skill: None,
        level: 1,
        complexity: 1,
        automatic: false,
    }))
}

pub fn save_route(tx: &mut Tx, route: &Route) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_route (category, team, skill, level, complexity, automatic) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (category) DO UPDATE SET team = excluded.team, skill = excluded.skill, level = excluded.level,
         complexity = excluded.complexity, automatic = excluded.automatic",
        params![route.category.as_str(), route.team, &route.skill, route.level, route.complexity, route.automatic],
    )?;
    Ok(())
}
