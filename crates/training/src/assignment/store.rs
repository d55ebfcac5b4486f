//! Every SQL statement about assignments. Who belongs to a team or has a role is read from people's tables.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Assignment, Target};
use crate::course::CourseId;
use crate::part::damaged;

const COLUMNS: &str = "id, course, kind, target, due_on, assigned_by, at";

/// The people of a target `$1`, who have not left.
const PERSON: &str = "SELECT u.id FROM people_user u WHERE u.id = $1 AND u.active";
const TEAM: &str =
    "SELECT u.id FROM people_member m JOIN people_user u ON u.id = m.user_id WHERE m.team = $1 AND u.active";
const ROLE: &str = "SELECT u.id FROM people_user_role r JOIN people_user u ON u.id = r.user_id WHERE r.role = $1 AND u.active";

const fn meant(target: &Target) -> &'static str {
    match target {
        Target::Person(_) => PERSON,
        Target::Team(_) => TEAM,
        Target::Role(_) => ROLE,
    }
}

fn assignment(row: &Row<'_>) -> Result<Assignment> {
    let (kind, name): (String, String) = (row.get("kind")?, row.get("target")?);
    Ok(Assignment {
        id: row.get("id")?,
        course: row.get("course")?,
        target: Target::parse(&kind, &name).ok_or_else(|| damaged(&kind))?,
        due_on: row.get("due_on")?,
        assigned_by: row.get("assigned_by")?,
        at: row.get("at")?,
    })
}

/// Writes a new one; gives back its id.
pub fn insert(
    tx: &mut Tx<'_>,
    course: CourseId,
    target: &Target,
    due_on: Option<&str>,
    by: Option<UserId>,
    at: Timestamp,
) -> Result<i64> {
    tx.query_one(
        "INSERT INTO training_assignment (course, kind, target, due_on, assigned_by, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        params![course, target.kind(), target.name(), due_on, by, at],
        |row| row.get("id"),
    )
}

/// One that holds.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Assignment>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM training_assignment WHERE id = $1 AND removed_at IS NULL"),
        params![id],
        assignment,
    )
}

/// Those of a course that hold.
pub fn of_course(tx: &mut Tx<'_>, course: CourseId) -> Result<Vec<Assignment>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM training_assignment WHERE course = $1 AND removed_at IS NULL ORDER BY id LIMIT 1000"
        ),
        params![course],
        assignment,
    )
}

/// Those to teams and roles that hold and can be taken; who belongs to those changes.
pub fn of_groups(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<i64>> {
    tx.query(
        "SELECT a.id FROM training_assignment a JOIN training_course c ON c.id = a.course
         WHERE a.removed_at IS NULL AND a.kind <> 'person' AND a.id > $1 AND c.state = 'open' ORDER BY a.id LIMIT $2",
        params![after, limit],
        |row| row.get("id"),
    )
}

/// People who are meant and do not have the course.
pub fn missing(tx: &mut Tx<'_>, assignment: &Assignment, limit: usize) -> Result<Vec<UserId>> {
    let meant = meant(&assignment.target);
    let sql = format!(
        "{meant} AND NOT EXISTS (SELECT 1 FROM training_learner l WHERE l.course = $2 AND l.person = u.id)
         ORDER BY u.id LIMIT $3"
    );
    let target = assignment.target.name();
    tx.query(&sql, params![target, assignment.course, limit], |row| {
        row.get("id")
    })
}

/// Those who have the course and are meant get the day if theirs is later, or if they have none.
pub fn hasten(
    tx: &mut Tx<'_>,
    course: CourseId,
    assignment: i64,
    target: &Target,
    due_on: &str,
) -> Result<()> {
    let meant = meant(target);
    let sql = format!(
        "UPDATE training_learner SET due_on = $3, assignment = $4, chased_at = NULL
         WHERE course = $2 AND done_at IS NULL AND (due_on IS NULL OR due_on > $3) AND person IN ({meant})"
    );
    tx.execute(&sql, params![target.name(), course, due_on, assignment])?;
    Ok(())
}

/// Another assignment to the same people takes the place of this one.
pub fn replace(tx: &mut Tx<'_>, id: i64, by: i64, at: Timestamp) -> Result<()> {
    let sql = "UPDATE training_assignment SET removed_at = $2 WHERE id = $1";
    tx.execute(sql, params![id, at])?;
    tx.execute(
        "UPDATE training_learner SET assignment = $2,
             due_on = (SELECT a.due_on FROM training_assignment a WHERE a.id = $2), chased_at = NULL
         WHERE assignment = $1 AND done_at IS NULL",
        params![id, by],
    )?;
    Ok(())
}

/// Takes one back.
pub fn remove(tx: &mut Tx<'_>, id: i64, at: Timestamp) -> Result<()> {
    let sql = "UPDATE training_assignment SET removed_at = $2 WHERE id = $1";
    tx.execute(sql, params![id, at])?;
    let never = "DELETE FROM training_learner WHERE assignment = $1 AND began_at IS NULL AND done_at IS NULL";
    tx.execute(never, params![id])?;
    tx.execute(
        "UPDATE training_learner SET assignment = NULL, due_on = NULL WHERE assignment = $1 AND done_at IS NULL",
        params![id],
    )?;
    Ok(())
}
