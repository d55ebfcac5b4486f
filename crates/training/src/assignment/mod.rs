//! Who is to take a course, and by when: a person, a team, everybody of a role.
//!
//! An assignment makes the course theirs, in pieces when they are many (`spreading`); whoever joins the team later is added by the
//! clock. `store` is the SQL.

pub mod spreading;
pub mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::course::{self, CourseId, State};
use crate::{events, moment, tell};

/// Assignments of one call.
const TARGETS_MOST: usize = 200;

/// Whom a course is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TrainingTarget)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Target {
    /// One person.
    #[schema(value_type = String)]
    Person(UserId),
    /// Whoever is in a team.
    #[schema(value_type = String)]
    Team(TeamId),
    /// Whoever has a role.
    Role(String),
}

impl Target {
    /// The word in the database and in events.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Team(_) => "team",
            Self::Role(_) => "role",
        }
    }

    /// Which person, team, or role.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Person(id) => id.to_string(),
            Self::Team(id) => id.to_string(),
            Self::Role(name) => name.clone(),
        }
    }

    pub(crate) fn parse(kind: &str, name: &str) -> Option<Self> {
        match kind {
            "person" => name.parse().ok().map(Self::Person),
            "team" => name.parse().ok().map(Self::Team),
            "role" => Some(Self::Role(name.to_owned())),
            _ => None,
        }
    }
}

/// A wish that somebody takes a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Which.
    pub id: i64,
    /// Which course.
    pub course: CourseId,
    /// Who.
    pub target: Target,
    /// By which day.
    pub due_on: Option<String>,
    /// Who wants it.
    pub assigned_by: Option<UserId>,
    /// Since when.
    pub at: Timestamp,
}

/// Assigns a course. Whoever has it already keeps the earlier day; whoever has done it is left alone.
///
/// # Errors
/// 403, 404, 409 unless the course is open, 422 with the fields.
pub fn assign(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base: &str,
    id: CourseId,
    targets: &[Target],
    due_on: Option<&str>,
) -> Result<()> {
    let course = course::begin(tx, cx, id)?;
    if course.state != State::Open {
        return Err(Error::conflict("training.not_open"));
    }
    let due_on = checked(tx, cx, targets, due_on)?;
    let known = store::of_course(tx, id)?;
    for target in targets {
        let same = known.iter().find(|one| one.target == *target);
        let assignment = match same {
            Some(same) if same.due_on == due_on => continue,
            _ => store::insert(tx, id, target, due_on.as_deref(), cx.user_id(), cx.now())?,
        };
        if let Some(same) = same {
            store::replace(tx, same.id, assignment, cx.now())?;
        }
        let data = json!({
            "assignment": assignment, "kind": target.kind(), "target": target.name(), "due_on": due_on,
        });
        tell(tx, cx, id, events::ASSIGNED, data, None)?;
        if let Some(due_on) = &due_on {
            store::hasten(tx, id, assignment, target, due_on)?;
        }
        spreading::begin(tx, cx, base, assignment)?;
    }
    Ok(())
}

fn checked(tx: &mut Tx<'_>, cx: &Cx, targets: &[Target], due_on: Option<&str>) -> Result<Option<String>> {
    let mut errors = Errors::new();
    if targets.is_empty() {
        errors.push("people", "training.nobody_chosen");
    }
    if targets.len() > TARGETS_MOST {
        let most = vec![("most".to_owned(), TARGETS_MOST.into())];
        errors.push_with("people", "training.targets_most", most);
    }
    for target in targets.iter().take(TARGETS_MOST) {
        if !exists(tx, target)? {
            let field = match target {
                Target::Person(_) => "people",
                Target::Team(_) => "teams",
                Target::Role(_) => "roles",
            };
            errors.push(field, "training.target_unknown");
        }
    }
    let due_on = match moment::read_day(due_on.unwrap_or_default(), "due_on") {
        Ok(day) => day,
        Err(error) => {
            errors.absorb(&error);
            None
        }
    };
    let today = moment::day(cx.now(), &cx.time_zone);
    if due_on.as_ref().is_some_and(|day| *day < today) {
        errors.push("due_on", "training.due_past");
    }
    errors.finish()?;
    Ok(due_on)
}

fn exists(tx: &mut Tx<'_>, target: &Target) -> Result<bool> {
    Ok(match target {
        Target::Person(id) => people::user::store::find(tx, *id)?.is_some_and(|person| person.active),
        Target::Team(id) => people::team::store::list(tx)?.iter().any(|team| team.id == *id),
        Target::Role(name) => people::role::all(tx)?.iter().any(|role| role.name == *name),
    })
}

/// Takes an assignment back. Whoever began keeps the course without a day; whoever did not no longer has it.
///
/// # Errors
/// 403, 404.
pub fn withdraw(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, assignment: i64) -> Result<()> {
    course::begin(tx, cx, id)?;
    let known = store::of_course(tx, id)?;
    let known = known.into_iter().find(|one| one.id == assignment);
    let known = known.ok_or_else(Error::not_found)?;
    store::remove(tx, known.id, cx.now())?;
    tell(
        tx,
        cx,
        id,
        events::UNASSIGNED,
        json!({ "assignment": assignment }),
        None,
    )
}
