//! Every SQL statement about who takes a course and what they have done of it.

use std::collections::{BTreeMap, BTreeSet};

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::Learner;
use crate::course::CourseId;

const COLUMNS: &str = "course, person, assignment, due_on, added_at, began_at, done_at";
/// Courses of one person; people of one course on a page.
const MOST: i64 = 500;

fn learner(row: &Row<'_>) -> Result<Learner> {
    Ok(Learner {
        course: row.get("course")?,
        person: row.get("person")?,
        assignment: row.get("assignment")?,
        due_on: row.get("due_on")?,
        added_at: row.get("added_at")?,
        began_at: row.get("began_at")?,
        done_at: row.get("done_at")?,
    })
}

/// One, if the course is theirs.
pub fn find(tx: &mut Tx<'_>, course: CourseId, person: UserId) -> Result<Option<Learner>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM training_learner WHERE course = $1 AND person = $2"),
        params![course, person],
        learner,
    )
}

/// The courses of somebody.
pub fn of_person(tx: &mut Tx<'_>, person: UserId) -> Result<Vec<Learner>> {
    tx.query(
        &format!("SELECT {COLUMNS} FROM training_learner WHERE person = $1 ORDER BY course DESC LIMIT $2"),
        params![person, MOST],
        learner,
    )
}

/// Those who take a course, by their identifiers; `after` is the last of the page before.
pub fn of_course(
    tx: &mut Tx<'_>,
    course: CourseId,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<Learner>> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM training_learner WHERE course = $1 AND person > $2 ORDER BY person LIMIT $3"
        ),
        params![course, after, limit],
        learner,
    )
}

/// How many take each of some courses, and how many have done it.
pub fn totals_of(tx: &mut Tx<'_>, courses: &[CourseId]) -> Result<BTreeMap<CourseId, (i64, i64)>> {
    let mut found = BTreeMap::new();
    each_listed(courses, |list, values| {
        let sql = format!(
            "SELECT course, COUNT(*) AS people, COUNT(done_at) AS done FROM training_learner WHERE course IN ({list}) GROUP BY course"
        );
        let rows: Vec<(CourseId, (i64, i64))> = tx.query(&sql, values, |row| {
            Ok((row.get("course")?, (row.get("people")?, row.get("done")?)))
        })?;
        found.extend(rows);
        Ok(())
    })?;
    Ok(found)
}

/// Those who began a course and have not done it.
pub fn under_way(tx: &mut Tx<'_>, course: CourseId) -> Result<Vec<UserId>> {
    tx.query(
        "SELECT person FROM training_learner WHERE course = $1 AND began_at IS NOT NULL AND done_at IS NULL ORDER BY person",
        params![course],
        |row| row.get("person"),
    )
}

/// Makes a course somebody's who is to take it; false when it was.
pub fn add(
    tx: &mut Tx<'_>,
    course: CourseId,
    person: UserId,
    assignment: i64,
    due_on: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let added = tx.execute(
        "INSERT INTO training_learner (course, person, assignment, due_on, added_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (course, person) DO NOTHING",
        params![course, person, assignment, due_on, now],
    )?;
    Ok(added > 0)
}

/// Somebody does something of a course.
pub fn begin(tx: &mut Tx<'_>, course: CourseId, person: UserId, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO training_learner (course, person, added_at, began_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (course, person) DO UPDATE SET began_at = COALESCE(training_learner.began_at, excluded.began_at)",
        params![course, person, now],
    )?;
    Ok(())
}

/// Writes when all of it was done.
pub fn set_done(tx: &mut Tx<'_>, course: CourseId, person: UserId, at: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE training_learner SET done_at = $3 WHERE course = $1 AND person = $2",
        params![course, person, at],
    )?;
    Ok(())
}

/// Those whose day is over everywhere and who were not told so.
pub fn to_chase(tx: &mut Tx<'_>, day: &str, limit: i64) -> Result<Vec<Learner>> {
    tx.query(
        "SELECT l.course, l.person, l.assignment, l.due_on, l.added_at, l.began_at, l.done_at
         FROM training_learner l JOIN training_course c ON c.id = l.course
         WHERE l.done_at IS NULL AND l.chased_at IS NULL AND l.due_on IS NOT NULL AND l.due_on <= $1 AND c.state = 'open'
         ORDER BY l.due_on, l.course, l.person LIMIT $2",
        params![day, limit],
        learner,
    )
}

/// Writes that somebody was told; false when they were.
pub fn set_chased(tx: &mut Tx<'_>, course: CourseId, person: UserId, at: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE training_learner SET chased_at = $3
         WHERE course = $1 AND person = $2 AND chased_at IS NULL AND done_at IS NULL",
        params![course, person, at],
    )?;
    Ok(changed > 0)
}

/// The parts of a course that somebody has done, also those that were taken out.
pub fn ticks(tx: &mut Tx<'_>, course: CourseId, person: UserId) -> Result<BTreeSet<i64>> {
    let parts = tx.query(
        "SELECT t.part FROM training_tick t JOIN training_part p ON p.id = t.part
         WHERE t.person = $1 AND p.course = $2 ORDER BY t.part LIMIT 1000",
        params![person, course],
        |row| row.get("part"),
    )?;
    Ok(parts.into_iter().collect())
}

/// How many parts somebody has done of each course.
pub fn counts_of_person(tx: &mut Tx<'_>, person: UserId) -> Result<BTreeMap<CourseId, i64>> {
    let found = tx.query(
        "SELECT p.course, COUNT(*) AS done FROM training_tick t JOIN training_part p ON p.id = t.part
         WHERE t.person = $1 AND p.removed_at IS NULL GROUP BY p.course",
        params![person],
        |row| Ok((row.get("course")?, row.get("done")?)),
    )?;
    Ok(found.into_iter().collect())
}

/// How many parts of a course each has done.
pub fn counts_of_course(tx: &mut Tx<'_>, course: CourseId) -> Result<BTreeMap<UserId, i64>> {
    let found = tx.query(
        "SELECT t.person, COUNT(*) AS done FROM training_part p JOIN training_tick t ON t.part = p.id
         WHERE p.course = $1 AND p.removed_at IS NULL GROUP BY t.person",
        params![course],
        |row| Ok((row.get("person")?, row.get("done")?)),
    )?;
    Ok(found.into_iter().collect())
}

/// Ticks a part; false when it was.
pub fn add_tick(tx: &mut Tx<'_>, person: UserId, part: i64, at: Timestamp) -> Result<bool> {
    let added = tx.execute(
        "INSERT INTO training_tick (person, part, at) VALUES ($1, $2, $3) ON CONFLICT (person, part) DO NOTHING",
        params![person, part, at],
    )?;
    Ok(added > 0)
}

/// Takes a tick away; false when there was none.
pub fn remove_tick(tx: &mut Tx<'_>, person: UserId, part: i64) -> Result<bool> {
    let removed = tx.execute(
        "DELETE FROM training_tick WHERE person = $1 AND part = $2",
        params![person, part],
    )?;
    Ok(removed > 0)
}
