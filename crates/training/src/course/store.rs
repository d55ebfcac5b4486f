//! Every SQL statement about courses.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::{Error, Result};

use super::{Course, CourseId, Facts, State};

const COLUMNS: &str = "id, title_en, title_zh, description_en, description_zh, minutes, state, for_all, made_by, made_at, version";

fn course(row: &Row<'_>) -> Result<Course> {
    let state: String = row.get("state")?;
    Ok(Course {
        id: row.get("id")?,
        facts: Facts {
            title_en: row.get("title_en")?,
            title_zh: row.get("title_zh")?,
            description_en: row.get("description_en")?,
            description_zh: row.get("description_zh")?,
            minutes: row.get("minutes")?,
            for_all: row.get("for_all")?,
        },
        state: State::parse(&state).ok_or_else(|| Error::internal(format!("unknown state {state:?}")))?,
        made_by: row.get("made_by")?,
        made_at: row.get("made_at")?,
        version: row.get("version")?,
    })
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, course: &Course) -> Result<()> {
    let facts = &course.facts;
    tx.execute(
        "INSERT INTO training_course (id, title_en, title_zh, description_en, description_zh, minutes, state, for_all, made_by,
             made_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            course.id,
            &facts.title_en,
            &facts.title_zh,
            &facts.description_en,
            &facts.description_zh,
            facts.minutes,
            course.state.as_str(),
            facts.for_all,
            course.made_by,
            course.made_at,
            course.version
        ],
    )?;
    Ok(())
}

/// Writes one that was changed.
pub fn update(tx: &mut Tx<'_>, course: &Course) -> Result<()> {
    let facts = &course.facts;
    tx.execute(
        "UPDATE training_course SET title_en = $2, title_zh = $3, description_en = $4, description_zh = $5, minutes = $6,
             state = $7, for_all = $8, version = $9 WHERE id = $1",
        params![
            course.id,
            &facts.title_en,
            &facts.title_zh,
            &facts.description_en,
            &facts.description_zh,
            facts.minutes,
            course.state.as_str(),
            facts.for_all,
            course.version
        ],
    )?;
    Ok(())
}

/// One, if there is one.
pub fn find(tx: &mut Tx<'_>, id: CourseId) -> Result<Option<Course>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM training_course WHERE id = $1"),
        params![id],
        course,
    )
}

/// Several.
pub fn of_ids(tx: &mut Tx<'_>, ids: &[CourseId]) -> Result<BTreeMap<CourseId, Course>> {
    let mut found = BTreeMap::new();
    each_listed(ids, |list, values| {
        let sql = format!("SELECT {COLUMNS} FROM training_course WHERE id IN ({list})");
        found.extend(
            tx.query(&sql, values, course)?
                .into_iter()
                .map(|one| (one.id, one)),
        );
        Ok(())
    })?;
    Ok(found)
}

/// All, the latest first; `before` is the last of the page before.
pub fn list(tx: &mut Tx<'_>, before: Option<CourseId>, limit: i64) -> Result<Vec<Course>> {
    // An identifier is 26 of these letters at most, and none sorts behind `z`.
    let before = before.map_or_else(|| "z".repeat(26), |id| id.to_string());
    tx.query(
        &format!("SELECT {COLUMNS} FROM training_course WHERE id < $1 ORDER BY id DESC LIMIT $2"),
        params![before, limit],
        course,
    )
}

/// Those that whoever likes may take, the latest first.
pub fn for_all(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Course>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM training_course WHERE state = 'open' AND for_all ORDER BY id DESC LIMIT $1"
        ),
        params![limit],
        course,
    )
}
